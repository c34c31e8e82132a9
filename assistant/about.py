"""Greetings, and questions about the assistant itself: fixed replies, which need no source.

Only a message that is nothing else gets one.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.cards.rows import read_rows

FILE = Path(__file__).parent / "about.yaml"
LONGEST = 120  # characters of a message that can be nothing but small talk
GAPS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Reply:
    """A fixed text and what it replies to."""

    id: str
    text: str
    pattern: re.Pattern[str]
    calm: bool = False  # says nothing of a person, whatever it is like


def load_replies(file: Path = FILE) -> tuple[Reply, ...]:
    """The replies of a YAML file; ValueError with the line of what is wrong."""
    found = []
    for name, row in read_rows(file).items():
        row.only(("patterns", "reply", "calm"))
        pattern = "|".join(f"(?:{text})" for text in row.texts("patterns"))
        calm = row.get("calm") == "yes"
        found.append(Reply(name, row.text("reply"), re.compile(pattern), calm))
    return tuple(found)


def reply_to(message: str, replies: Sequence[Reply]) -> Reply | None:
    """The reply to a message that is small talk from end to end."""
    if len(message) > LONGEST:
        return None
    said = plain(message)
    return next((reply for reply in replies if reply.pattern.fullmatch(said)), None)


def plain(message: str) -> str:
    """The words of a message in small letters, without punctuation."""
    return GAPS.sub(" ", message.lower()).strip()
