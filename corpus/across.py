"""What is wrong between the documents of a library: the same said twice, or said otherwise.

Sentences are compared by the words they share (Jaccard). To stay fast with many of them, two are
only compared if they share one of their rarest words: the prefix filter of Chaudhuri and others,
https://doi.org/10.1109/ICDE.2006.9.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from corpus import differing, talks
from corpus.asked import FOLDER, asked_files, left_over, load_asked
from corpus.document import Document
from corpus.glossary import load_glossary, unused
from corpus.names import load_names
from corpus.problem import LIBRARY, Problem
from corpus.read import folder_references

WORD = re.compile(r"\w[\w'’-]*")
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
FEWEST = 5  # words; shorter sentences are alike by chance
ALIKE = 0.8  # of the words of both, numbers left out


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence as the words, the numbers and the sources that it consists of."""

    document: str
    text: str
    words: frozenset[str]
    numbers: frozenset[str]
    sources: frozenset[str]


def across(documents: Sequence[Document], folders: Sequence[Path]) -> Iterator[Problem]:
    """Problems between documents, and of what all of them share."""
    own = [document for document in documents if not document.publisher]
    yield from _repeated([claim for document in own for claim in _claims(document)])
    yield from _links(documents)
    used = {mark.reference.key for document in documents for mark in document.marks}
    for key in sorted({key for folder in folders for key in folder_references(folder)} - used):
        yield Problem(LIBRARY, "error", f"no document uses the reference {key!r}; take it out")
    yield from _unasked(documents, folders)
    yield from _differing(documents, folders)
    for sentence in talks.left_over(talks.load_talks(folders), documents):
        yield Problem(LIBRARY, "error", f"no sentence {sentence!r}, but {talks.FOLDER}/ has it")
    text = "\n".join(document.text for document in documents)
    for term in unused(load_glossary(), text) if own else ():
        yield Problem(LIBRARY, "warning", f"no document uses the glossary's term {term!r}")


def _unasked(documents: Sequence[Document], folders: Sequence[Path]) -> Iterator[Problem]:
    """Questions whose sentence, or whose document, is not there any more."""
    known = {document.id: document for document in documents}
    files = (file for folder in folders for file in asked_files(folder))
    for file in dict.fromkeys(files):
        if file.stem not in known:
            yield Problem(LIBRARY, "error", f"there is no document for {FOLDER}/{file.name}")
            continue
        for sentence in left_over(known[file.stem], load_asked(file)):
            yield Problem(file.stem, "error", f"no sentence {sentence!r}, but {FOLDER}/ has it")


def _differing(documents: Sequence[Document], folders: Sequence[Path]) -> Iterator[Problem]:
    """Differences whose sentences are not there any more, or that their sources don't bear out."""
    known, sources = {document.id for document in documents}, differing.sources_of(documents)
    files = (file for folder in folders for file in differing.differing_files(folder))
    for difference in (d for file in dict.fromkeys(files) for d in differing.load_differing(file)):
        for place in differing.left_over(difference, sources):
            where = place.document if place.document in known else LIBRARY
            missing = (
                f"sentence {place.sentence!r}"
                if where != LIBRARY
                else f"document {place.document!r}"
            )
            yield Problem(where, "error", f"no {missing}, but {differing.FILE} has it")
        for text in differing.unlike(difference, sources):
            yield Problem(LIBRARY, "error", f"{differing.FILE}, {difference.about!r}: {text}")


def _claims(document: Document) -> Iterator[Claim]:
    for sentence in document.sentences:
        text = document[sentence.span]
        words = {word.lower() for word in WORD.findall(text) if not word[0].isdigit()}
        if sentence.kind != "row" and not sentence.opens and len(words) >= FEWEST:
            sources = {reference.key for reference in document.references(sentence.span)}
            yield Claim(
                document.id,
                text,
                frozenset(words),
                frozenset(NUMBER.findall(text)),
                frozenset(sources),
            )


def _repeated(claims: Sequence[Claim]) -> Iterator[Problem]:
    """Sentences that say the same twice, or the same with other figures."""
    names = {word for name in load_names().known for word in name.split()}
    for first, second in _alike(claims):
        pair = f"{second.document}: {first.text!r} and {second.text!r}"
        if first.text == second.text:
            yield Problem(first.document, "error", f"stands word for word in {pair}")
        elif (first.words ^ second.words) & names:
            continue  # the same of two different things
        elif first.numbers != second.numbers:
            if first.sources & second.sources and first.document != second.document:
                yield Problem(first.document, "look", f"may contradict {pair}")
        else:
            yield Problem(first.document, "warning", f"says nearly the same as {pair}")


def _alike(claims: Sequence[Claim]) -> Iterator[tuple[Claim, Claim]]:
    """Every pair that shares at least ALIKE of its words, each once, in order."""
    frequency = Counter(word for claim in claims for word in claim.words)
    holders: dict[str, list[int]] = defaultdict(list)
    for number, claim in enumerate(claims):
        rarest = sorted(claim.words, key=lambda word: (frequency[word], word))
        for word in rarest[: int((1 - ALIKE) * len(rarest)) + 1]:
            holders[word].append(number)
    pairs = {pair for numbers in holders.values() for pair in combinations(numbers, 2)}
    for one, other in sorted(pairs):
        first, second = claims[one], claims[other]
        if len(first.words & second.words) >= ALIKE * len(first.words | second.words):
            yield first, second


def _links(documents: Sequence[Document]) -> Iterator[Problem]:
    """Links to documents or headings that are not there; other sites are not asked."""
    headings = {document.id: set(_slugs(document)) for document in documents}
    for document in documents:
        for link in document.links:
            if re.match(r"[a-z][a-z0-9+.-]*:", link):
                continue
            path, _, fragment = link.partition("#")
            target = Path(path).stem if path else document.id
            if target not in headings:
                yield Problem(document.id, "error", f"links to {link!r}, which is not there")
            elif fragment and fragment not in headings[target]:
                yield Problem(document.id, "error", f"links to {link!r}: no such heading")


def _slugs(document: Document) -> Iterator[str]:
    """Headings as fragments, in the way GitHub makes them."""
    for block in document.blocks:
        if block.kind == "heading":
            kept = re.sub(r"[^\w\s-]", "", document[block.span].lower())
            yield re.sub(r"\s", "-", kept.strip())
