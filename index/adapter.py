"""Adapters: small turns of a question's vector towards what answers it.

An encoder puts a question near texts that say the same; an answer says something else, and so does
another question for the same answer. Each adapter is a turn of low rank, learnt from the library's
own questions (``python -m index adapt``) and kept in one small file. It fits one encoder only.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.encode import Vectors

LEARNT = Path(__file__).parent / "adapters.npz"  # written by python -m index adapt
PARTS = ("sentence_down", "sentence_up", "asked_down", "asked_up")


@dataclass(frozen=True, slots=True)
class Adapter:
    """x becomes x + (x · down) · up, of length one again; of rank 0 it changes nothing."""

    down: npt.NDArray[np.float32]  # (dimension, rank)
    up: npt.NDArray[np.float32]  # (rank, dimension)

    def turned(self, vectors: Vectors) -> Vectors:
        """Unit vectors in, unit vectors out, shape (n, dimension) or (dimension,)."""
        moved = vectors + (vectors @ self.down) @ self.up
        turned: Vectors = moved / np.linalg.norm(moved, axis=-1, keepdims=True)
        return turned


@dataclass(frozen=True, slots=True)
class Adapters:
    """One turns a question towards sentences, one turns it and other questions together."""

    sentence: Adapter
    asked: Adapter
    encoder: str  # hash of the weights that they were learnt for

    def same_as(self, other: "Adapters") -> bool:
        """True if they turn everything alike."""
        pairs = zip(self.arrays, other.arrays, strict=True)
        return self.encoder == other.encoder and all(np.array_equal(*pair) for pair in pairs)

    @property
    def arrays(self) -> tuple[npt.NDArray[np.float32], ...]:
        """All four, in the order in which they are saved."""
        return self.sentence.down, self.sentence.up, self.asked.down, self.asked.up

    def save(self, file: Path) -> None:
        """Write them in half precision."""
        named = {
            name: array.astype(np.float16) for name, array in zip(PARTS, self.arrays, strict=True)
        }
        np.savez(file, encoder=np.array(self.encoder), **named)  # type: ignore[arg-type]


def load_adapters(file: Path) -> Adapters:
    """Saved adapters; ValueError if the file is none."""
    try:
        with np.load(file, allow_pickle=False) as saved:
            arrays = [saved[name].astype(np.float32) for name in PARTS]
            encoder = str(saved["encoder"])
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"{file.name} holds no adapters; learn them: python -m index adapt") from (
            error
        )
    return Adapters(Adapter(*arrays[:2]), Adapter(*arrays[2:]), encoder)


def adapters_for(encoder: str, dimension: int, file: Path = LEARNT) -> Adapters:
    """The learnt adapters if they fit the encoder with this hash, else some that do nothing."""
    learnt = load_adapters(file) if file.is_file() else None
    if learnt and learnt.encoder == encoder:
        return learnt
    nothing = Adapter(np.zeros((dimension, 0), np.float32), np.zeros((0, dimension), np.float32))
    return Adapters(nothing, nothing, encoder)
