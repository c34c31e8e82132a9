"""The question of an eval set, with the sentences that answer it.

A row of a set: ``{"id": "q001", "text": "how long upright after fosamax", "style": "brand",
"split": "dev", "history": [], "relevant": [{"document": "alendronate", "hash": "5f0c…",
"start": 120, "end": 182, "grade": 3, "quote": "Stay …"}]}``. A question without a label of grade 2
or 3 is one that the library can't answer, and the right answer to it is none.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from corpus.document import Document
from corpus.span import Span

Split = Literal["dev", "test"]
ANSWERS = 2  # grade from which a label answers the question


@dataclass(frozen=True, slots=True)
class Label:
    """A labelled span. Grade 3 answers by itself, 2 in part, 1 is only related."""

    document: str
    hash: str  # of the document's text when it was labelled
    start: int
    end: int
    grade: int
    quote: str  # the labelled text, so that it can be found again when the document changes

    @property
    def span(self) -> Span:
        """Where it stands in the document."""
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Question:
    """One question as a person typed it; `history` holds the messages before it."""

    id: str
    text: str
    style: str
    split: Split
    relevant: tuple[Label, ...] = ()
    history: tuple[str, ...] = ()
    fact: str = ""  # of the evidence dossier; its questions are all in one split
    topic: str = ""
    standalone: str = ""  # a follow-up as its writer would have asked it on its own

    @property
    def answerable(self) -> bool:
        """True if the library has at least a part of the answer."""
        return any(label.grade >= ANSWERS for label in self.relevant)


def load_questions(folder: Path, documents: Mapping[str, Document]) -> list[Question]:
    """Every question of a folder; one ValueError names all rows that are wrong, and why."""
    questions: dict[str, Question] = {}
    problems: list[str] = []
    for file in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            try:
                question = _question(json.loads(line))
                if question.id in questions:
                    raise ValueError(f"the id {question.id!r} is used twice")
                _check_labels(question, documents)
                questions[question.id] = question
            except (ValueError, KeyError, TypeError) as error:
                problems.append(f"{file.name} line {number}: {error}")
    if problems:
        raise ValueError("these questions can't be used:\n  " + "\n  ".join(problems))
    if not questions:
        raise ValueError(f"there are no questions (*.jsonl) in {folder}")
    return list(questions.values())


def _question(row: dict[str, Any]) -> Question:
    labels = tuple(Label(**label) for label in row.get("relevant", ()))
    question = Question(**{**row, "relevant": labels, "history": tuple(row.get("history", ()))})
    if question.split not in get_args(Split):
        raise ValueError(f"split {question.split!r} is none of {', '.join(get_args(Split))}")
    return question


def _check_labels(question: Question, documents: Mapping[str, Document]) -> None:
    """A label must still point at the text that was labelled."""
    for label in question.relevant:
        document = documents.get(label.document)
        if document is None:
            raise ValueError(f"there is no document {label.document!r}")
        if document.hash != label.hash:
            raise ValueError(
                f"{label.document} has changed since it was labelled; run: python -m eval reanchor"
            )
        if document[label.span] != label.quote:
            raise ValueError(f"{label.start}-{label.end} of {label.document} is not its quote")
