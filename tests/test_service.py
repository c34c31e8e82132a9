"""The service as its own process: what it writes, whom it calls, and that it goes on."""

import asyncio
import contextlib
import http.client
import json
import logging
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from index.files import file_hash
from index.folder import Seal
from ui.quiet import Quiet, place
from ui.traffic import answer_turn, chat_turn, traffic

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


def turn(server: Running, event: int, data: list[Any]) -> None:
    """An event of the chat, forged or not, and the wait for what becomes of it."""
    joined = json.dumps({"fn_index": event, "data": data, "session_hash": f"s{event}"})
    if server.ask("POST", "/gradio_api/queue/join", joined)[0] == 200:
        stream = http.client.HTTPConnection("127.0.0.1", server.port, timeout=2)
        stream.request("GET", f"/gradio_api/queue/data?session_hash=s{event}")
        with contextlib.suppress(TimeoutError):
            for line in stream.getresponse():  # until the event is over
                if b"process_completed" in line or b"close_stream" in line:
                    break
        stream.close()


def through_every_route(server: Running, marker: str) -> None:
    """The marker as question, history, feedback, form, path, query, and in what does not fit."""
    question = f"Can I take alendronate {marker} with milk?"
    said = [{"role": "user", "content": question}, {"role": "assistant", "content": marker}]
    bodies = [
        {"messages": [question.replace(f"{marker} ", "")]},  # which is surely answered
        {"messages": [question]}, {"messages": [marker, question], "level": "research"},
        {"messages": [f"I have chest pain {marker}"]}, {"messages": question}, {marker: 1},
        {"messages": [question], "country": marker}, {"messages": [f"{marker} " * 400]},
        {"messages": [marker * 3_000]}, {"messages": [f"\ud800{marker}"]},
        {"question": question, "helpful": False, "reason": marker, "history": [marker]},
    ]  # fmt: skip
    form = f"question={marker}+milk&said={marker}+{'y' * 600}&reason={marker}&message={marker}"
    for path in ("/api/ask", "/api/v1/ask", "/ask", "/embed", "/takeaway", "/feedback", "/mcp"):
        for body in bodies:
            server.ask("POST", path, json.dumps(body))
        server.ask("POST", path, f'{{"{marker}')
        server.ask("POST", path, form, "application/x-www-form-urlencoded")
        server.ask("GET", f"{path}?question={marker}")
    asked = {"name": "ask", "arguments": {"question": question, marker: 1}}
    call = {"jsonrpc": "2.0", "id": marker, "method": "tools/call", "params": asked}
    for method in ("tools/call", marker):
        server.ask("POST", "/mcp", json.dumps(call | {"method": method}))
    for path in ("source", "pages", "api/documents", "gradio_api", "nowhere", marker):
        server.ask("GET", f"/{path}/{marker}")
        server.ask(marker, f"/{path}")
    server.ask("GET", "/" + quote(f"\n{marker}\r\n"))
    for event in range(8):
        for data in ([question, said, "plain"], [said, "plain"], [12, {marker: marker}], [marker]):
            turn(server, event, data)
    with socket.create_connection(("127.0.0.1", server.port)) as line:
        line.sendall(f"{marker} \x00\xff nonsense\r\n\r\n".encode("latin-1"))
        line.recv(200)


@pytest.fixture(scope="module")
def questioned(
    built: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Running, str]]:
    """A server with everything on that has been asked, through every route, about a marker."""
    marker = f"zq{secrets.token_hex(8)}"
    folder, metrics = tmp_path_factory.mktemp("service"), free_port()
    settings = {
        "metrics_port": str(metrics),
        "openapi": "on",
        "mcp": "on",
        "ask_rate": "9999/second",
    }
    with running(folder, built, **settings) as server:
        through_every_route(server, marker)
        connection = http.client.HTTPConnection("127.0.0.1", metrics, timeout=10)
        connection.request("GET", "/metrics")
        (folder / "metrics").write_bytes(connection.getresponse().read())
        assert server.ask("GET", "/healthz")[0] == 200
        yield server, marker


def test_what_was_typed_is_nowhere_afterwards(questioned: tuple[Running, str]) -> None:
    server, marker = questioned
    assert f"answers on http://127.0.0.1:{server.port}" in server.log.read_text()
    assert "write" in server.notes.read_text(), "writes are noted"
    written = [Path(line.split(" ", 1)[1]) for line in server.notes.read_text().splitlines()
               if line.startswith("write /")]  # fmt: skip
    kept = [file for file in (*server.folder.rglob("*"), *written) if file.is_file()]
    assert {server.log, server.notes, server.folder / "metrics"} <= set(kept)
    assert all(file.is_relative_to(server.folder) for file in written if file.is_file()), written
    for file in kept:
        assert marker.encode() not in file.read_bytes(), file
        assert marker not in file.name
    assert "Traceback" not in server.log.read_text()


def test_counters_hold_no_text(questioned: tuple[Running, str]) -> None:
    counted = (questioned[0].folder / "metrics").read_text()
    assert 'bonewise_answers_total{code="200",language="en",status="answered"}' in counted
    assert 'bonewise_cards_total{level="emergency"' in counted
    assert "bonewise_answer_seconds_bucket" in counted
    assert "created" not in counted, "a time at which somebody asked"


