"""A clinic's site with the widget on its pages, and what a person does there."""

from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from hosts import Answered
from playwright.sync_api import BrowserContext, Frame, FrameLocator, Page, expect

from ui.demo.hosts import host_policy
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


def ready(page: Page) -> None:
    """Before its script runs, Enter is a new line in the box; the button would send it."""
    frame = page.locator("bonewise-widget iframe")
    expect(frame).to_have_attribute("data-ready", "yes", timeout=SOON)


def ask(page: Page, question: str, says: str) -> None:
    ready(page)
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
