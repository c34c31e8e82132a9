"""A patient's way through the page, in real Chromium against the real server."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

CHROMIUM = shutil.which("chromium")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip

if CHROMIUM is None:
    pytest.skip(
        "no chromium on this machine; 'make test' says how to get it", allow_module_level=True
    )


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)


@pytest.fixture(params=[1280, 360], ids=["desktop", "phone"])
def page(browser: Browser, server: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": request.param, "height": 800})
    page = context.new_page()
    page.goto(server)
    expect(page.get_by_label("Your question")).to_be_visible(timeout=20_000)
    yield page
    context.close()


def ask(page: Page, question: str) -> None:
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")


def test_a_question_a_citation_and_the_marked_sentences(page: Page) -> None:
    ask(page, "How do I take alendronate?")
    quote = page.locator(".answer .quote").first
    expect(quote).to_contain_text("with a full glass of plain water", timeout=15_000)
    with page.context.expect_page() as opened:
        quote.get_by_role("link", name="1 opens this place in the document").click()
    source = opened.value
    expect(source.locator("h1")).to_have_text("How to take the weekly alendronate tablet")
    marked = source.locator(".sentence.marked")
    expect(marked.first).to_be_in_viewport()
    shown = quote.locator("blockquote").inner_text().split()
    assert " ".join(marked.all_inner_texts()).split() == shown
    expect(source.locator(".references li").first).to_be_visible()


def test_a_citation_is_marked_without_javascript(browser: Browser, server: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server}/source/rank-rankl-opg")
    first = page.locator("p .sentence").first.get_attribute("id")
    page.goto(f"{server}/source/rank-rankl-opg#{first}")
    colour = page.locator(f"#{first}").evaluate("e => getComputedStyle(e).backgroundColor")
    assert colour == "rgb(255, 233, 168)"
    context.close()


def test_an_empty_result_says_so_and_offers_questions(page: Page) -> None:
    ask(page, "what is the capital of Mongolia")
    answer = page.locator(".answer")
    expect(answer).to_contain_text("I have no answer to that in my documents", timeout=15_000)
    ask(page, "¿Cómo tomo el alendronato?")
    expect(page.locator(".answer").nth(1)).to_contain_text("Spanish", timeout=15_000)


def test_a_wide_table_scrolls_inside_its_quote(page: Page) -> None:
    ask(page, "Greenspan 2003 HRT with alendronate total hip change %")
    table = page.locator(".answer .scroll table").first
    expect(table.locator("th").last).to_contain_text("change", timeout=15_000)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_focus_stays_and_nothing_is_kept_or_sent_elsewhere(page: Page, server: str) -> None:
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    ask(page, "I have chest pain. What is RANKL?")
    expect(page.locator(".answer .card.emergency")).to_be_visible(timeout=15_000)
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert page.evaluate("indexedDB.databases().then(found => found.length)") == 0
    assert page.context.cookies() == []
    assert hosts <= {server.split("/")[2]}
    width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert width <= 0
    page.get_by_role("button", name="Clear this conversation").click()
    expect(page.locator(".answer")).to_have_count(0)
