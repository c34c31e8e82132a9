"""The widget on a clinic's page: what it costs and keeps there, and how it stands on any page."""

from gzip import compress

import pytest
from hosts import HOW
from playwright.sync_api import BrowserContext, Page, expect

from ui.demo.hosts import PAGES
from ui.loader import FOLDER, load_loader
from widget.clinic import SOON, Site, ask, inside, launcher, opened, watched

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


def test_every_page_of_the_demo_shows_it(site: Site, context: BrowserContext) -> None:
    page, seen = watched(context)
    for name in PAGES:
        page.goto(f"{site.demo}/{name}.html")
        expect(page.locator("bonewise-widget :is(.launcher, iframe)").first).to_be_visible()
    assert seen.complaints == []
