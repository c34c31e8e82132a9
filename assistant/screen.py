"""Safety cards for what a person says is happening: fixed texts, found by fixed rules.

It looks at every message of the conversation, raw or cleaned, and needs nothing else: no index, no
answer. It never blocks: the answer follows the cards. A card is shown once; again if what was said
since makes it more pressing, and a pressing one whenever a message calls for it by itself. The
rules are data: see assistant/cards/.
"""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

from assistant.card import ACUTE, SafetyCard
from assistant.cards.fold import words
from assistant.cards.likeness import Likeness, Look, load_likeness
from assistant.cards.load import LEVELS, Rules, load_rules
from assistant.cards.pack import NEUTRAL, Pack, chosen, load_packs
from assistant.cards.reading import Sentence
from assistant.cards.rule import Form, Phrase, Piece, Rule
from assistant.conversation import MOST_MESSAGES
from corpus.names import Names, load_names

SHOWN = {  # the numbers beside a card, by its level
    "emergency": ("emergency", "text_relay"),
    "crisis": ("crisis", "emergency", "text_relay"),
    "urgent": ("urgent", "emergency"),
    "soon": (),
    "policy": (),
}
PRESSING = (*ACUTE, "urgent")  # come again if they are called for again
NUMBER = re.compile(r"{(\w+)}")
OLD = "These numbers were last checked on {}: make sure that they still hold."
YES = frozenset("yes yeah yep yup yea ya aye yess indeed definitely affirmative correct y".split())
DO = frozenset("i she he they it do does am is are has have had both a bit little".split())


class Told(NamedTuple):
    """What one message says: pieces of the rules' phrases, the rules that it is like, a yes."""

    pieces: tuple[Piece, ...]
    like: tuple[str, ...]
    yes: bool

    @property
    def nothing(self) -> bool:
        """True if it calls for no card, whatever was said before it."""
        return not (self.pieces or self.like or self.yes)


@dataclass(slots=True)
class Heard:
    """What a conversation has said so far, and the level of each card it called for."""

    pieces: set[Piece] = field(default_factory=set)
    levels: dict[str, int] = field(default_factory=dict)
    alike: set[str] = field(default_factory=set)  # rules whose messages one was like
    offered: list[Rule] = field(default_factory=list)  # whose question stands open


@dataclass(frozen=True)
class Screen:
    """The rules, most pressing first, and the numbers of every country."""

    rules: Rules
    packs: Mapping[str, Pack]
    country: str = ""
    likeness: Likeness | None = None  # a second look

    @property
    def countries(self) -> dict[str, str]:
        """The name of every country that one can choose, by its code."""
        return {code: pack.country for code, pack in self.packs.items() if code != NEUTRAL}

    @property
    def by_rules(self) -> "Screen":
        """The same without the second look."""
        return replace(self, likeness=None)

    def cards(
        self, messages: Sequence[str], country: str = "", today: date | None = None
    ) -> tuple[SafetyCard, ...]:
        """The cards to show with the answer to the last message, most pressing first."""
        pack = chosen(self.packs, country or self.country)
        *earlier, last = messages[-MOST_MESSAGES:] or [""]
        told = self._told(last)
        if told.nothing:
            return ()
        heard = Heard()
        for message in earlier:
            list(self._hear(self._told(message), heard))
        new = sorted(self._hear(told, heard), key=lambda pair: LEVELS.index(pair[1].level))
        return tuple(_card(*pair, pack, today or date.today()) for pair in new)

    def why(self, message: str) -> Iterator[str]:
        """For staff: every rule that a message touches, and what came of it."""
        sentences = self.rules.read(message)
        look = self._look(message, sentences)
        pieces = set(_said(self.rules, sentences, look.doubted))
        for rule in self.rules.rules:
            for form in rule.forms:
                for phrase in form.phrases:
                    if pieces.issuperset(phrase.pieces):
                        yield f"{rule.id} {form.level}: {phrase.text}"
                    elif reasons := _reasons(phrase, sentences, pieces):
                        yield f"{rule.id} not: {phrase.text} ({', '.join(reasons)})"
        yield from (f"{like}: by likeness to messages that call for it" for like in look.like)
        if look.doubted:
            yield "not counted: what stands beside a question, a denial or a tale; emergencies are"

    def _look(self, message: str, sentences: Sequence[Sentence]) -> Look:
        return self.likeness.look(message, sentences) if self.likeness else Look()

    def _told(self, message: str) -> Told:
        """What a message says to the rules and the second look; what is no text says nothing."""
        if not isinstance(message, str):
            return Told((), (), False)
        message = _sound(message)
        sentences = self.rules.read(message)
        look = self._look(message, sentences)
        pieces = tuple(_said(self.rules, sentences, look.doubted))
        return Told(pieces, look.like, _is_yes(message))

    def _hear(self, told: Told, heard: Heard) -> Iterator[tuple[Rule, Form]]:
        """Take a message in; the rules that it calls for anew, or at a higher level, and those that
        press and that it calls for by itself, though they were shown before."""
        heard.pieces.update(told.pieces)
        heard.alike.update(told.like)
        agreed = {r.id if r.yes == "raised" else r.yes for r in heard.offered if told.yes}
        heard.offered, own = [], set(told.pieces)
        for rule in self.rules.rules:
            shown = heard.levels.get(rule.id, 0)  # no card ever presses less than before
            level = max(_level(rule, heard.pieces), rule.id in heard.alike, shown)
            if rule.id in agreed:
                level = len(rule.forms)
            if level > shown or (shown and _presses(rule, own, told.like)):
                heard.levels[rule.id] = level
                heard.offered += [rule] if rule.question and level == 1 else []
                yield rule, rule.forms[level - 1]


