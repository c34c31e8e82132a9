"""What the second look reads of a message: plain stems of its words, in ones and twos, and cues.

A medicine counts as its kind ("<denosumab>"), a number as "#", so that what is learnt from one
message holds for another; a word that is denied is another word. The cues are those of guards.yaml:
that something is denied, asked, past.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from assistant.cards.lexicon import CUE
from assistant.cards.reading import Sentence

MEDICINES = (
    "testosterone", "estrogen", "raloxifene", "denosumab", "builders", "bisphosphonate", "steroid",
    "blood thinner", "calcium",
)  # fmt: skip
ENDINGS = ("ingly", "edly", "ings", "ing", "ied", "ies", "ed", "es", "ly", "s")
SHORTEST = 3  # letters that a stem keeps
STOP = "."
DENIED = "~"  # before the stem of a word that a "no" denies


def grams(sentences: Sequence[Sentence]) -> Counter[str]:
    """The stems of a message and each two that follow one another, with how often they stand."""
    stems = [stem for sentence in sentences for stem in (*_stems(sentence), STOP)]
    return Counter([*stems, *(f"{one} {other}" for one, other in pairwise(stems))])


def cues(sentences: Sequence[Sentence]) -> frozenset[str]:
    """The classes of cues that stand in a message."""
    return frozenset(name for s in sentences for name in s.found if name.startswith(CUE))


def stem(word: str) -> str:
    """A word without its ending: "swelling" and "swells" are one."""
    if word[0].isdigit():
        return "#"
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST:
            word = word[: -len(ending)]
            if len(word) > SHORTEST and word[-1] == word[-2]:
                word = word[:-1]
            break
    return word[:-1] if len(word) > SHORTEST and word.endswith(("e", "y", "i")) else word


def _stems(sentence: Sentence) -> Iterator[str]:
    ends: dict[int, tuple[int, str]] = {}  # the longest name of a medicine from each word on
    for kind in reversed(MEDICINES):
        for found in sentence.named(kind):
            if found.end >= ends.get(found.start, (0, ""))[0]:
                ends[found.start] = found.end, f"<{kind}>"
    at = 0
    while at < len(sentence.words):
        if at in ends:
            at, kind = ends[at]
            yield kind
        else:
            mark = DENIED if sentence.denied(at) else ""
            yield mark + stem(sentence.words[at])
            at += 1
