"""A question and ranked passages into an answer: sentences are chosen here, never made."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain

from assistant.answer import Answer, Citation, Form
from assistant.choose import PASSAGES, Choice, choices, close
from assistant.compare import beside, compared
from assistant.differ import Differing
from assistant.find import Found
from assistant.repeat import Repeats
from assistant.trial import BEHIND, Trials
from assistant.wants import wants_figure, wants_verdict
from assistant.whole import has_steps, whole
from corpus.document import Level
from corpus.names import Names

MOST_CITATIONS = 4
SURE = 0.9  # chance of an answer below which quotes are only called the closest
OTHER_LEVEL = {
    "plain": "What follows is written for professionals.",
    "detailed": "What follows is from documents of another reading level.",
    "research": "What follows is from plainer documents, not from those on research.",
}


@dataclass(frozen=True, slots=True)
class Composer:
    """What decides the form of an answer, beside the sentences themselves."""

    names: Names
    differing: Differing
    trials: Trials
    repeats: Repeats
    threshold: float  # of the chance of an answer; below it there is none

    def compose(self, found: Found, level: Level = "plain") -> Answer:
        """At most four quotes, or an honest "not in my documents" if not sure enough."""
        told = Answer(
            found.asked.question,
            "not_found",
            considered=tuple(found.passages),
            confidence=found.sure,
            carried=found.asked.carried,
        )
        if not found.passages or found.sure < self.threshold:
            return told
        answer = self._compared(told, level) or self._quoted(told, level)
        note = "" if any(_level(c) == level for c in answer.citations) else OTHER_LEVEL[level]
        return replace(answer, status="answered" if found.sure >= SURE else "closest", note=note)

    def _compared(self, told: Answer, level: Level) -> Answer | None:
        """Each side's best quote, if two treatments are set against each other and none of these
        quotes is part of another."""
        sides = compared(told.question, self.names)
        chosen = beside(choices(told.considered, level), sides, self.names) if sides else {}
        citations = tuple(_renumbered(_cited(chosen.items())))
        if len(chosen) < 2 or len(citations) < len(chosen):
            return None
        return replace(told, form="comparison", citations=citations)

    def _quoted(self, told: Answer, level: Level) -> Answer:
        """The best quotes, best first; where sources are known to differ, each of them first."""
        verdict = wants_verdict(told.question)
        settles = partial(self._speaks_of, self.names.found(told.question)) if verdict else None
        ordered = close(choices(told.considered[:PASSAGES], level, settles))
        sides = self.differing.sides(ordered[0])
        behind = {} if sides else self._behind(told.question, ordered[0])
        first = sides or {"": ordered[0]} | behind
        further = self.repeats.without(ordered, first.values())
        quoted = chain(first.items(), (("", choice) for choice in further))
        citations = tuple(_renumbered(_cited(quoted, conditions=verdict)))
        form = _form(citations[0], differing=bool(sides), figure=bool(behind), verdict=verdict)
        return replace(told, form=form, citations=citations)

    def _speaks_of(self, asked: Iterable[str], text: str) -> bool:
        """True if a text names all that is asked about, whose yes or no can settle it."""
        return set(self.names.found(text)).issuperset(asked)

    def _behind(self, question: str, choice: Choice) -> dict[str, Choice]:
        """The trial that the best figure comes from, where a figure is asked for."""
        trial = self.trials.behind(choice) if wants_figure(question) else None
        return {BEHIND: trial} if trial else {}


def _form(first: Citation, *, differing: bool, figure: bool, verdict: bool) -> Form:
    """What is to be seen at once of an answer that begins with this quote."""
    if differing:
        return "differing"
    if has_steps(first.passage, first.span):
        return "steps"
    return "figure" if figure else "verdict" if verdict else "quotes"


def _cited(chosen: Iterable[tuple[str, Choice]], *, conditions: bool = False) -> Iterator[Citation]:
    """Each choice as a whole quote, under the name of its side if it has one."""
    for number, (side, choice) in enumerate(chosen, start=1):
        span = whole(choice.passage, choice.sentence, conditions=conditions)
        yield Citation(number, choice.passage, span, choice.score, side)


def _renumbered(citations: Iterable[Citation]) -> Iterator[Citation]:
    """The first four that repeat no sentence of another."""
    shown: list[Citation] = []
    for citation in citations:
        if not any(_overlap(citation, other) for other in shown):
            shown.append(replace(citation, number=len(shown) + 1))
            yield shown[-1]
        if len(shown) == MOST_CITATIONS:
            return


def _overlap(one: Citation, other: Citation) -> bool:
    return one.passage is other.passage and one.span.overlaps(other.span)


def _level(citation: Citation) -> Level:
    return citation.passage.document.level