def test_the_server_calls_nobody(questioned: tuple[Running, str]) -> None:
    server, _ = questioned
    for line in server.notes.read_text().splitlines():
        event = line.split(" ")[0]
        if event in ("subprocess.Popen", "os.system"):
            assert "fc-list" in line, line  # matplotlib, which gradio imports, looks for fonts
        if event in ("socket.connect", "socket.sendto"):
            assert "127.0.0.1" in line or "'/" in line, line
    assert not list(server.folder.rglob("Microsoft")), "onnxruntime keeps an id and reports"
    table = Path(f"/proc/{server.process.pid}/net/tcp")
    if table.exists():  # connections that no line of Python began
        mine = {str(file.readlink()) for file in Path(f"/proc/{server.process.pid}/fd").iterdir()}
        for row in table.read_text().splitlines()[1:]:
            fields = row.split()
            if f"socket:[{fields[9]}]" in mine and fields[3] == "01":
                assert fields[2].startswith("0100007F"), row


def test_errors_are_logged_by_type_and_place_only() -> None:
    try:
        raise ValueError("what somebody typed")
    except ValueError as error:
        said = place(error)
        traced = (type(error), error, error.__traceback__)
        noted = logging.LogRecord("library", 40, __file__, 7, "no: %s", ("typed",), traced)
        record = Quiet().format(noted)
    assert said.startswith("ValueError in test_service.py line ")
    assert "typed" not in record
    assert "ValueError in test_service.py" in record


def swap(index: Path) -> str:
    """Put a copy of the build in use into use, as a build does it; its name."""
    before = next(line.split(" ")[0] for line in (index / "CURRENT").read_text().splitlines())
    name = f"build-{int(before.removeprefix('build-')) + 1:06d}"
    shutil.copytree(index / before, index / name)
    (index / ".CURRENT").write_text(Seal(name, file_hash(index / name / "recipe.json")).line())
    (index / ".CURRENT").replace(index / "CURRENT")
    return name


def test_a_new_index_comes_into_use_without_a_request_dropped(copied: Path, tmp_path: Path) -> None:
    settings = {"chat": "off", "ask_rate": "9999/second", "page_rate": "9999/second"}
    folder = tmp_path / "service"
    folder.mkdir()
    body = json.dumps({"messages": ["How do I take the weekly alendronate tablet?"]})
    codes: list[int] = []
    with running(folder, copied / "index", **settings) as server:
        first, stop = server.ready(), threading.Event()

        def keep_asking() -> None:
            while not stop.is_set():
                codes.append(server.ask("POST", "/api/ask", body)[0])

        askers = [threading.Thread(target=keep_asking) for _ in range(3)]
        for asker in askers:
            asker.start()
        name = swap(copied / "index")
        deadline = time.monotonic() + 30
        while server.ready()["build"] != name and time.monotonic() < deadline:
            time.sleep(0.1)
        stop.set()
        for asker in askers:
            asker.join()
        assert server.ready() == first | {"build": name, "index": "current"}
        assert len(codes) > 10
        assert set(codes) == {200}

        (copied / "index" / "CURRENT").write_text("nonsense\n")
        while server.ready()["index"] != "failed" and time.monotonic() < deadline + 30:
            time.sleep(0.1)
        assert server.ready() == first | {"build": name, "index": "failed"}
        assert server.ask("POST", "/api/ask", body)[0] == 200
        assert f"still answering from {name}" in server.log.read_text()


def test_without_the_chat_gradio_is_never_imported(built: Path) -> None:
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from assistant.ask import Assistant\n"
        "from ui.server import build_app\n"
        "from ui.settings import Settings\n"
        f"build_app(Assistant.load(Path({str(built)!r})), Settings(chat=False, openapi=True))\n"
        "print([name for name in ('gradio', 'pandas', 'torch') if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True,
        env=os.environ | SAFE,
    )  # fmt: skip
    assert done.stdout.strip() == "[]"


def test_it_serves_again_after_it_was_killed(built: Path, tmp_path: Path) -> None:
    for name in ("first", "second"):
        folder = tmp_path / name
        folder.mkdir()
        with running(folder, built, chat="off") as server:
            assert server.ready()["ready"]
            server.process.kill()
            assert server.process.wait(timeout=10) == -9
        left = [file.name for file in (folder / "temporary").rglob("*") if file.is_file()]
        assert left == []


def test_a_load_is_measured_on_answers_and_on_chat_turns(server: str) -> None:
    asked = asyncio.run(traffic(server, answer_turn("/api/ask"), 2, 0.5))
    chatted = asyncio.run(traffic(server, asyncio.run(chat_turn(server)), 2, 0.5))
    for load in (asked, chatted):
        assert set(load.codes) == {200}
        assert load.codes[200] == len(load.seconds) >= 2, "each of the two asks once at least"
        assert load.broken == 0
        assert 0 < load.percentile(0.5) <= load.percentile(0.95)
    nowhere = asyncio.run(traffic(server, answer_turn("/nowhere"), 1, 0.1))
    assert nowhere.rate == 0
    assert set(nowhere.codes) == {404}


def test_the_unit_and_the_container_name_what_there_is() -> None:
    container = (ROOT / "docs" / "Containerfile").read_text()
    copied = re.findall(r"^COPY (.+) \S+$", container, re.MULTILINE)
    assert copied
    for name in " ".join(copied).split():
        assert (ROOT / name).exists(), name
    packages = {file.parent.name for file in ROOT.glob("*/__init__.py")} - {"tests"}
    assert packages <= set(" ".join(copied).split())
    unit = (ROOT / "docs" / "bonewise.service").read_text()
    assert "python -m ui check --settings" in unit
    assert "python -m ui --settings" in unit
