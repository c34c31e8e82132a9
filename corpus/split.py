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

STEP = re.compile(r"\d{1,3}\. ")
UNIT_JOIN = "\x1e"  # ASCII "record separator"
PASSAGE_SIZE = 180  # in the units of `length`

Unit = list[Sentence]

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
        units = list(_units(document, list(section)))
        chunks = splitter.split_text(UNIT_JOIN.join(_text(document, unit) for unit in units))
        for chunk in chunks:
            count = chunk.count(UNIT_JOIN) + 1
            packed, units = units[:count], units[count:]
            passages.append(Passage(document, tuple(s for unit in packed for s in unit)))
    _assert_laws(document, passages)
    return tuple(passages)


def _units(document: Document, sentences: Sequence[Sentence]) -> Iterator[Unit]:
    """Sentences that must not be parted: what opens and what it opens, all steps of a procedure."""
    unit: Unit = []
    for sentence, after in zip(sentences, [*sentences[1:], None], strict=True):
        unit.append(sentence)
        steps = after is not None and all(_is_step(document, s) for s in (sentence, after))
        if after is None or not (sentence.opens or steps):
            yield unit
            unit = []


def _is_step(document: Document, sentence: Sentence) -> bool:
    """True for an item of a numbered list, and for what follows inside the item."""
    block = next(block for block in document.blocks if block.span.covers(sentence.span))
    return block.kind == "item" and bool(STEP.match(document[block.span]))


def _text(document: Document, unit: Unit) -> str:
    return document.text[unit[0].span.start : unit[-1].span.end]


def _assert_laws(document: Document, passages: Sequence[Passage]) -> None:
    """Every sentence in exactly one passage, every passage verbatim; else the build stops."""
    covered = [sentence for passage in passages for sentence in passage.sentences]
    if covered != list(document.sentences):
        raise AssertionError(f"{document.id}: its passages do not hold each sentence once")
    for passage in passages:
        if passage.text != document.text[passage.span.start : passage.span.end] or not passage.text:
            raise AssertionError(f"{passage.id} is not verbatim")
