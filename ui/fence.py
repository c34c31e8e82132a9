"""The fence around the app: which paths exist, how big a request may be, which headers go out.

Gradio serves many routes that a chat does not need (uploads, file proxy, monitoring, run history,
an API description). Only those on the list get through; the list is tested against a live server.
"""

import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LARGEST_BODY = 65_536  # bytes
OPEN = re.compile(
    r"/(?:$|healthz$|source/[a-z0-9-]{1,80}$|pages/[a-z]+\.(?:css|js)$"
    r"|embed$|ask$|embed/look\.css$|widget/v[\d.]{1,12}/loader\.js$"
    r"|(?:assets|static)/[\w./-]+$|theme\.css$|config$|manifest\.json$|favicon\.ico$"
    r"|gradio_api/(?:info|startup-events|queue/join|queue/data|heartbeat/\w+|reset|cancel|run/predict)$)"
)
OURS = re.compile(r"/(?:source|pages|embed|ask|widget)\b")
FRAMED = re.compile(r"/embed$")
POLICY = (
    "default-src 'none'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'self'; form-action 'none'; "
    "frame-ancestors 'none'; "
)
GRADIO_STYLES = "style-src 'self' 'unsafe-inline'"  # it writes style attributes
OUR_STYLES = "style-src 'self'"
HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}


class Fence:
    """ASGI middleware; 404 for what is not on the list, 413 for a body that is too big."""

    def __init__(self, app: App, sites: tuple[str, ...] = ()) -> None:
        self.app, self.sites = app, sites

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request through, or answer it here."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] != "http" or not OPEN.match(scope["path"]):
            await _refuse(send, 404, "There is nothing here.")
        elif _announced(scope) > LARGEST_BODY:
            await _refuse(send, 413, "The request is too big.")
        else:
            await self.app(scope, _limited(receive), _guarded(scope["path"], send, self.sites))


def _announced(scope: Scope) -> int:
    """The body's size as its header has it; 0 if it has none that is a number."""
    length = dict(scope["headers"]).get(b"content-length", b"0")
    return int(length) if length.isdigit() else LARGEST_BODY + 1


def _limited(receive: Receive) -> Receive:
    """A body that turns out longer than announced is cut off as if the client had gone."""
    received = 0

    async def limited() -> Event:
        nonlocal received
        event = await receive()
        received += len(event.get("body", b""))
        return event if received <= LARGEST_BODY else {"type": "http.disconnect"}

    return limited


def _guarded(path: str, send: Send, sites: tuple[str, ...]) -> Send:
    """Adds our headers to the answer."""
    policy = POLICY + (OUR_STYLES if OURS.match(path) else GRADIO_STYLES)
    if OURS.match(path):
        policy = policy.replace("form-action 'none'", "form-action 'self'")
    added = {**HEADERS, "content-security-policy": policy}
    if FRAMED.match(path) and sites:
        named = " ".join(sites)
        added["content-security-policy"] = policy.replace("ancestors 'none'", f"ancestors {named}")
        del added["x-frame-options"]

    async def guarded(event: Event) -> None:
        if event["type"] == "http.response.start":
            kept = [(name, value) for name, value in event["headers"] if name.decode() not in added]
            ours = [(name.encode(), value.encode()) for name, value in added.items()]
            event = {**event, "headers": [*kept, *ours]}
        await send(event)

    return guarded


async def _refuse(send: Send, status: int, text: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})
