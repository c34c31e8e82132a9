"""A live server: what it serves, what it refuses, and what it writes to its log."""

import contextlib
import http.client
import json
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from ui.__main__ import main


def status(url: str) -> int:
    try:
        with urlopen(url, timeout=10) as response:
            return int(response.status)
    except HTTPError as error:
        return error.code


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", 200), ("/healthz", 200), ("/config", 200), ("/source/alendronate", 200),
        ("/pages/source.css", 200), ("/pages/source.js", 200), ("/pages/chat.js", 200),
        ("/source/nothing", 404), ("/source/..%2f..%2fpyproject", 404), ("/source/A", 404),
        ("/pages/../render.py", 404), ("/docs", 404), ("/openapi.json", 404), ("/upload", 404),
        ("/gradio_api/upload", 404), ("/gradio_api/file=/etc/passwd", 404),
        ("/gradio_api/openapi.json", 404), ("/gradio_api/runs", 404), ("/monitoring/summary", 404),
        ("/gradio_api/deep_link", 404), ("/proxy=http://x.example", 404), ("/runs", 404),
    ],
)  # fmt: skip
def test_only_what_a_chat_needs_is_served(server: str, path: str, expected: int) -> None:
    assert status(server + path) == expected


def test_pages_forbid_all_other_hosts(server: str) -> None:
    for path in ("/", "/source/alendronate"):
        with urlopen(server + path, timeout=10) as response:
            policy = response.headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "script-src 'self';" in policy
            assert "http" not in policy
            assert response.headers["x-content-type-options"] == "nosniff"
            assert response.headers["referrer-policy"] == "no-referrer"
            assert "set-cookie" not in response.headers


@pytest.mark.parametrize("announced", [True, False])
def test_a_big_body_is_refused(server: str, announced: bool) -> None:
    connection = http.client.HTTPConnection(urlsplit(server).netloc, timeout=10)
    body = b"x" * 200_000
    sent = body if announced else iter([body[:70_000], body[70_000:]])
    try:
        connection.request("POST", "/gradio_api/queue/join", sent, encode_chunked=not announced)
        assert connection.getresponse().status == 413
    except (ConnectionError, http.client.HTTPException):
        assert not announced, "it hung up instead of saying why"
    assert status(server + "/healthz") == 200


FORGED: tuple[object, ...] = (
    ["canary", "x"],
    ["canary", '[["canary", false], ["canary"], {"canary": 1}]', "plain"],
    ["canary", [{"role": "user", "content": {"canary": 1}}]],
    ["canary", [{"role": "canary"}]],
    ["canary"],
    [None, None],
    "canary",
)


def is_up(url: str) -> bool:
    try:
        return status(url) == 200
    except OSError:
        return False


def forge(port: int, event: int, data: object) -> None:
    """One request that no page of ours sends, and the wait for what becomes of it."""
    body = json.dumps({"fn_index": event, "data": data, "session_hash": "canary"})
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    headers = {"Content-Type": "application/json"}
    connection.request("POST", "/gradio_api/queue/join", body, headers)
    if connection.getresponse().status == 200:
        stream = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        stream.request("GET", "/gradio_api/queue/data?session_hash=canary")
        with contextlib.suppress(TimeoutError):
            stream.getresponse().read(400)
        stream.close()


def test_a_forged_request_leaves_no_text_and_no_traceback_in_the_log(built: Path) -> None:
    """The server as its own process, so that everything it writes is seen."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "ui", "--index", str(built), "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + 60
        while not is_up(f"http://127.0.0.1:{port}/healthz"):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.1)
        for data in FORGED:
            for event in (0, 2, 6):
                forge(port, event, data)
        time.sleep(1)
    finally:
        process.kill()
        log = process.communicate(timeout=10)[0].decode()
    assert f"http://127.0.0.1:{port}" in log
    assert "canary" not in log
    assert "Traceback" not in log


def test_what_cannot_be_served_is_said_in_a_sentence(
    tmp_path: Path, server: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--index", str(tmp_path), "--port", "0"]) == 2
    assert "python -m index build" in capsys.readouterr().err
    assert main(["--port", server.rsplit(":", 1)[1]]) == 2
    assert "choose another with --port" in capsys.readouterr().err
    assert main(["--port", "99999"]) == 2
