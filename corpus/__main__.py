"""``python -m corpus``: look at the library as the index will see it, and check it."""

import argparse
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from corpus import DOCUMENTS
from corpus.check import all_problems
from corpus.document import Document
from corpus.read import read_documents
from corpus.split import split


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 is fine, 1 means problems were found, 2 means it could not be done."""
    parser = argparse.ArgumentParser("python -m corpus", description=__doc__)
    parser.add_argument("command", choices=("list", "check", "show"), help="show needs an id")
    parser.add_argument("id", nargs="?", help="the document to show, cut into its passages")
    parser.add_argument("--documents", type=Path, default=DOCUMENTS, metavar="DIR")
    options = parser.parse_args(arguments)
    try:
        documents = {document.id: document for document in read_documents(options.documents)}
        if options.command == "show":
            return _show(documents, options.id)
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    return _check(documents) if options.command == "check" else _list(documents)


def _list(documents: dict[str, Document]) -> int:
    table = Table("document", "level", "sentences", "passages", "review due", "title")
    for document in documents.values():
        counts = str(len(document.sentences)), str(len(split(document)))
        due = str(document.review_due or "")
        table.add_row(document.id, document.level, *counts, due, document.title)
    Console().print(table)
    return 0


def _check(documents: dict[str, Document]) -> int:
    found = all_problems(list(documents.values()))
    print(*found, f"{len(documents)} documents, {len(found)} problems", sep="\n")
    return 1 if found else 0


def _show(documents: dict[str, Document], wanted: str | None) -> int:
    if wanted not in documents:
        raise ValueError(f"there is no document {wanted!r}; 'python -m corpus list' names them")
    for passage in split(documents[wanted]):
        print(f"[{passage.span.start}-{passage.span.end}] {passage.heading}\n{passage.text}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
