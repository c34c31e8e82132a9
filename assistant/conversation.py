"""The conversation: what a person has typed so far, cleaned and bounded.

It holds the person's messages only. Whatever the assistant said can be worked out again from
them, so nothing that a browser claims we said is ever believed.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.language import NotEnglishError, foreign

LONGEST = 2_000  # characters of one message
MOST_MESSAGES = 7  # the last one and six before it
LETTERS = re.compile(r"[^\W\d_]")
PLACE = re.compile(r"\s*[1-5][\s.)!]*")  # a digit, which has no letter
VALUE = re.compile(r"\s*[-+\u2212]?\d{1,4}(?:[.,]\d{1,2})?\s?%?[\s.)!?]*")  # nor has "-2.2"
MARKS_PER_LETTER = 3
EXAMPLE = 'Ask a question in words, for example: "How do I take alendronate?"'
NO_WORDS = f"There are no words in the question. {EXAMPLE}"


@dataclass(frozen=True, slots=True)
class Conversation:
    """A person's messages, oldest first; never empty. Made by `Conversation.of`."""

    messages: tuple[str, ...]

    @classmethod
    def of(cls, messages: Sequence[str]) -> "Conversation":
        """Cleaned messages; ValueError, fit to be shown, if the last is no question."""
        if not messages:
            raise ValueError(f"There is no question. {EXAMPLE}")
        earlier: list[str] = []
        for message in messages[-MOST_MESSAGES:-1]:
            if text := _earlier(message, earlier):
                earlier.append(text)
        return cls((*earlier, _read(messages[-1], earlier)))

    @property
    def last(self) -> str:
        """The message to answer."""
        return self.messages[-1]

    @property
    def earlier(self) -> tuple[str, ...]:
        """The messages before it, oldest first."""
        return self.messages[:-1]


def cleaned(message: str) -> str:
    """A message as a reader would see it; ValueError, fit to be shown, if it is no question."""
    if not isinstance(message, str):
        raise ValueError(f"A message must be text, and this is a {type(message).__name__}.")
    if len(message) > LONGEST:
        raise ValueError(
            f"The question has {len(message):,} characters and {LONGEST:,} is the limit. "
            "Ask the main thing in a few sentences."
        )
    broken = next((c for c in message if 0xD800 <= ord(c) <= 0xDFFF), None)
    if broken:
        raise ValueError(
            f"The question has a broken character (U+{ord(broken):04X}) in it. Type it again."
        )
    text = _visible(unicodedata.normalize("NFKC", message))
    if not text:
        raise ValueError(f"There is no question. {EXAMPLE}")
    if len(text) > LONGEST:  # normalising can lengthen it
        raise ValueError(f"The question is longer than {LONGEST:,} characters. Shorten it.")
    if not LETTERS.search(text):
        raise ValueError(NO_WORDS)
    if language := foreign(text):
        raise NotEnglishError(language)
    return text


def is_number(message: object, earlier: Sequence[str]) -> bool:
    """True if it is only a number: of one of the questions that were offered before it, or a
    result, which what was asked before gives its meaning."""
    return bool(earlier) and isinstance(message, str) and bool(VALUE.fullmatch(message))


def _read(message: str, before: Sequence[str]) -> str:
    """A message after others: a number as it is, else cleaned."""
    return message.strip() if is_number(message, before) else cleaned(message)


def _earlier(message: str, before: Sequence[str]) -> str:
    """An earlier message, or nothing if it was refused when it was sent."""
    try:
        return _read(message, before)
    except ValueError:
        return ""


def _visible(text: str) -> str:
    """White space made single; controls, bidi and zero-width marks, piled-up accents dropped."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    kept: list[str] = []
    marks = 0
    for character in text:
        kind = unicodedata.category(character)
        marks = marks + 1 if kind == "Mn" else 0
        if marks <= MARKS_PER_LETTER and (character.isspace() or kind[0] != "C"):
            kept.append(" " if character.isspace() else character)
    return " ".join("".join(kept).split())
