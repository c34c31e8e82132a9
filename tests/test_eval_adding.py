"""How a maintainer adds to the question sets: real files, real standard input."""

import json
from multiprocessing import get_context
from pathlib import Path

import pytest
from maintainer import add, plain_row

from assistant.ask import Assistant
from eval.__main__ import main
from eval.mark import grades
from eval.question import load_questions
from eval.rows import append


def test_a_maintainer_marks_sentences_and_the_row_is_valid(
    built: Path, assistant: Assistant, tmp_path: Path
) -> None:
    file = tmp_path / "mine.jsonl"
    typed = "nonsense\n99:3\n1:3 2:1\nodd\nkeyword\npractical\n\n"
    done = add(built, file, typed, "can the weekly pill be chewed")
    assert done.returncode == 0, done.stderr
    assert "'nonsense' is no number:grade" in done.stdout
    assert "there is no sentence 99" in done.stdout
    assert "'odd' is none of them" in done.stdout
    assert "added to mine.jsonl as m001: 1 answer it" in done.stdout
    (question,) = load_questions(tmp_path, assistant.index.documents)
    assert (question.style, question.topic, question.split) == ("keyword", "practical", "dev")
    assert [label.grade for label in question.relevant] == [3, 1]
    assert question.relevant[0].quote.split()[0] in done.stdout
    assert question.origin == "added by a maintainer"
    again = add(built, file, "", "Can the weekly pill be chewed", "--style", "plain")
    assert again.returncode == 1
    assert "not added: it is asked already, as m001" in again.stdout


def test_a_question_without_an_answer_says_so(
    built: Path, assistant: Assistant, tmp_path: Path
) -> None:
    file = tmp_path / "mine.jsonl"
    options = ("--style", "off-topic", "--topic", "none", "--split", "dev")
    done = add(built, file, "\n", "who won the cup last night", *options)
    assert "added to mine.jsonl as m001: no answer" in done.stdout
    (question,) = load_questions(tmp_path, assistant.index.documents)
    assert question.unanswerable
    done = add(built, file, "1:3\n", "do bone tablets burn the throat", *options)
    assert (done.returncode, "has a label that answers it" in done.stdout) == (1, True)
    assert len(file.read_text().splitlines()) == 1


@pytest.mark.parametrize("typed", ["q\n", "", "1:3\n", "1:3\nplain\n"])
def test_leaving_writes_nothing(built: Path, tmp_path: Path, typed: str) -> None:
    done = add(built, tmp_path / "mine.jsonl", typed, "can the weekly pill be chewed")
    assert (done.returncode, done.stderr) == (1, "")
    assert "0 of 1 added" in done.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", ["mine.txt", "nowhere/mine.jsonl"])
def test_a_place_that_is_none_is_refused_before_anything_is_asked(
    built: Path, tmp_path: Path, place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["add", "?", "--index", str(built), "--to", str(tmp_path / place)]) == 2
    assert "is no place for a set" in capsys.readouterr().err


