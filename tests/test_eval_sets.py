"""The question sets: big enough, apart, whole; and rows that do not fit are named."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from maintainer import plain_row

from assistant.ask import Assistant
from eval import QUESTIONS
from eval.__main__ import main
from eval.beyond import doubtful
from eval.question import REFUSED, SINGLE, TURNS, Question, load_questions
from eval.reanchor import reanchor
from eval.sets import conversations, origin_lines
from eval.wording import own_words
from index.progress import silent

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


def test_only_questions_with_an_answer_name_cards_that_may_come_and_there_are_such_rules(
    assistant: Assistant, questions: list[Question]
) -> None:
    rules = {rule.id for rule in assistant.screen.rules.rules}
    named = [question for question in questions if question.also]
    assert all(question.answerable and rules.issuperset(question.also) for question in named)
    assert {question.split for question in named} == {"dev", "test"}


def test_every_file_says_where_it_comes_from(tmp_path: Path) -> None:
    told = [line.partition(":")[0] for line in origin_lines(QUESTIONS)]
    files = {file for kind in ("*.jsonl", "*.yaml") for file in QUESTIONS.rglob(kind)}
    talks = {file for file in files if file.parent.name == "talks"}
    alone = {file.relative_to(QUESTIONS).as_posix() for file in files - talks}
    assert sorted(told) == sorted([*alone, f"talks ({len(talks)} files)"])
    for name in ("mine.jsonl", "mine.yaml"):
        folder = tmp_path / name.replace(".", "-")
        folder.mkdir()
        (folder / name).write_text("")
        with pytest.raises(ValueError, match=f"does not say origin and licence of {name}"):
            list(origin_lines(folder))


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


def test_what_is_said_to_have_no_answer_is_told_likeliest_answered_first(
    assistant: Assistant,
) -> None:
    said = ["a stamp for Peru", "¿Qué es la osteoporosis?", "What must I take alendronate with?"]
    answered, other = doubtful(said, assistant, silent)
    assert (answered.question, other.question) == (said[2], said[0])
    assert answered.score > other.score
    titles, sentences = zip(*answered.nearest, strict=True)
    assert "plain water" in " ".join(sentences)
    assert all(title in str(answered) for title in titles)


def test_how_many_doubts_are_told_is_a_number(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["beyond", "--most", "0"]) == 2
    assert "--most has to be at least 1, not 0" in capsys.readouterr().err
