import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.answer import Answer
from assistant.ask import Assistant
from eval import QUESTIONS
from eval.__main__ import main
from eval.answers import Outcome, answer_scores, outcomes
from eval.calibrate import best_threshold
from eval.question import Label, Question, load_questions
from eval.reanchor import reanchor
from eval.report import Score
from eval.retrieval import retrieval_scores
from index.ranked import RankedPassage


@pytest.fixture(scope="module")
def questions(assistant: Assistant) -> list[Question]:
    return load_questions(QUESTIONS, assistant.index.documents)


def test_the_sets_are_big_enough_and_apart(questions: list[Question]) -> None:
    for split in ("dev", "test"):
        of_split = [question for question in questions if question.split == split]
        assert sum(question.answerable for question in of_split) >= 40
        assert sum(not question.answerable for question in of_split) >= 10
    facts = {s: {q.fact for q in questions if q.split == s and q.fact} for s in ("dev", "test")}
    assert not facts["dev"] & facts["test"]


def test_every_label_is_whole_sentences(assistant: Assistant, questions: list[Question]) -> None:
    for question in questions:
        for label in question.relevant:
            sentences = assistant.index.documents[label.document].sentences
            spans = [sentence.span for sentence in sentences]
            assert any(label.span.covers(span) or span.covers(label.span) for span in spans)


def test_no_question_stands_in_the_code(questions: list[Question]) -> None:
    root = Path(__file__).parent.parent
    files = [f for p in ("corpus", "index", "assistant", "ui") for f in (root / p).rglob("*.*")]
    code = "\n".join(f.read_text() for f in files if f.suffix in {".py", ".yaml", ".json", ".js"}
                     and "built" not in f.parts).lower()  # fmt: skip
    assert not [question.id for question in questions if question.text.lower() in code]


# --- measures against worked examples -----------------------------------------------------------


def considered(assistant: Assistant, *numbers: int) -> Answer:
    passages = [assistant.index.passages[number] for number in numbers]
    found = [RankedPassage(p, 1.0 / n, n, ()) for n, p in enumerate(passages, start=1)]
    return Answer("", "not_found", considered=tuple(found))


def label(assistant: Assistant, number: int, grade: int) -> Label:
    passage = assistant.index.passages[number]
    start, end = passage.sentences[0].span
    document = passage.document
    return Label(document.id, document.hash, start, end, grade, document.text[start:end])


def test_retrieval_measures_agree_with_a_sum_by_hand(assistant: Assistant) -> None:
    """Relevant at ranks 2 (grade 3) and 4 (grade 2); one of grade 3 not found at all."""
    relevant = tuple(label(assistant, n, g) for n, g in ((10, 3), (20, 2), (30, 3)))
    question = Question("a", "?", "plain", "dev", relevant)
    silent = Question("b", "?", "plain", "dev", (label(assistant, 40, 3),))
    results = [
        Outcome(question, considered(assistant, 1, 10, 2, 20, 3)),
        Outcome(silent, Answer("", "not_found")),  # found nothing and counts as zero
    ]
    scores = {s.measure: s for s in retrieval_scores(results, assistant.index)}
    assert scores["Success(rel=2)@1"].values == (0, 0)
    assert scores["Success(rel=2)@5"].values == (1, 0)
    assert scores["R(rel=2)@5"].values == (pytest.approx(2 / 3), 0)
    assert scores["RR(rel=2)@10"].values == (0.5, 0)
    gained = 3 / math.log2(3) + 2 / math.log2(5)
    most = 3 + 3 / math.log2(3) + 2 / math.log2(4)
    assert scores["nDCG@10"].values == (pytest.approx(gained / most), 0)


def test_answer_scores_by_hand(assistant: Assistant, questions: list[Question]) -> None:
    yes = next(question for question in questions if question.answerable)
    no = next(question for question in questions if not question.answerable)
    sure = Answer("", "answered", confidence=0.9)
    results = [
        Outcome(yes, sure),
        Outcome(yes, Answer("", "not_found", confidence=0.3)),
        Outcome(no, Answer("", "not_found", confidence=0.3)),
        Outcome(no, replace(sure, confidence=0.5)),
    ]
    scores = {score.measure: score.mean for score in answer_scores(results)}
    assert scores["answer shown"] == 0
    assert scores["answerable, refused"] == 0.5
    assert scores["unanswerable, refused"] == 0.5
    assert scores["abstention AUROC"] == pytest.approx((1 + 1 + 0.5 + 0) / 4)
    threshold, errors = best_threshold(results)
    assert (threshold, errors) == (pytest.approx(0.4), 0.5)


def test_an_interval_holds_its_mean_and_is_the_same_each_time() -> None:
    score = Score("x", tuple([1.0] * 30 + [0.0] * 10))
    low, high = score.interval
    assert low < score.mean == 0.75 < high
    assert score.interval == (low, high)
    assert str(score) == f"0.750 ({low:.2f}-{high:.2f})"
    assert Score("x", (1.0, 1.0)).interval == (1, 1)


def test_an_answer_counts_only_where_it_shows_a_label(
    assistant: Assistant, questions: list[Question]
) -> None:
    for result in outcomes([q for q in questions if q.split == "dev"][:30], assistant):
        shown = [citation.quote for citation in result.answer.citations]
        labels = [entry.quote for entry in result.question.relevant if entry.grade >= 2]
        assert result.hit == any(entry in quote for entry in labels for quote in shown)


# --- questions that do not fit ------------------------------------------------------------------


def row(assistant: Assistant, **changes: object) -> str:
    document = assistant.index.documents["alendronate"]
    first = document.sentences[0].span
    entry = {
        "document": document.id, "hash": document.hash, "start": first.start, "end": first.end,
        "grade": 3, "quote": document[first],
    }  # fmt: skip
    question = {"id": f"q{len(changes)}", "text": "?", "style": "plain", "split": "dev"}
    return json.dumps(question | {"relevant": [entry | changes]})


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"document": "nothing"}, "no document 'nothing'"),
        ({"hash": "0"}, "python -m eval reanchor"),
        ({"end": 9}, "is not its quote"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_label_is_named(
    assistant: Assistant, tmp_path: Path, changes: dict[str, object], complaint: str
) -> None:
    (tmp_path / "set.jsonl").write_text(row(assistant) + "\n" + row(assistant, **changes))
    with pytest.raises(ValueError, match=r"set\.jsonl line 2") as raised:
        load_questions(tmp_path, assistant.index.documents)
    assert complaint in str(raised.value)


def test_labels_move_with_their_text(assistant: Assistant, tmp_path: Path) -> None:
    file = tmp_path / "set.jsonl"
    file.write_text(row(assistant) + "\n" + row(assistant, quote="Gone.") + "\n")
    document = assistant.index.documents["alendronate"]
    longer = replace(document, text="New words. " + document.text, hash="")
    held, gone = reanchor(tmp_path, {"alendronate": longer})
    assert held == 1
    assert gone == ["q1: alendronate: 'Gone.'"]
    moved = json.loads(file.read_text().splitlines()[0])["relevant"][0]
    assert longer.text[moved["start"] : moved["end"]] == moved["quote"]
    assert moved["hash"] == longer.hash


def test_the_table_is_printed(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--index", str(built)]) == 0
    out = capsys.readouterr().out
    for measure in ("R(rel=2)@5", "RR(rel=2)@10", "nDCG@10", "unanswerable, refused"):
        assert measure in out
    assert main(["--questions", str(built), "--index", str(built)]) == 2
    assert "no questions" in capsys.readouterr().err
