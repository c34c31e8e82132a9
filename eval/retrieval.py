"""Questions through search: how high the passages stand that hold a labelled sentence.

Measures by ir-measures, whose names are the field's; only door to ir_measures. A question that
finds nothing counts as zero. Passages are graded by the best label that they hold, so the labels
stay the same however the documents are cut.
"""

from collections.abc import Iterable, Sequence

import ir_measures
from ir_measures import RR, R, Success, nDCG

from eval.question import Label, Question
from index.ranked import RankedPassage
from index.search import Index

MEASURES = (Success(rel=2) @ 1, Success(rel=2) @ 5, R(rel=2) @ 5, RR(rel=2) @ 10, nDCG @ 10)
DEPTH = 10

Scores = dict[str, dict[str, float]]  # measure, then question id


def retrieval_scores(questions: Sequence[Question], index: Index) -> Scores:
    """Each measure of each answerable question."""
    asked = [question for question in questions if question.answerable]
    found = {question.id: index.search(question.text, DEPTH) for question in asked}
    return measured(asked, found, index)


def measured(
    questions: Sequence[Question], found: dict[str, list[RankedPassage]], index: Index
) -> Scores:
    """The measures of given results, keyed by question id."""
    judged = [judgement for question in questions for judgement in _judgements(question, index)]
    run = [
        ir_measures.ScoredDoc(id, ranked.passage.id, ranked.score)
        for id, results in found.items()
        for ranked in results
    ]
    scores: Scores = {str(measure): dict.fromkeys(found, 0.0) for measure in MEASURES}
    for metric in ir_measures.iter_calc(MEASURES, judged, run):
        scores[str(metric.measure)][metric.query_id] = float(metric.value)
    return scores


def _judgements(question: Question, index: Index) -> Iterable[ir_measures.Qrel]:
    """The grade of every passage that holds a labelled sentence."""
    for passage in index.passages:
        grades = [
            label.grade
            for label in question.relevant
            if label.document == passage.document.id and _holds(passage.span, label)
        ]
        if grades:
            yield ir_measures.Qrel(question.id, passage.id, max(grades))


def _holds(span: tuple[int, int], label: Label) -> bool:
    return span[0] <= label.start and label.end <= span[1]
