"""People that ask all at once: a load of questions on a server, and how it bore them."""

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

QUESTIONS = (
    "How do I take the weekly alendronate tablet?",
    "is it safe to have hrt with fosamax",
    "What did TRAVERSE find about testosterone and fractures?",
    "can i crush my tablet",
    "how long should i stay on bisphosphonates before a break?",
    "does denosumab rebound when it is stopped",
    "how tall is the tower in Lagos",
    "How rare is jaw bone damage?",
)
JOIN, DATA = "/gradio_api/queue/join", "/gradio_api/queue/data?session_hash="


@dataclass(slots=True)
class Load:
    """What came of it: seconds of each answer, how many of each status, and errors."""

    seconds: list[float] = field(default_factory=list)
    codes: Counter[int] = field(default_factory=Counter)
    broken: int = 0  # connections that ended without an answer
    wall: float = 0.0

    @property
    def rate(self) -> float:
        """Good answers a second."""
        return self.codes[200] / self.wall if self.wall else 0.0

    def percentile(self, share: float) -> float:
        """Milliseconds that this share of the answers stayed below."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else 0.0

    def line(self) -> str:
        """In one line."""
        codes = ", ".join(f"{code}: {count}" for code, count in sorted(self.codes.items()))
        return (
            f"{self.rate:7.1f}/s  p50 {self.percentile(0.5):6.1f} ms  p95 "
            f"{self.percentile(0.95):6.1f} ms  ({codes}; broken: {self.broken})"
        )


@dataclass(slots=True)
class Line:
    """One kept connection to a server."""

    host: str
    port: int
    reader: asyncio.StreamReader | None = None
    writer: asyncio.StreamWriter | None = None

    async def ask(
        self, method: str, path: str, body: bytes = b"", until: bytes = b""
    ) -> tuple[int, bytes]:
        """Status and body; of a stream, what came before `until`."""
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection(self.host, self.port)
        reader = self.reader
        assert reader is not None
        head = f"{method} {path} HTTP/1.1\r\nhost: {self.host}:{self.port}\r\n"
        head += f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
        self.writer.write(head.encode() + body)
        top = (await reader.readuntil(b"\r\n\r\n")).lower()
        code = int(top.split(b" ", 2)[1])
        if b"content-length:" in top:
            length = int(top.split(b"content-length:")[1].split(b"\r\n")[0])
            return code, await reader.readexactly(length)
        said = await reader.readuntil(until)
        self.close()
        return code, said

    def close(self) -> None:
        """Hang up."""
        if self.writer:
            self.writer.close()
        self.reader = self.writer = None


Turn = Callable[[Line, int], Awaitable[int]]


def answer_turn(path: str) -> Turn:
    """Asks the API, or an echo."""

    async def turn(line: Line, number: int) -> int:
        question = QUESTIONS[number % len(QUESTIONS)]
        body = json.dumps({"messages": [question]}).encode()
        return (await line.ask("POST", path, body))[0]

    return turn


def asking(config: dict[str, Any]) -> dict[str, Any]:
    """The event of a Gradio page's configuration that asks: only the question box is submitted,
    whatever else there is, feedback for one."""
    events: list[dict[str, Any]] = config["dependencies"]
    return next(e for e in events if any(trigger == "submit" for _, trigger in e["targets"]))


async def chat_turn(url: str) -> Turn:
    """Asks a Gradio page as its script does: send the event, then wait for what becomes of it."""
    line = _line(url)
    config = json.loads((await line.ask("GET", "/config"))[1])
    line.close()
    ask = asking(config)
    inputs = len(ask["inputs"])

    async def turn(line: Line, number: int) -> int:
        session = f"load{id(line)}x{number}"
        data = [QUESTIONS[number % len(QUESTIONS)], "[]", "plain"][:inputs]
        event = {"fn_index": ask["id"], "data": data, "session_hash": session}
        code, _ = await line.ask("POST", JOIN, json.dumps(event).encode())
        if code == 200:
            code, _ = await line.ask("GET", DATA + session, until=b"process_completed")
        return code

    return turn


async def traffic(url: str, turn: Turn, clients: int, seconds: float) -> Load:
    """As many clients, each asking again as soon as it has its answer, for some seconds."""
    load, began = Load(), perf_counter()

    async def client(number: int) -> None:
        line = _line(url)
        while perf_counter() - began < seconds:
            start = perf_counter()
            try:
                load.codes[await turn(line, number)] += 1
                load.seconds.append(perf_counter() - start)
            except (OSError, asyncio.IncompleteReadError):
                load.broken += 1
                line.close()
                await asyncio.sleep(0.05)
            number += 1
        line.close()

    await asyncio.gather(*(client(number) for number in range(clients)))
    load.wall = perf_counter() - began
    return load


def _line(url: str) -> Line:
    parts = urlsplit(url)
    return Line(parts.hostname or "", parts.port or 80)
