"""The assistant as a service: the one that is loaded now, with bounds on what is asked of it.

Whatever asks it (chat, widget, API) asks within the same bounds: length of a question, rate of an
address, answers at a time, threads. A question that is turned away still gets its safety cards,
which are looked for in every message, and the emergency numbers of the site's country; so does one
whose answer fails.
"""

import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from time import monotonic, perf_counter
from typing import Protocol, TypeVar

from anyio import CapacityLimiter, to_thread

from assistant.answer import Answer, Document, Phone, SafetyCard, Term
from assistant.ask import Assistant
from assistant.conversation import cleaned, is_number
from assistant.preferences import Preferences
from assistant.reply import reply
from assistant.screen import Screen
from ui.bounds import LONGEST_MESSAGE, too_long
from ui.limits import VISIT
from ui.quiet import place
from ui.refusals import BROKEN, BUSY, TOO_MANY, duration, emergency, in_emergency
from ui.settings import Settings

SPARE = 8  # threads for those who are told that it is busy
Seen = Callable[["Served", float], None]
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Served:
    """An answer, the HTTP status that goes with it, and the seconds to wait if it is 429 or 503;
    500 if it failed."""

    answer: Answer
    code: int = 200
    wait: int = 0
    phones: tuple[Phone, ...] = ()  # emergency numbers, if it was turned away


class Library(Protocol):
    """What pages need of an index."""

    @property
    def documents(self) -> Mapping[str, Document]:
        """Every document by its id."""


def _nobody(served: Served, seconds: float) -> None:
    """Counts nothing."""


class Service:
    """Has an assistant, which can be swapped for another while it serves; `seen` is told of each
    answer and the seconds it took."""

    def __init__(self, loaded: Assistant, settings: Settings, seen: Seen = _nobody) -> None:
        self.loaded, self.settings, self._seen = loaded, settings, seen
        room = settings.concurrency + settings.waiting
        self.most = room + SPARE  # that may be here at a time
        self._threads = CapacityLimiter(self.most)
        self._turns = threading.BoundedSemaphore(settings.concurrency)  # to work on an answer
        self._room = threading.BoundedSemaphore(room)  # those, and the ones that wait for a turn
        self.renewed: list[Callable[[], None]] = []  # to be done after a swap

    @property
    def index(self) -> Library:
        """The library of the assistant in use."""
        return self.loaded.index

    @property
    def screen(self) -> Screen:
        """The safety cards of the assistant in use."""
        return self.loaded.screen

    def document(self, id: str) -> Document | None:
        """A document of the library by its id, as it was indexed."""
        return self.loaded.document(id)

    def terms(self, text: str) -> list[Term]:
        """The words of the glossary that a text uses."""
        return [term for _, term in self.loaded.glossary.uses(text)]

    def swap(self, loaded: Assistant) -> None:
        """Answer with another from now on; answers under way end with the one they began with."""
        self.loaded = loaded
        for renew in self.renewed:
            renew()

    async def run(self, work: Callable[..., Made], *values: object) -> Made:
        """Work on a thread of the service's: there is one for each who is answered or waits."""
        return await to_thread.run_sync(work, *values, limiter=self._threads)

    def pay(self, answers: int) -> None:
        """Count all answers that a request is about to ask for, before the first of them."""
        visit = VISIT.get()
        if visit and answers:
            visit.wait(answers)

    def serve(
        self, messages: Sequence[str], wanted: Preferences = Preferences(), again: bool = False
    ) -> Served:
        """The answer to the last message, or why there is none now; safety cards in any case.

        What is made `again`, since no answer is kept, is no further answer to those who count.
        """
        started = perf_counter()
        served = self._served(messages, wanted)
        if not again:
            self._seen(served, perf_counter() - started)
        return served

    def _served(self, messages: Sequence[str], wanted: Preferences) -> Served:
        loaded, visit = self.loaded, VISIT.get()
        wait, phones = visit.wait() if visit else 0, emergency(loaded.screen, wanted.country)
        if wait:
            says = f"{TOO_MANY.format(duration(wait))} {in_emergency(phones)}"
            return Served(_refused(loaded, messages, wanted, says), 429, wait, phones)
        if long := too_long(messages[-1]) if messages else "":
            return Served(_refused(loaded, messages, wanted, long))
        with self._turn(visit.began if visit else monotonic()) as mine:
            if mine:
                return _answered(loaded, messages, wanted)
        refused = _refused(loaded, messages, wanted, f"{BUSY} {in_emergency(phones)}")
        return Served(refused, 503, 1, phones)

    @contextmanager
    def _turn(self, began: float) -> Iterator[bool]:
        """A turn to work on an answer; False if none came free in time for the whole request."""
        if not self._room.acquire(blocking=False):
            yield False
            return
        try:
            left = began + self.settings.deadline / 2 - monotonic()
            mine = self._turns.acquire(timeout=max(left, 0))
            try:
                yield mine
            finally:
                if mine:
                    self._turns.release()
        finally:
            self._room.release()


def screened(screen: Screen, messages: Sequence[str], country: str = "") -> tuple[SafetyCard, ...]:
    """The cards of the last message; by its words alone if the second look at it fails."""
    country = country if country in screen.packs else ""
    read = [message[:LONGEST_MESSAGE] for message in messages]
    for looks in (screen, screen.by_rules):
        try:
            return looks.cards(read, country)
        except Exception as error:
            _report(error)
    return ()


def _answered(loaded: Assistant, messages: Sequence[str], wanted: Preferences) -> Served:
    """The answer, or that it failed, which is no reason to do without its cards."""
    try:
        return Served(_searched(loaded, messages, wanted))
    except Exception as error:
        _report(error)
    phones = emergency(loaded.screen, wanted.country)
    says = f"{BROKEN} {in_emergency(phones)}"
    return Served(_refused(loaded, messages, wanted, says), 500, phones=phones)


def _report(error: Exception) -> None:
    """Print where an error happened; its text may hold what was typed."""
    print(f"{place(error)} at an answer", file=sys.stderr, flush=True)


def _searched(loaded: Assistant, messages: Sequence[str], wanted: Preferences) -> Answer:
    """The answer; what was refused when it was sent is searched for no more, but still screened."""
    searched: list[str] = []
    for message in messages[:-1]:
        searched += [message] if is_number(message, searched) or _is_question(message) else []
    answer = reply(loaded, [*searched, *messages[-1:]], wanted)
    if len(searched) == len(messages[:-1]):
        return answer
    return replace(answer, cards=screened(loaded.screen, messages, wanted.country))


def _is_question(message: str) -> bool:
    try:
        return bool(cleaned(message)) and not too_long(message)
    except ValueError:
        return False


def _refused(loaded: Assistant, messages: Sequence[str], wanted: Preferences, says: str) -> Answer:
    cards = screened(loaded.screen, messages, wanted.country)
    return Answer("", "unreadable", message=says, cards=cards)
