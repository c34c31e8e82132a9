"""How much each view of a sentence counts in its score."""

# Of a library with questions of its own: fitted on the dev questions (listwise, five folds).
# The weight of the talk was chosen on the dev talks.
WITH_QUESTIONS = {
    "passage": 0.16, "place": 0.0, "sentence": 0.23, "asked": 0.38, "words": 0.23,
    "place words": 0.0, "talk": 0.06, "feedback": 0.0,
}  # fmt: skip
# Of any other: the best of eight settings on LiveQA over MedQuAD.
WITHOUT = {
    "passage": 0.15, "place": 0.3, "sentence": 0.05, "asked": 0.0, "words": 0.25,
    "place words": 0.25, "talk": 0.0, "feedback": 0.2,
}  # fmt: skip


def weights_for(asked: int) -> dict[str, float]:
    """The weights of the views in a library for which that many questions are written."""
    return WITH_QUESTIONS if asked else WITHOUT
