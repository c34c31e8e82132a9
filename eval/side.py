"""One side of the speed comparison, run as its own process by ``eval.bench``."""

import json
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import numpy as np
import numpy.typing as npt

from assistant.ask import Assistant
from assistant.conversation import Conversation
from index.encode import Encoder, Vectors

ROUNDS = 10
QUESTIONS = (
    "How do I take alendronate?",
    "what did the trials of hrt with alendronate find for the spine",
    "Is damage to the jaw common after a zoledronic acid drip?",
    "my doctor wants me on bonviva and i worry about the side effects, what are they",
    "does testosterone prevent fractures in older men",
)


class SentenceTransformersEncoder:
    """The original model behind the same interface."""

    def __init__(self) -> None:
        from index.export import load_model

        self._model = load_model()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (len(texts), dimension)."""
        vectors: Vectors = np.asarray(self._model.encode(list(texts), normalize_embeddings=True))
        return vectors

    def encode_query(self, text: str) -> npt.NDArray[np.float32]:
        """The unit vector of a question, shape (dimension,)."""
        return self.encode([text]).reshape(-1)

    def encode_message(self, text: str) -> npt.NDArray[np.float32]:
        """The same; what has been learnt for messages is not in it."""
        return self.encode_query(text)


def main(side: str, folder: str) -> None:
    """Say when the first question is answered, then what the others took."""
    encoder: Encoder | None = None
    if side == "sentence-transformers":
        encoder = SentenceTransformersEncoder()
    assistant = Assistant.load(Path(folder), encoder)
    assistant.ask(Conversation.of(QUESTIONS[:1]))
    print("answered", flush=True)
    taken = []
    for question in QUESTIONS * ROUNDS:
        started = time.perf_counter()
        assistant.ask(Conversation.of([question]))
        taken.append((time.perf_counter() - started) * 1000)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"answer": median(taken), "memory": memory}))


if __name__ == "__main__":
    main(*sys.argv[1:])
