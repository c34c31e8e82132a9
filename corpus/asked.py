"""Questions that people ask, each under the sentence that answers it.

A patient's words are seldom those of a leaflet ("will my jaw rot?"), so the library keeps, beside
each document, questions in such words. They are searched and never shown as anybody's answer. The
file of a document is ``asked/<document id>.yaml``, a list of ``sentence:``, word for word, and its
``asked:``, the questions.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from corpus.document import Document

FOLDER = "asked"
LONGEST = 300  # characters of one question

Asked = Mapping[str, tuple[str, ...]]  # sentence to questions


def asked_files(folder: Path) -> list[Path]:
    """The files of questions for a folder of documents: in it, or else beside it."""
    inside, beside = folder / FOLDER, folder.parent / FOLDER
    return sorted((inside if inside.is_dir() else beside).glob("*.yaml"))


def load_asked(file: Path) -> Asked:
    """The questions of one document, none without a file; ValueError says what is wrong."""
    if not file.is_file():
        return {}
    try:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        rows = yaml.load(file.read_text(encoding="utf-8"), loader)  # noqa: S506 (safe either way)
    except (yaml.YAMLError, ValueError) as error:
        where = getattr(error, "problem_mark", None)
        line = f" in line {where.line + 1}" if where else ""
        raise ValueError(f"its questions ({FOLDER}/{file.name}) are not YAML{line}") from error
    if not isinstance(rows, list):
        raise ValueError(f"{FOLDER}/{file.name} is no list of sentences")
    return dict(_entry(file, row) for row in rows)


def with_asked(document: Document, asked: Asked) -> Document:
    """The document whose sentences know the questions that they answer."""
    if not asked:
        return document
    sentences = (replace(s, asked=asked.get(document[s.span], ())) for s in document.sentences)
    return replace(document, sentences=tuple(sentences))


def left_over(document: Document, asked: Asked) -> Iterator[str]:
    """Sentences of the file that the document does not have (any more)."""
    there = {document[sentence.span] for sentence in document.sentences}
    return (sentence for sentence in asked if sentence not in there)


def _entry(file: Path, row: Any) -> tuple[str, tuple[str, ...]]:
    """One sentence and its questions."""
    match row:
        case {"sentence": str(sentence), "asked": [*questions]} if len(row) == 2:
            pass
        case _:
            raise ValueError(f"{FOLDER}/{file.name}: {row!r} is not 'sentence: ..., asked: [...]'")
    for question in questions:
        if not isinstance(question, str) or not 0 < len(question) <= LONGEST:
            limit = f"1 to {LONGEST} characters"
            raise ValueError(f"{FOLDER}/{file.name}: {question!r} is no question of {limit}")
    return sentence, tuple(dict.fromkeys(questions))
