"""The answer as lines for a terminal. Pure: text in, text out."""

import textwrap
from collections.abc import Iterator

from assistant.answer import Answer, Citation, SafetyCard

WIDTH = 88
NOT_FOUND = "I have no answer to that in my documents."
CLOSEST = "The closest passages I have:"
NEXT = "You could ask:"


def lines(answer: Answer) -> Iterator[str]:
    """Cards, then numbered quotes, then where each comes from."""
    for card in answer.cards:
        yield from card_lines(card)
        yield ""
    for text in (answer.message, answer.note):
        yield from _wrapped(text, "", "") if text else ()
    if answer.status == "not_found":
        yield NOT_FOUND
    if answer.status == "closest":
        yield CLOSEST
    if answer.carried or answer.status == "not_found":
        yield from _wrapped(f"I searched for: {answer.question}", "", "")
    if answer.defined:
        yield from _wrapped(answer.defined.meaning, "In the glossary: ", "  ")
    for citation in answer.citations:
        yield from _quote(citation)
    if answer.citations:
        yield ""
    for citation in answer.citations:
        yield from _source(citation)
    if answer.suggestions:
        yield from ("", NEXT, *(f"  - {question}" for question in answer.suggestions))


def card_lines(card: SafetyCard) -> Iterator[str]:
    """A card: what to do, whom to call, what it asks, and who has reviewed it, if anybody has."""
    yield from _wrapped(card.text, f"! {card.level.upper()}: ", "  ")
    for phone in card.phones:
        yield f"  {phone.name}: {phone.number}"
    for text in (card.question, card.warning):
        yield from _wrapped(text, "  ", "  ") if text else ()
    yield from _wrapped(f"({card.standing})", "  ", "   ")


def _quote(citation: Citation) -> Iterator[str]:
    label = f"[{citation.number}] "
    if citation.side:
        yield f"{citation.side}:"
    for text in citation.context:
        yield from _wrapped(text, label, "    ")
        label = "    "
    for line in citation.quote.split("\n"):
        if line:
            yield from _wrapped(line, label, "    ")
            label = "    "


def _source(citation: Citation) -> Iterator[str]:
    document = citation.passage.document
    written = f", written {document.written}" if document.written else ""
    review = f"clinical review: {document.clinical_review}"
    page = f", page {citation.page}" if citation.page else ""
    where = f"{document.title} > {citation.passage.heading}{page}{written}; {review}"
    yield from _wrapped(where, f"[{citation.number}] ", "    ")
    for reference in citation.references:
        yield from _wrapped(f"{reference} {reference.url}".strip(), "    - ", "      ")


def _wrapped(text: str, first: str, rest: str) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
