"""The conversation as Markdown: to save, to mail, to read anywhere. Pure; no HTML gets through.

It says all that the page says, cards with their numbers first, and shows each text as it stands.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from assistant.answer import Answer, Citation, Reference, SafetyCard
from ui.card import KINDS
from ui.origin import day, facts, review
from ui.render import ASK_SOMEONE, NOT_FOUND, lead

SPECIAL = re.compile(r"[\\`*_{}\[\]<>#|~&]")
OPENS = re.compile(r"[0-9]+(?=[.)])|(?=[-+=])")  # what begins a list or underlines a heading
LINK = re.compile(r"https://[^\s<>`\\]+")
WARNING = "The quotes are copied word for word from our documents; they are not advice for you."
QUESTIONS = "## Questions for my doctor or pharmacist\n\n" + "- [ ] ____________________\n" * 5


def takeaway_markdown(turns: Sequence[tuple[str, Answer]], title: str, contact: str = "") -> str:
    """Every question, its quotes and their sources, and room for questions; `contact` says whom to
    ask instead."""
    reviewed = review(c.passage.document for _, answer in turns for c in answer.citations)
    made = f"Made on {day(date.today())} by {plain(title)}. {WARNING} {reviewed}"
    contact = plain(contact or ASK_SOMEONE)
    said = (_turn(text, answer, contact) for text, answer in turns)
    parts = ["# What I asked about my bones", made, *said, QUESTIONS, contact]
    return "\n\n".join(parts) + "\n"


def plain(text: str) -> str:
    """A text as Markdown that shows it as it is, line by line."""
    return "\n".join(_line(line.strip()) for line in text.splitlines())


def _line(text: str) -> str:
    opens = OPENS.match(text)
    kept = opens[0] if opens else ""
    escaped = SPECIAL.sub(r"\\\g<0>", text[len(kept) :])
    return f"{kept}\\{escaped}" if opens else escaped


def _turn(text: str, answer: Answer, contact: str) -> str:
    return "\n\n".join((f"## {plain(' '.join(text.split()))}", *_said(answer, contact)))


def _said(answer: Answer, contact: str) -> Iterator[str]:
    """What the page says, in its order."""
    for card in answer.cards:
        yield from _card(card)
    if answer.carried:
        yield f"Searched for: {plain(answer.question)}"
    if answer.message:
        yield plain(answer.message)
    if answer.status == "not_found":
        yield f"**{NOT_FOUND}** {contact}"
        if not answer.carried:
            yield f"I searched for: {plain(answer.question)}"
    if answer.defined:
        yield f"{plain(answer.defined.meaning)} (From the glossary.)"
    if answer.note:
        yield plain(answer.note)
    if answer.citations and lead(answer):
        yield lead(answer)
    yield from (_quote(citation) for citation in answer.citations)


def _card(card: SafetyCard) -> Iterator[str]:
    """What to do, whom to call, what it asks, and who has reviewed it, if anybody has."""
    yield f"**{KINDS[card.level]}.** {plain(card.text)}"
    numbers = (f"- {plain(phone.name)}: {plain(phone.number)}" for phone in card.further_phones)
    yield from filter(None, ("\n".join(numbers), plain(card.question), plain(card.warning)))
    yield plain(card.standing)


def _quote(citation: Citation) -> str:
    """One quote with what governs it, and where it comes from."""
    document = citation.passage.document
    side = [f"{plain(citation.side)}:"] if citation.side else []
    lines = [*side, *(plain(text) for text in citation.context), *plain(citation.quote).split("\n")]
    quoted = "\n>\n".join(f"> {line}" for line in lines if line)
    page = f", page {citation.page}" if citation.page else ""
    place = f"{plain(document.title)}{page}: {plain(citation.passage.heading)}"
    where = f"[{citation.number}] {place} ({plain(facts(document))})"
    sources = [f"   - {_reference(reference)}" for reference in citation.references]
    return "\n".join((quoted, "", where, *sources))


def _reference(reference: Reference) -> str:
    """One source on one line, linked if it has an https address."""
    link = f" <{reference.url}>" if LINK.fullmatch(reference.url) else ""
    return plain(str(reference)) + link
