"""Printed lines, with their places on the paper, into the order in which a person reads them.

A PDF says where each line stands, not what it is. Whether a line is a heading, begins a paragraph
or goes on with one is told by its size, its weight, its bullet and the white space around it.
Where that is unsure two blocks are made one: a block too long still has whole sentences.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

BULLET = re.compile(r"^(?:[•●▪■◦‣∙·○–—-]|\uf0b7|o(?= [A-Z]))\s+")
NUMBER = re.compile(r"^\d{1,2}[.)]\s+")
ENDED = re.compile(r"[.!?:;…][\"'”’)\]]*$")
GUTTER = 8.0  # points of white between two columns; a space between words has three
LEADING = 1.6  # gaps this much wider than usual part paragraphs


@dataclass(frozen=True, slots=True)
class Printed:
    """One line of print, or one table; places in points from the top left of its sheet."""

    left: float
    top: float
    right: float
    bottom: float
    text: str
    size: float = 0.0
    bold: bool = False
    sheet: int = 1
    edge: bool = False  # where running heads and page numbers stand
    rows: tuple[tuple[str, ...], ...] = ()  # of a table

    @property
    def bullet(self) -> str:
        """ "item", "step" or nothing, by what the line begins with."""
        return "item" if BULLET.match(self.text) else "step" if NUMBER.match(self.text) else ""


def reading_order(lines: Sequence[Printed]) -> list[Printed]:
    """The lines of one sheet, column by column, by cutting it along its white space (XY-cut)."""
    if len(lines) < 2:
        return list(lines)
    left, right = _columns(lines)
    if left and right:
        return reading_order(left) + reading_order(right)
    above, below = _storeys(lines)
    if above and below:
        return reading_order(above) + reading_order(below)
    return sorted(lines, key=lambda line: (line.top, line.left))


def _columns(lines: Sequence[Printed]) -> tuple[list[Printed], list[Printed]]:
    """What stands left and right of a gutter that no line crosses; both empty without one."""
    reach = -1.0
    for line in sorted(lines, key=lambda line: line.left):
        if reach >= 0 and line.left - reach >= GUTTER:
            left = [other for other in lines if other.left < line.left]
            right = [other for other in lines if other.left >= line.left]
            if _is_column(left) and _is_column(right):
                return left, right
        reach = max(reach, line.right)
    return [], []


def _is_column(lines: Sequence[Printed]) -> bool:
    """Several lines of running text; short ones are more likely cells of a table."""
    return len(lines) > 2 and median(len(line.text) for line in lines) > 18


def _storeys(lines: Sequence[Printed]) -> tuple[list[Printed], list[Printed]]:
    """What stands above and below the widest horizontal band of white."""
    ordered = sorted(lines, key=lambda line: line.top)
    reach, widest, cut = ordered[0].bottom, 0.0, 0
    for number, line in enumerate(ordered[1:], start=1):
        if line.top - reach > widest:
            widest, cut = line.top - reach, number
        reach = max(reach, line.bottom)
    return (ordered[:cut], ordered[cut:]) if cut else ([], [])


def body_size(lines: Sequence[Printed]) -> float:
    """The size of most of the text, in points."""
    sizes = Counter[float]()
    for line in lines:
        sizes[round(line.size * 2) / 2] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def is_heading(line: Printed, body: float) -> bool:
    """True for a line clearly larger than the text, or a short bold one that is no sentence."""
    if line.rows or line.bullet == "item" or len(line.text) > 150:
        return False
    larger = line.size >= body * 1.15
    short = line.bold and len(line.text.split()) <= 14 and line.size >= body * 0.95
    return larger or (short and not re.search(r"[.:;,]$", line.text))


def paragraphs(lines: Sequence[Printed], body: float) -> Iterator[list[Printed]]:
    """Lines in reading order, grouped to blocks: a heading, a paragraph, an item or a table."""
    usual = _usual_gap(lines)
    block: list[Printed] = []
    for line in lines:
        if block and not _goes_on(block, line, body, usual):
            yield block
            block = []
        block.append(line)
    if block:
        yield block


def _usual_gap(lines: Sequence[Printed]) -> float:
    gaps = [
        after.top - before.top
        for before, after in pairwise(lines)
        if 0 < after.top - before.top < 3 * max(before.size, 1.0) and before.sheet == after.sheet
    ]
    return median(gaps) if gaps else 14.0


def _goes_on(block: Sequence[Printed], line: Printed, body: float, usual: float) -> bool:
    """True if `line` belongs to the same block as the lines before it."""
    before = block[-1]
    if line.rows or before.rows or line.bullet:
        return False
    heads = is_heading(before, body), is_heading(line, body)
    if any(heads):
        close = line.top - before.top < max(before.size, line.size) * 2
        return all(heads) and close and abs(before.size - line.size) < 0.5
    if not ENDED.search(before.text):  # in the middle of a sentence, over a column or a sheet too
        return line.text[:1].islower() or _is_near(before, line, usual)
    return _is_near(before, line, usual)


def _is_near(before: Printed, line: Printed, usual: float) -> bool:
    return before.sheet == line.sheet and 0 <= line.top - before.top <= usual * LEADING
