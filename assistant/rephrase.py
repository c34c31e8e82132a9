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
    """The stand-alone question; what was added stands in brackets behind the person's words."""
    question = conversation.last
    carried = _carried(conversation, names)
    added = dict.fromkeys((*names.found(question), *carried))
    missing = [name for name in added if name not in question.lower()]
    if len(stems(question)) < FEW_WORDS and conversation.earlier:
        question = f"{conversation.earlier[-1]} {question}"
        missing = [name for name in missing if name not in question.lower()]
    return f"{question} ({', '.join(missing)})" if missing else question


def _carried(conversation: Conversation, names: Names) -> tuple[str, ...]:
    """What the conversation was about, where the message leaves it out."""
    message = conversation.last
    if names.found(message) or not (REFERS.search(message) or CONTINUES.match(message)):
        return ()
    for earlier in reversed(conversation.earlier):
        if found := names.found(earlier):
            return found
    return ()
