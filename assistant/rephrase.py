"""A message in its conversation into a question that stands alone and uses the library's names."""

import re

from assistant.conversation import Conversation
from corpus.names import Names
from index.words import stems

FEW_WORDS = 2  # content words; fewer can't be searched for by themselves
REFERS = re.compile(
    r"\b(it|its|they|them|their|this|that|these|those|one|ones|he|she|him|her|same|instead|else)\b",
    re.IGNORECASE,
)
CONTINUES = re.compile(
    r"^(and|or|but|so|why|how long|how often|how much|what about|what if)\b", re.I
)


def rephrase(conversation: Conversation, names: Names) -> str:
    """The stand-alone question; what was carried over stands in brackets behind it."""
    question = names.replaced(conversation.last)
    carried = _carried(conversation, names)
    if len(stems(question)) < FEW_WORDS and conversation.earlier:
        question = f"{names.replaced(conversation.earlier[-1])} {question}"
    missing = [name for name in carried if name.lower() not in question.lower()]
    return f"{question} ({', '.join(missing)})" if missing else question


def _carried(conversation: Conversation, names: Names) -> tuple[str, ...]:
    """What the conversation was about, where the message leaves it out.

    "Does it cause heartburn?" leaves out the drug, and so does "is it better than HRT?";
    "what about HRT?" does not.
    """
    message = conversation.last
    goes_on = CONTINUES.match(message) and not names.treatments.intersection(names.found(message))
    if not (REFERS.search(message) or goes_on):
        return ()
    for earlier in reversed(conversation.earlier):
        if found := names.found(earlier):
            taken = tuple(name for name in found if name in names.treatments)
            return taken or found
    return ()
