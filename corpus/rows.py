"""YAML that people write beside the documents, read fast, its faults named with their line."""

from pathlib import Path
from typing import Any

import yaml


def read_yaml(file: Path, what: str) -> Any:
    """What a file holds; ValueError names the line from which `what` it holds is not YAML."""
    try:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml: eight times faster
        return yaml.load(file.read_text(encoding="utf-8"), loader)  # noqa: S506 (safe either way)
    except (yaml.YAMLError, ValueError) as error:
        where = getattr(error, "problem_mark", None)
        line = f" in line {where.line + 1}" if where else ""
        raise ValueError(f"the {what} in {file.name} are not YAML{line}") from error


def row_files(folder: Path, name: str) -> list[Path]:
    """The YAML files of that name's folder for a folder of documents: in it, or else beside it."""
    inside, beside = folder / name, folder.parent / name
    return sorted((inside if inside.is_dir() else beside).glob("*.yaml"))