def test_a_file_named_after_a_split_holds_no_other(
    built: Path, assistant: Assistant, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "dev.jsonl"
    command = ["add", "?", "--index", str(built), "--to", str(file), "--split", "test"]
    assert main(command) == 2
    assert "dev.jsonl holds questions of dev, so that --split test can't be" in (
        capsys.readouterr().err
    )
    asked = "who won the cup last night"
    done = add(built, file, "\n", asked, "--style", "off-topic", "--topic", "none")
    assert "added to dev.jsonl as m001" in done.stdout, done.stderr
    assert [q.split for q in load_questions(tmp_path, assistant.index.documents)] == ["dev"]


def test_history_beside_a_feedback_file_is_refused(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exported = tmp_path / "feedback.jsonl"
    exported.write_text(feedback())
    command = ["add", "--feedback", str(exported), "--index", str(built), "--history", "before"]
    assert main([*command, "--to", str(tmp_path / "mine.jsonl")]) == 2
    told = capsys.readouterr()
    assert told.err.startswith("--history goes with one question")
    assert told.out == ""


def test_more_sentences_are_looked_for(built: Path, tmp_path: Path) -> None:
    file = tmp_path / "mine.jsonl"
    done = add(built, file, "/calcium with meals\n13:2\nplain\nnone\ndev\n", "what is rankl")
    assert done.returncode == 0, done.stdout
    (label,) = json.loads(file.read_text())["relevant"]
    assert "calcium" in label["quote"].lower()


def feedback(**changes: object) -> str:
    row = {"question": "can the weekly pill be chewed", "helpful": False, "shown": []}
    return json.dumps(row | changes) + "\n"


def test_feedback_is_imported_row_by_row(built: Path, assistant: Assistant, tmp_path: Path) -> None:
    document = assistant.index.documents["alendronate"]
    sentence = document.sentences[0]
    shown = {"document": document.id, "start": sentence.span.start, "end": sentence.span.end}
    exported = tmp_path / "feedback.jsonl"
    exported.write_text(
        feedback(shown=[shown], reason="off the \x1b[31mpoint")
        + feedback(question="and at night?", helpful=True, history=["when do i take fosamax"])
        + feedback(question="who won the cup last night")
    )
    sets = tmp_path / "sets"
    sets.mkdir()
    typed = "1:3\nplain\nhormones\n\n" + "\n\n\n\ncan I take it at night\n" + "s\n"
    done = add(built, sets / "mine.jsonl", typed, "--feedback", str(exported))
    assert (done.returncode, done.stderr) == (1, "")
    assert "it did not help: off the  [31mpoint" in done.stdout
    assert "(was shown)" in done.stdout
    assert "not added: skipped" in done.stdout
    assert "2 of 3 added" in done.stdout
    first, second = load_questions(sets, assistant.index.documents)
    assert first.relevant[0].span == sentence.span
    assert (second.style, second.unanswerable) == ("follow-up", True)
    assert second.history == ("when do i take fosamax",)
    assert second.standalone == "can I take it at night"
    assert {first.origin, second.origin} == {"feedback on an answer"}


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("nothing", "it is not JSON"),
        (feedback(helpful="no"), "helpful of feedback is no true or false: 'no'"),
        (feedback(reasons="x"), "feedback has no field 'reasons'"),
        (feedback(question=""), "its question is empty"),
        (feedback(shown=[{"document": "nothing", "start": 0, "end": 9}]), "no document 'nothing'"),
        (feedback(shown=[{"document": "alendronate", "start": 0, "end": 9}]), "no whole sentence"),
        (feedback(shown=[{"document": "alendronate"}]), "needs the field 'end', 'start'"),
    ],
)
def test_wrong_feedback_is_named_and_nothing_is_asked(
    built: Path, tmp_path: Path, line: str, complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    exported = tmp_path / "feedback.jsonl"
    exported.write_text(feedback() + line)
    command = ["add", "--feedback", str(exported), "--index", str(built)]
    assert main([*command, "--to", str(tmp_path / "mine.jsonl")]) == 2
    told = capsys.readouterr()
    assert "feedback.jsonl line 2: " in told.err
    assert complaint in told.err
    assert told.out == ""


def test_grades_are_read_as_typed() -> None:
    assert grades("2:1 5:3,1:2", 5) == [(5, 3), (1, 2), (2, 1)]
    assert grades("", 5) == []
    for wrong in ("0:3", "1:4", "1:0", "1", "a:3", "²:3"):
        with pytest.raises(ValueError, match=r"is no number:grade|there is no sentence"):
            grades(wrong, 5)


def write(file: Path, texts: list[str]) -> None:
    for text in texts:
        append(file, {"text": text, "style": "plain", "split": "dev", "unanswerable": True})


def test_many_writers_lose_no_row_and_share_no_id(assistant: Assistant, tmp_path: Path) -> None:
    file = tmp_path / "mine.jsonl"
    file.write_text(plain_row(id="m002", unanswerable=True))  # its last line was never ended
    texts = [[f"question {n}.{k}" for k in range(10)] for n in range(4)]
    writers = [get_context("spawn").Process(target=write, args=(file, some)) for some in texts]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    found = load_questions(tmp_path, assistant.index.documents)
    assert {q.text for q in found} == {"?", *(text for some in texts for text in some)}
    assert len(found) == 41
    assert [child.name for child in tmp_path.iterdir()] == ["mine.jsonl"]


def test_a_set_that_is_broken_is_not_written_to(tmp_path: Path) -> None:
    file = tmp_path / "mine.jsonl"
    file.write_text(plain_row() + "\n{")
    with pytest.raises(ValueError, match=r"mine\.jsonl line 2"):
        write(file, ["new"])
    assert file.read_text() == plain_row() + "\n{"
