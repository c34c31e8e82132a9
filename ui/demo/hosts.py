"""The host pages of the demo, served as a clinic would serve them: another origin, a strict policy.

It knows nothing of the assistant: all it has of Bonewise is the tag that ``ui snippet`` prints.
"""

from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from ui.snippet import Snippet, policy, tag

FOLDER = Path(__file__).parent
CONTACT = (("contact", "Call the bone clinic: 020 7946 0000"), ("contact_url", "tel:+442079460000"))
PAGES: Mapping[str, tuple[tuple[str, str], ...]] = {  # page -> what its tag says
    "hospital": (("label", "Ask about bone health"), ("accent", "#005eb8"),
                 ("open_on", ".ask-bones"), *CONTACT),
    "night": (("label", "Ask about bones and hormones"), ("accent", "#6b3fa0"),
              ("position", "start"), ("theme", "dark"), ("topic", "hormones"), *CONTACT),
    "loud": (("label", "Ask about bone health"), ("accent", "#b3261e"), *CONTACT),
    "inside": (("label", "Ask about bone health"), ("accent", "#00594c"), ("mode", "inline"),
               *CONTACT),
}  # fmt: skip
KINDS = {".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8"}


def host_page(name: str, site: str, server: str) -> str:
    """One page with its tag where staff would put it."""
    text = (FOLDER / f"{name}.html").read_text(encoding="utf-8")
    return text.replace("<!-- the tag -->", tag(Snippet(site, server, PAGES[name])))


def host_policy(site: str, server: str) -> str:
    """The policy of a careful site: nothing but its own styles, and the two lines."""
    two = "; ".join(policy(Snippet(site, server)))
    return f"default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; {two}"


def build_hosts(site: str, server: str, port: int) -> ThreadingHTTPServer:
    """A server of the pages as `site`, each with a tag of the Bonewise at `server`."""
    headers = {
        "content-security-policy": host_policy(site, server),
        "referrer-policy": "no-referrer",
        "cache-control": "max-age=0",
    }

    class Host(BaseHTTPRequestHandler):
        """Only files of this folder, by their exact names."""

        def do_GET(self) -> None:
            name = self.path.split("?")[0].strip("/") or "hospital.html"
            file = FOLDER / name
            known = {f.name for f in FOLDER.iterdir() if f.suffix in KINDS}
            if name not in known:
                self.send_error(404)
                return
            page = file.suffix == ".html"
            body = host_page(file.stem, site, server) if page else file.read_text(encoding="utf-8")
            self.send_response(200)
            for header, value in {**headers, "content-type": KINDS[file.suffix]}.items():
                self.send_header(header, value)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            """Says nothing: who read what is nobody's business."""

    return ThreadingHTTPServer(("127.0.0.1", port), Host)
