"""How search grows with the corpus: every kind of FAISS index, and the words, at several sizes.

Each factory is built on the same vectors and asked the same questions, one at a time, on one
thread. Recall is against the flat index, which is exact. The encoder is left out: its time depends
on the question alone.
"""

import math
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from eval.grow import Texts, embedded, grown_texts, grown_vectors
from index.encode import Encoder, Vectors
from index.vectors import Ids, VectorIndex
from index.words import WordIndex, stems

SIZES = (1_000, 10_000, 100_000, 1_000_000)
DEPTH = 10
POOL = 20  # what a search asks each part for
LEAST = 200  # searches that are timed, at least
WORDS = "words (BM25)"


@dataclass(frozen=True, slots=True)
class Kind:
    """A FAISS factory; ``{lists}`` grows with the square root of the corpus."""

    name: str
    factory: str
    probes: float = 0.0  # share of the lists that a search looks into
    largest: int = SIZES[-1]  # beyond it building takes too long for this measurement


KINDS = (
    Kind("Flat", "IDMap2,Flat"),
    Kind("SQ8", "IDMap2,SQ8"),
    Kind("HNSW32", "IDMap2,HNSW32", largest=100_000),
    Kind("IVF,Flat, 1/32 of the lists", "IDMap2,IVF{lists},Flat", 1 / 32),
    Kind("IVF,Flat, 1/16", "IDMap2,IVF{lists},Flat", 1 / 16),
    Kind("IVF,SQ8, 1/16", "IDMap2,IVF{lists},SQ8", 1 / 16),
    Kind("IVF,PQ fast scan, 1/16, refined", "IDMap2,IVF{lists},PQ96x4fs,RFlat", 1 / 16),
    Kind("PQ fast scan, refined", "IDMap2,PQ96x4fs,RFlat"),
)


@dataclass(frozen=True, slots=True)
class Point:
    """One index at one size; milliseconds a search, seconds to build."""

    size: int
    name: str
    p50: float
    p95: float
    build: float
    bytes: int
    recall: float | None = None  # None for words, which are exact


def lists(count: int) -> int:
    """The power of two nearest to the square root."""
    return int(2 ** round(math.log2(max(2.0, math.sqrt(count)))))


def scale(
    texts: Texts, sizes: Sequence[int], encoder: Encoder, kept: Path, say: Callable[[str], None]
) -> Iterator[Point]:
    """Every point, small sizes first."""
    real = embedded(texts.passages, encoder, kept, say)
    questions = embedded(texts.questions, encoder, kept, say)
    for size in sizes:
        vectors = grown_vectors(real, size)
        exact: list[Ids] = []
        for kind in KINDS:
            if size <= kind.largest:
                say(f"{size}: {kind.name}")
                yield _vectors(kind, vectors, questions, exact)
        del vectors
        say(f"{size}: {WORDS}")
        yield _words(grown_texts(texts.passages, size), size, texts.questions)


def _vectors(kind: Kind, vectors: Vectors, questions: Vectors, exact: list[Ids]) -> Point:
    """`exact` is filled by the first kind, which is flat, and read by the others."""
    started = time.perf_counter()
    index = VectorIndex.build(vectors, kind.factory.format(lists=lists(len(vectors))))
    build = time.perf_counter() - started
    if kind.probes:
        _look_into(index, max(1, round(kind.probes * lists(len(vectors)))))
    found = [index.search(question, DEPTH)[0] for question in questions]
    if not exact:
        exact += found
    pairs = zip(found, exact, strict=True)
    recall = float(np.mean([len(np.intersect1d(a, b)) / len(b) for a, b in pairs]))
    taken = _taken(partial(_search, index), questions)
    with tempfile.TemporaryDirectory() as folder:
        index.save(Path(folder) / "index.faiss")
        size = (Path(folder) / "index.faiss").stat().st_size
    p50, p95 = np.percentile(taken, (50, 95)) * 1000
    return Point(len(vectors), kind.name, float(p50), float(p95), build, size, recall)


def _words(texts: Iterable[str], size: int, questions: Sequence[str]) -> Point:
    started = time.perf_counter()
    built = WordIndex.build(list(texts))
    build = time.perf_counter() - started
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "words"
        built.save(folder)
        del built
        index = WordIndex.load(folder)  # memory-mapped, as it is served
        taken = _taken(partial(_search_words, index), questions)
        held = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    p50, p95 = np.percentile(taken, (50, 95)) * 1000
    return Point(size, WORDS, float(p50), float(p95), build, held)


def _search(index: VectorIndex, question: Vectors) -> None:
    index.search(question, POOL)


def _search_words(index: WordIndex, question: str) -> None:
    """The shares and the best of them, as a search wants them."""
    shares = index.shares(stems(question))
    np.argpartition(shares, -POOL)


def _look_into(index: VectorIndex, count: int) -> None:
    """A factory string can't say how many lists a search looks into."""
    inner = index._index.index
    while hasattr(inner, "base_index"):  # below a refining one
        inner = inner.base_index
    inner.nprobe = count


def _taken(search: Callable[[Any], None], questions: Sequence[Any] | Vectors) -> list[float]:
    """Seconds of each search, after one round that warms up."""
    for question in questions[:20]:
        search(question)
    taken = []
    for _ in range(math.ceil(LEAST / len(questions))):
        for question in questions:
            started = time.perf_counter()
            search(question)
            taken.append(time.perf_counter() - started)
    return taken
