"""The passage: a run of whole sentences under one heading, the unit that is indexed."""

from dataclasses import dataclass

from corpus.document import Document, Sentence
from corpus.span import Span


@dataclass(frozen=True, slots=True)
class Passage:
    """Consecutive sentences of one section of a document."""

    document: Document
    sentences: tuple[Sentence, ...]  # in reading order, at least one

    @property
    def span(self) -> Span:
        """Where it stands in the document."""
        return Span(self.sentences[0].span.start, self.sentences[-1].span.end)

    @property
    def heading(self) -> str:
        """The heading that it stands under."""
        return self.sentences[0].heading

    @property
    def id(self) -> str:
        """Address that survives a rebuild as long as the document does not change."""
        return f"{self.document.id}#{self.span.start}-{self.span.end}"

    @property
    def text(self) -> str:
        """Verbatim: ``document.text[start:end]``."""
        return self.document[self.span]

    @property
    def searchable(self) -> str:
        """What is embedded and searched: title, heading and governing lines before the text."""
        outside = [g for g in self.sentences[0].governors if not self.span.covers(g)]
        lines = [self.document.title, self.heading, *(self.document[g] for g in outside), self.text]
        return "\n".join(line for line in dict.fromkeys(lines) if line)
