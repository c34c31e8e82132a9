"""The index on disk: one folder a build, and a file CURRENT that names the one in use.

A build is written beside the one in use and becomes it in one rename, so a reader finds the old
index or the new one, whole, and a build that is killed leaves the old one working. The build
before the current one is kept to go back to.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CURRENT = "CURRENT"
BUILD = "build-"
UNFINISHED = ".unfinished-"


def current(folder: Path) -> Path | None:
    """The build in use, or None if there is none yet."""
    try:
        name = (folder / CURRENT).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
    build = folder / name
    return build if name.startswith(BUILD) and build.parent == folder and build.is_dir() else None


@contextmanager
def building(folder: Path) -> Iterator[Path]:
    """An empty folder to build into; it comes into use when the block ends without an error."""
    folder.mkdir(parents=True, exist_ok=True)
    with _only_builder(folder):
        for left in folder.glob(UNFINISHED + "*"):  # by builds that were killed
            shutil.rmtree(left, ignore_errors=True)
        unfinished = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=folder))
        try:
            yield unfinished
            _publish(folder, unfinished)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)


def _publish(folder: Path, unfinished: Path) -> None:
    before = current(folder)
    numbers = [int(name.name.removeprefix(BUILD)) for name in folder.glob(BUILD + "*")]
    build = folder / f"{BUILD}{max(numbers, default=0) + 1:06d}"
    unfinished.chmod(0o755)  # mkdtemp makes it private
    for file in unfinished.rglob("*"):
        if file.is_file():
            with file.open("rb") as written:
                os.fsync(written.fileno())
    unfinished.rename(build)
    pointer = folder / f".{CURRENT}"
    with pointer.open("w", encoding="utf-8") as opened:
        opened.write(build.name + "\n")
        opened.flush()
        os.fsync(opened.fileno())
    pointer.replace(folder / CURRENT)  # the one moment at which the index changes
    for old in folder.glob(BUILD + "*"):
        if old not in (build, before):
            shutil.rmtree(old, ignore_errors=True)


@contextmanager
def _only_builder(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; the system lets go of it if we are killed."""
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise BlockingIOError(f"another build is writing {folder}; wait for it") from error
        yield
