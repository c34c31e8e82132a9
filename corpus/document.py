"""The document and its parts. Knows nothing of files, of the index or of how it is shown.

``Document.text`` is what a reader reads: no markup, no source keys. Everything else points into it.
"""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Literal

from corpus.reference import Reference
from corpus.span import Span

Level = Literal["plain", "detailed", "research"]
Kind = Literal["heading", "paragraph", "item", "header", "row"]


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, heading, list item or table row; `header` is a table's first row."""

    kind: Kind
    span: Span
    depth: int = 0  # heading 1-6; list nesting from 0
    cells: tuple[Span, ...] = ()  # of a header or row


@dataclass(frozen=True, slots=True)
class SourceMark:
    """Says that the sentence ending at or after `offset` rests on `reference`."""

    offset: int
    reference: Reference


@dataclass(frozen=True, slots=True)
class Sentence:
    """The smallest thing that is ever shown: a whole sentence, or a whole table row.

    `governors` are the spans without which it may be misread (list lead-in, table header);
    `opens` marks a lead-in, which says nothing until what follows it is shown too.
    """

    span: Span
    kind: Kind
    section: int  # number of headings before it
    heading: str
    governors: tuple[Span, ...] = ()
    opens: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A document of the library, immutable; `hash` is the SHA-256 of `text` (hex)."""

    id: str
    title: str
    text: str
    blocks: tuple[Block, ...]
    sentences: tuple[Sentence, ...]
    marks: tuple[SourceMark, ...] = ()
    level: Level = "plain"
    topics: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()  # keys that the front matter declares
    written: date | None = None
    review_due: date | None = None
    clinical_review: str = "none"
    hash: str = ""

    def __post_init__(self) -> None:
        if not self.hash:
            object.__setattr__(self, "hash", text_hash(self.text))

    def __getitem__(self, span: Span) -> str:
        """The text of a span of this document."""
        return self.text[span.start : span.end]

    @property
    def whole(self) -> Span:
        """The span of all its text."""
        return Span(0, len(self.text))

    def references(self, span: Span) -> tuple[Reference, ...]:
        """The sources marked inside a span, in order, each once."""
        inside = (mark.reference for mark in self.marks if span.start < mark.offset <= span.end)
        return tuple(dict.fromkeys(inside))


def text_hash(text: str) -> str:
    """SHA-256 of a document's text, in hex."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
