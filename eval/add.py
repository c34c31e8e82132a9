"""A question, and what a maintainer marked, into a row of an eval set."""

from argparse import Namespace
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, get_args

from assistant.ask import Assistant
from corpus.document import Document
from corpus.span import Span
from eval import QUESTIONS
from eval.feedback import Feedback, load_feedback
from eval.mark import Marks, answer, candidates, choice, marked
from eval.question import ANSWERS, REFUSED, SINGLE, TURNS, Label, Split, question_of
from eval.rows import append, asked_as

BY_HAND, BY_FEEDBACK = "added by a maintainer", "feedback on an answer"


def add(options: Namespace) -> int:
    """Add one question, or all of a feedback file; 1 if one of them was not added."""
    file: Path | None = options.to
    if file and (file.suffix != ".jsonl" or not file.parent.is_dir()):
        raise ValueError(f"{file} is no place for a set: an existing folder, and a name in .jsonl")
    if options.feedback and options.history:
        raise ValueError("--history goes with one question; a feedback file has that of each row")
    if options.split and options.split != (named := _split(file) or options.split):
        raise ValueError(
            f"{file} holds questions of {named}, so that --split {options.split} can't be"
        )
    assistant = Assistant.load(options.index)
    if options.feedback:
        asked = load_feedback(options.feedback, assistant.index.documents)
    else:
        asked = [Feedback(options.question, False, (), history=tuple(options.history))]
    added = 0
    try:
        for number, feedback in enumerate(asked, start=1):
            if len(asked) > 1:
                print(f"\n{number} of {len(asked)}")
            added += _added(feedback, assistant, options)
    except EOFError:
        print()
    print(f"{added} of {len(asked)} added")
    return 0 if added == len(asked) else 1


def _added(feedback: Feedback, assistant: Assistant, options: Namespace) -> bool:
    """Show, ask, check, write; says why if it was not added."""
    messages = [*feedback.history, feedback.question]
    row: dict[str, Any] = {"text": feedback.question}
    if feedback.history:
        row["history"] = list(feedback.history)
    _introduce(feedback, by_hand=not options.feedback)
    same = asked_as((options.to or QUESTIONS / "dev.jsonl").parent, row)
    if same:
        print(f"not added: it is asked already, as {same}")
        return False
    found = candidates(assistant, messages, feedback.shown)
    marks = marked(found, lambda words: candidates(assistant, [words]))
    if marks is None:
        print("not added: skipped")
        return False
    row |= _described(marks, feedback, options)
    row["origin"] = BY_FEEDBACK if options.feedback else BY_HAND
    file = options.to or QUESTIONS / f"{row['split']}.jsonl"
    try:
        question = question_of({"id": "new", **row}, assistant.index.documents)
        name = append(file, row)
    except ValueError as error:
        print(f"not added: {error}")
        return False
    answers = sum(label.grade >= ANSWERS for label in question.relevant)
    print(
        f"added to {file.name} as {name}: " + (f"{answers} answer it" if answers else "no answer")
    )
    return True


def _introduce(feedback: Feedback, by_hand: bool) -> None:
    said = [f"before: {message}" for message in feedback.history]
    said.append(f"question: {feedback.question}")
    if not by_hand:
        reason = f": {feedback.reason}" if feedback.reason else ""
        said.append(f"{'it helped' if feedback.helpful else 'it did not help'}{reason}")
    for line in said:  # typed by anyone: nothing in it may steer the terminal
        print("".join(letter if letter.isprintable() else " " for letter in line))


def _described(marks: Marks, feedback: Feedback, options: Namespace) -> Mapping[str, Any]:
    """Style, topic, split and labels; what no option says is asked for."""
    labels = [_label(candidate.document, candidate.sentence.span, g) for candidate, g in marks]
    answerable = any(label["grade"] >= ANSWERS for label in labels)
    styles: Sequence[str] = (*SINGLE, TURNS[0]) if not feedback.history else TURNS[1:]
    likely = styles[0]
    if not answerable:
        styles = (*styles, *REFUSED)
        likely = styles[0] if feedback.history else REFUSED[0]
    described = {
        "style": options.style or choice("style", styles, likely),
        "topic": options.topic or answer("topic [none]: ") or "none",
        "split": options.split or _split(options.to) or choice("split", get_args(Split), "dev"),
        "relevant": labels,
    }
    if feedback.history and (alone := answer("as it would be asked alone [leave out]: ")):
        described["standalone"] = alone
    return described if answerable else described | {"unanswerable": True}


def _split(file: Path | None) -> str | None:
    """The split whose name a file has: nothing else is added to it."""
    return file.stem if file and file.stem in get_args(Split) else None


def _label(document: Document, span: Span, grade: int) -> dict[str, Any]:
    return asdict(Label(document.id, document.hash, *span, grade, document[span]))
