"""Kept runs, beside each other and as a page; the search beside its variants."""

from argparse import Namespace

from assistant.ask import Assistant
from corpus import library_folders
from eval.ablate import ablate, ablation_table
from eval.commands import wide
from eval.compare import difference_table, differences, flip_lines, flips
from eval.page import page
from eval.question import load_questions
from eval.run import load_run


def compare(options: Namespace) -> int:
    """Two kept runs."""
    first, second = load_run(options.first), load_run(options.second)
    if first.made_with.get("questions") != second.made_with.get("questions"):
        print("note: they differ in questions or labels; only those that both have are compared")
    wide().print(difference_table(differences(first, second)))
    for flip in flips(first, second):
        print(*flip_lines(flip), sep="\n")
    return 0


def report(options: Namespace) -> int:
    """A kept run as a page."""
    options.page.write_text(page(load_run(options.run_file)), encoding="utf-8")
    print(f"written to {options.page}")
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
        wide().print(ablation_table(rows))
    return 0
