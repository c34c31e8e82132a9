"""A message as it is understood: what it names, and what of that it says is happening.

Four things keep a named symptom from being one that someone has: it is denied, it is long past, it
is only supposed, or the sentence asks about it in general. Each is told from cues within the
sentence; the cues are data (guards.yaml), the way they reach is here.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from assistant.cards.fold import words
from assistant.cards.lexicon import CUE, Found, Lexicon
from assistant.cards.spell import Speller

DENIAL = 10  # words that a "no" reaches, at most
ASKING = 14  # words that "the signs of ..." reaches
NEAR = 5  # words before a symptom in which "my" makes it somebody's
LONGEST = 120  # words of a sentence; what is longer is taken in parts, so that time is linear
OPENING = 4  # words at the start of a sentence in which a date puts all of it in the past
QUESTION = frozenset(
    """is are am was were do does did can could will would should shall might may has have had what
    whats which why how hows when where who whose any""".split()
)
# These ask only at the start of a sentence, and some of them only before a subject ("had anyone").
VERBS = frozenset("is am are was were have has had may might".split())
STATES = frozenset("was were have has had may might any".split())
SUBJECTS = frozenset("you i he she they it we anyone anybody there people women men".split())
QUIETING = ("!asks", "!supposes", "!past", "!over", "!well", "!people", "!elsewhere")
JOINS = frozenset("or nor and".split())

Span = tuple[int, int]


@dataclass(frozen=True)
class Sentence:
    """The words of a sentence ("," stands between its parts) and what they name."""

    words: tuple[str, ...]
    found: Mapping[str, Sequence[Found]]
    claims: bool  # somewhere the message says "I have it"

    def named(self, name: str) -> Sequence[Found]:
        """Where a class of words stands, denied or not."""
        return self.found.get(name, ())

    def held(self, name: str, own: Sequence[Span] = ()) -> Iterator[Found]:
        """Where a class of words stands and is not denied, unless by words that are meant (`own`).

        "Can't lift my arm" does not deny the arm: the "can't" belongs to what is wrong with it.
        """
        for found in self.named(name):
            cues = self._denied.get(found.start, ())
            if found.denies or all(any(a <= at < b for a, b in own) for at in cues):
                yield found

    def denied(self, at: int) -> bool:
        """True if the word there is denied."""
        return at in self._denied

    def why_not(self, span: Span) -> str:
        """Why what the span names is not happening to anybody; an empty string if it is."""
        if self._supposed(span):
            return "supposed"
        if self._past(span):
            return "past"
        if self._general(span):
            return "asked in general"
        return ""

    @cached_property
    def _breaks(self) -> list[int]:
        """Where a part of the sentence begins that a denial does not reach into."""
        starts = {found.start for found in self.named("!turns")}
        return sorted({0, len(self.words), *starts})

    @cached_property
    def _parts(self) -> list[Span]:
        """The parts of the sentence between commas and turns."""
        commas = [i for i, word in enumerate(self.words) if word == ","]
        edges = sorted({*self._breaks, *commas})
        return [(a, b) for a, b in pairwise(edges) if b > a]

    def _part(self, at: int) -> Span:
        ends = [part[1] for part in self._parts]
        return self._parts[min(bisect_left(ends, at + 1), len(self._parts) - 1)]

    @cached_property
    def _denials(self) -> list[Found]:
        """Each "no" that may deny a symptom: not that of "no better" or "probably nothing"."""
        masked = [(f.start, f.end) for f in self.named("!not a denial")]
        return [
            cue
            for cue in self.named("!denies")
            if not any(a <= cue.start and cue.end <= b for a, b in masked)
        ]

    @cached_property
    def _denied(self) -> Mapping[int, Sequence[int]]:
        """The words that are denied, each with where the denials stand."""
        denied: dict[int, list[int]] = defaultdict(list)
        for cue in self._denials:
            for at in range(cue.end, self._reach(cue)):
                denied[at].append(cue.start)
        for cue in self.named("!well"):
            for at in range(*self._well(cue)):
                denied[at].append(cue.start)
        return denied

    def _reach(self, cue: Found) -> int:
        """The end of what a denial denies; one that is part of a symptom stops at a comma."""
        start = cue.end
        own = (f for name, places in self.found.items() if name[0] != CUE for f in places)
        part = any(f.denies and f.start <= cue.start < f.end for f in own)
        following = self._breaks[bisect_left(self._breaks, start) :]
        limit = min(start + DENIAL, *following[:1], len(self.words))
        at = start
        while at < limit:
            if self.words[at] == "," and (part or not self._goes_on(at)):
                return at
            at += 1
        return limit

    def _goes_on(self, comma: int) -> bool:
        """True if the part after a comma goes on with a list: ", cramp or twitch"."""
        start, end = self._part(comma + 1)
        part = [word for word in self.words[start:end] if word != ","]
        if not part or any(self._among(name, start, end) for name in ("!person", "!strong")):
            return False
        return len(part) <= 2 or (len(part) <= 6 and bool(JOINS.intersection(part)))

    def _well(self, found: Found) -> Span:
        """What stands before "is fine" in its part, unless that asks."""
        start, _ = self._part(found.start)
        begins = next((i for i in range(start, found.start) if self.words[i] != ","), start)
        return (start, start) if self.words[begins] in QUESTION else (start, found.end)

    def _among(self, name: str, start: int, end: int) -> bool:
        return any(start <= found.start < end for found in self.named(name))

    def _supposed(self, span: Span) -> bool:
        """ "If I get ...", "the signs of ...", "the leaflet mentions ..." stand before it."""
        if self.claims:
            return False
        begun = [at for at in self._breaks if at <= span[0]]
        return any(
            begun[-1] <= cue.start and cue.end <= span[1] and span[0] - cue.end < ASKING
            for cue in self.named("!supposes")
        )

    def _past(self, span: Span) -> bool:
        start, end = self._part(span[0])[0], self._part(span[1] - 1)[1]
        if start and self.words[start] == "and" and not self._among("!person", start, span[0]):
            start = self._part(start - 1)[0]  # "in 1998 I had this and a numb arm"
        over = [cue for cue in self.named("!over") if cue.start >= span[1]]
        if any(
            start <= now.start < end and not any(o.start <= now.start < o.end for o in over)
            for now in self.named("!now")
        ):
            return False
        cues = [cue for cue in self.named("!past") if not self._begun(cue)]
        if any(start <= cue.start < end for cue in (*cues, *over)):
            return True
        if self._among("!present", start, end):
            return False
        opened = any(cue.start < OPENING for cue in cues)
        if opened and self._among("!did", start, end):
            return True
        later = any(cue.start >= end for cue in cues)
        return bool(over) or (later and self._among("!did", start, end))

    def _begun(self, cue: Found) -> bool:
        """True if a date only says since when: "started Fosamax 6 years ago"."""
        start = self._part(cue.start)[0]
        return self._among("!began", max(start, cue.start - 8), cue.start)

    def _general(self, span: Span) -> bool:
        if self.claims or self._somebodys(span):
            return False
        if self.named("!asks") or self.named("!people"):
            return True
        start = self._part(span[0])[0]
        while start < span[0] and self.words[start] in (",", "and", "but", "so", "also", "or"):
            start += 1
        return self._asks(start) or self._asks(0)

    def _asks(self, at: int) -> bool:
        """True if the words from there on begin as a question does."""
        if at >= len(self.words):
            return False
        word, following = self.words[at], self.words[at + 1 : at + 2]
        if word in STATES and not SUBJECTS.intersection(following):
            return False
        return word in QUESTION and not (at and word in VERBS)

    @property
    def quieted(self) -> bool:
        """True if it has a cue that something in it is denied, past, supposed, asked or a tale."""
        return self._quieted(len(self.words))

    def doubtful(self, span: Span) -> bool:
        """True if such a cue may be meant for what the span names: a question that only follows
        ("calf is swollen what foods have calcium") is not."""
        following = (start for start, _ in self._parts if start >= span[1])
        return self._quieted(next(filter(self._turns_to_ask, following), len(self.words)))

    def _quieted(self, end: int) -> bool:
        """True if such a cue stands before a word."""
        cues = (*self._denials, *(cue for name in QUIETING for cue in self.named(name)))
        if any(cue.start < end for cue in cues):
            return True
        return any(self._turns_to_ask(start) for start, _ in self._parts if start < end)

    def _turns_to_ask(self, start: int) -> bool:
        """True if the part that starts there begins as a question does."""
        return self._asks(start + (self.words[start] == ","))

    def _somebodys(self, span: Span) -> bool:
        """True if somebody has it or it began lately."""
        start, end = self._part(span[0])[0], self._part(span[1] - 1)[1]
        near = max(start, span[0] - NEAR)
        lately = any(self._among(name, start, end) for name in ("!now", "!lasting"))
        return lately or any(self._among(c, near, span[1]) for c in ("!person", "!pointed"))


def read(message: str, lexicon: Lexicon, speller: Speller) -> tuple[Sentence, ...]:
    """The sentences of a message."""
    parts: list[list[str]] = [[]]
    for word in speller.corrected(words(message)):
        if word == "." or len(parts[-1]) == LONGEST:
            parts.append([])
        if word != ".":
            parts[-1].append(word)
    parts = [part for part in parts if part]
    found = [lexicon.find(part) for part in parts]
    claims = any(f.name == "!claims" for places in found for f in places)
    return tuple(
        Sentence(tuple(part), _by_name(places), claims)
        for part, places in zip(parts, found, strict=True)
    )


def _by_name(places: Sequence[Found]) -> dict[str, list[Found]]:
    named: dict[str, list[Found]] = defaultdict(list)
    for found in places:
        named[found.name].append(found)
    return dict(named)
