"""``python -m index``: build the index, say how it stands, search it."""

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from corpus import library_folders
from index import FOLDER
from index.load import load_index


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 is fine, 1 means the index is stale, 2 means it could not be done."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("stopped; the index that was in use is still in use", file=sys.stderr)
        return 130
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m index", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="build | status | search")
    build = commands.add_parser("build", help="build the index and put it into use")
    build.add_argument(
        "--documents",
        type=Path,
        nargs="+",
        metavar="DIR",
        help="folders of documents (default: the project's, and the one that staff added to)",
    )
    build.add_argument("--model", help="a folder with a sentence-transformers model")
    build.add_argument("--precision", default="int8", choices=("int8", "fp32"))
    build.add_argument("--afresh", action="store_true", help="embed again what has not changed")
    build.add_argument("--if-stale", action="store_true", help="do nothing if it is up to date")
    build.set_defaults(run=_build)
    status = commands.add_parser(
        "status", help="what the index was built from, and if it still fits"
    )
    status.set_defaults(run=_status)
    search = commands.add_parser("search", help="the ranked passages for a question")
    search.add_argument("question")
    search.add_argument("--limit", type=int, default=5, metavar="N")
    search.set_defaults(run=_search)
    for command in (build, status, search):
        command.add_argument(
            "--out" if command is build else "--index",
            dest="folder",
            type=Path,
            default=FOLDER,
            metavar="DIR",
            help="folder of the index (default: index/built)",
        )
    return parser


def _build(options: argparse.Namespace) -> int:
    documents = options.documents or library_folders()
    if options.if_stale and _is_fresh(options.folder, documents):
        print("the index is up to date")
        return 0
    from index.build import build_index  # imports what only building needs
    from index.export import PACKAGED

    with _progress() as progress:
        recipe, changed = build_index(
            documents,
            options.folder,
            model=options.model or PACKAGED,
            precision=options.precision,
            afresh=options.afresh,
            progress=progress,
        )
    print(f"{recipe.passages} passages, {recipe.sentences} sentences indexed")
    for what in ("added", "changed", "removed"):
        if names := getattr(changed, what):
            print(f"{what}: {', '.join(names) if len(names) < 9 else f'{len(names)} documents'}")
    print(f"{changed.embedded} texts embedded, {changed.kept} kept from the index before")
    return 0


def _is_fresh(folder: Path, documents: Sequence[Path]) -> bool:
    try:
        index = load_index(folder)
    except (ValueError, OSError):
        return False
    return index.recipe.documents == [os.path.relpath(source, folder) for source in documents]


def _status(options: argparse.Namespace) -> int:
    index = load_index(options.folder)
    recipe = index.recipe
    for name in ("encoder", "precision", "dimension", "factory", "passage_size", "threshold"):
        print(f"{name:14}{getattr(recipe, name)}")
    print(f"{'corpus':14}{len(recipe.corpus)} files, {recipe.passages} passages")
    print("up to date: every file has the hash in the recipe")
    return 0


def _search(options: argparse.Namespace) -> int:
    for found in load_index(options.folder).search(options.question, options.limit):
        parts = " + ".join(f"{name} {value:.2f}" for name, value in found.parts)
        print(f"{found.rank}. {found.score:.3f} = {parts}  {found.passage.id}")
        print(f"   {found.passage.heading}: {' '.join(found.passage.text.split())[:160]}")
    return 0


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """A bar for each stage, on standard error."""
    columns = TextColumn("{task.description:22}"), BarColumn(), MofNCompleteColumn()
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as bars:
        tasks = {}

        def advance(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.advance(tasks[stage], done)

        yield advance


if __name__ == "__main__":
    sys.exit(main())
