"""The index built, looked over, and put back to the one before."""

import argparse
import json
import os
from collections.abc import Sequence
from pathlib import Path

from corpus import library_folders
from index.folder import roll_back
from index.load import command, open_build
from index.progress import bars
from index.status import Status, fresh
from index.status import status as stands


def build(options: argparse.Namespace) -> int:
    """Build it and put it into use; say what has changed."""
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


def rollback(options: argparse.Namespace) -> int:
    """Put the build before back into use."""
    now, before = roll_back(options.folder, open_build)
    print(f"{now} is in use again; {before} is kept, and another rollback returns to it")
    return 0


SHOWN = ("encoder", "precision", "dimension", "factory", "passage_size", "threshold")


def status(options: argparse.Namespace) -> int:
    """What it was built from; 1 if something of that has changed."""
    found = stands(options.folder)
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


def _some(names: Sequence[str]) -> str:
    return ", ".join(names) if len(names) < 9 else f"{', '.join(names[:8])} and more"
