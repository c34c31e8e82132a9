"""``python -m assistant cards``: look at the safety cards, check them, try a message on them."""

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.table import Table

from assistant.cards.check import problems
from assistant.screen import Screen, load_screen
from assistant.terminal import card_lines

COMMANDS = ("check", "list", "try")


def main(arguments: Sequence[str]) -> int:
    """Run one command; 1 means that the check found problems, 2 that the files can't be used."""
    options = _parser().parse_args(arguments)
    try:
        screen = load_screen(options.cards, options.country)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    code: int = options.run(screen, options)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m assistant cards", description=__doc__)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    texts = {
        "check": "every rule about a card's text, the dates of the phone numbers, your own file",
        "list": "all the cards, where each stands and who has reviewed it",
        "try": "which card a message calls for, and why; which it does not, and why not",
    }
    for name, run in zip(COMMANDS, (_check, _list, _try), strict=True):
        made = commands.add_parser(name, help=texts[name], description=texts[name])
        made.set_defaults(run=run)
        made.add_argument(
            "--cards", type=Path, metavar="FILE", help="your own file (default: BONEWISE_CARDS)"
        )
        made.add_argument("--country", metavar="CODE", help="gb, us, ... (BONEWISE_COUNTRY)")
        if name == "try":
            made.add_argument("message", nargs="+", help="quote each; several are a conversation")
    return parser


def _check(screen: Screen, options: argparse.Namespace) -> int:
    found = list(problems(screen.rules, screen.packs, date.today()))
    for problem in found:
        print(f"{problem.where}: {problem.text}")
    count = len(screen.rules.rules)
    print(f"{count} rules, {len(screen.packs)} packs of numbers: {len(found)} problems")
    return 1 if found else 0


def _list(screen: Screen, options: argparse.Namespace) -> int:
    table = Table()
    for name in ("id", "level", "raised to", "about", "phrases", "source", "reviewed by", "where"):
        table.add_column(name, overflow="fold")
    for rule in screen.rules.rules:
        first, *more = rule.forms
        phrases = str(sum(len(form.phrases) for form in rule.forms))
        raised = more[0].level if more else ""
        table.add_row(
            rule.id, first.level, raised, rule.name, phrases, rule.source, rule.reviewer, rule.where
        )
    Console(width=None if sys.stdout.isatty() else 140).print(table)
    return 0


def _try(screen: Screen, options: argparse.Namespace) -> int:
    for card in screen.cards(options.message):
        print(*card_lines(card), sep="\n")
    reasons = list(screen.why(options.message[-1]))
    print("the last message by itself:" if reasons else "the last message names nothing")
    for reason in reasons:
        print(f"  {reason}")
    return 0
