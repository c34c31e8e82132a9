import json
import math
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from assistant.answer import Answer
from assistant.ask import Assistant
from assistant.screen import load_screen
from eval import QUESTIONS
from eval.__main__ import main
from eval.answers import run
from eval.beir import load_collection
from eval.calibrate import best_threshold
from eval.compare import differences, flips
from eval.gate import fallen, load_baseline, move
from eval.question import Label, Question, load_questions
from eval.reanchor import reanchor
from eval.report import Score
from eval.retrieval import PASSAGES, measured, passage_grades, passage_ranking
from eval.run import AUROC, Result, Run, load_run, scores
from eval.safety import Asked, Kind, Message, Share, load_messages, misses, safety_scores
from eval.wording import own_words
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


def test_the_questions_are_asked_in_words_of_their_own(questions: list[Question]) -> None:
    assert own_words(questions) >= 2 / 3
    for style in ("plain", "rambling", "keyword"):
        assert own_words([q for q in questions if q.style == style]) >= 2 / 3


def test_the_sets_hold_every_kind_of_question(questions: list[Question]) -> None:
    styles = Counter(question.style for question in questions)
    single = ("plain", "keyword", "rambling", "misspelt", "brand", "clinician", "comparison",
              "numeric", "yes-no")  # fmt: skip
    refused = ("near-domain", "personal", "off-topic", "other-language", "gibberish", "injection")
    assert min(styles[style] for style in single) >= 40
    assert sum(styles[style] for style in single) >= 400
    assert sum(styles[style] for style in refused) >= 150
    assert styles["opening"] + styles["follow-up"] >= 200


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
    alone = [question for question in questions if not question.history]  # "why" is anywhere
    assert not [question.id for question in alone if question.text.lower() in code]


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


def result(id: str, answerable: bool, status: str, confidence: float, **values: float) -> Result:
    named = {key.replace("_", " "): value for key, value in values.items()}
    return Result(id, "?", "plain", "x", "dev", answerable, "?", status, confidence, named)


def test_answer_scores_by_hand() -> None:
    results = [
        result("a", True, "answered", 0.9, answer_shown=1),
        result("b", True, "not_found", 0.3, answer_shown=0),
        result("c", False, "not_found", 0.3),
        result("d", False, "answered", 0.5),
    ]
    found = {score.measure: score.mean for score in scores(results)}
    assert found == {"answer shown": 0.5, AUROC: pytest.approx((1 + 1 + 0.5 + 0) / 4)}
    threshold, errors = best_threshold(results)
    assert (threshold, errors) == (pytest.approx(0.4), 0.5)


def test_a_run_comes_back_as_it_was_saved_and_is_the_same_twice(
    assistant: Assistant, questions: list[Question], tmp_path: Path
) -> None:
    some = questions[::8]
    first, second = run(some, assistant), run(some, assistant)
    first.save(tmp_path / "run.json")
    assert load_run(tmp_path / "run.json") == first
    timeless = [replace(r, milliseconds=0) for r in first.results]
    assert timeless == [replace(r, milliseconds=0) for r in second.results]
    assert {"recipe", "revision", "seed"} <= set(first.made_with)
    (tmp_path / "bad.json").write_text("[]")
    with pytest.raises(ValueError, match=r"bad\.json is no run; make one"):
        load_run(tmp_path / "bad.json")


# --- runs beside each other ---------------------------------------------------------------------


def two_runs() -> tuple[Run, Run]:
    before = [result(str(n), True, "answered", 0.5, answer_shown=float(n < 20)) for n in range(40)]
    after = [result(str(n), True, "answered", 0.5, answer_shown=float(n < 32)) for n in range(40)]
    return Run({}, tuple(before)), Run({}, tuple(after))


def test_a_real_difference_is_told_from_chance() -> None:
    before, after = two_runs()
    (better,) = differences(before, after)
    assert (better.first, better.second, better.count) == (0.5, 0.8, 40)
    assert 0 < better.interval[0] < 0.3 < better.interval[1]
    assert better.p < 0.01
    (same,) = differences(before, before)
    assert (same.interval, same.p) == ((0, 0), 1)
    assert [flip.first.id for flip in flips(before, after)] == [str(n) for n in range(20, 32)]
    with pytest.raises(ValueError, match="no question in common"):
        differences(before, Run({}, ()))


def test_the_gate_names_what_has_fallen(tmp_path: Path) -> None:
    before, after = two_runs()
    file = tmp_path / "baseline.json"
    move(scores(after.results), file)
    assert fallen(scores(after.results), load_baseline(file)) == []
    (line,) = fallen(scores(before.results), load_baseline(file))
    assert line.startswith("answer shown: 0.500, was 0.800 (at least 0.6")
    assert fallen([], load_baseline(file))[0].startswith("answer shown: not measured any more")
    file.write_text("{")
    with pytest.raises(ValueError, match="python -m eval gate --move"):
        load_baseline(file)


def test_dev_stands_where_its_baseline_does(
    built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["gate", "--index", str(built)]) == 0, capsys.readouterr().out


def test_two_kept_runs_are_compared_on_the_command_line(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = str(tmp_path / "a.json")
    assert main(["run", "--split", "dev", "--index", str(built), "--out", kept]) == 0
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


def test_an_answer_counts_only_where_it_shows_a_label(
    assistant: Assistant, questions: list[Question]
) -> None:
    for found in run([q for q in questions if q.answerable][::6], assistant).results:
        shown = [quote.text for quote in found.shown]
        hit = any(wanted in quote for wanted in found.wanted for quote in shown)
        assert found.values["answer shown"] == hit


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
    assert main(["run", "--index", str(built)]) == 0
    out = capsys.readouterr().out
    for measure in ("R(rel=2)@5", "RR(rel=2)@10", "nDCG@10", "unanswerable, refused"):
        assert measure in out
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
    Run(found.made_with, (hostile, *found.results[1:])).save(kept)
    assert main(["report", str(kept), str(written)]) == 0
    html = written.read_text(encoding="utf-8")
    assert "&lt;script&gt;alert(1)" in html
    assert "<script" not in html
    addresses = set(re.findall(r"(?:src|href)=[\"'](?!#)([^\"']+)", html))
    assert not addresses
    assert html.count("<svg") == html.count("</svg>") == 7
    assert capsys.readouterr().out


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
