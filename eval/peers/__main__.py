"""``make peers``: what users would pick instead, on the same documents and questions."""

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from rich.console import Console
from rich.markdown import Markdown
from rich.progress import Progress

from eval import RESULTS
from eval.commands import check_place
from eval.machine import machine
from eval.peers import SIDES
from eval.peers.collection import Collection, beir, library
from eval.peers.measure import Measured, interpreter, measure
from eval.peers.page import section, versions
from eval.peers.quality import qualities
from index.progress import Progress as Report

Maker = Callable[[Path, Report], Collection]
HOW = """# Beside what users would pick instead

{machine} {rounds}

Every side gets the same passages (title, heading, governing lines and text, cut by us; "its own
splitter": the documents' text, cut by RecursiveCharacterTextSplitter at 1,000 characters with 200
of overlap) and the same encoder, the packaged all-MiniLM-L6-v2: the peers by sentence-transformers,
ours as int8 ONNX. A passage or chunk is graded by the best label of which it holds more than half
of the characters; chunks are larger and fewer than passages, so compare that row by its documents.
A document stands where its first passage stands among the first 50. Recall and Success count
grades of 2 and 3 unless a section says others.
"passages/s" is embedding, indexing and saving, the encoder being loaded. Ours
makes a vector of every sentence and heading beside each passage's, so "texts/s" is what the encoder
does and "passages/s" what a builder waits for. "Command to index on disk" is a whole process,
"load" all imports and loading in a process, "launch to first result" a cold start. Ours also
searches the questions that are written under the sentences of the library, embeds them when it is
built, and reads what is asked with an encoder that learnt from them; its weights were fitted on the
dev questions. "Documents alone" is ours over what the peers are given: no questions, an
encoder that learnt from public ones, weights chosen on the dev questions too. Nothing of the peers
was fitted.

{versions}
"""


def main(arguments: list[str] | None = None) -> int:
    """0 is fine, 2 means it can't be done."""
    options = _parser().parse_args(arguments)
    try:
        return _run(options)
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m eval.peers", description=__doc__)
    parser.add_argument("--beir", type=Path, metavar="DIR", help="a collection in BEIR layout, too")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="starts of each side")
    parser.add_argument(
        "--builds", type=int, default=2, metavar="N", help="builds of each side on our library"
    )
    parser.add_argument(
        "--continue", dest="go_on", action="store_true", help="take what a stopped run measured"
    )
    parser.add_argument(
        "--environment",
        type=Path,
        default=Path(".venv-peers"),
        metavar="DIR",
        help="where make peers has put the peers' libraries (default: .venv-peers)",
    )
    parser.add_argument(
        "--work",
        type=Path,
        default=RESULTS / "peers",
        metavar="DIR",
        help="where indexes and what was measured are kept, for --continue",
    )
    parser.add_argument(
        "--out", type=Path, default=RESULTS.parent / "peers.md", metavar="FILE", help="the report"
    )
    return parser


def _run(options: argparse.Namespace) -> int:
    peers = next(side for side in SIDES if interpreter(side, options.environment) != sys.executable)
    if not Path(interpreter(peers, options.environment)).exists():
        raise FileNotFoundError(f"there is no {options.environment}; it is made by: make peers")
    if options.rounds < 1 or options.builds < 1:
        raise ValueError("--rounds and --builds have to be at least 1")
    check_place(options.out)
    began = _began(options.work / "machine.txt", options.go_on)
    done = list(_measured(options))
    rounds = (
        f"Starts of each side: {options.rounds}, builds: {options.builds} (of a BEIR collection "
        "1), every one a fresh process, the sides in turns; medians."
    )
    head = HOW.format(machine=began, rounds=rounds, versions=versions([r for _, r, _ in done]))
    parts = (section(made, runs, qualities(made, runs, work)) for made, runs, work in done)
    text = "\n".join([head, *(line for part in parts for line in part)])
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(text, encoding="utf-8")
    Console(width=None if sys.stdout.isatty() else 160).print(Markdown(text))
    print(f"written to {options.out}")
    return 0


def _began(file: Path, go_on: bool) -> str:
    """The machine when the measurement began, be it in a run that was stopped."""
    if not go_on or not file.is_file():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(machine(), encoding="utf-8")
    return file.read_text(encoding="utf-8")


def _measured(
    options: argparse.Namespace,
) -> Iterator[tuple[Collection, dict[str, Measured], Path]]:
    """Each collection, what was measured on it, and where that lies."""
    makers: list[tuple[str, Maker, int]] = [("library", library, options.builds)]
    if options.beir:
        source = options.beir
        makers.append((source.resolve().name, lambda *given: beir(source, *given), 1))
    for name, make, builds in makers:
        work = (options.work / name).resolve()
        with Progress() as shown:
            made = make(work / "ours", _reporter(shown))
            times = {"build": builds, "rank": 1, "serve": options.rounds}
            steps = len(SIDES) * sum(times.values())
            task = shown.add_task(f"{name}: builds and starts", total=steps)
            runs = measure(
                made.material,
                work,
                options.environment.resolve(),
                times,
                options.go_on,
                lambda task=task, shown=shown: shown.advance(task),  # type: ignore[misc]
            )
        yield made, runs, work


def _reporter(shown: Progress) -> Report:
    """Progress of a build on `shown`, one line a stage."""
    tasks = {}

    def report(stage: str, done: int, total: int) -> None:
        if stage not in tasks:
            tasks[stage] = shown.add_task(stage, total=total)
        shown.advance(tasks[stage], done)

    return report


if __name__ == "__main__":
    sys.exit(main())
