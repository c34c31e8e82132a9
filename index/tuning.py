"""Tuning: what an encoder has learnt about questions, as low-rank changes.

Each linear layer with weights W reads a question with W + up · down instead (LoRA,
https://arxiv.org/abs/2106.09685). Passages are read by the encoder as it was published, so their
vectors stay. It fits one published model only, and is learnt by ``python -m index tune``: from a
library's own questions, or from public ones, for libraries that have none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.files import file_hash

LEARNT = Path(__file__).parent / "tuning.npz"
GENERAL = Path(__file__).parent / "general.npz"  # for libraries without questions of their own
MESSAGES = Path(__file__).parent / "messages.npz"  # of messages that call for a safety card
ENCODER = "encoder"
DOWN, UP = "down", "up"

Change = tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]  # (rank, in), (out, rank)


@dataclass(frozen=True, slots=True)
class Tuning:
    """The change of each layer, by the layer's name in the model."""

    changes: Mapping[str, Change]
    encoder: str  # hash of the published weights that it belongs to

    def save(self, file: Path) -> None:
        """Write it in half precision."""
        arrays = {
            f"{layer}.{part}": array.astype(np.float16)
            for layer, change in self.changes.items()
            for part, array in zip((DOWN, UP), change, strict=True)
        }
        np.savez(file, **{ENCODER: np.array(self.encoder)}, **arrays)  # type: ignore[arg-type]


def load_tuning(file: Path = LEARNT) -> Tuning:
    """A saved tuning; ValueError if the file is none."""
    try:
        with np.load(file, allow_pickle=False) as saved:
            arrays = {name: saved[name] for name in saved.files}
        encoder = str(arrays.pop(ENCODER))
        layers = dict.fromkeys(name.rpartition(".")[0] for name in arrays)
        changes = {layer: _change(arrays, layer) for layer in layers}
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"{file.name} holds no tuning; learn it: python -m index tune") from error
    return Tuning(changes, encoder)


def tuning_for(encoder_files: Mapping[str, str], file: Path = LEARNT) -> str:
    """Hash of the tuning file if it fits a model with these files, else an empty string."""
    fits = file.is_file() and load_tuning(file).encoder == published(encoder_files)
    return file_hash(file) if fits else ""


def learnt_for(asked: int) -> Path:
    """The tuning with which a library is asked, for which that many questions are written."""
    return LEARNT if asked else GENERAL


def published(encoder_files: Mapping[str, str]) -> str:
    """The hash of a model's weights, of all that decide its vectors the one that is trained."""
    weights = (name for name in encoder_files if name.endswith(".safetensors"))
    return encoder_files.get(next(weights, ""), "")


def _change(arrays: Mapping[str, npt.NDArray[np.float16]], layer: str) -> Change:
    down, up = (arrays[f"{layer}.{part}"].astype(np.float32) for part in (DOWN, UP))
    return down, up
