"""The recipe: everything an index was made from, kept beside it and checked when it is loaded."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

FORMAT = 14  # counts up when an older program could misread the folder
FILE = "recipe.json"
CALIBRATION = Path(__file__).parent / "calibration.json"  # by python -m eval calibrate --keep


@dataclass(frozen=True, slots=True)
class Recipe:
    """What an index was built from and with. All hashes are SHA-256 in hex."""

    encoder: str  # name or folder of the sentence-transformers model
    encoder_files: Mapping[str, str]  # hash of each of its files that decides the vectors
    precision: str  # int8 or fp32
    prompts: Mapping[str, str]  # what stands before a query and before a passage
    tuning: str  # hash of what the encoder has learnt for questions; empty for nothing
    messages: str  # hash of what it has learnt for messages that call for a card; the same
    names: str  # hash of the names that questions are read with
    dimension: int
    longest: int  # tokens that the encoder reads
    cut: Sequence[str]  # ids of passages whose ends it does not read, for they can't be split
    passage_size: int  # tokens
    factory: str  # FAISS index factory string
    weights: Mapping[str, float]  # of the scores that search adds up
    confidence: Mapping[str, float]  # weights of what a confidence is worked out from
    threshold: float  # of confidence; below it there is no answer
    documents: Sequence[str]  # folders of the documents, as seen from the index folder
    corpus: Mapping[str, str]  # hash of each file in them that was read, by path from there too
    files: Mapping[str, str]  # hash of each file of the index itself
    library: int  # documents
    passages: int
    sentences: int
    asked: int  # questions that sentences are known to answer
    versions: Mapping[str, str]  # of the libraries that wrote the files
    format: int = FORMAT

    @property
    def reading(self) -> frozenset[str]:
        """Hashes of all that decides how the encoder reads a message."""
        return frozenset((*self.encoder_files.values(), self.messages))

    @property
    def encoder_hash(self) -> str:
        """One hash for all that decides what a vector is."""
        return encoder_hash(asdict(self))

    def save(self, folder: Path) -> None:
        """Write it as legible JSON."""
        text = json.dumps(asdict(self), indent=2, ensure_ascii=False)
        (folder / FILE).write_text(text + "\n", encoding="utf-8")


def encoder_hash(fields: Mapping[str, Any]) -> str:
    """One hash for those fields of a recipe that decide what a vector is."""
    deciding = [fields[name] for name in ("encoder_files", "precision", "prompts", "tuning")]
    return hashlib.sha256(json.dumps(deciding, sort_keys=True).encode()).hexdigest()


def calibrated() -> dict[str, Any]:
    """The weights and the threshold of confidence that the next build stores."""
    fields = json.loads(CALIBRATION.read_text(encoding="utf-8"))
    return {name: fields[name] for name in ("confidence", "threshold")}


def load_recipe(folder: Path) -> Recipe:
    """The recipe of a built folder; ValueError if it is of another format or unreadable."""
    try:
        fields = json.loads((folder / FILE).read_text(encoding="utf-8"))
        if fields.get("format") == FORMAT:
            return Recipe(**fields)
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise ValueError(f"{FILE} can't be read ({type(error).__name__})") from error
    raise ValueError(f"it has format {fields.get('format')!r} and this program reads {FORMAT}")
