"""A server with the question page, and no chat."""

from collections.abc import Iterator

import pytest
from conftest import serving

from assistant.ask import Assistant
from embed.asking import SITE
from ui.server import build_app
from ui.settings import Settings


@pytest.fixture(scope="package")
def bones(assistant: Assistant) -> Iterator[str]:
    settings = Settings(
        sites=(SITE,), contact="Call the clinic", contact_url="tel:+442079460000", chat=False,
        ask_rate="10000/minute",
    )  # fmt: skip
    with serving(build_app(assistant, settings)) as address:
        yield address
