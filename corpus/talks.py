"""Conversations as people have them with the library: what is left out in each later message.

"And for men?" means nothing alone. So the library keeps, beside each document, short conversations
in which every message also stands as a question of its own, with the sentences that answer it. How
to read a message after others is learnt from them (``python -m index tune``), and a later message
is compared with theirs. The file of a document is ``talks/<document id>.yaml``, a list of talks; a
talk is a list of ``said:``, for a later message ``means:``, and ``answered:``, sentences of any
document, word for word, best first. What nothing answers has none.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.asked import LONGEST
from corpus.document import Document
from corpus.rows import read_yaml, row_files

FOLDER = "talks"
OPENING = 1_000  # characters that a message may have


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a talk, the same as a question of its own, and what answers it."""

    said: str
    means: str
    answered: tuple[str, ...]


Talk = tuple[Turn, ...]


def talk_files(folder: Path) -> list[Path]:
    """The files of talks for a folder of documents: in it, or else beside it."""
    return row_files(folder, FOLDER)


def load_talks(folders: Iterable[Path]) -> list[Talk]:
    """The talks of some folders; ValueError says what is wrong in which file."""
    files = dict.fromkeys(file for folder in folders for file in talk_files(folder))
    return [talk for file in files for talk in read_talks(file)]


def read_talks(file: Path) -> list[Talk]:
    """The talks of one file."""
    rows = read_yaml(file, "talks")
    if not isinstance(rows, list) or not all(isinstance(row, list) and row for row in rows):
        raise ValueError(f"{FOLDER}/{file.name} is no list of talks, each a list of messages")
    return [tuple(_turn(file, turn, first=not n) for n, turn in enumerate(row)) for row in rows]


def left_over(talks: Iterable[Talk], documents: Iterable[Document]) -> Iterator[str]:
    """Sentences that answer in some talk and that no document has (any more)."""
    there = {document[s.span] for document in documents for s in document.sentences}
    told = (sentence for talk in talks for turn in talk for sentence in turn.answered)
    return (sentence for sentence in dict.fromkeys(told) if sentence not in there)


def _turn(file: Path, turn: Any, *, first: bool) -> Turn:
    match turn:
        case {"said": str(said), "answered": [*answered]} if first and len(turn) == 2:
            means = said
        case {"said": str(said), "means": str(means), "answered": [*answered]} if not first:
            pass
        case _:
            raise ValueError(
                f"{FOLDER}/{file.name}: {turn!r} is not 'said: ..., means: ..., answered: [...]' "
                "(the first message of a talk has no 'means')"
            )
    for text, most in ((said, OPENING), (means, OPENING if first else LONGEST)):
        if not 0 < len(text) <= most:
            raise ValueError(f"{FOLDER}/{file.name}: {text!r} has not 1 to {most} characters")
    return Turn(said, means, tuple(map(str, answered)))
