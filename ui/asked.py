"""What the person asked, to and from the browser, which may have changed it: words and choices.

Only the person's own messages come back, and no more of them than an answer takes into account: a
question is sent with a few hundred bytes, however long the conversation is.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from markupsafe import Markup

from assistant.answer import Level
from assistant.conversation import MOST_MESSAGES
from assistant.preferences import Preferences
from ui.bounds import LONGEST_MESSAGE


@dataclass(frozen=True, slots=True)
class Asked:
    """One message of the person's; `alone` was read without those before it."""

    text: str
    alone: bool = False


def asked_html(asked: Asked) -> str:
    """A message as one line that Gradio's Markdown leaves alone."""
    alone = " alone" if asked.alone else ""
    return single_line(Markup('<h2 class="asked{}">{}</h2>').format(alone, _sendable(asked.text)))


def single_line(markup: Markup) -> str:
    """The same HTML without a line break, after which Markdown would begin again."""
    return str(markup).replace("\r", "").replace("\n", "&#10;")


def said(asked: Sequence[Asked]) -> str:
    """What the browser keeps of a conversation, to send it with the next question."""
    rows = [[_sendable(one.text[:LONGEST_MESSAGE]), one.alone] for one in asked[-MOST_MESSAGES:]]
    return json.dumps(rows, ensure_ascii=False)


def _sendable(text: str) -> str:
    """The text with "?" for halves of characters, which can't be sent back."""
    return text.encode("utf-8", "replace").decode("utf-8")


def asked_in(text: str | None) -> list[Asked]:
    """What the person typed, oldest first, as the browser has it; nothing if that can't be read."""
    try:
        rows = json.loads(text or "[]")
    except (ValueError, TypeError, RecursionError):
        return []
    return list(_asked(rows))[-MOST_MESSAGES:]


def preferences(chosen: str | None) -> Preferences:
    """The choices beside the box, "LEVEL COUNTRY"; what is not to be chosen is left out."""
    level, _, country = (chosen or "").partition(" ")
    levels: dict[str, Level] = {name: name for name in get_args(Level)}
    return Preferences(country, levels.get(level, "plain"))


def _asked(rows: Any) -> Iterator[Asked]:
    for row in rows if isinstance(rows, list) else ():
        match row:
            case [str(text), bool(alone)]:
                yield Asked(text[:LONGEST_MESSAGE], alone)
