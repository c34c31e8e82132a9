"""Nearest vectors by inner product. With kept.py the only door to faiss.

A flat index is exact. Of many vectors, codes of four bits for two dimensions are looked through
first (fast scan), and the best are scored again exactly, or of very many by a byte a dimension: 11
times faster at 100,000 than flat, and hardly one of ten nearest is missed (eval/results/scale.md).
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import faiss
import numpy as np

from index.encode import Vector, Vectors
from index.kept import Cosines, Ids, fix_grid, kept

FACTORY = "by size"  # or a FAISS factory string
FLAT, EXACT, BYTES = "Flat", "PQ{half}x4fs,RFlat", "PQ{half}x4fs,Refine(SQ8)"
MANY = 2_000  # vectors; of fewer, a flat index is as fast
HEAVY = 20_000  # vectors, 30 MB at four bytes a number
REFINED = 4  # times as many as are asked for are scored again
FEWEST = 10  # that are looked for: of fewer, too few would be scored again

# One question is too little work to share; faiss's threads would only wait for onnxruntime's.
faiss.omp_set_num_threads(1)


class Nearest(NamedTuple):
    """Numbers of vectors and their cosines, best first."""

    ids: Ids
    cosines: Cosines


def factory_for(count: int, dimension: int) -> str:
    """The FAISS factory string that suits so many vectors."""
    if count < MANY or dimension % 2:
        return FLAT
    return (EXACT if count < HEAVY else BYTES).format(half=dimension // 2)


class VectorIndex:
    """Unit vectors, whose ids are their numbers."""

    def __init__(self, index: Any) -> None:
        self._index = index
        self._kept = kept(index)

    @classmethod
    def build(cls, vectors: Vectors, factory: str = FACTORY) -> "VectorIndex":
        """An index over `vectors`, shape (n, dimension), with the ids 0 to n-1."""
        named = factory_for(*vectors.shape) if factory == FACTORY else factory
        try:
            index = faiss.index_factory(vectors.shape[1], named, faiss.METRIC_INNER_PRODUCT)
            index.train(vectors)
            if isinstance(index, faiss.IndexRefine):
                fix_grid(index, vectors)
                index.k_factor = REFINED
            index.add(vectors)
        except RuntimeError as error:
            raise ValueError(
                f"FAISS can't make an index {factory!r} of {len(vectors)} vectors"
            ) from error
        return cls(index)

    @classmethod
    def load(cls, file: Path) -> "VectorIndex":
        """A saved index, memory-mapped: processes that open it share its pages."""
        try:
            return cls(faiss.read_index(str(file), faiss.IO_FLAG_MMAP_IFC))
        except RuntimeError as error:
            raise OSError(f"{file.name} can't be read") from error

    def save(self, file: Path) -> None:
        """Write it to one file."""
        try:
            faiss.write_index(self._index, str(file))
        except RuntimeError as error:
            raise OSError(f"{file.name} can't be written: {error}") from error

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def search(self, vector: Vector, limit: int) -> Nearest:
        """The nearest; fewer than `limit` if there are fewer."""
        cosines, ids = self._index.search(vector[np.newaxis, :], max(limit, FEWEST))
        real = ids[0] >= 0  # faiss pads short results with -1
        return Nearest(ids[0][real][:limit], cosines[0][real][:limit])

    def every(self) -> Vectors:
        """All its vectors in the order of their ids, shape (n, dimension)."""
        return self.of(range(len(self)))

    def of(self, ids: Iterable[int]) -> Vectors:
        """Those of the given ids, shape (len(ids), dimension)."""
        found: Vectors = self._index.reconstruct_batch(np.fromiter(ids, np.int64))
        return found

    def cosines(self, vector: Vector, ids: Ids) -> Cosines:
        """Cosine of one vector to each of the given ids, shape (len(ids),)."""
        if self._kept is None:
            found: Vectors = self._index.reconstruct_batch(ids)
            return found @ vector
        return self._kept.cosines(vector, ids)
