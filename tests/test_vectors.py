"""Vectors under FAISS: few and many, as they are and in bytes."""

from pathlib import Path

import numpy as np
import pytest

from index.vectors import FLAT, VectorIndex, factory_for


def test_vectors_keep_their_ids_and_short_results_are_not_padded() -> None:
    vectors = np.eye(3, dtype=np.float32)
    ids, cosines = VectorIndex.build(vectors).search(vectors[2], 10)
    assert ids.tolist()[0] == 2
    assert len(ids) == 3
    assert cosines[0] == pytest.approx(1)


def clustered(count: int) -> np.ndarray:
    """Vectors in groups of 24, as real ones are."""
    random = np.random.default_rng(1)
    middles = random.normal(size=(count // 24, 64))
    vectors = np.repeat(middles, 24, axis=0) + 0.4 * random.normal(size=(count, 64))
    found: np.ndarray = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return found.astype(np.float32)


def again(index: VectorIndex, file: Path) -> VectorIndex:
    """Saved and loaded."""
    index.save(file)
    return VectorIndex.load(file)


@pytest.mark.parametrize(("count", "off"), [(12_000, 0.0), (24_000, 0.003)])
def test_many_vectors_are_found_fast_and_hardly_less_well(
    count: int, off: float, tmp_path: Path
) -> None:
    """What comes back from disk is as it was put in: exactly, or of very many to a byte."""
    vectors = clustered(count)
    assert factory_for(count, 64) != factory_for(1_999, 64) == FLAT
    fast = again(VectorIndex.build(vectors), tmp_path / "fast")
    flat = VectorIndex.build(vectors, FLAT)
    assert np.abs(fast.every() - vectors).max() <= off
    random = np.random.default_rng(2)
    asked = vectors[::500] + 0.05 * random.normal(size=(count // 500, 64)).astype(np.float32)
    both = [(set(fast.search(v, 10)[0]), set(flat.search(v, 10)[0])) for v in asked]
    assert np.mean([len(a & b) / 10 for a, b in both]) > 0.95
    ids = np.arange(0, count, 7)
    assert fast.cosines(asked[0], ids) == pytest.approx(vectors[ids] @ asked[0], abs=8 * off + 1e-6)


def test_bytes_stay_the_same_from_build_to_build(tmp_path: Path) -> None:
    """A build takes over the vectors of the one before: they must not wander."""
    first = again(VectorIndex.build(clustered(24_000)), tmp_path / "first")
    less = again(VectorIndex.build(first.every()[:-1]), tmp_path / "less")
    assert np.array_equal(less.every(), first.every()[:-1])
