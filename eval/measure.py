"""What each measure is called in tables, and which of them are better when they are less.

A measure has the name under which runs and the baseline keep it; those of ir-measures keep its
notation. A passage or sentence *answers* if its best label has grade 2 or 3.
"""

AUROC = "abstention AUROC"
AURC = "abstention AURC"
RISK = "wrong among answered"
FOLLOW_UP = "follow-up / alone"

LABELS = {
    "passage Success(rel=2)@1": "a passage that answers comes first",
    "passage Success(rel=2)@5": "a passage that answers is among the first five",
    "sentence Success(rel=2)@1": "a sentence that answers comes first",
    "sentence Success(rel=2)@5": "a sentence that answers is among the first five",
    "answer shown": "a sentence that answers is shown",
    "answer shown first": "... is in the first quote",
    "quotes valid": "every quote shown is valid, letter for letter",
    "quotes complete": "every quote shown is complete",
    "false abstention": "answerable but refused (false-abstain rate)",
    "false answer": "unanswerable but answered (false-answer rate)",
    "follow-up, answer shown": "a follow-up: answer shown",
    "follow-up alone, answer shown": "a follow-up asked alone: answer shown",
    FOLLOW_UP: "a follow-up, as a share of that",
    RISK: "answered, without a sentence that answers (risk)",
    AURC: "AURC, area under risk and coverage",
    AUROC: "AUROC of the confidence",
}
OTHER = "other"
FAMILIES = {  # by how their measures begin
    "passages": ("passage ",),
    "sentences": ("sentence ",),
    "answers": ("answer ", "quotes "),
    "follow-ups": ("follow-up",),
    "abstention": ("false ", RISK, AURC, AUROC),
    OTHER: ("",),
}
SHORT = {"R(rel=2)@": "recall@", "RR(rel=2)@": "MRR@", "Success(rel=2)@": "success@"}
LESS_IS_BETTER = frozenset({"false abstention", "false answer", RISK, AURC})
SAFETY, RECALL = "safety ", "safety recall"  # what is no recall counts cards that were not due


def label(measure: str) -> str:
    """What a reader calls it."""
    if measure in LABELS:
        return LABELS[measure]
    unit, _, name = measure.partition(" ")
    for notation, short in SHORT.items():
        if name.startswith(notation):
            return f"{unit} {short}{name.removeprefix(notation)}"
    return measure


def family(measure: str) -> str:
    """What it is about, as the title of a table."""
    return next(name for name, starts in FAMILIES.items() if measure.startswith(starts))


def less_is_better(measure: str) -> bool:
    """True for errors, and for cards that came without being called for."""
    unasked = measure.startswith(SAFETY) and not measure.startswith(RECALL)
    return measure in LESS_IS_BETTER or unasked
