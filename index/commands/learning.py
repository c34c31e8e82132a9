"""What an encoder learns from the questions of an index, or from public ones."""

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from index.adapter import LEARNT
from index.load import command, load_index
from index.progress import bars
from index.tuning import GENERAL, load_tuning
from index.tuning import LEARNT as TUNED


def adapt(options: argparse.Namespace) -> int:
    """From its questions, how to turn one to its answer."""
    from index.adapt import learn  # imports torch

    return _learnt(options, learn, LEARNT, "build the index again to use them")


def tune(options: argparse.Namespace) -> int:
    """From its questions and talks, or from public questions, how to read one."""
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
