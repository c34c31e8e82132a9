"""The assistant on every question, held to its baseline too; the safety cards on messages."""

from argparse import Namespace
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import track

from assistant.ask import Assistant
from assistant.cards.likeness import load_likeness
from assistant.screen import Screen, load_screen
from eval.answers import run
from eval.commands import check_place, wide
from eval.gate import fallen, load_baseline, move, notes
from eval.measure import family
from eval.question import Question, load_questions
from eval.report import Score, cost_table, group_table, table
from eval.run import Result, Run, groups, load_run
from eval.safety import load_asked, load_messages, misses, safety_scores
from eval.scores import guarded, latencies, scores
from eval.sets import SPLITS
from index.load import load_index


def run_all(options: Namespace) -> int:
    """Measure, print, and keep it if asked to."""
    if options.out:
        check_place(options.out)
    found = _measured(options, SPLITS if options.split is None else (options.split,))
    console, by_split = wide(), groups(found.results, "split")
    console.print(table(_columns(found.results)))
    console.print(table(found.safety, "safety messages: a card came, mean (95 % interval)"))
    console.print(cost_table({s: latencies(r) for s, r in by_split.items()}, found.memory))
    for field in options.by or ():
        for split, results in by_split.items():
            _print_groups(console, f"{split} by {field}", groups(results, field))
    if options.out:
        found.save(options.out)
        print(f"kept as {options.out}")
    return 0


def _measured(options: Namespace, splits: Iterable[str]) -> Run:
    assistant = Assistant.load(options.index)
    questions = load_questions(options.questions, assistant.index.documents)
    asked = [question for question in questions if question.split in splits]
    found = run(asked, assistant, _watched("asking"))
    return replace(found, safety=_safety(assistant.screen, splits))


def _safety(screen: Screen, splits: Iterable[str]) -> dict[str, tuple[Score, ...]]:
    messages = load_messages()
    return {
        split: tuple(
            safety_scores([m for m in messages if m.split == split], screen, load_asked(split))
        )
        for split in splits
    }


def _columns(found: Sequence[Result]) -> dict[str, list[Score]]:
    """One column a split, named with its counts."""
    columns = {}
    for split, results in groups(found, "split").items():
        answerable = sum(result.answerable for result in results)
        name = f"{split} ({answerable} answerable, {len(results) - answerable} not)"
        columns[name] = scores(results)
    return columns


def _print_groups(console: Console, title: str, found: dict[str, list[Result]]) -> None:
    """Every measure of every group, a table for each family of measures."""
    scored = {name: (len(results), scores(results)) for name, results in found.items()}
    families = dict.fromkeys(family(s.measure) for _, listed in scored.values() for s in listed)
    for name in families:
        rows = {
            group: (count, [score for score in listed if family(score.measure) == name])
            for group, (count, listed) in scored.items()
        }
        console.print(group_table(rows, f"{name}, {title}: mean (95 % interval)"))


def gate(options: Namespace) -> int:
    """Hold dev to its baseline, or make dev the baseline."""
    now = guarded(_dev_of(options.kept) if options.kept else _measured(options, ("dev",)))
    if options.move:
        move(now)
        print("the baseline is what dev scores today")
        return 0
    baseline = load_baseline()
    worse = fallen(now, baseline)
    counted = f"{len(worse)} of {len(baseline)} measures have fallen"
    print(*notes(now, baseline), *worse, counted if worse else "nothing has fallen", sep="\n")
    return 1 if worse else 0


def _dev_of(file: Path) -> Run:
    """The dev half of a kept run."""
    kept = load_run(file)
    results = tuple(result for result in kept.results if result.split == "dev")
    if not results or "dev" not in kept.safety:
        raise ValueError(f"{file} has no dev questions; make one: python -m eval run --out FILE")
    return replace(kept, results=results, safety={"dev": kept.safety["dev"]})


def safety(options: Namespace) -> int:
    """The cards, by their words alone and with the second look where there is an index."""
    if options.misses and options.split not in (None, "dev"):
        raise ValueError(
            f"--misses names those of dev alone, as nobody may tune on {options.split}: leave out "
            "one of --misses and --split"
        )
    screens, messages = _screens(options.index), load_messages()
    columns = {}
    for split in (options.split,) if options.split else dict.fromkeys(m.split for m in messages):
        found = [m for m in messages if m.split == split]
        asked = load_asked(split) if split in SPLITS else []
        for name, screen in screens.items():
            columns[f"{split}, {name}"] = safety_scores(found, screen, asked)
            if options.misses and split == "dev":
                print(f"{name}:", *misses(found, screen, asked), sep="\n  ")
    wide().print(table(columns))
    print("not clinically validated")
    return 0


def _screens(folder: Path) -> dict[str, Screen]:
    """The rules, with the second look at words and, where there is an index, at its vectors."""
    alone = load_screen()
    screens = {"rules alone": replace(alone, likeness=None), "words alone": alone}
    try:
        index = load_index(folder)
    except (ValueError, OSError):
        return screens
    if likeness := load_likeness(index.encoder, index.recipe.reading):
        screens["with likeness"] = replace(alone, likeness=likeness)
    return screens


def _watched(text: str) -> Callable[[Sequence[Question]], Iterable[Question]]:
    """A progress bar beside the output, not in it."""
    return partial(track, description=text, console=Console(stderr=True), transient=True)
