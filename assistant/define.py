"""Is it the meaning of a word that is asked for? Then the glossary's sentence stands first."""

import re

from corpus.glossary import Glossary, Term

ASKS = re.compile(
    r"(?:what(?:'s|’s| is| are| does| do)|define|meaning of|explain|what is meant by)\s+"
    r"(?:(?:an?|the|by|meaning of)\s+)*(?P<word>.+?)"
    r"(?:\s+(?:means?|stands? for|exactly|actually|please|then|in plain words))*",
    re.IGNORECASE,
)
MEANING = re.compile(
    r"(?P<word>.+?)(?:'s)?\s+(?:meaning|definition|means)(?:\s+please)?", re.IGNORECASE
)


def defined(question: str, glossary: Glossary) -> Term | None:
    """The term whose meaning is asked for, and nothing else."""
    asked = question.strip().rstrip("?!. ")
    for pattern in (ASKS, MEANING):
        if match := pattern.fullmatch(asked):
            return glossary.of(match["word"]) or glossary.of(match["word"].removesuffix("s"))
    return None
