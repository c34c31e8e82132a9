"""A conversation: what is carried over, what is not found, what is chosen, and by which means."""

from playwright.sync_api import Page, Request, Route, expect
from prepared import ABOUT, CARRIED, COMPARISON, NOTHING

from assistant.ask import Assistant
from assistant.reply import reply
from chat.patient import JAW, ask
from ui.chat import STATIC


def test_what_was_carried_over_is_said_and_undone_by_one_tap(desk: Page) -> None:
    ask(desk, "zoledronic acid")
    ask(desk, CARRIED)
    last = desk.locator(".turn").last
    expect(last.locator(".searching")).to_contain_text("side effects of zoledronic acid")
    last.get_by_role("button", name="Read my last message by itself").click()
    expect(desk.locator(".turn").last).to_contain_text("I read your last message by itself")
    expect(desk.locator(".turn")).to_have_count(2)
    expect(desk.locator("h2.asked").last).to_have_text(CARRIED)


def test_nothing_found_says_so_and_offers_what_is_there(desk: Page, assistant: Assistant) -> None:
    ask(desk, NOTHING)
    turn = desk.locator(".turn").last
    expect(turn).to_contain_text("I have no answer to that in my documents")
    expect(turn.get_by_role("link", name="Ring the bone nurse")).to_have_attribute(
        "href", "tel:0123"
    )
    turn.get_by_role("button", name=JAW).click()
    expect(desk.locator("h2.asked").last).to_have_text(JAW, timeout=15_000)
    quote = desk.locator(".turn").last.locator("blockquote").first
    told = reply(assistant, [NOTHING, JAW])  # as it was sent: after a message
    expect(quote).to_have_text(told.citations[0].quote)
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


LATE = "setTimeout(() => {%s}, 2000);"


def test_what_is_chosen_before_the_script_has_come_counts(desk: Page) -> None:
    script = (STATIC / "chat.js").read_text(encoding="utf-8")
    desk.route("**/pages/chat.js*", lambda route: route.fulfill(
        body=LATE % script, content_type="text/javascript"))  # fmt: skip
    desk.reload()
    desk.get_by_label("Detailed").check(force=True)
    desk.get_by_label("Phone numbers for").select_option("United Kingdom")
    expect(desk.locator("#chosen textarea")).to_have_value("detailed gb", timeout=15_000)


def test_what_is_typed_before_the_answer_comes_stays(desk: Page) -> None:
    held, box = on_its_way(desk), desk.get_by_role("textbox", name="Your question")
    box.fill(JAW)
    send(desk)
    box.press("ControlOrMeta+a")
    desk.keyboard.type("and for")
    go_on(held)
    desk.keyboard.type(" men", delay=100)
    expect(desk.locator("#chat .turn")).to_have_count(1, timeout=15_000)
    desk.wait_for_timeout(500)  # in which what was asked leaves the box
    expect(box).to_have_value("and for men")


def on_its_way(page: Page) -> list[Route]:
    """What the page has sent, held back until `go_on`."""
    held: list[Route] = []

    def hold(route: Route) -> None:  # Playwright wants a function that it can mark
        held.append(route)

    page.route("**/queue/join*", hold, times=1)
    return held


def send(page: Page) -> None:
    """Press Enter, and wait until Gradio has read the box: a second later, as it were."""
    page.keyboard.press("Enter")
    expect(page.locator("#status")).to_have_text("Searching the documents…")


def go_on(held: list[Route]) -> None:
    for route in held:
        route.continue_()


