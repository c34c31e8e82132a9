"""Documents to JSON lines and back, so that an index carries the very text that it indexed.

The questions that their sentences answer stand in a file of their own: what shows a sentence needs
none of them, and they are most of all that is saved.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

from corpus.document import Block, Document, PageMark, Sentence, SourceMark, text_hash
from corpus.reference import Reference
from corpus.span import Span


def save_documents(documents: Iterable[Document], file: Path) -> None:
    """One document a line, UTF-8."""
    with file.open("w", encoding="utf-8") as lines:
        for document in documents:
            row = asdict(document)
            for sentence in row["sentences"]:
                del sentence["asked"]
            lines.write(json.dumps(row, ensure_ascii=False, default=str) + "\n")


def load_documents(file: Path) -> list[Document]:
    """The saved documents, without what is asked; a text that no longer has its hash is refused."""
    with file.open(encoding="utf-8") as lines:
        return [_document(json.loads(line)) for line in lines]


def save_questions(documents: Iterable[Document], file: Path) -> None:
    """The questions of one document a line, a list for each of its sentences."""
    with file.open("w", encoding="utf-8") as lines:
        for document in documents:
            asked = [sentence.asked for sentence in document.sentences]
            lines.write(json.dumps(asked, ensure_ascii=False) + "\n")


def with_questions(documents: Sequence[Document], file: Path) -> list[Document]:
    """The documents with their saved questions."""
    with file.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [_asking(document, row) for document, row in zip(documents, rows, strict=True)]


def _asking(document: Document, row: Sequence[Sequence[str]]) -> Document:
    both = zip(document.sentences, row, strict=True)
    return replace(document, sentences=tuple(replace(s, asked=tuple(asked)) for s, asked in both))


def _document(row: dict[str, Any]) -> Document:
    if text_hash(row["text"]) != row["hash"]:
        raise ValueError(f"the saved text of {row['id']} is not the one that was indexed")
    return Document(
        **row
        | {
            "blocks": tuple(_block(block) for block in row["blocks"]),
            "sentences": tuple(_sentence(sentence) for sentence in row["sentences"]),
            "marks": tuple(_mark(mark) for mark in row["marks"]),
            "pages": tuple(PageMark(**page) for page in row["pages"]),
            "links": tuple(row["links"]),
            "topics": tuple(row["topics"]),
            "sources": tuple(row["sources"]),
            "written": _date(row["written"]),
            "review_due": _date(row["review_due"]),
        }
    )


def _block(row: dict[str, Any]) -> Block:
    cells = tuple(Span(*cell) for cell in row["cells"])
    return Block(row["kind"], Span(*row["span"]), row["depth"], cells)


def _sentence(row: dict[str, Any]) -> Sentence:
    governors = tuple(Span(*span) for span in row["governors"])
    spans = {"span": Span(*row["span"]), "governors": governors}
    return Sentence(**row | spans)


def _mark(row: dict[str, Any]) -> SourceMark:
    source = row["reference"]
    return SourceMark(row["offset"], Reference(**source | {"authors": tuple(source["authors"])}))


def _date(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
