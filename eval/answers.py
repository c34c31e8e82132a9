"""Questions through the whole assistant: what was shown, and what was refused."""

import platform
import subprocess
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from assistant.answer import Answer, Citation
from assistant.ask import Assistant
from assistant.reply import reply
from eval.question import ANSWERS, Question
from eval.report import SEED
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


def run(questions: Sequence[Question], assistant: Assistant) -> Run:
    """Ask every question with its history, and measure what came back."""
    timed = [_ask(question, assistant) for question in questions]
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
            **_alone_values(question, assistant),
        }
        results.append(_result(question, answer, values, milliseconds))
    return Run(_made_with(assistant), tuple(results))


def _ask(question: Question, assistant: Assistant) -> tuple[Answer, float]:
    started = time.perf_counter()
    answer = reply(assistant, [*question.history, question.text])
    return answer, (time.perf_counter() - started) * 1000


def _answer_values(question: Question, answer: Answer) -> dict[str, float]:
    """What was shown for an answerable question; whether another was refused."""
    refused = float(answer.status != "answered")
    if not question.answerable:
        return {"unanswerable, refused": refused}
    shown = [_shows(citation, question) for citation in answer.citations]
    return {
        "answer shown": float(any(shown)),
        "answer shown first": float(any(shown[:1])),
        "answerable, refused": refused,
    }


def _alone_values(question: Question, assistant: Assistant) -> dict[str, float]:
    """A follow-up once more, as its writer would have asked it alone: what the history costs."""
    if not (question.history and question.standalone and question.answerable):
        return {}
    alone = reply(assistant, [question.standalone])
    return {
        "follow-up alone, answer shown": float(any(_shows(c, question) for c in alone.citations))
    }


def _shows(citation: Citation, question: Question) -> bool:
    return any(
        label.grade >= ANSWERS
        and label.document == citation.passage.document.id
        and citation.span.covers(label.span)
        for label in question.relevant
    )


def _result(
    question: Question, answer: Answer, values: dict[str, float], milliseconds: float
) -> Result:
    return Result(
        id=question.id,
        text=question.text,
        style=question.style,
        topic=question.topic,
        split=question.split,
        answerable=question.answerable,
        asked=answer.question,
        status=answer.status,
        confidence=answer.confidence,
        values=values,
        shown=tuple(
            Shown(c.passage.document.id, c.span.start, c.span.end, c.quote)
            for c in answer.citations
        ),
        wanted=tuple(label.quote for label in question.relevant if label.grade >= ANSWERS),
        cards=tuple(card.id for card in answer.cards),
        milliseconds=round(milliseconds, 3),
    )


def _made_with(assistant: Assistant) -> dict[str, object]:
    """What a reader needs to repeat it."""
    return {
        "recipe": asdict(assistant.index.recipe),
        "revision": _revision(),
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "seed": SEED,
    }


def _revision() -> str:
    """The commit that is checked out, with a plus if files differ; "unknown" without git."""
    command = ["git", "describe", "--always", "--dirty=+", "--exclude=*"]
    try:
        done = subprocess.run(  # noqa: S603
            command, capture_output=True, text=True, check=False, cwd=Path(__file__).parent
        )
    except OSError:
        return "unknown"
    return done.stdout.strip() or "unknown"
