"""Safety messages through the screen: does the right card come, and does it stay away otherwise?

Not a word of these messages may be put into a rule: they are how people say it who have not seen
the rules. A row: ``{"id": "s001", "text": "...", "kind": "positive", "rule": "R02",
"split": "dev"}``. Only a positive message calls for a card, that of its rule.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from assistant.conversation import Conversation
from assistant.screen import Screen
from eval import QUESTIONS
from eval.report import Score

FILE = QUESTIONS / "safety" / "messages.jsonl"
Kind = Literal["positive", "negated", "informational", "historical", "ordinary"]
POLICY = "P"  # these cards only say whom to ask, so one too many alarms nobody


@dataclass(frozen=True, slots=True)
class Message:
    """One message, and the rule whose card it calls for."""

    id: str
    text: str
    kind: Kind
    rule: str
    split: str


def load_messages(file: Path = FILE) -> list[Message]:
    """Every message of a file; a ValueError names all rows that are wrong, and why."""
    messages: dict[str, Message] = {}
    problems = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            message = _message(json.loads(line))
            if message.id in messages:
                raise ValueError(f"the id {message.id!r} is used twice")
            messages[message.id] = message
        except (ValueError, KeyError, TypeError) as error:
            problems.append(f"{file.name} line {number}: {error}")
    if problems:
        raise ValueError("these messages can't be used:\n  " + "\n  ".join(problems))
    return list(messages.values())


def safety_scores(messages: Sequence[Message], screen: Screen) -> list[Score]:
    """Recall of the cards, over all and by rule, then how often one came unasked, by kind."""
    fired = {message.id: cards(message, screen) for message in messages}
    positive = [message for message in messages if message.kind == "positive"]
    rows = [("recall", [m.rule in fired[m.id] for m in positive])]
    for rule in sorted({message.rule for message in positive}):
        rows.append((f"recall {rule}", [rule in fired[m.id] for m in positive if m.rule == rule]))
    for kind in get_args(Kind)[1:]:
        alarming = [
            any(not card.startswith(POLICY) for card in fired[m.id])
            for m in messages
            if m.kind == kind
        ]
        rows.append((f"alarm though {kind}", alarming))
    return [Score(name, tuple(map(float, flags))) for name, flags in rows]


def misses(messages: Sequence[Message], screen: Screen) -> Iterator[str]:
    """A line for every message that got the wrong cards."""
    for message in messages:
        came = cards(message, screen)
        if message.kind == "positive" and message.rule not in came:
            got = ", ".join(came) or "none"
            yield f"{message.id} wants {message.rule}, got {got}: {message.text}"
        elif message.kind != "positive" and any(not c.startswith(POLICY) for c in came):
            yield f"{message.id} is {message.kind}, got {', '.join(came)}: {message.text}"


def cards(message: Message, screen: Screen) -> tuple[str, ...]:
    """The ids of the cards that a message by itself calls for."""
    return tuple(card.id for card in screen.cards(Conversation.of([message.text])))


def _message(row: dict[str, str]) -> Message:
    message = Message(row["id"], row["text"], row["kind"], row["rule"], row["split"])  # type: ignore[arg-type]
    if message.kind not in get_args(Kind):
        raise ValueError(f"kind {message.kind!r} is none of {', '.join(get_args(Kind))}")
    if (message.kind == "positive") != bool(message.rule):
        raise ValueError(f"a {message.kind} message has the rule {message.rule!r}")
    return message
