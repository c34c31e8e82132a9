"""``python -m corpus``: the desk of the library. Look at it, check it, add to it."""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from signal import SIG_DFL, SIGPIPE, signal
from typing import get_args

from rich.console import Console
from rich.table import Table

from corpus import ADDED, library_folders
from corpus.check import checked
from corpus.desk import add, day, remove, update
from corpus.document import Document, Level
from corpus.problem import report
from corpus.read import read_documents
from corpus.split import split

Command = Callable[[argparse.Namespace], int]


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 is fine, 1 means something was found, 2 means it could not be done."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    except (KeyboardInterrupt, EOFError):
        print("\nstopped; what was done until then stays done", file=sys.stderr)
        return 130
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m corpus", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Command, text: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text)
        made.set_defaults(run=run)
        return made

    looking = [
        command("list", _list, "what is on the shelf, a line for each document"),
        command("stats", _stats, "how much there is, by topic, level and age"),
        command("show", _show, "one document, cut into its passages"),
        command("check", _check, "what is wrong, by document; exit code 1 if there is an error"),
    ]
    for made in looking:
        made.add_argument("--documents", type=Path, nargs="+", metavar="DIR", help="other folders")
        made.add_argument("--json", action="store_true", help="as data for other programs")
    looking[2].add_argument("id", help="of the document")
    adding = command("add", add, "put documents of your own beside the project's")
    adding.add_argument("paths", type=Path, nargs="+", metavar="FILE|FOLDER")
    adding.add_argument("--id", help="name in addresses and citations (default: the file's)")
    updating = command("update", update, "replace a document that you added, or facts about it")
    updating.add_argument("id")
    updating.add_argument("file", type=Path, nargs="?")
    removing = command("remove", remove, "take documents that you added off the shelf")
    removing.add_argument("ids", nargs="+", metavar="ID")
    for made in (adding, updating):
        _card_options(made)
    for made in (adding, updating, removing):
        made.add_argument(
            "--library", type=Path, default=ADDED, metavar="DIR", help="where your documents are"
        )
    return parser


def _card_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--title", help="default: the document's own")
    parser.add_argument("--publisher", help="whose words these are; shown with every quote")
    parser.add_argument("--date", type=day, metavar="YYYY-MM-DD", help="when it was written")
    parser.add_argument("--url", help="where the publisher keeps it")
    parser.add_argument("--level", choices=get_args(Level), help="default: plain")
    parser.add_argument("--topics", help="separated by commas")


def _documents(options: argparse.Namespace) -> list[Document]:
    return read_documents(*(options.documents or library_folders()))


def _list(options: argparse.Namespace) -> int:
    table = Table()
    table.add_column("document", overflow="fold")
    for name in ("level", "sentences", "passages", "review due", "title"):
        table.add_column(name)
    rows = []
    for document in _documents(options):
        counts = len(document.sentences), len(split(document))
        rows.append((document.id, document.level, *counts, document.review_due, document.title))
    if options.json:
        names = ("id", "level", "sentences", "passages", "review_due", "title")
        print(json.dumps([dict(zip(names, row, strict=True)) for row in rows], default=str))
        return 0
    for row in rows:
        table.add_row(*(str(cell or "") for cell in row))
    Console().print(table)
    return 0


def _stats(options: argparse.Namespace) -> int:
    documents = _documents(options)
    ages = Counter(_age(document.written) for document in documents)
    found: dict[str, dict[str, int]] = {
        "level": dict(Counter(document.level for document in documents)),
        "topic": dict(Counter(t for document in documents for t in document.topics).most_common()),
        "age": dict(ages),
        "publisher": dict(Counter(d.publisher or "the project" for d in documents)),
    }
    total = sum(len(document.sentences) for document in documents)
    if options.json:
        print(json.dumps({"documents": len(documents), "sentences": total, **found}))
        return 0
    print(f"{len(documents)} documents, {total} sentences")
    for name, counts in found.items():
        print(f"by {name}: " + ", ".join(f"{key} {count}" for key, count in counts.items()))
    return 0


def _age(written: date | None) -> str:
    """How old a document is, in whole years."""
    if written is None:
        return "undated"
    years = (date.today() - written).days // 365
    return f"{years} years" if years > 1 else "1 year" if years else "under a year"


def _show(options: argparse.Namespace) -> int:
    documents = {document.id: document for document in _documents(options)}
    if options.id not in documents:
        raise ValueError(f"there is no document {options.id!r}; 'python -m corpus list' names them")
    passages = split(documents[options.id])
    if options.json:
        print(json.dumps([{"start": p.span.start, "end": p.span.end, "heading": p.heading,
                           "text": p.text} for p in passages]))  # fmt: skip
        return 0
    for passage in passages:
        page = documents[options.id].page(passage.span)
        place = f", page {page}" if page else ""
        print(f"[{passage.span.start}-{passage.span.end}{place}] {passage.heading}")
        print(passage.text, end="\n\n")
    return 0


def _check(options: argparse.Namespace) -> int:
    documents = _documents(options)
    problems = checked(documents, options.documents or library_folders())
    return report(documents, problems, options.json)


if __name__ == "__main__":
    signal(SIGPIPE, SIG_DFL)  # who reads may stop early: "| head"
    sys.exit(main())
