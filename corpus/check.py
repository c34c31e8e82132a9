"""What is wrong with a document, in sentences that its author can act on.

The project's own documents are held to every rule, as errors. Other publishers' words can't be
changed, so with theirs only what may mislead is pointed out.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

from corpus.across import across
from corpus.document import Document, Sentence
from corpus.grade import grade
from corpus.problem import Problem

FIGURE = re.compile(r"\d")
STEP = re.compile(r"^\d+\. ")
POINTS_BACK = re.compile(
    r"^(?:it|its|they|their|this|these|that|those|he|she|we|there|such|both|also|however)\b",
    re.IGNORECASE,
)
LONGEST = 35  # words of a sentence
HARDEST = {"plain": 7.0, "detailed": 12.0, "research": 14.0}  # Flesch-Kincaid grade


def checked(documents: Sequence[Document], folders: Sequence[Path]) -> list[Problem]:
    """Everything found in a library: by document, then between documents."""
    found = [problem for document in documents for problem in problems(document)]
    return [*found, *across(documents, folders)]


def problems(document: Document) -> Iterator[Problem]:
    """Everything found in one document."""
    own = not document.publisher
    rules = (_front_matter, _keys, _unsourced, _style, _reading) if own else (_misleading,)
    for rule in (*rules, _tables):
        for text in rule(document):
            yield Problem(document.id, "error" if own else "warning", text)
    if document.review_due and document.review_due <= date.today():
        yield Problem(document.id, "warning", f"its review was due on {document.review_due}")


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
        text = re.sub(r"\S*[A-Za-z]\d\S*|\S*\d[A-Za-z]\S*", "", _words(document, sentence))  # P1NP
        if FIGURE.search(text) and not sentence.opens and not document.references(sentence.span):
            yield f"no source key in {document[sentence.span]!r}"


def _style(document: Document) -> Iterator[str]:
    """Each sentence may be shown alone, so it names its subject and ends in time."""
    for sentence in _prose(document):
        text = _words(document, sentence)
        if POINTS_BACK.match(text):
            yield f"begins with a word that points elsewhere: {text!r}"
        if (count := len(text.split())) > LONGEST:
            yield f"has {count} words, at most {LONGEST} are read with ease: {text!r}"


def _reading(document: Document) -> Iterator[str]:
    hardest, found = HARDEST[document.level], grade(document)
    if found > hardest:
        yield f"reading grade {found:.1f}, at most {hardest:g} for level {document.level}"


def _tables(document: Document) -> Iterator[str]:
    before = None
    for block in document.blocks:
        if block.kind == "row" and before not in ("header", "row"):
            yield f"a table without a header: {document[block.span]!r}"
        if block.kind == "header" and not all(document[cell] for cell in block.cells):
            yield f"a table with an empty header cell: {document[block.span]!r}"
        before = block.kind


def _misleading(document: Document) -> Iterator[str]:
    """What a reader may take wrongly when one sentence is shown without those before it."""
    texts = [_words(document, sentence) for sentence in _prose(document)]
    back = [text for text in texts if POINTS_BACK.match(text)]
    if back:
        yield f"{len(back)} of {len(texts)} sentences point back, such as {back[0]!r}"
    if document.written is None:
        yield "it has no date; give one with: python -m corpus update ID --date YYYY-MM-DD"


def _prose(document: Document) -> Iterable[Sentence]:
    return (s for s in document.sentences if s.kind != "row" and not s.opens)


def _words(document: Document, sentence: Sentence) -> str:
    return STEP.sub("", document[sentence.span])
