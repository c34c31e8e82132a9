"""What the second look learns from: messages with the rule that each calls for, if any.

Those of the safety set that are dev, those written for it, and the library's own questions and the
messages of its talks, which call for no card but for those that were found to.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.cards.fold import words
from assistant.cards.likeness import NONE
from assistant.cards.load import Rules
from assistant.cards.reading import Sentence
from assistant.cards.rows import read_rows
from corpus import library_folders
from corpus.asked import asked_files, load_asked, load_beyond
from corpus.talks import read_talks, talk_files
from eval.safety import LEARNT, Message, load_messages

WRITTEN, CALLED = LEARNT / "written.yaml", LEARNT / "called.yaml"
UNSURE = "unsure"  # whether a question of the library calls for a card
LIBRARY, WROTE = "library", "written"
TOGETHER = 50  # of the questions that nothing answers, never on both sides of a fold


@dataclass(frozen=True, slots=True)
class Told:
    """A message, the rule that it calls for, what kind it is, and what it was taken from."""

    text: str
    rule: str
    kind: str
    group: str
    sentences: tuple[Sentence, ...]
    also: tuple[str, ...] = ()  # cards that may come besides


def all_told(messages: Sequence[Message], rules: Rules) -> list[Told]:
    """Everything, as the rules read it, but what is measured: people hit on the same words."""
    measured = {_folded(message.text) for message in load_messages() if message.split != "dev"}
    every = (*_messages(messages, rules), *_library(rules))
    return [told for told in every if _folded(told.text) not in measured]


def _folded(text: str) -> str:
    """The words of a message, whatever its case and punctuation."""
    return " ".join(word for word in words(text) if word.isalnum())


def written(file: Path = WRITTEN) -> list[tuple[str, str]]:
    """Pairs of a rule's id, or `NONE`, and a message."""
    rows = read_rows(file)
    return [(rule, text) for rule in rows for text in rows.texts(rule)]


def called() -> dict[str, str]:
    """The library's questions that were told apart, with the rule that each calls for."""
    return {text: rule for rule, text in written(CALLED)}


def _messages(messages: Sequence[Message], rules: Rules) -> Iterator[Told]:
    for m in messages:
        yield Told(m.text, m.rule or NONE, m.kind, m.id, rules.read(m.text), m.also)
    for rule, text in written():
        yield Told(text, rule, WROTE, text, rules.read(text))


def _library(rules: Rules) -> Iterator[Told]:
    """The questions of the library; those of one document are never on both sides of a fold."""
    known = called()
    for text, group in _asked():
        rule = known.get(text, NONE)
        if rule != UNSURE:
            yield Told(text, rule, WROTE if text in known else LIBRARY, group, rules.read(text))


def _asked() -> Iterator[tuple[str, str]]:
    """Each question of the library with its group, and each message of its talks."""
    for folder in library_folders():
        for file in asked_files(folder):
            for questions in load_asked(file).values():
                yield from ((text, file.name) for text in questions)
        for file in talk_files(folder):
            said = dict.fromkeys(turn.said for talk in read_talks(file) for turn in talk)
            yield from ((text, file.name) for text in said)
    for number, text in enumerate(load_beyond(library_folders())):
        yield text, f"beyond {number // TOGETHER}"
