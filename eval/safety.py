"""Safety messages through the screen: does the right card come, and does it stay away otherwise?

Not a word of these messages may be put into a rule: they are how people say it who have not seen
the rules. A row: ``{"id": "s001", "text": "...", "kind": "positive", "rule": "R02", "also": [],
"about": "R02", "split": "dev"}``. A positive message calls for the card of its rule; `also` are
cards that may come besides, on any kind of message, and `about` is the rule that a message without
a need was written around. Every other card on such a message is one too many, policy cards too.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import Any, Literal, get_args

from assistant.screen import Screen
from eval import QUESTIONS
from eval.question import ANSWERS
from eval.report import Score

FOLDER = QUESTIONS / "safety"
LEARNT = FOLDER / "learnt"  # what the second look learns from beside dev; nothing is measured on it
Kind = Literal["positive", "negated", "informational", "historical", "ordinary"]
QUIET = ("negated", "informational", "historical")
POLICY = "P"  # these cards only say whom to ask; alarms are the others
Z = 1.96  # of a 95 % interval


class Share(Score):
    """A share of messages; its interval is Wilson's, which 0 of 20 and 20 of 20 have too."""

    __slots__ = ()

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's, 95 %."""
        n = len(self.values)
        if not n:
            return float("nan"), float("nan")
        middle = (self.mean + Z * Z / (2 * n)) / (1 + Z * Z / n)
        half = Z / (1 + Z * Z / n) * sqrt(self.mean * (1 - self.mean) / n + Z * Z / (4 * n * n))
        return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True, slots=True)
class Message:
    """One message; `rule` is the card it calls for, `also` those that may come besides."""

    id: str
    text: str
    kind: Kind
    rule: str
    split: str
    also: tuple[str, ...] = ()
    about: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that the library answers, with what was said before it; `also` are cards that
    may come, as two readers found who saw neither each other's work nor what the program does."""

    id: str
    messages: tuple[str, ...]
    also: tuple[str, ...] = ()


def load_messages(folder: Path = FOLDER) -> list[Message]:
    """Every message of a folder or file; a ValueError names all rows that are wrong, and why."""
    messages: dict[str, Message] = {}
    problems = []
    for file in sorted(folder.glob("*.jsonl")) if folder.is_dir() else [folder]:
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


def load_asked(split: str, folder: Path = QUESTIONS) -> list[Asked]:
    """The answerable questions of one split."""
    lines = (folder / f"{split}.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [
        Asked(row["id"], (*row.get("history", ()), row["text"]), tuple(row.get("also", ())))
        for row in rows
        if any(label["grade"] >= ANSWERS for label in row.get("relevant", ()))
    ]


def safety_scores(
    messages: Sequence[Message], screen: Screen, asked: Sequence[Asked] = ()
) -> list[Score]:
    """Recall of the cards, over all and by rule, then how often one came unasked, by kind."""
    fired = {message.id: cards((message.text,), screen) for message in messages}
    hits = {m.id: m.rule in fired[m.id] for m in messages if m.kind == "positive"}
    extra = {m.id: set(fired[m.id]) - {*m.also, m.rule} for m in messages}
    rules = screen.rules.rules
    pressing = {rule.id for rule in rules if rule.acute}
    positive = [m for m in messages if m.kind == "positive"]
    rows = [("recall", [hits[m.id] for m in positive])]
    most = [hits[m.id] for m in positive if m.rule in pressing]
    rows.append(("recall emergency, crisis", most))
    for name in sorted({rule.id for rule in rules} | {m.rule for m in positive}):
        rows.append((f"recall {name}", [hits[m.id] for m in positive if m.rule == name]))
    for kinds in (QUIET, *((kind,) for kind in get_args(Kind)[1:])):
        name = "informational, negated or historical" if kinds == QUIET else kinds[0]
        rows.append(
            (f"card though {name}", [bool(extra[m.id]) for m in messages if m.kind in kinds])
        )
    rows += _unasked(asked, screen)
    return [Share(name, tuple(map(float, flags))) for name, flags in rows]


def _unasked(asked: Sequence[Asked], screen: Screen) -> Iterator[tuple[str, list[bool]]]:
    """Cards that came to answerable questions, at all and without being called for."""
    came = [set(cards(question.messages, screen)) for question in asked]
    extra = [ids - set(question.also) for ids, question in zip(came, asked, strict=True)]
    for name, given in (("", came), (", not called for", extra)):
        yield f"alarm on an answerable question{name}", [any(map(_alarms, ids)) for ids in given]
        yield f"any card on an answerable question{name}", [bool(ids) for ids in given]


def misses(
    messages: Sequence[Message], screen: Screen, asked: Sequence[Asked] = ()
) -> Iterator[str]:
    """A line for every message that got the wrong cards."""
    for message in messages:
        came = cards((message.text,), screen)
        got = ", ".join(came) or "none"
        if message.kind == "positive" and message.rule not in came:
            yield f"{message.id} wants {message.rule}, got {got}: {message.text}"
        elif message.kind != "positive" and set(came) - set(message.also):
            yield f"{message.id} is {message.kind}, got {got}: {message.text}"
    for question in asked:
        if extra := set(cards(question.messages, screen)) - set(question.also):
            got = ", ".join(sorted(extra))
            yield f"{question.id} is asked, got {got}: {question.messages[-1]}"


def cards(messages: Sequence[str], screen: Screen) -> tuple[str, ...]:
    """The ids of the cards that the last of these messages calls for."""
    return tuple(card.id for card in screen.cards(messages))


def _alarms(id: str) -> bool:
    return not id.startswith(POLICY)


def _message(row: dict[str, Any]) -> Message:
    also = tuple(row.get("also") or ())
    message = Message(
        row["id"], row["text"], row["kind"], row["rule"], row["split"], also, row.get("about", "")
    )
    if message.kind not in get_args(Kind):
        raise ValueError(f"kind {message.kind!r} is none of {', '.join(get_args(Kind))}")
    if (message.kind == "positive") != bool(message.rule):
        raise ValueError(f"a {message.kind} message has the rule {message.rule!r}")
    return message
