"""The widget's loader, and the snippet that a site puts on its page."""

import html
import re
import socket
import threading
from gzip import decompress as gunzip
from urllib.request import Request, urlopen

import pytest
from conftest import serving
from hosts import HOW

from assistant.ask import Assistant
from embed.asking import SITE, get, post, status
from ui.demo.__main__ import main as demo
from ui.loader import FOLDER, integrity, load_loader
from ui.server import build_app
from ui.settings import Settings
from ui.snippet import main


def test_a_release_of_the_loader_never_changes(bones: str) -> None:
    loader = load_loader()
    for path, age in ((loader.path, 31_536_000), (loader.evergreen, 3_600)):
        with urlopen(bones + path, timeout=10) as response:
            assert integrity(response.read()) == loader.integrity
            assert f"max-age={age}" in response.headers["cache-control"]
            assert ("immutable" in response.headers["cache-control"]) == (age > 3_600)
            assert response.headers["access-control-allow-origin"] == "*"
            assert response.headers["cross-origin-resource-policy"] == "cross-origin"
        squeezed = Request(bones + path, headers={"Accept-Encoding": "gzip"})
        with urlopen(squeezed, timeout=10) as response:
            assert gunzip(response.read()) == loader.script
    for version in ("v9.9.9", "v2", "v1.0", "v..", "latest"):
        assert status(lambda v=version: get(f"{bones}/widget/{v}/loader.js")) == 404
    assert (FOLDER / "loader.js").is_file()


def test_the_snippet_is_right_for_the_server_that_runs(
    bones: str, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = ["--site", SITE, "--server", f"{bones}/", "--label", 'Ask "us" & more', "--check"]
    assert main(wanted) == 0
    said = capsys.readouterr().out
    assert f'integrity="{load_loader().integrity}" crossorigin="anonymous"' in said
    assert 'data-label="Ask &#34;us&#34; &amp; more"' in said
    assert f'<a href="{bones}/ask">' in said
    assert f"script-src {bones}\nframe-src {bones}\n" in said


def test_it_works_under_a_path_of_its_own(
    assistant: Assistant, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(sites=(SITE,), chat=False, root_path="/bones")
    with serving(build_app(assistant, settings)) as address:
        page = post(f"{address}/bones/embed?accent=005eb8", ("question", HOW))
        assert '<form id="ask" method="post" action="/bones/embed?accent=005eb8#newest">' in page
        for path in re.findall(r'(?:href|src|action)="(/[^"#]+)', page):
            assert path.startswith("/bones/")
        for path in re.findall(r'<(?:link|script)[^>]* (?:href|src)="(/[^"]+)"', page):
            assert status(lambda path=path: get(address + path.replace("&amp;", "&"))) == 200
        assert main(["--site", SITE, "--server", f"{address}/bones", "--check"]) == 0
        assert f'src="{address}/bones/widget/v' in capsys.readouterr().out


def test_the_demo_says_why_it_can_not_start(bones: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert demo(["--host-port", bones.rsplit(":", 1)[1]]) == 2
    assert "choose another with --host-port" in capsys.readouterr().err


def test_a_frame_without_a_script_needs_one_line_only(
    bones: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--site", SITE, "--server", bones, "--plain"]) == 0
    said = capsys.readouterr().out
    assert f'<iframe title="Ask about bone health" src="{bones}/embed"' in said
    assert "script" not in said
    assert f"frame-src {bones}" in said
    looks = ["--topic", "tablets", "--accent", "#005EB8", "--theme", "dark", "--title", "A < B"]
    whom = ["--contact", "Ring us", "--contact-url", "tel:0123"]
    assert main(["--site", SITE, "--server", bones, "--plain", *looks, *whom]) == 0
    said = capsys.readouterr().out
    framed = re.search(r'<iframe title="A &lt; B" src="([^"]+)"', said)
    assert framed
    page = get(html.unescape(framed[1]))
    assert "accent=005eb8" in page
    assert "theme=dark" in page
    assert '<p><a href="tel:0123">Ring us</a></p>' in said
    assert main(["--site", SITE, "--server", bones, "--plain", "--open-on", "#ask"]) == 2
    assert "--open-on needs the script that --plain does without" in capsys.readouterr().err
    assert main(["--site", SITE, "--server", bones, "--contact-url", "tel:0123"]) == 2
    assert "--contact-url needs --contact" in capsys.readouterr().err
    script = ["--contact", "Ring us", "--contact-url", "javascript:alert(1)"]
    assert main(["--site", SITE, "--server", bones, *script]) == 2
    assert "javascript:alert(1)" in capsys.readouterr().err


def test_a_server_that_can_not_be_asked_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def mumble() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(2000)
                connection.sendall(b"SSH-2.0-other\r\n")

        threading.Thread(target=mumble, daemon=True).start()
        other = f"http://127.0.0.1:{listening.getsockname()[1]}"
        assert main(["--site", SITE, "--server", other, "--check"]) == 1
    assert "is the server running there" in capsys.readouterr().err
    for wrong in (
        "http://host:abc", "http://host:99999", "http://[::1", "http://:80", "http://127.0.0.1/a b",
        "https://b.example;script-src *", "https://u:p@b.example", "https://b.example/x#y",
    ):  # fmt: skip
        assert main(["--site", SITE, "--server", wrong, "--check"]) == 2
        (line,) = capsys.readouterr().err.splitlines()
        assert f'--server "{wrong}" must be an address' in line


def test_a_snippet_that_would_not_work_says_why(
    bones: str, capsys: pytest.CaptureFixture[str]
) -> None:
    other = ["--site", "https://other.example", "--server", bones, "--check"]
    assert main(other) == 1
    assert 'sites = ["https://other.example"]' in capsys.readouterr().err
    assert main(["--site", SITE, "--server", "http://127.0.0.1:9", "--check"]) == 1
    assert "is the server running there" in capsys.readouterr().err
    for wrong in (["--site", "clinic.example"], ["--site", SITE, "--server", "bones"],
                  ["--site", SITE, "--accent", "#ffee00"]):  # fmt: skip
        assert main(wrong) == 2
        assert "Traceback" not in capsys.readouterr().err
