"""The assistant: from what a person typed to an answer whose every word is in a document."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.abstain import Signals, confidence, signals
from assistant.answer import Answer, Document
from assistant.cards.likeness import load_likeness
from assistant.compose import compose
from assistant.conversation import Conversation
from assistant.preferences import Preferences
from assistant.rephrase import Rephrased, Wording, rephrase
from assistant.screen import Screen, load_screen
from corpus.names import load_names
from index.encode import Encoder
from index.load import load_index
from index.ranked import RankedPassage
from index.search import Index

PASSAGES = 20  # that an answer is composed from


@dataclass(frozen=True, slots=True)
class Assistant:
    """Keeps nothing between questions; one instance serves any number of people."""

    index: Index
    wording: Wording
    screen: Screen

    @classmethod
    def load(
        cls,
        folder: Path,
        encoder: Encoder | None = None,
        cards: Path | None = None,
        country: str | None = None,
    ) -> "Assistant":
        """The assistant over the index in `folder`; errors say which command mends it.

        `cards` and `country` are the site's own safety cards and phone numbers; see `load_screen`.
        """
        index, names = load_index(folder, encoder), load_names()
        screen = load_screen(cards, country, names)
        likeness = load_likeness(index.encoder, index.recipe.encoder_files)
        return cls(index, Wording(names, index.speller), replace(screen, likeness=likeness))

    def ask(self, conversation: Conversation, wanted: Preferences = Preferences()) -> Answer:
        """Screen, rephrase, search, compose, check."""
        cards = self.screen.cards(conversation.messages, wanted.country)
        heard = Conversation((conversation.last,)) if wanted.alone else conversation
        asked, found, seen = self._search(heard)
        sure = confidence(seen, self.index.recipe.confidence)
        threshold, names = self.index.recipe.threshold, self.wording.names
        answer = compose(asked.question, found, sure, threshold, names, wanted.level)
        return checked(replace(answer, cards=cards, carried=asked.carried))

    def signals(self, conversation: Conversation) -> Signals:
        """What the confidence in an answer is worked out from."""
        return self._search(conversation)[-1]

    def _search(
        self, conversation: Conversation
    ) -> tuple[Rephrased, Sequence[RankedPassage], Signals]:
        asked = rephrase(conversation, self.wording)
        heard = self.index.hear(asked.readings)
        found = self.index.search(heard, PASSAGES)
        return asked, found, signals(asked, found, self.index.nearness(heard))

    def document(self, id: str) -> Document | None:
        """A document of the library by its id, as it was indexed."""
        return self.index.documents.get(id)


def checked(answer: Answer) -> Answer:
    """The answer without any citation that is not, letter for letter, in its document."""
    citations = tuple(citation for citation in answer.citations if citation.holds)
    if answer.citations and not citations:
        return replace(answer, status="not_found", citations=())
    return replace(answer, citations=citations)
