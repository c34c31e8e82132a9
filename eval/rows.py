"""Files of JSON lines: read with the line that is wrong, written whole or not at all."""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import MISSING, fields
from itertools import count
from pathlib import Path
from typing import Any

PLAIN: Mapping[Any, str] = {int: "whole number", bool: "true or false", str: "text"}
OWN = "m"  # ids of rows that maintainers add: m001, m002, ...


def rows(file: Path, problems: list[str]) -> Iterator[tuple[int, Any]]:
    """Number and value of each line; what can't be read is added to `problems`."""
    for number, line in enumerate(file.read_bytes().splitlines(), start=1):
        try:
            value = json.loads(line.decode("utf-8"))
        except (ValueError, RecursionError) as error:
            problems.append(f"{file.name} line {number}: it is not JSON in UTF-8: {error}")
            continue
        yield number, value


def all_rows(file: Path) -> list[dict[str, Any]]:
    """Every value of a file; a ValueError names the lines that can't be read."""
    problems: list[str] = []
    found = []
    for number, row in rows(file, problems):
        if not isinstance(row, dict):
            problems.append(f"{file.name} line {number}: it is no object: {row!r}")
        found.append(row)
    if problems:
        raise ValueError("these rows can't be used:\n  " + "\n  ".join(problems))
    return found


def save_rows(file: Path, found: list[dict[str, Any]]) -> None:
    """Replace a file in one rename: a reader sees the old rows or the new ones."""
    unfinished = file.with_name(f".{file.name}.unfinished")
    with unfinished.open("w", encoding="utf-8") as written:
        written.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in found)
        written.flush()
        os.fsync(written.fileno())
    unfinished.replace(file)


def check_fields(row: Any, kind: type, name: str) -> None:
    """A row has all fields that it needs and no others, each of the right type."""
    if not isinstance(row, dict):
        raise ValueError(f"{name} is an object with fields, not {row!r}")
    known = {field.name: field for field in fields(kind)}
    needed = {f.name for f in known.values() if f.default is MISSING}
    if unknown := sorted(row.keys() - known):
        raise ValueError(f"{name} has no field {', '.join(map(repr, unknown))}")
    if missing := sorted(needed - row.keys()):
        raise ValueError(f"{name} needs the field {', '.join(map(repr, missing))}")
    for field, value in row.items():
        wanted = known[field].type
        if wanted in PLAIN and type(value) is not wanted:
            raise ValueError(f"{field} of {name} is no {PLAIN[wanted]}: {value!r}")


def append(file: Path, row: Mapping[str, Any]) -> str:
    """Add a row under an id that no row of the folder has; the id.

    ValueError, and nothing is written, if the folder asks the same question already.
    """
    with _only_writer(file.parent):
        if same := asked_as(file.parent, row):
            raise ValueError(f"it is asked already, as {same}")
        taken = {str(other.get("id")) for other in _folder(file.parent)}
        own = next(new for new in map(f"{OWN}{{:03d}}".format, count(1)) if new not in taken)
        save_rows(file, [*(all_rows(file) if file.is_file() else ()), {"id": own, **row}])
    return own


def asked_as(folder: Path, row: Mapping[str, Any]) -> str | None:
    """The id under which the folder asks the same question already."""
    return {_asked(other): str(other.get("id")) for other in _folder(folder)}.get(_asked(row))


def _folder(folder: Path) -> Iterator[dict[str, Any]]:
    for file in sorted(folder.glob("*.jsonl")):
        yield from all_rows(file)


def _asked(row: Mapping[str, Any]) -> str:
    """What makes two rows the same question."""
    return "\n".join([*row.get("history", ()), str(row.get("text"))]).casefold()


@contextmanager
def _only_writer(folder: Path) -> Iterator[None]:
    """Wait for the folder's lock; the system lets go of it if we are killed."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield
    finally:
        os.close(opened)
