"""What search found for the questions: how high the passages stand that hold a labelled sentence.

Measures by ir-measures, whose names are the field's; only door to ir_measures. A question that
finds nothing counts as zero. Passages are graded by the best label that they hold, so the labels
stay the same however the documents are cut.
"""

from collections.abc import Iterable, Sequence

import ir_measures
from ir_measures import RR, R, Success, nDCG

from eval.answers import Outcome
from eval.question import Label, Question
from eval.report import Score
from index.search import Index

MEASURES = (Success(rel=2) @ 1, Success(rel=2) @ 5, R(rel=2) @ 5, RR(rel=2) @ 10, nDCG @ 10)
DEPTH = 10


def retrieval_scores(results: Sequence[Outcome], index: Index) -> list[Score]:
    """Each measure over the answerable questions, on the passages that the assistant considered."""
    asked = [result for result in results if result.question.answerable]
    judged = [judgement for result in asked for judgement in _judgements(result.question, index)]
    run = [
        ir_measures.ScoredDoc(result.question.id, found.passage.id, found.score)
        for result in asked
        for found in result.answer.considered[:DEPTH]
    ]
    scores = {
        str(measure): dict.fromkeys((r.question.id for r in asked), 0.0) for measure in MEASURES
    }
    for metric in ir_measures.iter_calc(MEASURES, judged, run):
        scores[str(metric.measure)][metric.query_id] = float(metric.value)
    return [Score(measure, tuple(values.values())) for measure, values in scores.items()]


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
