"""A message in its conversation into the ways in which it can be taken.

"And for men?" means nothing alone. It is read by itself, with the medicine that was spoken of,
and after the messages before it, as the encoder has learnt to; all these are searched for at
once. What is shown as the question is the second of them.
"""

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from itertools import chain
from typing import NamedTuple

from assistant.compare import COMPARES
from assistant.conversation import Conversation
from assistant.correct import corrected, uncorrected
from assistant.offered import agrees
from corpus.names import Names, load_names, without
from index.reading import Reading, after
from index.search import Index
from index.spelling import Speller
from index.words import stems

WORD = re.compile(r"(?<![\w'-])[^\W\d_][\w'-]*")  # no number, whatever its unit
TOPIC_WORDS = 3  # of the question before that stand for what it was about
FEW_WORDS = 2  # content words; fewer can't be searched for by themselves
REFERS = re.compile(
    r"\b(it|its|they|them|their|this|that|these|those|one|ones|he|she|him|her|same|instead|else)\b",
    re.IGNORECASE,
)
CONTINUES = re.compile(
    r"^(and|or|but|so|why|how long|how often|how much|what about|what if)\b", re.I
)
# What a medicine is taken with, or set against, leaves out the medicine.
ADDS = re.compile(
    r"^(?:(?:and|or|but|so|ok|what about|how about|what if)\b[\s,]*)*"
    r"(?:with|alongside|on top of|together with|along with|plus|compared (?:to|with)|versus|vs)\b",
    re.IGNORECASE,
)
# One of two that were spoken of, by its place.
PLACED = re.compile(r"\bthe (?:(first one|former)|second one|latter)\b", re.I)
SENTENCE = re.compile(r"[^.?!]+[.?!]*")
# Words that stand for what was asked only where there is nothing else.
LIGHT = frozenset(
    stem
    for word in (
        "long much many often mean tell say said happen take help good well bad stop safe know"
        " think want need doctor day week month year yesterday today tomorrow"
    ).split()
    for stem in stems(word)
)
ASKING = 0.2  # of what is asked, where a first message tells something as well
# Of the readings of a message that is not the first; chosen on the dev conversations.
ITSELF, STANDING_ALONE, AFTER_OTHERS = 0.2, 0.2, 0.6


@dataclass(frozen=True, slots=True)
class Wording:
    """The library's wording of what people type: its names for things, rightly spelt."""

    names: Names
    speller: Speller
    titled: frozenset[str]  # stems of the words in the titles of documents

    @classmethod
    def over(cls, index: Index) -> "Wording":
        """That of an index."""
        titles = (document.title for document in index.documents.values())
        titled = frozenset(chain.from_iterable(map(stems, titles)))
        return cls(load_names(), index.speller, titled)

    def of(self, message: str) -> str:
        """The message in that wording; what is not known stays as it is."""
        return self.names.replaced(self.speller.repaired(message, self.names.words))


@dataclass(frozen=True, slots=True)
class Rephrased:
    """What is searched for: one question to be shown, and all readings with their weights."""

    question: str
    readings: tuple[Reading, ...]
    carried: tuple[str, ...] = ()  # what earlier messages added to the question
    before: str = ""  # the message before it, as that was read
    asking: str = ""  # what is asked, in a first message that tells something as well

    @property
    def follows(self) -> bool:
        """True if it is not the first message."""
        return bool(self.before)


def rephrase(conversation: Conversation, wording: Wording) -> Rephrased:
    """The last message of a conversation, made to stand alone."""
    message, *rest = (wording.of(said) for said in reversed(conversation.messages))
    earlier = rest[::-1]
    if not earlier:
        return _first(message)
    stood: list[Standing] = []
    for said in (*earlier, message):
        stood.append(_standing(said, stood, wording))
    question = stood[-1].question
    if stood[-1].whole:
        return replace(_first(question), carried=stood[-1].carried)
    meant = _as_corrected(earlier, stood[:-1])
    readings = (*_by_itself(message, question), Reading(after(message, meant), AFTER_OTHERS))
    before = after(meant[-1], meant[:-1])
    return Rephrased(question, readings, stood[-1].carried, before)


def _as_corrected(earlier: Sequence[str], stood: Sequence["Standing"]) -> list[str]:
    """The messages before, without those that only correct another, which is as they would have
    it."""
    meant: list[str] = []
    for said, standing in zip(earlier, stood, strict=True):
        if standing.whole:
            meant.pop()
        meant.append(standing.question if standing.whole else said)
    return meant


