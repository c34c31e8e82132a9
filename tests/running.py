"""The service as its own process, watched: what it writes and whom it calls is noted."""

import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
JSON = "application/json"
SAFE = {"HF_HUB_OFFLINE": "1", "PYTHONDONTWRITEBYTECODE": "1"}


@dataclass
class Running:
    """A server, the folder that it runs in, and what it has written there."""

    process: subprocess.Popen[bytes]
    port: int
    folder: Path
    log: Path
    notes: Path

    def ask(
        self, method: str, path: str, body: bytes | str | None = None, kind: str = JSON,
        timeout: float = 20,
    ) -> tuple[int, bytes]:  # fmt: skip
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body, {"content-type": kind})
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def ready(self) -> dict[str, Any]:
        return dict(json.loads(self.ask("GET", "/readyz")[1]))


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextmanager
def running(folder: Path, index: Path, **settings: str) -> Iterator[Running]:
    """The real command with its temporary files in `folder`, watched; killed at the end."""
    port, temporary = free_port(), folder / "temporary"
    temporary.mkdir()
    log, notes = folder / "log", folder / "notes"
    chosen = {f"BONEWISE_{name.upper()}": value for name, value in settings.items()}
    environment = os.environ | SAFE | {"TMPDIR": str(temporary), "HOME": str(folder)} | chosen
    command = [sys.executable, str(ROOT / "tests" / "watched.py"), str(notes)]
    command += ["--index", str(index), "--port", str(port)]
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, cwd=folder, env=environment)
    server = Running(process, port, folder, log, notes)
    try:
        wait_for(server)
        yield server
    finally:
        process.kill()
        process.wait(timeout=10)


def wait_for(server: Running) -> None:
    deadline = time.monotonic() + 60
    while True:
        with contextlib.suppress(OSError):
            if server.ask("GET", "/healthz")[0] == 200:
                return
        assert server.process.poll() is None, server.log.read_text()
        assert time.monotonic() < deadline
        time.sleep(0.1)
