"""A question and ranked passages into an answer: sentences are chosen here, never made."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice

from assistant.answer import Answer, Citation
from assistant.choose import PASSAGES, Choice, choices, distinct
from assistant.compare import beside, compared
from assistant.find import Found
from assistant.whole import is_step, whole
from corpus.document import Level
from corpus.names import Names

MOST_CITATIONS = 4
SURE = 0.9  # chance of an answer below which quotes are only called the closest
OTHER_LEVEL = {
    "plain": "The plain documents do not answer this. What follows is written for professionals.",
    "detailed": "No document of this reading level answers this. What follows is from others.",
    "research": "No research document answers this. What follows is from plainer ones.",
}


def compose(found: Found, threshold: float, names: Names, level: Level = "plain") -> Answer:
    """An answer of at most four quotes, or an honest "not in my documents" if not sure enough."""
    told = Answer(
        found.asked.question,
        "not_found",
        considered=tuple(found.passages),
        confidence=found.sure,
        carried=found.asked.carried,
    )
    if not found.passages or found.sure < threshold:
        return told
    answer = _compared(told, names, level) or _quoted(told, level)
    note = "" if any(_level(c) == level for c in answer.citations) else OTHER_LEVEL[level]
    return replace(answer, status="answered" if found.sure >= SURE else "closest", note=note)


def _compared(told: Answer, names: Names, level: Level) -> Answer | None:
    """Each side's best quote, if two treatments are set against each other."""
    sides = compared(told.question, names)
    chosen = beside(choices(told.considered, level), sides, names) if sides else {}
    if len(chosen) < 2:
        return None
    return replace(told, form="comparison", citations=tuple(_sided(chosen)))


def _quoted(told: Answer, level: Level) -> Answer:
    """The best quotes, best first."""
    chosen = list(distinct(choices(told.considered[:PASSAGES], level)))
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
