"""``python -m ui check``: everything that serving needs, looked at before anybody is served."""

import os
from collections.abc import Iterator
from datetime import date
from importlib.util import find_spec
from pathlib import Path

from assistant.ask import Assistant
from assistant.cards.pack import chosen
from assistant.screen import load_screen
from ui.agents import MISSING
from ui.settings import Settings


def findings(settings: Settings, index: Path) -> Iterator[str]:
    """What is wrong with what the settings name; nothing if it can be served."""
    said = ""
    try:
        screen = load_screen(settings.cards, settings.country)
        pack = chosen(screen.packs, settings.country)
        if pack.old(date.today()):
            yield f"country: its numbers were last checked on {pack.checked}; check them again"
    except (ValueError, OSError) as error:
        said = str(error)
        yield f"cards or country: {said}"
    try:
        Assistant.load(index, cards=settings.cards, country=settings.country)
    except (ValueError, OSError) as error:
        if str(error) != said:  # it reads the cards as well, after the index
            yield f"index: {error}"
    yield from _feedback(settings)
    if settings.mcp and not find_spec("mcp"):
        yield f"mcp: {MISSING}"


def _feedback(settings: Settings) -> Iterator[str]:
    file = settings.feedback_file
    if not settings.feedback or not file:
        return
    if not file.parent.is_dir() or file.is_dir():
        yield f"feedback_file: there is no folder {file.parent}; make it"
    elif not os.access(file if file.exists() else file.parent, os.W_OK):
        yield f"feedback_file: {file} can't be written by this user; change whose it is"
