"""What is fitted to the sets: the cards' second look, the confidence and its threshold."""

from argparse import Namespace

from assistant.ask import Assistant
from assistant.cards.load import load_rules
from corpus.names import load_names
from eval.calibrate import (
    PAIRS,
    STRANGERS,
    best_threshold,
    errors_at,
    fitted,
    judged,
    save_calibration,
    seen,
)
from eval.commands import wide
from eval.likeness import fit_likeness
from eval.question import load_questions
from eval.report import table
from eval.safety import LEARNT, load_messages
from index.progress import bars


def fit_second_look(_: Namespace) -> int:
    """Fit the cards' second look again."""
    messages = *load_messages(), *load_messages(LEARNT)
    dev = [message for message in messages if message.split == "dev"]
    with bars() as progress:
        fit = fit_likeness(dev, load_rules(None, load_names()), progress)
    wide().print(table({"messages that it has not seen": fit}))
    print("kept; build the index again to use them: python -m index build")
    return 0


def calibrate(options: Namespace) -> int:
    """Fit the confidence and its threshold again, and say what they do; keep them if asked to."""
    assistant = Assistant.load(options.index)
    documents = assistant.index.documents
    dev = [q for q in load_questions(options.questions, documents) if q.split == "dev"]
    examples, asked = seen(dev, assistant), seen(load_questions(STRANGERS, documents), assistant)
    weights = fitted(examples, asked)
    threshold, (refused, answered) = best_threshold(examples, weights, asked)
    print(", ".join(f"{name} {weight:g}" for name, weight in weights.items()))
    counted = f"answerable but refused {refused:.3f}, others answered {answered:.3f}"
    print(f"threshold {threshold:.4f}: of {len(examples)} dev, {counted}")
    pairs = seen(load_questions(PAIRS, documents), assistant)
    for kind, told in (("that strangers asked", asked), ("in pairs", pairs)):
        refused, answered = errors_at(threshold, judged(told, weights))
        print(f"of {len(told)} {kind}, answerable but refused {refused:.3f}, others {answered:.3f}")
    if options.keep:
        fitted_on = f"{len(examples)} dev questions and {len(asked)} of strangers"
        save_calibration(weights, threshold, fitted_on)
        print("kept; build the index again to store it: python -m index build")
    else:
        print("nothing is kept; add --keep")
    return 0
