"""What passes between a server and an app (ASGI), and answers that need no app."""

import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from http import HTTPStatus
from typing import Any

Scope = MutableMapping[str, Any]
Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

TEXT = "text/plain; charset=utf-8"
JSON = "application/json"
PROBLEM = "application/problem+json"


def header(scope: Scope, name: bytes) -> str:
    """The last header of a request with a name; "" if it has none."""
    found = [value for key, value in scope["headers"] if key == name]
    return found[-1].decode("latin-1") if found else ""


def problem(status: int, detail: str, more: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A problem as RFC 9457 has it; `detail` is ours and never what was sent."""
    title = HTTPStatus(status).phrase
    return {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        **(more or {}),
    }


async def respond(
    send: Send, path: str, status: int, detail: str, more: Mapping[str, Any] | None = None
) -> None:
    """A refusal as whoever asked at a path can read it: JSON for programs, text for people."""
    kind, body = TEXT, detail
    if path.startswith("/gradio_api/"):  # whose own refusals have a `detail` too, but no `says`
        kind, body = JSON, json.dumps({"detail": detail, "says": detail})
    elif path.startswith(("/api/", "/mcp")):
        kind, body = PROBLEM, json.dumps(problem(status, detail, more))
    headers = [(b"content-type", kind.encode()), (b"content-length", b"%d" % len(body.encode()))]
    wait = (more or {}).get("retry_after")
    headers += [(b"retry-after", b"%d" % wait)] if wait else []
    headers += [(b"connection", b"close")] if status in (408, 413) else []
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body.encode()})
