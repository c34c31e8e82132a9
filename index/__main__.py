"""``python -m index``: build the index, say how it stands, go back to the one before, search it."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from signal import SIG_DFL, SIGPIPE, signal
from typing import Any

from rich.console import Console

from corpus import library_folders
from index import FOLDER
from index.adapter import LEARNT
from index.explain import explanation
from index.folder import current, roll_back
from index.load import command, load_index, open_build
from index.model import PACKAGED
from index.progress import bars
from index.status import Status, fresh, status
from index.tuning import GENERAL, load_tuning
from index.tuning import LEARNT as TUNED

STILL_IN_USE = "the index that was in use is still in use"
ON = ("all", "later")  # what a tuning goes on with


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 is fine, 1 means the index is stale, 2 means it could not be done."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        if options.run is _build and current(options.folder):
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
    build.set_defaults(run=_build)
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
    standing.set_defaults(run=_status)
    adapting = commands.add_parser(
        "adapt", help="learn from the library's questions how to turn a question to its answer"
    )
    adapting.set_defaults(run=_adapt)
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
    tuning.set_defaults(run=_tune)
    rollback = commands.add_parser(
        "rollback", help="put the build before back into use; doing it again undoes it"
    )
    rollback.set_defaults(run=_rollback)
    search = commands.add_parser("search", help="the ranked passages for a question")
    search.add_argument("question")
    search.add_argument("--limit", type=int, default=5, metavar="N", help="passages (default: 5)")
    search.add_argument("--explain", action="store_true", help="each part of each score")
    search.set_defaults(run=_search)
    yield from (standing, adapting, tuning, rollback, search)


def _build(options: argparse.Namespace) -> int:
    documents = options.documents or library_folders()
    if options.if_stale and _is_fresh(options, documents):
        print("the index is up to date")
        return 0
    from index.build import build_index  # imports what only building needs

    with bars() as progress:
        recipe, changed = build_index(
            documents,
            options.folder,
            model=options.model,
            precision=options.precision,
            query_prompt=options.query_prompt,
            passage_prompt=options.passage_prompt,
            afresh=options.afresh,
            wait=options.wait,
            progress=progress,
        )
    print(f"{recipe.passages} passages, {recipe.sentences} sentences indexed")
    for what in ("added", "changed", "removed"):
        if names := getattr(changed, what):
            print(f"{what}: {_some(names)}")
    if recipe.cut:
        print(f"{len(recipe.cut)} passages are longer than the {recipe.longest} tokens that the")
        print(f"encoder reads; their ends are found by words and sentences: {_some(recipe.cut)}")
    print(f"{changed.embedded} texts embedded, {changed.kept} kept from the index before")
    return 0


def _is_fresh(options: argparse.Namespace, documents: Sequence[Path]) -> bool:
    found = fresh(options.folder)
    if found is None:
        return False
    recipe = found.recipe
    same = recipe.documents == [os.path.relpath(source, options.folder) for source in documents]
    same &= (recipe.encoder, recipe.precision) == (options.model, options.precision)
    for text in ("query", "passage"):
        same &= getattr(options, f"{text}_prompt") in (None, recipe.prompts[text])
    return same


def _some(names: Sequence[str]) -> str:
    return ", ".join(names) if len(names) < 9 else f"{', '.join(names[:8])} and more"


SHOWN = ("encoder", "precision", "dimension", "factory", "passage_size", "threshold")


def _status(options: argparse.Namespace) -> int:
    found = status(options.folder)
    if options.json:
        print(json.dumps(found.as_json(), indent=2, ensure_ascii=False))
    else:
        _print_status(found)
        if found.stale:
            print(f"stale; build it again: {command(options.folder, found.recipe)}")
        else:
            print("up to date: every file has the hash in the recipe")
    return int(found.stale)


def _print_status(found: Status) -> None:
    recipe = found.recipe
    print(f"{'build':14}{found.build}, before it {found.before or 'none'}")
    for name in SHOWN:
        print(f"{name:14}{getattr(recipe, name)}")
    print(f"{'agreement':14}", end="")
    print(", ".join(f"{name} {value:.3f}" for name, value in found.agreement.items()))
    print(f"{'corpus':14}{len(recipe.corpus)} files, {recipe.passages} passages")
    print(f"{'cut':14}{len(recipe.cut)} passages longer than the encoder reads")
    for what in ("added", "changed", "removed"):
        if names := getattr(found, what):
            print(f"{what:14}{_some(names)}")
    for said in found.settings:
        print(f"{'changed':14}{said}")
    for said in found.unknown:
        print(f"{'not compared':14}{said}")


def _adapt(options: argparse.Namespace) -> int:
    from index.adapt import learn  # imports torch

    return _learnt(options, learn, LEARNT, "build the index again to use them")


def _tune(options: argparse.Namespace) -> int:
    if options.public:
        return _tune_generally(options)
    from index.tune import tune  # imports torch

    kept = load_tuning(TUNED) if options.on else None
    learn = partial(tune, kept=kept, later=options.on == "later")
    return _learnt(options, learn, TUNED, "build the index again, adapt, build")


def _tune_generally(options: argparse.Namespace) -> int:
    if options.on:
        raise ValueError("--public begins anew; it does not go --on")
    from index.general import tune_generally  # imports torch

    with bars() as progress:
        tune_generally(load_index(options.folder), progress, options.public).save(GENERAL)
    print(f"learnt from the public questions in {options.public}, kept in {GENERAL.name}")
    print("build again the indexes of libraries without questions of their own")
    return 0


def _learnt(options: argparse.Namespace, learn: Callable[..., Any], kept: Path, then: str) -> int:
    """Learn from the questions of an index, keep it, and say what to do with it."""
    index = load_index(options.folder, asked=True)
    with bars() as progress:
        learn(index, progress).save(kept)
    print(f"learnt from {index.asked_starts[-1]} questions, kept in {kept.name}")
    print(f"{then}: {command(options.folder, index.recipe)}")
    return 0


def _rollback(options: argparse.Namespace) -> int:
    now, before = roll_back(options.folder, open_build)
    print(f"{now} is in use again; {before} is kept, and another rollback returns to it")
    return 0


def _search(options: argparse.Namespace) -> int:
    results = load_index(options.folder).search(options.question, options.limit)
    if options.explain:
        Console().print(explanation(results))
        return 0
    for found in results:
        parts = " + ".join(f"{name} {value:.2f}" for name, value in found.parts)
        print(f"{found.rank}. {found.score:.3f} = {parts}  {found.passage.id}")
        print(f"   {found.passage.heading}: {' '.join(found.passage.text.split())[:160]}")
    return 0


if __name__ == "__main__":
    signal(SIGPIPE, SIG_DFL)  # who reads may stop early: "| head"
    sys.exit(main())
