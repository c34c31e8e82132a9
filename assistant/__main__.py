"""``python -m assistant "How do I take alendronate?"``: an answer in whole, cited sentences."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from signal import SIG_DFL, SIGPIPE, signal
from typing import Any, TextIO, get_args

from assistant.answer import Answer, Level
from assistant.ask import Assistant
from assistant.cards.desk import COMMANDS
from assistant.cards.desk import main as cards
from assistant.preferences import Preferences
from assistant.record import record
from assistant.reply import reply
from assistant.terminal import lines
from index import FOLDER


def main(arguments: list[str] | None = None) -> int:
    """Answer one question, or every line of standard input; 2 means it could not be done."""
    given = sys.argv[1:] if arguments is None else arguments
    if given[:1] == ["cards"] and (given[1:2] in ([], ["-h"], ["--help"]) or given[1] in COMMANDS):
        return cards(given[1:])
    parser = argparse.ArgumentParser(
        "python -m assistant",
        description=__doc__,
        epilog="python -m assistant cards --help: the safety cards, for those who look after them",
    )
    parser.add_argument("question", nargs="*", help="one question; quote it")
    parser.add_argument("--json", action="store_true", help="print the answer as JSON")
    parser.add_argument(
        "--jsonl",
        action="store_true",
        help='answer lines {"id": "...", "messages": ["...", "..."]} from standard input',
    )
    parser.add_argument(
        "--index",
        type=Path,
        default=FOLDER,
        metavar="DIR",
        help="the index (default: the library's)",
    )
    parser.add_argument("--cards", type=Path, metavar="FILE", help="a site's own safety cards")
    parser.add_argument("--country", metavar="CODE", help="whose phone numbers: gb, us, ...")
    parser.add_argument(
        "--level",
        choices=get_args(Level),
        default="plain",
        help="reading level of the documents that are preferred",
    )
    options = parser.parse_args(given)
    if options.jsonl == bool(options.question):
        parser.error("give one question, or --jsonl and lines on standard input")
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    wanted = Preferences(level=options.level)
    try:
        if options.jsonl:
            return _answer_lines(_loaded(options), sys.stdin.buffer, wanted)
        answer = reply(_loaded(options), [" ".join(options.question)], wanted)
    except (ValueError, OSError) as error:
        print(str(error).encode("utf-8", "replace").decode(), file=sys.stderr)
        return 2
    if answer.status == "unreadable" and not options.json:
        print("\n".join(lines(answer)), file=sys.stderr)
        return 2
    if options.json:
        print(json.dumps(record(answer), ensure_ascii=False, indent=2))
    else:
        print("\n".join(lines(answer)))
    return 0


def _loaded(options: argparse.Namespace) -> Assistant:
    return Assistant.load(options.index, cards=options.cards, country=options.country)


def _answer_lines(
    assistant: Assistant, source: Any, wanted: Preferences, out: TextIO | None = None
) -> int:
    """One line of JSON for each line read; a line that can't be answered says why and goes on."""
    for number, line in enumerate(source, start=1):
        if not line.strip():
            continue
        label, messages, problem = _parsed(line, number)
        if problem:
            answer = Answer("", "unreadable", message=problem)
        else:
            answer = reply(assistant, messages, wanted)
        print(json.dumps({"id": label, **record(answer)}, ensure_ascii=False), file=out, flush=True)
    return 0


def _parsed(line: bytes, number: int) -> tuple[Any, Sequence[str], str]:
    """Id and messages of a line, or what is wrong with it."""
    try:
        row = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError):
        return None, (), f"Line {number} is not JSON in UTF-8."
    if not isinstance(row, dict):
        return None, (), f"Line {number} is not an object with id and messages."
    messages = row.get("messages")
    if not isinstance(messages, list) or not all(isinstance(m, str) for m in messages):
        return row.get("id"), (), f"Line {number} has no list of texts named messages."
    return row.get("id"), messages, ""


if __name__ == "__main__":
    signal(SIGPIPE, SIG_DFL)  # who reads may stop early: "| head"
    sys.exit(main())
