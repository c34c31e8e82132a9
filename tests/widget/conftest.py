"""The widget in real Chromium, a clinic's page on one origin and Bonewise on another.

The back-forward cache is on, as in the browsers that people have.
"""

import threading
from collections.abc import Iterator

import pytest
from conftest import chromium, serving
from hosts import Answered, hosting
from playwright.sync_api import Browser, BrowserContext, Page
from prepared import prepared

from assistant.ask import Assistant
from ui.demo.hosts import build_hosts
from ui.server import build_app
from ui.settings import Settings
from widget.clinic import CONTACT, PHONE, Site, watched


@pytest.fixture(scope="package")
def site(assistant: Assistant) -> Iterator[Site]:
    pages: dict[str, Answered] = {}
    with hosting(pages) as port:
        demo = build_hosts("http://localhost:0", "http://127.0.0.1:0", 0)
        number = demo.server_address[1]
        demo.server_close()
        origins = (f"http://localhost:{port}", f"http://localhost:{number}")
        settings = Settings(
            sites=origins, chat=False, ask_rate="10000/minute", page_rate="100000/minute",
            contact=CONTACT, contact_url=PHONE,
        )  # fmt: skip
        with serving(build_app(prepared(assistant), settings)) as address:
            demo = build_hosts(origins[1], address, number)
            threading.Thread(target=demo.serve_forever, args=(0.05,), daemon=True).start()
            yield Site(origins[0], address, f"http://127.0.0.1:{port}", origins[1], pages)
            demo.shutdown()
            demo.server_close()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One for all files of the folder, with the back-forward cache."""
    with chromium(ignore_default_args=["--disable-back-forward-cache"]) as launched:
        yield launched


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return watched(context)[0]
