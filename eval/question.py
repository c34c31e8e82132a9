"""The question of an eval set, with the sentences that answer it.

A row of a set: ``{"id": "q001", "text": "how long upright after fosamax", "style": "brand",
"split": "dev", "history": [], "relevant": [{"document": "alendronate", "hash": "5f0c…",
"start": 120, "end": 182, "grade": 3, "quote": "Stay …"}]}``. A question that the library can't
answer says ``"unanswerable": true``, and the right answer to it is none; a row that has neither
that nor a label of grade 2 or 3 was not finished, and is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from corpus.document import Document
from corpus.span import Span
from eval.rows import check_fields, rows

Split = Literal["dev", "test"]
ANSWERS = 2  # grade from which a label answers the question
GRADES = (1, 2, 3)
SINGLE = ("plain", "keyword", "rambling", "misspelt", "brand", "clinician", "comparison",
          "numeric", "yes-no")  # fmt: skip
TURNS = ("opening", "follow-up")  # of a conversation
REFUSED = ("near-domain", "personal", "off-topic", "other-language", "gibberish", "injection")
STYLES = (*SINGLE, *TURNS, *REFUSED)


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
    unanswerable: bool = False  # said on purpose: the library has no part of the answer
    origin: str = ""  # where the row comes from, if not from where its file does
    also: tuple[str, ...] = ()  # rules whose card may come before the answer

    @property
    def answerable(self) -> bool:
        """True if the library has at least a part of the answer."""
        return any(label.grade >= ANSWERS for label in self.relevant)


def load_questions(folder: Path, documents: Mapping[str, Document]) -> list[Question]:
    """Every question of a folder; one ValueError names all rows that are wrong, and why."""
    questions: dict[str, Question] = {}
    splits: dict[str, str] = {}  # by fact
    problems: list[str] = []
    for file in sorted(folder.glob("*.jsonl")):
        for number, row in rows(file, problems):
            try:
                question = question_of(row, documents)
                if question.id in questions:
                    raise ValueError(f"the id {question.id!r} is used twice")
                if question.fact and splits.setdefault(question.fact, question.split) != (
                    question.split
                ):
                    raise ValueError(f"the fact {question.fact!r} is in both splits")
                questions[question.id] = question
            except ValueError as error:
                problems.append(f"{file.name} line {number}: {error}")
    if problems:
        raise ValueError("these questions can't be used:\n  " + "\n  ".join(problems))
    if not questions:
        raise ValueError(f"there are no questions (*.jsonl) in {folder}")
    return list(questions.values())


def question_of(row: Any, documents: Mapping[str, Document]) -> Question:
    """The question of a row; a ValueError says what is wrong with it."""
    check_fields(row, Question, "a question")
    relevant = row.get("relevant", [])
    if not isinstance(relevant, list):
        raise ValueError(f"relevant is no list: {relevant!r}")
    for label in relevant:
        check_fields(label, Label, "a label")
    lists = {name: _texts(row, name) for name in ("history", "also")}
    labels = tuple(Label(**label) for label in relevant)
    question = Question(**{**row, **lists, "relevant": labels})
    _check_question(question)
    for label in labels:
        _check_label(label, documents)
    return question


def _texts(row: Mapping[str, Any], name: str) -> tuple[str, ...]:
    texts = row.get(name, [])
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise ValueError(f"{name} is no list of texts: {texts!r}")
    return tuple(texts)


def _check_question(question: Question) -> None:
    choices = {"split": get_args(Split), "style": STYLES}
    for field, allowed in choices.items():
        if (value := getattr(question, field)) not in allowed:
            raise ValueError(f"{field} {value!r} is none of {', '.join(allowed)}")
    if not question.id.strip() or not question.text.strip():
        raise ValueError("its id or its text is empty")
    if question.style == "follow-up" and not question.history:
        raise ValueError("a follow-up needs the messages before it, as history")
    if question.unanswerable and question.answerable:
        raise ValueError("it says that it is unanswerable, and has a label that answers it")
    if not question.unanswerable and not question.answerable:
        raise ValueError(
            f"it has no label of grade {ANSWERS} or more; label it, or say on purpose that the "
            'library can\'t answer it: "unanswerable": true'
        )
    if question.style in REFUSED and question.answerable:
        raise ValueError(f"it is {question.style}, and has a label that answers it")


def _check_label(label: Label, documents: Mapping[str, Document]) -> None:
    """A label must still point at the text that was labelled."""
    document = documents.get(label.document)
    if document is None:
        raise ValueError(f"there is no document {label.document!r}")
    if document.hash != label.hash:
        raise ValueError(
            f"{label.document} has changed since it was labelled; run: python -m eval reanchor"
        )
    if label.grade not in GRADES:
        raise ValueError(f"grade {label.grade} is none of {', '.join(map(str, GRADES))}")
    if not label.quote or label.start < 0 or document[label.span] != label.quote:
        raise ValueError(f"{label.start}-{label.end} of {label.document} is not its quote")
