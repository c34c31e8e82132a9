"""Public questions to learn from, for libraries that have none of their own.

MedQuAD (https://doi.org/10.1186/s12859-019-3119-4) has answers, the condition that each is about
and the type of its question; how people ask is made up here, from ``ways.yaml``. MeQSum and MEDIQA
2021 have long messages and the one question in each. Nothing of these texts is kept, only what was
learnt; a message that is like a query of a test collection beside them is left out.
"""

import json
import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from corpus.rows import read_yaml

PAIRS, SUMMARIES, QUERIES = (
    "medquad.jsonl",
    "consumer_question_summaries*.jsonl",
    "*/queries.jsonl",
)
WAYS = Path(__file__).parent / "ways.yaml"
ANYTHING = ("{x}",)  # how a question is asked whose type has no ways
LOWER, AS_WRITTEN, IN_A_MESSAGE = 0.5, 0.15, 0.5  # shares of what is made up
OPENING = 80  # words of an answer
LONGEST = 600  # characters of a message
LIKE = 0.5  # share of the words of two texts that both have, from which they are alike
WORD = re.compile(r"[a-z0-9]+")


class Pair(NamedTuple):
    """A question that is answered, its type, and the condition that it is about."""

    about: str
    kind: str
    question: str
    answer: str

    @property
    def passage(self) -> str:
        """The question and how the answer begins, as a passage is embedded."""
        return f"{self.question}\n{' '.join(self.answer.split()[:OPENING])}"


class Summary(NamedTuple):
    """A long message and what it asks, in a line."""

    message: str
    question: str


def load_pairs(folder: Path) -> list[Pair]:
    """The answered questions of a folder; ValueError if it has none."""
    rows = _rows(folder, PAIRS, ("focus", "qtype", "question", "answer"))
    return [Pair(*row) for row in rows]


def load_summaries(folder: Path) -> list[Summary]:
    """Its messages, but for those that are like a query of a test collection in it."""
    queries = [_words(text) for file in folder.glob(QUERIES) for text in _queries(file)]
    found = (Summary(*row) for row in _rows(folder, SUMMARIES, ("question", "summary")))
    return [
        Summary(summary.message[:LONGEST], summary.question)
        for summary in found
        if not any(_alike(_words(text), query) for text in summary for query in queries)
    ]


def asked(pair: Pair) -> str:
    """Another way to ask the question of a pair, at random."""
    if random.random() < AS_WRITTEN:  # noqa: S311
        return _in_a_message(pair, pair.question)
    ways = _ways()["asked"].get(pair.kind, ANYTHING)
    return _in_a_message(pair, _filled(random.choice(ways), pair))  # noqa: S311


def _in_a_message(pair: Pair, question: str) -> str:
    if random.random() >= IN_A_MESSAGE:  # noqa: S311
        return question
    ends = (random.choice(_ways()[name]) for name in ("beginnings", "ends"))  # noqa: S311
    beginning, end = (_filled(text, pair) for text in ends)
    return f"{beginning}{question}{end}"


def _filled(text: str, pair: Pair) -> str:
    about = pair.about.lower() if random.random() < LOWER else pair.about  # noqa: S311
    relative, symptom = (random.choice(_ways()[name]) for name in ("relatives", "symptoms"))  # noqa: S311
    return text.replace("{x}", about).replace("{r}", relative).replace("{s}", symptom)


@cache
def _ways() -> Mapping[str, Any]:
    ways: Mapping[str, Any] = read_yaml(WAYS, WAYS.name)
    return ways


def _rows(folder: Path, pattern: str, fields: Sequence[str]) -> Iterator[list[str]]:
    """These fields of each line of the files that match; ValueError says which has them not."""
    files = sorted(folder.glob(pattern))
    if not files:
        raise ValueError(f"{folder} has no {pattern}, lines of JSON with {', '.join(fields)}")
    for row in chain.from_iterable(_objects(file, fields) for file in files):
        yield [str(row[name]) for name in fields]


def _queries(file: Path) -> Iterator[str]:
    """Every text of each query."""
    for row in _objects(file, ("text",)):
        yield str(row["text"])
        match row:
            case {"metadata": {"original": str(original)}}:
                yield original


def _objects(file: Path, fields: Sequence[str]) -> Iterator[Mapping[str, Any]]:
    """Each line of a file; ValueError says which has not these fields."""
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
            _ = [row[name] for name in fields]
        except (ValueError, KeyError, TypeError) as error:
            wanted = ", ".join(fields)
            raise ValueError(f"{file.name} line {number} is no object with {wanted}") from error
        yield row


def _words(text: str) -> frozenset[str]:
    return frozenset(WORD.findall(text.lower()))


def _alike(one: frozenset[str], other: Iterable[str]) -> bool:
    both = one.union(other)
    return len(one.intersection(other)) > LIKE * len(both)
