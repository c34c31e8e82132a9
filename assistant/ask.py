"""The assistant: from what a person typed to an answer whose every word is in a document."""

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from assistant.about import Reply, load_replies, reply_to
from assistant.abstain import Signals
from assistant.answer import Answer, Citation, Document, Span, Use
from assistant.cards.likeness import load_likeness
from assistant.compose import SURE, Composer
from assistant.conversation import NO_WORDS, PLACE, Conversation
from assistant.define import defined
from assistant.differ import Differing
from assistant.find import find
from assistant.offered import WHICH, taken_up, undecided
from assistant.preferences import Preferences
from assistant.repeat import Repeats
from assistant.rephrase import Wording
from assistant.screen import Screen, load_screen
from assistant.suggest import Suggester
from assistant.trial import Trials
from corpus import DOCUMENTS
from corpus.differing import load_differing
from corpus.glossary import Glossary, load_glossary
from index.encode import Encoder
from index.load import load_index
from index.search import Index
from index.uncollected import uncollected


@dataclass(frozen=True, slots=True)
class Assistant:
    """Keeps nothing between questions; one instance serves any number of people."""

    index: Index
    wording: Wording
    screen: Screen
    glossary: Glossary
    replies: tuple[Reply, ...]
    suggester: Suggester
    differing: Differing
    trials: Trials
    repeats: Repeats

    @classmethod
    @uncollected()
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
        index = load_index(folder, encoder)
        wording, terms = Wording.over(index), load_glossary()
        likeness = load_likeness(index.encoder, index.recipe.reading)
        screen = load_screen(cards, country, wording.names, likeness)

        def answered(question: str) -> bool:
            return find(Conversation((question,)), index, wording).sure >= SURE

        return cls(
            index,
            wording,
            screen,
            Glossary(terms),
            load_replies(),
            Suggester(answered),
            Differing.of(load_differing(DOCUMENTS), index.passages),
            Trials(index.passages, terms),
            Repeats(index.passages, index.sentence_vectors),
        )

    def ask(self, conversation: Conversation, wanted: Preferences = Preferences()) -> Answer:
        """Screen, rephrase, search, compose, check."""
        about = reply_to(conversation.last, self.replies)
        screen = self.screen.by_rules if about and about.calm else self.screen
        cards = screen.cards(conversation.messages, wanted.country)
        if about:
            return Answer(conversation.last, "about", cards=cards, message=about.text)
        offers = partial(self._offers, wanted=wanted)
        alone = Conversation((conversation.last,))
        heard = alone if wanted.alone else taken_up(self._asking(conversation), offers)
        if not cards and (which := undecided(heard, offers)):
            return Answer(conversation.last, "about", message=WHICH, suggestions=which)
        if PLACE.fullmatch(heard.last):
            return Answer(conversation.last, "unreadable", cards=cards, message=NO_WORDS)
        answer = self._answer(heard, wanted)
        if heard.last != conversation.last:  # to be seen, and undone, as whatever is carried over
            answer = replace(answer, carried=(heard.last, *answer.carried))
        if any(card.acute for card in cards):
            answer = restrained(answer)
        return checked(replace(answer, cards=cards))

    def signals(self, conversation: Conversation) -> Signals:
        """What the confidence in an answer is worked out from."""
        return find(conversation, self.index, self.wording).seen

    def open_all(self) -> None:
        """Open now what else is opened when it is first needed: its file goes when the index is
        built twice more. ValueError if it can't be."""
        self.index.encoder.encode_message("")

    def document(self, id: str) -> Document | None:
        """A document of the library by its id, as it was indexed."""
        return self.index.documents.get(id)

    def _asking(self, conversation: Conversation) -> Conversation:
        """The conversation without what was only small talk."""
        earlier = (said for said in conversation.earlier if not reply_to(said, self.replies))
        return Conversation((*earlier, conversation.last))

    def _answer(self, conversation: Conversation, wanted: Preferences) -> Answer:
        """What the library has for the last message."""
        found = find(conversation, self.index, self.wording)
        return self._explained(self._composer.compose(found, wanted.level), conversation)

    def _offers(self, conversation: Conversation, wanted: Preferences) -> tuple[str, ...]:
        """The questions that were offered with the answer to a conversation."""
        if reply_to(conversation.last, self.replies):
            return ()
        if any(card.acute for card in self.screen.cards(conversation.messages)):
            return ()
        which = undecided(conversation, partial(self._offers, wanted=wanted))
        return which or self._answer(conversation, wanted).suggestions

    @property
    def _composer(self) -> Composer:
        threshold = self.index.recipe.threshold
        names = self.wording.names
        return Composer(names, self.differing, self.trials, self.repeats, threshold)

    def _explained(self, answer: Answer, conversation: Conversation) -> Answer:
        """The answer with what helps to read it, and with what might be asked next."""
        return replace(
            answer,
            citations=tuple(replace(c, uses=self._uses(c)) for c in answer.citations),
            defined=defined(conversation.last, self.glossary) if answer.citations else None,
            suggestions=self.suggester.suggestions(answer, conversation.messages),
        )

    def _uses(self, citation: Citation) -> tuple[Use, ...]:
        """Where its quote uses words of the glossary."""
        start = citation.span.start
        return tuple(
            Use(Span(start + span.start, start + span.end), term)
            for span, term in self.glossary.uses(citation.quote)
        )


def restrained(answer: Answer) -> Answer:
    """The answer beside a card that calls for help at once: no further question is offered, and
    nothing shown that may be beside the point ("i want to end it all", how tablets are stopped)."""
    answer = replace(answer, suggestions=())
    return without_citations(answer) if answer.status == "closest" else answer


def checked(answer: Answer) -> Answer:
    """The answer without any citation that is not, letter for letter, in its document."""
    citations = tuple(citation for citation in answer.citations if citation.holds)
    if answer.citations and not citations:
        return without_citations(answer)
    return replace(answer, citations=citations)


def without_citations(answer: Answer) -> Answer:
    """The answer as one to which nothing was found."""
    nothing: dict[str, Any] = {"citations": (), "form": "quotes", "note": "", "defined": None}
    return replace(answer, status="not_found", **nothing)
