"""The fence: what can be reached, how much of it, and which headers go out; on a live server."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from conftest import serving

from assistant.ask import Assistant
from fence.asking import FAST
from ui.server import build_app
from ui.settings import Settings


@pytest.fixture(scope="package")
def british(assistant: Assistant) -> Assistant:
    """The same, loaded by a site in Britain."""
    return replace(assistant, screen=replace(assistant.screen, country="gb"))


@pytest.fixture(scope="package")
def plain(british: Assistant) -> Iterator[str]:
    """A service without the chat page, framed by two sites."""
    sites = ("https://clinic.example", "http://localhost:8080")
    with serving(build_app(british, Settings(**FAST, sites=sites))) as url:
        yield url
