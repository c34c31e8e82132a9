"""What is measured of answers, quotes and cards, against worked examples."""

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from results import result

from assistant.answer import Answer
from assistant.ask import Assistant
from assistant.screen import load_screen
from corpus.document import Document
from corpus.read import read_documents
from eval.measure import AURC, AUROC, FOLLOW_UP, RISK
from eval.question import Label, Question
from eval.quotes import complete, points_back, valid
from eval.report import Score
from eval.retrieval import PASSAGES, measured, passage_grades, passage_ranking
from eval.safety import LEARNT, Asked, Kind, Message, Share, load_messages, misses, safety_scores
from eval.scores import latencies, scores
from index.ranked import RankedPassage

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
    answers = {"a": considered(assistant, 1, 10, 2, 20, 3), "b": Answer("", "not_found")}
    found = measured(
        PASSAGES,
        {q.id: passage_grades(q, assistant.index) for q in (question, silent)},
        {name: passage_ranking(answer) for name, answer in answers.items()},
    )
    assert found["a"]["Success(rel=2)@1"] == 0
    assert found["a"]["Success(rel=2)@5"] == 1
    assert found["a"]["R(rel=2)@5"] == pytest.approx(2 / 3)
    assert found["a"]["RR(rel=2)@10"] == 0.5
    gained = 3 / math.log2(3) + 2 / math.log2(5)
    most = 3 + 3 / math.log2(3) + 2 / math.log2(4)
    assert found["a"]["nDCG@10"] == pytest.approx(gained / most)
    assert set(found["b"].values()) == {0.0}  # found nothing and counts as zero


def test_answer_scores_by_hand() -> None:
    """Surest first: right, wrong (unanswerable), then two that are equally sure, one right."""
    results = [
        result("a", True, "answered", 0.9, True, answer_shown=1),
        result("b", True, "not_found", 0.3, True, answer_shown=0),
        result("c", False, "not_found", 0.3),
        result("d", False, "answered", 0.5),
    ]
    found = {score.measure: score.mean for score in scores(results)}
    assert math.isnan(found.pop(FOLLOW_UP))
    assert found == {
        "answer shown": 0.5,
        RISK: 0.5,
        AURC: pytest.approx((0 + 1 / 2 + 2 / 4 + 2 / 4) / 4),
        AUROC: pytest.approx((1 + 1 + 0.5 + 0) / 4),
    }


def test_intervals_of_shares_of_shares_come_from_drawing_questions_again() -> None:
    pair = {"follow-up, answer shown": 0.0, "follow-up alone, answer shown": 1.0}
    both = pair | {"follow-up, answer shown": 1.0}
    results = [
        replace(result(str(n), True, "answered", n / 20, True), values=both if n % 2 else pair)
        for n in range(20)
    ]
    (follow_up,) = (score for score in scores(results) if score.measure == FOLLOW_UP)
    assert follow_up.mean == 0.5
    low, high = follow_up.interval
    assert 0.2 < low < 0.5 < high < 0.8
    apart = [result(str(n), n > 5, "answered", float(n)) for n in range(10)]
    scored = {score.measure: score for score in scores(apart)}
    assert (scored[AUROC].mean, scored[AUROC].interval) == (1, (1, 1))
    mixed = [result(str(n), n in {2, 5, 6, 7, 9}, "answered", float(n)) for n in range(10)]
    auroc = {score.measure: score for score in scores(mixed)}[AUROC]
    assert auroc.mean == pytest.approx(19 / 25)
    assert auroc.interval[0] < auroc.mean < auroc.interval[1] <= 1


def test_latency_is_the_time_that_so_many_questions_stay_below() -> None:
    results = [
        replace(result(str(n), True, "answered", 0.5), milliseconds=float(n)) for n in range(1, 101)
    ]
    median, slow = latencies(results)
    assert (median.mean, slow.mean) == (50, 95)
    assert median.interval[0] < 50 < median.interval[1] < slow.interval[1] <= 100


def test_an_interval_holds_its_mean_and_is_the_same_each_time() -> None:
    score = Score("x", tuple([1.0] * 30 + [0.0] * 10))
    low, high = score.interval
    assert low < score.mean == 0.75 < high
    assert score.interval == (low, high)
    assert str(score) == f"0.750 ({low:.2f}-{high:.2f})"
    assert Score("x", (1.0, 1.0)).interval == (1, 1)


def shown_quote(document: Document, first: int, last: int, *context: str) -> dict[str, object]:
    start, end = document.sentences[first].span.start, document.sentences[last].span.end
    return {
        "document": document.id, "hash": document.hash, "start": start, "end": end,
        "quote": document.text[start:end], "context": list(context),
    }  # fmt: skip


LEAFLET = """---
title: Leaflet
---
## What is it?

It is a tablet. However, it is big. It is not known whether it helps. Tablets are small.

Do not take it with:

- milk
- tea

This is the end.
"""


