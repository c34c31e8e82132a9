"""A corpus of any size: real passages first, then ones made up around them, seeded.

A made-up vector lies between a real one and one of its neighbours, with noise; a made-up text takes
half of its words from each of two real ones. So the space stays as crowded as the real one and
common words stay common, but nobody wrote these passages: recall on them is a hint, time is not.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.encode import Encoder, Vectors
from index.vectors import VectorIndex

SEED = 20261126
WORDS = 80  # in a passage, as many as ours have
NEIGHBOURS = 16
NOISE = 0.35  # length of the noise beside a unit vector
CHUNK = 50_000  # vectors made at once
PART = 200  # texts embedded between two words of progress


@dataclass(frozen=True, slots=True)
class Texts:
    """Real passages and real questions, from one source."""

    source: str
    passages: Sequence[str]
    questions: Sequence[str]


def load_texts(file: Path, passages: int, questions: int) -> Texts:
    """From JSON lines with ``answer`` (or ``text``) and ``question``, questions spread evenly."""
    cut: list[str] = []
    asked: dict[str, None] = {}
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
            cut += list(_cut(str(row.get("focus") or ""), row.get("answer") or row["text"]))
            asked[str(row["question"])] = None
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"{file.name} line {number} has no 'answer' and 'question'") from error
    return Texts(file.name, _spread(cut, passages), _spread(list(asked), questions))


def embedded(
    texts: Sequence[str], encoder: Encoder, kept: Path, say: Callable[[str], None]
) -> Vectors:
    """Their vectors, kept in a folder for the next time."""
    sample = encoder.encode(texts[:1]).tobytes()  # tells the encoder
    name = hashlib.sha256("\0".join(texts).encode() + sample).hexdigest()[:16]
    file = kept / f"{name}.npy"
    if not file.is_file():
        parts = []
        for start in range(0, len(texts), PART):
            say(f"embedding: {start} of {len(texts)} texts")
            parts.append(encoder.encode(texts[start : start + PART]))
        kept.mkdir(parents=True, exist_ok=True)
        np.save(file, np.concatenate(parts))
    vectors: Vectors = np.load(file)
    return vectors


def grown_vectors(real: Vectors, size: int) -> Vectors:
    """`size` unit vectors, the real ones first."""
    found = np.empty((size, real.shape[1]), np.float32)
    found[: len(real)] = real[:size]
    if size <= len(real):
        return found
    near = _neighbours(real)
    dice = np.random.default_rng(SEED)
    for start in range(len(real), size, CHUNK):
        part = found[start : start + CHUNK]
        first = dice.integers(len(real), size=len(part))
        second = near[first, dice.integers(near.shape[1], size=len(part))]
        share = dice.random((len(part), 1), np.float32)
        part[:] = real[first] * share + real[second] * (1 - share)
        noise = dice.standard_normal(part.shape, np.float32)
        part += noise * np.float32(NOISE / np.sqrt(part.shape[1]))
        part /= np.linalg.norm(part, axis=1, keepdims=True)
    return found


def grown_texts(real: Sequence[str], size: int) -> Iterator[str]:
    """`size` texts, the real ones first."""
    yield from real[:size]
    words = [text.split() for text in real]
    dice = np.random.default_rng(SEED)
    pairs = dice.integers(len(words), size=(max(0, size - len(real)), 2)).tolist()
    for first, second in pairs:
        yield " ".join((*words[first][::2], *words[second][1::2]))


def _neighbours(real: Vectors) -> npt.NDArray[np.int64]:
    """For each vector the numbers of its nearest."""
    index = VectorIndex.build(real)
    return np.stack([index.search(vector, NEIGHBOURS + 1)[0][1:] for vector in real])


def _cut(title: str, text: str) -> Iterator[str]:
    words = text.split()
    for start in range(0, len(words), WORDS):
        yield f"{title}\n{' '.join(words[start : start + WORDS])}"


def _spread(held: Sequence[str], wanted: int) -> list[str]:
    """At most `wanted` of them, from all over."""
    step = max(1, len(held) // wanted)
    return list(held[::step][:wanted])
