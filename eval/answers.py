"""Questions through the whole assistant: what was shown, and what was refused."""

import math
import resource
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from assistant.answer import Answer, Citation
from assistant.ask import Assistant
from assistant.record import record
from assistant.reply import reply
from eval.provenance import made_with
from eval.question import ANSWERS, Question
from eval.quotes import complete, valid
from eval.retrieval import (
    PASSAGES,
    SENTENCES,
    measured,
    passage_grades,
    passage_ranking,
    sentence_grades,
    sentence_ranking,
)
from eval.run import Result, Run, Shown


def run(
    questions: Sequence[Question],
    assistant: Assistant,
    watch: Callable[[Sequence[Question]], Iterable[Question]] = iter,
) -> Run:
    """Ask every question with its history, and measure what came back; `watch` sees them go by."""
    timed = [_ask(question, assistant) for question in watch(questions)]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    answers = {question.id: answer for question, (answer, _) in zip(questions, timed, strict=True)}
    asked = [question for question in questions if question.answerable]
    by_passage = measured(
        PASSAGES,
        {q.id: passage_grades(q, assistant.index) for q in asked},
        {q.id: passage_ranking(answers[q.id]) for q in asked},
    )
    by_sentence = measured(
        SENTENCES,
        {q.id: sentence_grades(q) for q in asked},
        {q.id: sentence_ranking(answers[q.id]) for q in asked},
    )
    results = []
    for question, (answer, milliseconds) in zip(questions, timed, strict=True):
        values = {
            **{f"passage {name}": v for name, v in by_passage.get(question.id, {}).items()},
            **{f"sentence {name}": v for name, v in by_sentence.get(question.id, {}).items()},
            **_answer_values(question, answer),
            **_quote_values(answer, assistant),
            **_alone_values(question, answer, assistant),
        }
        results.append(_result(question, answer, values, milliseconds, assistant))
    return Run(made_with(assistant, questions), tuple(results), memory=memory)


def _ask(question: Question, assistant: Assistant) -> tuple[Answer, float]:
    started = time.perf_counter()
    answer = reply(assistant, [*question.history, question.text])
    return answer, (time.perf_counter() - started) * 1000


def _answer_values(question: Question, answer: Answer) -> dict[str, float]:
    """What was shown for an answerable question; whether another was answered."""
    answered = bool(answer.citations)
    if not question.answerable:
        return {"false answer": float(answered)}
    shown = [_shows(citation, question) for citation in answer.citations]
    return {
        "answer shown": float(any(shown)),
        "answer shown first": float(any(shown[:1])),
        "false abstention": float(not answered),
    }


def _quote_values(answer: Answer, assistant: Assistant) -> dict[str, float]:
    """Whether every quote holds and is whole, where any was shown."""
    if not answer.citations:
        return {}
    quotes, documents = record(answer)["citations"], assistant.index.documents
    held = [valid(quote, documents) for quote in quotes]
    whole = [complete(quote, documents[quote["document"]]) for quote in quotes]
    return {"quotes valid": float(all(held)), "quotes complete": float(all(whole))}


def _alone_values(question: Question, answer: Answer, assistant: Assistant) -> dict[str, float]:
    """A follow-up once more, as its writer would have asked it alone: what the history costs."""
    if not (question.history and question.standalone and question.answerable):
        return {}
    alone = reply(assistant, [question.standalone])
    return {
        "follow-up, answer shown": float(any(_shows(c, question) for c in answer.citations)),
        "follow-up alone, answer shown": float(any(_shows(c, question) for c in alone.citations)),
    }


def _right(question: Question, answer: Answer, assistant: Assistant) -> bool:
    """A sentence that answers is shown; where it refused, what it would have shown counts."""
    if question.answerable and not answer.citations:
        recipe = replace(assistant.index.recipe, threshold=-math.inf)
        fearless = replace(assistant, index=replace(assistant.index, recipe=recipe))
        answer = reply(fearless, [*question.history, question.text])
    return any(_shows(citation, question) for citation in answer.citations)


def _level(question: Question, assistant: Assistant) -> str:
    """That of the document which holds the best label; "none" for a question without an answer."""
    if not question.answerable:
        return "none"
    best = max(question.relevant, key=lambda label: label.grade)
    return assistant.index.documents[best.document].level


def _shows(citation: Citation, question: Question) -> bool:
    return any(
        label.grade >= ANSWERS
        and label.document == citation.passage.document.id
        and citation.span.covers(label.span)
        for label in question.relevant
    )


def _result(
    question: Question,
    answer: Answer,
    values: dict[str, float],
    milliseconds: float,
    assistant: Assistant,
) -> Result:
    return Result(
        id=question.id,
        text=question.text,
        style=question.style,
        topic=question.topic,
        split=question.split,
        answerable=question.answerable,
        asked=answer.question,
        status="answered" if answer.citations else answer.status,
        confidence=answer.confidence,
        values=values,
        shown=tuple(
            Shown(c.passage.document.id, c.span.start, c.span.end, c.quote)
            for c in answer.citations
        ),
        wanted=tuple(label.quote for label in question.relevant if label.grade >= ANSWERS),
        cards=tuple(card.id for card in answer.cards),
        level=_level(question, assistant),
        right=_right(question, answer, assistant),
        milliseconds=round(milliseconds, 3),
    )
