"""Runs beside each other, and the gate: a real difference is told from chance."""

from dataclasses import replace
from pathlib import Path

import pytest
from conftest import WholeRun
from results import result

from assistant.screen import load_screen
from eval import QUESTIONS
from eval.__main__ import main
from eval.compare import differences, flips
from eval.gate import fallen, load_baseline, move, notes
from eval.measure import AURC, AUROC, RISK, SAFETY
from eval.report import Score
from eval.run import Run, load_run
from eval.safety import Share, safety_scores
from eval.scores import guarded, scores


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


UNASKED = [
    f"{SAFETY}{score.measure}"
    for score in safety_scores([], load_screen())
    if not score.measure.startswith("recall")
]


@pytest.mark.parametrize("measure", [AURC, RISK, "false answer", "false abstention", *UNASKED])
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
                {"dev": (Share("recall R02", (1.0,) * 10),)})  # fmt: skip
    (recall,) = (score for score in guarded(found) if score.measure == "safety recall R02")
    assert recall.interval == Share("", (1.0,) * 10).interval  # which one miss in ten is within
    names = [score.measure for score in guarded(found)]
    assert not [name for name in names if "latency" in name or "memory" in name]


def test_dev_stands_where_its_baseline_does(
    whole_run: WholeRun, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["gate", "--run", str(whole_run.file)]) == 0, capsys.readouterr().out


def test_the_gate_asks_dev_itself_where_no_run_was_kept(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One question that is answered as it should be: what has no questions counts as fallen."""
    line = next(
        line for line in (QUESTIONS / "dev.jsonl").read_text(encoding="utf-8").splitlines()
        if '"off-topic"' in line
    )  # fmt: skip
    (tmp_path / "dev.jsonl").write_text(line, encoding="utf-8")
    assert main(["gate", "--index", str(built), "--questions", str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert "answer shown: not measured any more" in said
    assert "false answer: 1 questions now" in said


def test_a_run_without_dev_is_refused_by_the_gate(
    whole_run: WholeRun, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = load_run(whole_run.file)
    tests = tuple(result for result in kept.results if result.split == "test")
    replace(kept, results=tests).save(tmp_path / "test.json")
    assert main(["gate", "--run", str(tmp_path / "test.json")]) == 2
    assert "test.json has no dev questions; make one" in capsys.readouterr().err


def test_two_kept_runs_are_compared_on_the_command_line(
    whole_run: WholeRun, built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = str(whole_run.file)
    for title in ("passages, dev by level", "abstention, dev by style", "follow-ups, dev by level"):
        assert title in whole_run.printed
    assert main(["compare", kept, kept]) == 0
    assert "+0.000 (+0.00 to +0.00)" in capsys.readouterr().out
    assert main(["compare", kept, str(built / "CURRENT")]) == 2
    assert "is no run" in capsys.readouterr().err
