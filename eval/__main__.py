"""``python -m eval``: how well the library is searched, answered from, and left unanswered."""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from assistant.ask import Assistant
from assistant.cards.likeness import load_likeness
from assistant.screen import Screen, load_screen
from corpus import library_folders
from corpus.read import read_documents
from eval import QUESTIONS, RESULTS
from eval.ablate import ablate, ablation_table
from eval.answers import run
from eval.beir import indexed, load_collection, ranked, save_run
from eval.bench import bench
from eval.calibrate import best_threshold, save_threshold
from eval.compare import difference_table, differences, flip_lines, flips
from eval.gate import fallen, load_baseline, move
from eval.likeness import fit_likeness
from eval.page import page
from eval.question import load_questions
from eval.reanchor import reanchor
from eval.report import Score, table
from eval.retrieval import DOCUMENTS, measured
from eval.run import Result, Run, groups, load_run, scores
from eval.safety import load_asked, load_messages, misses, safety_scores
from index import FOLDER
from index.load import load_index

Command = Callable[[argparse.Namespace], int]


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 is fine, 1 means something got worse or lost, 2 that it can't be done."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m eval", description=__doc__)
    parser.set_defaults(run=_run, index=FOLDER, questions=QUESTIONS, by=None, split=None, out=None)
    commands = parser.add_subparsers(metavar="COMMAND")

    def command(name: str, run: Command, text: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text)
        made.set_defaults(run=run)
        return made

    running = command("run", _run, "the whole assistant on every question (the default)")
    running.add_argument("--split", choices=("dev", "test"))
    running.add_argument("--by", choices=("style", "topic"), help="a table for each, too")
    running.add_argument("--out", type=Path, metavar="FILE", help="keep the run, to compare it")
    ablating = command("ablate", _ablate, "what each part of the search is worth, on dev")
    reporting = command("report", _report, "a kept run as one web page, with plots")
    reporting.add_argument("run_file", type=Path, metavar="RUN")
    reporting.add_argument("page", type=Path, metavar="FILE.html")
    screening = command("safety", _safety, "the safety cards, on messages with and without need")
    screening.add_argument("--split", choices=("dev", "test"))
    screening.add_argument("--misses", action="store_true", help="name every wrong one of dev")
    fitting = command("likeness", _likeness, "refit the cards' second look, on dev")
    comparing = command("compare", _compare, "two kept runs: differences, and what flipped")
    comparing.add_argument("first", type=Path, metavar="A")
    comparing.add_argument("second", type=Path, metavar="B")
    gating = command("gate", _gate, "fail if dev has fallen below its committed baseline")
    gating.add_argument("--move", action="store_true", help="make today's scores the baseline")
    searching = command("retrieval", _retrieval, "any collection in the BEIR layout")
    searching.add_argument("--beir", type=Path, required=True, metavar="DIR")
    searching.add_argument("--query-field", default="text", metavar="PATH")
    searching.add_argument("--depth", type=int, default=100, metavar="N")
    searching.add_argument("--judged", action="store_true", help="rank judged documents only")
    searching.add_argument("--out", type=Path, default=RESULTS, metavar="DIR")
    calibrating = command("calibrate", _calibrate, "refit the threshold on dev")
    anchoring = command("reanchor", _reanchor, "move labels after documents have changed")
    timing = command("bench", _bench, "speed, beside sentence-transformers")
    for made in (running, gating, calibrating, timing, ablating, screening, fitting):
        made.add_argument("--index", type=Path, default=FOLDER, metavar="DIR")
    for made in (running, gating, calibrating, anchoring, ablating):
        made.add_argument("--questions", type=Path, default=QUESTIONS, metavar="DIR")
    return parser


def _console() -> Console:
    """Wide enough for every table where nobody's window sets the width."""
    return Console(width=None if sys.stdout.isatty() else 120)


def _measured(options: argparse.Namespace, split: str | None) -> Run:
    assistant = Assistant.load(options.index)
    questions = load_questions(options.questions, assistant.index.documents)
    return run([q for q in questions if split in (None, q.split)], assistant)


def _run(options: argparse.Namespace) -> int:
    found = _measured(options, options.split)
    console = _console()
    console.print(table(_columns(found.results)))
    for name, results in groups(found.results, options.by).items() if options.by else ():
        console.print(f"{options.by}: {name}", table(_columns(results)))
    if options.out:
        found.save(options.out)
        print(f"kept as {options.out}")
    return 0


