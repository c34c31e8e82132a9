"""The widget in real Chromium, a clinic's page on one origin and Bonewise on another.

The back-forward cache is on, as in the browsers that people have.
"""

import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from gzip import compress
from importlib.resources import files
from typing import Any

import pytest
from conftest import CHROMIUM, serving
from hosts import HOW, Answered, hosting
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Frame,
    FrameLocator,
    Page,
    expect,
    sync_playwright,
)
from playwright.sync_api import Error as PlaywrightError
from prepared import (
    ABOUT,
    CARRIED,
    CLOSEST,
    COMPARISON,
    DIFFERING,
    NOTHING,
    SPANISH,
    STEPS,
    prepared,
)

from assistant.ask import Assistant
from ui.demo.hosts import PAGES, build_hosts, host_policy
from ui.loader import FOLDER, load_loader
from ui.server import build_app
from ui.settings import Settings
from ui.snippet import Snippet, tag

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CONTACT = "Call the bone clinic: 020 7946 0000"
PHONE = "tel:+442079460000"
LINES = (("contact", CONTACT), ("contact_url", PHONE))
SOON = 8_000  # ms
HEAD = (
    '<!DOCTYPE html><html lang="en"><head><title>Clinic</title>'
    '<link rel="icon" href="data:,"></head>'
)


@dataclass
class Site:
    """A clinic's origin, the Bonewise that serves it, and pages that tests add."""

    origin: str
    server: str
    unlisted: str  # the same pages on an origin that is not in the settings
    demo: str
    pages: dict[str, Answered] = field(default_factory=dict)

    def add(self, body: str = "<!-- the tag -->", policy: bool = True, **data: str) -> str:
        """The address of a new page; its policy is the strict one of the demo."""
        path = f"/{len(self.pages)}.html"
        made = tag(Snippet(self.origin, self.server, tuple(data.items())))
        headers = {"content-security-policy": host_policy(self.origin, self.server)}
        text = f"{HEAD}<body><main><h1>Clinic</h1>{body}</main></body></html>"
        self.pages[path] = Answered(
            text.replace("<!-- the tag -->", made), headers if policy else {}
        )
        return self.origin + path


