"""The index on disk: one folder a build, and a file CURRENT that names the one in use.

A build is written beside the one in use and becomes it in one rename, so a reader finds the old
index or the new one, whole, and a build that is killed leaves the old one working. The build
before the current one is kept to go back to. CURRENT has a line for each, the one in use first,
with the hash of its recipe, which in turn has the hash of every other file.
"""

import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from index.files import file_hash
from index.recipe import FILE

CURRENT = "CURRENT"
BUILD = "build-"
NUMBERED = BUILD + "[0-9]" * 6  # what else stands there is not ours to sweep
UNFINISHED = ".unfinished-"
LOCK = ".lock"
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
LEAST_ROOM = 1 << 16  # bytes; a write that failed with less left failed for want of room


@dataclass(frozen=True, slots=True)
class Seal:
    """A build's name and the SHA-256 of its recipe."""

    name: str
    recipe: str

    def line(self) -> str:
        """As it stands in CURRENT, with a checksum of its own."""
        said = f"{self.name} {self.recipe}"
        return f"{said} {sha256(said.encode()).hexdigest()[:16]}\n"


def seals(folder: Path) -> tuple[Seal, ...]:
    """The builds that CURRENT names, the one in use first; none if nothing was built yet.

    ValueError if CURRENT is not what was written.
    """
    try:
        text = (folder / CURRENT).read_bytes().decode()
    except FileNotFoundError as error:
        if any(folder.glob(BUILD + "*/" + FILE)):
            raise ValueError(f"its file {CURRENT} is missing") from error
        return ()
    except UnicodeDecodeError as error:
        raise ValueError(f"its file {CURRENT} is not the one that was written") from error
    named = [Seal(*line.split(" ")[:2]) for line in text.splitlines() if line.count(" ") == 2]
    if not named or "".join(seal.line() for seal in named) != text:
        raise ValueError(f"its file {CURRENT} is not the one that was written")
    return tuple(named)


def current(folder: Path) -> Path | None:
    """The build in use, or None if there is none that can be told."""
    try:
        return next((folder / seal.name for seal in seals(folder)), None)
    except (ValueError, OSError):
        return None


def check_seal(folder: Path, seal: Seal) -> Path:
    """The folder of a sealed build; ValueError if it is gone or has another recipe."""
    build = folder / seal.name
    if not (build / FILE).is_file():
        raise ValueError(f"its file {FILE} is missing")
    if file_hash(build / FILE) != seal.recipe:
        raise ValueError(f"its file {FILE} is not the one that was built")
    return build


@contextmanager
def building(folder: Path, *, wait: bool = False) -> Iterator[Path]:
    """An empty folder to build into; it comes into use when the block ends without an error."""
    folder.mkdir(parents=True, exist_ok=True)
    with _only_builder(folder, wait):
        for left in folder.glob(UNFINISHED + "*"):  # by builds that were killed
            shutil.rmtree(left, ignore_errors=True)
        unfinished = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=folder))
        try:
            yield unfinished
            _publish(folder, unfinished)
        except Exception as error:
            if _is_full(error, folder):
                raise OSError(f"there is no room for the index on the disk of {folder}") from error
            raise
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)


def roll_back(folder: Path, check: Callable[[Path, Seal], object]) -> tuple[str, str]:
    """Put the build before back into use, if `check` raises nothing; names of both, now first.

    The one that was in use is kept, so that doing it again undoes it.
    """
    if not folder.is_dir():
        raise FileNotFoundError(f"there is no index in {folder}")
    with _only_builder(folder):
        named = seals(folder)
        if len(named) < 2:
            raise ValueError(f"there is no build before the one in use in {folder}")
        here, before = named
        check(folder, before)
        _point(folder, (before, here))
    return before.name, here.name


def _publish(folder: Path, unfinished: Path) -> None:
    before = _kept(folder)
    numbers = [int(build.name.removeprefix(BUILD)) for build in folder.glob(NUMBERED)]
    build = folder / f"{BUILD}{max(numbers, default=0) + 1:06d}"
    unfinished.chmod(0o755)  # mkdtemp makes it private
    for path in (*unfinished.rglob("*"), unfinished):
        _sync(path)
    seal = Seal(build.name, file_hash(unfinished / FILE))
    unfinished.rename(build)
    _point(folder, (seal, *before))
    for old in folder.glob(NUMBERED):
        if old.name not in {seal.name, *(kept.name for kept in before)}:
            shutil.rmtree(old, ignore_errors=True)


def _is_full(error: Exception, folder: Path) -> bool:
    """Libraries hide what went wrong in errors of their own, so the disk is asked too."""
    if isinstance(error, OSError) and error.errno in FULL:
        return True
    return shutil.disk_usage(folder).free < LEAST_ROOM


def _kept(folder: Path) -> tuple[Seal, ...]:
    """The build in use, if it can be told."""
    try:
        return seals(folder)[:1]
    except ValueError:
        return ()


def _point(folder: Path, named: Sequence[Seal]) -> None:
    pointer = folder / f".{CURRENT}"
    pointer.write_text("".join(seal.line() for seal in named), encoding="utf-8")
    _sync(pointer)
    pointer.replace(folder / CURRENT)  # the one moment at which the index changes
    _sync(folder)


def _sync(path: Path) -> None:
    """Have the disk keep a file, or the names in a folder, through a power cut."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@contextmanager
def _only_builder(folder: Path, wait: bool = False) -> Iterator[None]:
    """Hold the folder's lock; the system lets go of it if we are killed."""
    with (folder / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError as error:
            raise BlockingIOError(
                f"another build is writing {folder}; wait for it (build --wait does)"
            ) from error
        yield
