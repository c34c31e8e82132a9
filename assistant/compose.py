"""A question and ranked passages into an answer: sentences are chosen here, never made."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from assistant.answer import Answer, Citation
from assistant.choose import PASSAGES, Choice, choices, distinct
from assistant.compare import beside, compared
from assistant.whole import is_step, whole
from corpus.document import Level
from corpus.names import Names
from index.ranked import RankedPassage

MOST_CITATIONS = 4
SURE = 0.9  # chance of an answer below which quotes are only called the closest
OTHER_LEVEL = {
    "plain": "The plain documents do not answer this. What follows is written for professionals.",
    "detailed": "No document of this reading level answers this. What follows is from others.",
    "research": "No research document answers this. What follows is from plainer ones.",
}


def compose(  # noqa: PLR0913, PLR0917 (all that decides an answer)
    question: str,
    found: Sequence[RankedPassage],
    sure: float,
    threshold: float,
    names: Names,
    level: Level = "plain",
) -> Answer:
    """An answer of at most four quotes, or an honest "not in my documents" if not `sure`."""
    told = Answer(question, "not_found", considered=tuple(found), confidence=sure)
    if not found or sure < threshold:
        return told
    answer = _compared(told, found, names, level) or _quoted(told, found, level)
    note = "" if any(_level(c) == level for c in answer.citations) else OTHER_LEVEL[level]
    return replace(answer, status="answered" if sure >= SURE else "closest", note=note)


def _compared(
    told: Answer, found: Sequence[RankedPassage], names: Names, level: Level
) -> Answer | None:
    """Each side's best quote, if two treatments are set against each other."""
    sides = compared(told.question, names)
    chosen = beside(choices(found, level), sides, names) if sides else {}
    if len(chosen) < 2:
        return None
    return replace(told, form="comparison", citations=tuple(_sided(chosen)))


def _quoted(told: Answer, found: Sequence[RankedPassage], level: Level) -> Answer:
    """The best quotes, best first."""
    chosen = list(distinct(choices(found[:PASSAGES], level)))
    steps = is_step(chosen[0].passage, chosen[0].sentence)
    citations = tuple(islice(_citations(chosen), MOST_CITATIONS))
    return replace(told, form="steps" if steps else "quotes", citations=citations)


def _citations(chosen: Iterable[Choice]) -> Iterator[Citation]:
    """The choices as whole quotes, numbered; none repeats a sentence of another."""
    shown: list[Citation] = []
    for choice in chosen:
        passage, span = choice.passage, whole(choice.passage, choice.sentence)
        if not any(c.passage is passage and c.span.overlaps(span) for c in shown):
            shown.append(Citation(len(shown) + 1, passage, span, choice.score))
            yield shown[-1]


def _sided(chosen: Mapping[str, Choice]) -> Iterator[Citation]:
    for number, (side, choice) in enumerate(chosen.items(), start=1):
        span = whole(choice.passage, choice.sentence)
        yield Citation(number, choice.passage, span, choice.score, side)


def _level(citation: Citation) -> Level:
    return citation.passage.document.level
