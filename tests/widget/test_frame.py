"""The page in the widget's frame: a conversation there, forged messages, and when things fail."""

import pytest
from hosts import HOW, Answered, hosting
from playwright.sync_api import Browser, BrowserContext, Page, expect
from playwright.sync_api import Error as PlaywrightError
from prepared import CARRIED, CLOSEST

from ui.loader import load_loader
from ui.snippet import Snippet, tag
from widget.clinic import (
    CONTACT,
    LINES,
    SOON,
    Site,
    ask,
    faults,
    framed,
    inside,
    launcher,
    opened,
    watched,
)

# --- against those who mean harm, and when things fail -----------------------------------------


def test_it_needs_nothing_that_browsers_take_from_third_parties(
    site: Site, context: BrowserContext
) -> None:
    page, seen = watched(context)  # which blocks third-party cookies and storage
    opened(page, f"{site.demo}/hospital.html")
    with pytest.raises(PlaywrightError, match="Access is denied"):
        framed(page).evaluate("localStorage.length")
    ask(page, HOW, "plain water")
    assert seen.complaints == []


SEND = """([to, origin, all]) => { for (const data of all)
  (to === "parent" ? parent : window).postMessage(data, origin); }"""


def test_forged_messages_do_nothing(site: Site, page: Page) -> None:
    opened(page, site.add("<iframe srcdoc='<p>x'></iframe><!-- the tag -->", policy=False))
    page.evaluate(SEND, ["", "*", [{"v": 1, "t": "close"}, "close", None, {"v": 1, "t": {}}]])
    other = next(frame for frame in page.frames if frame.url == "about:srcdoc")
    other.evaluate("parent.postMessage({v: 1, t: 'close'}, '*')")
    unknown = [{"v": 2, "t": "close"}, {"v": 1, "t": "open"}, {"t": "close"}, "close"]
    framed(page).evaluate(SEND, ["parent", "*", unknown])
    page.wait_for_timeout(200)
    expect(page.locator("bonewise-widget .panel")).to_be_visible()
    inside(page).locator("#print, #whole").last.focus()
    framed(page).evaluate("postMessage({v: 1, t: 'focus'}, '*')")
    assert other.evaluate("parent.length") == 1  # another frame of the page can't even find it
    page.wait_for_timeout(200)
    expect(inside(page).locator("#question")).not_to_be_focused()
    framed(page).evaluate("host => parent.postMessage({v: 1, t: 'close'}, host)", site.origin)
    expect(launcher(page)).to_be_focused()  # the frame itself may say so


def test_where_the_frame_can_not_be_shown_a_link_and_the_phone_line_are(
    site: Site, context: BrowserContext
) -> None:
    """A site that is not listed, a server that is slow, and one that fails: all at once."""
    script = load_loader().script.decode()
    kinds = {"slow": Answered("", after=9.0), "failing": Answered("Broken", status=500)}
    addresses = {"unlisted": site.unlisted + "/a.html"}
    with hosting({}) as slow, hosting({}) as failing:
        pass
    with hosting(pages := {}) as slow, hosting(more := {}) as failing:
        for port, served, kind in ((slow, pages, "slow"), (failing, more, "failing")):
            served |= {
                "/widget/v1/loader.js": Answered(script, {"content-type": "text/javascript"})
            }
            served["/embed"] = kinds[kind]
            addresses |= {name: f"{site.origin}/{name}.html" for name in (kind, "inline")}
            server = f"http://127.0.0.1:{port}"
            for name, data in ((kind, LINES), ("inline", (*LINES, ("mode", "inline")))):
                tagged = tag(Snippet(site.origin, server, data, evergreen=True))
                site.pages[f"/{name}.html"] = Answered(f"<html lang=en><body>{tagged}")
        tagged = tag(Snippet(site.origin, site.server, LINES))
        site.pages["/a.html"] = Answered(f"<html lang=en><title>x</title><body>{tagged}")
        shown = {kind: context.new_page() for kind in addresses}
        for kind, page in shown.items():
            page.goto(addresses[kind])
            if kind != "inline":
                launcher(page).click()
        for kind, page in shown.items():
            link = page.get_by_role("link", name="Ask about bone health (opens a new page)")
            expect(link).to_be_visible(timeout=SOON)
            if kind != "inline":
                expect(link).to_be_focused()
            assert "/ask?lang=en" in (link.get_attribute("href") or "")
            expect(page.get_by_role("link", name=CONTACT)).to_be_visible()
            expect(page.locator("bonewise-widget iframe")).to_have_count(0)


def test_without_a_server_or_a_script_the_link_stays(site: Site, browser: Browser) -> None:
    absent = tag(Snippet(site.origin, "http://127.0.0.1:9", (("contact", CONTACT),)))
    site.pages["/absent.html"] = Answered(f"<html lang=en><title>x</title><body>{absent}")
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{site.origin}/absent.html")
    expect(page.get_by_role("link", name="Ask about bone health")).to_be_visible()
    expect(page.get_by_text(CONTACT)).to_be_visible()
    context.close()
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.demo}/hospital.html")
    page.get_by_role("link", name="Ask about bone health").click()
    page.get_by_role("textbox", name="Your question").fill(HOW)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("#newest")).to_contain_text("plain water")
    expect(page.locator("#newest h2")).to_be_in_viewport()
    context.close()


