"""The safety cards: which messages they come for, how they are shown, and the rules themselves."""

from dataclasses import replace

import pytest

from assistant.screen import Screen, load_screen


@pytest.fixture(scope="package")
def whole() -> Screen:
    """As it is where there is no index."""
    return load_screen(country="")


@pytest.fixture(scope="package")
def screen(whole: Screen) -> Screen:
    """The rules by themselves."""
    return replace(whole, likeness=None)
