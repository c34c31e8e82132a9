"""A new build of the index comes into use while the service runs, without a request dropped.

The old one answers until the new one is loaded and checked; one that can't be used changes nothing
but what ``/readyz`` says, and is tried again, as the reason may have passed.
"""

import gc
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from assistant.ask import Assistant
from ui.quiet import place
from ui.service import Service

CURRENT = "CURRENT"  # names the build in use; see index/folder.py
EVERY = 1.0  # seconds between looks
AGAIN = 60.0  # seconds until one that could not be used is tried again
State = Literal["current", "loading", "failed"]


class Opened(NamedTuple):
    """An assistant, and what its index folder named just before it was opened."""

    named: str
    assistant: Assistant


@dataclass(frozen=True, slots=True)
class Builds:
    """The builds of an index folder; `load` gives the assistant over the newest."""

    folder: Path
    load: Callable[[], Assistant]

    @property
    def named(self) -> str:
        """The build in use, with its checksum; empty if that can't be read."""
        try:
            return (self.folder / CURRENT).read_text(encoding="utf-8")
        except (OSError, ValueError):
            return ""

    def open(self) -> Opened:
        """The newest; one that comes while it is opened still counts as not seen."""
        named = self.named
        return Opened(named, self.load())


class Watch:
    """Looks at the index folder of a service, which answers from what is `named`; what failed is
    tried again after `again` seconds."""

    def __init__(
        self, builds: Builds, service: Service, named: str,
        swapped: Callable[[State], None] = lambda state: None, again: float = AGAIN,
    ) -> None:  # fmt: skip
        self.state: State = "current"
        self._builds, self._service, self._swapped, self._again = builds, service, swapped, again
        self._used, self.build = named, self._name(named)
        self._failed, self._tried = "", 0.0  # what could not be used, and when
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

    def start(self) -> None:
        """Look from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._stop.set()

    def look(self) -> None:
        """Load the build that is named now, if it is not the one in use and not just failed."""
        named = self._builds.named
        if named in (self._used, ""):
            self.state = "current" if named else self.state  # one that failed was taken back
            return
        if named == self._failed and time.monotonic() - self._tried < self._again:
            return
        self.state = "loading"
        try:
            opened = self._builds.open()
            opened.assistant.open_all()
            gc.unfreeze()  # what is replaced may hold on to itself
            self._service.swap(opened.assistant)
        except Exception as error:  # whatever it is, the old one goes on
            ours = isinstance(error, ValueError | OSError)  # about files; nothing that was typed
            says = error if ours else place(error)
            print(f"still answering from {self.build}: {says}", file=sys.stderr, flush=True)
            self._failed, self._tried, self.state = named, time.monotonic(), "failed"
        else:
            self._used, self.build = opened.named, self._name(opened.named)
            self._failed, self.state = "", "current"
            print(f"answering from {self.build} now", flush=True)
        self._swapped(self.state)

    def open_all(self) -> None:
        """Open what the service has not needed yet; what can't be opened is named."""
        try:
            self._service.loaded.open_all()
        except ValueError as error:
            print(f"cards come by their words alone: {error}", file=sys.stderr, flush=True)

    def _run(self) -> None:
        self._stop.wait(EVERY)  # whoever waited for the service to start comes first
        self.open_all()
        while not self._stop.wait(EVERY):
            self.look()

    @staticmethod
    def _name(named: str) -> str:
        return named.partition(" ")[0]
