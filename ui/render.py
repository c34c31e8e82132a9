"""An answer as HTML for the chat. Pure: everything that is not ours is escaped."""

import re

from markupsafe import Markup, escape

from assistant.answer import Answer, Citation, Phone, Reference, SafetyCard
from ui.blocks import anchor, quote_html

LEVELS = {
    "emergency": "Emergency",
    "crisis": "Please reach out",
    "urgent": "Get help today",
    "soon": "Tell your doctor",
    "policy": "A question for your own doctor",
}
NOT_FOUND = "I have no answer to that in my documents."
ASK_SOMEONE = "A doctor or pharmacist can answer what these documents do not."


def answer_html(answer: Answer, root: str = "") -> Markup:
    """Cards, quotes and their sources; `root` is the path under which the pages are served."""
    parts = [_card(card) for card in answer.cards]
    if answer.message:
        parts.append(Markup("<p>{}</p>").format(answer.message))
    if answer.status == "not_found":
        parts.append(_not_found(answer))
    parts += [_citation(citation, root) for citation in answer.citations]
    return Markup('<div class="answer" lang="en">{}</div>').format(Markup("\n").join(parts))


def source_url(citation: Citation, root: str = "") -> str:
    """Where a citation opens: its document, at the marked quote."""
    return f"{root}/source/{citation.passage.document.id}#{anchor(citation.span)}"


def reference_html(reference: Reference) -> Markup:
    """One source on one line, linked if it has an https address."""
    if reference.url.startswith("https://"):
        link = '{} <a href="{}" target="_blank" rel="noopener noreferrer nofollow">{}</a>'
        return Markup(link).format(str(reference), reference.url, reference.url)
    return escape(str(reference))


def _card(card: SafetyCard) -> Markup:
    more = [phone for phone in card.phones if phone.number not in card.text]
    items = (Markup("<li>{}: {}</li>").format(phone.name, _call(phone)) for phone in more)
    numbers = Markup("<ul>{}</ul>").format(Markup("").join(items)) if more else Markup("")
    said = (text for text in (card.question, card.warning) if text)
    further = Markup("").join(Markup("<p>{}</p>").format(text) for text in said)
    return Markup(
        '<div class="card {}" role="note"><strong>{}</strong><p>{}</p>{}{}'
        "<small>Draft, not clinically reviewed. After: {} ({}). Reviewed by a clinician: {}."
        "</small></div>"
    ).format(
        card.level, LEVELS[card.level], _callable(card), numbers, further, card.source, card.date,
        card.reviewed,
    )  # fmt: skip


def _callable(card: SafetyCard) -> Markup:
    """The text of a card, its phone numbers as links."""
    by_number = {phone.number: phone for phone in card.phones}
    if not by_number:
        return escape(card.text)
    longest = sorted(by_number, key=len, reverse=True)
    parts = re.split("(" + "|".join(re.escape(number) for number in longest) + ")", card.text)
    calls = (_call(by_number[part]) if part in by_number else escape(part) for part in parts)
    return Markup("").join(calls)


def _call(phone: Phone) -> Markup:
    return Markup('<a href="tel:{}">{}</a>').format(phone.tel, phone.number)


def _not_found(answer: Answer) -> Markup:
    searched = Markup('<p class="searched">I searched for: <q>{}</q></p>').format(answer.question)
    return Markup('<p class="none"><strong>{}</strong> {}</p>{}').format(
        NOT_FOUND, ASK_SOMEONE, searched
    )


def _citation(citation: Citation, root: str) -> Markup:
    document = citation.passage.document
    quote = quote_html(document, citation.span, citation.governors)
    url = source_url(citation, root)
    number = Markup(
        '<a class="number" href="{}" target="_blank" rel="noopener">{}'
        '<span class="unseen">opens this place in the document</span></a>'
    ).format(url, citation.number)
    where = Markup('<a href="{}" target="_blank" rel="noopener">{}</a>').format(url, document.title)
    return Markup(
        '<figure class="quote">{}<blockquote>{}</blockquote><figcaption>{}'
        '<span class="heading">{}</span><span class="facts">{}</span>{}</figcaption></figure>'
    ).format(number, quote, where, citation.passage.heading, _facts(citation), _sources(citation))


def _facts(citation: Citation) -> str:
    """Page, date and review status, as the document itself says them."""
    document = citation.passage.document
    page = f"Page {citation.page}. " if citation.page else ""
    written = f"Written {document.written}. " if document.written else ""
    return page + written + document.reviewed


def _sources(citation: Citation) -> Markup:
    references = citation.references
    if not references:
        return Markup("")
    items = (Markup("<li>{}</li>").format(reference_html(r)) for r in references)
    count = "1 source" if len(references) == 1 else f"{len(references)} sources"
    details = "<details><summary>{}</summary><ol>{}</ol></details>"
    return Markup(details).format(count, Markup("").join(items))
