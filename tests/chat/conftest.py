"""The site of a clinic that takes feedback, in real Chromium against the real server."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import chromium, serving
from playwright.sync_api import Browser, Page
from prepared import prepared

from assistant.ask import Assistant
from chat.patient import opened
from ui.server import build_app
from ui.settings import Settings


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One for all files of the folder."""
    with chromium() as launched:
        yield launched


@pytest.fixture(scope="package")
def feedback(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("feedback") / "rows.jsonl"


@pytest.fixture(scope="package")
def site(assistant: Assistant, feedback: Path) -> Iterator[str]:
    """The server of a site that takes feedback, with answers in every state."""
    settings = Settings(
        feedback=True, feedback_file=feedback, contact="Ring the bone nurse", ask_rate="500/minute",
        contact_url="tel:0123",
    )  # fmt: skip
    with serving(build_app(prepared(assistant), settings)) as address:
        yield address


@pytest.fixture(params=[1280, 360], ids=["desktop", "phone"])
def page(browser: Browser, site: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": request.param, "height": 800})
    yield opened(context.new_page(), site)
    context.close()


@pytest.fixture
def desk(browser: Browser, site: str) -> Iterator[Page]:
    """The chat on a desktop only."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield opened(context.new_page(), site)
    context.close()
