"""The body of each command: load, do, print; the number it returns is the exit code."""

import sys
from argparse import Namespace
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import track

from assistant.ask import Assistant
from assistant.cards.likeness import load_likeness
from assistant.cards.load import load_rules
from assistant.rephrase import Wording
from assistant.screen import Screen, load_screen
from corpus import library_folders
from corpus.names import load_names
from corpus.read import read_documents
from eval.ablate import ablate, ablation_table
from eval.answers import run
from eval.beir import indexed, load_collection, ranked, save_run
from eval.bench import bench
from eval.calibrate import PAIRS, best_threshold, fitted, save_calibration, seen
from eval.compare import difference_table, differences, flip_lines, flips
from eval.gate import fallen, load_baseline, move, notes
from eval.grow import load_texts
from eval.likeness import fit_likeness
from eval.measure import family
from eval.page import page
from eval.question import Question, load_questions
from eval.reanchor import reanchor
from eval.report import Score, cost_table, group_table, table
from eval.retrieval import DOCUMENTS, measured
from eval.rewrites import load_turns, overlaps
from eval.run import Result, Run, groups, load_run
from eval.safety import load_asked, load_messages, misses, safety_scores
from eval.scale import scale
from eval.scores import guarded, latencies, scores
from eval.sets import (
    SPLITS,
    conversation_line,
    message_line,
    origin_lines,
    style_table,
    topic_table,
)
from eval.talks import load_later, talk_scores
from index.load import load_index
from index.progress import bars


def run_all(options: Namespace) -> int:
    """Measure, print, and keep it if asked to."""
    found = _measured(options, SPLITS if options.split is None else (options.split,))
    console, by_split = _console(), groups(found.results, "split")
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


def add_questions(options: Namespace) -> int:
    """A question, or a feedback file, marked by a maintainer."""
    from eval.add import add

    return add(options)


def show_sets(options: Namespace) -> int:
    """Count them."""
    documents = {document.id: document for document in read_documents(*library_folders())}
    questions, console = load_questions(options.questions, documents), _console()
    console.print(style_table(questions), topic_table(questions))
    print(conversation_line(questions), message_line(load_messages()), sep="\n")
    print(*origin_lines(options.questions), sep="\n")
    return 0


def compare(options: Namespace) -> int:
    """Two kept runs."""
    first, second = load_run(options.first), load_run(options.second)
    if first.made_with.get("questions") != second.made_with.get("questions"):
        print("note: they differ in questions or labels; only those that both have are compared")
    _console().print(difference_table(differences(first, second)))
    for flip in flips(first, second):
        print(*flip_lines(flip), sep="\n")
    return 0


def ablate_search(options: Namespace) -> int:
    """Every variant beside the program as it is."""
    assistant = Assistant.load(options.index)
    questions = load_questions(options.questions, assistant.index.documents)
    dev = [question for question in questions if question.split == "dev"]
    rows = []
    try:
        for row in ablate(assistant, dev, () if options.quick else library_folders()):
            rows.append(row)
    finally:
        _console().print(ablation_table(rows))
    return 0


def report(options: Namespace) -> int:
    """A kept run as a page."""
    options.page.write_text(page(load_run(options.run_file)), encoding="utf-8")
    print(f"written to {options.page}")
    return 0


def safety(options: Namespace) -> int:
    """The cards, by their words alone and with the second look where there is an index."""
    screens, messages = _screens(options.index), load_messages()
    columns = {}
    for split in (options.split,) if options.split else SPLITS:
        found, asked = [m for m in messages if m.split == split], load_asked(split)
        for name, screen in screens.items():
            columns[f"{split}, {name}"] = safety_scores(found, screen, asked)
            if options.misses and split == "dev":
                print(f"{name}:", *misses(found, screen, asked), sep="\n  ")
    _console().print(table(columns))
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


