"""How much one question may be, said kindly when it is more."""

import unicodedata

LONGEST_QUESTION = 500  # characters, as a reader would count them
LONGEST_MESSAGE = 4_000  # characters that are read for safety cards at all


def folded_length(message: str) -> int:
    """The characters of a message once compatible ones are one and white space is single."""
    return len(" ".join(unicodedata.normalize("NFKC", message).split()))


def too_long(message: str) -> str:
    """What is said of a question that is too long; nothing if it is not."""
    if len(message) <= LONGEST_QUESTION // 18:  # no character folds to more than 18
        return ""
    length = folded_length(message)
    if length <= LONGEST_QUESTION:
        return ""
    return (
        f"Your question has {length:,} characters, and {LONGEST_QUESTION} is the most that can be "
        "searched for. Please ask the main thing in a sentence or two."
    )
