"""Questions that people ask, each under the sentence that answers it, and some that none does.

A patient's words are seldom those of a leaflet ("will my jaw rot?"), so the library keeps, beside
each document, questions in such words. They are searched and never shown as anybody's answer. The
file of a document is ``asked/<document id>.yaml``, a list of ``sentence:``, word for word, its
``asked:``, the questions, and perhaps ``beside:``, questions that are like them and have no answer.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from corpus.document import Document
from corpus.rows import read_yaml, row_files

FOLDER = "asked"
BEYOND = "beyond.yaml"  # questions that no document answers, by kind
LONGEST = 300  # characters of one question

Questions = tuple[str, ...]
Asked = Mapping[str, Questions]  # by the sentence that answers, or that they are beside


class Row(NamedTuple):
    """What a sentence answers, and what is like that and answered by nothing."""

    asked: Questions
    beside: Questions


def asked_files(folder: Path) -> list[Path]:
    """The files of questions for a folder of documents: in it, or else beside it."""
    return row_files(folder, FOLDER)


def beyond_files(folder: Path) -> list[Path]:
    """The file of questions that the documents of a folder do not answer, if there is one."""
    places = (folder / BEYOND, folder.parent / BEYOND)
    return [file for file in places if file.is_file()][:1]


def load_asked(file: Path) -> Asked:
    """The questions of one document; ValueError says what is wrong."""
    return {sentence: row.asked for sentence, row in _rows(file).items()}


def load_beside(folders: Iterable[Path]) -> Asked:
    """Questions that nothing answers, by the sentence that looks as if it did."""
    files = (file for folder in folders for file in asked_files(folder))
    return {sentence: row.beside for file in files for sentence, row in _rows(file).items()}


def load_beyond(folders: Iterable[Path]) -> list[str]:
    """The questions that the documents of some folders do not answer."""
    found: dict[str, None] = {}
    for file in dict.fromkeys(file for folder in folders for file in beyond_files(folder)):
        kinds = read_yaml(file, "questions")
        if not isinstance(kinds, dict) or not all(isinstance(k, list) for k in kinds.values()):
            raise ValueError(f"{file.name} is not 'kind: [questions]'")
        for kind in kinds.values():
            found |= dict.fromkeys(_question(file, question) for question in kind)
    return list(found)


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


def _rows(file: Path) -> dict[str, Row]:
    rows = read_yaml(file, "questions")
    if not isinstance(rows, list):
        raise ValueError(f"{FOLDER}/{file.name} is no list of sentences")
    return dict(_entry(file, row) for row in rows)


def _entry(file: Path, row: Any) -> tuple[str, Row]:
    """One sentence and its questions."""
    match row:
        case {"sentence": str(sentence), "asked": [*asked], **rest} if rest.keys() <= {"beside"}:
            beside = rest.get("beside", [])
        case _:
            beside = None
    if not isinstance(beside, list):
        raise ValueError(f"{FOLDER}/{file.name}: {row!r} is not 'sentence: ..., asked: [...]'")
    return sentence, Row(_questions(file, asked), _questions(file, beside))


def _questions(file: Path, questions: Iterable[Any]) -> Questions:
    return tuple(dict.fromkeys(_question(file, question) for question in questions))


def _question(file: Path, question: Any) -> str:
    if not isinstance(question, str) or not 0 < len(question) <= LONGEST:
        raise ValueError(f"{file.name}: {question!r} is no question of 1 to {LONGEST} characters")
    return question
