"""What was typed is nowhere afterwards, and the service calls nobody."""

import contextlib
import http.client
import json
import logging
import secrets
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from running import Running, free_port, running

from ui.quiet import Quiet, place


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
    history = [{"role": "user", "content": question}, {"role": "assistant", "content": marker}]
    said = json.dumps([[question, False], [marker, True]])
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
        for data in ([question, said, "plain"], [question, history, "plain"], [said, "plain"],
                     [said, "plain", marker], [12, {marker: marker}], [marker]):  # fmt: skip
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
    assert said.startswith("ValueError in test_private.py line ")
    assert "typed" not in record
    assert "ValueError in test_private.py" in record
