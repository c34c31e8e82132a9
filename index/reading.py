"""A reading: one way to take what somebody has asked, and how much it counts.

"And for men?" can be taken by itself, with the drug that was spoken of before, or with all that
was said before; it is searched for in all these ways at once.
"""

from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

EARLIER = 4  # messages before the last that are read with it
TAIL = 200  # characters of each, from its end: what is asked stands there
BETWEEN = " | "


class Reading(NamedTuple):
    """A text to search for; the weights of the readings of one question add up to 1."""

    text: str
    weight: float


def after(message: str, earlier: Sequence[str]) -> str:
    """A message with those before it (oldest first), newest first: a tuned encoder has learnt
    to read it so."""
    newest = islice(reversed(earlier), EARLIER)
    return BETWEEN.join((message, *map(_ending, newest)))


def _ending(said: str) -> str:
    """The end of a message, in whole words."""
    return said if len(said) <= TAIL else said[-TAIL:].partition(" ")[2]
