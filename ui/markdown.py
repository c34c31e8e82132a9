"""The conversation as Markdown: to save, to mail, to read anywhere. Pure; no HTML gets through."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from assistant.answer import Answer, Citation
from ui.card import LEVELS
from ui.origin import day, facts
from ui.render import CLOSEST, NOT_FOUND

SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~]|^(?=[-+>]|\d+[.)]))", re.MULTILINE)
WARNING = (
    "The quotes are copied word for word from documents that no doctor has reviewed yet; they are "
    "not advice for you."
)
QUESTIONS = "## Questions for my doctor or pharmacist\n\n" + "- [ ] ____________________\n" * 5


def takeaway_markdown(turns: Sequence[tuple[str, Answer]], title: str) -> str:
    """Every question, its quotes and their sources, and room for questions."""
    head = (
        f"# What I asked about my bones\n\nMade on {day(date.today())} by {plain(title)}. {WARNING}"
    )
    parts = [head, *(_turn(text, answer) for text, answer in turns), QUESTIONS]
    return "\n\n".join(parts)


def plain(text: str) -> str:
    """A text as Markdown that shows it as it is."""
    return SPECIAL.sub(r"\\\1", text)


def _turn(text: str, answer: Answer) -> str:
    return "\n\n".join((f"## {plain(' '.join(text.split()))}", *_said(answer)))


def _said(answer: Answer) -> Iterator[str]:
    for card in answer.cards:
        yield f"**{LEVELS[card.level]}.** {plain(card.text)}"
    if answer.carried:
        yield f"Searched for: {plain(answer.question)}"
    if answer.message:
        yield plain(answer.message)
    if answer.status == "not_found":
        yield NOT_FOUND
    if answer.status == "closest":
        yield CLOSEST
    if answer.note:
        yield plain(answer.note)
    yield from (_quote(citation) for citation in answer.citations)


def _quote(citation: Citation) -> str:
    """One quote with what governs it, and where it comes from."""
    document = citation.passage.document
    side = [f"{plain(citation.side)}:"] if citation.side else []
    lines = [*side, *(plain(text) for text in citation.context), *plain(citation.quote).split("\n")]
    quoted = "\n>\n".join(f"> {line}" for line in lines)
    where = f"{plain(document.title)}, {plain(citation.passage.heading)}. {plain(facts(document))}"
    sources = [f"   - {plain(str(reference))}" for reference in citation.references]
    return "\n".join((quoted, "", f"[{citation.number}] {where}", *sources))
