"""``python -m index``: build the index, say how it stands, go back to the one before, search it."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from signal import SIG_DFL, SIGPIPE, signal
from typing import Any

from index import FOLDER
from index.commands import keeping, learning, searching
from index.folder import current
from index.model import PACKAGED

STILL_IN_USE = "the index that was in use is still in use"
ON = ("all", "later")  # what a tuning goes on with


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 is fine, 1 means the index is stale, 2 means it could not be done."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        if options.run is keeping.build and current(options.folder):
            print(STILL_IN_USE, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"stopped; {STILL_IN_USE}", file=sys.stderr)
        return 130
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m index", description=__doc__)
    commands = parser.add_subparsers(
        required=True, metavar="build | status | tune | adapt | rollback | search"
    )
    build = commands.add_parser("build", help="build the index and put it into use")
    build.add_argument(
        "--documents",
        type=Path,
        nargs="+",
        metavar="DIR",
        help="folders of documents (default: the project's, and the one that staff added to)",
    )
    build.add_argument(
        "--model",
        default=PACKAGED,
        help="a folder with a sentence-transformers model, or the id of one in this machine's "
        f"Hugging Face cache (default: {PACKAGED})",
    )
    build.add_argument("--precision", default="int8", choices=("int8", "fp32"))
    for text in ("query", "passage"):
        build.add_argument(
            f"--{text}-prompt",
            metavar="TEXT",
            help=f"what the model wants before a {text} (default: what its settings name)",
        )
    build.add_argument("--afresh", action="store_true", help="embed again what has not changed")
    build.add_argument("--if-stale", action="store_true", help="do nothing if it is up to date")
    build.add_argument("--wait", action="store_true", help="if another build runs, wait for it")
    build.set_defaults(run=keeping.build)
    parsers = (build, *_others(commands))
    for parsed in parsers:
        parsed.add_argument(
            "--out" if parsed is build else "--index",
            dest="folder",
            type=Path,
            default=FOLDER,
            metavar="DIR",
            help="folder of the index (default: index/built)",
        )
    return parser


def _others(commands: Any) -> Iterator[argparse.ArgumentParser]:
    """The commands that take an index as it is."""
    standing = commands.add_parser(
        "status", help="what the index was built from, and what is stale (then the code is 1)"
    )
    standing.add_argument("--json", action="store_true", help="print it as data")
    standing.set_defaults(run=keeping.status)
    adapting = commands.add_parser(
        "adapt", help="learn from the library's questions how to turn a question to its answer"
    )
    adapting.set_defaults(run=learning.adapt)
    tuning = commands.add_parser(
        "tune",
        help="learn from questions and talks how to read a question; up to an hour; then: adapt",
    )
    tuning.add_argument(
        "--on",
        choices=ON,
        nargs="?",
        const=ON[0],
        help="go on from what is kept: from all questions, then later messages beside as many "
        "questions; or only the latter, twice",
    )
    tuning.add_argument(
        "--public",
        type=Path,
        metavar="DIR",
        help="for libraries without questions: learn from public ones, medquad.jsonl and "
        "consumer_question_summaries*.jsonl; a quarter of an hour",
    )
    tuning.set_defaults(run=learning.tune)
    rollback = commands.add_parser(
        "rollback", help="put the build before back into use; doing it again undoes it"
    )
    rollback.set_defaults(run=keeping.rollback)
    search = commands.add_parser("search", help="the ranked passages for a question")
    search.add_argument("question")
    search.add_argument("--limit", type=int, default=5, metavar="N", help="passages (default: 5)")
    search.add_argument("--explain", action="store_true", help="each part of each score")
    search.set_defaults(run=searching.search)
    yield from (standing, adapting, tuning, rollback, search)


if __name__ == "__main__":
    signal(SIGPIPE, SIG_DFL)  # who reads may stop early: "| head"
    sys.exit(main())
