"""A Word document into a Page: headings, paragraphs, lists and tables in their order.

Only door to python-docx.
"""

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import docx
from docx.opc.exceptions import OpcError
from docx.table import Table
from docx.text.paragraph import Paragraph

from corpus.page import Line, Page
from corpus.visible import visible

UNPACKED = 100_000_000  # bytes; a book with pictures has about a tenth
OLE = b"\xd0\xcf\x11\xe0"  # what old .doc files and encrypted .docx files begin with
HEADING = re.compile(r"(?:Heading|Title) ?(\d?)", re.IGNORECASE)
NUMBERED = re.compile(r"\bnumber", re.IGNORECASE)


def word_page(data: bytes) -> Page:
    """A .docx file; ValueError says why it can't be read."""
    _check_archive(data)
    try:
        document = docx.Document(BytesIO(data))
    except (OpcError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise ValueError("it is not a Word document that can be read; save it again") from error
    lines = tuple(_lines(document))
    if not lines:
        raise ValueError("it has no text")
    return Page(document.core_properties.title or "", lines)


def _check_archive(data: bytes) -> None:
    if data.startswith(OLE):
        raise ValueError("it is encrypted or an old .doc file; save it as .docx without a password")
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
    except zipfile.BadZipFile as error:
        raise ValueError("it is not a .docx file; save it from Word again") from error
    if unpacked > UNPACKED:
        raise ValueError(
            f"it unpacks to {unpacked:,} bytes and {UNPACKED:,} is the limit; it may be a zip bomb"
        )


def _lines(document: Any) -> Iterator[Line]:
    number = 0
    for part in document.iter_inner_content():
        if isinstance(part, Table):
            yield from _rows(part)
            continue
        line = _line(part, number + 1)
        number = number + 1 if line and line.kind == "item" else 0
        if line:
            yield line


def _line(paragraph: Paragraph, number: int) -> Line | None:
    text = " ".join(visible(paragraph.text).split())
    if not text:
        return None
    style = (paragraph.style.name or "") if paragraph.style else ""
    if heading := HEADING.match(style):
        return Line("heading", (text,), depth=min(int(heading[1] or 1), 6))
    properties = paragraph._p.pPr
    listed = properties is not None and properties.numPr is not None
    if listed or style.startswith("List"):
        label = f"{number}. " if NUMBERED.search(style) else ""
        return Line("item", (label + text,))
    return Line("paragraph", (text,))


def _rows(table: Table) -> Iterator[Line]:
    """A table of one column is a box of text; any other has its first row as header."""
    for number, row in enumerate(table.rows):
        texts = tuple(" ".join(visible(cell.text).split()) for cell in row.cells)
        if len(texts) == 1 and texts[0]:
            yield Line("paragraph", texts)
        elif any(texts):
            yield Line("row" if number else "header", texts)
