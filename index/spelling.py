"""Misspelt words into the words of the library that were meant.

A word is repaired if the English dictionary does not have it and a word of the library is one slip
away: a letter too many, too few, another, or two in the wrong order. A long word may have two, if
it begins rightly. What people type more often than the word that it would be taken for ("xray",
beside one "tray") is no slip. Names of medicines have misspellings of their own in names.yaml.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
LETTERS = re.compile(r"[a-z]+")
APOSTROPHE = re.compile(r"['’]")
SHORTEST, LONGEST = 4, 24  # letters; shorter words are like too many others
LONG = 8  # letters from which a word may have two slips
COMMON = 30  # times that the dictionary's sources have a word; rarer ones are often mistakes
MOST = 30  # words of one message that are looked at
NEIGHBOURS = 8  # library words compared for each
OFTEN = 5  # times that a word is asked before it may be one that the dictionary has missed
TYPED = {  # together, or for short
    "alot": "a lot", "abit": "a bit", "afew": "a few", "aswell": "as well", "incase": "in case",
    "shud": "should", "cud": "could", "wud": "would", "wot": "what", "wat": "what",
    "coz": "because", "cuz": "because", "bcos": "because", "becos": "because", "thru": "through",
    "theyre": "they're", "shouldnt": "shouldn't", "weve": "we've", "itll": "it'll",
    "mths": "months", "shld": "should",
}  # fmt: skip
# The dictionary is one of films: it misses some British words, new ones, and those of medicine.
RIGHT = frozenset(
    """
    analyse cafe flavour mineralise paralysed programme summarise trialled
    app cpap gmail grandkid gummies kippur nasa prefilled rebooked sarms snus tech texted texting
    vape vaper wifi xrayed
    alfa antiepileptic avascular balp beaking bence biest cert creat crps edta femring folic fsgs
    ggps ghrh gravis haematocrit hypercalcaemia hypercalcemia hypoparathyroidism hypophosphataemia
    inhibin libre memantine mmol mros nephrotic nnt nonvert oesophagitis osteocyte osteocytic
    osteogenic osteopenic paeds pcos perimenopausal pharmac pharmacologically phosphonate pmol
    psoriatic qfracture randox spep statin subtroch teva thiazide uti
    """.split()
)
OPPOSED = re.compile("hypo|hyper|pre|peri|post")  # beginnings, of which none is a slip for another
KNOWN = ".npy"  # beside the file of the library's words

Known = npt.NDArray[np.bytes_]  # words in order


def save_spelling(said: Iterable[str], asked: Iterable[str], file: Path) -> None:
    """Write what a speller knows after reading what a library says, what it is asked (people's
    own mistakes are no words of it) and the English dictionary, to that file and beside it."""
    from spellchecker import SpellChecker

    english = SpellChecker(language="en").word_frequency.items()
    common = {word for word, count in english if count >= COMMON and LETTERS.fullmatch(word)}
    common |= RIGHT
    library, words = _counted(said), _counted(asked)
    right = {word: count for word, count in words.items() if word in common or word in library}
    library.update(right)
    library.update(_missed(library, words))
    file.write_text(json.dumps(library), encoding="utf-8")
    known = sorted(word.encode() for word in common - library.keys() if len(word) <= LONGEST)
    np.save(file.with_suffix(KNOWN), np.array(known, np.bytes_))


def _missed(library: Mapping[str, int], asked: Mapping[str, int]) -> dict[str, int]:
    """The words that are asked more often than what they would be taken for."""
    speller = Speller(library, np.array([], np.bytes_))
    often = {word: n for word, n in asked.items() if n >= OFTEN and word not in library}
    return {word: n for word, n in often.items() if (m := speller.nearest(word)) and library[m] < n}


def _counted(texts: Iterable[str]) -> Counter[str]:
    return Counter(word for text in texts for word in LETTERS.findall(text.lower()))


class Speller:
    """Knows the library's words with their counts, and every other word that is no mistake."""

    def __init__(self, library: Mapping[str, int], known: Known) -> None:
        self._library = library
        self._known = known
        self._targets = [word for word in library if len(word) >= SHORTEST]

    @classmethod
    def load(cls, file: Path) -> "Speller":
        """A saved one; the dictionary is memory-mapped, as a question reads little of it."""
        library = json.loads(file.read_text(encoding="utf-8"))
        return cls(library, np.load(file.with_suffix(KNOWN), mmap_mode="r"))

    def repaired(self, text: str, spared: Iterable[str] = ()) -> str:
        """The text with each misspelt word exchanged; `spared` are further words that are right."""
        right, repairs = frozenset(spared), 0

        def repair(match: re.Match[str]) -> str:
            nonlocal repairs
            word = match[0].lower()
            if word in TYPED and word not in right:
                return TYPED[word]
            if repairs >= MOST or word in right or self._is_right(word):
                return match[0]
            repairs += 1
            return self.nearest(word) or match[0]

        return WORD.sub(repair, text)

    def _is_right(self, word: str) -> bool:
        stem = APOSTROPHE.split(word)[0]
        return (
            not SHORTEST <= len(stem) <= LONGEST
            or not LETTERS.fullmatch(stem)
            or any(form in self._library or self._knows(form) for form in (stem, stem[:-1]))
        )

    def _knows(self, word: str) -> bool:
        """True if the dictionary has it."""
        sought = word.encode()
        at = int(np.searchsorted(self._known, sought))
        return at < len(self._known) and bool(self._known[at] == sought)

    def nearest(self, word: str) -> str | None:
        """The likeliest word meant: fewest slips, the same first letter, then the commonest."""
        slips = 2 if len(word) >= LONG else 1
        found = process.extract(
            word, self._targets, scorer=OSA.distance, score_cutoff=slips, limit=NEIGHBOURS
        )
        near = [
            (distance, other[0] != word[0], -self._library[other], other)
            for other, distance, _ in found
            if (distance <= 1 or other[0] == word[0]) and not _opposed(word, other)
        ]
        return min(near)[-1] if near else None


def _opposed(one: str, other: str) -> bool:
    """True if they begin as opposites do: who writes "hyper..." does not mean "hypo..."."""
    begins, others = OPPOSED.match(one), OPPOSED.match(other)
    return bool(begins and others and begins[0] != others[0])