def test_a_second_question_stays_until_the_first_is_answered(desk: Page) -> None:
    held, box = on_its_way(desk), desk.get_by_role("textbox", name="Your question")
    box.fill(JAW)
    send(desk)
    for asks in ("Enter", "click"):
        box.fill("I have chest pain")
        box.press("Enter") if asks == "Enter" else desk.locator("#send").click()
        expect(desk.locator("#status")).to_contain_text("One answer is still on its way")
    assert len(held) == 1
    go_on(held)
    expect(desk.locator("#chat .turn")).to_have_count(1)
    expect(desk.locator("#chat h2.asked")).to_have_text(JAW)
    expect(box).to_have_value("I have chest pain")
    box.press("Enter")
    expect(desk.locator("#chat .turn")).to_have_count(2)
    expect(desk.locator("#alarm")).to_contain_text("Emergency")
    expect(box).to_have_value("")


def test_clearing_waits_for_an_answer_that_is_on_its_way(desk: Page) -> None:
    ask(desk, NOTHING)
    held, box = on_its_way(desk), desk.get_by_role("textbox", name="Your question")
    box.fill(JAW)
    send(desk)
    desk.locator("#clear").click()
    expect(desk.locator("#status")).to_contain_text("All is cleared when it has come")
    go_on(held)
    expect(desk.locator("#said textarea, #said input")).to_have_value("[]")
    expect(desk.locator("#chat .turn")).to_have_count(0)
    ask(desk, JAW)


def test_a_draft_outlives_what_does_not_ask_it(desk: Page) -> None:
    ask(desk, "zoledronic acid")
    ask(desk, CARRIED)
    box = desk.get_by_role("textbox", name="Your question")
    box.fill("a draft")
    box.press("Shift+Enter")
    desk.locator(".undo").last.click()
    expect(desk.locator("#chat h2.asked.alone")).to_have_count(1)
    desk.wait_for_timeout(300)
    expect(box).to_have_value("a draft\n")


def test_a_question_is_counted_and_one_that_is_too_long_is_said_kindly(desk: Page) -> None:
    box = desk.get_by_role("textbox", name="Your question")
    box.fill("x " * 210)
    expect(desk.locator("#counter")).to_have_text("420 of 500 characters.")
    box.evaluate("e => e.removeAttribute('maxlength')")
    ask(desk, "why does my hip bone hurt " * 25)
    expect(desk.locator(".turn").last).to_contain_text("500 is the most")


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


def test_a_long_conversation_goes_on_and_stays_on_the_page(desk: Page) -> None:
    """What is sent with a question does not grow with the answers; what is shown does."""
    sent: list[int] = []

    def weigh(request: Request) -> None:
        if "/queue/join" in request.url:
            sent.append(len(request.post_data_buffer or b""))

    desk.on("request", weigh)
    questions = ["What is alendronate?", "What is RANKL?", "What is alendronate?"] * 6
    for question in questions:
        ask(desk, question)
    assert len(sent) == len(questions)
    assert max(sent) < 2_000
    expect(desk.locator("h2.asked")).to_have_text(questions)
    expect(desk.locator("#chat .turn .quote").first).to_be_visible()
    expect(desk.locator("#status")).to_be_hidden()
    sources = desk.locator(".turn").first.locator("details")
    assert sources.first.evaluate("e => e.open") is False
    sources.first.locator("summary").click()
    assert sources.first.evaluate("e => e.open") is True
    word = desk.locator(".turn").first.locator("button.term").first
    word.click()
    expect(desk.locator(".meaning:popover-open")).to_have_count(1)
    desk.keyboard.press("Escape")
    desk.get_by_role("button", name="Clear").click()
    expect(desk.locator(".turn")).to_have_count(0)
    ask(desk, "and its side effects?")
    expect(desk.locator("h2.asked")).to_have_text(["and its side effects?"])


def test_what_was_opened_stays_open_when_more_is_asked(desk: Page) -> None:
    ask(desk, JAW)
    details = desk.locator(".turn details").first
    details.locator("summary").click()
    ask(desk, COMPARISON)
    expect(desk.locator("h2.asked")).to_have_text([JAW, COMPARISON])
    assert details.evaluate("e => e.open") is True


NAME = """() => {
  const e = document.activeElement;
  if (e.matches("#question textarea")) return "Your question";
  return e.value || e.id || e.innerText.trim();
}"""
