"""Blocks of text into whole sentences, each with what governs it.

sentencex (Wikimedia) proposes the boundaries; we only ever take boundaries away, because a
sentence that is too long is safe to show and half a sentence is not.
"""

import re
from collections.abc import Iterator, Sequence

from sentencex import get_sentence_boundaries

from corpus.document import Block, Sentence
from corpus.span import Span

# Abbreviations after which a number or a name goes on, common in medical prose.
ABBREVIATION = re.compile(
    r"\b(approx|ca|cf|vs|no|nos|fig|figs|eq|resp|incl|excl|max|min|yr|yrs|mo|mos|wk|wks|hr|hrs|"
    r"tab|tabs|cap|caps|oz|i\.v|i\.m|s\.c|p\.o|e\.g|i\.e|et al|dr|mr|mrs|ms|prof|st)\.$",
    re.IGNORECASE,
)
NUMBERING = re.compile(r"^\d{1,3}[.)]$")  # "3." of a list of steps
STARTS_LOWER = re.compile(r"[a-z]")
UNFINISHED = re.compile(r":$|[^.!?…:)\]\"”’]$")


def sentences_of(text: str, blocks: Sequence[Block]) -> tuple[Sentence, ...]:
    """Every sentence of a document, in order; headings and table headers are not sentences."""
    found: list[Sentence] = []
    for block, section, heading, governors, leads in _governed(text, blocks):
        spans = [block.span] if block.kind == "row" else list(split_sentences(text, block.span))
        for span in spans:
            opens = leads and span == spans[-1] and bool(UNFINISHED.search(text[span.start : span.end]))
            found.append(Sentence(span, block.kind, section, heading, governors, opens))
    return tuple(found)


def split_sentences(text: str, span: Span) -> Iterator[Span]:
    """Spans of the sentences of one block, white space at their ends left out."""
    start = span.start
    body = text[span.start : span.end]
    boundaries = get_sentence_boundaries("en", body)
    ends = [span.start + boundary["end_index"] for boundary in boundaries]
    for end in [*ends[:-1], span.end]:
        piece = text[start:end]
        trimmed = piece.strip()
        if _runs_on(trimmed, text[end : span.end].lstrip()):
            continue
        if trimmed:
            begin = start + piece.index(trimmed)
            yield Span(begin, begin + len(trimmed))
        start = end


def _runs_on(piece: str, rest: str) -> bool:
    """True if the proposed boundary between `piece` and `rest` is none."""
    if not rest:
        return False
    broken = STARTS_LOWER.match(rest) or ABBREVIATION.search(piece) or NUMBERING.match(piece)
    return bool(broken)


def _governed(
    text: str, blocks: Sequence[Block]
) -> Iterator[tuple[Block, int, str, tuple[Span, ...], bool]]:
    """Each quotable block with its section, heading, governing spans and whether a list follows."""
    section, heading = 0, ""
    above: list[tuple[int, Span]] = []  # lead-ins in force, by list depth
    header: tuple[Span, ...] = ()
    following = [*blocks[1:], None]
    for block, after in zip(blocks, following, strict=True):
        if block.kind == "heading":
            section, heading = section + 1, text[block.span.start : block.span.end]
            above, header = [], ()
        elif block.kind == "header":
            header = (*(lead for _, lead in above), block.span)
        elif block.kind == "row":
            yield block, section, heading, header, False
        else:
            depth = block.depth if block.kind == "item" else -1
            above = [(level, lead) for level, lead in above if level < depth]
            leads = after is not None and _is_led(block, after)
            yield block, section, heading, tuple(lead for _, lead in above), leads
            last = list(split_sentences(text, block.span))[-1]
            if leads and UNFINISHED.search(text[last.start : last.end]):
                above.append((depth, last))


def _is_led(block: Block, after: Block) -> bool:
    """True if `after` is a list item or table that `block` can introduce."""
    deeper = after.kind == "item" and (block.kind == "paragraph" or after.depth > block.depth)
    return deeper or after.kind == "header"
