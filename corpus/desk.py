"""What staff do at the desk: add, update and remove documents of their own."""

import sys
from argparse import Namespace
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.prompt import Prompt

from corpus import DOCUMENTS
from corpus.document import Document
from corpus.matter import web_address
from corpus.read import document_files, identifier
from corpus.shelf import Added, Shelf, to_add

REBUILD = "now build the index again: python -m index build"


def shelf_of(options: Namespace) -> Shelf:
    """The shelf in the folder that was asked for."""
    return Shelf(options.library, frozenset(identifier(f.stem) for f in document_files(DOCUMENTS)))


def add(options: Namespace) -> int:
    """Add files and folders; one line each, and the rest goes on. 1 if any was refused."""
    shelf = shelf_of(options)
    files = [file for path in options.paths for file in to_add(path)]
    if not files:
        raise ValueError(f"there is nothing to add in {', '.join(map(str, options.paths))}")
    if len(files) > 1 and (options.id or options.title):
        raise ValueError(f"--id and --title are for one file, and these are {len(files)}")
    card = _card(options, len(files) == 1)
    added = 0
    for file in track(files, "reading", console=Console(stderr=True), disable=len(files) < 2):
        try:
            _say(file, shelf.add(file, card, options.id or ""))
            added += 1
        except (ValueError, OSError) as error:
            print(f"{file.name}: not added: {_reason(error)}", file=sys.stderr)
    print(f"{added} of {len(files)} added to {shelf.folder}" + (f"; {REBUILD}" if added else ""))
    return 0 if added == len(files) else 1


def update(options: Namespace) -> int:
    """Replace the original of a document, or what its card says."""
    card = dict(_said(options))
    if not options.file and not card:
        raise ValueError("there is nothing to update: give a file, or an option such as --title")
    _say(options.file or Path(options.id), shelf_of(options).update(options.id, options.file, card))
    print(REBUILD)
    return 0


def remove(options: Namespace) -> int:
    """Take documents off the shelf."""
    shelf = shelf_of(options)
    for name in options.ids:
        shelf.file(name)  # all are there, or none goes
    for name in dict.fromkeys(options.ids):
        file = shelf.remove(name)
        print(f"{name}: {file.name} is no longer on the shelf")
    print(REBUILD)
    return 0


def day(text: str) -> date:
    """A date as typed."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is no date such as 2026-05-01") from error


def _card(options: Namespace, alone: bool) -> dict[str, object]:
    """What is said about the documents; a person at a terminal is asked for the rest."""
    card = dict(_said(options))
    if sys.stdin.isatty():
        asked = ("title", "publisher", "date", "url") if alone else ("publisher",)
        card = {**card, **dict(_asked(name for name in asked if not getattr(options, name)))}
    if not card.get("publisher"):
        raise ValueError("whose words are these? Give --publisher, such as 'North Clinic'")
    return card


def _said(options: Namespace) -> Iterator[tuple[str, object]]:
    for field in ("title", "publisher", "url", "level"):
        if value := getattr(options, field):
            yield field, value
    if options.url:
        web_address(options.url)
    if options.date:
        yield "written", options.date
    if options.topics:
        yield "topics", [topic.strip() for topic in options.topics.split(",")]


def _asked(names: Iterator[str]) -> Iterator[tuple[str, object]]:
    hints = {"title": "its own", "date": "unknown", "url": "none"}
    for name in names:
        value = Prompt.ask(f"{name} ({hints[name]})" if name in hints else name, default="")
        if value:
            yield ("written", day(value)) if name == "date" else (name, value)


def _say(file: Path, added: Added) -> None:
    document = added.document
    print(f"{file.name}: {document.id}, {_size(document)}, {document.title!r}")
    for note in added.notes:
        print(f"  {note}")


def _size(document: Document) -> str:
    pages = f"{document.pages[-1].number} pages, " if document.pages else ""
    tables = sum(block.kind == "header" for block in document.blocks)
    return f"{pages}{len(document.sentences)} sentences" + (f", {tables} tables" if tables else "")


def _reason(error: Exception) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)
