"""``python -m eval``: how well the library is searched, answered from, and left unanswered."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from assistant.ask import Assistant
from corpus import DOCUMENTS
from corpus.read import read_documents
from eval import QUESTIONS
from eval.answers import answer_scores, outcomes
from eval.bench import bench
from eval.calibrate import best_threshold, save_threshold
from eval.question import Question, load_questions
from eval.reanchor import reanchor
from eval.report import Score, table
from eval.retrieval import retrieval_scores
from index import FOLDER


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 is fine, 1 means labels were lost, 2 means it could not be done."""
    parser = argparse.ArgumentParser("python -m eval", description=__doc__)
    parser.add_argument(
        "command",
        nargs="?",
        default="run",
        choices=tuple(COMMANDS),
        help="run (default): print the table; calibrate: refit the threshold on dev; "
        "reanchor: move labels after documents changed; bench: speed",
    )
    parser.add_argument("--index", type=Path, default=FOLDER, metavar="DIR")
    parser.add_argument("--questions", type=Path, default=QUESTIONS, metavar="DIR")
    parser.add_argument("--by-style", action="store_true", help="run: a table for each style too")
    options = parser.parse_args(arguments)
    try:
        return COMMANDS[options.command](options)
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2


def _run(options: argparse.Namespace) -> int:
    assistant = Assistant.load(options.index)
    questions = load_questions(options.questions, assistant.index.documents)
    splits = {split: [q for q in questions if q.split == split] for split in ("dev", "test")}
    console = Console()
    console.print(_table(splits, assistant))
    if options.by_style:
        for style in sorted({question.style for question in questions}):
            of_style = {s: [q for q in qs if q.style == style] for s, qs in splits.items()}
            console.print(style, _table(of_style, assistant))
    return 0


def _table(splits: dict[str, list[Question]], assistant: Assistant) -> object:
    columns = {}
    for split, questions in splits.items():
        answerable = sum(question.answerable for question in questions)
        name = f"{split} ({answerable} answerable, {len(questions) - answerable} not)"
        columns[name] = _scores(questions, assistant)
    return table(columns)


def _scores(questions: Sequence[Question], assistant: Assistant) -> list[Score]:
    results = outcomes(questions, assistant)
    return retrieval_scores(results, assistant.index) + answer_scores(results)


def _calibrate(options: argparse.Namespace) -> int:
    assistant = Assistant.load(options.index)
    questions = load_questions(options.questions, assistant.index.documents)
    dev = [question for question in questions if question.split == "dev"]
    threshold, errors = best_threshold(outcomes(dev, assistant))
    save_threshold(threshold, len(dev))
    print(
        f"threshold {threshold:.4f}: the worse of both error rates {errors:.3f} on {len(dev)} dev"
    )
    print("build the index again to store it: python -m index build")
    return 0


def _reanchor(options: argparse.Namespace) -> int:
    documents = {document.id: document for document in read_documents(DOCUMENTS)}
    held, gone = reanchor(options.questions, documents)
    print(f"{held} labels hold, {len(gone)} do not", *gone, sep="\n")
    return 1 if gone else 0


def _bench(options: argparse.Namespace) -> int:
    Console().print(bench(options.index))
    return 0


COMMANDS = {"run": _run, "calibrate": _calibrate, "reanchor": _reanchor, "bench": _bench}

if __name__ == "__main__":
    sys.exit(main())
