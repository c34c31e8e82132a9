"""The answer and its citations: everything that is shown, and where each word of it stands."""

from dataclasses import dataclass
from typing import Literal

from assistant.card import Phone, SafetyCard
from corpus.document import Block, Document, Level, Sentence, text_hash
from corpus.glossary import Term
from corpus.passage import Passage
from corpus.reference import Reference
from corpus.span import Span
from index.ranked import RankedPassage

__all__ = [  # what an answer is made of, so that showing one needs no other package
    "Answer", "Block", "Citation", "Document", "Form", "Level", "Phone", "Reference", "SafetyCard",
    "Sentence", "Span", "Status", "Term", "Use",
]  # fmt: skip

# `closest`: quotes that may not answer, and are called the closest; `about`: a fixed reply to a
# greeting or to a question about the assistant itself, in `message`.
Status = Literal["answered", "closest", "not_found", "about", "unreadable"]
Form = Literal["quotes", "steps", "comparison", "differing", "verdict", "figure"]


@dataclass(frozen=True, slots=True)
class Use:
    """Where a quoted document uses a word of the glossary: a span of the document's text."""

    span: Span
    term: Term


@dataclass(frozen=True, slots=True)
class Citation:
    """A run of whole sentences of one passage, shown under a number that counts from 1."""

    number: int
    passage: Passage
    span: Span
    score: float
    side: str = ""  # of a comparison: what it speaks of; of others: what it is ("newest", a trial)
    uses: tuple[Use, ...] = ()  # words of the glossary in the quote, in order

    def __post_init__(self) -> None:
        sentences = self.sentences
        if not sentences or (sentences[0].span.start, sentences[-1].span.end) != self.span:
            raise ValueError(f"{self.span} is no run of whole sentences of {self.passage.id}")
        if sentences[-1].opens and sentences[-1] is not self.passage.sentences[-1]:
            raise ValueError(f"{self.span} of {self.passage.id} ends with what opens a list")

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences it shows, in reading order."""
        return tuple(s for s in self.passage.sentences if self.span.covers(s.span))

    @property
    def quote(self) -> str:
        """Verbatim: ``document.text[start:end]``."""
        return self.passage.document[self.span]

    @property
    def governors(self) -> tuple[Span, ...]:
        """Lead-ins and table headers that stand outside the quote and are shown with it."""
        spans = (g for sentence in self.sentences for g in sentence.governors)
        return tuple(dict.fromkeys(g for g in spans if not self.span.covers(g)))

    @property
    def page(self) -> int | None:
        """Number of the page of the original on which it begins, if that has pages."""
        return self.passage.document.page(self.span)

    @property
    def context(self) -> tuple[str, ...]:
        """The text of the governors, verbatim."""
        return tuple(self.passage.document[span] for span in self.governors)

    @property
    def references(self) -> tuple[Reference, ...]:
        """The sources of the quote and of what governs it, each once."""
        document = self.passage.document
        found = (r for span in (self.span, *self.governors) for r in document.references(span))
        return tuple(dict.fromkeys(found))

    @property
    def holds(self) -> bool:
        """True if the document still is, letter for letter, the one that was indexed."""
        document = self.passage.document
        return text_hash(document.text) == document.hash and self.quote in self.passage.text


@dataclass(frozen=True, slots=True)
class Answer:
    """What the assistant says: fixed texts of ours, and citations.

    `message` is ours and needs no source; it explains an `unreadable` question and makes up an
    `about` reply, in the language with the code `language`. `note` is a line above the quotes.
    """

    question: str  # stand-alone: what was searched for
    status: Status
    citations: tuple[Citation, ...] = ()
    cards: tuple[SafetyCard, ...] = ()
    suggestions: tuple[str, ...] = ()  # questions that the library answers
    considered: tuple[RankedPassage, ...] = ()
    confidence: float = 0.0  # below the recipe's threshold nothing is shown
    message: str = ""
    form: Form = "quotes"
    carried: tuple[str, ...] = ()  # what earlier messages added to the question, as it is shown
    note: str = ""
    defined: Term | None = None  # whose meaning was asked for
    language: str = "en"
