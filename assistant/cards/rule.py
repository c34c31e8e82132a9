"""A rule: the card it calls for, and the phrases that call for it.

A phrase is a few classes of words that stand close together in one sentence, in any order
(``<leg> <swollen>``); `&` joins pieces that may stand anywhere in the conversation.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.card import ACUTE, CardLevel
from assistant.cards.lexicon import Found
from assistant.cards.reading import Sentence, Span

WINDOW = 12  # words within which the classes of a piece stand


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Classes of words that stand close together; only `context` ones may be asked or past.

    Each is a thing of its own, equal to no other: what keeps one rule quiet leaves others alone.
    """

    names: tuple[str, ...]
    context: bool = False
    asked: bool = False  # calls for the card in a question too: "should I stop it?"

    def said(self, sentence: Sentence) -> tuple[Span | None, str]:
        """Where a sentence says that it is happening, or why it does not though it names it."""
        reason = ""
        if not all(name in sentence.found for name in self.names):
            return None, reason
        for span in self._spans(sentence):
            why = "" if self.context else sentence.why_not(span)
            if not why or self.asked:
                return span, ""
            reason = why
        return None, reason or "denied"

    def _spans(self, sentence: Sentence) -> Iterator[Span]:
        """Every place where the classes stand close together and none is denied."""
        own = [(f.start, f.end) for n in self.names for f in sentence.named(n) if f.denies]
        first, *others = (tuple(sentence.held(name, own)) for name in self.names)
        for found in first:
            start, end = found.start, found.end
            for places in others:
                near = _nearest(places, found.start)
                if near is None:
                    break
                start, end = min(start, near.start), max(end, near.end)
            else:
                if end - start <= 2 * WINDOW:
                    yield start, end


def _nearest(places: Sequence[Found], at: int) -> Found | None:
    """The one that stands closest to a word, if it is close enough; they are in order."""
    after = bisect_left(places, at, key=lambda found: found.start)
    close = [p for p in places[max(0, after - 1) : after + 1] if abs(p.start - at) <= WINDOW]
    return min(close, key=lambda found: abs(found.start - at), default=None)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Pieces that the conversation must all say; `text` is how its author wrote it."""

    text: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """What a rule's card says at one level, and the phrases that call for it."""

    level: CardLevel
    text: str
    phrases: tuple[Phrase, ...]
    where: str = ""  # file and line, for those who edit it


@dataclass(frozen=True, slots=True)
class Rule:
    """`forms` by rising level: the first is the rule's own, the second what raises it.

    `question` is put with the first form; a "yes" to it calls for the rule with the id `yes`, or,
    where that is "raised", for its own raised form.
    """

    id: str
    name: str
    forms: tuple[Form, ...]
    source: str
    date: str
    reviewer: str
    unless: tuple[Phrase, ...] = ()
    question: str = ""
    yes: str = ""
    numbers: Sequence[str] = ()
    where: str = ""  # file and line, for those who edit it

    @property
    def acute(self) -> bool:
        """True if even its own form calls for help at once."""
        return self.forms[0].level in ACUTE

    @property
    def pieces(self) -> Iterator[Piece]:
        """Every piece of its phrases."""
        for form in self.forms:
            for phrase in form.phrases:
                yield from phrase.pieces
