"""What form a question wants its answer in, a yes or a no, or a figure; and what has a figure."""

import re

SUBJECT = r"(?:the|an?|i|we|you|he|she|it|they|there|this|that|these|those|your|[a-z][\w-]+)\b"
VERB = (
    r"(?:can|could|should|must|may|might|will|would|shall|is|are|am|was|were|do|does|did|has|have|"
    r"had)(?:n['’]?t)?"
)
WHETHER = re.compile(rf"(?:^|[,.;:!?] |\b(?:so|and|but) ){VERB}\s+{SUBJECT}", re.IGNORECASE)
HOW_MUCH = re.compile(
    r"\bhow (?:many|much|often|likely|common|rare|far|fast|big|long)\b|%|\b(?:per ?cent\w*|odds|"
    r"chances?|rates?|proportion|fraction|numbers?|figures?|out of (?:a|\d)|risk of)\b",
    re.IGNORECASE,
)
FIGURE = re.compile(
    r"\d|\b(?:(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|year|month|week|day|hour|"
    r"minute|third|quarter|double)s?|yearly|monthly|weekly|daily|annual|once|twice|half|halve[sd]?|"
    r"doubled|triple|rare|rarely|common|uncommon|seldom|unlikely)\b",
    re.IGNORECASE,
)


def wants_verdict(question: str) -> bool:
    """True if a yes or a no would answer: it begins, or a part of it does, with the verb."""
    return bool(WHETHER.search(question)) and not HOW_MUCH.search(question)


def wants_figure(question: str) -> bool:
    """True if it asks how many, how much or how likely."""
    return bool(HOW_MUCH.search(question))


def wants_only_figure(question: str) -> bool:
    """True if nothing but a figure would answer: "does it raise the risk" is answered by a yes."""
    return wants_figure(question) and not WHETHER.search(question)


def has_figure(text: str) -> bool:
    """True if it has a number, in digits or words, a stretch of time, or says how rare it is."""
    return bool(FIGURE.search(text))
