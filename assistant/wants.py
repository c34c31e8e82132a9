"""What form a question wants its answer in: a yes or a no, or a figure."""

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


def wants_verdict(question: str) -> bool:
    """True if a yes or a no would answer: it begins, or a part of it does, with the verb."""
    return bool(WHETHER.search(question)) and not HOW_MUCH.search(question)


def wants_figure(question: str) -> bool:
    """True if it asks how many, how much or how likely."""
    return bool(HOW_MUCH.search(question))
