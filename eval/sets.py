"""How large the eval sets are, how their questions are worded, and where they come from."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.table import Table

from eval.question import REFUSED, SINGLE, STYLES, TURNS, Question
from eval.safety import Message
from eval.wording import own_words

ORIGINS = "origins.json"  # file or folder to origin and licence
KINDS = ("*.jsonl", "*.yaml")  # of files that hold questions, messages or talks
SPLITS = ("dev", "test")


def style_table(questions: Sequence[Question]) -> Table:
    """One row a style, and how many of its questions are asked in words of their own."""
    table = Table(title="questions")
    for name in ("style", *SPLITS, "unanswerable", "in own words"):
        table.add_column(name)
    groups = {
        **{style: [q for q in questions if q.style == style] for style in STYLES},
        "all single": [q for q in questions if q.style in SINGLE],
        "all that must be refused": [q for q in questions if q.style in REFUSED],
        "all turns": [q for q in questions if q.style in TURNS],
        "all": list(questions),
    }
    for name, members in groups.items():
        by_split: Counter[str] = Counter(question.split for question in members)
        unanswerable = sum(not question.answerable for question in members)
        own = f"{own_words(members):.2f}" if unanswerable < len(members) else "-"
        table.add_row(name, *(str(by_split[s]) for s in SPLITS), str(unanswerable), own)
    return table


def topic_table(questions: Sequence[Question]) -> Table:
    """One row a topic, one column a style of single questions."""
    table = Table(title="single questions by topic and style")
    for name in ("topic", *SINGLE):
        table.add_column(name)
    counts = Counter((q.topic or "none", q.style) for q in questions if q.style in SINGLE)
    for topic in sorted({topic for topic, _ in counts}):
        table.add_row(topic, *(str(counts[topic, style] or "-") for style in SINGLE))
    return table


def conversation_line(questions: Sequence[Question]) -> str:
    """How many conversations there are, of how many turns, and how many turns are rewritten."""
    turns = [question for question in questions if question.style in TURNS]
    lengths = conversations(turns)
    follow = [question for question in turns if question.history]
    rewritten = sum(bool(question.standalone) for question in follow)
    return (
        f"{len(lengths)} conversations of {min(lengths.values(), default=0)} to "
        f"{max(lengths.values(), default=0)} turns; {rewritten} of {len(follow)} follow-ups have "
        "a stand-alone form"
    )


def conversations(turns: Sequence[Question]) -> dict[str, int]:
    """Turns of each; the id of a turn is that of its conversation, a stop, and its number."""
    lengths: dict[str, int] = {}
    for question in turns:
        name = question.id.partition(".")[0]
        lengths[name] = max(lengths.get(name, 0), len(question.history) + 1)
    return lengths


def message_line(messages: Sequence[Message]) -> str:
    """How many safety messages there are, by kind."""
    kinds = Counter(message.kind for message in messages)
    return f"{len(messages)} safety messages: " + ", ".join(f"{n} {k}" for k, n in kinds.items())


def origin_lines(folder: Path) -> Iterator[str]:
    """Origin and licence of every file, or of the folder that it is in; ValueError without."""
    file = folder / ORIGINS
    known = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    told: Counter[str] = Counter()
    for found in sorted(child for kind in KINDS for child in folder.rglob(kind)):
        name, within = (part.relative_to(folder).as_posix() for part in (found, found.parent))
        row = known.get(name if name in known else within, {})
        if not (row.get("origin") and row.get("licence")):
            raise ValueError(f"{ORIGINS} does not say origin and licence of {name}; add them")
        told[name if name in known else within] += 1
    for name, files in told.items():
        row, many = known[name], f" ({files} files)" if (folder / name).is_dir() else ""
        yield f"{name}{many}: {row['origin']}. Licence: {row['licence']}."
