"""How much of what a later message means is found in how it is made to stand alone.

Against rewrites that people made (TREC CAsT and iKAT, one conversation a line): the F1 of the
words of ours and theirs, beside two plain baselines. The words of that data's topics are not in the
library, so this measures the rules for carrying over, not the names they know.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from assistant.conversation import MOST_MESSAGES, Conversation
from assistant.rephrase import Wording, rephrase
from eval.report import Score

WORD = re.compile(r"\w+")


class Turn(NamedTuple):
    """What was said up to a later turn, and that turn as a person made it stand alone."""

    messages: tuple[str, ...]
    rewrite: str


def load_turns(file: Path) -> Iterator[Turn]:
    """The later turns of conversations ``{"turns": [{"utterance": ..., "rewrite": ...}]}``."""
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            turns = json.loads(line)["turns"]
            said = [turn["utterance"] for turn in turns]
            rewrites = [turn["rewrite"] for turn in turns]
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(
                f"{file.name} line {number} is no conversation with turns: {error!r}"
            ) from error
        for at in range(1, len(turns)):
            yield Turn(tuple(said[max(0, at + 1 - MOST_MESSAGES) : at + 1]), rewrites[at])


def overlaps(turns: Sequence[Turn], wording: Wording) -> list[Score]:
    """F1 of the words of each way of standing alone, over the turns."""
    ways = {
        "as it was typed": [turn.messages[-1] for turn in turns],
        "all turns joined": [" ".join(turn.messages) for turn in turns],
        "made to stand alone": [
            rephrase(Conversation(turn.messages), wording).question for turn in turns
        ],
    }
    rewrites = [turn.rewrite for turn in turns]
    return [
        Score(way, tuple(overlap(*pair) for pair in zip(texts, rewrites, strict=True)))
        for way, texts in ways.items()
    ]


def overlap(one: str, other: str) -> float:
    """F1 of the words that two texts share, each counted as often as it stands in both."""
    ours, theirs = (Counter(WORD.findall(text.lower())) for text in (one, other))
    shared = (ours & theirs).total()
    return 2 * shared / (ours.total() + theirs.total()) if shared else 0.0
