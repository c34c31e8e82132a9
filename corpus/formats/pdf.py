"""A PDF into a Page: text in reading order, headings, lists, ruled tables, page numbers.

Only door to pdfplumber and pdfminer. Scanned pages hold pictures, not text, and are refused.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any

import pdfplumber
from pdfminer.layout import LTChar, LTTextLine
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.utils.exceptions import PdfminerException

from corpus.formats.typeset import (
    BULLET,
    Printed,
    body_size,
    is_heading,
    paragraphs,
    reading_order,
)
from corpus.page import Line, Page
from corpus.visible import visible

MOST_SHEETS = 300
LAYOUT = {"line_margin": 0.1, "boxes_flow": None}  # lines only; their order is found here
MARGIN = 0.07  # of the height, at the top and the bottom: where running heads stand
PAGE_NUMBERS = {"#", "page #", "page # of #", "# of #", "# / #", "#/#", "- # -"}
BROKEN_WORD = re.compile(r"[^\W\d_]+-$")

# After these a hyphen at the end of a line is likely the word's own.
COMPOUNDING = re.compile(
    r"^(?:self|well|long|short|non|high|low|follow|once|post|pre|anti|over|under|side|x|t|z|flu|mid"
    r"|half|full|part|year|week|month|day|hour|minute|one|two|three|four|five|six|bone|first)-$",
    re.IGNORECASE,
)


def pdf_page(data: bytes) -> Page:
    """A .pdf file; ValueError says why it can't be read."""
    try:
        with pdfplumber.open(BytesIO(data), laparams=LAYOUT) as pdf:
            if len(pdf.pages) > MOST_SHEETS:
                raise ValueError(
                    f"it has {len(pdf.pages)} pages and {MOST_SHEETS} is the limit; split it"
                )
            title = str((pdf.metadata or {}).get("Title") or "")
            sheets = [_sheet(sheet) for sheet in pdf.pages]
    except (PDFPasswordIncorrect, PdfminerException) as error:
        if "Password" in repr(error):
            raise ValueError("it is encrypted; save a copy without a password") from error
        raise ValueError("it is not a PDF that can be read; print it to PDF again") from error
    lines = _without_running_heads(sheets)
    if not lines:
        raise ValueError(
            f"its {len(sheets)} pages hold no text, only pictures; scan them with text recognition"
        )
    return Page(title, tuple(_lines(lines)))


def _sheet(sheet: Any) -> list[Printed]:
    """The lines and ruled tables of one sheet, in reading order."""
    tables = [_table(sheet, found) for found in sheet.find_tables()]
    tables = [table for table in tables if len(table.rows) > 1 and len(table.rows[0]) > 1]
    lines = [_printed(sheet, line) for line in _text_lines(sheet.layout)]
    free = [line for line in lines if line.text and not any(_inside(line, t) for t in tables)]
    ordered = reading_order([*free, *tables])
    sheet.close()  # pdfplumber keeps every character of every sheet otherwise
    return ordered


def _text_lines(item: Any) -> Iterator[LTTextLine]:
    for child in item if hasattr(item, "__iter__") else ():
        if isinstance(child, LTTextLine):
            yield child
        else:
            yield from _text_lines(child)


def _printed(sheet: Any, line: LTTextLine) -> Printed:
    characters = [character for character in line if isinstance(character, LTChar)]
    first = characters[0] if characters else None
    height = float(sheet.height)
    return Printed(
        line.x0,
        height - line.y1,
        line.x1,
        height - line.y0,
        " ".join(visible(line.get_text()).split()),
        first.size if first else 0.0,
        bool(first and re.search("bold|black|heavy", first.fontname, re.IGNORECASE)),
        sheet.page_number,
        not height * MARGIN < (line.y0 + line.y1) / 2 < height * (1 - MARGIN),
    )


def _table(sheet: Any, found: Any) -> Printed:
    rows = tuple(
        tuple(" ".join(visible(cell or "").split()) for cell in row)
        for row in found.extract() or ()
    )
    text = " ".join(cell for row in rows for cell in row)
    left, top, right, bottom = found.bbox
    return Printed(left, top, right, bottom, text, sheet=sheet.page_number, rows=rows)


def _inside(line: Printed, table: Printed) -> bool:
    middle = (line.top + line.bottom) / 2, (line.left + line.right) / 2
    return table.top <= middle[0] <= table.bottom and table.left <= middle[1] <= table.right


def _without_running_heads(sheets: Sequence[Sequence[Printed]]) -> list[Printed]:
    """All lines but the heads and feet that stand on most sheets, and page numbers."""
    seen = Counter(
        key for sheet in sheets for key in {_pattern(line) for line in sheet if line.edge}
    )
    heads = {key for key, count in seen.items() if count > max(1, len(sheets) // 2)} | PAGE_NUMBERS
    return [
        line for sheet in sheets for line in sheet if not (line.edge and _pattern(line) in heads)
    ]


def _pattern(line: Printed) -> str:
    return re.sub(r"\d+", "#", line.text.lower())


def _lines(printed: Sequence[Printed]) -> Iterator[Line]:
    body = body_size([line for line in printed if not line.rows])
    whole = {word.lower() for line in printed for word in re.findall(r"[^\W\d_]+", line.text)}
    for block in paragraphs(printed, body):
        first = block[0]
        if first.rows:
            for number, row in enumerate(first.rows):
                if any(row):
                    yield Line("row" if number else "header", row, turns=((0, first.sheet),))
            continue
        text, turns = _joined(block, whole)
        if is_heading(first, body):
            yield Line("heading", (text,), depth=1 if first.size > body * 1.5 else 2, turns=turns)
        elif first.bullet:
            yield Line("item", (BULLET.sub("", text),), turns=turns[:1])
        else:
            yield Line("paragraph", (text,), turns=turns)


def _joined(block: Sequence[Printed], whole: set[str]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The text of a block, and where in it each sheet begins."""
    text, turns = "", [(0, block[0].sheet)]
    for line in block:
        broken = BROKEN_WORD.search(text)
        if broken and line.text[:1].islower():
            rest = re.match(r"[^\W\d_]+", line.text)
            word = broken[0][:-1] + (rest[0] if rest else "")
            if word.lower() in whole or not COMPOUNDING.match(broken[0]):
                text = text[:-1]
        elif text:
            text += " "
        if line.sheet != turns[-1][1]:
            turns.append((len(text), line.sheet))
        text += line.text
    return text, tuple(turns)