@pytest.fixture(scope="module")
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


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """As in conftest.py, with the back-forward cache."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no chromium on this machine; 'make test' says how to get it")
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(
            executable_path=chromium,
            args=CHROMIUM,
            ignore_default_args=["--disable-back-forward-cache"],
        )


@dataclass
class Seen:
    """What a page asked for, and what it complained of."""

    requests: list[str] = field(default_factory=list)
    bodies: list[int] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


def watched(context: BrowserContext) -> tuple[Page, Seen]:
    page, seen = context.new_page(), Seen()
    page.set_default_timeout(SOON)
    page.on("request", lambda request: seen.requests.append(request.url))
    page.on("requestfinished", lambda request: seen.bodies.append(_size(request)))
    page.on("console", lambda said: _complaint(seen, said.type, said.text))
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    return page, seen


def _size(request: Any) -> int:
    sizes = request.sizes()
    return int(sizes["responseBodySize"] + sizes["responseHeadersSize"])


def _complaint(seen: Seen, kind: str, text: str) -> None:
    if kind in ("error", "warning"):
        seen.complaints.append(text)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return watched(context)[0]


def launcher(page: Page) -> Any:
    return page.locator("bonewise-widget .launcher")


def inside(page: Page) -> FrameLocator:
    return page.frame_locator("bonewise-widget iframe")


def framed(page: Page) -> Frame:
    return next(frame for frame in page.frames if "/embed" in frame.url)


def opened(page: Page, address: str) -> FrameLocator:
    page.goto(address)
    launcher(page).click()
    expect(inside(page).locator("#question")).to_be_focused(timeout=SOON)
    return inside(page)


def ask(page: Page, question: str, says: str) -> None:
    inside(page).locator("#question").fill(question)
    inside(page).locator("#question").press("Enter")
    expect(inside(page).locator("#newest .answer")).to_contain_text(says, timeout=SOON)


def faults(frame: Page | Frame) -> list[str]:
    """What axe finds, in one frame, shadow roots included."""
    frame.evaluate(AXE)
    found = frame.evaluate(
        "tags => axe.run(document, {iframes: false, runOnly: tags}).then(r => r.violations)", TAGS
    )
    return [f"{v['id']}: {node['html'][:120]}" for v in found for node in v["nodes"]]


# --- what it costs, keeps and says ---------------------------------------------------------------


def test_the_loader_is_small_and_plain() -> None:
    script = load_loader().script
    assert len(compress(script, mtime=0)) <= 5_000
    for word in (b"import ", b"eval(", b"innerHTML", b"Storage", b"cookie"):
        assert word not in script
    assert len(compress((FOLDER.parent / "static" / "embed.js").read_bytes(), mtime=0)) <= 15_000


def test_nothing_is_loaded_before_it_is_opened_and_little_then(
    site: Site, context: BrowserContext
) -> None:
    page, seen = watched(context)
    page.goto(f"{site.demo}/hospital.html")
    expect(launcher(page)).to_have_text("Ask about bone health")
    ours = [url for url in seen.requests if url.startswith(site.server)]
    assert ours == [site.server + load_loader().path]
    seen.requests.clear()
    seen.bodies.clear()
    launcher(page).click()
    expect(inside(page).locator("#question")).to_be_focused(timeout=SOON)
    page.wait_for_load_state("networkidle")
    assert 3 <= len(seen.requests) <= 6
    assert all(url.startswith((site.server, "data:")) for url in seen.requests)
    assert 3_000 < sum(seen.bodies) <= 60_000


KEPT = """async () => localStorage.length + sessionStorage.length + document.cookie.length +
  (await indexedDB.databases()).length +
  (await navigator.serviceWorker.getRegistrations()).length"""


def test_nothing_is_kept_and_no_one_else_is_asked(site: Site, context: BrowserContext) -> None:
    page, seen = watched(context)
    opened(page, f"{site.demo}/hospital.html")
    ask(page, f"I have chest pain. {HOW}", "Call")
    inside(page).locator(".number").first.click()
    expect(inside(page).locator("dialog .marked").first).to_be_visible()
    assert page.evaluate(KEPT) == 0
    assert context.cookies() == []
    assert all(url.startswith((site.server, site.demo, "data:")) for url in seen.requests)
    assert seen.complaints == []  # the page's policy is strict: nothing of ours goes against it
    assert not any("chest" in url for url in seen.requests)
    page.keyboard.press("Escape")
    inside(page).get_by_role("button", name="Print").click()  # the sandbox must allow it
    assert seen.complaints == []
    page.goto(f"{site.server}/ask")  # where the browser would let us keep something
    page.get_by_role("textbox", name="Your question").fill(HOW)
    page.keyboard.press("Enter")
    expect(page.locator("#newest .answer")).to_contain_text("plain water")
    assert page.evaluate(KEPT) == 0


def test_the_page_hears_of_it_without_a_word_of_what_was_asked(site: Site, page: Page) -> None:
    page.add_init_script(
        "window.heard = []; for (const name of ['ready', 'open', 'close', 'error'])"
        " document.addEventListener('bonewise:' + name, e => heard.push([e.type, e.detail]))"
    )
    opened(page, site.add())
    ask(page, HOW, "plain water")
    page.evaluate("Bonewise.close()")
    expect(launcher(page)).to_be_focused()
    heard = page.evaluate("heard")
    assert heard == [["bonewise:ready", None], ["bonewise:open", None], ["bonewise:close", None]]
    assert page.evaluate("Bonewise.version") == load_loader().version
    page.evaluate("Bonewise.toggle()")
    expect(inside(page).locator("#newest .answer")).to_be_visible()  # kept while the page is open
    page.evaluate("Bonewise.destroy()")
    assert page.evaluate("typeof Bonewise") == "undefined"
    expect(page.locator("bonewise-widget")).to_have_count(0)
    expect(page.get_by_role("link", name="Ask about bone health")).to_be_visible()


# --- for everyone --------------------------------------------------------------------------------


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
    for _ in range(20):
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


STATES = {  # what is asked, and what is then on the page; the last with all that only it has
    "I have chest pain and can't breathe": "Call",
    NOTHING: "no answer",
    "????": "no words",
    SPANISH: "inglés",
    ABOUT: "search over documents",
    STEPS: "In this order",
    DIFFERING: "Newest",
    CLOSEST: "closest",
    COMPARISON: "Raloxifene",
    "Greenspan 2003 HRT with alendronate total hip change %": "hip",
    CARRIED: "Searching for",
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
    for question, says in STATES.items():
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


# --- on any page ---------------------------------------------------------------------------------


MEASURE = """() => {
  const root = document.querySelector("bonewise-widget").shadowRoot;
  const of = (one, ...names) => names.map(name => getComputedStyle(one)[name]);
  const parts = ["button.launcher", "button.launcher span", ".panel", "iframe", ".bar"].map(name =>
    [name, of(root.querySelector(name), "fontSize", "fontFamily", "letterSpacing", "textTransform",
      "lineHeight", "color", "borderRadius", "animationName", "display")]);
  const box = root.querySelector(".panel").getBoundingClientRect();
  const outside = of(root.host, "opacity", "transform", "filter", "position");
  return [parts, outside, box.width, box.height];
}"""


def test_a_hostile_style_sheet_changes_nothing(site: Site, page: Page) -> None:
    looks = []
    for name in ("hospital", "loud"):
        opened(page, f"{site.demo}/{name}.html")
        looks.append(page.evaluate(MEASURE))
    assert looks[0] == looks[1]


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_it_stands_in_the_corner_that_was_chosen(site: Site, page: Page, direction: str) -> None:
    address = site.add(position="start", offset_block="40", offset_inline="24", z="77")
    page.goto(address)
    page.evaluate("dir => { document.documentElement.dir = dir }", direction)
    box = launcher(page).bounding_box()
    assert box
    left = box["x"] if direction == "ltr" else 1280 - box["x"] - box["width"]
    assert round(left) == 24
    assert round(800 - box["y"] - box["height"]) == 40
    assert page.locator("bonewise-widget").evaluate("e => getComputedStyle(e).zIndex") == "77"


def test_an_accent_that_can_not_be_read_is_not_used(site: Site, context: BrowserContext) -> None:
    page, seen = watched(context)
    colours = {}
    for accent in ("#ffee00", "#7a1f5c", "red; } * { display: none"):
        page.goto(site.add(accent=accent))
        colours[accent] = launcher(page).evaluate("e => getComputedStyle(e).backgroundColor")
    ours = "rgb(11, 92, 107)"
    assert list(colours.values()) == [ours, "rgb(122, 31, 92)", ours]
    assert len(seen.complaints) == 2
    assert "4.5:1" in seen.complaints[0]


def test_another_button_of_the_page_can_open_it(site: Site, page: Page) -> None:
    page.goto(f"{site.demo}/hospital.html")
    link = page.get_by_role("link", name="ask our question page")
    link.click()
    expect(inside(page).locator("#question")).to_be_focused(timeout=SOON)
    page.keyboard.press("Escape")
    expect(link).to_be_focused()


def test_inline_it_is_a_part_of_the_page(site: Site, page: Page) -> None:
    page.goto(f"{site.demo}/inside.html")
    expect(inside(page).get_by_role("heading", name="Ask about bone health")).to_be_visible(
        timeout=SOON
    )
    assert page.evaluate("document.activeElement.tagName") == "BODY"  # it takes no focus
    expect(page.locator("main > bonewise-widget")).to_have_count(1)
    expect(page.locator("[data-bonewise-link]")).to_be_hidden()
    ask(page, HOW, "plain water")
    inside(page).locator("#question").press("Escape")
    expect(inside(page).locator("#question")).to_be_visible()


def test_two_tags_make_one_widget(site: Site, page: Page) -> None:
    opened(page, site.add("<!-- the tag --><p>More</p><!-- the tag -->"))
    expect(page.locator("bonewise-widget")).to_have_count(1)
    page.evaluate("Bonewise.close()")
    expect(launcher(page)).to_be_visible()


PUT_BACK = """() => { const old = document.querySelector("script[src*=loader]");
  const next = document.createElement("script");
  for (const {name, value} of old.attributes) next.setAttribute(name, value);
  document.body.replaceChildren(document.createElement("main")); document.body.append(next);
  return new Promise(done => { next.onload = done; }); }"""


def test_a_single_page_site_takes_it_out_and_puts_it_in_again(site: Site, page: Page) -> None:
    opened(page, site.add())
    ask(page, HOW, "plain water")
    page.evaluate(PUT_BACK)
    expect(launcher(page)).to_be_visible()
    launcher(page).click()
    expect(inside(page).locator("#question")).to_be_focused(timeout=SOON)
    expect(inside(page).locator(".turn")).to_have_count(0)
    page.evaluate("document.body.replaceChildren(document.createElement('main')); Bonewise.open()")
    expect(inside(page).locator("#question")).to_be_focused(timeout=SOON)
    expect(page.locator("bonewise-widget")).to_have_count(1)


def test_it_comes_back_with_the_page_from_the_back_forward_cache(site: Site, page: Page) -> None:
    page.add_init_script(
        "addEventListener('pageshow', e => { document.documentElement.dataset.back = e.persisted })"
    )
    address = site.add()
    opened(page, address)
    ask(page, HOW, "plain water")
    page.goto(f"{site.demo}/night.html")
    page.go_back(wait_until="commit")
    expect(page.locator("html[data-back=true]")).to_have_count(1)
    assert page.url == address
    page.evaluate("Bonewise.close()")
    launcher(page).click()  # Playwright has lost sight of the frame, so it is the keys that tell
    focused = "document.querySelector('bonewise-widget').shadowRoot.activeElement.tagName"
    assert page.evaluate(focused) == "IFRAME"
    page.keyboard.press("Escape")
    expect(launcher(page)).to_be_focused()


def test_a_page_that_isolates_itself_can_show_it(site: Site, page: Page) -> None:
    address = site.add()
    kept = site.pages[address.removeprefix(site.origin)]
    kept.headers |= {
        "cross-origin-embedder-policy": "require-corp",
        "cross-origin-opener-policy": "same-origin",
    }
    opened(page, address)
    assert page.evaluate("crossOriginIsolated")


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


def test_every_page_of_the_demo_shows_it(site: Site, context: BrowserContext) -> None:
    page, seen = watched(context)
    for name in PAGES:
        page.goto(f"{site.demo}/{name}.html")
        expect(page.locator("bonewise-widget :is(.launcher, iframe)").first).to_be_visible()
    assert seen.complaints == []
