"""``python -m eval``: how well the library is searched, answered from, and left unanswered."""

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from eval import QUESTIONS, RESULTS
from eval.commands import comparing, fitting, keeping, measuring, searching
from eval.question import STYLES
from eval.scale import SIZES
from index import FOLDER
from index.weights import ANSWERS

Argument = tuple[str, Mapping[str, Any]]


class Command(NamedTuple):
    """One command: its name, its body, what it does, and what it takes."""

    name: str
    run: Callable[[argparse.Namespace], int]
    text: str
    arguments: tuple[Argument, ...] = ()


INDEX: Argument = (
    "--index",
    {
        "type": Path,
        "default": FOLDER,
        "metavar": "DIR",
        "help": "the index (default: the library's)",
    },
)
SETS: Argument = (
    "--questions",
    {
        "type": Path,
        "default": QUESTIONS,
        "metavar": "DIR",
        "help": "the question sets (default: the project's)",
    },
)
SPLIT = {"choices": ("dev", "test")}

RUN = Command(
    "run",
    measuring.run_all,
    "the whole assistant on every question (the default)",
    (
        ("--split", {**SPLIT, "help": "only this half of the questions"}),
        ("--by", {"choices": ("style", "topic", "level"), "action": "append", "help":
                  "every measure for each style, topic or level, too; may be given again"}),
        ("--out", {"type": Path, "metavar": "FILE", "help": "keep the run, to compare it"}),
        INDEX,
        SETS,
    ),
)  # fmt: skip
COMMANDS = (
    RUN,
    Command("compare", comparing.compare, "two kept runs: differences, and what flipped", (
        ("first", {"type": Path, "metavar": "A", "help": "from run --out"}),
        ("second", {"type": Path, "metavar": "B", "help": "the one that should be better"}),
    )),
    Command("ablate", comparing.ablate_search, "what each part of the search is worth, on dev", (
        ("--quick", {"action": "store_true", "help": "leave out what needs an index of its own"}),
        INDEX,
        SETS,
    )),
    Command("scale", searching.grow, "how search grows with the corpus, for each kind of index", (
        ("--texts", {"type": Path, "required": True, "metavar": "FILE.jsonl", "help":
                     'lines {"question": "...", "answer": "..."}, thousands of them; the kept '
                     "page has the 16,407 pairs of MedQuAD, https://github.com/abachaa/MedQuAD, "
                     "which is not ours to ship"}),
        ("--sizes", {"type": int, "nargs": "+", "default": SIZES, "metavar": "N", "help":
                     f"passages to grow to (default: {' '.join(map(str, SIZES))})"}),
        ("--real", {"type": int, "default": 10_000, "metavar": "N", "help":
                    "texts to embed (default: 10000)"}),
        ("--out", {"type": Path, "default": RESULTS.parent, "metavar": "DIR", "help":
                   "where scale.md and scale.svg go (default: eval/results)"}),
        INDEX,
    )),
    Command("report", comparing.report, "a kept run as one web page, with plots", (
        ("run_file", {"type": Path, "metavar": "RUN", "help": "from run --out"}),
        ("page", {"type": Path, "metavar": "FILE.html", "help": "where the page goes"}),
    )),
    Command("gate", measuring.gate, "fail if dev has fallen below its committed baseline", (
        ("--move", {"action": "store_true", "help": "make today's scores the baseline"}),
        ("--run", {"type": Path, "metavar": "FILE", "dest": "kept", "help":
                   "judge a run that was kept, and ask nothing again"}),
        INDEX,
        SETS,
    )),
    Command("safety", measuring.safety, "the safety cards, on messages with and without need", (
        ("--split", {**SPLIT, "help": "only this half of the messages"}),
        INDEX,
        ("--misses", {"action": "store_true", "help":
                      "name every wrong one of dev; those of test are not shown"}),
    )),
    Command(
        "likeness",
        fitting.fit_second_look,
        "refit the cards' second look, on dev; 20 minutes; then build the index again",
        (),
    ),
    Command("retrieval", searching.retrieval, "any collection in the BEIR layout", (
        ("--beir", {"type": Path, "required": True, "metavar": "DIR", "help":
                    "with corpus.jsonl, queries.jsonl and qrels.tsv or qrels/test.tsv"}),
        ("--query-field", {"default": "text", "metavar": "PATH", "help":
                           "the field of queries.jsonl that is asked, with stops for fields in "
                           "fields, such as metadata.original (default: text)"}),
        ("--relevant", {"type": int, "metavar": "N", "help":
                        "the grade from which a document counts as relevant (default: 2 where "
                        "some judgement is 2 or more, else 1)"}),
        ("--depth", {"type": int, "default": 100, "metavar": "N", "help":
                     "documents to rank for a query (default: 100)"}),
        ("--judged", {"action": "store_true", "help": "rank judged documents only"}),
        ("--without", {"action": "append", "default": [], "choices": sorted(ANSWERS), "help":
                       "leave a part of the score out; may be given again"}),
        ("--out", {"type": Path, "default": RESULTS, "metavar": "DIR", "help":
                   "where its index and the run file go"}),
    )),
    Command("rewrites", searching.stand_alone, "how later messages are made to stand alone, beside "
            "people's rewrites (TREC CAsT, iKAT)", (
        ("conversations", {"type": Path, "metavar": "FILE.jsonl", "help":
                           'lines {"turns": [{"utterance": "...", "rewrite": "..."}]}'}),
        INDEX,
    )),
    Command("talks", searching.follow, "later messages of held-out talks: found as well as in "
            "full?", (INDEX,)),
    Command("add", keeping.add_questions, "mark the sentences that answer a question, and add it "
            "to a set", (
        ("question", {"nargs": "?", "help": "as a person would type it; quote it"}),
        ("--feedback", {"type": Path, "metavar": "FILE.jsonl", "help":
                        "add every question of an exported feedback file instead"}),
        ("--to", {"type": Path, "metavar": "FILE.jsonl", "help":
                  "the set (default: that of its split)"}),
        ("--style", {"choices": STYLES, "metavar": "STYLE", "help": ", ".join(STYLES)}),
        ("--topic", {"help": "such as bisphosphonates; asked for if left out"}),
        ("--split", {**SPLIT, "help": "asked for if left out, unless --to is dev or test.jsonl"}),
        ("--history", {"action": "append", "default": [], "metavar": "MESSAGE", "help":
                       "what was said before; again for each message, oldest first"}),
        INDEX,
    )),
    Command("sets", keeping.show_sets, "how large the question sets are, and where they come "
            "from", (SETS,)),
    Command("reanchor", keeping.move_labels, "move labels after documents have changed", (SETS,)),
    Command("beyond", keeping.doubt_beyond, "questions that are said to have no answer, and may "
            "have one by now: to be read after documents were added", (
        ("--most", {"type": int, "default": 50, "metavar": "N", "help":
                    "how many to print, the likeliest first (default: 50)"}),
        INDEX,
    )),
    Command("calibrate", fitting.calibrate, "what the confidence and its threshold are when they "
            "are fitted to dev again", (
        ("--keep", {"action": "store_true", "help": "keep both for the next build"}),
        INDEX,
        SETS,
    )),
    Command("bench", searching.speed, "speed, beside sentence-transformers", (INDEX,)),
)  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 is fine, 1 means something got worse or lost, 2 that it can't be done."""
    parser = argparse.ArgumentParser("python -m eval", description=__doc__)
    defaults = {name.removeprefix("--"): given.get("default") for name, given in RUN.arguments}
    parser.set_defaults(run=RUN.run, **defaults)
    made = parser.add_subparsers(metavar="COMMAND")
    for command in COMMANDS:
        own = made.add_parser(command.name, help=command.text, description=command.text)
        own.set_defaults(run=command.run)
        for name, given in command.arguments:
            own.add_argument(name, **given)
    options = parser.parse_args(arguments)
    if options.run is keeping.add_questions and bool(options.question) == bool(options.feedback):
        parser.error("give one question, or --feedback and a file")
    try:
        code: int = options.run(options)
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    return code


if __name__ == "__main__":
    sys.exit(main())
