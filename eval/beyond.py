"""What nothing answered when it was written down, and something may answer by now.

``corpus/beyond.yaml`` says where the library ends, and the library grows. An entry that has become
wrong makes the assistant refuse what it could answer, so after documents were added a person reads
the likeliest of them. How near other such questions are does not count here: a dozen that were
written on one matter would hold each other back long after a sentence answers them all.
"""

from collections.abc import Iterable
from typing import NamedTuple

from assistant.abstain import best_sentences
from assistant.ask import Assistant
from assistant.conversation import Conversation
from assistant.find import find
from index.progress import Progress


class Doubt(NamedTuple):
    """A question that is said to have no answer, and what comes nearest to one, best first."""

    score: float  # of the best sentence
    question: str
    nearest: tuple[tuple[str, str], ...]  # titles of documents, and sentences of theirs

    def __str__(self) -> str:
        sentences = (f"        {title}: {sentence}" for title, sentence in self.nearest)
        return "\n".join((f"{self.score:.3f}   {self.question}", *sentences))


def doubtful(questions: Iterable[str], assistant: Assistant, progress: Progress) -> list[Doubt]:
    """Each question that can be read with the best that is found for it, likeliest answered first.

    They are asked as first messages: what was written as a later one ("and for men?") finds little.
    """
    every = list(questions)
    doubts = []
    for question in every:
        progress("asking them", 1, len(every))
        try:
            conversation = Conversation.of([question])
        except ValueError:  # in another language, or without words
            continue
        doubts.append(_doubt(question, conversation, assistant))
    return sorted(doubts, key=lambda doubt: -doubt.score)


def _doubt(question: str, conversation: Conversation, assistant: Assistant) -> Doubt:
    found = find(conversation, assistant.index, assistant.wording).passages
    best = best_sentences(found)
    nearest = tuple((document.title, document[one.sentence.span]) for one, document in best)
    return Doubt(best[0][0].score if best else 0.0, question, nearest)
