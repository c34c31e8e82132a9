"""The widget for everyone: by keyboard, by ear, on a small screen, in large and spaced letters."""

from typing import Any

import pytest
from conftest import serving
from hosts import HOW
from playwright.sync_api import Browser, BrowserContext, Page, expect
from prepared import STATES

from assistant.ask import Assistant
from ui.server import build_app
from ui.settings import Settings
from widget.clinic import SOON, Site, ask, faults, framed, inside, launcher, opened, watched

STOPS = "#turns :is(a, button, summary, [tabindex='0'])"  # of the keyboard, in the conversation


def test_a_walk_by_keyboard(site: Site, page: Page) -> None:
    page.goto(f"{site.demo}/hospital.html")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "BONEWISE-WIDGET":
            break
    assert launcher(page).get_attribute("aria-expanded") == "false"
    page.keyboard.press("Enter")
    box = inside(page).locator("#question")
    expect(box).to_be_focused(timeout=SOON)
    page.keyboard.type(HOW)
    page.keyboard.press("Enter")
    expect(inside(page).locator("#newest .answer")).to_contain_text("plain water", timeout=SOON)
    expect(box).to_be_focused()
    expect(box).to_have_value("")
    number = inside(page).locator(".number").first
    for _ in range(inside(page).locator(STOPS).count()):
        page.keyboard.press("Shift+Tab")
        if number.evaluate("element => element === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(inside(page).locator("dialog .marked").first).to_be_in_viewport(timeout=SOON)
    page.keyboard.press("Escape")  # the document goes, the conversation stays
    expect(inside(page).locator("dialog")).to_be_hidden()
    expect(number).to_be_focused()
    page.keyboard.press("Escape")
    expect(launcher(page)).to_be_focused()
    expect(page.locator("bonewise-widget iframe")).to_be_hidden()
    page.keyboard.press("Tab")  # and is not walked through while it is closed
    assert page.evaluate("document.activeElement.tagName") != "BONEWISE-WIDGET"


TURNS = {  # what is asked, and what is then on the page
    "I have chest pain and can't breathe": "Call",
    "????": "no words",
    "Greenspan 2003 HRT with alendronate total hip change %": "hip",
    **STATES,
}
LOOKS = {
    "desktop": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"},
    "phone": {"viewport": {"width": 320, "height": 640}, "color_scheme": "dark"},
    "contrast": {"viewport": {"width": 768, "height": 800}, "forced_colors": "active"},
}


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_axe_finds_nothing_in_any_state(site: Site, browser: Browser, look: Any) -> None:
    context = browser.new_context(**look)
    page = watched(context)[0]
    page.goto(f"{site.demo}/hospital.html")
    assert faults(page) == []
    opened(page, f"{site.demo}/hospital.html")
    assert faults(page) + faults(framed(page)) == []
    inside(page).locator("#choices summary").click()
    for question, says in TURNS.items():
        ask(page, question, says)
        width = framed(page).evaluate("document.documentElement.scrollWidth - innerWidth")
        assert width <= 0, question
    assert faults(framed(page)) == []
    inside(page).locator(".number").last.click()
    expect(inside(page).locator("dialog h1")).to_be_visible()
    assert faults(framed(page)) == []
    context.close()


SMALL = """() => [...document.querySelectorAll("a, button, select, textarea, summary")]
  .filter(one => one.checkVisibility() && !one.closest("details ol, dialog"))
  .filter(one => !one.matches(".term"))  // a word in a sentence
  .map(one => [one.outerHTML.slice(0, 90), one.getBoundingClientRect()])
  .filter(([, box]) => box.height < 43.9 || box.width < 43.9).map(([html]) => html)"""


def test_everything_that_is_pressed_is_large_enough(site: Site, page: Page) -> None:
    opened(page, f"{site.demo}/hospital.html")
    assert framed(page).evaluate(SMALL) == []
    inside(page).locator("#choices summary").click()
    inside(page).locator("#country").select_option("gb")
    ask(page, f"I have chest pain. {HOW}", "999")
    assert framed(page).evaluate(SMALL) == []
    sizes = page.locator("bonewise-widget .bar button").bounding_box()
    assert sizes
    assert min(sizes["width"], sizes["height"]) >= 44


HEAR = """() => { window.said = [];
  const hears = new MutationObserver(changes => { for (const {target, addedNodes} of changes)
    for (const node of addedNodes) said.push([target.id, node.textContent]); });
  for (const id of ["spoken", "urgent"])
    hears.observe(document.getElementById(id), {childList: true}); }"""


def test_a_screen_reader_hears_names_and_each_answer_once(site: Site, page: Page) -> None:
    page.goto(f"{site.demo}/hospital.html")
    button = page.get_by_role("button", name="Ask about bone health")
    button.click()
    dialog = page.get_by_role("dialog", name="Ask about bone health")
    expect(dialog.get_by_role("button", name="Close")).to_be_visible()
    frame = inside(page)
    expect(frame.get_by_role("textbox", name="Your question")).to_be_focused(timeout=SOON)
    framed(page).evaluate(HEAR)
    ask(page, f"I have chest pain. {HOW}", "Call")
    said = framed(page).evaluate("said")
    assert [where for where, _ in said] == ["spoken", "urgent", "spoken"]
    assert said[0][1] == "Searching for an answer."
    assert "emergency" in said[1][1]
    assert "alendronate" in said[2][1]
    expect(frame.get_by_role("region", name="Questions and answers")).to_be_visible()
    expect(frame.locator("#spoken")).to_have_text("", timeout=SOON)


def test_a_small_screen_is_filled_and_the_page_behind_is_out_of_reach(
    site: Site, browser: Browser
) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 256})  # 1280 x 1024 at 400 %
    page = watched(context)[0]
    opened(page, f"{site.demo}/hospital.html")
    box = page.locator("bonewise-widget .panel").bounding_box()
    assert box == {"x": 0, "y": 0, "width": 320, "height": 256}
    expect(page.locator("main[inert]")).to_have_count(1)
    assert page.locator("bonewise-widget .panel").get_attribute("aria-modal") == "true"
    ask(page, HOW, "plain water")
    inside(page).get_by_role("button", name="Ask", exact=True).scroll_into_view_if_needed()
    expect(inside(page).get_by_role("button", name="Ask", exact=True)).to_be_in_viewport()
    page.set_viewport_size({"width": 1280, "height": 800})  # turned, or zoomed out again
    expect(page.locator("main[inert]")).to_have_count(0)
    page.set_viewport_size({"width": 320, "height": 256})
    expect(page.locator("main[inert]")).to_have_count(1)
    page.get_by_role("button", name="Close").click()
    expect(page.locator("main[inert]")).to_have_count(0)
    context.close()


