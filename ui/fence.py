"""The fence around the app: which paths exist, how big, how often and how slow a request may be.

Gradio serves many routes that a chat does not need (uploads, file proxy, monitoring, run history,
an API description). Only those on the list get through; the list is tested against a live server.
What a request holds is never written anywhere: of an error, its type and place.
"""

import asyncio
import json
import re
import sys
from dataclasses import dataclass
from typing import Any

from ui.asgi import App, Event, Receive, Scope, Send, header, respond
from ui.bounds import LONGEST_MESSAGE
from ui.headers import with_headers
from ui.limits import ASKER, VISIT, Rates, Visit
from ui.quiet import place
from ui.refusals import BROKEN, TOO_MANY, duration, emergency, in_emergency
from ui.service import Service, screened
from ui.settings import Settings

LARGEST_BODY = 65_536  # bytes
OPEN = re.compile(
    r"/(?:$|healthz$|readyz$|source/[a-z0-9-]{1,80}$|pages/[a-z0-9-]+\.(?:css|js|svg)$"
    r"|library$|takeaway$|ask$"
    r"|embed(?:/[\w-]+(?:\.(?:css|js))?)?$|widget/[\w.]{1,20}/[\w-]+\.(?:js|css)$"
    r"|api/(?:v1/)?(?:ask|documents(?:/[a-z0-9-]{1,80})?)$|api/openapi\.json$|mcp/?$"
    r"|(?:assets|static)/[\w./-]+$|theme\.css$|config$|manifest\.json$|favicon\.ico$"
    r"|gradio_api/(?:info|startup-events|queue/join|queue/data|heartbeat/\w+|reset|cancel)$)"
)
STREAMS = re.compile(r"/gradio_api/(?:queue/data|heartbeat/)|/mcp")  # that last as long as a visit
FREE = re.compile(r"/(?:healthz|readyz)$")  # of any rate: those who watch ask often
JOIN = "/gradio_api/queue/join"  # where a chat's question comes in
ASKS = (0, 1)  # the chat's events that ask: Enter, and its button
# Those that show no answer: Clear, which makes none, and thumbs, which are counted when they do.
SHOWS_NONE = (3, 4, 5)
FORWARDED = (b"x-forwarded-", b"forwarded")
TOO_BIG = "The request is too big."
NOTHING_HERE = "There is nothing here."
TOO_SLOW = "The request took too long. Please try again."


@dataclass(frozen=True, slots=True)
class Fence:
    """ASGI middleware around everything."""

    app: App
    service: Service
    settings: Settings
    rates: Rates

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request through, or answer it here."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        scope, path = self._placed(scope)
        crossing = Crossing(path, receive, send, self.settings, self.service)
        if not OPEN.match(path):
            await crossing.refuse(404, NOTHING_HERE)
        elif _announced(scope) > LARGEST_BODY:
            await crossing.refuse_size()
        else:
            await self._pass(scope, crossing)

    def _placed(self, scope: Scope) -> tuple[Scope, str]:
        """The request as the app sees it below the root path, and its path without that."""
        root, path = self.settings.root_path, scope["path"]
        path = path[len(root) :] or "/" if path == root or path.startswith(f"{root}/") else path
        peer = (scope.get("client") or ("",))[0]
        changes: dict[str, Any] = {"root_path": root, "path": root + path}
        changes["raw_path"] = changes["path"].encode()
        if self.rates.trusts(peer):
            scheme = header(scope, b"x-forwarded-proto")
            changes["scheme"] = scheme if scheme in ("http", "https") else scope["scheme"]
        else:
            changes["headers"] = [h for h in scope["headers"] if not h[0].startswith(FORWARDED)]
        return {**scope, **changes}, path

    async def _wait(self, scope: Scope, crossing: "Crossing") -> int:
        """Seconds until this may be asked; questions are counted where their cards are known."""
        forwarded = ",".join(
            value.decode("latin-1") for key, value in scope["headers"] if key == b"x-forwarded-for"
        )
        visit = Visit(self.rates, self.rates.who((scope.get("client") or ("",))[0], forwarded))
        # Gradio answers on tasks of its own, which would keep the visit of whoever came first.
        VISIT.set(None if crossing.path.startswith("/gradio_api/") else visit)
        scope[ASKER] = visit
        if FREE.match(crossing.path):
            return 0
        wait = self.rates.wait(visit.who, "page")
        if wait or crossing.path != JOIN or scope["method"] != "POST":
            return wait
        event, question = _event(await crossing.whole())
        if event in SHOWS_NONE:
            return 0
        wait = visit.wait()
        return 0 if wait and await self._is_urgent(question) else wait

    async def _is_urgent(self, question: str) -> bool:
        """True if a question calls for a card, which Gradio could not show with a refusal: it goes
        in, and gets its cards and no more."""
        screen = self.service.screen
        return bool(question and await self.service.run(screened, screen, [question]))

    async def _pass(self, scope: Scope, crossing: "Crossing") -> None:
        """The app's answer, if it comes in time and without an error."""
        seconds = None if STREAMS.match(crossing.path) else self.settings.deadline
        try:
            async with asyncio.timeout(seconds):
                if wait := await self._wait(scope, crossing):
                    says = f"{TOO_MANY.format(duration(wait))} {crossing.meanwhile}"
                    await crossing.refuse(429, says, {"retry_after": wait})
                else:
                    await self.app(scope, crossing.receive, crossing.send)
        except TimeoutError:
            says = f"{TOO_SLOW} {crossing.meanwhile}"
            await crossing.refuse(503 if crossing.read else 408, says, {"retry_after": 1})
        except Exception as error:
            print(f"{place(error)} at {crossing.kind}", file=sys.stderr, flush=True)
            await crossing.refuse(500, f"{BROKEN} {crossing.meanwhile}")


