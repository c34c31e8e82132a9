"""A reading: one way to take what somebody has asked, and how much it counts.

"And for men?" can be taken by itself, with the drug that was spoken of before, or with all that
was said before; it is searched for in all these ways at once.
"""

from typing import NamedTuple


class Reading(NamedTuple):
    """A text to search for; the weights of the readings of one question add up to 1."""

    text: str
    weight: float