SPACED = """() => { const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important;
    word-spacing: .16em !important; } p { margin-bottom: 2em !important; }`);
  document.adoptedStyleSheets = [sheet];
  document.documentElement.style.fontSize = "200%"; }"""


def test_wide_text_spacing_cuts_nothing_off(site: Site, page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    opened(page, f"{site.demo}/hospital.html")
    ask(page, HOW, "plain water")
    framed(page).evaluate(SPACED)
    assert framed(page).evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_nothing_moves_for_those_who_asked_for_that(site: Site, browser: Browser) -> None:
    style = "(element, name) => getComputedStyle(element)[name]"
    for motion, scroll in (("reduce", "auto"), ("no-preference", "smooth")):
        context = browser.new_context(reduced_motion=motion)
        page = watched(context)[0]
        opened(page, f"{site.demo}/hospital.html")
        html = inside(page).locator("html")
        assert html.evaluate(style, "scrollBehavior") == scroll
        moves = launcher(page).evaluate(style, "transitionDuration")
        assert (moves == "0s") == (motion == "reduce")
        context.close()


def test_the_box_keeps_what_was_turned_away_and_is_not_blamed_for_it(
    context: BrowserContext, assistant: Assistant
) -> None:
    with serving(build_app(assistant, Settings(chat=False, ask_rate="1/minute"))) as address:
        page = context.new_page()
        page.goto(f"{address}/ask")
        box = page.get_by_role("textbox", name="Your question")
        for question in (HOW, "What is RANKL?"):
            box.fill(question)
            page.keyboard.press("Enter")
            expect(page.locator(".turn .question").last).to_contain_text(question)
            expect(page.locator(".waiting")).to_have_count(0)
        expect(page.locator(".turn").last).to_contain_text("You have asked many questions")
        expect(box).to_have_value("What is RANKL?")
        expect(box).not_to_have_attribute("aria-invalid", "true")
        assert page.locator("#said input").count() == 1
