"""Plain text into a page: blocks stand between empty lines, nothing else is read into it."""

import re
from collections.abc import Mapping

from corpus.page import Line, Page
from corpus.reference import Reference


def plain_page(text: str, references: Mapping[str, Reference]) -> Page:
    """A .txt file; it has no headings, lists, tables or source keys."""
    blocks = (" ".join(block.split()) for block in re.split(r"\n\s*\n", text))
    return Page("", tuple(Line("paragraph", (block,)) for block in blocks if block))
