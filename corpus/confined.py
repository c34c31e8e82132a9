"""Files from outside are taken apart in a process of their own, with little memory and time.

A PDF or a Word document is a program of sorts: a few kilobytes can unpack to gigabytes or turn in
circles. Whatever one of them does, it ends with one line about it, and the rest goes on.
"""

import json
import resource
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from corpus.page import Line, Page

MEMORY = 2_000_000_000  # bytes of address space; the libraries take a quarter of it
SECONDS = 120
FORMATS = (".pdf", ".docx", ".html", ".htm")


def confined_page(suffix: str, data: bytes) -> Page:
    """The page of a file of one of FORMATS; ValueError says why it can't be read."""
    command = [sys.executable, "-m", "corpus.confined", suffix]
    try:
        done = subprocess.run(  # noqa: S603 (our own program, no shell)
            command,
            input=data,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            cwd=Path(__file__).parent.parent,
        )
    except subprocess.TimeoutExpired as error:
        raise ValueError(f"it took more than {SECONDS} seconds to read; split it") from error
    if done.returncode:
        raise ValueError(
            f"it took more than {MEMORY // 1_000_000:,} MB of memory or {SECONDS} seconds to "
            "read, or it is damaged; save it again or split it"
        )
    found = json.loads(done.stdout)
    if "error" in found:
        raise ValueError(found["error"])
    return Page(found["title"], tuple(_line(row) for row in found["lines"]))


def _line(row: dict[str, object]) -> Line:
    texts, turns = row["texts"], row["turns"]
    assert isinstance(texts, list)
    assert isinstance(turns, list)
    pages = tuple((offset, number) for offset, number in turns)
    return Line(row["kind"], tuple(texts), (), row["depth"], pages)  # type: ignore[arg-type]


def _reader(suffix: str) -> Callable[[bytes], Page]:
    """Each brings its own library, and only the one that is needed is imported."""
    if suffix == ".pdf":
        from corpus.formats.pdf import pdf_page

        return pdf_page
    if suffix == ".docx":
        from corpus.formats.word import word_page

        return word_page
    from corpus.formats.web import web_page

    return web_page


def main() -> int:
    """Read the file on standard input, write its page or what is wrong with it as JSON."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    data = sys.stdin.buffer.read()
    answer, sys.stdout = sys.stdout, sys.stderr  # libraries may print
    try:
        found = asdict(_reader(sys.argv[1])(data))
    except ValueError as error:
        found = {"error": str(error)}
    except RecursionError:
        found = {"error": "it is nested too deeply to read; save it again"}
    answer.write(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
