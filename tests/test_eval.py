import json
import math
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from assistant.answer import Answer
from assistant.ask import Assistant
from assistant.screen import load_screen
from corpus.document import Document
from corpus.read import read_documents
from eval import QUESTIONS
from eval.__main__ import main
from eval.answers import run
from eval.beir import load_collection
from eval.compare import differences, flips
from eval.gate import fallen, load_baseline, move, notes
from eval.measure import AURC, AUROC, FOLLOW_UP, RISK
from eval.question import Label, Question, load_questions
from eval.quotes import complete, points_back, valid
from eval.report import Score
from eval.retrieval import PASSAGES, measured, passage_grades, passage_ranking
from eval.run import Result, Run, load_run
from eval.safety import Asked, Kind, Message, Share, load_messages, misses, safety_scores
from eval.scores import guarded, latencies, scores
from eval.variants import embedded_otherwise, scored_otherwise
from index.ranked import RankedPassage


@pytest.fixture(scope="module")
def questions(assistant: Assistant) -> list[Question]:
    return load_questions(QUESTIONS, assistant.index.documents)


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


def result(
    id: str, answerable: bool, status: str, confidence: float, right: bool = False, **values: float
) -> Result:
    named = {key.replace("_", " "): value for key, value in values.items()}
    return Result(
        id, "?", "plain", "x", "dev", answerable, "?", status, confidence, named, right=right
    )


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


def test_a_run_comes_back_as_it_was_saved_and_is_the_same_twice(
    assistant: Assistant, questions: list[Question], tmp_path: Path
) -> None:
    some = questions[::8]
    first, second = run(some, assistant), run(some, assistant)
    safe = tuple(safety_scores(load_messages(), assistant.screen))
    first = replace(first, safety={"dev": safe})
    first.save(tmp_path / "run.json")
    assert load_run(tmp_path / "run.json") == first
    timeless = [replace(r, milliseconds=0) for r in first.results]
    assert timeless == [replace(r, milliseconds=0) for r in second.results]
    assert first.made_with == second.made_with
    assert {"recipe", "revision", "versions", "questions", "seed"} <= set(first.made_with)
    assert first.made_with["versions"].keys() > {"numpy", "onnxruntime", "ir-measures"}
    assert run(some[1:], assistant).made_with["questions"] != first.made_with["questions"]
    (tmp_path / "bad.json").write_text("[]")
    with pytest.raises(ValueError, match=r"bad\.json is no run; make one"):
        load_run(tmp_path / "bad.json")


def test_two_processes_agree_to_the_last_digit_but_for_times(built: Path, tmp_path: Path) -> None:
    folder = tmp_path / "questions"
    folder.mkdir()
    lines = (QUESTIONS / "dev.jsonl").read_text(encoding="utf-8").splitlines()[::20]
    (folder / "dev.jsonl").write_text("\n".join(lines), encoding="utf-8")
    kept = []
    for name in ("a", "b"):
        command = [sys.executable, "-m", "eval", "run", "--split", "dev", "--index", str(built)]
        command += ["--questions", str(folder), "--out", str(tmp_path / name)]
        subprocess.run(command, check=True, capture_output=True, cwd=QUESTIONS.parent.parent)
        row = json.loads((tmp_path / name).read_text(encoding="utf-8"))
        assert row.pop("memory") > 50
        assert all(result.pop("milliseconds") > 0 for result in row["results"])
        kept.append(row)
    assert len(kept[0]["results"]) == len(lines)
    assert kept[0] == kept[1]


# --- runs beside each other ---------------------------------------------------------------------


def two_runs() -> tuple[Run, Run]:
    before = [result(str(n), True, "answered", 0.5, answer_shown=float(n < 20)) for n in range(40)]
    after = [result(str(n), True, "answered", 0.5, answer_shown=float(n < 32)) for n in range(40)]
    return Run({}, tuple(before)), Run({}, tuple(after))