def test_when_an_answer_does_not_come_the_question_is_kept(
    site: Site, context: BrowserContext
) -> None:
    page = watched(context)[0]
    opened(page, site.add())
    context.set_offline(True)
    box = inside(page).locator("#question")
    box.fill(HOW)
    box.press("Enter")
    expect(inside(page).locator(".trouble")).to_contain_text("did not come", timeout=SOON)
    expect(box).to_have_value(HOW)
    expect(inside(page).get_by_role("link", name=CONTACT)).to_be_visible()
    context.set_offline(False)
    box.press("Enter")
    expect(inside(page).locator("#newest .answer")).to_contain_text("plain water", timeout=SOON)


# --- the page itself -----------------------------------------------------------------------------


def test_a_conversation_by_buttons(site: Site, page: Page) -> None:
    opened(page, site.add())
    frame = inside(page)
    frame.locator(".suggestions button").first.click()
    expect(frame.locator("#newest .answer")).to_contain_text("alendronate", timeout=SOON)
    expect(frame.locator("#newest h2")).to_be_focused()  # its button is gone, the focus is not
    ask(page, "I have chest pain", "local emergency number")
    frame.get_by_role("link", name="Choose your country").click()
    expect(frame.locator("#country")).to_be_focused()
    frame.locator("#country").select_option("gb")
    frame.get_by_role("button", name="Answer my last question again").click()
    expect(frame.locator("#newest .card")).to_contain_text("999", timeout=SOON)
    expect(frame.locator(".turn")).to_have_count(2)
    assert [field.get_attribute("value") for field in frame.locator("#said input").all()] == [
        "How do I take the weekly alendronate tablet?",
        "I have chest pain",
    ]
    frame.get_by_role("link", name="Clear").click()
    expect(frame.locator("#question")).to_be_focused()
    expect(frame.locator(".turn, #said input")).to_have_count(0)
    expect(frame.locator("#start")).to_be_visible()


def test_what_was_carried_over_is_left_out_at_a_press(site: Site, page: Page) -> None:
    opened(page, site.add())
    ask(page, HOW, "plain water")
    ask(page, CARRIED, "Searching for")
    inside(page).locator("#question").fill("half a sen")
    inside(page).get_by_role("button", name="Read my last message by itself").click()
    newest = inside(page).locator("#newest")
    expect(newest).to_contain_text("I read your last message by itself", timeout=SOON)
    expect(newest.locator("h2")).to_be_focused()
    expect(inside(page).locator(".turn")).to_have_count(2)
    expect(inside(page).locator("#question")).to_have_value("half a sen")
    fields = inside(page).locator("#said input").all()
    assert [field.get_attribute("name") for field in fields] == ["said", "said_alone"]
    inside(page).locator("#choices summary").click()
    inside(page).get_by_role("button", name="Answer my last question again").click()
    expect(inside(page).locator("#again")).to_be_enabled()
    expect(inside(page).locator("#newest")).to_contain_text("by itself", timeout=SOON)
    fields = inside(page).locator("#said input").all()
    assert [field.get_attribute("name") for field in fields] == ["said", "said_alone"]


NEXT = """([asked, next]) => {
  const box = document.getElementById("question");
  box.value = asked;
  document.getElementById("ask").requestSubmit();
  box.value = next;
}"""


def test_what_is_typed_before_the_answer_comes_stays(site: Site, page: Page) -> None:
    opened(page, site.add())
    framed(page).evaluate(NEXT, [HOW, "and for how long"])
    expect(inside(page).locator("#newest .answer")).to_contain_text("plain water", timeout=SOON)
    expect(inside(page).locator("#question")).to_have_value("and for how long")


def test_a_word_of_the_glossary_opens_where_it_stands(site: Site, page: Page) -> None:
    opened(page, site.add())
    ask(page, CLOSEST, "closest")
    word = inside(page).locator("#newest .term").first
    word.press("Enter")
    expect(inside(page).locator(".meaning:popover-open")).to_be_visible()
    page.keyboard.press("Escape")  # closes the meaning, not the widget
    expect(inside(page).locator(".meaning:popover-open")).to_have_count(0)
    expect(word).to_be_focused()


def test_a_long_message_is_refused_where_it_stands(site: Site, page: Page) -> None:
    opened(page, site.add())
    framed(page).evaluate("document.getElementById('question').maxLength = 9999")
    ask(page, "bone " * 200, "500 is the most")
    box = inside(page).locator("#question")
    expect(box).to_have_value("bone " * 200)
    expect(box).to_have_attribute("aria-describedby", "hint problem")
    expect(box).to_be_focused()
    ask(page, HOW, "plain water")
    expect(box).to_have_attribute("aria-describedby", "hint")


def test_a_printed_page_has_the_answer_and_not_the_form(site: Site, page: Page) -> None:
    page.goto(f"{site.server}/ask")
    page.get_by_role("textbox", name="Your question").fill(HOW)
    page.keyboard.press("Enter")
    expect(page.locator("#newest .answer")).to_contain_text("plain water", timeout=SOON)
    assert faults(page) == []
    page.emulate_media(media="print")
    expect(page.locator("#newest .answer blockquote").first).to_be_visible()
    expect(page.locator("#ask, .tools, #choices")).to_have_count(4)
    for hidden in page.locator("#ask, .tools, #choices").all():
        expect(hidden).to_be_hidden()
