"""A question as it is compared, what is closest to it, and what it makes of passages."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from index.encode import Vector
from index.vectors import Nearest
from index.words import Weighed


class Closest(NamedTuple):
    """What is nearest to a question among all sentences, and among all questions that these
    answer."""

    sentences: Nearest
    asked: Nearest


class Before(NamedTuple):
    """What was asked before, and what was best for it."""

    vector: Vector
    passage: int  # its number
    sentence: int


class Heard(NamedTuple):
    """What was asked, as it is compared: unit vectors, and weighed words."""

    vector: Vector
    to_sentences: Vector  # turned by the adapter
    to_asked: Vector
    words: Weighed
    place_words: Weighed  # none where titles and headings do not count
    closest: Closest  # of each as many as a search looks at
    before: Before | None = None  # where other messages came before


class Nearness(NamedTuple):
    """Cosines to questions whose answers are known, 0 where there are none."""

    asked: float  # to the nearest that the library answers, the mean of ten
    beyond: float  # to the nearest that it does not, the mean of two
    around: float = 1.0  # share of the seven nearest of both that it answers


class View(NamedTuple):
    """A passage as a question sees it: the score of each of its sentences."""

    number: int
    sentences: list[float]
    parts: npt.NDArray[np.float32]  # (views, sentences), weighted; the scores are its column sums

    @property
    def score(self) -> float:
        """That of its best sentence."""
        return max(self.sentences)
