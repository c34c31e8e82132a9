"""Who has reviewed a text, where somebody is named: of a document, or of a safety card."""

NOBODY = ("", "no", "nobody", "nobody yet", "none", "none yet", "not yet")


def named(reviewer: str) -> str:
    """The reviewer as written; empty if that says in any of these ways that there is none."""
    who = reviewer.strip()
    return "" if who.lower() in NOBODY else who
