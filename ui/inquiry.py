"""What a browser sent to the question page: everything in it is untrusted, and bounded here.

The conversation travels in hidden fields of the form, the person's messages only; what the
assistant said is worked out again from them. Nothing is kept on the server.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from assistant.answer import Level
from assistant.conversation import MOST_MESSAGES
from ui.asked import Asked
from ui.bounds import LONGEST_QUESTION
from ui.welcome import LEVEL_NAMES

MOST_FIELDS = 32
MOST_CHARACTERS = 20_000  # of one field: more than is ever asked, so that the reader is told
SAID, SAID_ALONE = "said", "said_alone"  # hidden fields, oldest first
ACCENT = re.compile(r"[0-9a-f]{6}")
TOPIC = re.compile(r"[a-z-]{1,40}")
THEME = re.compile(r"light|dark")


@dataclass(frozen=True, slots=True)
class Inquiry:
    """One request for the question page; `asked` ends with the message to answer, or is empty."""

    asked: tuple[Asked, ...] = ()
    country: str = ""
    level: Level = "plain"
    topic: str = ""
    accent: str = ""  # six hex digits; "" for the site's
    theme: str = ""  # "light" or "dark"; "" for the reader's own
    panel: bool = False  # under a bar that names it already
    part: bool = False  # the answer only, for the page's own script

    @property
    def chosen(self) -> str:
        """Reading level and country, as the chat takes them."""
        return f"{self.level} {self.country}"

    @property
    def query(self) -> str:
        """What its address said of looks, to say it again; nothing of what was asked."""
        said = (
            ("topic", self.topic), ("accent", self.accent), ("theme", self.theme),
            ("panel", "1" if self.panel else ""),
        )  # fmt: skip
        return "&".join(f"{name}={value}" for name, value in said if value)


def read_inquiry(query: str, body: bytes = b"") -> Inquiry:
    """An inquiry from an address and a form; ValueError if the form has too many fields."""
    looks = dict(parse_qsl(query[:500]))
    text = body.decode("utf-8", "replace")
    pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    sent = {name: value[:MOST_CHARACTERS] for name, value in pairs}
    earlier = [
        Asked(value[:LONGEST_QUESTION], name == SAID_ALONE)
        for name, value in pairs
        if name in (SAID, SAID_ALONE)
    ]
    level = sent.get("level", "")
    return Inquiry(
        asked=_asked(earlier, sent) if body else (),
        country=sent.get("country", "")[:8],
        level=next((known for known in LEVEL_NAMES if known == level), "plain"),
        topic=_matching(TOPIC, looks, "topic"),
        accent=_matching(ACCENT, looks, "accent"),
        theme=_matching(THEME, looks, "theme"),
        panel=looks.get("panel") == "1",
        part="part" in sent,
    )


def _asked(earlier: Sequence[Asked], sent: Mapping[str, str]) -> tuple[Asked, ...]:
    """The conversation with what is asked now; no more of it than an answer takes into account."""
    if "again" in sent and earlier:  # the last question, with other preferences
        return tuple(earlier[-MOST_MESSAGES:])
    question = sent.get("suggestion") or sent.get("question", "")
    return (*earlier[-(MOST_MESSAGES - 1) :], Asked(question, "alone" in sent))


def _matching(form: re.Pattern[str], values: Mapping[str, str], name: str) -> str:
    value = values.get(name, "")
    return value if form.fullmatch(value) else ""