def test_a_valid_quote_stands_where_it_says_in_what_was_indexed(tmp_path: Path) -> None:
    document = leaflet(tmp_path)
    quote = shown_quote(document, 0, 1)
    documents = {document.id: document}
    assert valid(quote, documents)
    assert not valid(quote | {"start": quote["start"] + 1}, documents)
    assert not valid(quote | {"quote": quote["quote"].replace("is", "was")}, documents)
    assert not valid(quote, {})
    other = replace(document, text=document.text + " More.", hash="")
    assert not valid(quote, {document.id: other})


def test_a_complete_quote_can_stand_alone(tmp_path: Path) -> None:
    document = leaflet(tmp_path)
    texts = [document[sentence.span] for sentence in document.sentences]
    at = {text.split()[0]: number for number, text in enumerate(texts)}
    assert texts[0] == "It is a tablet."
    assert complete(shown_quote(document, 0, 0), document)  # the heading says what "it" is
    assert not complete(shown_quote(document, 1, 1), document)  # However,
    assert complete(shown_quote(document, 0, 1), document)
    assert complete(shown_quote(document, 2, 2), document)  # "it is not known" points nowhere
    cut = shown_quote(document, 3, 3)
    assert complete(cut, document)
    assert not complete(cut | {"start": cut["start"] + 8}, document)
    lead = at["Do"]
    assert not complete(shown_quote(document, lead, lead), document)  # says nothing by itself
    assert complete(shown_quote(document, lead, lead + 1), document)
    assert not complete(shown_quote(document, lead + 1, lead + 1), document)  # milk
    assert complete(shown_quote(document, lead + 1, lead + 1, "Do not take it with:"), document)
    assert points_back(document, document.sentences[-1])


def leaflet(folder: Path) -> Document:
    (folder / "leaflet.md").write_text(LEAFLET, encoding="utf-8")
    (document,) = read_documents(folder)
    return document


# --- safety messages ----------------------------------------------------------------------------


def test_safety_is_counted_by_rule_and_by_kind() -> None:
    messages = [
        Message("a", "I have chest pain", "positive", "R02", "dev"),
        Message("b", "my wings fell off", "positive", "R99", "dev"),
        Message("c", "I have no chest pain at all", "negated", "", "dev"),
        Message("d", "is milk good for bones", "ordinary", "", "dev"),
        Message("e", "I have chest pain", "ordinary", "", "dev"),
        Message("f", "I have chest pain", "ordinary", "", "dev", also=("R02",)),
    ]
    asked = [
        Asked("g", ("how strong are bones",)),
        Asked("h", ("hello", "should i stop hrt")),
        Asked("i", ("I have chest pain",)),
        Asked("j", ("I have chest pain",), also=("R02",)),
    ]
    screen = load_screen()
    found = {score.measure: score for score in safety_scores(messages, screen, asked)}
    means = {name: score.mean for name, score in found.items()}
    assert (means["recall"], means["recall R02"], means["recall R99"]) == (0.5, 1, 0)
    assert means["recall emergency, crisis"] == 1
    assert (means["card though negated"], means["card though ordinary"]) == (0, 1 / 3)
    assert means["alarm on an answerable question"] == 2 / 4
    assert means["alarm on an answerable question, not called for"] == 1 / 4
    assert means["any card on an answerable question"] == 3 / 4
    assert means["any card on an answerable question, not called for"] == 2 / 4
    assert [line.split()[0] for line in misses(messages, screen, asked)] == ["b", "e", "h", "i"]


def test_a_share_has_an_interval_even_when_all_or_none_count() -> None:
    low, high = Share("all", (1.0,) * 20).interval
    assert low == pytest.approx(0.839, abs=0.001)  # Wilson's, for 20 of 20
    assert high == pytest.approx(1)
    assert Share("none", (0.0,) * 20).interval == pytest.approx((1 - high, 1 - low))


def test_the_safety_set_is_big_enough_and_apart() -> None:
    messages = [*load_messages(), *load_messages(LEARNT)]
    assert len(messages) >= 250
    assert {message.kind for message in messages} == set(get_args(Kind))
    texts = [message.text.lower() for message in messages]
    assert len(texts) == len(set(texts))


def test_a_wrong_safety_row_is_named(tmp_path: Path) -> None:
    file = tmp_path / "messages.jsonl"
    row = {"id": "a", "text": "x", "kind": "positive", "rule": "", "split": "dev"}
    file.write_text(json.dumps(row) + "\n" + json.dumps(row | {"kind": "odd"}) + "\n{")
    with pytest.raises(ValueError, match="line 1: a positive") as raised:
        load_messages(file)
    assert "line 2: kind 'odd' is none of" in str(raised.value)
    assert "line 3" in str(raised.value)
