"""An answer as HTML, for the chat, the widget's page and the take-away. Pure: everything that is
not ours is escaped. It draws no button that asks something: undoing what was carried over, and the
suggestions, are each page's own.
"""

from collections.abc import Callable, Iterable, Sequence

from markupsafe import Markup, escape

from assistant.answer import Answer, Citation, Form
from assistant.compare import BOTH
from ui.blocks import meanings_html, quote_html
from ui.card import card_html
from ui.origin import source_url, sources_html

NOT_FOUND = "I have no answer to that in my documents."
ASK_SOMEONE = "A doctor or pharmacist can answer what these documents do not."
CLOSEST = "The closest passages I have. They may not answer your question."
DIFFERING = "The sources differ. Here they are side by side."
SEARCHED = Markup('<p class="searched">I searched for: <q>{}</q></p>')
DEFINED = Markup('<p class="defined">{} <small>From the glossary.</small></p>')
QUOTE = Markup(
    '<figure class="quote"><a class="number" href="{url}" target="_blank" rel="noopener">{number}'
    '<span class="unseen"> opens this place in the document</span></a>'
    "<blockquote>{quote}</blockquote>{meanings}"
    '<figcaption>{page}<span class="unseen">From the section: </span>'
    '<span class="heading">{heading}</span></figcaption></figure>'
)


def answer_html(answer: Answer, root: str = "", contact: str = "", undo: str = "") -> Markup:
    """Cards, what was searched for, quotes and their sources.

    `root` is the path under which the pages are served; `contact` says whom to ask when nothing
    was found; `undo`, markup of the page's own, stands beside what was carried over.
    """
    parts = [card_html(card) for card in answer.cards]
    if answer.carried:
        parts.append(_searching(answer.question, undo))
    if answer.message:
        said = Markup('<p class="message" lang="{}" dir="auto">{}</p>')
        parts.append(said.format(answer.language, answer.message))
    if answer.status == "not_found":
        parts.append(_not_found(answer, contact))
    if answer.defined:
        parts.append(DEFINED.format(answer.defined.meaning))
    if answer.note:
        parts.append(Markup('<p class="note">{}</p>').format(answer.note))
    if answer.citations:
        parts += [_lead(answer), FORMS[answer.form](answer.citations, root)]
        parts.append(sources_html(answer.citations, root))
    return Markup('<div class="answer {}" lang="en">{}</div>').format(
        answer.status, Markup("\n").join(part for part in parts if part)
    )


def contact_html(contact: str, url: str = "") -> Markup:
    """Whom a person can ask instead: the site's line, linked if it has an address."""
    if not url:
        return escape(contact or ASK_SOMEONE)
    # A call or a letter needs no new page; a page must not take the place of the conversation.
    aside = Markup(' rel="noopener" target="_blank"') if url.startswith("https://") else ""
    return Markup('<a href="{}"{}>{}</a>').format(url, aside, contact or ASK_SOMEONE)


def _searching(question: str, undo: str) -> Markup:
    searching = Markup('<p class="searching">Searching for: <q>{}</q> {}</p>')
    return searching.format(question, undo)


def _not_found(answer: Answer, contact: str) -> Markup:
    searched = "" if answer.carried else SEARCHED.format(answer.question)
    none = Markup('<p class="none"><strong>{}</strong> {}</p>{}')
    return none.format(NOT_FOUND, contact or ASK_SOMEONE, searched)


def lead(answer: Answer) -> str:
    """What is said of the quotes before they are read, if it is not simply that they answer."""
    if answer.status == "closest":
        return CLOSEST
    several = len(answer.citations) > 1
    return LEADS.get(answer.form, "") if several else ""


def _lead(answer: Answer) -> Markup:
    said = lead(answer)
    return Markup('<p class="lead">{}</p>').format(said) if said else Markup("")


def _listed(citations: Iterable[Citation], root: str) -> Markup:
    quotes = Markup("\n").join(_quote(citation, root) for citation in citations)
    return Markup('<div class="quotes">{}</div>').format(quotes) if quotes else quotes


def _by_side(citations: Sequence[Citation], root: str) -> Markup:
    """A column for each side; what speaks of both stands above them, and the rest below."""
    by_side: dict[str, list[Citation]] = {}
    for citation in citations:
        by_side.setdefault(citation.side, []).append(citation)
    both, rest = by_side.pop(BOTH, []), by_side.pop("", [])
    columns = Markup("\n").join(_side(side, found, root) for side, found in by_side.items())
    parts = (
        _side(BOTH, both, root) if both else "",
        Markup('<div class="columns">{}</div>').format(columns) if columns else "",
        _listed(rest, root),
    )
    return Markup("").join(parts)


def _first(citations: Sequence[Citation], root: str) -> Markup:
    """The quote that settles it, to be seen at once, and the others below."""
    settling = Markup('<div class="first">{}</div>').format(_listed(citations[:1], root))
    return settling + _listed(citations[1:], root)


def _figure(citations: Sequence[Citation], root: str) -> Markup:
    """The figure, then what it was measured in, and the others below."""
    behind = Markup("").join(_side(c.side, (c,), root) for c in citations if c.side)
    rest = [c for c in citations[1:] if not c.side]
    return _first(citations[:1], root) + behind + _listed(rest, root)


def _side(side: str, citations: Iterable[Citation], root: str) -> Markup:
    label = Markup('<p class="label">{}</p>').format(side[:1].upper() + side[1:])
    return Markup('<div class="side">{}{}</div>').format(label, _listed(citations, root))


def _quote(citation: Citation, root: str) -> Markup:
    document = citation.passage.document
    return QUOTE.format(
        url=source_url(citation, root),
        number=citation.number,
        quote=quote_html(document, citation.span, citation.governors, citation.uses),
        meanings=meanings_html(document, citation.uses),
        page=f"Page {citation.page}. " if citation.page else "",
        heading=citation.passage.heading,
    )


FORMS: dict[Form, Callable[[Sequence[Citation], str], Markup]] = {
    "quotes": _listed,
    "steps": _listed,  # each quote has all steps of its own
    "comparison": _by_side,
    "differing": _by_side,
    "verdict": _first,
    "figure": _figure,
}
LEADS: dict[Form, str] = {"differing": DIFFERING}
