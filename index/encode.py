"""The text encoder: texts in, unit vectors out, with onnxruntime and tokenizers alone."""

import json
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, partial
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Tokenizer

MODEL = "encoder.onnx"
QUERY_MODEL = "query.onnx"  # what questions are read with, where the encoder is tuned to a library
MESSAGE_MODEL = "message.onnx"  # what messages are read with, to tell which call for a safety card
TOKENIZER = "tokenizer.json"
SETTINGS = "encoder.json"
CALLERS = len(os.sched_getaffinity(0))  # of the encoder at once, when there are many texts

Vectors = npt.NDArray[np.float32]  # (texts, dimension), each row of length one
Vector = npt.NDArray[np.float32]  # (dimension,)


def weights_file(model: str) -> str:
    """The file with the weights of a graph, which names it."""
    return f"{Path(model).stem}.weights"


class Encoder(Protocol):
    """Anything that turns texts into unit vectors."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Passages: shape (len(texts), dimension), float32, rows of length one."""
        ...

    def encode_query(self, text: str) -> Vector:
        """A question: shape (dimension,), float32, of length one."""
        ...

    def encode_message(self, text: str) -> Vector:
        """A message that may call for a safety card: the same."""
        ...


class TextEncoder:
    """The exported model of one index folder."""

    def __init__(self, folder: Path) -> None:
        settings = json.loads((folder / SETTINGS).read_text(encoding="utf-8"))
        self.longest: int = settings["longest"]  # tokens that it reads
        self.query_prompt: str = settings["query_prompt"]  # what it wants before a question
        self.passage_prompt: str = settings["passage_prompt"]
        self._folder = folder
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        except Exception as error:  # the library's own have no class in common
            raise ValueError(f"the encoder can't be loaded: {error}") from error
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(self.longest)
        self.tuned = (folder / QUERY_MODEL).is_file()
        self._asking = _session(folder / QUERY_MODEL) if self.tuned else self._holding

    @cached_property
    def _screening(self) -> onnxruntime.InferenceSession:
        """What messages are read with; only what shows safety cards needs it."""
        learnt = (self._folder / MESSAGE_MODEL).is_file()
        return _session(self._folder / MESSAGE_MODEL) if learnt else self._holding

    @cached_property
    def _holding(self) -> onnxruntime.InferenceSession:
        """What passages are read with; a server that is asked does not need it."""
        return _session(self._folder / MODEL)

    @cached_property
    def _counter(self) -> Tokenizer:
        """The tokenizer without its limit; only building counts."""
        counter = Tokenizer.from_str(self._tokenizer.to_str())
        counter.no_truncation()
        return counter

    @cached_property
    def room(self) -> int:
        """Tokens of a passage that are read, what the encoder itself adds left out."""
        added: int = self._counter.num_special_tokens_to_add(False)
        return self.longest - added - self.tokens(self.passage_prompt)

    @cached_property
    def dimension(self) -> int:
        """Of its vectors."""
        return len(self.encode_query(""))

    def tokens(self, text: str) -> int:
        """Number of tokens of a text, those that the encoder adds left out."""
        return len(self._counter.encode(text, add_special_tokens=False).ids)

    def encode(
        self,
        texts: Sequence[str],
        progress: Callable[[int], None] = lambda done: None,
        *,
        queries: bool = False,
    ) -> Vectors:
        """Unit vectors, in the order of `texts`; `progress` is told how many more are done."""
        prompt = self.query_prompt if queries else self.passage_prompt
        session = self._asking if queries else self._holding
        prompted = [prompt + text for text in texts]
        vectors = []
        for vector in _each(session, [e.ids for e in self._tokenizer.encode_batch(prompted)]):
            vectors.append(vector)
            progress(1)
        return np.concatenate(vectors) if vectors else np.empty((0, self.dimension), np.float32)

    def encode_query(self, text: str) -> Vector:
        """The unit vector of a question, shape (dimension,)."""
        vectors = _run(self._asking, self._tokenizer.encode(self.query_prompt + text).ids)
        return vectors.reshape(-1)

    def encode_message(self, text: str) -> Vector:
        """The unit vector by which a message is told to call for a safety card or not."""
        return _run(self._screening, self._tokenizer.encode(text).ids).reshape(-1)


def _session(file: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3  # errors only
    # One core a text: callers beside each other are faster than threads inside one.
    options.intra_op_num_threads = 1
    # The file was optimised when it was written; once more costs half of the loading.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    try:
        return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # the library's own have no class in common
        raise ValueError(f"the encoder can't be loaded: {error}") from error


def _each(
    session: onnxruntime.InferenceSession, texts: Sequence[Sequence[int]]
) -> Iterable[Vectors]:
    """One text a run, never a batch: int8 scales its activations over all that it is given, so
    that in a batch a vector would depend on its neighbours."""
    run = partial(_run, session)
    if len(texts) < 2 * CALLERS:
        yield from map(run, texts)
        return
    with ThreadPoolExecutor(CALLERS) as callers:
        yield from callers.map(run, texts)


def _run(session: onnxruntime.InferenceSession, ids: Sequence[int]) -> Vectors:
    vectors: Vectors = session.run(["vectors"], {"input_ids": np.asarray([ids])})[0]
    return vectors
