"""The question sets, counted, added to, and their labels moved when documents change; and what is
said to have no answer, when they do."""

from argparse import Namespace

from corpus import library_folders
from corpus.asked import load_beyond
from corpus.read import read_documents
from eval.commands import wide
from eval.question import load_questions
from eval.reanchor import reanchor
from eval.safety import load_messages
from eval.sets import conversation_line, message_line, origin_lines, style_table, topic_table
from index.progress import bars


def add_questions(options: Namespace) -> int:
    """A question, or a feedback file, marked by a maintainer."""
    from eval.add import add

    return add(options)


def show_sets(options: Namespace) -> int:
    """Count them."""
    documents = {document.id: document for document in read_documents(*library_folders())}
    questions, console = load_questions(options.questions, documents), wide()
    console.print(style_table(questions), topic_table(questions))
    print(conversation_line(questions), message_line(load_messages()), sep="\n")
    print(*origin_lines(options.questions), sep="\n")
    return 0


def doubt_beyond(options: Namespace) -> int:
    """Questions that nothing answers, and those sentences that may by now."""
    from assistant.ask import Assistant
    from eval.beyond import doubtful

    if options.most < 1:
        raise ValueError(f"--most has to be at least 1, not {options.most}")
    assistant, questions = Assistant.load(options.index), load_beyond(library_folders())
    with bars() as progress:
        doubts = doubtful(questions, assistant, progress)
    print(*doubts[: options.most], sep="\n")
    print(
        f"Of {len(doubts):,} questions these are the likeliest to be answered. One that is, goes "
        "from corpus/beyond.yaml to corpus/asked/, under its sentence."
    )
    return 0


def move_labels(options: Namespace) -> int:
    """Labels after documents have changed."""
    documents = {document.id: document for document in read_documents(*library_folders())}
    held, gone = reanchor(options.questions, documents)
    print(f"{held} labels hold, {len(gone)} do not", *gone, sep="\n")
    return 1 if gone else 0
