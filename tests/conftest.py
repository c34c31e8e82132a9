"""One real library, built once: the project's own documents, with the project's own commands."""

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

os.environ["HF_HUB_OFFLINE"] = "1"

import pytest
import uvicorn
from filelock import FileLock
from playwright.sync_api import Browser, expect, sync_playwright

from assistant.ask import Assistant
from corpus import DOCUMENTS
from corpus.document import Document
from corpus.read import read_documents
from index.build import build_index
from index.files import file_hash
from index.folder import Seal
from ui.asgi import App
from ui.server import build_app
from ui.settings import Settings

ROOT = Path(__file__).parent.parent
expect.set_options(timeout=20_000)  # a busy machine is no error of the page
CHROMIUM = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def library() -> dict[str, Document]:
    return {document.id: document for document in read_documents(DOCUMENTS)}


def shared(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder that is filled once for all processes that run tests; the others wait for it."""
    root = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent
    folder, whole = root / name, root / f"{name}.whole"
    with FileLock(root / f"{name}.lock"):
        if not whole.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            whole.touch()
    return folder


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an index over the library; tests that change it take a copy."""
    return shared(tmp_path_factory, "index", lambda folder: build_index([DOCUMENTS], folder))


class WholeRun(NamedTuple):
    """One `python -m eval` over everything: what it kept and what it printed."""

    file: Path
    printed: str


@pytest.fixture(scope="session")
def whole_run(built: Path, tmp_path_factory: pytest.TempPathFactory) -> WholeRun:
    """It takes a minute, so that tests which only read one share it."""

    def make(folder: Path) -> None:
        command = [sys.executable, "-m", "eval", "run", "--by", "level", "--by", "style"]
        command += ["--index", str(built), "--out", str(folder / "run.json")]
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
        (folder / "printed.txt").write_text(done.stdout, encoding="utf-8")

    folder = shared(tmp_path_factory, "eval", make)
    return WholeRun(folder / "run.json", (folder / "printed.txt").read_text(encoding="utf-8"))


@pytest.fixture
def copied(built: Path, tmp_path: Path) -> Path:
    """A copy of the built index beside a copy of the documents that it was built from."""
    documents = tmp_path / "documents"
    shutil.copytree(DOCUMENTS, documents)
    shutil.copy(DOCUMENTS.parent / "references.json", tmp_path)
    for beside in ("asked", "talks"):
        shutil.copytree(DOCUMENTS.parent / beside, tmp_path / beside)
    shutil.copy(DOCUMENTS.parent / "beyond.yaml", tmp_path)
    shutil.copytree(built, tmp_path / "index")
    recipe = next((tmp_path / "index").glob("build-*/recipe.json"))
    text = recipe.read_text()
    before = os.path.relpath(DOCUMENTS.parent, built)
    assert before in text
    recipe.write_text(text.replace(f'"{before}/', '"../'))
    seal(tmp_path / "index")
    return tmp_path


def seal(index: Path) -> None:
    """Have CURRENT name the only build of a folder with the recipe that it has now."""
    build = next(index.glob("build-*"))
    sealed = Seal(build.name, file_hash(build / "recipe.json"))
    (index / "CURRENT").write_text(sealed.line())


@pytest.fixture(scope="session")
def assistant(built: Path) -> Assistant:
    return Assistant.load(built)


@contextmanager
def serving(app: App) -> Iterator[str]:
    """The address of an app on a real port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=port,
        access_log=False,
        log_level="warning",
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    while not running.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.05)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        running.should_exit = True
        thread.join(timeout=10)


@pytest.fixture(scope="session")
def server(assistant: Assistant) -> Iterator[str]:
    """The address of the whole app; tests ask faster than people may."""
    with serving(
        build_app(assistant, Settings(ask_rate="9999/second", page_rate="9999/second"))
    ) as url:
        yield url


@contextmanager
def chromium(**options: Any) -> Iterator[Browser]:
    """The system's Chromium, or a skip that says how to get it."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("no chromium on this machine; 'make test' says how to get it")
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=program, args=CHROMIUM, **options)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One module at a time, since Playwright wants the thread to itself."""
    with chromium() as launched:
        yield launched