def test_a_real_difference_is_told_from_chance() -> None:
    before, after = two_runs()
    better, *others = differences(before, after)
    assert better.measure == "answer shown"
    assert [other.measure for other in others] == [RISK, AURC]  # all are answerable: no AUROC
    assert (better.first, better.second, better.count) == (0.5, 0.8, 40)
    assert 0 < better.interval[0] < 0.3 < better.interval[1]
    assert better.p < 0.01
    for same in differences(before, before):
        assert (same.interval, same.p) == ((0, 0), 1)
    assert [flip.first.id for flip in flips(before, after)] == [str(n) for n in range(20, 32)]
    with pytest.raises(ValueError, match="no question in common"):
        differences(before, Run({}, ()))


def test_a_better_order_of_the_same_answers_is_told_from_chance() -> None:
    """Half of 60 questions are right; one run is surest of those, the other of anything."""
    right = [n % 2 == 0 for n in range(60)]
    blind = [result(str(n), n % 3 > 0, "answered", (n * 7 % 60) / 60, right[n]) for n in range(60)]
    sharp = [replace(one, confidence=(n + 60 * right[n]) / 120) for n, one in enumerate(blind)]
    found = {d.measure: d for d in differences(Run({}, tuple(blind)), Run({}, tuple(sharp)))}
    assert (found[RISK].interval, found[RISK].p) == ((0, 0), 1)  # the same answers were given
    assert found[AURC].second < found[AURC].first
    assert found[AURC].interval[1] < 0
    assert found[AURC].p < 0.01
    assert found[AUROC].interval[0] < found[AUROC].second - found[AUROC].first
    assert found[AUROC].p > 0.05


def test_the_gate_names_what_has_fallen(tmp_path: Path) -> None:
    def shown(run: Run) -> list[Score]:
        return [score for score in scores(run.results) if score.measure == "answer shown"]

    before, after = map(shown, two_runs())
    file = tmp_path / "baseline.json"
    move(after, file)
    assert fallen(after, load_baseline(file)) == []
    (line,) = fallen(before, load_baseline(file))
    assert line.startswith("answer shown: 0.500, was 0.800 (at least 0.6")
    assert fallen([], load_baseline(file))[0].startswith("answer shown: not measured any more")
    (note,) = notes([replace(after[0], values=(1.0,))], load_baseline(file))
    assert note == "note: answer shown: 1 questions now, 40 in the baseline"
    with pytest.raises(ValueError, match="has no questions; the baseline stays"):
        move([*after, Score("empty", ())], file)
    assert load_baseline(file).keys() == {"answer shown"}
    file.write_text("{")
    with pytest.raises(ValueError, match="python -m eval gate --move"):
        load_baseline(file)


@pytest.mark.parametrize("measure", [AURC, RISK, "false answer", "false abstention",
                                     "safety alarm though negated"])  # fmt: skip
def test_the_gate_knows_where_less_is_better(measure: str, tmp_path: Path) -> None:
    few, many = (Score(measure, tuple(float(n < most) for n in range(40))) for most in (4, 30))
    file = tmp_path / "baseline.json"
    move([few], file)
    (line,) = fallen([many], load_baseline(file))
    assert line.startswith(f"{measure}: 0.750, was 0.100 (at most 0.")
    move([many], file)
    assert fallen([few], load_baseline(file)) == []


def test_the_gate_holds_the_cards_and_no_time() -> None:
    found = Run({}, (result("a", True, "answered", 0.5, answer_shown=1),),
                {"dev": (Score("recall R02", (1.0,)),)})  # fmt: skip
    names = [score.measure for score in guarded(found)]
    assert "safety recall R02" in names
    assert not [name for name in names if "latency" in name or "memory" in name]


def test_dev_stands_where_its_baseline_does(
    built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["gate", "--index", str(built)]) == 0, capsys.readouterr().out


