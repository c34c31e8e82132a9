"""The files of a built index, beside recipe.json and the encoder's four, and what they hold."""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from corpus.document import Sentence
from corpus.names import load_names
from corpus.passage import Passage

DOCUMENTS = "documents.jsonl"  # the very texts that were indexed
ASKED = "asked.jsonl"  # the questions that their sentences answer, read only to build and to learn
ASKED_STARTS = "asked.npy"  # number of the first question of each sentence, and the count of all
SPANS = "passages.json"  # document id, numbers of the first and after the last sentence
ADAPTERS = "adapters.npz"
PASSAGE_VECTORS = "passages.faiss"
PLACE_VECTORS = "places.faiss"  # of each passage: where it stands
SENTENCE_VECTORS = "sentences.faiss"
ASKED_VECTORS = "asked.faiss"  # of the questions that sentences answer, turned by their adapter
TURNS = "turns.json"  # later messages of talks, those that each sentence answers together
TURN_STARTS = "turns.npy"  # number of the first of each sentence, and the count of all
TURN_VECTORS = "turns.faiss"
BEYOND = "beyond.json"  # questions that no sentence answers
BEYOND_VECTORS = "beyond.faiss"
WORDS = "sentences.words"  # a folder of arrays
PLACE_WORDS = "places.words"  # of each passage, likewise
SPELLING = "spelling.json"  # and beside it, .npy, the dictionary


def embedded_texts(passages: Sequence[Passage]) -> dict[str, list[str]]:
    """The texts whose vectors each file holds, in the order of their ids."""
    asked = (q for passage in passages for sentence in passage.sentences for q in sentence.asked)
    return {
        PASSAGE_VECTORS: [passage.searchable for passage in passages],
        PLACE_VECTORS: [place(passage) for passage in passages],
        SENTENCE_VECTORS: [governed(p, sentence) for p in passages for sentence in p.sentences],
        ASKED_VECTORS: named(asked),
    }


def worded_texts(passages: Sequence[Passage]) -> list[str]:
    """For each sentence the words by which it is found: where it stands, what it says and what
    is asked about it."""
    names, texts = load_names(), []
    for passage in passages:
        for sentence in passage.sentences:
            asked = map(names.replaced, sentence.asked)
            texts.append("\n".join((place(passage), governed(passage, sentence), *asked)))
    return texts


def named(questions: Iterable[str]) -> list[str]:
    """Questions with the library's names for things, as every question is searched for."""
    names = load_names()
    return [names.replaced(question) for question in questions]


def place(passage: Passage) -> str:
    """Title and heading."""
    lines = dict.fromkeys((passage.document.title, passage.heading))
    return "\n".join(line for line in lines if line)


def governed(passage: Passage, sentence: Sentence) -> str:
    """A sentence with the lines without which it may be misread; this is what is embedded."""
    document = passage.document
    return "\n".join(document[span] for span in (*sentence.governors, sentence.span))


def sentence_starts(passages: Sequence[Passage]) -> npt.NDArray[np.int64]:
    """Number of the first sentence of each passage, and at the end the count of all."""
    return starts([len(passage.sentences) for passage in passages])


def asked_starts(passages: Sequence[Passage]) -> npt.NDArray[np.int64]:
    """Number of the first question of each sentence, and at the end the count of all."""
    return starts([len(s.asked) for passage in passages for s in passage.sentences])


def starts(counts: Sequence[int]) -> npt.NDArray[np.int64]:
    """Number of the first of each group of so many, and at the end the count of all."""
    return np.cumsum([0, *counts], dtype=np.int64)
