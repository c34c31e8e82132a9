"""A web page into a Page: its main text, without menus, banners, scripts and pop-up definitions.

Only door to trafilatura, which tells the article from what stands around it.
"""

from collections.abc import Iterator

import trafilatura
from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from corpus.page import Line, Page
from corpus.visible import visible

POP_UPS = "//*[@role='tooltip' or contains(@class, 'tooltip') or contains(@class, 'popover')]"


def web_page(data: bytes) -> Page:
    """An HTML file; ValueError if it holds no readable text."""
    tree = _tree(data)
    for pop_up in tree.xpath(POP_UPS):
        pop_up.drop_tree()
    found = trafilatura.bare_extraction(
        tree, favor_recall=True, include_comments=False, include_tables=True, with_metadata=True
    )
    lines = tuple(_lines(found.body)) if found is not None else ()
    if not lines:
        raise ValueError("no text was found in this web page; save the page itself, not its frame")
    return Page(found.title or "", lines)


def _tree(data: bytes) -> HtmlElement:
    try:
        data.decode("utf-8")
        encoding = "utf-8"  # more often true than what an old page declares
    except UnicodeDecodeError:
        encoding = None  # as the page says
    try:
        return document_fromstring(data, parser=HTMLParser(encoding=encoding))
    except (etree.LxmlError, ValueError) as error:
        raise ValueError("it is not a web page that can be read; save it again") from error


def _lines(body: etree._Element) -> Iterator[Line]:
    for element in body:
        match element.tag:
            case "head":
                depth = int((element.get("rend") or "h2")[1:])
                yield from _line("heading", element, depth)
            case "list":
                yield from _items(element, 0)
            case "table":
                yield from _rows(element)
            case _:
                yield from _line("paragraph", element)


def _line(kind: str, element: etree._Element, depth: int = 0, label: str = "") -> Iterator[Line]:
    text = _words(element)
    if text:
        yield Line(kind, (label + text,), depth=depth)  # type: ignore[arg-type]


def _items(element: etree._Element, depth: int) -> Iterator[Line]:
    numbered = element.get("rend") == "ol"
    for number, item in enumerate(element.iterchildren("item"), start=1):
        yield from _line("item", item, depth, f"{number}. " if numbered else "")
        for inner in item.iterchildren("list"):
            yield from _items(inner, depth + 1)


def _rows(element: etree._Element) -> Iterator[Line]:
    """Rows with as many cells as the first; a first row is the header only if it says so."""
    for number, row in enumerate(element.iterchildren("row")):
        cells = list(row.iterchildren("cell"))
        heads = all(cell.get("role") == "head" for cell in cells)
        kind = "header" if heads and not number else "row"
        if any(texts := tuple(_words(cell) for cell in cells)):
            yield Line(kind, texts)  # type: ignore[arg-type]


def _words(element: etree._Element) -> str:
    """The words of an element, those of lists inside it left out."""
    parts = [element.text or ""]
    for child in element:
        parts += [" " if child.tag in ("list", "lb") else _words_of_all(child), child.tail or ""]
    return " ".join(visible("".join(parts)).split())


def _words_of_all(element: etree._Element) -> str:
    return "".join(element.itertext())