def test_two_kept_runs_are_compared_on_the_command_line(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = str(tmp_path / "a.json")
    command = ["run", "--split", "dev", "--index", str(built), "--out", kept, "--by", "level"]
    assert main([*command, "--by", "style"]) == 0
    printed = capsys.readouterr().out
    for title in ("passages, dev by level", "abstention, dev by style", "follow-ups, dev by level"):
        assert title in printed
    assert main(["compare", kept, kept]) == 0
    assert "+0.000 (+0.00 to +0.00)" in capsys.readouterr().out
    assert main(["compare", kept, str(built / "CURRENT")]) == 2
    assert "is no run" in capsys.readouterr().err


# --- other collections --------------------------------------------------------------------------


def collection(folder: Path) -> Path:
    folder.mkdir()
    corpus = [
        {"_id": "A/1", "title": "Splints", "text": "A splint holds the wrist still at night."},
        {"_id": "B#2", "title": "Boots", "text": "A boot holds the ankle still by day."},
    ]
    queries = [
        {"_id": "q1", "text": "what holds my wrist", "metadata": {"original": "and my ankle?"}},
    ]
    for name, rows in (("corpus", corpus), ("queries", queries)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows))
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq1\tA/1\t3\nq1\tB#2\t1\n")
    return folder


def test_any_collection_is_indexed_and_searched(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, out = collection(tmp_path / "small"), tmp_path / "out"
    command = ["retrieval", "--beir", str(folder), "--out", str(out)]
    assert main(command) == 0
    assert "P(rel=2)@1" in capsys.readouterr().out
    lines = (out / "beir-small" / "text.run").read_text().splitlines()
    assert [line.split()[:4] for line in lines] == [
        ["q1", "Q0", "A/1", "1"],
        ["q1", "Q0", "B#2", "2"],
    ]
    assert main([*command, "--query-field", "metadata.original", "--judged"]) == 0
    run_file = out / "beir-small" / "metadata.original-judged.run"
    assert run_file.read_text().split()[2] == "B#2"
    assert main([*command, "--query-field", "metadata.nothing"]) == 2
    assert "queries.jsonl line 1 has no field 'metadata.nothing'" in capsys.readouterr().err
    (folder / "qrels.tsv").write_text("head\nq1 A/1 3\n")
    assert main(command) == 2
    assert "qrels.tsv line 2" in capsys.readouterr().err
    (folder / "qrels.tsv").unlink()
    assert main(command) == 2
    assert "has no qrels.tsv" in capsys.readouterr().err


def test_the_public_collection_loads() -> None:
    folder = Path(__file__).parent.parent.parent / "shared" / "datasets" / "ir_medquad_liveqa"
    if not folder.is_dir():
        pytest.skip(f"no public data at {folder.name}")
    assert len(load_collection(folder, "metadata.original").queries) == 103


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


def test_an_answer_counts_only_where_it_shows_a_label(
    assistant: Assistant, questions: list[Question]
) -> None:
    for found in run([q for q in questions if q.answerable][::6], assistant).results:
        shown = [quote.text for quote in found.shown]
        hit = any(wanted in quote for wanted in found.wanted for quote in shown)
        assert found.values["answer shown"] == hit
        assert found.right or not hit
        assert found.level in {"plain", "detailed", "research"}


# --- on the command line ------------------------------------------------------------------------


def test_the_table_is_printed(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--index", str(built)]) == 0
    out = capsys.readouterr().out
    for measure in (
        "passage recall@1 ",
        "sentence recall@10",
        "passage MRR@10",
        "sentence nDCG@10",
        "false-answer rate",
        "AURC",
        "95th percentile",
        "peak memory",
        "recall R02",
    ):
        assert measure in out  # fmt: skip
    assert main(["run", "--questions", str(built), "--index", str(built)]) == 2
    assert "no questions" in capsys.readouterr().err


def test_the_report_stands_alone_and_escapes_what_people_typed(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept, written = tmp_path / "run.json", tmp_path / "report.html"
    assert main(["run", "--split", "dev", "--index", str(built), "--out", str(kept)]) == 0
    found = load_run(kept)
    hostile = replace(found.results[0], text="<script>alert(1)</script>", confidence=9.0,
                      values={"answer shown": 0.0}, status="answered")  # fmt: skip
    replace(found, results=(hostile, *found.results[1:])).save(kept)
    assert main(["report", str(kept), str(written)]) == 0
    html = written.read_text(encoding="utf-8")
    assert "&lt;script&gt;alert(1)" in html
    assert "<script" not in html
    addresses = set(re.findall(r"(?:src|href)=[\"'](?!#)([^\"']+)", html))
    assert not addresses
    assert html.count("<svg") == html.count("</svg>") == 12
    for said in ("by level", "AURC", "Reliability", "recall R02", "ir-measures"):
        assert said in html
    assert capsys.readouterr().out


# --- taken apart --------------------------------------------------------------------------------


def test_each_variant_differs_in_what_it_says(
    assistant: Assistant, questions: list[Question]
) -> None:
    question = next(q for q in questions if q.style == "brand" and q.split == "dev").text
    usual = assistant.index.search(question)
    variants = dict(scored_otherwise(assistant))
    for view in assistant.index.recipe.weights:
        (best, *_) = variants[f"without {view}"].index.search(question)
        assert dict(best.parts)[view] == 0
    fused = variants["ranks fused, not scores (RRF)"].index.search(question, 5)
    assert [found.rank for found in fused] == [1, 2, 3, 4, 5]
    votes = len(assistant.index.recipe.weights) / 61  # were it first in every view
    assert all(1 / 81 < found.score <= votes for found in fused)
    assert {found.passage.id for found in fused} & {found.passage.id for found in usual}
    assert variants["without names"].wording.names.known == {}


def test_what_is_embedded_can_go_without_title_and_heading(copied: Path) -> None:
    assistant = Assistant.load(copied / "index")
    few = replace(assistant.index, passages=assistant.index.passages[:20])
    bare = dict(embedded_otherwise(replace(assistant, index=few)))
    made = {name: make().index for name, make in bare.items()}
    asked = assistant.index.encoder.encode([few.passages[0].document.title])[0]
    first = np.zeros(1, np.int64)
    near = {name: index.passage_vectors.cosines(asked, first)[0] for name, index in made.items()}
    assert near["title and heading not embedded"] < near["heading not embedded"]
    assert near["title not embedded"] < near["heading not embedded"]
    assert len(made["without questions as people ask them"].asked_vectors) == 0


def test_the_ablation_is_printed_with_its_cost(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = (QUESTIONS / "dev.jsonl").read_text(encoding="utf-8").splitlines()[::20]
    (tmp_path / "dev.jsonl").write_text("\n".join(lines), encoding="utf-8")
    command = ["ablate", "--quick", "--index", str(built), "--questions", str(tmp_path)]
    assert main(command) == 0
    printed = capsys.readouterr().out
    for said in ("as it is", "without names", "RRF", "passages alone", "build s", "MB"):
        assert said in printed


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
    asked = [Asked("g", ("how strong are bones",)), Asked("h", ("hello", "should i stop hrt"))]
    screen = load_screen()
    found = {score.measure: score for score in safety_scores(messages, screen, asked)}
    means = {name: score.mean for name, score in found.items()}
    assert (means["recall"], means["recall R02"], means["recall R99"]) == (0.5, 1, 0)
    assert means["recall emergency, crisis"] == 1
    assert (means["card though negated"], means["card though ordinary"]) == (0, 1 / 3)
    assert means["alarm on an ordinary question"] == 0
    assert means["any card on an ordinary question"] == 0.5
    assert [line.split()[0] for line in misses(messages, screen, asked)] == ["b", "e", "h"]


def test_a_share_has_an_interval_even_when_all_or_none_count() -> None:
    low, high = Share("all", (1.0,) * 20).interval
    assert low == pytest.approx(0.839, abs=0.001)  # Wilson's, for 20 of 20
    assert high == pytest.approx(1)
    assert Share("none", (0.0,) * 20).interval == pytest.approx((1 - high, 1 - low))


def test_the_safety_set_is_big_enough_and_apart() -> None:
    messages = load_messages()
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
