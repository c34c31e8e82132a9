"""How much a question speaks like the sentences that answer it.

Questions that borrow the documents' words make any search look good. People have not read the
documents, so at least two thirds of a set should share at most half of their content words with
the sentence that answers, whichever of the labelled ones is closest.
"""

from collections.abc import Sequence

from eval.question import ANSWERS, Question
from index.words import stems

MOST = 0.5  # of the question's content words


def borrowed(question: Question) -> float:
    """The share of its content words that stand in the closest sentence that answers it."""
    asked = set(stems(question.text))
    answers = (set(stems(label.quote)) for label in question.relevant if label.grade >= ANSWERS)
    return max((len(asked & answer) / len(asked) for answer in answers if asked), default=0.0)


def own_words(questions: Sequence[Question]) -> float:
    """The share of the answerable questions that are asked in words of their own."""
    shares = [borrowed(question) for question in questions if question.answerable]
    return sum(share <= MOST for share in shares) / len(shares)
