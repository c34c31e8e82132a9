"""Safety cards for what a person says is happening: fixed texts, found by fixed phrases.

It looks at every message of the conversation. It never blocks: the answer follows the cards.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import yaml

from assistant.card import CardLevel, SafetyCard
from assistant.conversation import Conversation

FILE = Path(__file__).parent / "cards" / "cards.yaml"
WINDOW = 8  # words within which the words of one phrase stand
DENIED_WITHIN = 3  # words before a phrase in which a "no" denies it
DENIALS = frozenset(
    "no not never without dont doesnt didnt havent hasnt isnt wasnt cannot cant".split()
)
# Asks what may happen instead of saying that it does.
INFORMS = re.compile(
    r"\b(what (are|is) the (sign|symptom|risk|chance|warning)s?|(sign|symptom|risk|chance)s? of|"
    r"can [a-z]+ (cause|give|lead)|(cause|lead to|prevent)s?\b|how (common|rare|likely))"
)
PERSONAL = re.compile(r"\b(i|im|ive|my|me|mum|mom|mother|father|dad|husband|wife|she|he)\b")
WORD = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Rule:
    """A card and the phrases that call for it, each a tuple of word beginnings.

    An `exact` rule wants them one after the other; else they may stand in any order, close by.
    """

    card: SafetyCard
    phrases: tuple[tuple[str, ...], ...]
    exact: bool


@dataclass(frozen=True, slots=True)
class Screen:
    """The rules, most pressing first."""

    rules: tuple[Rule, ...]

    def cards(self, conversation: Conversation) -> tuple[SafetyCard, ...]:
        """The cards that the conversation calls for, most pressing first, each once."""
        messages = [_folded(message) for message in conversation.messages]
        return tuple(rule.card for rule in self.rules if any(_calls(rule, m) for m in messages))


def load_screen(file: Path = FILE) -> Screen:
    """The rules of a YAML file, checked; ValueError names the one that is wrong."""
    rules = [_rule(row) for row in yaml.safe_load(file.read_text(encoding="utf-8"))]
    order = get_args(CardLevel)
    return Screen(tuple(sorted(rules, key=lambda rule: order.index(rule.card.level))))


def _rule(row: dict[str, Any]) -> Rule:
    try:
        text = " ".join(row["text"].split())
        card = SafetyCard(row["id"], row["level"], text, row["source"])
        phrases = tuple(tuple(str(phrase).split()) for phrase in row["phrases"])
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"safety card {row!r} lacks {error}") from error
    if card.level not in get_args(CardLevel):
        raise ValueError(f"safety card {card.id} has the unknown level {card.level!r}")
    return Rule(card, phrases, bool(row.get("exact", False)))


def _folded(message: str) -> str:
    """Lower case, accents and apostrophes dropped, so that phrases need one form only."""
    plain = unicodedata.normalize("NFKD", message).encode("ascii", "ignore").decode().lower()
    return plain.replace("'", "")


def _calls(rule: Rule, message: str) -> bool:
    phrases = [phrase for phrase in rule.phrases if all(start in message for start in phrase)]
    if not phrases or (INFORMS.search(message) and not PERSONAL.search(message)):
        return False
    clauses = [WORD.findall(clause) for clause in re.split(r"[.!?;]|\bbut\b", message)]
    return any(_said(phrase, clause, rule.exact) for clause in clauses for phrase in phrases)


def _said(phrase: Sequence[str], words: Sequence[str], exact: bool) -> bool:
    """True if words that begin so stand close together, and nothing just before denies them."""
    window = len(phrase) if exact else WINDOW
    for at, word in enumerate(words):
        near = words[at : at + window]
        here = any(word.startswith(start) for start in phrase)
        if here and (_in_order(phrase, near) if exact else _all_begin(phrase, near)):
            before = words[max(0, at - DENIED_WITHIN) : at]
            if DENIALS.isdisjoint(before):
                return True
    return False


def _in_order(phrase: Sequence[str], words: Sequence[str]) -> bool:
    pairs = zip(phrase, words, strict=False)
    return len(words) == len(phrase) and all(word.startswith(start) for start, word in pairs)


def _all_begin(phrase: Iterable[str], words: Sequence[str]) -> bool:
    return all(any(word.startswith(start) for word in words) for start in phrase)
