"""The assistant as a service: the one that is loaded now, with bounds on what is asked of it.

Whatever asks it (chat, widget, API) asks within the same bounds: length of a question, rate of an
address, answers at a time. A question that is turned away still gets its safety cards, which are
looked for first, and the emergency numbers of the site's country.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from assistant.answer import Answer, Phone
from assistant.ask import Assistant
from assistant.cards.pack import chosen
from assistant.conversation import Conversation
from assistant.preferences import Preferences
from assistant.rephrase import Wording
from assistant.reply import reply
from assistant.screen import Screen
from ui.bounds import LONGEST_MESSAGE, too_long
from ui.limits import VISIT
from ui.settings import Settings

BUSY = "Too many people are asking at this moment, so yours was not answered. Please ask again."
TOO_MANY = "You have asked many questions in a short time. Please wait {} and ask again."
Seen = Callable[["Served", float], None]


@dataclass(frozen=True, slots=True)
class Served:
    """An answer, the HTTP status that goes with it, and the seconds to wait if it is 429 or 503."""

    answer: Answer
    code: int = 200
    wait: int = 0
    phones: tuple[Phone, ...] = ()  # emergency numbers, if it was turned away


def _nobody(served: Served, seconds: float) -> None:
    """Counts nothing."""


class Service(Assistant):
    """An Assistant that can be swapped for another while it serves; `seen` is told of each answer
    and the seconds it took. The pages take it for the Assistant that it is."""

    loaded: Assistant
    settings: Settings
    _seen: Seen
    _turns: threading.BoundedSemaphore  # answers that may be worked on
    _room: threading.BoundedSemaphore  # those, and the ones that wait for a turn

    def __init__(self, loaded: Assistant, settings: Settings, seen: Seen = _nobody) -> None:
        turns = threading.BoundedSemaphore(settings.concurrency)
        room = threading.BoundedSemaphore(settings.concurrency + settings.waiting)
        # Its own dictionary, since the fields of an Assistant can't be set.
        vars(self).update(loaded=loaded, settings=settings, _seen=seen, _turns=turns, _room=room)

    @property
    def index(self) -> Any:
        """That of the assistant in use."""
        return self.loaded.index

    @property
    def wording(self) -> Wording:
        """That of the assistant in use."""
        return self.loaded.wording

    @property
    def screen(self) -> Screen:
        """That of the assistant in use."""
        return self.loaded.screen

    @property
    def glossary(self) -> Any:
        """That of the assistant in use."""
        return self.loaded.glossary

    def swap(self, loaded: Assistant) -> None:
        """Answer with another from now on; answers under way end with the one they began with."""
        vars(self)["loaded"] = loaded

    def ask(self, conversation: Conversation, wanted: Preferences = Preferences()) -> Answer:
        """An answer within the bounds; one that was turned away is `unreadable` and says why."""
        return self.serve(conversation.messages, wanted).answer

    def serve(self, messages: Sequence[str], wanted: Preferences = Preferences()) -> Served:
        """The answer to the last message, or why there is none now; safety cards in any case."""
        started = perf_counter()
        served = self._served(messages, wanted)
        self._seen(served, perf_counter() - started)
        return served

    def _served(self, messages: Sequence[str], wanted: Preferences) -> Served:
        loaded, visit = self.loaded, VISIT.get()
        long = too_long(messages[-1]) if messages else ""
        if long:
            return Served(self._refused(loaded, messages, wanted, long))
        wait, phones = visit.wait() if visit else 0, emergency(loaded, wanted.country)
        if wait:
            says = f"{TOO_MANY.format(duration(wait))} {in_emergency(phones)}"
            return Served(self._refused(loaded, messages, wanted, says), 429, wait, phones)
        earlier = [message for message in messages[:-1] if not too_long(message)]
        with self._turn() as mine:
            if mine:
                return Served(reply(loaded, [*earlier, *messages[-1:]], wanted))
        refused = self._refused(loaded, messages, wanted, f"{BUSY} {in_emergency(phones)}")
        return Served(refused, 503, 1, phones)

    @contextmanager
    def _turn(self) -> Iterator[bool]:
        """A turn to work on an answer; False if none came free in time."""
        if not self._room.acquire(blocking=False):
            yield False
            return
        try:
            mine = self._turns.acquire(timeout=self.settings.deadline / 2)
            try:
                yield mine
            finally:
                if mine:
                    self._turns.release()
        finally:
            self._room.release()

    def _refused(
        self, loaded: Assistant, messages: Sequence[str], wanted: Preferences, says: str
    ) -> Answer:
        country = wanted.country if wanted.country in loaded.screen.packs else ""
        read = [message[:LONGEST_MESSAGE] for message in messages]
        cards = loaded.screen.cards(read, country)
        return Answer("", "unreadable", message=says, cards=cards)


def emergency(assistant: Assistant, country: str = "") -> tuple[Phone, ...]:
    """The emergency numbers of a country, else of the site's; none if it has no country."""
    screen = assistant.screen
    pack = screen.packs.get(country) or chosen(screen.packs, screen.country)
    return pack.phones(("emergency", "urgent"))


def in_emergency(phones: Sequence[Phone]) -> str:
    """The emergency numbers as one sentence."""
    if not phones:
        return "In an emergency call your local emergency number."
    numbers = " or ".join(dict.fromkeys(phone.number for phone in phones))
    return f"In an emergency call {numbers}."


def duration(seconds: int) -> str:
    """Seconds as a person would say them."""
    minutes = (seconds + 59) // 60
    if seconds < 60:
        return "a second" if seconds == 1 else f"{seconds} seconds"
    return "a minute" if minutes == 1 else f"{minutes} minutes"
