"""Word search: BM25 over stems, as a share of what a perfect passage would score.

Only door to bm25s and Stemmer. A share (0 to 1) can be compared between questions, which a raw
BM25 score can't, and a question word that the library has never seen counts in full against it.
"""

import logging
import math
import re
from collections.abc import Sequence
from pathlib import Path

import bm25s
import numpy as np
import numpy.typing as npt
from bm25s.stopwords import STOPWORDS_EN_PLUS
from Stemmer import Stemmer

WORD = re.compile(r"[a-z0-9]+(?:[-'.][a-z0-9]+)*")
CHAT_WORDS = """also anything could dont doesnt cant isnt didnt wont hello hey hi id ill im ive
    its may might must ok okay please really shall something thank thanks us whats would""".split()
STOP_WORDS = frozenset((*STOPWORDS_EN_PLUS, *CHAT_WORDS))
STEMMER = Stemmer("english", 0)  # without its cache: no word of a question is kept
EMPTY = "∅"  # stands for a passage without a word, which bm25s refuses

logging.getLogger("bm25s").setLevel(logging.WARNING)  # it reports every step

Scores = npt.NDArray[np.float32]


def stems(text: str) -> list[str]:
    """Stems of the content words; a hyphenated term is kept whole and its parts too."""
    words: list[str] = []
    for found in WORD.findall(text.lower().replace("’", "'")):
        word = found.removesuffix("'s").replace("'", "")
        words += [word, *word.split("-")] if "-" in word else [word]
    stemmed: list[str] = STEMMER.stemWords([word for word in words if word not in STOP_WORDS])
    return stemmed


class WordIndex:
    """BM25 over the stems of texts, in the order in which they were given."""

    def __init__(self, index: bm25s.BM25) -> None:
        self._index = index
        index.scores |= {
            name: np.asarray(index.scores[name]) for name in ("data", "indices", "indptr")
        }
        self._vocabulary: dict[str, int] = index.vocab_dict
        self._count = int(index.scores["num_docs"])
        self._frequencies = np.diff(index.scores["indptr"])  # texts that have the stem

    @classmethod
    def build(cls, texts: Sequence[str], k1: float = 1.2, b: float = 0.6) -> "WordIndex":
        """An index over texts, made once and read ever after; k1 and b as in BM25."""
        index = bm25s.BM25(k1=k1, b=b, method="lucene")
        index.index([stems(text) or [EMPTY] for text in texts], show_progress=False)
        return cls(index)

    @classmethod
    def load(cls, folder: Path) -> "WordIndex":
        """A saved index, memory-mapped."""
        return cls(bm25s.BM25.load(str(folder), mmap=True, show_progress=False))

    def save(self, folder: Path) -> None:
        """Write it as a folder of plain arrays."""
        self._index.save(str(folder), show_progress=False)

    def weight(self, stem: str) -> float:
        """Inverse document frequency as Lucene has it; an unknown stem weighs most."""
        at = self._vocabulary.get(stem)
        having = 0 if at is None else int(self._frequencies[at])
        return math.log(1 + (self._count - having + 0.5) / (having + 0.5))

    def shares(self, question: Sequence[str]) -> Scores:
        """BM25 of each text as a share of the most it could be, shape (texts,)."""
        known = [stem for stem in dict.fromkeys(question) if stem in self._vocabulary]
        most = sum(self.weight(stem) for stem in set(question))
        if not known:
            return np.zeros(self._count, np.float32)
        scores: Scores = self._index.get_scores(known)
        return scores / np.float32(most)
