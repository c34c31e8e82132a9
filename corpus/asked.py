"""Questions that people ask, each under the sentence that answers it.

A patient's words are seldom those of a leaflet ("will my jaw rot?"), so the library keeps, beside
each document, questions in such words. They are searched and never shown as anybody's answer. The
file of a document is ``asked/<document id>.yaml``: sentences, word for word, each with questions.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

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
    if not isinstance(rows, dict):
        raise ValueError(f"{FOLDER}/{file.name} is not 'sentence: [questions]'")
    return {str(sentence): _questions(file, questions) for sentence, questions in rows.items()}


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


def _questions(file: Path, questions: object) -> tuple[str, ...]:
    if not isinstance(questions, list) or not all(isinstance(text, str) for text in questions):
        raise ValueError(f"{FOLDER}/{file.name}: {questions!r} is no list of questions")
    long = next((text for text in questions if len(text) > LONGEST), None)
    if long:
        raise ValueError(f"{FOLDER}/{file.name}: more than {LONGEST} characters in {long!r}")
    return tuple(dict.fromkeys(questions))
