"""How search grows with the corpus: every kind of FAISS index, and the words, at several sizes.

Each factory is built on the same vectors and asked the same questions, one at a time, on one
thread, in processor time. Recall is against the flat index, which is exact. The encoder is left
out: its time depends on the question alone.
"""

import math
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from eval.grow import Texts, embedded, grown_texts, grown_vectors
from index.encode import Encoder, Vectors
from index.kept import Ids
from index.reading import Reading
from index.vectors import BYTES, EXACT, VectorIndex
from index.words import WordIndex, save_words

SIZES = (1_000, 10_000, 100_000, 1_000_000)
DEPTH = 10
POOL = 20  # what a search asks each part for
WARM = 10  # searches before those that are timed
WORDS = "words (BM25)"


@dataclass(frozen=True, slots=True)
class Kind:
    """A FAISS factory, and what its searches are told beside it, by the name of the row.

    ``{lists}`` is a power of two near the square root of the corpus, ``{half}`` half of the
    dimension, ``{eighth}`` and ``{quarter}`` are shares of the lists.
    """

    factory: str
    told: Mapping[str, str]
    largest: int = SIZES[-1]  # beyond it building takes too long for this measurement


EIGHTH, QUARTER = "nprobe={eighth}", "nprobe={quarter}"
REFINED = "k_factor_rf=4"
KINDS = (
    Kind("Flat", {"Flat": ""}),
    Kind("SQfp16", {"SQfp16": ""}),
    Kind("HNSW32", {"HNSW32, ef 64": "efSearch=64"}, largest=100_000),
    Kind(
        "IVF{lists},Flat",
        {"IVF,Flat, 1/8 of the lists": EIGHTH, "IVF,Flat, 1/4": QUARTER},
        largest=100_000,
    ),
    Kind("IVF{lists},SQ8", {"IVF,SQ8, 1/8": EIGHTH, "IVF,SQ8, 1/4": QUARTER}),
    Kind(EXACT, {"PQ fast scan, refined": REFINED}),
    Kind(BYTES, {"PQ fast scan, refined by bytes": REFINED}),
    Kind(
        f"IVF{{lists}},{EXACT}",
        {
            "PQ fast scan in IVF, 1/8": f"{EIGHTH},{REFINED}",
            "PQ fast scan in IVF, 1/4": f"{QUARTER},{REFINED}",
        },
    ),
)
MOST_WORDS = 100_000  # building the words of a million takes more memory than the vectors


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
                say(f"{size}: {kind.factory}")
                yield from _vectors(kind, vectors, questions, exact)
        del vectors
        if size <= MOST_WORDS:
            say(f"{size}: {WORDS}")
            yield _words(grown_texts(texts.passages, size), size, texts.questions)


def _vectors(kind: Kind, vectors: Vectors, questions: Vectors, exact: list[Ids]) -> Iterator[Point]:
    """`exact` is filled by the first kind, which is flat, and read by the others."""
    count, dimension = vectors.shape
    n = lists(count)
    sizes = {"lists": n, "half": dimension // 2, "eighth": n // 8, "quarter": n // 4}
    started = time.thread_time()
    index = VectorIndex.build(vectors, kind.factory.format(**sizes))
    build = time.thread_time() - started
    with tempfile.TemporaryDirectory() as folder:
        index.save(Path(folder) / "index.faiss")
        held = (Path(folder) / "index.faiss").stat().st_size
    for name, told in kind.told.items():
        tuner: Any = faiss.ParameterSpace()  # a factory string can't hold what a search is told
        tuner.set_index_parameters(index._index, told.format(**sizes))
        found, p50, p95 = _timed(lambda asked: index.search(asked, POOL)[0][:DEPTH], questions)
        exact += found if not exact else ()
        pairs = zip(found, exact, strict=True)
        recall = float(np.mean([len(np.intersect1d(a, b)) / len(b) for a, b in pairs]))
        yield Point(count, name, p50, p95, build, held, recall)


def _words(texts: Iterable[str], size: int, questions: Sequence[str]) -> Point:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "words"
        started = time.thread_time()
        save_words(list(texts), folder)
        build = time.thread_time() - started
        index = WordIndex.load(folder)  # memory-mapped, as it is served
        _, p50, p95 = _timed(partial(_search_words, index), questions)
        held = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    return Point(size, WORDS, p50, p95, build, held)


def _search_words(index: WordIndex, question: str) -> Ids:
    """The best of them, as a search wants them."""
    return index.best(index.weighed([Reading(question, 1.0)]), POOL)


def _timed(
    search: Callable[[Any], Ids], questions: Sequence[Any] | Vectors
) -> tuple[list[Ids], float, float]:
    """What it finds; p50 and p95 in processor milliseconds, so that others' work isn't in them."""
    for question in questions[:WARM]:
        search(question)
    found, taken = [], []
    for question in questions:
        started = time.thread_time()
        found.append(search(question))
        taken.append(time.thread_time() - started)
    p50, p95 = np.percentile(taken, (50, 95)) * 1000
    return found, float(p50), float(p95)