class Crossing:
    """One request's body in, counted, and its answer out, with our headers."""

    def __init__(
        self, path: str, receive: Receive, send: Send, settings: Settings, service: Service
    ) -> None:
        self.path, self.settings, self.service = path, settings, service
        self.read = False  # all of the body
        self._receive, self._send = receive, send
        self._size = 0
        self._held: list[Event] = []  # read already
        self._begun = self._over = False

    @property
    def kind(self) -> str:
        """The first part of the path, which says what it was and not which."""
        return "/" + self.path.split("/")[1]

    @property
    def meanwhile(self) -> str:
        """Whom to call in an emergency, where there is no answer."""
        return in_emergency(emergency(self.service.screen))

    async def whole(self) -> bytes:
        """The body, which the app still gets."""
        while not self.read and not self._over:
            self._held.append(await self._next())
        return b"".join(event.get("body", b"") for event in self._held)

    async def receive(self) -> Event:
        """The next piece of the body."""
        return self._held.pop(0) if self._held else await self._next()

    async def _next(self) -> Event:
        event = await self._receive()
        if event["type"] == "http.disconnect":
            self._over = True
            return event
        self._size += len(event.get("body", b""))
        self.read = not event.get("more_body", False)
        if self._size > LARGEST_BODY:
            await self.refuse_size()
            return {"type": "http.disconnect"}
        return event

    async def send(self, event: Event) -> None:
        """A piece of the app's answer; nothing more once it was refused."""
        if self._over:
            return
        if event["type"] == "http.response.start":
            self._begun = True
            event = {**event, "headers": with_headers(event["headers"], self.path, self.settings)}
        await self._send(event)

    async def refuse_size(self) -> None:
        """Say that the body is too big."""
        await self.refuse(413, f"{TOO_BIG} {self.meanwhile}")

    async def refuse(self, status: int, says: str, more: dict[str, Any] | None = None) -> None:
        """An answer of the fence's own, unless the app has begun with its."""
        if not self._begun and not self._over:
            await respond(self.send, self.path, status, says, more)
        self._over = True


def _announced(scope: Scope) -> int:
    """The body's size as its header has it; 0 if it has none, too big if that is no number."""
    length = header(scope, b"content-length") or "0"
    return int(length) if length.isdecimal() and len(length) < 20 else LARGEST_BODY + 1


def _event(body: bytes) -> tuple[int | None, str]:
    """Which event of the chat it is, as far as one can tell, and the question that it asks."""
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        return None, ""
    match event:
        case {"fn_index": int(number), "data": [str(text), *_]} if number in ASKS:
            return number, text[:LONGEST_MESSAGE]
        case {"fn_index": int(number)}:
            return number, ""
    return None, ""
