"""The documents that a site's staff add: a folder of originals, each with a card beside it.

The original is kept as it came and is read anew at every build, so nothing is copied out of it
that could grow stale. A document is read before it is put on the shelf, and comes onto it whole or
not at all.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from corpus.document import Document
from corpus.matter import CARD, card_file
from corpus.read import SUFFIXES, document_files, identifier, read_noted

UNFINISHED = ".adding-"


@dataclass(frozen=True, slots=True)
class Added:
    """A document that is on the shelf now, and what was left out of it."""

    document: Document
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shelf:
    """A folder for staff's documents; `taken` are ids of documents that stand elsewhere."""

    folder: Path
    taken: frozenset[str] = frozenset()

    def files(self) -> dict[str, Path]:
        """Id to original."""
        if not self.folder.is_dir():
            return {}
        return {identifier(file.stem): file for file in document_files(self.folder)}

    def add(self, file: Path, card: Mapping[str, Any], name: str = "") -> Added:
        """Put a file on the shelf; ValueError says why not, and then nothing has changed."""
        _check(file)
        own = identifier(name or file.stem)
        if own in self.taken or own in self.files():
            where = "in the project's library" if own in self.taken else "on the shelf"
            raise ValueError(
                f"there is a document {own!r} {where} already; choose another name with --id, or "
                f"replace it: python -m corpus update {own} {file.name}"
            )
        for known, other in self.files().items():
            if other.read_bytes() == file.read_bytes():
                raise ValueError(f"it is on the shelf already, as {known!r}")
        return self._placed(file, own, card)

    def update(self, name: str, file: Path | None, card: Mapping[str, Any]) -> Added:
        """Give a document a new original, new facts on its card, or both."""
        old = self.file(name)
        if file is not None:
            _check(file)
        added = self._placed(file or old, name, {**_before(card_file(old)), **card})
        if file is not None and file.suffix.lower() != old.suffix.lower():
            old.unlink()
            card_file(old).unlink(missing_ok=True)
        return added

    def remove(self, name: str) -> Path:
        """Take a document off the shelf; the file that is gone."""
        file = self.file(name)
        file.unlink()  # from here on it is not read any more
        card_file(file).unlink(missing_ok=True)
        return file

    def file(self, name: str) -> Path:
        """The original of a document; ValueError says what there is instead."""
        files = self.files()
        if name in files:
            return files[name]
        if name in self.taken:
            raise ValueError(f"{name!r} is one of the project's own documents; edit its file")
        there = ", ".join(files) or "nothing yet"
        raise ValueError(f"there is no document {name!r} on the shelf; there is: {there}")

    def _placed(self, file: Path, name: str, card: Mapping[str, Any]) -> Added:
        """Read it where it can't be seen, then move it to its place."""
        with _unseen(self.folder) as folder:
            placed = folder / f"{name}{file.suffix.lower()}"
            shutil.copyfile(file, placed)
            said = {key: value for key, value in card.items() if value}
            text = yaml.safe_dump(said, allow_unicode=True, sort_keys=False)
            card_file(placed).write_text(text, encoding="utf-8")
            document, notes = read_noted(placed, {})
            original = self.folder / placed.name
            card_file(placed).replace(card_file(original))
            placed.replace(original)
        return Added(document, notes)


def _before(card: Path) -> dict[str, Any]:
    """What a card says; nothing if it is empty or gone."""
    try:
        return yaml.safe_load(card.read_text(encoding="utf-8")) or {}
    except FileNotFoundError:
        return {}


def _check(file: Path) -> None:
    """What can be said of a file before it is opened."""
    if file.is_symlink():
        raise ValueError("it is a symbolic link; give the file itself")
    if not file.exists():
        raise ValueError("there is no such file")
    if not file.is_file():
        raise ValueError("it is not a file")
    if file.suffix.lower() not in SUFFIXES:
        raise ValueError(f"its ending {file.suffix!r} is none of {', '.join(SUFFIXES)}")


@contextmanager
def _unseen(folder: Path) -> Iterator[Path]:
    """A folder inside the shelf that no reader looks into; swept up, also after a kill."""
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(UNFINISHED + "*"):
        shutil.rmtree(left, ignore_errors=True)
    unseen = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=folder))
    try:
        yield unseen
    finally:
        shutil.rmtree(unseen, ignore_errors=True)


def to_add(path: Path) -> list[Path]:
    """The file itself, or all files of a folder but hidden ones; links are left for a refusal."""
    if not path.is_dir() or path.is_symlink():
        return [path]
    found = []
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [Path(folder) / name for name in sorted(names) if not name.startswith(".")]
    return [file for file in found if not file.name.endswith(CARD)]
