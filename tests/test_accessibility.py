"""axe-core finds nothing, in every state, on wide and narrow screens, in each scheme of colours.

It finds only a part of what can be wrong; what it can't see (announcements, focus, the keyboard)
is tested in chat/, and no screen reader has been listened to.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import axe_playwright_python
import pytest
from conftest import serving
from playwright.sync_api import Browser, Page, expect
from prepared import ALARM, STATES, prepared

from assistant.answer import Form, Status
from assistant.ask import Assistant
from ui.server import build_app
from ui.settings import Settings

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RUN = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations.map(
  found => [found.id, found.nodes.map(node => node.html.slice(0, 160) + node.failureSummary)])"""
SETTLE = """() => document.getAnimations().forEach(
  running => running.effect.getTiming().iterations === Infinity || running.finish())"""  # fading
COLOURS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced": {"color_scheme": "dark", "forced_colors": "active"},
}
WIDTHS = (1280, 320)
TURNS = (ALARM, *STATES)


@pytest.fixture(scope="module")
def site(assistant: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    file = tmp_path_factory.mktemp("feedback") / "rows.jsonl"
    settings = Settings(feedback=True, feedback_file=file, country="gb", ask_rate="500/minute")
    with serving(build_app(prepared(assistant), settings)) as address:
        yield address


@pytest.fixture(params=[(w, c) for w in WIDTHS for c in COLOURS], ids=lambda p: f"{p[0]}-{p[1]}")
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, colours = request.param
    context = browser.new_context(
        viewport={"width": width, "height": 800}, reduced_motion="reduce", **COLOURS[colours]
    )
    context.add_init_script(AXE)
    yield context.new_page()
    context.close()


def check(page: Page) -> None:
    """Nothing found, and nothing that has to be scrolled to sideways."""
    page.evaluate(SETTLE)
    assert page.evaluate(RUN) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_the_chat_in_every_state(page: Page, site: str) -> None:
    page.goto(site)
    box = page.get_by_role("textbox", name="Your question")
    expect(box).to_be_visible(timeout=20_000)
    check(page)
    for number, question in enumerate(TURNS, start=1):
        box.fill(question)
        page.keyboard.press("Enter")
        expect(page.locator("#chat .turn")).to_have_count(number, timeout=15_000)
    page.locator(".turn details").first.evaluate("e => { e.open = true; }")
    page.context.set_offline(True)
    box.fill("x" * 450)
    page.keyboard.press("Enter")
    expect(page.locator("#status")).to_contain_text("lost")
    check(page)
    page.locator("button.term").last.click()
    expect(page.locator(".meaning:popover-open")).to_have_count(1)
    check(page)


WATCH = """() => {
  window.named = [];
  const look = () => {
    for (const named of document.querySelectorAll("#chat [aria-label*='<']"))
      window.named.push(named.getAttribute("aria-label"));
    requestAnimationFrame(look);
  };
  look();
}"""


def test_nothing_is_named_by_its_html_for_a_single_frame(browser: Browser, site: str) -> None:
    page = browser.new_page()
    page.goto(site)
    box = page.get_by_role("textbox", name="Your question")
    expect(box).to_be_visible(timeout=20_000)
    page.evaluate(WATCH)
    for number, question in enumerate(list(STATES)[:3], start=1):
        box.fill(question)
        page.keyboard.press("Enter")
        expect(page.locator("#chat .turn")).to_have_count(number, timeout=15_000)
    assert page.evaluate("window.named") == []
    page.context.close()


def test_our_own_pages(page: Page, site: str) -> None:
    for path in ("/library", "/source/comparing-bone-drugs", "/source/none"):
        page.goto(site + path)
        expect(page.locator("h1")).to_be_visible()
        check(page)
    page.evaluate(POST, list(TURNS))
    expect(page.locator("h1")).to_have_text("What I asked about my bones")
    page.wait_for_load_state("load")  # its heading can stand there before its colours do
    check(page)


POST = """messages => {
  const form = document.createElement("form");
  form.method = "post";
  form.action = "/takeaway";
  for (const message of messages) {
    const field = document.createElement("textarea");
    field.name = "message";
    field.value = message;
    form.append(field);
  }
  document.body.append(form);
  form.submit();
}"""


def test_every_state_is_among_those_that_were_looked_at(assistant: Assistant) -> None:
    answers = prepared(assistant).answers
    seen = [answers[question] for question in TURNS if question in answers]
    assert {answer.form for answer in seen} == set(get_args(Form))
    assert {answer.status for answer in seen} | {"unreadable"} == set(get_args(Status))


def test_targets_are_large_enough(browser: Browser, site: str) -> None:
    """At least 40 pixels for what is pressed often; links in text are free of it (WCAG 2.5.8)."""
    page = browser.new_page(viewport={"width": 320, "height": 800})
    page.goto(site)
    expect(page.get_by_role("textbox", name="Your question")).to_be_visible(timeout=20_000)
    for selector in (".asks", "#send", ".country select", ".segments label"):
        for box in page.locator(selector).all():
            assert (box.bounding_box() or {"height": 0})["height"] >= 40, selector
    page.context.close()
