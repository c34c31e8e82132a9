"""``python -m ui load``: how much this machine serves, beside the least that a web app can do.

Starts a bare FastAPI echo, a bare Gradio echo and the service, and asks each the same in turns, so
that what else the machine does hits all alike. The clients run on the same machine.
"""

import argparse
import asyncio
import math
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ui.traffic import Load, answer_turn, chat_turn, traffic

FAST = {"ASK_RATE": "999999/second", "PAGE_RATE": "999999/second"}
QUIET = {"GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_OFFLINE": "1"}


def main(arguments: list[str] | None = None) -> int:
    """Print what was measured; 2 if a server did not start."""
    parser = argparse.ArgumentParser("python -m ui load", description=__doc__)
    parser.add_argument(
        "--clients",
        type=int,
        default=16,
        metavar="N",
        help="who ask for JSON at once (default: 16; in the chat 8 always)",
    )
    parser.add_argument(
        "--seconds", type=float, default=5, metavar="S", help="of each measurement (default: 5)"
    )
    parser.add_argument(
        "--rounds",
        type=int,
        default=3,
        metavar="N",
        help="measurements of each server, of which the best counts (default: 3)",
    )
    parser.add_argument(
        "--soak",
        type=float,
        default=0,
        metavar="SECONDS",
        help="also twice the load that it bears, for so long",
    )
    parser.add_argument("--index", type=Path, metavar="DIR",
                        help="the index (default: the library's)")  # fmt: skip
    options = parser.parse_args(arguments)
    for name in ("clients", "rounds"):
        if getattr(options, name) < 1:
            parser.error(f"--{name} has to be at least 1, not {getattr(options, name)}")
    if not 0 < options.seconds < math.inf:
        parser.error(f"--seconds has to be more than 0, not {options.seconds:g}")
    if not 0 <= options.soak < math.inf:
        parser.error(f"--soak has to be 0 or more, not {options.soak:g}")
    chosen = {"INDEX": str(options.index)} if options.index else {}
    try:
        cold_starts(chosen)
        beside_echoes(options, chosen)
        killed(options, chosen)
        if options.soak:
            soak(options, chosen)
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def cold_starts(chosen: dict[str, str]) -> None:
    """Seconds from the command to the first answer of ``/readyz``, in turns."""
    found: dict[str, list[float]] = {"on": [], "off": []}
    for _ in range(3):
        for chat, seconds in found.items():
            began = time.perf_counter()
            with service({**chosen, "CHAT": chat}):
                seconds.append(time.perf_counter() - began)
    best = {chat: min(seconds) for chat, seconds in found.items()}
    share = best["off"] / best["on"]
    print(
        f"cold start: {best['on']:.1f} s with the chat, {best['off']:.1f} s without ({share:.2f})"
    )


def beside_echoes(options: argparse.Namespace, chosen: dict[str, str]) -> None:
    """Answers a second, and how that compares with saying the same back."""
    clients = options.clients
    with echo("web") as web, echo("chat") as chat, service(chosen) as (ours, _):
        pairs = {
            "FastAPI echo": (web, answer_turn("/echo"), clients),
            "JSON answers": (ours, answer_turn("/api/ask"), clients),
            "Gradio echo": (chat, asyncio.run(chat_turn(chat)), 8),
            "chat turns": (ours, asyncio.run(chat_turn(ours)), 8),
        }
        best: dict[str, Load] = {}
        for _ in range(options.rounds):
            for name, (url, turn, count) in pairs.items():
                load = asyncio.run(traffic(url, turn, count, options.seconds))
                print(f"{name:13}{load.line()}", flush=True)
                best[name] = max(best.get(name, load), load, key=lambda each: each.rate)
    for ours_, bare in (("JSON answers", "FastAPI echo"), ("chat turns", "Gradio echo")):
        rate = best[ours_].rate / best[bare].rate
        late = best[ours_].percentile(0.95) / best[bare].percentile(0.95)
        print(f"{ours_} beside {bare}: rate {rate:.2f}, p95 {late:.1f} times")


def killed(options: argparse.Namespace, chosen: dict[str, str]) -> None:
    """The seconds in which nobody was served around a kill -9, with people asking."""
    port = free_port()
    with service({**chosen, "CHAT": "off"}, port) as (url, process):
        turn = answer_turn("/api/ask")
        asyncio.run(traffic(url, turn, 4, 2))
        process.kill()
        process.wait()
    began = time.perf_counter()
    with service({**chosen, "CHAT": "off"}, port) as (url, _):
        back = time.perf_counter() - began
        load = asyncio.run(traffic(url, turn, 4, 2))
    print(f"killed under load: answers again {back:.1f} s after its restart: {load.line()}")


def soak(options: argparse.Namespace, chosen: dict[str, str]) -> None:
    """Memory and statuses under twice as many people as can be answered and may wait."""
    bounds = {"CONCURRENCY": "4", "WAITING": "4"}
    with service({**chosen, **bounds}) as (url, process):
        turn = answer_turn("/api/ask")
        asyncio.run(traffic(url, turn, 16, 10))  # it is warm then
        sizes, steps, whole = [resident(process.pid)], 6, Load()
        for _ in range(steps):
            load = asyncio.run(traffic(url, turn, 16, options.soak / steps))
            whole.codes += load.codes
            whole.broken += load.broken
            whole.seconds += load.seconds
            whole.wall += load.wall
            sizes.append(resident(process.pid))
        after = asyncio.run(traffic(url, turn, 1, 0.1))
    growth = sizes[-1] / sizes[0] - 1
    shown = " ".join(f"{size:.0f}" for size in sizes)
    print(f"soak of {whole.wall:.0f} s: {whole.line()}")
    print(f"memory, MB: {shown} ({growth:+.1%}); afterwards {after.line()}")


def resident(pid: int) -> float:
    """Megabytes that a process has in memory."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextmanager
def service(chosen: dict[str, str], port: int = 0) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The service as its own process, ready."""
    port = port or free_port()
    variables = {f"BONEWISE_{name}": value for name, value in (FAST | chosen).items()}
    with started(["-m", "ui", "--port", str(port)], variables, port, "/readyz") as process:
        yield f"http://127.0.0.1:{port}", process


@contextmanager
def echo(kind: str) -> Iterator[str]:
    """A bare echo as its own process, ready."""
    port = free_port()
    path = {"web": "/openapi.json", "chat": "/config"}[kind]
    with started(["-m", "ui.echo", kind, str(port)], {}, port, path):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def started(
    arguments: list[str], variables: dict[str, str], port: int, path: str
) -> Iterator[subprocess.Popen[bytes]]:
    """A Python process that answers on a port; RuntimeError with what it said if it ends."""
    with tempfile.TemporaryFile() as log:
        command = [sys.executable, *arguments]
        environment = os.environ | QUIET | variables
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)  # noqa: S603
        try:
            while not answers(f"http://127.0.0.1:{port}{path}"):
                if process.poll() is not None:
                    log.seek(0)
                    raise RuntimeError(f"{' '.join(arguments)} ended: {log.read().decode()}")
                time.sleep(0.02)
            yield process
        finally:
            process.kill()
            process.wait()


def answers(url: str) -> bool:
    """True if there is a good answer."""
    try:
        with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310  # of this machine
            return bool(response.status == 200)
    except OSError:
        return False