def _first(message: str) -> Rephrased:
    """A first message, and by itself what it asks, where it tells something too."""
    asking = _asked(message)
    if not asking or asking == message.strip():
        return Rephrased(message, (Reading(message, 1.0),))
    readings = Reading(message, 1 - ASKING), Reading(asking, ASKING)
    return Rephrased(message, readings, asking=asking)


def _asked(message: str) -> str:
    """Its sentences that ask."""
    return "".join(filter(_asks, SENTENCE.findall(message))).strip()


def _asks(sentence: str) -> bool:
    return sentence.rstrip().endswith("?")


def _by_itself(message: str, question: str) -> Iterator[Reading]:
    """The message as it is, and made to stand alone, once if that is the same."""
    if question == message:
        yield Reading(message, ITSELF + STANDING_ALONE)
    else:
        yield from (Reading(message, ITSELF), Reading(question, STANDING_ALONE))


class Standing(NamedTuple):
    """A message made to stand alone, and what that took from the messages before it."""

    question: str
    carried: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """True if it is another question asked again, with one word corrected."""
        return self.carried == (self.question,)


def _standing(message: str, before: Sequence[Standing], wording: Wording) -> Standing:
    """The message with what it leaves out in brackets behind it."""
    if not before:
        return Standing(message)
    names = wording.names
    message, corrects = uncorrected(message, names)
    if corrects and (asked := corrected(before[-1].question, message, names)):
        return Standing(asked, (asked,))
    spoken_of = _spoken_of(message, [standing.question for standing in before], names)
    carried = tuple(name for name in spoken_of if name.lower() not in message.lower())
    vague = bool(REFERS.search(message)) and not names.found(message)
    if corrects or _few(message, names) or (vague and not carried):
        topic = _topic(
            _untaken(before[-1].question, message, names), (message, *carried), wording.titled
        )
        carried = (*topic, *carried)
    return Standing(f"{message} ({', '.join(carried)})" if carried else message, carried)


def _few(message: str, names: Names) -> bool:
    """True if it can't be searched for by itself; the names in it count as one word."""
    found = names.found(message)
    for name in found:
        message = without(message, name)
    return len(stems(message)) + bool(found) < FEW_WORDS


def _untaken(question: str, message: str, names: Names) -> str:
    """A question without the medicines that it names, where a message names one of its own."""
    if _instead(message, names):
        for name in names.taken(question):
            question = without(question, name)
    return question


def _instead(message: str, names: Names) -> bool:
    """True if it names a medicine of its own, in the place of those before and not beside them."""
    return bool(names.taken(message)) and not ADDS.match(message)


def _topic(question: str, known: Iterable[str], titled: Set[str]) -> tuple[str, ...]:
    """The first content words of a question that stand in titles, or else of all, and are not known
    already, as one thing; those of the sentences that ask before others."""
    said = {stem for text in known for stem in stems(text)}
    sentences = sorted(SENTENCE.findall(question), key=_asks, reverse=True)
    words = dict.fromkeys(word for part in sentences for word in WORD.findall(part))
    telling = (word for word in words if not COMPARES.fullmatch(word) and not agrees(word))
    told = [(word, parts) for word in telling if (parts := set(stems(word))) and not parts & said]
    told = [(word, parts) for word, parts in told if not parts <= LIGHT] or told
    topical = [word for word, parts in told if parts <= titled] or [word for word, _ in told]
    topic = " ".join(topical[:TOPIC_WORDS])
    return (topic,) if topic else ()


def _spoken_of(message: str, earlier: Sequence[str], names: Names) -> tuple[str, ...]:
    """What the conversation was about, where the message leaves it out.

    "Does it cause heartburn?" leaves out the medicine, and so does "is it better than HRT?";
    "what about HRT?" does not.
    """
    takes = _instead(message, names)
    refers = bool(REFERS.search(message)) or bool(CONTINUES.match(message) and not takes)
    for said in reversed(earlier):
        if found := names.found(said):
            taken = names.taken(said)
            if taken and (refers or not takes):
                return _placed(message, taken, chain.from_iterable(map(names.taken, earlier)))
            return found if refers else ()
    return ()


def _placed(message: str, taken: tuple[str, ...], named: Iterable[str]) -> tuple[str, ...]:
    """Of two medicines the one that a message means by when it was `named` ("the second one");
    else both."""
    place = PLACED.search(message)
    if not place or len(taken) != 2:
        return taken
    first, second = (name for name in dict.fromkeys(named) if name in taken)
    return (first,) if place[1] else (second,)
