"""A patient reads an answer and opens its sources, on a desktop and on a phone."""

import re

from playwright.sync_api import Browser, Page, expect
from prepared import COMPARISON, DIFFERING, prepared

from assistant.ask import Assistant
from chat.patient import ask


def words(text: str) -> list[str]:
    return text.split()


def test_a_question_a_citation_and_the_marked_sentences(page: Page) -> None:
    ask(page, "How do I take alendronate?")
    quote = page.locator(".answer .quote").first
    expect(quote).to_contain_text("with a full glass of plain water")
    with page.context.expect_page() as opening:
        quote.get_by_role("link", name="1 opens this place in the document").click()
    source = opening.value
    expect(source.locator("h1")).to_have_text("How to take the weekly alendronate tablet")
    marked = source.locator(".sentence.marked")
    expect(marked.first).to_be_in_viewport()
    shown = words(quote.locator("blockquote").inner_text())
    assert words(" ".join(marked.all_inner_texts())) == shown
    expect(source.locator(".references li").first).to_be_visible()
    expect(source.locator(".about")).to_contain_text("Reviewed by a clinician")
    expect(source.locator(".about")).to_contain_text("nobody yet")


def test_a_citation_is_marked_without_javascript(browser: Browser, server: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server}/source/rank-rankl-opg")
    first = page.locator("p .sentence").first.get_attribute("id")
    page.goto(f"{server}/source/rank-rankl-opg#{first}")
    colour = page.locator(f"#{first}").evaluate("e => getComputedStyle(e).backgroundColor")
    assert colour == "rgb(255, 233, 168)"
    page.goto(f"{server}/library")
    page.get_by_role("link", name="RANK, RANKL and OPG").first.click()
    expect(page).to_have_url(re.compile("/source/"))
    context.close()


def test_a_quote_reads_letter_for_letter_though_its_words_can_be_tapped(
    page: Page, assistant: Assistant
) -> None:
    """Through Gradio's Markdown and sanitiser."""
    citation = prepared(assistant).answers[COMPARISON].citations[0]
    assert citation.uses
    ask(page, COMPARISON)
    quote = page.locator(".quote blockquote").first
    assert quote.evaluate("e => e.textContent") == citation.quote
    word = quote.locator("button.term").first
    meaning = page.locator(".meaning").first
    expect(meaning).to_be_hidden()
    word.click()
    expect(meaning).to_be_visible()
    expect(meaning).to_contain_text(citation.uses[0].term.meaning)
    assert meaning.evaluate("e => e.getBoundingClientRect().right <= innerWidth")
    page.keyboard.press("Escape")
    expect(meaning).to_be_hidden()


def test_two_sides_stand_beside_each_other_where_there_is_room(page: Page) -> None:
    ask(page, COMPARISON)
    first, second = (page.locator(".side").nth(n) for n in (0, 1))
    expect(first).to_contain_text("Alendronate")
    expect(second).to_contain_text("Raloxifene")
    assert first.locator(".number").all_inner_texts()[0].startswith("1")
    assert second.locator(".number").all_inner_texts()[0].startswith("2")
    one, two = first.bounding_box(), second.bounding_box()
    assert one
    assert two
    wide = page.viewport_size is not None and page.viewport_size["width"] > 800
    assert (one["y"] == two["y"]) == wide
    ask(page, DIFFERING)
    expect(page.locator(".turn").last).to_contain_text("Strongest evidence")


def test_a_wide_table_scrolls_inside_its_quote(page: Page) -> None:
    ask(page, "Greenspan 2003 HRT with alendronate total hip change %")
    table = page.locator(".answer .scroll table").first
    expect(table.locator("th").last).to_contain_text("change")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_a_message_is_shown_as_it_was_typed(desk: Page) -> None:
    typed = "1. *jaw* _bone_ ![x](http://x.example/i.png) <b>rare</b> & `so` # what? $x$ [@a]"
    ask(desk, typed)
    assert desk.locator("h2.asked").last.evaluate("e => e.textContent") == typed


def test_pages_print_without_what_is_for_the_screen(browser: Browser, server: str) -> None:
    page = browser.new_page()
    page.goto(f"{server}/source/alendronate")
    expect(page.get_by_role("link", name="Ask a question")).to_be_visible()
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.get_by_role("link", name="Ask a question")).to_be_hidden()
    ink = page.locator("article p").nth(1).evaluate("e => getComputedStyle(e).color")
    assert ink == "rgb(0, 0, 0)"
    page.context.close()
