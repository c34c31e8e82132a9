"""What is kept: nothing, but what a patient takes away, copies, or tells a site that asks."""

import json
from pathlib import Path

from playwright.sync_api import Browser, Page, expect
from prepared import COMPARISON, answered

from assistant.ask import Assistant
from chat.patient import JAW, ask, opened
from corpus.document import Document
from eval.feedback import load_feedback
from ui.traffic import asking


def test_nothing_is_kept_or_sent_elsewhere(page: Page, site: str) -> None:
    hosts: set[str] = set()
    page.context.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    ask(page, "I have chest pain. What is RANKL?")
    expect(page.locator(".answer .card.emergency")).to_be_visible()
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert page.evaluate("indexedDB.databases().then(found => found.length)") == 0
    assert page.evaluate("caches.keys().then(found => found.length)") == 0
    assert page.context.cookies() == []
    with page.context.expect_page() as opening:
        page.get_by_role("button", name="Print or take away").click()
    expect(opening.value.locator("h1")).to_contain_text("What I asked")
    assert hosts <= {site.split("/")[2]}
    page.get_by_role("button", name="Clear").click()
    expect(page.locator(".answer")).to_have_count(0)
    expect(page.get_by_role("button", name=JAW)).to_be_visible()


def test_the_conversation_is_taken_away(desk: Page, assistant: Assistant) -> None:
    ask(desk, JAW)
    ask(desk, COMPARISON)
    with desk.context.expect_page() as opening:
        desk.get_by_role("button", name="Print or take away").click()
    sheet = opening.value
    quote = answered(assistant, JAW).citations[0].quote
    expect(sheet.locator("blockquote").first).to_have_text(quote)
    expect(sheet.locator("h2")).to_have_text(
        [JAW, COMPARISON, "Questions for my doctor or pharmacist"]
    )
    expect(sheet.locator(".line")).to_have_count(8)
    with sheet.expect_download() as downloading:
        sheet.get_by_role("button", name="Save as text").click()
    text = Path(downloading.value.path()).read_text(encoding="utf-8")
    assert quote in text
    assert "- [ ]" in text


def test_an_answer_is_copied_with_its_sources(desk: Page, site: str) -> None:
    desk.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site)
    ask(desk, JAW)
    desk.get_by_role("button", name="Copy answer").click()
    expect(desk.locator("#status")).to_have_text("The answer is copied.")
    copied = desk.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(JAW)
    assert "Jaw bone death is rare at the doses used for osteoporosis" in copied
    assert "Not reviewed by a clinician." in copied


def test_feedback_is_written_where_the_site_asks_for_it(
    desk: Page, feedback: Path, assistant: Assistant, library: dict[str, Document]
) -> None:
    expect(desk.locator("#feedback")).to_be_hidden()
    ask(desk, JAW)
    assert not feedback.exists()
    expect(desk.locator("#feedback")).to_contain_text("saved on this site’s server")
    desk.get_by_label("Why, if you like").fill("too short")
    desk.get_by_role("button", name="No, it didn’t").click()
    expect(desk.locator("#rated")).to_contain_text("Thank you", timeout=15_000)
    expect(desk.locator("#status")).to_be_hidden()
    row = load_feedback(feedback, library)[0]
    assert (row.question, row.helpful, row.reason) == (JAW, False, "too short")
    first = answered(assistant, JAW).citations[0]
    assert row.shown[0].document == first.passage.document.id
    line = json.loads(feedback.read_text(encoding="utf-8"))
    assert set(line) == {"question", "helpful", "shown", "history", "reason"}


def test_no_feedback_is_asked_for_elsewhere(browser: Browser, server: str) -> None:
    page = opened(browser.new_page(), server)
    ask(page, JAW)
    expect(page.locator("#feedback")).to_have_count(0)
    page.context.close()


def test_a_load_asks_its_questions_on_a_page_that_takes_feedback(desk: Page, site: str) -> None:
    config = desk.request.get(f"{site}/config").json()
    names = {part["id"]: part["props"].get("elem_id") for part in config["components"]}
    assert len(config["dependencies"]) > 1
    assert names[asking(config)["inputs"][0]] == "question"
