"""Markdown into a page, with pandoc's ``[@key]`` taken out of the text and kept as sources.

Unlike a renderer it drops what words can't carry: images, raw HTML, link targets.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from corpus.document import Kind
from corpus.page import CELL_JOIN, Line, Page
from corpus.reference import Reference

MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
SOURCE_KEYS = re.compile(r"\s*\[(@[\w:.-]+(?:;\s*@[\w:.-]+)*)\]")  # pandoc's citation syntax


def markdown_page(text: str, references: Mapping[str, Reference]) -> Page:
    """A CommonMark file with pipe tables."""
    lines = tuple(line for line in _lines(MARKDOWN.parse(text), references) if any(line.texts))
    first = lines[0] if lines else None
    is_title = first is not None and first.kind == "heading" and first.depth == 1
    return Page(first.texts[0] if first and is_title else "", lines)


def _lines(tokens: Sequence[Token], references: Mapping[str, Reference]) -> Iterator[Line]:
    lists: list[int | None] = []  # next number of each open list, None for bullets
    kind: Kind = "paragraph"
    depth, prefix, cells = 0, "", []
    for token in tokens:
        match token.type:
            case "heading_open":
                kind, depth = "heading", int(token.tag[1])
            case "bullet_list_open":
                lists.append(None)
            case "ordered_list_open":
                lists.append(int(token.attrGet("start") or 1))
            case "bullet_list_close" | "ordered_list_close":
                lists.pop()
            case "list_item_open":
                prefix = _number(lists)
            case "paragraph_open":
                kind, depth = ("item", len(lists) - 1) if lists else ("paragraph", 0)
            case "tr_open":
                cells = []
            case "tr_close":
                yield _line("header" if kind == "header" else "row", cells, 0, references)
            case "th_open":
                kind = "header"
            case "td_open":
                kind = "row"
            case "inline" if kind in ("header", "row"):
                cells.append(_words(token))
            case "inline":
                yield _line(kind, [prefix + _words(token)], depth, references)
                prefix = ""
            case "fence" | "code_block":
                yield _line("paragraph", [token.content.strip()], 0, references)


def _number(lists: list[int | None]) -> str:
    """"3. " for an item of a numbered list, which counts on; nothing for a bullet."""
    number = lists[-1]
    if number is None:
        return ""
    lists[-1] = number + 1
    return f"{number}. "


def _words(token: Token) -> str:
    """The words of an inline token; line breaks become spaces, images their description."""
    words = []
    for child in token.children or ():
        words.append(" " if child.type in ("softbreak", "hardbreak") else child.content)
    return " ".join("".join(words).split())


def _line(kind: Kind, texts: list[str], depth: int, references: Mapping[str, Reference]) -> Line:
    """A line without its source keys, which become offsets into what is left."""
    kept, sources, before = [], [], 0
    for text in texts:
        rest, found = _without_keys(text, references)
        sources += [(before + offset, reference) for offset, reference in found]
        kept.append(rest)
        before += len(rest) + len(CELL_JOIN)
    return Line(kind, tuple(kept), tuple(sources), depth)


def _without_keys(
    text: str, references: Mapping[str, Reference]
) -> tuple[str, list[tuple[int, Reference]]]:
    rest, sources, at = "", [], 0
    for match in SOURCE_KEYS.finditer(text):
        rest += text[at : match.start()]
        for key in re.findall(r"@([\w:.-]+)", match[1]):
            key = key.rstrip(".")
            sources.append((max(len(rest), 1), references.get(key) or Reference(key, key)))
        at = match.end()
    return rest + text[at:], sources