def _sound(message: str) -> str:
    """A message without the halves of characters, which no encoder reads."""
    return message.encode("utf-8", "replace").decode()


def load_screen(
    cards: Path | None = None,
    country: str | None = None,
    names: Names | None = None,
    likeness: Likeness | None = None,
) -> Screen:
    """The rules and numbers, checked; a ValueError names the file and line of what is wrong.

    `cards` is a site's own file (else BONEWISE_CARDS), `country` its pack (else BONEWISE_COUNTRY),
    `likeness` the second look (else the one that does without an encoder).
    """
    named = os.environ.get("BONEWISE_CARDS", "")
    packs = load_packs()
    code = os.environ.get("BONEWISE_COUNTRY", "") if country is None else country
    chosen(packs, code)
    site = cards or (Path(named) if named else None)
    rules = load_rules(site, names or load_names())
    return Screen(rules, packs, code, likeness or load_likeness())


def _said(rules: Rules, sentences: Sequence[Sentence], doubted: bool) -> Iterator[Piece]:
    """The pieces of the rules' phrases that a message says are happening.

    Where it is doubted, a sentence with a cue says only medicines, what is asked, and emergencies.
    """
    for sentence in sentences:
        kept: dict[str, bool] = {}  # rules that a sentence keeps quiet
        for name in sentence.found:
            for rule, piece in rules.starting.get(name, ()):
                span, _ = piece.said(sentence)
                if not span:
                    continue
                sure = piece.context or piece.asked or rule.acute
                if doubted and not sure and sentence.doubtful(span):
                    continue
                if rule.id not in kept:
                    others = (p for phrase in rule.unless for p in phrase.pieces)
                    kept[rule.id] = any(other.said(sentence)[0] for other in others)
                if not kept[rule.id]:
                    yield piece


def _level(rule: Rule, pieces: set[Piece]) -> int:
    """The highest of a rule's forms that is called for, counted from 1; 0 for none."""
    called = (any(pieces.issuperset(p.pieces) for p in form.phrases) for form in rule.forms)
    return max((level for level, so in enumerate(called, start=1) if so), default=0)


def _presses(rule: Rule, own: set[Piece], like: Sequence[str]) -> bool:
    """True if a message calls by itself for a card that no one should have to look back for."""
    level = max(_level(rule, own), rule.id in like)
    return bool(level) and rule.forms[level - 1].level in PRESSING


def _is_yes(message: str) -> bool:
    """True for "yes", "yeah a bit", "she does"."""
    said = [word for word in words(message) if word.isalpha()]
    if not said:
        return False
    return said[0] in YES or (len(said) <= 3 and DO.issuperset(said))


def _reasons(phrase: Phrase, sentences: Sequence[Sentence], pieces: set[Piece]) -> list[str]:
    """Why the pieces that are named do not count; nothing if one is not even named."""
    reasons = []
    for piece in phrase.pieces:
        if piece in pieces:
            continue
        found = [reason for s in sentences if (reason := piece.said(s)[1])]
        if not found:
            return []
        reasons.append(found[0])
    return reasons


def _card(rule: Rule, form: Form, pack: Pack, today: date) -> SafetyCard:
    kinds = tuple(rule.numbers) or SHOWN[form.level]
    phones = tuple(dict.fromkeys(pack.phones(kinds)))
    return SafetyCard(
        id=rule.id,
        level=form.level,
        text=NUMBER.sub(lambda match: pack.says(match[1]), form.text),
        source=rule.source,
        reviewed=rule.reviewer,
        date=rule.date,
        question=rule.question if form is rule.forms[0] else "",
        phones=phones,
        warning=OLD.format(pack.checked) if phones and pack.old(today) else "",
    )
