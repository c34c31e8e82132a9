"""What the person asked, to and from the browser, which may have changed it: words and choices.

Earlier answers come back with the history and are not believed; only the person's own messages are.
"""

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from markupsafe import Markup

from assistant.answer import Level
from assistant.preferences import Preferences

Message = Mapping[str, Any]
ASKED = re.compile(r'<h2 class="asked( alone)?">(.*)</h2>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Asked:
    """One message of the person's; `alone` was read without those before it."""

    text: str
    alone: bool = False


def asked_html(asked: Asked) -> str:
    """A message as one line that Gradio's Markdown leaves alone."""
    alone = " alone" if asked.alone else ""
    return single_line(Markup('<h2 class="asked{}">{}</h2>').format(alone, asked.text))


def single_line(markup: Markup) -> str:
    """The same HTML without a line break, after which Markdown would begin again."""
    return str(markup).replace("\r", "").replace("\n", "&#10;")


def asked_in(history: Sequence[Message] | None) -> list[Asked]:
    """What the person typed, oldest first, from a history that the browser sends."""
    mine = [message for message in history or () if message.get("role") == "user"]
    return [_asked(_text(message.get("content"))) for message in mine]


def preferences(chosen: str | None) -> Preferences:
    """The choices beside the box, "LEVEL COUNTRY"; what is not to be chosen is left out."""
    level, _, country = (chosen or "").partition(" ")
    levels: dict[str, Level] = {name: name for name in get_args(Level)}
    return Preferences(country, levels.get(level, "plain"))


def _asked(content: str) -> Asked:
    found = ASKED.fullmatch(content.strip())
    return Asked(html.unescape(found[2]), bool(found[1])) if found else Asked(content)


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return " ".join(str(part.get("text", "")) for part in parts if isinstance(part, dict))
