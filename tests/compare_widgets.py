"""``python tests/compare_widgets.py FLOWISE_JS DEEP_CHAT_JS``: the widget beside two others.

The same host page with each tag, in turn, in fresh browser contexts; all scripts come gzipped from
one local server. Bonewise really answers (`--server`, which must list http://localhost:7871); the
others' servers are stubs that answer at once, so their answer times have no server in them.
"""

import argparse
import gzip
import json
import shutil
import statistics
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from ui.snippet import Snippet, tag

HOW, SAYS = "How do I take alendronate?", "plain water"
STUB = "Swallow the alendronate tablet whole with a full glass of plain water."
HOST = '<!DOCTYPE html><html lang="en"><title>Clinic</title><link rel="icon" href="data:,"><body>'
SITE, PORT, TIMES = "http://localhost:7871", 7871, 7
TAGS = {
    "nothing": "",
    "flowise-embed": """<script type="module">import Chatbot from "/flowise.js";
Chatbot.init({chatflowid: "1", apiHost: location.origin});</script>""",
    "deep-chat": """<script type="module" src="/deep-chat.js"></script>
<deep-chat connect='{"url": "/stub"}'></deep-chat>""",
}


def serve(files: dict[str, bytes]) -> None:
    """The host pages and scripts, gzipped, and the stubs."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.answer(files.get(self.path, b"{}"))

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"] or 0))
            self.answer(json.dumps({"text": STUB}).encode())

        def answer(self, body: bytes) -> None:
            kinds = {".js": "text/javascript", ".html": "text/html"}
            body = gzip.compress(body)
            self.send_response(200)
            self.send_header("content-type", kinds.get(Path(self.path).suffix, "application/json"))
            self.send_header("content-encoding", "gzip")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", PORT), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()


def ours(page: Page) -> Callable[[], None]:
    page.locator("bonewise-widget .launcher").click()
    frame = page.frame_locator("bonewise-widget iframe")
    frame.locator("#question").fill(HOW)

    def answer() -> None:
        frame.locator("#question").press("Enter")
        frame.locator(".answer").get_by_text(SAYS).first.wait_for()

    return answer


def flowise(page: Page) -> Callable[[], None]:
    page.locator("flowise-chatbot button").first.click()
    box = page.locator("flowise-chatbot textarea").first
    box.fill(HOW)

    def answer() -> None:
        box.press("Enter")
        page.locator("flowise-chatbot").get_by_text(SAYS).first.wait_for()

    return answer


def deep_chat(page: Page) -> Callable[[], None]:
    box = page.locator("deep-chat #text-input")
    box.click()
    page.keyboard.type(HOW)

    def answer() -> None:
        box.press("Enter")
        page.locator("deep-chat").get_by_text(SAYS).first.wait_for()

    return answer


LOOK = """const [outer, inner] = %s; (function look() {
  const host = document.querySelector(outer), root = host && (host.shadowRoot || host);
  if (root && (!inner || root.querySelector(inner))) window.seen = performance.now();
  else requestAnimationFrame(look); })();"""
WIDGETS: dict[str, tuple[tuple[str, str], Callable[[Page], Callable[[], None]] | None]] = {
    "nothing": (("h1", ""), None),
    "bonewise": (("bonewise-widget", ".launcher"), ours),
    "flowise-embed": (("flowise-chatbot", "button"), flowise),
    "deep-chat": (("deep-chat", "#text-input"), deep_chat),
}


def measure(browser: Browser, name: str) -> dict[str, float]:
    """One visit: load, wait for what is seen first, open, ask."""
    ready, use = WIDGETS[name]
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.set_default_timeout(20_000)
    requests: list[Any] = []
    page.on("requestfinished", lambda one: requests.append(one))  # noqa: PLW0108
    session = context.new_cdp_session(page)
    session.send("Performance.enable")
    page.add_init_script(LOOK % json.dumps(ready))
    page.goto(f"{SITE}/{name}.html", wait_until="commit")
    page.wait_for_function("window.seen")
    seen = page.evaluate("seen")
    page.wait_for_timeout(700)
    found = {"launcher ms": seen, "task ms": tasks(session)}
    found |= counted(requests, "before")
    if use:
        answer = use(page)
        page.wait_for_timeout(300)
        found |= counted(requests, "open")
        frames = [context.new_cdp_session(frame) for frame in page.frames[1:]]  # other processes
        for frame in frames:
            frame.send("Performance.enable")
        before = page.evaluate("performance.now()")
        answer()
        found["answer ms"] = page.evaluate("performance.now()") - before
        found["page task ms"] = tasks(session)
        if frames:
            found["frame task ms"] = sum(tasks(frame) for frame in frames)
    found["keys"] = page.evaluate("localStorage.length + sessionStorage.length")
    found["hosts"] = len({r.url.split("/")[2] for r in requests if r.url.startswith("http")}) - 1
    context.close()
    return found


def tasks(session: Any) -> float:
    metrics = session.send("Performance.getMetrics")["metrics"]
    return next(m["value"] for m in metrics if m["name"] == "TaskDuration") * 1000


def counted(requests: list[Any], when: str) -> dict[str, float]:
    """Requests other than the page's own, and their bytes as they came."""
    others = [r for r in requests if r.url.startswith("http") and not r.url.endswith(".html")]
    size = sum(r.sizes()["responseBodySize"] for r in others)
    return {f"{when} requests": len(others), f"{when} kB": size / 1000}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("flowise", type=Path)
    parser.add_argument("deep_chat", type=Path)
    parser.add_argument("--server", default="http://127.0.0.1:7870")
    options = parser.parse_args()
    tags = TAGS | {"bonewise": tag(Snippet(SITE, options.server))}
    files = {
        f"/{name}.html": f"{HOST}<h1>Clinic</h1>{text}".encode() for name, text in tags.items()
    }
    files["/flowise.js"] = options.flowise.read_bytes()
    files["/deep-chat.js"] = options.deep_chat.read_bytes()
    serve(files)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        runs: dict[str, list[dict[str, float]]] = {name: [] for name in WIDGETS}
        for _ in range(TIMES):
            for name in WIDGETS:
                runs[name].append(measure(browser, name))
    for name, found in runs.items():
        middle = {key: statistics.median(one[key] for one in found) for key in found[0]}
        print(name, {key: round(value, 1) for key, value in middle.items()})


if __name__ == "__main__":
    main()
