"""The connection is lost, the service is busy, the server is restarted: nothing typed is lost."""

import json
from dataclasses import replace

import pytest
from conftest import serving
from playwright.sync_api import Browser, Page, expect
from prepared import COMPARISON, prepared

from assistant.ask import Assistant
from chat.patient import JAW, ask, opened
from ui.server import build_app
from ui.settings import Settings


def test_it_says_when_it_is_gone_and_goes_on_when_it_is_back(desk: Page) -> None:
    ask(desk, "zoledronic acid")
    desk.context.set_offline(True)
    box = desk.get_by_role("textbox", name="Your question")
    box.fill(JAW)
    desk.keyboard.press("Enter")
    expect(desk.locator("#status")).to_contain_text("The connection is lost")
    expect(desk.locator("#status")).to_contain_text("call your local emergency number")
    expect(box).to_have_value(JAW)
    desk.context.set_offline(False)
    desk.keyboard.press("Enter")
    expect(desk.locator(".turn")).to_have_count(2, timeout=15_000)
    expect(desk.locator("#status")).to_be_hidden()


FULL = "Queue is full. Max size is 32 and size is 32."  # as Gradio says it
LOCAL = "call your local emergency number"


@pytest.mark.parametrize(
    ("code", "body", "says"),
    [
        (429, '{"detail": ""}', ("many questions", LOCAL)),
        (503, json.dumps({"detail": FULL}), ("Many people", LOCAL)),
        (503, '{"detail": "Queue is full"}', ("Many people", LOCAL)),
        (400, '{"detail": "No function index provided."}', ("The connection is lost", LOCAL)),
        (503, "null", ("Many people", LOCAL)),
        (502, "<html>Bad gateway</html>", ("The connection is lost", LOCAL)),
        (429, '{"says": "Wait. In an emergency call 999."}', ("Wait. In an emergency call 999.",)),
    ],
)
def test_it_says_when_it_is_busy(desk: Page, code: int, body: str, says: tuple[str, ...]) -> None:
    desk.route("**/queue/join*", lambda route: route.fulfill(status=code, body=body))
    desk.get_by_role("textbox", name="Your question").fill(JAW)
    desk.keyboard.press("Enter")
    for words in says:
        expect(desk.locator("#status")).to_contain_text(words)
    expect(desk.locator("#status")).not_to_contain_text("Max size")
    expect(desk.get_by_role("textbox", name="Your question")).to_have_value(JAW)
    desk.unroute("**/queue/join*")
    desk.keyboard.press("Enter")
    expect(desk.locator(".turn")).to_have_count(1, timeout=15_000)


def test_it_goes_on_with_the_conversation_after_the_server_was_restarted(
    browser: Browser, assistant: Assistant
) -> None:
    """What is asked next is answered by a server that has never seen the page."""
    page = browser.new_page()
    with serving(build_app(prepared(assistant))) as old, serving(build_app(assistant)) as new:
        opened(page, old)
        ask(page, COMPARISON)
        page.route(
            f"{old}/gradio_api/**", lambda route: route.continue_(url=moved(route, old, new))
        )
        ask(page, JAW)
        expect(page.locator("h2.asked")).to_have_text([COMPARISON, JAW])
        page.context.close()


def moved(route: object, old: str, new: str) -> str:
    return str(route.request.url).replace(old, new)  # type: ignore[attr-defined]


def test_a_refusal_of_our_own_is_said_with_the_emergency_number_of_the_site(
    browser: Browser, assistant: Assistant
) -> None:
    settings = Settings(ask_rate="1/hour", country="gb")
    british = replace(assistant, screen=replace(assistant.screen, country="gb"))
    with serving(build_app(british, settings)) as url:
        page = opened(browser.new_page(), url)
        ask(page, JAW)
        page.get_by_role("textbox", name="Your question").fill(COMPARISON)
        page.keyboard.press("Enter")
        expect(page.locator("#status")).to_contain_text("You have asked many questions")
        expect(page.locator("#status")).to_contain_text("In an emergency call 999")
        page.context.close()
