"""The passage: a run of whole sentences under one heading, the unit that is indexed."""

from dataclasses import dataclass

from corpus.document import Document, Sentence
from corpus.span import Span


@dataclass(frozen=True, slots=True)
class Passage:
    """A span of one document, from the start of a sentence to the end of one."""

    document: Document
    span: Span
    heading: str

    @property
    def id(self) -> str:
        """Address that survives a rebuild as long as the document does not change."""
        return f"{self.document.id}#{self.span.start}-{self.span.end}"

    @property
    def text(self) -> str:
        """Verbatim: ``document.text[start:end]``."""
        return self.document[self.span]

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """Its sentences, in reading order."""
        return tuple(s for s in self.document.sentences if self.span.covers(s.span))

    @property
    def searchable(self) -> str:
        """What is embedded and searched: title, heading and governing lines before the text."""
        first = self.sentences[0] if self.sentences else None
        outside = [g for g in first.governors if not self.span.covers(g)] if first else []
        lines = [self.document.title, self.heading, *(self.document[g] for g in outside), self.text]
        return "\n".join(line for line in dict.fromkeys(lines) if line)
