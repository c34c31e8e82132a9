"""Word search: BM25 over stems, as a share of what a perfect passage would score.

Only door to bm25s and Stemmer. bm25s works the scores out once, when the index is built; serving
only adds them up, straight from its arrays, and so need not import it (nor scipy behind it). A
share (0 to 1) can be compared between questions, which a raw BM25 score can't, and a question word
that the library has never seen counts in full against it.
"""

import json
import logging
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from Stemmer import Stemmer

from index.reading import Reading

WORD = re.compile(r"[a-z0-9]+(?:[-'.][a-z0-9]+)*")
STOP_WORDS = frozenset(
    """a about above after again against ain all also am an and any anything are aren arent as at
    be because been before being below between both but by can cant could couldn couldnt
    couldve d did didn didnt do does doesn doesnt doing don dont down during each few for
    from further had hadn hadnt has hasn hasnt have haven havent having he hello her here
    hers herself hes hey hi him himself his how hows i id if ill im in into is isn isnt it
    its itself ive just ll m ma may me might mightn more most must mustn mustnt my myself
    needn no nor not now o of off ok okay on once only or other our ours ourselves out over
    own please re really s same shall shan shant she shes should shouldn shouldnt shouldve
    so some something such t than thank thanks that thatll the their theirs them themselves
    then there these they theyd theyll theyre theyve this those through to too under until
    up us ve very was wasn wasnt we were weren werent weve what whats when where wheres
    which while who whom whos why will with won wont would wouldn y you youd youll your
    youre yours yourself yourselves youve""".split()
)
STEMMER = Stemmer("english", 0)  # without its cache: no word of a question is kept
EMPTY = "∅"  # stands for a passage without a word, which bm25s refuses
ARRAYS = ("data", "indices", "indptr")
FILES = {name: f"{name}.csc.index.npy" for name in ARRAYS}
BLOCK = 256  # texts
LEAST = 1e-9  # share of a text that has a word of the question at all
VOCABULARY, SETTINGS = "vocab.index.json", "params.index.json"

Scores = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]


def stems(text: str) -> list[str]:
    """Stems of the content words; a hyphenated term is kept whole and its parts too."""
    words: list[str] = []
    for found in WORD.findall(text.lower().replace("’", "'")):
        word = found.removesuffix("'s").replace("'", "")
        words += [word, *word.split("-")] if "-" in word else [word]
    stemmed: list[str] = STEMMER.stemWords([word for word in words if word not in STOP_WORDS])
    return stemmed


def save_words(texts: Sequence[str], folder: Path, k1: float = 0.9, b: float = 0.3) -> None:
    """Write the index of some texts as a folder of plain arrays; k1 and b as in BM25."""
    import bm25s

    logging.getLogger("bm25s").setLevel(logging.WARNING)  # it reports every step
    index = bm25s.BM25(k1=k1, b=b, method="lucene")
    index.index([stems(text) or [EMPTY] for text in texts], show_progress=False)
    index.save(str(folder), show_progress=False)


class Postings(NamedTuple):
    """The texts that have a stem, in the order of their numbers, and its BM25 score in each."""

    numbers: npt.NDArray[np.int32]
    scores: Scores


Weighed = Sequence[tuple[float, Postings]]  # what each stem of a question counts for, and where


class WordIndex:
    """BM25 over the stems of texts, in the order in which they were given."""

    def __init__(
        self, vocabulary: Mapping[str, int], arrays: Mapping[str, npt.NDArray[Any]], count: int
    ) -> None:
        self._vocabulary = vocabulary
        self._data, self._indices, self._indptr = (np.asarray(arrays[name]) for name in ARRAYS)
        self._count = count

    @classmethod
    def load(cls, folder: Path) -> "WordIndex":
        """A saved index, memory-mapped."""
        arrays = {name: np.load(folder / file, mmap_mode="r") for name, file in FILES.items()}
        vocabulary = json.loads((folder / VOCABULARY).read_text(encoding="utf-8"))
        settings = json.loads((folder / SETTINGS).read_text(encoding="utf-8"))
        return cls(vocabulary, arrays, int(settings["num_docs"]))

    def weight(self, stem: str) -> float:
        """Inverse document frequency as Lucene has it; an unknown stem weighs most."""
        having = len(self._postings(stem).numbers)
        return math.log(1 + (self._count - having + 0.5) / (having + 0.5))

    def weighed(self, readings: Iterable[Reading]) -> Weighed:
        """The stems of what was asked; a text that has all of each has the share 1 at most."""
        found = []
        for reading in readings:
            asked = dict.fromkeys(stems(reading.text))
            most = sum(map(self.weight, asked))
            postings = (self._postings(stem) for stem in asked)
            found += [(reading.weight / most, p) for p in postings if len(p.numbers)]
        return found

    def best(self, words: Weighed, limit: int) -> Numbers:
        """Numbers of the texts with the best shares, best first; none without a known word."""
        shares = np.zeros(self._count, np.float32)
        for weight, postings in words:
            shares[postings.numbers] += np.float32(weight) * postings.scores
        best = np.flatnonzero(shares >= max(_bound(shares, limit), LEAST))
        return best[np.argsort(-shares[best], kind="stable")[:limit]].astype(np.int64)

    def shares_of(self, words: Weighed, numbers: Numbers) -> Scores:
        """BM25 of some texts as a share of the most it could be, shape (len(numbers),)."""
        shares = np.zeros(len(numbers), np.float32)
        for weight, postings in words:
            at = np.searchsorted(postings.numbers, numbers)
            at[at == len(postings.numbers)] = 0
            found = np.where(postings.numbers[at] == numbers, postings.scores[at], 0)
            shares += np.float32(weight) * found
        return shares

    def _postings(self, stem: str) -> Postings:
        at = self._vocabulary.get(stem)
        start, end = (0, 0) if at is None else self._indptr[at : at + 2].tolist()
        return Postings(self._indices[start:end], self._data[start:end])


def _bound(shares: Scores, limit: int) -> float:
    """A share that at least `limit` texts reach, if there are many: the best of blocks are enough
    to find one, and are a hundred times faster partitioned than all."""
    blocks = shares[: len(shares) // BLOCK * BLOCK].reshape(-1, BLOCK).max(axis=1)
    return float(np.partition(blocks, -limit)[-limit]) if len(blocks) >= limit else 0.0
