"""Markdown into a page, with pandoc's ``[@key]`` taken out of the text and kept as sources.

Unlike a renderer it drops what words can't carry: images, raw HTML, link targets.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode as Node

from corpus.document import Kind
from corpus.page import CELL_JOIN, Line, Page
from corpus.reference import Reference

MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
SOURCE_KEYS = re.compile(r"\s*\[(@[\w:.-]+(?:;\s*@[\w:.-]+)*)\]")  # pandoc's citation syntax
SOURCE_KEY = re.compile(r"@([\w:.-]*[\w])")

References = Mapping[str, Reference]


def markdown_page(text: str, references: References) -> Page:
    """A CommonMark file with pipe tables."""
    tree = Node(MARKDOWN.parse(text))
    lines = tuple(line for line in _lines(tree, references) if any(line.texts))
    first = lines[0] if lines else None
    is_title = first is not None and first.kind == "heading" and first.depth == 1
    return Page(first.texts[0] if first and is_title else "", lines)


def markdown_links(text: str) -> tuple[str, ...]:
    """The targets of its links, in order, each once."""
    links = (node for node in Node(MARKDOWN.parse(text)).walk() if node.type == "link")
    return tuple(dict.fromkeys(str(link.attrs.get("href", "")) for link in links))


def _lines(node: Node, references: References) -> Iterator[Line]:
    """The lines of everything below a node that is not a list."""
    for child in node.children:
        match child.type:
            case "heading":
                yield _line("heading", [_words(child)], int(child.tag[1]), references)
            case "paragraph":
                yield _line("paragraph", [_words(child)], 0, references)
            case "bullet_list" | "ordered_list":
                yield from _items(child, 0, references)
            case "tr":
                kind: Kind = "header" if child.children[0].type == "th" else "row"
                yield _line(kind, [_words(cell) for cell in child.children], 0, references)
            case "fence" | "code_block":
                yield _line("paragraph", [child.content.strip()], 0, references)
            case _:
                yield from _lines(child, references)


def _items(node: Node, depth: int, references: References) -> Iterator[Line]:
    """The items of a list and of the lists inside it; numbered ones keep their number."""
    ordered = node.type == "ordered_list"
    for number, item in enumerate(node.children, start=int(node.attrs.get("start", 1))):
        label = f"{number}. " if ordered else ""
        for child in item.children:
            if child.type in ("bullet_list", "ordered_list"):
                yield from _items(child, depth + 1, references)
            else:
                yield _line("item", [label + _words(child)], depth, references)
                label = ""


def _words(node: Node) -> str:
    """The words below a node; line breaks become spaces."""
    words = []
    for child in node.walk(include_self=True):
        if child.type in ("softbreak", "hardbreak"):
            words.append(" ")
        elif child.type in ("text", "code_inline", "fence", "code_block", "html_block"):
            words.append(child.content)
    return " ".join("".join(words).split())


def _line(kind: Kind, texts: Iterable[str], depth: int, references: References) -> Line:
    """A line without its source keys, which become offsets into what is left."""
    kept: list[str] = []
    sources: list[tuple[int, Reference]] = []
    before = 0
    for text in texts:
        rest, found = _without_keys(text, references)
        sources += [(before + offset, reference) for offset, reference in found]
        kept.append(rest)
        before += len(rest) + len(CELL_JOIN)
    return Line(kind, tuple(kept), tuple(sources), depth)


def _without_keys(text: str, references: References) -> tuple[str, list[tuple[int, Reference]]]:
    rest, sources, at = "", [], 0
    for match in SOURCE_KEYS.finditer(text):
        rest += text[at : match.start()]
        for key in SOURCE_KEY.findall(match[1]):
            sources.append((max(len(rest), 1), references.get(key) or Reference(key, key)))
        at = match.end()
    return rest + text[at:], sources
