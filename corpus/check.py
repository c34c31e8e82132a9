"""What is wrong with a document, in sentences that its author can act on."""

import re
from collections.abc import Iterator, Sequence

from corpus.document import Document

FIGURE = re.compile(r"\d")


def problems(document: Document) -> list[str]:
    """Everything found, in the order of the document; an empty list means it may be published."""
    return [*_front_matter(document), *_keys(document), *_unsourced(document)]


def all_problems(documents: Sequence[Document]) -> list[str]:
    """The problems of a library, each with its document's id before it."""
    return [f"{document.id}: {problem}" for document in documents for problem in problems(document)]


def _front_matter(document: Document) -> Iterator[str]:
    for field in ("topics", "written", "review_due"):
        if not getattr(document, field):
            yield f"the front matter has no {field}"
    if document.written and document.review_due and document.review_due <= document.written:
        yield f"review_due {document.review_due} is not after written {document.written}"


def _keys(document: Document) -> Iterator[str]:
    used = {mark.reference.key: mark.reference for mark in document.marks}
    for key, reference in sorted(used.items()):
        if not reference.year and reference.title == key:
            yield f"source key {key!r} is not in references.json"
    for key in sorted(used.keys() ^ set(document.sources)):
        place = "the text but not in the front matter" if key in used else "the front matter only"
        yield f"source key {key!r} stands in {place}"


def _unsourced(document: Document) -> Iterator[str]:
    """Sentences with a figure rest on a source; numbers of steps and names do not count."""
    for sentence in document.sentences:
        text = re.sub(r"^\d+\. ", "", document[sentence.span])
        text = re.sub(r"\S*[A-Za-z]\d\S*|\S*\d[A-Za-z]\S*", "", text)  # D3, P1NP
        if FIGURE.search(text) and not sentence.opens and not document.references(sentence.span):
            yield f"no source key in {document[sentence.span]!r}"
