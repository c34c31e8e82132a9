"""Nearest vectors by inner product. Only door to faiss.

``IndexIDMap2`` over a flat index: exact, and ids stay what they were when one is removed. Of many
vectors, codes of four bits for two dimensions are looked through first (fast scan), and the best
are scored again exactly: 11 times faster at 100,000 than flat, and hardly one of ten nearest is
missed (eval/results/scale.md).
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import faiss
import numpy as np
import numpy.typing as npt

from index.encode import Vector, Vectors

FACTORY = "by size"  # or a FAISS factory string
FLAT, FAST = "IDMap2,Flat", "IDMap2,PQ{half}x4fs,RFlat"
MANY = 2_000  # vectors; of fewer, a flat index is as fast
REFINED = "k_factor_rf=4"  # times as many as are asked for are scored again
FEWEST = 10  # that are looked for: of fewer, too few would be scored again

# One question is too little work to share; faiss's threads would only wait for onnxruntime's.
faiss.omp_set_num_threads(1)

Ids = npt.NDArray[np.int64]
Cosines = npt.NDArray[np.float32]


class Nearest(NamedTuple):
    """Numbers of vectors and their cosines, best first."""

    ids: Ids
    cosines: Cosines


def factory_for(count: int, dimension: int) -> str:
    """The FAISS factory string that suits so many vectors."""
    fast = count >= MANY and dimension % 2 == 0
    return FAST.format(half=dimension // 2) if fast else FLAT


class VectorIndex:
    """Unit vectors under integer ids."""

    def __init__(self, index: Any) -> None:
        self._index = index
        self._kept = _kept(index)

    @classmethod
    def build(cls, vectors: Vectors, factory: str = FACTORY) -> "VectorIndex":
        """An index over `vectors`, shape (n, dimension), with the ids 0 to n-1."""
        named = factory_for(*vectors.shape) if factory == FACTORY else factory
        try:
            index = faiss.index_factory(vectors.shape[1], named, faiss.METRIC_INNER_PRODUCT)
        except RuntimeError as error:
            raise ValueError(f"{factory!r} is no FAISS factory string") from error
        index.train(vectors)
        if named.endswith("RFlat"):
            tuner: Any = faiss.ParameterSpace()
            tuner.set_index_parameters(index, REFINED)
        index.add_with_ids(vectors, np.arange(len(vectors), dtype=np.int64))
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
        # Read where they lie, nothing is copied. Pointers keep no array alive: each has a name.
        asked, numbers = (
            np.ascontiguousarray(vector, np.float32),
            np.ascontiguousarray(ids, np.int64),
        )
        cosines = np.empty(len(numbers), np.float32)
        to, of, which = map(faiss.swig_ptr, (cosines, asked, numbers))  # type: ignore[arg-type]
        inner_products: Any = faiss.fvec_inner_products_by_idx  # type: ignore[attr-defined]
        inner_products(to, of, self._kept.get_xb(), which, self._kept.d, 1, len(numbers))
        return cosines


def _kept(index: Any) -> Any:
    """The flat part of an index, whose vectors lie in the order of their ids; None without one."""
    kept = faiss.downcast_index(index.index)
    kept = faiss.downcast_index(getattr(kept, "refine_index", kept))
    return kept if isinstance(kept, faiss.IndexFlat) else None
