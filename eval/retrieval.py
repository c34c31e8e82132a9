"""How high the right things stand in a ranking. Measures by ir-measures; only door to it.

A question that finds nothing counts as zero. Passages are graded by the best label that they hold,
so the labels stay the same however the documents are cut.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import ir_measures
from ir_measures import RR, P, R, Success, nDCG

from assistant.answer import Answer
from eval.question import Label, Question
from index.search import Index

PASSAGES = (
    Success(rel=2) @ 1,
    Success(rel=2) @ 5,
    R(rel=2) @ 1,
    R(rel=2) @ 5,
    R(rel=2) @ 10,
    RR(rel=2) @ 10,
    nDCG @ 10,
)
SENTENCES = PASSAGES
DEPTH = 10

Ranking = Iterable[tuple[str, float]]  # names, best first, with scores
Grades = Mapping[str, int]  # by name


def document_measures(relevant: int, depth: int = 100) -> tuple[ir_measures.Measure, ...]:
    """Those of a ranking of so many documents, relevant from that grade on; P@1 is always one."""
    found = (
        nDCG @ 10,
        R(rel=relevant) @ 5,
        R(rel=relevant) @ 10,
        R(rel=relevant) @ 100,
        RR(rel=relevant) @ 10,
        P(rel=relevant) @ 1,
    )
    return tuple(measure for measure in found if measure["cutoff"] <= depth)


def measured(
    measures: Sequence[ir_measures.Measure],
    judged: Mapping[str, Grades],
    rankings: Mapping[str, Ranking],
) -> dict[str, dict[str, float]]:
    """Query to measure to value, for every judged query."""
    found = {query: dict.fromkeys(map(str, measures), 0.0) for query in judged}
    qrels = [
        ir_measures.Qrel(query, name, grade)
        for query, grades in judged.items()
        for name, grade in grades.items()
    ]
    run = [
        ir_measures.ScoredDoc(query, name, score)
        for query in judged
        for name, score in rankings.get(query, ())
    ]
    for metric in ir_measures.iter_calc(measures, qrels, run):
        found[metric.query_id][str(metric.measure)] = float(metric.value)
    return found


def passage_grades(question: Question, index: Index) -> dict[str, int]:
    """The grade of every passage that holds a labelled sentence."""
    found: dict[str, int] = {}
    for passage in index.passages:
        held = [label.grade for label in _labels(question, passage.document.id)
                if passage.span.covers(label.span)]  # fmt: skip
        if held:
            found[passage.id] = max(held)
    return found


def sentence_grades(question: Question) -> dict[str, int]:
    """The grade of every labelled sentence."""
    grades: dict[str, int] = {}
    for label in question.relevant:
        name = _name(label.document, label.start)
        grades[name] = max(label.grade, grades.get(name, 0))
    return grades


def passage_ranking(answer: Answer) -> list[tuple[str, float]]:
    """The passages that the assistant considered."""
    return [(found.passage.id, found.score) for found in answer.considered[:DEPTH]]


def sentence_ranking(answer: Answer) -> list[tuple[str, float]]:
    """Their sentences, best first."""
    named = {
        _name(found.passage.document.id, ranked.sentence.span.start): ranked.score
        for found in answer.considered[:DEPTH]
        for ranked in found.sentences
    }
    return sorted(named.items(), key=lambda pair: -pair[1])[:DEPTH]


def _labels(question: Question, document: str) -> Iterator[Label]:
    return (label for label in question.relevant if label.document == document)


def _name(document: str, start: int) -> str:
    return f"{document}@{start}"
