"""Blocks of a document as HTML: the one place where document text becomes markup, escaped.

What a reader sees of a quote is letter for letter its document's: a word of the glossary becomes
a button around that word, and what it means stands outside the quote (see `meanings_html`).
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

from markupsafe import Markup, escape

from assistant.answer import Block, Document, Sentence, Span, Use

Text = Callable[[Span], Markup]  # a span of a document, escaped

FAMILY = {"item": "list", "header": "table", "row": "table"}
NEARBY = 4  # sentences of the longest run that gets an anchor of its own


def anchor(span: Span) -> str:
    """The fragment of a span on its document's page."""
    return f"s{span.start}-{span.end}"


def quote_html(
    document: Document, span: Span, governors: Sequence[Span], uses: Sequence[Use] = ()
) -> Markup:
    """A quote with what governs it, for reading: paragraphs, lists and tables, no anchors."""
    shown = (*governors, span)

    def text(part: Span) -> Markup:
        return _worded(document, part, uses)

    blocks = [b for b in document.blocks if any(s.overlaps(b.span) for s in shown)]
    pieces = [(block, _clipped(document, block, shown, text)) for block in blocks]
    return _families(document, pieces, text)


def meanings_html(document: Document, uses: Sequence[Use]) -> Markup:
    """What the words mean that `quote_html` makes buttons of; a tap on its word opens each."""
    meaning = Markup('<div class="meaning" id="{}-meaning" popover><strong>{}</strong> {}</div>')
    made = (meaning.format(_word(document, u), u.term.name, u.term.meaning) for u in uses)
    return Markup("").join(made)


def document_html(document: Document) -> Markup:
    """A whole document, every sentence with an anchor."""

    def text(part: Span) -> Markup:
        return escape(document[part])

    pieces = [(block, _anchored(document, block)) for block in document.blocks]
    return _families(document, pieces, text, anchored=True)


def _word(document: Document, use: Use) -> str:
    """The id of a word of the glossary where a quote uses it."""
    return f"word-{document.id}-{use.span.start}"


def _worded(document: Document, part: Span, uses: Sequence[Use]) -> Markup:
    """A span's text, the words of the glossary in it as buttons that open what they mean."""
    made, at = [], part.start
    button = Markup(
        '<button type="button" class="term" id="{0}" popovertarget="{0}-meaning">{1}</button>'
    )
    for use in sorted(uses, key=lambda use: use.span):
        if part.covers(use.span) and use.span.start >= at:
            made.append(escape(document[Span(at, use.span.start)]))
            made.append(button.format(_word(document, use), document[use.span]))
            at = use.span.end
    return Markup("").join((*made, escape(document[Span(at, part.end)])))


def _clipped(document: Document, block: Block, shown: Sequence[Span], text: Text) -> Markup:
    """The sentences of a block that are shown."""
    inside = [s.span for s in document.sentences if block.span.covers(s.span)]
    return Markup(" ").join(text(s) for s in inside if any(span.covers(s) for span in shown))


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


def _families(
    document: Document, pieces: Iterable[tuple[Block, Markup]], text: Text, anchored: bool = False
) -> Markup:
    """List items inside a list, rows inside a table, everything else by itself."""
    made = []
    for family, members in groupby(pieces, key=lambda piece: FAMILY.get(piece[0].kind, "")):
        if family == "table":
            made.append(_table([block for block, _ in members], text, anchored))
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


def _table(blocks: Sequence[Block], text: Text, anchored: bool) -> Markup:
    head = Markup("").join(_row(b, "th", text, anchored) for b in blocks if b.kind == "header")
    body = Markup("").join(_row(b, "td", text, anchored) for b in blocks if b.kind == "row")
    region = '<div class="scroll" tabindex="0" role="group" aria-label="Table">{}</div>'
    head = Markup("<thead>{}</thead>").format(head) if head else Markup("")
    table = Markup("<table>{}<tbody>{}</tbody></table>").format(head, body)
    return Markup(region).format(table)


def _row(block: Block, cell: str, text: Text, anchored: bool) -> Markup:
    scope = Markup(' scope="col"') if cell == "th" else Markup("")
    shape = Markup("<{0}{1}>{2}</{0}>")
    cells = Markup("").join(shape.format(cell, scope, text(span)) for span in block.cells)
    place = Markup(' class="sentence" id="{}"').format(anchor(block.span)) if anchored else ""
    return Markup("<tr{}>{}</tr>").format(place, cells)
