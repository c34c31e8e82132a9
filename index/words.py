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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from Stemmer import Stemmer

WORD = re.compile(r"[a-z0-9]+(?:[-'.][a-z0-9]+)*")
STOP_WORDS = frozenset(
    """a about above after again against ain all also am an and any anything are aren as at be
    because been before being below between both but by can cant could couldn couldnt d did didn didnt do
    does doesn doesnt doing don dont down during each few for from further had hadn has hasn have
    haven having he hello her here hers herself hey hi him himself his how i id if ill im in into
    is isn isnt it its itself ive just ll m ma may me might mightn more most must mustn my myself
    needn no nor not now o of off ok okay on once only or other our ours ourselves out over own
    please re really s same shall shan she should shouldn shouldnt so some something such t than thank
    thanks that the their theirs them themselves then there these they this those through to too
    under until up us ve very was wasn we were weren what whats when where which while who whom why
    will with won wont would wouldn y you your yours yourself yourselves
    arent couldve hadnt hasnt havent hes hows mustnt shant shes shouldve thatll theyd theyll theyre
    theyve wasnt werent weve whos wheres youd youll youre youve""".split()
)
STEMMER = Stemmer("english", 0)  # without its cache: no word of a question is kept
EMPTY = "∅"  # stands for a passage without a word, which bm25s refuses
ARRAYS = ("data", "indices", "indptr")
FILES = {name: f"{name}.csc.index.npy" for name in ARRAYS}
VOCABULARY, SETTINGS = "vocab.index.json", "params.index.json"

Scores = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]

logging.getLogger("bm25s").setLevel(logging.WARNING)  # it reports every step


def stems(text: str) -> list[str]:
    """Stems of the content words; a hyphenated term is kept whole and its parts too."""
    words: list[str] = []
    for found in WORD.findall(text.lower().replace("’", "'")):
        word = found.removesuffix("'s").replace("'", "")
        words += [word, *word.split("-")] if "-" in word else [word]
    stemmed: list[str] = STEMMER.stemWords([word for word in words if word not in STOP_WORDS])
    return stemmed


class Postings(NamedTuple):
    """The texts that have a stem, in the order of their numbers, and its BM25 score in each."""

    numbers: npt.NDArray[np.int32]
    scores: Scores


class WordIndex:
    """BM25 over the stems of texts, in the order in which they were given."""

    def __init__(
        self, vocabulary: Mapping[str, int], arrays: Mapping[str, npt.NDArray[Any]], count: int
    ) -> None:
        self._vocabulary = vocabulary
        self._data, self._indices, self._indptr = (np.asarray(arrays[name]) for name in ARRAYS)
        self._count = count

    @classmethod
    def build(cls, texts: Sequence[str], folder: Path, k1: float = 1.2, b: float = 0.6) -> None:
        """Write the index of some texts as a folder of plain arrays; k1 and b as in BM25."""
        import bm25s

        index = bm25s.BM25(k1=k1, b=b, method="lucene")
        index.index([stems(text) or [EMPTY] for text in texts], show_progress=False)
        index.save(str(folder), show_progress=False)

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

    def shares(self, question: Iterable[str]) -> Scores:
        """BM25 of each text as a share of the most it could be, shape (texts,)."""
        shares = np.zeros(self._count, np.float32)
        for weight, postings in self._weighed(question):
            shares[postings.numbers] += weight * postings.scores
        return shares

    def shares_of(self, question: Iterable[str], numbers: Numbers) -> Scores:
        """The same for some texts only, shape (len(numbers),); their number decides the time."""
        shares = np.zeros(len(numbers), np.float32)
        for weight, postings in self._weighed(question):
            at = np.searchsorted(postings.numbers, numbers)
            at[at == len(postings.numbers)] = 0
            shares += weight * np.where(postings.numbers[at] == numbers, postings.scores[at], 0)
        return shares

    def _weighed(self, question: Iterable[str]) -> Iterator[tuple[np.float32, Postings]]:
        """The postings of each known stem, and what its scores count for."""
        stems = dict.fromkeys(question)
        most = sum(map(self.weight, stems))
        for stem in stems:
            postings = self._postings(stem)
            if len(postings.numbers):
                yield np.float32(1 / most), postings

    def _postings(self, stem: str) -> Postings:
        at = self._vocabulary.get(stem)
        start, end = (0, 0) if at is None else self._indptr[at : at + 2].tolist()
        return Postings(self._indices[start:end], self._data[start:end])
