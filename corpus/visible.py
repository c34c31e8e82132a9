"""Text without what a reader can't see: controls, bidi and zero-width marks, private characters."""

import unicodedata

UNSEEN = ("Cc", "Cf", "Cs", "Co")  # Unicode categories


def visible(text: str) -> str:
    """The text; line breaks and tabs stay."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in UNSEEN)
