"""A message that corrects the one before it: "no, I meant raloxifene"."""

import re

from corpus.names import Names, without
from index.words import stems

MOST_MEANT = 4  # content words of a correction that stands for part of the question before
CORRECTS = re.compile(
    r"^(?:(?:no|sorry|oh|oops|wait|actually)\b[\s,.]*)*"
    r"(i (?:mean|meant|was asking about)\b[\s,:]*)?",
    re.IGNORECASE,
)


def uncorrected(message: str, names: Names) -> tuple[str, bool]:
    """What is meant instead, if a message says so in a few words, and whether it does: "no, I meant
    the drip", or of a medicine only "no, raloxifene"."""
    matched = CORRECTS.match(message)
    meant = message[matched.end() :] if matched else message
    if meant in (message, "") or len(stems(meant)) > MOST_MEANT:
        return message, False
    said = bool(matched and matched[1]) or _only_named(meant, names)
    return (meant, True) if said else (message, False)


def corrected(question: str, meant: str, names: Names) -> str:
    """The question before with the medicine that was meant in the place of its own, where that is
    all that a correction says; else nothing."""
    new, old = _only_named(meant, names), names.taken(question)
    if not new or len(old) != 1 or new in old:
        return ""
    return without(question, old[0], new)


def _only_named(meant: str, names: Names) -> str:
    """The one medicine that a text names, if it says nothing else."""
    new = names.found(meant)
    if len(new) != 1 or new[0] not in names.treatments or stems(without(meant, new[0])):
        return ""
    return new[0]
