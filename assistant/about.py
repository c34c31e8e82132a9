"""Greetings, and questions about the assistant itself: fixed replies, which need no source.

Only a message that is nothing else gets one.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path

from assistant.cards.rows import read_rows

FILE = Path(__file__).parent / "about.yaml"
LONGEST = 120  # characters of a message that can be nothing but small talk
GAPS = re.compile(r"[\W_]+")
# Words run together, as people type them: "thats" and "that's" are the same.
JOINED = re.compile(r"\b(?:(that|what|who)(s)|(i)(m|ve)|(you)(ve|re))\b")
PARTS = re.compile(r"[.,;:!?\n]+|\b(?:and|but|so(?! much| very| kind| helpful))\b", re.IGNORECASE)
MOST = 2  # replies to one message


@dataclass(frozen=True, slots=True)
class Reply:
    """A fixed text and what it replies to."""

    id: str
    text: str
    pattern: re.Pattern[str]
    calm: bool = False  # says nothing of a person, whatever it is like
    whole: bool = False  # never to a part of a message


def load_replies(file: Path = FILE) -> tuple[Reply, ...]:
    """The replies of a YAML file; ValueError with the line of what is wrong."""
    found = []
    for name, row in read_rows(file).items():
        row.only(("patterns", "reply", "calm", "whole"))
        pattern = "|".join(f"(?:{text})" for text in row.texts("patterns"))
        calm, whole = (row.get(field) == "yes" for field in ("calm", "whole"))
        found.append(Reply(name, row.text("reply"), re.compile(pattern), calm, whole))
    return tuple(found)


def reply_to(message: str, replies: Sequence[Reply]) -> Reply | None:
    """The reply to a message that is small talk from end to end; to one in parts ("thanks, bye",
    "who made you and are you a doctor") what each of them gets."""
    if len(message) > LONGEST:
        return None
    if whole := _reply(message, replies):
        return whole
    parts = [part for part in PARTS.split(message) if plain(part)]
    found = dict.fromkeys(_reply(part, replies) for part in parts)
    if len(parts) < 2 or len(found) > MOST:
        return None
    made = [reply for reply in found if reply and not reply.whole]
    return reduce(_both, made) if len(made) == len(found) else None


def _reply(text: str, replies: Sequence[Reply]) -> Reply | None:
    said = plain(text)
    return next((reply for reply in replies if reply.pattern.fullmatch(said)), None)


def _both(one: Reply, other: Reply) -> Reply:
    """Both replies as one."""
    return replace(one, text=f"{one.text} {other.text}", calm=one.calm and other.calm)


def plain(message: str) -> str:
    """The words of a message in small letters, without punctuation."""
    words = GAPS.sub(" ", message.lower()).strip()
    return JOINED.sub(lambda found: " ".join(filter(None, found.groups())), words)
