"""The service as its own process: it goes on, and is measured."""

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

from running import ROOT, SAFE, running

from index.files import file_hash
from index.folder import Seal
from ui.traffic import answer_turn, chat_turn, traffic


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
