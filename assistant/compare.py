"""Two treatments beside each other: the best sentence on each, and one that tried both.

Nothing is weighed here. Each side is a quote from its own source, and where the library has
none for one of them there is no comparison.
"""

import re
from collections.abc import Sequence

from assistant.choose import Choice
from corpus.names import Names
from index.layout import place

COMPARES = re.compile(
    r"\b(or|vs|versus|than|compared?|comparison|differences?|differ|better|stronger|safer|worse|"
    r"instead of|which)\b",
    re.IGNORECASE,
)
JOINS = re.compile(
    r"\b(plus|both|together|combin\w+|alongside|alone|same time|at once|and|(just|only|than) one)\b"
    r"|[+&]",
    re.IGNORECASE,
)
GOOD_ENOUGH = 0.6  # share of the best score that each side needs beside a sentence on both
ALONE = 0.84  # and where there is none: what only speaks of one is no answer
BOTH = "both, in one sentence"  # which need not compare them
# Names of kinds, which stand beside a medicine's own and speak of no third one.
KINDS = frozenset(
    {"bisphosphonates", "antiresorptive", "bone-building drug", "SERM", "calcium", "vitamin D",
     "calcium and vitamin D"}
)  # fmt: skip


def compared(question: str, names: Names) -> tuple[str, ...]:
    """The two treatments that a question sets against each other, or nothing."""
    if not COMPARES.search(question) or JOINS.search(question):
        return ()
    taken = names.taken(question)
    return taken if len(taken) == 2 else ()


def beside(ordered: Sequence[Choice], sides: Sequence[str], names: Names) -> dict[str, Choice]:
    """The best choice on each side, by its name, best first; nothing if a side has none."""
    best: dict[str, Choice] = {}
    for choice in ordered:
        if choice.score < GOOD_ENOUGH * ordered[0].score or len(best) > len(sides):
            break
        if side := _side(choice, sides, names):
            best.setdefault(side, choice)
    if BOTH in best:
        return best
    least = min((choice.score for choice in best.values()), default=0.0)
    return best if len(best) == len(sides) and least >= ALONE * ordered[0].score else {}


def _side(choice: Choice, sides: Sequence[str], names: Names) -> str:
    """What a sentence speaks of, its heading where it names no treatment itself; nothing if that
    is a third one, too."""
    own = names.treatments.intersection(names.found(choice.text))
    if not own and choice.sentence.kind != "row":
        own = names.treatments.intersection(names.found(place(choice.passage)))
    if own - {*sides, *KINDS}:
        return ""
    spoken_of = [side for side in sides if side in own]
    return BOTH if len(spoken_of) == 2 else "".join(spoken_of)
