"""The text encoder: texts in, unit vectors out, with onnxruntime and tokenizers alone."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Tokenizer

MODEL = "encoder.onnx"
TOKENIZER = "tokenizer.json"
SETTINGS = "encoder.json"
BATCH = 32

Vectors = npt.NDArray[np.float32]  # (texts, dimension), each row of length one


class Encoder(Protocol):
    """Anything that turns texts into unit vectors."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), dimension), float32, rows of length one."""
        ...


class TextEncoder:
    """The exported model of one index folder."""

    def __init__(self, folder: Path) -> None:
        self.longest: int = json.loads((folder / SETTINGS).read_text(encoding="utf-8"))["longest"]
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(self.longest)
        self._counter = Tokenizer.from_file(str(folder / TOKENIZER))
        self._counter.no_padding()
        self._counter.no_truncation()
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3  # errors only
        self._session = onnxruntime.InferenceSession(
            str(folder / MODEL), options, providers=["CPUExecutionProvider"]
        )

    def tokens(self, text: str) -> int:
        """Number of tokens of a text, the two that the encoder adds left out."""
        return len(self._counter.encode(text, add_special_tokens=False).ids)

    def encode(
        self, texts: Sequence[str], progress: Callable[[int], None] = lambda done: None
    ) -> Vectors:
        """Unit vectors, in the order of `texts`; `progress` is told how many more are done."""
        encodings = self._tokenizer.encode_batch(list(texts))
        order = sorted(range(len(texts)), key=lambda i: len(encodings[i].ids))  # little padding
        vectors = [np.empty((0, 0), np.float32)] * len(texts)
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            for i, vector in zip(batch, self._run([encodings[i].ids for i in batch]), strict=True):
                vectors[i] = vector
            progress(len(batch))
        return np.stack(vectors) if vectors else np.empty((0, 0), np.float32)

    def _run(self, ids: Sequence[Sequence[int]]) -> Vectors:
        width = max(len(row) for row in ids)
        tokens = np.zeros((len(ids), width), np.int64)
        mask = np.zeros_like(tokens)
        for row, own in enumerate(ids):
            tokens[row, : len(own)] = own
            mask[row, : len(own)] = 1
        types = np.zeros_like(tokens)
        inputs = {"input_ids": tokens, "attention_mask": mask, "token_type_ids": types}
        vectors: Vectors = self._session.run(["vectors"], inputs)[0]
        return vectors
