"""Blocks of text into whole sentences, each with what governs it.

Where it is unsure it does not part: a quote that is too long is safe to show, half a sentence is
not. (Libraries were tried: sentencex 1.0 runs sentences together after an apostrophe and a
bracket, and parts after "approx.".)
"""

import re
from collections.abc import Iterator, Sequence

from corpus.document import Block, Sentence
from corpus.span import Span

# A stop, what may close behind it, white space, and something that can begin a sentence.
BOUNDARY = re.compile(r"[.!?…]+[\"'”’)\]]*(\s+)(?=[\"'“‘(\[]*(?:[^\W\d_a-z]|\d|[≥≤<>~±+-]?\d))")
NEVER_ENDS = re.compile(  # names and comparisons follow
    r"(?:\b(?:dr|mr|mrs|ms|prof|st|vs|fig|figs|ca|approx|cf|resp|incl|excl|et al|e\.g|i\.e)\.)$",
    re.IGNORECASE,
)
INITIAL = re.compile(
    r"(?<!\b[Vv]itamin)(?:^|[\s.(])[A-Z]\.$"
)  # "J. Smith", "U.S. law"; not "vitamin D."
BEFORE_NUMBER = re.compile(  # "No. 5", "max. 30", "2 yr. 6 mo."
    r"\b(?:no|nos|eq|max|min|yr|yrs|mo|mos|wk|wks|hr|hrs|tab|tabs|vol|p|pp)\.$", re.IGNORECASE
)
NUMBERING = re.compile(r"^\d{1,3}[.)]$")  # "3." of a list of steps
ENDED = re.compile(r"[.!?…:][\"'”’)\]]*$")
UNFINISHED = re.compile(r":$|[^.!?…:)\]\"”’]$")


def sentences_of(text: str, blocks: Sequence[Block]) -> tuple[Sentence, ...]:
    """Every sentence of a document, in order; headings and table headers are not sentences."""
    found: list[Sentence] = []
    for block, section, heading, governors, leads in _governed(text, blocks):
        spans = [block.span] if block.kind == "row" else list(split_sentences(text, block.span))
        for span in spans:
            opens = (
                leads and span == spans[-1] and bool(UNFINISHED.search(text[span.start : span.end]))
            )
            found.append(Sentence(span, block.kind, section, heading, governors, opens))
    return tuple(found)


def split_sentences(text: str, span: Span) -> Iterator[Span]:
    """Spans of the sentences of one block, white space at their ends left out."""
    body = text[span.start : span.end]
    start = len(body) - len(body.lstrip())
    for gap in BOUNDARY.finditer(body):
        before, after = body[start : gap.start(1)], body[gap.end() :]
        if not _runs_on(before, after):
            yield Span(span.start + start, span.start + gap.start(1))
            start = gap.end()
    end = len(body.rstrip())
    if start < end:
        yield Span(span.start + start, span.start + end)


def _runs_on(before: str, after: str) -> bool:
    """True if the stop between `before` and `after` does not end a sentence."""
    if any(rule.search(before) for rule in (NUMBERING, NEVER_ENDS, INITIAL)):
        return True
    return after[:1].isdigit() and bool(BEFORE_NUMBER.search(before))


def _governed(
    text: str, blocks: Sequence[Block]
) -> Iterator[tuple[Block, int, str, tuple[Span, ...], bool]]:
    """Each quotable block with its section, heading, governing spans and whether a list follows."""
    section, heading = 0, ""
    above: list[tuple[int, Span]] = []  # lead-ins in force, by list depth
    header: tuple[Span, ...] = ()
    before: tuple[int, Span] | None = None  # the last sentence so far
    following = [*blocks[1:], None]
    for block, after in zip(blocks, following, strict=True):
        if block.kind == "heading":
            section, heading = section + 1, text[block.span.start : block.span.end]
            above, header = [], ()
        elif block.kind == "header":
            leading = above if before in above else []  # not what led the list before the table
            header = (*(lead for _, lead in leading), block.span)
        elif block.kind == "row":
            yield block, section, heading, header, False
        else:
            depth = block.depth if block.kind == "item" else -1
            above = [(level, lead) for level, lead in above if level < depth]
            leads = after is not None and _is_led(block, after)
            yield block, section, heading, tuple(lead for _, lead in above), leads
            before = (depth, list(split_sentences(text, block.span))[-1])
            if leads and UNFINISHED.search(text[before[1].start : before[1].end]):
                above.append(before)


def _is_led(block: Block, after: Block) -> bool:
    """True if `after` is a list item or table that `block` can introduce."""
    deeper = after.kind == "item" and (block.kind == "paragraph" or after.depth > block.depth)
    return deeper or after.kind == "header"
