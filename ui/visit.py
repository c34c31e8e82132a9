"""What a browser sent to the question page: everything in it is untrusted, and bounded here.

The conversation travels in hidden fields of the form, the person's messages only; what the
assistant said is worked out again from them. Nothing is kept on the server.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args
from urllib.parse import parse_qsl

from assistant.answer import Level
from assistant.conversation import LONGEST, MOST_MESSAGES
from assistant.preferences import Preferences

MOST_FIELDS = 32
LARGEST_CONVERSATION = 8_000  # characters of all earlier messages
LEVELS: tuple[Level, ...] = get_args(Level)
SAID, SAID_ALONE = "said", "said_alone"  # hidden fields, oldest first
ACCENT = re.compile(r"[0-9a-f]{6}")
TOPIC = re.compile(r"[a-z-]{1,40}")
THEME = re.compile(r"light|dark")


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a conversation, and whether it was taken by itself."""

    message: str
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Visit:
    """One request for the question page; `asked` ends with the message to answer, or is empty."""

    asked: tuple[Said, ...] = ()
    country: str = ""
    level: Level = "plain"
    topic: str = ""
    accent: str = ""  # six hex digits; "" for the site's
    theme: str = ""  # "light" or "dark"; "" for the reader's own
    panel: bool = False  # under a bar that names it already
    part: bool = False  # the answer only, for the page's own script

    @property
    def messages(self) -> tuple[str, ...]:
        """What the person typed, oldest first."""
        return tuple(said.message for said in self.asked)

    def wanted(self, said: Said) -> Preferences:
        """The preferences that hold for one of its messages."""
        return Preferences(country=self.country, level=self.level, alone=said.alone)


def read_visit(query: str, body: bytes = b"") -> Visit:
    """A visit from an address and a form; ValueError if the form has too many fields."""
    asked_for = dict(parse_qsl(query[:500]))
    # A field is one more than a text of its own could be, so that too long a question is seen.
    pairs = parse_qsl(
        body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS
    )
    sent = dict(pairs)
    last: tuple[Said, ...]
    earlier = [
        Said(value[:LONGEST], name == SAID_ALONE)
        for name, value in pairs
        if name in (SAID, SAID_ALONE)
    ]
    if "again" in sent and earlier:  # the last question, with other preferences
        last = (earlier.pop(),)
    else:
        question = sent.get("suggestion") or sent.get("question", "")
        last = (Said(question[: LONGEST + 1], "alone" in sent),) if body else ()
    level = sent.get("level", "")
    return Visit(
        asked=(*_bounded(earlier), *last),
        country=sent.get("country", "")[:8],
        level=next((known for known in LEVELS if known == level), "plain"),
        topic=_matching(TOPIC, asked_for, "topic"),
        accent=_matching(ACCENT, asked_for, "accent"),
        theme=_matching(THEME, asked_for, "theme"),
        panel=asked_for.get("panel") == "1",
        part="part" in sent,
    )


def _bounded(earlier: list[Said]) -> list[Said]:
    """The newest of them, as many as an answer can take into account."""
    kept: list[Said] = []
    room = LARGEST_CONVERSATION
    for said in reversed(earlier[-(MOST_MESSAGES - 1) :]):
        room -= len(said.message)
        if room < 0:
            break
        kept.insert(0, said)
    return kept


def _matching(form: re.Pattern[str], values: Mapping[str, str], name: str) -> str:
    value = values.get(name, "")
    return value if form.fullmatch(value) else ""
