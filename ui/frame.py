"""The routes of the widget: its loader, the page that it frames, and the same page by itself.

Who may frame the page is not decided here: the fence says so in its ``frame-ancestors``.
"""

import gzip
from collections.abc import Callable
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, PlainTextResponse

from ui.embed import Place, page_html, turn_html
from ui.inquiry import ACCENT, Inquiry, read_inquiry
from ui.loader import served
from ui.service import Service
from ui.settings import LEAST_CONTRAST, Settings, contrast
from ui.turn import Chat

STATIC = Path(__file__).parent / "static"
SHEETS = ("answer.css", "embed.css")  # one request
AN_HOUR, FOR_EVER = "public, max-age=3600", "public, max-age=31536000, immutable"
SCRIPT = "text/javascript; charset=utf-8"
# A page that isolates itself (COEP) may frame it too; all that it loads is its own.
ISOLATED = {
    "cross-origin-resource-policy": "cross-origin",
    "cross-origin-embedder-policy": "require-corp",
    "cache-control": "no-store",
}


def mount_frame(app: FastAPI, service: Service, settings: Settings) -> None:
    """Serve the widget from an app."""
    chat, screen = Chat(service), service.screen
    for kind in ("embed", "ask"):
        place = Place(kind, settings, screen.countries, screen.country, version())
        app.add_api_route(f"/{kind}", _page(place, chat), methods=["GET", "POST"])
    app.add_api_route("/embed/look.css", _look(settings), methods=["GET"])
    app.add_api_route("/embed/page.js", _script(), methods=["GET"])
    app.add_api_route("/widget/{version}/loader.js", _loader, methods=["GET"])


@cache
def version() -> str:
    """Changes whenever the page's script or style does."""
    all_of_it = b"".join((STATIC / name).read_bytes() for name in (*SHEETS, "embed.js"))
    return sha256(all_of_it).hexdigest()[:12]


def _page(place: Place, chat: Chat) -> Callable[[Request], object]:
    """The route of one kind of page: GET is a fresh one, POST goes on with a conversation."""

    async def page(request: Request) -> Response:
        try:
            inquiry = read_inquiry(request.url.query, await request.body())
        except ValueError as error:
            return PlainTextResponse(f"This form can't be read: {error}.", status_code=400)
        return await chat.service.run(_answered, place, inquiry, chat)

    return page


def _answered(place: Place, inquiry: Inquiry, chat: Chat) -> Response:
    """The page with all its answers, or the newest turn alone."""
    if inquiry.part and inquiry.asked:
        served = chat.served(inquiry.asked, inquiry.chosen)
        newest, busy = len(inquiry.asked) - 1, served.code != 200
        html = str(turn_html(place, inquiry, newest, served.answer, busy))
        return HTMLResponse(html, headers=ISOLATED)
    turns = chat.conversation(inquiry.asked, inquiry.chosen, new=1)
    answers, library = [served.answer for served in turns], chat.service.index.documents.values()
    busy = bool(turns) and turns[-1].code != 200
    html = page_html(place, inquiry, answers, documents=library, turned_away=busy)
    return HTMLResponse(html, headers=ISOLATED)


def _script() -> Callable[[Request], object]:
    """The page's script; its address changes with what stands in it."""
    script = (STATIC / "embed.js").read_bytes()

    def page_script(request: Request) -> Response:
        return _file(request, script, SCRIPT, {"cache-control": FOR_EVER})

    return page_script


def _look(settings: Settings) -> Callable[[Request, str], object]:
    """The style sheet, with the accent that the tag or the site has chosen."""
    sheet = "".join((STATIC / name).read_text(encoding="utf-8") for name in SHEETS)

    def look(request: Request, accent: str = "") -> Response:
        colour = f"#{accent}" if ACCENT.fullmatch(accent) else settings.accent
        colour = colour if contrast(colour) >= LEAST_CONTRAST else settings.accent
        styles = f":root{{--accent:{colour}}}\n{sheet}".encode()
        return _file(request, styles, "text/css; charset=utf-8", {"cache-control": FOR_EVER})

    return look


def _loader(request: Request, version: str) -> Response:
    """The loader: any site may read it, which is what an integrity hash needs."""
    found = served(version)
    if found is None:
        return PlainTextResponse("There is no loader of this version.", status_code=404)
    script, for_ever = found
    headers = {
        "cache-control": FOR_EVER if for_ever else AN_HOUR,
        "access-control-allow-origin": "*",
        "cross-origin-resource-policy": "cross-origin",
    }
    return _file(request, script, SCRIPT, headers)


def _file(request: Request, body: bytes, kind: str, headers: dict[str, str]) -> Response:
    """A file as it is, or compressed for a browser that takes it so."""
    headers = {**headers, "vary": "accept-encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        body, headers = _compressed(body), {**headers, "content-encoding": "gzip"}
    return Response(body, media_type=kind, headers=headers)


@lru_cache(maxsize=32)  # an accent can be anything
def _compressed(body: bytes) -> bytes:
    return gzip.compress(body, mtime=0)
