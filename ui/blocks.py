"""Blocks of a document as HTML: the one place where document text becomes markup, escaped."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from markupsafe import Markup, escape

from assistant.answer import Block, Document, Sentence, Span

FAMILY = {"item": "list", "header": "table", "row": "table"}
NEARBY = 4  # sentences of the longest run that gets an anchor of its own


def anchor(span: Span) -> str:
    """The fragment of a span on its document's page."""
    return f"s{span.start}-{span.end}"


def quote_html(document: Document, span: Span, governors: Sequence[Span]) -> Markup:
    """A quote with what governs it, for reading: paragraphs, lists and tables, no anchors."""
    shown = (*governors, span)
    blocks = [b for b in document.blocks if any(s.overlaps(b.span) for s in shown)]
    pieces = [(block, _clipped(document, block, shown)) for block in blocks]
    return _families(document, pieces)


def document_html(document: Document) -> Markup:
    """A whole document, every sentence with an anchor."""
    pieces = [(block, _anchored(document, block)) for block in document.blocks]
    return _families(document, pieces)


def _clipped(document: Document, block: Block, shown: Sequence[Span]) -> Markup:
    """The sentences of a block that are shown."""
    inside = [s.span for s in document.sentences if block.span.covers(s.span)]
    texts = [document[s] for s in inside if any(span.covers(s) for span in shown)]
    return escape(" ".join(texts))


def _anchored(document: Document, block: Block) -> Markup:
    """All text of a block, each sentence in a span that can be linked to and marked."""
    inside = [s for s in document.sentences if block.span.covers(s.span)]
    if not inside or block.cells:
        return escape(document[block.span])
    spans = (
        Markup('{}<span class="sentence" id="{}">{}</span>').format(
            _run_anchors(document, sentence), anchor(sentence.span), document[sentence.span]
        )
        for sentence in inside
    )
    return Markup(" ").join(spans)


def _run_anchors(document: Document, first: Sentence) -> Markup:
    """Empty anchors for the runs that begin here, so that they are found without JavaScript."""
    at = document.sentences.index(first)
    following = document.sentences[at + 1 :]
    near = [s for s in following[: NEARBY - 1] if s.section == first.section]
    listed = [s for s in following if first.opens and first.span in s.governors]
    ends = dict.fromkeys(s.span.end for s in (*near, *listed[-1:]))
    runs = (anchor(Span(first.span.start, end)) for end in ends)
    return Markup("").join(Markup('<a class="run" id="{}"></a>').format(run) for run in runs)


def _families(document: Document, pieces: Iterable[tuple[Block, Markup]]) -> Markup:
    """List items inside a list, rows inside a table, everything else by itself."""
    made = []
    for family, members in groupby(pieces, key=lambda piece: FAMILY.get(piece[0].kind, "")):
        if family == "table":
            made.append(_table(document, [block for block, _ in members]))
        elif family == "list":
            items = Markup("").join(_item(document, *member) for member in members)
            made.append(Markup("<ul>{}</ul>").format(items))
        else:
            made += [_single(block, html) for block, html in members]
    return Markup("\n").join(made)


def _single(block: Block, html: Markup) -> Markup:
    if block.kind == "heading":
        level = min(block.depth, 6)
        return Markup("<h{0}>{1}</h{0}>").format(level, html)
    return Markup("<p>{}</p>").format(html)


def _item(document: Document, block: Block, html: Markup) -> Markup:
    kind = "step" if document[block.span][:1].isdigit() else "item"
    return Markup('<li class="{} depth{}">{}</li>').format(kind, min(block.depth, 3), html)


def _table(document: Document, blocks: Sequence[Block]) -> Markup:
    head = Markup("").join(_row(document, b, "th") for b in blocks if b.kind == "header")
    body = Markup("").join(_row(document, b, "td") for b in blocks if b.kind == "row")
    region = '<div class="scroll" tabindex="0" role="region" aria-label="Table">{}</div>'
    head = Markup("<thead>{}</thead>").format(head) if head else Markup("")
    table = Markup("<table>{}<tbody>{}</tbody></table>").format(head, body)
    return Markup(region).format(table)


def _row(document: Document, block: Block, cell: str) -> Markup:
    cells = Markup("").join(_cells(document, block, cell))
    row = '<tr class="sentence" id="{}">{}</tr>'
    return Markup(row).format(anchor(block.span), cells)


def _cells(document: Document, block: Block, cell: str) -> Iterator[Markup]:
    attributes = Markup(' scope="col"') if cell == "th" else Markup("")
    for span in block.cells:
        yield Markup("<{0}{1}>{2}</{0}>").format(cell, attributes, document[span])
