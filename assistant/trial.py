"""The trial behind a figure: the sentence that says who took part, how many and for how long.

A trial is known by its name, which is a word of the glossary ("FREEDOM trial") or its first author
and year. What the library says of it is found among its own sentences; nothing is written here.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from assistant.choose import Choice
from corpus.document import Sentence
from corpus.glossary import Term
from corpus.names import any_of
from corpus.passage import Passage

KINDS = (" trial", " study", " trials")  # how the glossary ends the name of one
AUTHOR = r"[A-Z][\w-]*[a-z] (?:19|20)\d\d"
PART = r"(?: [12]|-[A-Z]{2,3})?"  # FIT 2, HORIZON-RFT
FIGURE = re.compile(r"\d")
SIZE = re.compile(
    r"\b\d[\d,]*\d (?:[\w-]+ ){0,4}?(?:women|men|people|patients|participants|adults)\b"
)
TIME = re.compile(r"\b(?:\d[\d.]*|a|one|two|three|four|five|six|ten)[- ](?:years?|months?)\b")
DESIGN = re.compile(
    r"\b(?:compared|randomi[sz]ed|tested|gave|enrolled|followed|added|placebo|study|"
    r"with or without)\b"
)
EXTENSION = "extension"  # of a trial is another trial
BEHIND = "the trial behind it"  # how its sentence is labelled
Place = tuple[Passage, Sentence]


@dataclass(frozen=True)
class Trials:
    """What a library says of its trials, looked up when it is first wanted."""

    passages: Sequence[Passage]
    terms: Sequence[Term]

    def behind(self, choice: Choice) -> Choice | None:
        """What the figure of a choice was measured in, unless that says so itself or has none."""
        passage, text = choice.passage, choice.text
        said = " ".join((text, *(passage.document[g] for g in choice.sentence.governors)))
        if not FIGURE.search(text) or _describes(said):
            return None
        found = [told for name in self._named(said) for told in self._told.get(name, ())]
        found = [f for f in found if (EXTENSION in _text(*f)) == (EXTENSION in said)]
        if not found:
            return None
        own = [told for told in found if told[0].document is passage.document]
        best, sentence = max(own or found, key=lambda told: _fullness(*told))
        return replace(choice, passage=best, sentence=sentence)

    @cached_property
    def _told(self) -> dict[str, list[Place]]:
        """The sentences that describe a trial, by its name."""
        found: dict[str, list[Place]] = {}
        for passage in self.passages:
            for sentence in passage.sentences:
                text = _text(passage, sentence)
                if _describes(text):
                    for name in self._named(text):
                        found.setdefault(name, []).append((passage, sentence))
        return found

    @cached_property
    def _names(self) -> re.Pattern[str]:
        known = any_of(_acronyms(self.terms))
        either = rf"(?:{known}){PART}|{AUTHOR}" if known else AUTHOR
        return re.compile(rf"(?<![\w-])(?:{either})(?!\w)")

    def _named(self, text: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(match[0] for match in self._names.finditer(text)))


def _acronyms(terms: Iterable[Term]) -> Iterator[str]:
    """The names of trials in a glossary as sentences have them, in capitals."""
    for term in terms:
        kind = next((kind for kind in KINDS if term.name.endswith(kind)), "")
        if kind:
            yield from (n for n in (term.name.removesuffix(kind), *term.also) if n.isupper())


def _text(passage: Passage, sentence: Sentence) -> str:
    return passage.document[sentence.span]


def _describes(text: str) -> bool:
    """True if a text says how many took part, for how long and what was done."""
    return all(part.search(text) for part in (SIZE, TIME, DESIGN))


def _fullness(passage: Passage, sentence: Sentence) -> tuple[bool, int]:
    return sentence.kind == "paragraph", len(set(DESIGN.findall(_text(passage, sentence))))
