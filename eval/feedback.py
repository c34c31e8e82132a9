"""What people said of an answer, exported from the page: one row of JSON lines each.

``{"question": "...", "helpful": false, "shown": [{"document": "alendronate", "start": 120,
"end": 182}], "reason": "...", "history": ["..."]}``; reason and history may be left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.document import Document
from corpus.span import Span
from eval.rows import check_fields, rows


@dataclass(frozen=True, slots=True)
class Place:
    """A quote that was shown."""

    document: str
    start: int
    end: int

    @property
    def span(self) -> Span:
        """Where it stands in the document."""
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Feedback:
    """One answer, and whether it helped."""

    question: str
    helpful: bool
    shown: tuple[Place, ...]
    reason: str = ""
    history: tuple[str, ...] = ()


def load_feedback(file: Path, documents: Mapping[str, Document]) -> list[Feedback]:
    """Every row of a file; one ValueError names all rows that are wrong, and why."""
    found: list[Feedback] = []
    problems: list[str] = []
    for number, row in rows(file, problems):
        try:
            found.append(_feedback(row, documents))
        except ValueError as error:
            problems.append(f"{file.name} line {number}: {error}")
    if problems:
        raise ValueError("this feedback can't be used:\n  " + "\n  ".join(problems))
    if not found:
        raise ValueError(f"{file.name} has no rows")
    return found


def _feedback(row: Any, documents: Mapping[str, Document]) -> Feedback:
    check_fields(row, Feedback, "feedback")
    shown, history = row["shown"], row.get("history", [])
    if not isinstance(shown, list):
        raise ValueError(f"shown is no list: {shown!r}")
    if not isinstance(history, list) or not all(isinstance(m, str) for m in history):
        raise ValueError(f"history is no list of texts: {history!r}")
    if not row["question"].strip():
        raise ValueError("its question is empty")
    for place in shown:
        check_fields(place, Place, "a shown quote")
    places = tuple(Place(**place) for place in shown)
    for place in places:
        document = documents.get(place.document)
        if document is None:
            raise ValueError(f"there is no document {place.document!r}")
        if not any(place.span.covers(sentence.span) for sentence in document.sentences):
            raise ValueError(
                f"{place.start}-{place.end} of {place.document} holds no whole sentence; has the "
                "document changed since?"
            )
    return Feedback(**{**row, "shown": places, "history": tuple(history)})
