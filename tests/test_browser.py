"""A patient's way through the pages, in real Chromium against the real server."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import serving
from playwright.sync_api import Browser, Page, expect
from prepared import ABOUT, CARRIED, COMPARISON, DIFFERING, NOTHING, answered, prepared

from assistant.ask import Assistant
from corpus.document import Document
from eval.feedback import load_feedback
from ui.server import build_app
from ui.settings import Settings
from ui.traffic import asking

JAW = "How rare is jaw bone damage?"


@pytest.fixture(scope="module")
def feedback(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("feedback") / "rows.jsonl"


@pytest.fixture(scope="module")
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


def opened(page: Page, address: str) -> Page:
    page.goto(address)
    expect(page.get_by_label("Your question")).to_be_visible(timeout=20_000)
    return page


def ask(page: Page, question: str) -> None:
    """Ask, and wait for the answer."""
    before = page.locator("#chat .turn").count()
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")
    expect(page.locator("#chat .turn")).to_have_count(before + 1, timeout=15_000)


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


def test_what_was_carried_over_is_said_and_undone_by_one_tap(desk: Page) -> None:
    ask(desk, "zoledronic acid")
    ask(desk, CARRIED)
    last = desk.locator(".turn").last
    expect(last.locator(".searching")).to_contain_text("side effects of zoledronic acid")
    last.get_by_role("button", name="Read my last message by itself").click()
    expect(desk.locator(".turn").last).to_contain_text("I read your last message by itself")
    expect(desk.locator(".turn")).to_have_count(2)
    expect(desk.locator("h2.asked").last).to_have_text(CARRIED)


def test_nothing_found_says_so_and_offers_what_is_there(desk: Page) -> None:
    ask(desk, NOTHING)
    turn = desk.locator(".turn").last
    expect(turn).to_contain_text("I have no answer to that in my documents")
    expect(turn.get_by_role("link", name="Ring the bone nurse")).to_have_attribute(
        "href", "tel:0123"
    )
    turn.get_by_role("button", name=JAW).click()
    expect(desk.locator("h2.asked").last).to_have_text(JAW, timeout=15_000)
    expect(desk.locator(".turn").last).to_contain_text("Jaw bone damage")
    ask(desk, "¿Cómo tomo el alendronato?")
    said = desk.locator(".turn").last.locator("[lang=es]")
    expect(said).to_contain_text("solo en inglés")


def test_examples_level_and_country_are_chosen_by_hand(desk: Page) -> None:
    desk.get_by_role("button", name=JAW).click()
    expect(desk.locator(".turn")).to_have_count(1, timeout=15_000)
    desk.get_by_label("Phone numbers for").select_option("United Kingdom")
    desk.get_by_label("Detailed").check(force=True)
    ask(desk, "I have chest pain")
    expect(desk.locator(".card.emergency a", has_text="999")).to_have_attribute("href", "tel:999")
    desk.get_by_label("Phone numbers for").select_option("United States")
    ask(desk, "my throat is swelling up and I can't breathe")
    expect(desk.locator(".turn").last.locator(".card a").first).to_have_text("911")


def test_a_question_is_counted_and_one_that_is_too_long_is_said_kindly(desk: Page) -> None:
    box = desk.get_by_label("Your question")
    box.fill("x " * 210)
    expect(desk.locator("#counter")).to_have_text("420 of 500 characters.")
    box.evaluate("e => e.removeAttribute('maxlength')")
    ask(desk, "why does my hip bone hurt " * 25)
    expect(desk.locator(".turn").last).to_contain_text("500 is the most")


def test_a_message_is_shown_as_it_was_typed(desk: Page) -> None:
    typed = "1. *jaw* _bone_ ![x](http://x.example/i.png) <b>rare</b> & `so` # what? $x$ [@a]"
    ask(desk, typed)
    assert desk.locator("h2.asked").last.evaluate("e => e.textContent") == typed


def test_answers_are_announced_once_and_focus_stays(desk: Page) -> None:
    ask(desk, "I have chest pain. " + JAW)
    spoken, alarm = desk.locator("#spoken"), desk.locator("#alarm")
    expect(spoken).to_contain_text("Answer.")
    expect(alarm).to_contain_text("Emergency")
    assert spoken.inner_text().count("Answer.") == 1
    assert "reference" not in spoken.inner_text()
    expect(desk.locator("#chat [role=log]")).to_have_attribute("aria-live", "off")
    assert "".join(desk.locator("[aria-live=polite]").all_inner_texts()) == ""
    assert desk.evaluate("document.activeElement.tagName") == "TEXTAREA"
    ask(desk, ABOUT)
    expect(spoken).to_have_text("Answer. No. I am a search over documents about bones.")
    expect(alarm).to_be_empty()
    assert desk.evaluate("document.documentElement.lang") == "en"


def test_by_keyboard_alone(desk: Page) -> None:
    """From the top of the page to an example, its answer, its source, and back to the box."""
    desk.get_by_role("link", name="Bonewise").focus()
    names = []
    while JAW not in names:
        assert len(names) < 20
        desk.keyboard.press("Tab")
        names.append(desk.evaluate(NAME))
    assert names[:5] == ["All documents", "Your question", "send", "plain", "country"]
    desk.keyboard.press("Enter")
    expect(desk.locator(".turn")).to_have_count(1, timeout=15_000)
    assert desk.evaluate(NAME) == "Your question"
    desk.keyboard.press("Shift+Tab")
    assert desk.evaluate(NAME) in ("Yes, it helped", "No, it didn’t", "Clear")


NAME = """() => {
  const e = document.activeElement;
  if (e.matches("#question textarea")) return "Your question";
  return e.value || e.id || e.innerText.trim();
}"""


def test_a_wide_table_scrolls_inside_its_quote(page: Page) -> None:
    ask(page, "Greenspan 2003 HRT with alendronate total hip change %")
    table = page.locator(".answer .scroll table").first
    expect(table.locator("th").last).to_contain_text("change")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


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
    assert "Jaw bone damage is a rare harm of bisphosphonates." in copied
    assert "Not reviewed by a clinician." in copied


def test_feedback_is_written_where_the_site_asks_for_it(
    desk: Page, feedback: Path, library: dict[str, Document]
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
    assert row.shown[0].document == "jaw-and-thigh-risks"


def test_a_load_asks_its_questions_on_a_page_that_takes_feedback(desk: Page, site: str) -> None:
    config = desk.request.get(f"{site}/config").json()
    names = {part["id"]: part["props"].get("elem_id") for part in config["components"]}
    assert len(config["dependencies"]) > 1
    assert names[asking(config)["inputs"][0]] == "question"


def test_no_feedback_is_asked_for_elsewhere(browser: Browser, server: str) -> None:
    page = opened(browser.new_page(), server)
    ask(page, JAW)
    expect(page.locator("#feedback")).to_have_count(0)
    page.context.close()


def test_it_says_when_it_is_gone_and_goes_on_when_it_is_back(desk: Page) -> None:
    ask(desk, "zoledronic acid")
    desk.context.set_offline(True)
    box = desk.get_by_label("Your question")
    box.fill(JAW)
    desk.keyboard.press("Enter")
    expect(desk.locator("#status")).to_contain_text("The connection is lost")
    expect(desk.locator("#status")).to_contain_text("call your local emergency number")
    expect(box).to_have_value(JAW)
    desk.context.set_offline(False)
    desk.keyboard.press("Enter")
    expect(desk.locator(".turn")).to_have_count(2, timeout=15_000)
    expect(desk.locator("#status")).to_be_hidden()


@pytest.mark.parametrize(
    ("code", "detail", "says"),
    [
        (429, "", "many questions"),
        (503, "Queue is full", "Many people"),
        (429, "Wait. In an emergency call 999.", "In an emergency call 999."),
    ],
)
def test_it_says_when_it_is_busy(desk: Page, code: int, detail: str, says: str) -> None:
    body = json.dumps({"detail": detail})
    desk.route("**/queue/join*", lambda route: route.fulfill(status=code, body=body))
    desk.get_by_label("Your question").fill(JAW)
    desk.keyboard.press("Enter")
    expect(desk.locator("#status")).to_contain_text(says)
    expect(desk.get_by_label("Your question")).to_have_value(JAW)
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


def test_pages_print_without_what_is_for_the_screen(browser: Browser, server: str) -> None:
    page = browser.new_page()
    page.goto(f"{server}/source/alendronate")
    expect(page.get_by_role("link", name="Ask a question")).to_be_visible()
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.get_by_role("link", name="Ask a question")).to_be_hidden()
    ink = page.locator("article p").nth(1).evaluate("e => getComputedStyle(e).color")
    assert ink == "rgb(0, 0, 0)"
    page.context.close()


def test_rows_of_feedback_are_lines_of_json(feedback: Path) -> None:
    for line in feedback.read_text(encoding="utf-8").splitlines():
        assert set(json.loads(line)) == {"question", "helpful", "shown", "history", "reason"}
