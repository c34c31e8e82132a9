"""How much each view of a sentence counts in its score."""

# Of a library with questions of its own: fitted on the dev questions (listwise, five folds).
# The weights of what was said before were fitted on the dev talks.
WITH_QUESTIONS = {
    "passage": 0.16, "place": 0.0, "sentence": 0.23, "asked": 0.38, "words": 0.23,
    "place words": 0.0, "turn": 0.35, "talk": 0.15, "shown": 0.17, "told": -0.06, "feedback": 0.0,
}  # fmt: skip
# Of any other, by what its documents are. Answers: the best of 16 settings on LiveQA over MedQuAD.
ANSWERS = {
    "passage": 0.15, "place": 0.3, "sentence": 0.05, "asked": 0.0, "words": 0.25,
    "place words": 0.25, "turn": 0.0, "talk": 0.0, "shown": 0.0, "told": 0.0, "feedback": 0.2,
}  # fmt: skip
# Leaflets and chapters: the best of 16 on the dev questions over our documents without theirs.
CHAPTERS = {
    "passage": 0.25, "place": 0.1, "sentence": 0.3, "asked": 0.0, "words": 0.35,
    "place words": 0.0, "turn": 0.0, "talk": 0.0, "shown": 0.0, "told": 0.0, "feedback": 0.1,
}  # fmt: skip
SHORT = 5  # passages a document; of a longer one the title says less than its sentences do


def weights_for(asked: int, passages: int, documents: int) -> dict[str, float]:
    """The weights of the views in a library of so many passages and documents, for which so many
    questions are written."""
    if asked:
        return WITH_QUESTIONS
    return ANSWERS if passages <= SHORT * documents else CHAPTERS