def _columns(found: Sequence[Result]) -> dict[str, list[Score]]:
    """One column a split, named with its counts."""
    columns = {}
    for split, results in groups(found, "split").items():
        answerable = sum(result.answerable for result in results)
        name = f"{split} ({answerable} answerable, {len(results) - answerable} not)"
        columns[name] = scores(results)
    return columns


def _compare(options: argparse.Namespace) -> int:
    first, second = load_run(options.first), load_run(options.second)
    _console().print(difference_table(differences(first, second)))
    for flip in flips(first, second):
        print(*flip_lines(flip), sep="\n")
    return 0


def _ablate(options: argparse.Namespace) -> int:
    assistant = Assistant.load(options.index)
    questions = load_questions(options.questions, assistant.index.documents)
    dev = [question for question in questions if question.split == "dev"]
    _console().print(ablation_table(list(ablate(assistant, dev, library_folders()))))
    return 0


def _report(options: argparse.Namespace) -> int:
    options.page.write_text(page(load_run(options.run_file)), encoding="utf-8")
    print(f"written to {options.page}")
    return 0


def _safety(options: argparse.Namespace) -> int:
    screens, messages = _screens(options.index), load_messages()
    columns = {}
    for split in (options.split,) if options.split else ("dev", "test"):
        found, asked = [m for m in messages if m.split == split], load_asked(split)
        for name, screen in screens.items():
            columns[f"{split}, {name}"] = safety_scores(found, screen, asked)
            if options.misses and split == "dev":
                print(f"{name}:", *misses(found, screen, asked), sep="\n  ")
    _console().print(table(columns))
    print("not clinically validated")
    return 0


def _screens(folder: Path) -> dict[str, Screen]:
    """The rules alone and, where there is an index, with the second look of its encoder."""
    screens = {"words alone": load_screen()}
    try:
        index = load_index(folder)
    except (ValueError, OSError):
        return screens
    if likeness := load_likeness(index.encoder, index.recipe.encoder_files):
        screens["with likeness"] = replace(screens["words alone"], likeness=likeness)
    return screens


def _likeness(options: argparse.Namespace) -> int:
    dev = [message for message in load_messages() if message.split == "dev"]
    fitted = fit_likeness(dev, load_asked("dev"), load_index(options.index), load_screen())
    _console().print(table({"dev, cross-validated": fitted}))
    return 0


def _gate(options: argparse.Namespace) -> int:
    now = scores(_measured(options, "dev").results)
    if options.move:
        move(now)
        print("the baseline is what dev scores today")
        return 0
    worse = fallen(now, load_baseline())
    print(*worse, f"{len(worse)} measures have fallen" if worse else "nothing has fallen", sep="\n")
    return 1 if worse else 0


def _retrieval(options: argparse.Namespace) -> int:
    collection = load_collection(options.beir, options.query_field)
    folder = options.out / f"beir-{options.beir.resolve().name}"
    index, names = indexed(collection, folder)
    only = collection.judged if options.judged else None
    found = dict(ranked(index, names, collection.queries, options.depth, only))
    file = folder / f"{options.query_field}{'-judged' if options.judged else ''}.run"
    save_run(found.items(), file, "bonewise")
    relevant = {q: g for q, g in collection.judgements.items() if max(g.values()) > 1}
    values = measured(DOCUMENTS, relevant, found)
    rows = [Score(str(m), tuple(v[str(m)] for v in values.values())) for m in DOCUMENTS]
    _console().print(table({f"{options.query_field}, {len(relevant)} queries": rows}))
    print(f"run file: {file}")
    return 0


def _calibrate(options: argparse.Namespace) -> int:
    found = _measured(options, "dev")
    threshold, errors = best_threshold(found.results)
    save_threshold(threshold, len(found.results))
    counted = f"the worse of both error rates {errors:.3f} on {len(found.results)} dev"
    print(f"threshold {threshold:.4f}: {counted}")
    print("build the index again to store it: python -m index build")
    return 0


def _reanchor(options: argparse.Namespace) -> int:
    documents = {document.id: document for document in read_documents(*library_folders())}
    held, gone = reanchor(options.questions, documents)
    print(f"{held} labels hold, {len(gone)} do not", *gone, sep="\n")
    return 1 if gone else 0


def _bench(options: argparse.Namespace) -> int:
    _console().print(bench(options.index))
    return 0


if __name__ == "__main__":
    sys.exit(main())
