"""The vectors that an index keeps to score again what it has found, read where they lie.

Four bytes a number, or one (`Codes`), which is a quarter of the memory, the disk and the loading;
a cosine is then off by 0.001 at most times. The grid of the codes does not depend on the vectors
but for its width, so that to read and write them again, as a build does, changes nothing.
"""

import math
from typing import Any, NamedTuple, Protocol

import faiss
import numpy as np
import numpy.typing as npt

from index.encode import Vector, Vectors

Ids = npt.NDArray[np.int64]
Cosines = npt.NDArray[np.float32]

STEPS = 255  # of a byte
WIDTHS = 20  # to one: the grid reaches to a whole number of twentieths
BLOCK = 256  # vectors that are unpacked at a time: they fit into the nearest cache


class Kept(Protocol):
    """Vectors in the order of their ids."""

    def cosines(self, vector: Vector, ids: Ids) -> Cosines:
        """Inner product of one vector with each of the given ids, shape (len(ids),)."""
        ...


class Flat(NamedTuple):
    """As they are."""

    index: Any  # IndexFlat
    owner: Any  # without which faiss would free it

    def cosines(self, vector: Vector, ids: Ids) -> Cosines:
        """See `Kept`."""
        # Nothing is copied. Pointers keep no array alive: each has a name.
        asked, numbers = (
            np.ascontiguousarray(vector, np.float32),
            np.ascontiguousarray(ids, np.int64),
        )
        cosines = np.empty(len(numbers), np.float32)
        to, of, which = map(faiss.swig_ptr, (cosines, asked, numbers))  # type: ignore[arg-type]
        inner_products: Any = faiss.fvec_inner_products_by_idx  # type: ignore[attr-defined]
        inner_products(to, of, self.index.get_xb(), which, self.index.d, 1, len(numbers))
        return cosines


class Codes(NamedTuple):
    """A byte a number: code c of dimension i says ``lowest[i] + steps[i] * (c + 0.5)``."""

    codes: npt.NDArray[np.uint8]  # (n, d), where faiss has them
    lowest: Vector
    steps: Vector
    owner: Any  # without which faiss would free the codes

    @classmethod
    def of(cls, index: Any, owner: Any) -> "Codes":
        """Those of an IndexScalarQuantizer of eight bits, a part of its owner."""
        codes: Any = faiss.rev_swig_ptr(index.codes.data(), index.ntotal * index.d)
        trained = np.asarray(faiss.vector_to_array(index.sq.trained), np.float32)
        lowest, widths = trained.reshape(2, -1)
        steps = widths / np.float32(STEPS)
        return cls(codes.reshape(index.ntotal, index.d), lowest, steps, owner)

    def cosines(self, vector: Vector, ids: Ids) -> Cosines:
        """See `Kept`."""
        found = self.codes[ids]
        weights = (vector * self.steps).astype(np.float32)
        cosines = np.empty(len(ids), np.float32)
        for start in range(0, len(ids), BLOCK):
            block = slice(start, start + BLOCK)
            np.dot(found[block].astype(np.float32), weights, out=cosines[block])
        cosines += np.float32(vector @ (self.lowest + self.steps / 2))
        return cosines


def kept(index: Any) -> Kept | None:
    """Those of an index, or of the one that refines it; None if it has none."""
    found = faiss.downcast_index(getattr(index, "refine_index", index))
    if isinstance(found, faiss.IndexFlat):
        return Flat(found, index)
    eight = faiss.ScalarQuantizer.QT_8bit
    if isinstance(found, faiss.IndexScalarQuantizer) and found.sq.qtype == eight:
        return Codes.of(found, index)
    return None


def fix_grid(index: Any, vectors: Vectors) -> None:
    """Have the codes of an IndexRefine, if it has some, stand on a grid that later builds find
    again."""
    found = faiss.downcast_index(index.refine_index)
    if not isinstance(found, faiss.IndexScalarQuantizer):
        return
    widest = math.ceil(float(np.abs(vectors).max()) * WIDTHS) / WIDTHS
    grid = np.repeat(np.array([-widest, 2 * widest], np.float32), found.d)
    faiss.copy_array_to_vector(grid, found.sq.trained)
