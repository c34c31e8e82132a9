"""The page: what a reader of one format found, before it is laid out as plain text.

"Page" as in web page: one file, however many sheets of paper it fills.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from corpus.document import Block, Kind, PageMark, SourceMark
from corpus.reference import Reference
from corpus.span import Span

CELL_JOIN = " | "


@dataclass(frozen=True, slots=True)
class Line:
    """One block's text, or its cells, and where sources stand in it (offsets in the text)."""

    kind: Kind
    texts: tuple[str, ...]  # one, or one per cell
    sources: tuple[tuple[int, Reference], ...] = ()
    depth: int = 0
    turns: tuple[tuple[int, int], ...] = ()  # offset in the text, number of the page from there


@dataclass(frozen=True, slots=True)
class LaidOut:
    """A page as a document keeps it: one text, and what stands where in it."""

    text: str
    blocks: tuple[Block, ...]
    marks: tuple[SourceMark, ...]
    pages: tuple[PageMark, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of one file, in order; `title` is its first level-1 heading, if any."""

    title: str
    lines: tuple[Line, ...] = field(default=())

    def with_title(self, title: str) -> "Page":
        """The page under its title, which is then its first heading."""
        rest = self.lines
        if rest and rest[0].kind == "heading" and rest[0].texts[0] == title:
            rest = rest[1:]
        return replace(self, lines=(Line("heading", (title,), depth=1), *rest))

    def laid_out(self) -> LaidOut:
        """The text that a reader reads, its blocks, its source marks and where pages begin."""
        text, blocks, marks = "", [], []
        pages: list[PageMark] = []
        before: Line | None = None
        for line in self.lines:
            text += _gap(before, line)
            start = len(text)
            text += CELL_JOIN.join(line.texts)
            span = Span(start, len(text))
            cells = tuple(_cells(line.texts, start)) if line.kind in ("header", "row") else ()
            blocks.append(Block(line.kind, span, line.depth, cells))
            marks += [SourceMark(start + offset, source) for offset, source in line.sources]
            for offset, number in line.turns:
                if not pages or pages[-1].number != number:
                    pages.append(PageMark(start + offset, number))
            before = line
        return LaidOut(text, tuple(blocks), tuple(marks), tuple(pages))


def _gap(before: Line | None, line: Line) -> str:
    """White space between two lines: items and rows stand close together."""
    if before is None:
        return ""
    close = line.kind in ("item", "row") and before.kind in ("item", "row", "header")
    return "\n" if close else "\n\n"


def _cells(texts: tuple[str, ...], start: int) -> Iterator[Span]:
    for text in texts:
        yield Span(start, start + len(text))
        start += len(text) + len(CELL_JOIN)
