"""A document into passages: whole sentences of one section, up to a size, no overlap.

Only door to langchain_text_splitters. Its splitter packs; the offsets are ours, because its own
go wrong with token lengths and its Markdown splitter rewrites white space. So the units (a
sentence, or a lead-in with its first item, or all the steps of a procedure) travel through it
joined by U+001E, which no document contains, and are counted when they come back.
"""

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from langchain_text_splitters import CharacterTextSplitter

from corpus.document import Document, Sentence
from corpus.passage import Passage
from corpus.span import Span

STEP = re.compile(r"\d{1,3}\. ")
UNIT_JOIN = "\x1e"  # ASCII "record separator"
PASSAGE_SIZE = 180  # in the units of `length`

# One unit longer than a passage is normal (a long sentence) and not worth its warning.
logging.getLogger("langchain_text_splitters.base").setLevel(logging.ERROR)


def words(text: str) -> int:
    """Number of words, the length used when no tokenizer is given."""
    return len(text.split())


def split(
    document: Document, size: int = PASSAGE_SIZE, length: Callable[[str], int] = words
) -> tuple[Passage, ...]:
    """Passages of at most `size` (one unit may be longer), covering every sentence once."""
    splitter = CharacterTextSplitter(
        separator=UNIT_JOIN,
        chunk_size=size,
        chunk_overlap=0,
        length_function=lambda text: length(text.replace(UNIT_JOIN, " ")),
        strip_whitespace=False,
    )
    passages: list[Passage] = []
    for _, section in groupby(document.sentences, key=lambda sentence: sentence.section):
        sentences = list(section)
        units = list(_units(document, sentences))
        chunks = splitter.split_text(UNIT_JOIN.join(document[unit] for unit in units))
        for chunk in chunks:
            count = chunk.count(UNIT_JOIN) + 1
            packed, units = units[:count], units[count:]
            span = Span(packed[0].start, packed[-1].end)
            passages.append(Passage(document, span, sentences[0].heading))
    _assert_laws(document, passages)
    return tuple(passages)


def _units(document: Document, sentences: Sequence[Sentence]) -> Iterator[Span]:
    """Spans that must not be parted: what opens stays with what it opens, and steps together."""
    start: int | None = None
    for sentence, after in zip(sentences, [*sentences[1:], None], strict=True):
        start = sentence.span.start if start is None else start
        steps = after is not None and all(_is_step(document, s) for s in (sentence, after))
        if after is None or not (sentence.opens or steps):
            yield Span(start, sentence.span.end)
            start = None


def _is_step(document: Document, sentence: Sentence) -> bool:
    """True for an item of a numbered list, and for what follows inside the item."""
    block = next(block for block in document.blocks if block.span.covers(sentence.span))
    return block.kind == "item" and bool(STEP.match(document[block.span]))


def _assert_laws(document: Document, passages: Sequence[Passage]) -> None:
    """Every sentence in exactly one passage, every passage verbatim; else the build stops."""
    covered = [sentence for passage in passages for sentence in passage.sentences]
    if covered != list(document.sentences):
        raise AssertionError(f"{document.id}: passages do not cover its sentences once each")
    for passage in passages:
        edges = passage.sentences[0].span.start, passage.sentences[-1].span.end
        if not passage.text or edges != passage.span:
            raise AssertionError(f"{passage.id} does not begin and end with a whole sentence")
