"""The question sets, and how a maintainer adds to them: real files, real standard input."""

import json
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pytest

from assistant.ask import Assistant
from eval import QUESTIONS
from eval.__main__ import main
from eval.mark import grades
from eval.question import REFUSED, SINGLE, TURNS, Question, load_questions
from eval.reanchor import reanchor
from eval.rows import append
from eval.sets import conversations, origin_lines
from eval.wording import own_words

ROOT = Path(__file__).parent.parent


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
    assert min(styles[style] for style in SINGLE) >= 40
    assert sum(styles[style] for style in SINGLE) >= 400
    assert min(styles[style] for style in REFUSED) >= 10
    assert sum(styles[style] for style in REFUSED) >= 150
    turns = [question for question in questions if question.style in TURNS]
    assert len(conversations(turns)) >= 60
    assert set(conversations(turns).values()) <= {3, 4, 5, 6}
    assert all(question.standalone for question in turns if question.history)


def test_every_label_is_whole_sentences(assistant: Assistant, questions: list[Question]) -> None:
    for question in questions:
        for label in question.relevant:
            sentences = assistant.index.documents[label.document].sentences
            spans = [sentence.span for sentence in sentences]
            assert any(label.span.covers(span) or span.covers(label.span) for span in spans)


def test_every_file_says_where_it_comes_from(tmp_path: Path) -> None:
    assert len(list(origin_lines(QUESTIONS))) == len(list(QUESTIONS.rglob("*.jsonl")))
    (tmp_path / "mine.jsonl").write_text("")
    with pytest.raises(ValueError, match=r"does not say origin and licence of mine\.jsonl"):
        list(origin_lines(tmp_path))


def test_the_sets_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sets"]) == 0
    printed = capsys.readouterr().out
    for said in ("in own words", "60 conversations of 3 to 6 turns", "safety messages", "Licence:"):
        assert said in printed


def test_no_question_stands_in_the_code(questions: list[Question]) -> None:
    files = [f for p in ("corpus", "index", "assistant", "ui") for f in (ROOT / p).rglob("*.*")]
    code = "\n".join(f.read_text() for f in files if f.suffix in {".py", ".yaml", ".json", ".js"}
                     and "built" not in f.parts).lower()  # fmt: skip
    alone = [question for question in questions if not question.history]  # "why" is anywhere
    assert not [question.id for question in alone if question.text.lower() in code]


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
        ({"colour": "red"}, "a label has no field 'colour'"),
        ({"grade": 7}, "grade 7 is none of 1, 2, 3"),
        ({"start": "0"}, "start of a label is no whole number: '0'"),
    ],
)
def test_a_wrong_label_is_named(
    assistant: Assistant, tmp_path: Path, changes: dict[str, object], complaint: str
) -> None:
    (tmp_path / "set.jsonl").write_text(row(assistant) + "\n" + row(assistant, **changes))
    with pytest.raises(ValueError, match=r"set\.jsonl line 2") as raised:
        load_questions(tmp_path, assistant.index.documents)
    assert complaint in str(raised.value)


def plain_row(**changes: object) -> str:
    return json.dumps({"id": "a", "text": "?", "style": "plain", "split": "dev"} | changes)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "it is not JSON in UTF-8"),
        ("[1]", "a question is an object with fields, not [1]"),
        ('{"id": "a"}', "a question needs the field 'split', 'style', 'text'"),
        (plain_row(colour="red"), "a question has no field 'colour'"),
        (plain_row(text=7), "text of a question is no text: 7"),
        (plain_row(text=" "), "its id or its text is empty"),
        (plain_row(style="odd"), "style 'odd' is none of plain"),
        (plain_row(split="train"), "split 'train' is none of dev, test"),
        (plain_row(history="hello"), "history is no list of texts: 'hello'"),
        (plain_row(relevant={}), "relevant is no list: {}"),
        (plain_row(relevant=[3]), "a label is an object with fields, not 3"),
        (plain_row(style="follow-up", unanswerable=True), "a follow-up needs the messages before"),
        (plain_row(), "it has no label of grade 2 or more; label it, or say on purpose"),
        (plain_row(style="personal"), '"unanswerable": true'),
        (plain_row(unanswerable="yes"), "unanswerable of a question is no true or false: 'yes'"),
    ],
)
def test_a_wrong_row_is_named(
    assistant: Assistant, tmp_path: Path, line: str, complaint: str
) -> None:
    (tmp_path / "set.jsonl").write_text(f"{row(assistant)}\n{line}\n")
    with pytest.raises(ValueError, match=r"set\.jsonl line 2: ") as raised:
        load_questions(tmp_path, assistant.index.documents)
    assert complaint in str(raised.value)


def test_a_row_is_answerable_or_says_that_it_is_not(assistant: Assistant, tmp_path: Path) -> None:
    labelled = json.loads(row(assistant))
    for changes, complaint in (
        ({"unanswerable": True}, "says that it is unanswerable, and has a label"),
        ({"style": "gibberish"}, "it is gibberish, and has a label"),
    ):
        (tmp_path / "set.jsonl").write_text(json.dumps(labelled | changes))
        with pytest.raises(ValueError, match=complaint):
            load_questions(tmp_path, assistant.index.documents)
    (tmp_path / "set.jsonl").write_text(plain_row(unanswerable=True))
    (question,) = load_questions(tmp_path, assistant.index.documents)
    assert not question.answerable


def test_no_fact_is_in_both_splits(assistant: Assistant, tmp_path: Path) -> None:
    one = plain_row(id="a", fact="f#1", unanswerable=True)
    other = plain_row(id="b", fact="f#1", unanswerable=True, split="test")
    (tmp_path / "set.jsonl").write_text(f"{one}\n{other}\n")
    with pytest.raises(ValueError, match="line 2: the fact 'f#1' is in both splits"):
        load_questions(tmp_path, assistant.index.documents)


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
    file.write_text(row(assistant) + "\n{\n")
    with pytest.raises(ValueError, match=r"set\.jsonl line 2"):
        reanchor(tmp_path, {"alendronate": longer})


# --- adding -------------------------------------------------------------------------------------


def add(built: Path, file: Path, typed: str, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "eval", "add", "--index", str(built), "--to", str(file)]
    return subprocess.run(
        [*command, *options], input=typed, capture_output=True, text=True, cwd=ROOT, check=False
    )


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
