"""Words that nobody writes on purpose into the ones that were meant, if a rule speaks of those.

A word that is in the list of common English words, or that a rule or a medicine's name has, stays
as it is. Another is compared with the rules' words by sound and by one wrong letter, from an index
made once; a run of words without spaces is taken apart. Bounded by the length of one word.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

FILE = Path(__file__).parent / "english.txt"  # whose it is: english.NOTICE.txt
LONGEST = 40  # letters; a longer run is no word
SHORTEST = 5  # letters of a word in which one may be wrong
LEET = str.maketrans("013457@$", "oieastas")
LEET_L = str.maketrans("013457@$", "oleastas")
SOUNDS = (
    ("ough", "of"), ("ph", "f"), ("ght", "t"), ("ck", "k"), ("oe", "e"), ("ae", "e"), ("ie", "i"),
    ("ei", "i"), ("ea", "e"), ("ou", "o"), ("ow", "o"), ("z", "s"), ("c", "k"), ("y", "i"),
    ("q", "k"), ("x", "ks"), ("gh", "g"), ("wr", "r"), ("kn", "n"),
)  # fmt: skip
TWICE = re.compile(r"([a-z])\1+")
SHORT = frozenset(
    "a i im my me in is it on no to of up he she and the has had get got our out".split()
)


class Speller:
    """Knows the words of the rules, and of the language where it must not meddle."""

    def __init__(self, vocabulary: Iterable[str], names: Mapping[str, str]) -> None:
        self.meant = frozenset(word for word in vocabulary if word.isalpha())
        self._names = {n: own for n, own in names.items() if own in self.meant}
        english = frozenset(FILE.read_text(encoding="utf-8").split())
        self.known = (english | self.meant | names.keys()) - (self._names.keys() - self.meant)

    @cached_property
    def _near(self) -> Mapping[str, Sequence[str]]:
        """The rules' words under each way of writing them that lacks a letter."""
        near: dict[str, list[str]] = defaultdict(list)
        for word in sorted(self.meant):
            if len(word) >= SHORTEST:
                heard = sound(word)
                for key in {word, heard, *_shorter(word), *_shorter(heard)}:
                    near[key].append(word)
        return near

    @cached_property
    def _alike(self) -> Mapping[str, str]:
        """The rules' words by their sound."""
        long = (word for word in sorted(self.meant, reverse=True) if len(word) >= SHORTEST - 1)
        return {sound(word): word for word in long}

    @cached_property
    def _masked(self) -> Mapping[tuple[int, str], Sequence[str]]:
        """The rules' words by length and first letter."""
        masked: dict[tuple[int, str], list[str]] = defaultdict(list)
        for word in sorted(self.meant):
            masked[len(word), word[0]].append(word)
        return masked

    def corrected(self, words: Sequence[str]) -> list[str]:
        """The words, each unknown one exchanged for what was meant, if that can be told."""
        found: list[str] = []
        for word in words:
            if word in self.known or len(word) < SHORTEST - 1 or word.isdigit():
                found.append(word)
            else:
                found += self._meant(word)
        return found

    def _meant(self, word: str) -> Sequence[str]:
        if len(word) > LONGEST:
            return [word]
        if own := self._names.get(word):
            return [own]
        if "*" in word:
            like = self._masked.get((len(word), word[0]), ())
            same = (w for w in like if all(b in ("*", a) for a, b in zip(w, word, strict=True)))
            return [next(same, word.replace("*", ""))]
        for guess in _guesses(word):
            if guess in self.meant:
                return [guess]
            if guess.isalpha() and (near := self._nearest(guess)):
                return [near]
        return self._apart(word.translate(LEET)) or [word]

    def _nearest(self, word: str) -> str:
        """The rules' word that sounds the same or has one letter wrong, else nothing."""
        if len(word) < SHORTEST:
            swapped = (
                word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1)
            )
            near_by = next((w for w in swapped if w in self.meant and len(w) == len(word)), "")
            return near_by or self._alike.get(sound(word), "")
        keys = (word, *_shorter(word), sound(word), *_shorter(sound(word)))
        near = {w for key in dict.fromkeys(keys) for w in self._near.get(key, ())}
        likely = [w for w in near if abs(len(w) - len(word)) <= 2 and w[0] == word[0]]
        likely = likely or [w for w in near if sorted(w[:2]) == sorted(word[:2])]
        likely = [w for w in likely if distance(w, word) <= (1 if len(word) < 7 else 2)]
        return min(likely, key=lambda w: (distance(w, word), w), default="")

    def _apart(self, run: str) -> list[str]:
        """The words of a run without spaces, at least one of them a rule's; else nothing."""
        if not run.isalpha() or len(run) < 2 * SHORTEST - 3:
            return []
        best: list[list[str] | None] = [[]] + [None] * len(run)
        for end in range(1, len(run) + 1):
            for start in range(max(0, end - 15), end):
                before, word = best[start], run[start:end]
                if before is None or not (word in SHORT or (len(word) > 2 and word in self.known)):
                    continue
                now = best[end]
                if now is None or len(before) + 1 < len(now):
                    best[end] = [*before, word]
        found = best[-1] or []
        return found if any(len(w) > 3 and w in self.meant for w in found) else []


def sound(word: str) -> str:
    """A word as it sounds, roughly: "diarrhoea" and "diarea" come near each other."""
    for written, heard in SOUNDS:
        if written in word:
            word = word.replace(written, heard)
    return TWICE.sub(r"\1", word)


def distance(one: str, other: str) -> int:
    """Letters to add, drop, exchange or swap with a neighbour to make one word the other."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        row = [i]
        for j, b in enumerate(other, start=1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]


def _guesses(word: str) -> Iterator[str]:
    """The word as it stands, with digits and signs read as letters, with fewer repeats."""
    if not word.isalpha():
        digits = sum(c.isdigit() for c in word)
        if word[0].isdigit() or len(word) - digits < 2:
            return
        yield word.translate(LEET)
        yield word.translate(LEET_L)
        return
    yield word
    if TWICE.search(word):
        yield TWICE.sub(r"\1\1", word)
        yield TWICE.sub(r"\1", word)


def _shorter(word: str) -> set[str]:
    return {word[:i] + word[i + 1 :] for i in range(len(word))}
