"""A maintainer at the terminal marks which sentences answer a question.

Standard input may be a pipe; where it ends, nothing more is marked.
"""

import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from assistant.ask import Assistant
from assistant.reply import reply
from corpus.document import Document, Sentence
from eval.feedback import Place
from eval.question import GRADES

MOST = 12  # sentences a search offers
SKIP, LEAVE, LOOK = "s", "q", "/"
HELP = f"""\
number:grade for each sentence that answers, such as 2:3 5:2 (3 answers when it stands alone, 2 in
part, 1 is only related); nothing if none does; {LOOK}words to look for more; {SKIP} to skip the \
question; {LEAVE} to leave"""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer."""

    document: Document
    sentence: Sentence
    shown: bool = field(default=False, compare=False)  # to the person who asked


Marks = Sequence[tuple[Candidate, int]]


def candidates(
    assistant: Assistant, messages: Sequence[str], shown: Sequence[Place] = ()
) -> list[Candidate]:
    """The sentences that were shown, then those that rank best, each once."""
    found = [
        Candidate(assistant.index.documents[place.document], sentence, True)
        for place in shown
        for sentence in assistant.index.documents[place.document].sentences
        if place.span.covers(sentence.span)
    ]
    return list(dict.fromkeys((*found, *islice(_ranked(assistant, messages), MOST))))


def marked(found: list[Candidate], look: Callable[[str], list[Candidate]]) -> Marks | None:
    """Ask until the marks can be read; None skips it, EOFError leaves."""
    print(*_lines(found, 1), HELP, sep="\n")
    while (typed := answer("> ")) != SKIP:
        if typed.startswith(LOOK):
            more = [candidate for candidate in look(typed[1:]) if candidate not in found]
            print(*_lines(more, len(found) + 1), sep="\n")
            found += more
            continue
        try:
            return [(found[number - 1], grade) for number, grade in grades(typed, len(found))]
        except ValueError as error:
            print(error)
    return None


def grades(typed: str, most: int) -> list[tuple[int, int]]:
    """Numbers with their grades; ValueError if a word is not such a pair."""
    pairs: dict[int, int] = {}
    for word in typed.replace(",", " ").split():
        number, _, grade = word.partition(":")
        if not (number.isdecimal() and grade.isdecimal()) or int(grade) not in GRADES:
            raise ValueError(f"{word!r} is no number:grade with a grade from 1 to 3")
        if not 1 <= int(number) <= most:
            raise ValueError(f"there is no sentence {number}; they go from 1 to {most}")
        pairs[int(number)] = int(grade)
    return sorted(pairs.items(), key=lambda pair: (-pair[1], pair[0]))


def answer(prompt: str) -> str:
    """A line as typed, white space at its ends left out; EOFError to leave, or at the end."""
    typed = input(prompt).strip()
    if typed == LEAVE:
        raise EOFError("the maintainer leaves")
    return typed


def choice(name: str, options: Sequence[str], default: str) -> str:
    """One of the options, asked for until it is one."""
    while True:
        typed = answer(f"{name} ({', '.join(options)}) [{default}]: ") or default
        if typed in options:
            return typed
        print(f"{typed!r} is none of them")


def _ranked(assistant: Assistant, messages: Sequence[str]) -> Iterator[Candidate]:
    considered = reply(assistant, messages).considered
    scored = [(-s.score, c.rank, c.passage, s) for c in considered for s in c.sentences]
    for _, _, passage, ranked in sorted(scored, key=lambda row: row[:2]):
        yield Candidate(passage.document, ranked.sentence)


def _lines(found: Sequence[Candidate], first: int) -> Iterator[str]:
    for number, candidate in enumerate(found, start=first):
        document, sentence = candidate.document, candidate.sentence
        where = f"{document.title} > {sentence.heading}" if sentence.heading else document.title
        yield f"{number:3}  {where}{' (was shown)' if candidate.shown else ''}"
        text = " / ".join(document[span] for span in (*sentence.governors, sentence.span))
        indent = " " * 5
        yield textwrap.fill(text, 100, initial_indent=indent, subsequent_indent=indent)
    if not found:
        yield "     no sentence was found"
