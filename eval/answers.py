"""Questions through the whole assistant: what was shown, and what was refused."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.answer import Answer, Citation
from assistant.ask import Assistant
from assistant.reply import reply
from eval.question import ANSWERS, Question
from eval.report import Score


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question and what the assistant said to it."""

    question: Question
    answer: Answer

    @property
    def answered(self) -> bool:
        """True if anything was shown."""
        return self.answer.status == "answered"

    @property
    def hit(self) -> bool:
        """True if a quote shows a sentence that answers."""
        return any(_shows(citation, self.question) for citation in self.answer.citations)

    @property
    def first_hit(self) -> bool:
        """True if the first quote does."""
        return any(_shows(citation, self.question) for citation in self.answer.citations[:1])


def outcomes(questions: Sequence[Question], assistant: Assistant) -> list[Outcome]:
    """Every question, asked with its history."""
    return [
        Outcome(question, reply(assistant, [*question.history, question.text]))
        for question in questions
    ]


def answer_scores(results: Sequence[Outcome]) -> list[Score]:
    """What was shown for the answerable questions and refused of the others."""
    answerable = [result for result in results if result.question.answerable]
    unanswerable = [result for result in results if not result.question.answerable]
    return [
        _score("answer shown", [result.hit for result in answerable]),
        _score("answer shown first", [result.first_hit for result in answerable]),
        _score("answerable, refused", [not result.answered for result in answerable]),
        _score("unanswerable, refused", [not result.answered for result in unanswerable]),
        Score("abstention AUROC", tuple(_places(answerable, unanswerable))),
    ]


def _shows(citation: Citation, question: Question) -> bool:
    return any(
        label.grade >= ANSWERS
        and label.document == citation.passage.document.id
        and citation.span.covers(label.span)
        for label in question.relevant
    )


def _score(measure: str, flags: Sequence[bool]) -> Score:
    return Score(measure, tuple(float(flag) for flag in flags))


def _places(answerable: Sequence[Outcome], unanswerable: Sequence[Outcome]) -> Iterator[float]:
    """For each answerable question the share of the others that are less sure; mean is AUROC."""
    others = [result.answer.confidence for result in unanswerable]
    for result in answerable:
        sure = result.answer.confidence
        if others:
            yield sum((sure > other) + (sure == other) / 2 for other in others) / len(others)
