"""A new build of the index comes into use while the service runs, without a request dropped.

The old one answers until the new one is loaded and checked; one that can't be used changes nothing
but what ``/readyz`` says.
"""

import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from assistant.ask import Assistant
from ui.quiet import place
from ui.service import Service

CURRENT = "CURRENT"  # names the build in use; see index/folder.py
EVERY = 1.0  # seconds between looks
State = Literal["current", "loading", "failed"]
Loader = Callable[[], Assistant]


class Watch:
    """Looks at the index folder of a service; `load` gives the assistant over its newest build."""

    def __init__(
        self, folder: Path, service: Service, load: Loader,
        swapped: Callable[[State], None] = lambda state: None,
    ) -> None:  # fmt: skip
        self.state: State = "current"
        self._pointer, self._service, self._load = folder / CURRENT, service, load
        self._swapped = swapped
        self._seen = self._named()
        self.build = self._name(self._seen)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

    def start(self) -> None:
        """Look from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._stop.set()

    def look(self) -> None:
        """Load the build that is named now, if it is not the one that was named before."""
        named = self._named()
        if named in (self._seen, ""):
            return
        self.state = "loading"
        try:
            self._service.swap(self._load())
        except Exception as error:  # whatever it is, the old one goes on
            ours = isinstance(error, ValueError | OSError)  # about files; nothing that was typed
            says = error if ours else place(error)
            print(f"still answering from {self.build}: {says}", file=sys.stderr, flush=True)
            self.state = "failed"
        else:
            self.state, self.build = "current", self._name(named)
            print(f"answering from {self.build} now", flush=True)
        self._seen = named
        self._swapped(self.state)

    def _run(self) -> None:
        while not self._stop.wait(EVERY):
            self.look()

    def _named(self) -> str:
        try:
            return self._pointer.read_text(encoding="utf-8")
        except (OSError, ValueError):
            return ""

    @staticmethod
    def _name(named: str) -> str:
        return named.partition(" ")[0]
