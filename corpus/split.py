"""A document into passages: whole sentences of one section, up to a size, no overlap.

Only door to langchain_text_splitters. Its splitter packs; the offsets are ours, because its own
go wrong with token lengths and its Markdown splitter rewrites white space. So the units (a
sentence, or a lead-in with its first item, or a table header with its first row) travel through
it joined by U+001E, which no document contains, and are counted when they come back.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from langchain_text_splitters import CharacterTextSplitter

from corpus.document import Document, Sentence
from corpus.passage import Passage
from corpus.span import Span

UNIT_JOIN = "\x1e"  # ASCII "record separator"
PASSAGE_SIZE = 128  # in the units of `length`

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
        units = list(_units(sentences))
        chunks = splitter.split_text(UNIT_JOIN.join(document[unit] for unit in units))
        for chunk in chunks:
            count = chunk.count(UNIT_JOIN) + 1
            packed, units = units[:count], units[count:]
            span = Span(packed[0].start, packed[-1].end)
            passages.append(Passage(document, span, sentences[0].heading))
    _assert_laws(document, passages)
    return tuple(passages)


def _units(sentences: Sequence[Sentence]) -> Iterator[Span]:
    """Spans that must not be parted: what opens stays with the first thing it opens."""
    start: int | None = None
    for sentence in sentences:
        start = sentence.span.start if start is None else start
        if not sentence.opens:
            yield Span(start, sentence.span.end)
            start = None
    if start is not None:  # a lead-in that leads to nothing
        yield Span(start, sentences[-1].span.end)


def _assert_laws(document: Document, passages: Sequence[Passage]) -> None:
    """Every sentence in exactly one passage, every passage verbatim; else the build stops."""
    covered = [sentence for passage in passages for sentence in passage.sentences]
    if covered != list(document.sentences):
        raise AssertionError(f"{document.id}: passages do not cover its sentences once each")
    for passage in passages:
        edges = passage.sentences[0].span.start, passage.sentences[-1].span.end
        if not passage.text or edges != passage.span:
            raise AssertionError(f"{passage.id} does not begin and end with a whole sentence")
