"""Where a quote comes from, as HTML: its document, how that was reviewed, and its references."""

from collections.abc import Iterable, Sequence
from datetime import date

from markupsafe import Markup, escape

from assistant.answer import Citation, Document, Reference
from ui.blocks import anchor

NO_REVIEW = "No doctor has reviewed these documents yet."
SOME_REVIEW = "A clinician has reviewed some of these documents, not all; each says whether."
REVIEW = "A clinician has reviewed each of these documents; each says who."
SOURCE = Markup(
    '<li><span class="numbers">{numbers}</span> <div><a class="title" href="{url}" target="_blank"'
    ' rel="noopener">{title}</a> <span class="facts">{facts}</span>{references}</div></li>'
)


def sources_html(citations: Sequence[Citation], root: str = "") -> Markup:
    """The documents that were quoted, in order, each once, with the numbers of its quotes."""
    if not citations:
        return Markup("")
    quoted: dict[str, list[Citation]] = {}
    for citation in citations:
        quoted.setdefault(citation.passage.document.id, []).append(citation)
    items = (_source(together, root) for together in quoted.values())
    listed = Markup('<div class="sources"><p class="label">{}</p><ul>{}</ul></div>')
    return listed.format("Where this comes from", Markup("").join(items))


def source_url(citation: Citation, root: str = "") -> str:
    """Where a citation opens: its document, at the marked quote."""
    return f"{root}/source/{citation.passage.document.id}#{anchor(citation.span)}"


def reference_html(reference: Reference) -> Markup:
    """One source on one line, linked if it has an https address."""
    if reference.url.startswith("https://"):
        link = '{} <a href="{}" target="_blank" rel="noopener noreferrer nofollow">{}</a>'
        return Markup(link).format(str(reference), reference.url, reference.url)
    return escape(str(reference))


def review(documents: Iterable[Document]) -> str:
    """How many of some documents a clinician has reviewed, as a sentence; of none, none."""
    named = [bool(document.clinician) for document in documents]
    if not any(named):
        return NO_REVIEW
    return REVIEW if all(named) else SOME_REVIEW


def facts(document: Document, today: date | None = None) -> str:
    """Who wrote it and when, and whether a clinician has looked at it, in sentences."""
    said = [f"Published by {document.publisher}."] if document.publisher else []
    if document.written:
        said.append(f"Written {day(document.written)}.")
    due = document.review_due
    if due and due < (today or date.today()):
        said.append(f"It should have been reviewed by {day(due)} and may be out of date.")
    return " ".join((*said, document.reviewed))


def day(when: date) -> str:
    """A date as people write it: 24 November 2026."""
    return f"{when.day} {when:%B %Y}"


def _source(citations: Sequence[Citation], root: str) -> Markup:
    """One document of the list; its quotes share what is said of it, not their references."""
    document = citations[0].passage.document
    numbers = ", ".join(str(citation.number) for citation in citations)
    return SOURCE.format(
        numbers=numbers,
        url=source_url(citations[0], root),
        title=document.title,
        facts=facts(document),
        references=Markup("").join(_references(c, len(citations) > 1) for c in citations),
    )


def _references(citation: Citation, several: bool) -> Markup:
    found = citation.references
    if not found:
        return Markup("")
    items = (Markup("<li>{}</li>").format(reference_html(reference)) for reference in found)
    count = "1 reference" if len(found) == 1 else f"{len(found)} references"
    of = f" for quote {citation.number}" if several else ""
    details = "<details><summary>{}{}</summary><ol>{}</ol></details>"
    return Markup(details).format(count, of, Markup("").join(items))
