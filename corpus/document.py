"""The document and its parts. Knows nothing of files, of the index or of how it is shown.

``Document.text`` is what a reader reads: no markup, no source keys. Everything else points into it.
"""

import hashlib
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from typing import Literal

from corpus.reference import Reference
from corpus.reviewer import named
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
class PageMark:
    """Says that the text from `offset` on stands on page `number` of the original."""

    offset: int
    number: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """The smallest thing that is ever shown: a whole sentence, or a whole table row.

    `governors` are the spans without which it may be misread (list lead-in, table header);
    `opens` marks a lead-in, which says nothing until what follows it is shown too; `asked` are
    questions, in people's own words, that it answers.
    """

    span: Span
    kind: Kind
    section: int  # number of headings before it
    heading: str
    governors: tuple[Span, ...] = ()
    opens: bool = False
    asked: tuple[str, ...] = ()


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
    publisher: str = ""  # whose words these are; empty for the project's own documents
    url: str = ""  # where the publisher keeps it
    pages: tuple[PageMark, ...] = ()  # of an original that has pages, in order
    links: tuple[str, ...] = ()  # targets of its links
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
        """The sources marked inside a span, in order, each once; its publisher comes first."""
        inside = (mark.reference for mark in self.marks if span.start < mark.offset <= span.end)
        return tuple(dict.fromkeys((*self._as_reference(), *inside)))

    @property
    def clinician(self) -> str:
        """Who reviewed it for what it says of health; empty if nobody is named."""
        return named(self.clinical_review)

    @property
    def reviewed(self) -> str:
        """Whether a clinician has looked at it, as a sentence."""
        if self.clinician:
            return f"Reviewed by {self.clinician}."
        return "Clinical review not stated." if self.publisher else "Not reviewed by a clinician."

    def _as_reference(self) -> tuple[Reference, ...]:
        """Another publisher's document is its own source."""
        if not self.publisher:
            return ()
        year = str(self.written.year) if self.written else ""
        return (Reference(self.id, self.title, (), self.publisher, year, "", self.url),)

    def page(self, span: Span) -> int | None:
        """Number of the page of the original on which a span begins; None if it has no pages."""
        at = bisect_right(self.pages, span.start, key=lambda mark: mark.offset)
        return self.pages[at - 1].number if at else None


def text_hash(text: str) -> str:
    """SHA-256 of a document's text, in hex."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