def fit_second_look(_: Namespace) -> int:
    """Fit the cards' second look again."""
    dev = [message for message in load_messages() if message.split == "dev"]
    with bars() as progress:
        fit = fit_likeness(dev, load_rules(None, load_names()), progress)
    _console().print(table({"messages that it has not seen": fit}))
    print("kept; build the index again to use them: python -m index build")
    return 0


def gate(options: Namespace) -> int:
    """Hold dev to its baseline, or make dev the baseline."""
    now = guarded(_measured(options, ("dev",)))
    if options.move:
        move(now)
        print("the baseline is what dev scores today")
        return 0
    baseline = load_baseline()
    worse = fallen(now, baseline)
    counted = f"{len(worse)} of {len(baseline)} measures have fallen"
    print(*notes(now, baseline), *worse, counted if worse else "nothing has fallen", sep="\n")
    return 1 if worse else 0


def retrieval(options: Namespace) -> int:
    """Another collection, ranked by the project's own index."""
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


def grow(options: Namespace) -> int:
    """Searches of growing corpora."""
    if min(*options.sizes, options.real) < 1_000:
        raise ValueError("--sizes and --real have to be at least 1000")
    from eval.growth import save  # matplotlib takes a while to come

    texts, kept = load_texts(options.texts, options.real, 200), options.out / "local" / "scale"
    encoder = load_index(options.index).encoder
    with _console().status("") as status:
        points = list(scale(texts, sorted(options.sizes), encoder, kept, status.update))
    print(save(points, texts, options.out), f"written to {options.out}", sep="\n")
    return 0


def calibrate(options: Namespace) -> int:
    """Fit the confidence and its threshold again."""
    assistant = Assistant.load(options.index)
    documents = assistant.index.documents
    dev = [q for q in load_questions(options.questions, documents) if q.split == "dev"]
    pairs = load_questions(PAIRS, documents)
    examples = seen([*dev, *pairs], assistant)
    weights = fitted(examples)
    threshold, errors = best_threshold(examples, weights)
    save_calibration(weights, threshold, len(examples))
    print(", ".join(f"{name} {weight:g}" for name, weight in weights.items()))
    counted = f"the worse of both error rates {errors:.3f} on {len(examples)} questions"
    print(f"threshold {threshold:.4f}: {counted}")
    print("build the index again to store it: python -m index build")
    return 0


def stand_alone(options: Namespace) -> int:
    """Later messages made to stand alone, beside people's rewrites."""
    turns = list(load_turns(options.conversations))
    wording = Wording(load_names(), load_index(options.index).speller)
    scores = overlaps(turns, wording)
    title = "F1 of the words shared with people's rewrites, mean (95 % interval)"
    _console().print(table({f"{len(turns)} later turns": scores}, title))
    return 0


def follow(options: Namespace) -> int:
    """Later messages of held-out talks, in their conversation and in full."""
    index, turns = load_index(options.index), load_later()
    scores = talk_scores(turns, index, Wording(load_names(), index.speller))
    title = "a passage that answers, mean (95 % interval)"
    _console().print(table({f"{len(turns)} later turns": scores}, title))
    return 0


def move_labels(options: Namespace) -> int:
    """Labels after documents have changed."""
    documents = {document.id: document for document in read_documents(*library_folders())}
    held, gone = reanchor(options.questions, documents)
    print(f"{held} labels hold, {len(gone)} do not", *gone, sep="\n")
    return 1 if gone else 0


def speed(options: Namespace) -> int:
    """Beside sentence-transformers."""
    _console().print(bench(options.index))
    return 0


def _console() -> Console:
    """Wide enough for every table where nobody's window sets the width."""
    return Console(width=None if sys.stdout.isatty() else 120)


def _watched(text: str) -> Callable[[Sequence[Question]], Iterable[Question]]:
    """A progress bar beside the output, not in it."""
    return partial(track, description=text, console=Console(stderr=True), transient=True)
