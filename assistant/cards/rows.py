"""YAML whose parts know their line, so that every complaint can name it."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml


class Row(dict[str, Any]):
    """A mapping of a YAML file with the file and line it begins on."""

    file: Path
    line: int

    @property
    def where(self) -> str:
        """As editors print it: ``cards.yaml:12``."""
        return f"{self.file.name}:{self.line}"

    def text(self, key: str) -> str:
        """A text with its line ends folded; ValueError with the line if there is none."""
        value = self.get(key)
        if value is None or isinstance(value, list | dict):
            raise ValueError(f"{self.where}: {key!r} must be a text and is {value!r}")
        return " ".join(str(value).split())

    def texts(self, key: str) -> list[str]:
        """A list of texts, empty if there is none."""
        value = self.get(key, [])
        if not isinstance(value, list) or not all(isinstance(v, str | int) for v in value):
            raise ValueError(f"{self.where}: {key!r} must be a list of texts")
        return [" ".join(str(v).split()) for v in value]

    def row(self, key: str) -> "Row | None":
        """A mapping inside this one, or nothing."""
        value = self.get(key)
        if value is not None and not isinstance(value, Row):
            raise ValueError(f"{self.where}: {key!r} must hold names and values, not {value!r}")
        return value

    def only(self, keys: Iterable[str]) -> None:
        """ValueError if it has another key: a misspelt one would be passed over in silence."""
        for key in self:
            if key not in keys:
                raise ValueError(f"{self.where}: unknown {key!r}; known: {', '.join(keys)}")


def read_rows(file: Path) -> Row:
    """The mapping that a YAML file holds; a ValueError names the file and the line."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{file} can't be read: {error}") from error
    loader = _loader(file)(text)
    try:
        found = loader.get_single_data()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ValueError(f"{file.name}:{line}: {error.problem or error.context}") from error
    finally:
        loader.dispose()
    if not isinstance(found, Row):
        raise ValueError(f"{file.name}:1: it must hold names and values")
    return found


def listed(row: Mapping[str, Any], key: str, where: str) -> list[Row]:
    """A list of mappings under a key, empty if there is none."""
    value = row.get(key) or []
    if not isinstance(value, list) or not all(isinstance(v, Row) for v in value):
        raise ValueError(f"{where}: {key!r} must be a list, each part with names and values")
    return value


def _loader(file: Path) -> Any:
    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Loader(base):  # type: ignore[misc]
        """Makes a Row of each mapping, and texts of all that is not one."""

    def mapping(loader: Any, node: Any) -> Row:
        row = Row()
        row.file, row.line = file, node.start_mark.line + 1
        for key_node, value_node in node.value:
            key = str(loader.construct_object(key_node, deep=True))
            if key in row:
                line = key_node.start_mark.line + 1
                raise yaml.MarkedYAMLError(
                    problem=f"{key!r} stands here twice", problem_mark=key_node.start_mark
                ) from ValueError(line)
            row[key] = loader.construct_object(value_node, deep=True)
        return row

    def scalar(loader: Any, node: Any) -> str | None:
        return str(node.value) if node.value or node.style else None

    Loader.add_constructor("tag:yaml.org,2002:map", mapping)
    for tag in ("bool", "int", "float", "timestamp", "null"):
        Loader.add_constructor(f"tag:yaml.org,2002:{tag}", scalar)
    return Loader
