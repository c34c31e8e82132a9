"""Whole runs of an evaluation: kept, printed, reported and taken apart."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import WholeRun

from assistant.ask import Assistant
from eval import QUESTIONS
from eval.__main__ import main
from eval.answers import run
from eval.question import Question, load_questions
from eval.run import load_run
from eval.safety import load_messages, safety_scores
from eval.variants import embedded_otherwise, scored_otherwise


@pytest.fixture(scope="module")
def questions(assistant: Assistant) -> list[Question]:
    return load_questions(QUESTIONS, assistant.index.documents)


def test_a_run_comes_back_as_it_was_saved_and_is_the_same_twice(
    assistant: Assistant, questions: list[Question], tmp_path: Path
) -> None:
    some = questions[::8]
    first, second = run(some, assistant), run(some, assistant)
    safe = tuple(safety_scores(load_messages()[::20], assistant.screen))
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


def test_the_table_is_printed(
    whole_run: WholeRun, built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
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
        assert measure in whole_run.printed  # fmt: skip
    assert main(["run", "--questions", str(built), "--index", str(built)]) == 2
    assert "no questions" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("command", "place", "complaint"),
    [
        (["run"], ".", "is a folder; name a file in it"),
        (["run"], "file/run.json", "file is no folder"),
        (["scale", "--texts", "none.jsonl"], "file", "file is no folder"),
    ],
)
def test_what_could_not_be_kept_does_not_begin(
    tmp_path: Path,
    command: list[str],
    place: str,
    complaint: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "file").write_text("")
    none = str(tmp_path / "none")  # no index: that would be the complaint if anything began
    assert main([*command, "--out", str(tmp_path / place), "--index", none]) == 2
    told = capsys.readouterr()
    assert complaint in told.err
    assert told.out == ""


def test_wrong_messages_of_test_are_not_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["safety", "--misses", "--split", "test"]) == 2
    told = capsys.readouterr()
    assert "--misses names those of dev alone, as nobody may tune on test" in told.err
    assert told.out == ""


def test_the_report_stands_alone_and_escapes_what_people_typed(
    whole_run: WholeRun, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept, written = tmp_path / "run.json", tmp_path / "report.html"
    whole = load_run(whole_run.file)
    dev = tuple(result for result in whole.results if result.split == "dev")
    found = replace(whole, results=dev, safety={"dev": whole.safety["dev"]})
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
    for said in ("by level", "AURC", "Reliability", "recall R02", "ir-measures", "two readers"):
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
    lines = (QUESTIONS / "dev.jsonl").read_text(encoding="utf-8").splitlines()[::40]
    (tmp_path / "dev.jsonl").write_text("\n".join(lines), encoding="utf-8")
    command = ["ablate", "--quick", "--index", str(built), "--questions", str(tmp_path)]
    assert main(command) == 0
    printed = capsys.readouterr().out
    for said in ("as it is", "without names", "RRF", "passages alone", "build s", "MB"):
        assert said in printed
