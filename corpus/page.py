"""The page: what a reader of one format found, before it is laid out as plain text."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from corpus.document import Block, Kind, SourceMark
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

    def laid_out(self) -> tuple[str, tuple[Block, ...], tuple[SourceMark, ...]]:
        """The text that a reader reads, its blocks and its source marks."""
        text, blocks, marks = "", [], []
        before: Line | None = None
        for line in self.lines:
            text += _gap(before, line)
            start = len(text)
            text += CELL_JOIN.join(line.texts)
            span = Span(start, len(text))
            cells = tuple(_cells(line.texts, start)) if line.kind in ("header", "row") else ()
            blocks.append(Block(line.kind, span, line.depth, cells))
            marks += [SourceMark(start + offset, source) for offset, source in line.sources]
            before = line
        return text, tuple(blocks), tuple(marks)


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
