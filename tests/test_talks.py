"""Conversations of the library, and what a tuning is learnt from them."""

import random
import re
from pathlib import Path

import pytest

from assistant.ask import Assistant
from corpus import library_folders
from corpus.asked import load_beside, load_beyond
from corpus.check import checked
from corpus.names import load_names
from corpus.read import read_documents
from corpus.talks import load_talks, read_talks
from index.lesson import Lesson, lesson_of
from index.load import load_index
from index.reading import BETWEEN, TAIL, after

GOOD = (
    "- - {said: Is it weekly?, answered: [One.]}\n  - {said: why, means: Why weekly?, answered: []}"
)


@pytest.fixture(scope="module")
def lesson(built: Path) -> Lesson:
    folders = library_folders()
    index, talks = load_index(built, asked=True), load_talks(folders)
    return lesson_of(index, talks, load_names(), load_beside(folders), load_beyond(folders))


def test_every_document_has_talks_with_later_messages(assistant: Assistant) -> None:
    files = {file.stem for file in (Path("corpus") / "talks").glob("*.yaml")}
    assert files >= {d.id for d in assistant.index.documents.values() if not d.publisher}
    talks = load_talks(library_folders())
    assert all(len(talk) > 1 for talk in talks)
    assert sum(len(talk) - 1 for talk in talks) > 3_500


def test_a_talk_is_read_turn_by_turn(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(GOOD)
    ((first, later),) = read_talks(tmp_path / "one.yaml")
    assert (first.means, first.answered) == ("Is it weekly?", ("One.",))
    assert (later.said, later.means, later.answered) == ("why", "Why weekly?", ())


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("a: b", "no list of talks"),
        ("- []", "no list of talks"),
        ("- - {said: a, means: b, answered: []}", "the first message of a talk has no 'means'"),
        ("- - {said: a, answered: []}\n  - {said: b, answered: []}", "is not 'said: ..., means:"),
        ("- - {said: '', answered: []}", "has not 1 to 1000 characters"),
        ("- - {said: 'a", "not YAML in line 1"),
    ],
)
def test_a_broken_file_of_talks_is_named(tmp_path: Path, text: str, complaint: str) -> None:
    (tmp_path / "one.yaml").write_text(text)
    with pytest.raises(ValueError, match=re.escape(complaint)):
        read_talks(tmp_path / "one.yaml")


def test_a_talk_whose_sentence_has_gone_is_an_error_of_the_check(tmp_path: Path) -> None:
    (tmp_path / "talks").mkdir()
    (tmp_path / "talks" / "one.yaml").write_text(GOOD)
    (tmp_path / "one.md").write_text("# One\n\nTwo.\n")
    texts = [problem.text for problem in checked(read_documents(tmp_path), [tmp_path])]
    assert "no sentence 'One.', but talks/ has it" in texts


def test_a_round_has_every_question_and_every_turn_that_is_answered(lesson: Lesson) -> None:
    random.seed(1)
    examples = lesson.round()
    questions = {q for asked in lesson.questions for q in asked}
    texts = [example.text for example in examples]
    shown = {text for e in examples for text in (e.text, e.other)}
    # Those at the end of a made-up conversation stand before the separator.
    assert sum(q in shown for q in questions) > 0.7 * len(questions)
    assert {turn.text for turn in lesson.turns} <= set(texts)
    following = sum(BETWEEN in text for text in texts) - len(lesson.turns)
    assert 0.2 < following / (len(texts) - len(lesson.turns)) < 0.3


def test_a_question_is_learnt_beside_one_like_it_that_its_sentence_does_not_answer(
    lesson: Lesson,
) -> None:
    random.seed(1)
    beside = [example for example in lesson.round() if example.beside]
    assert len(beside) > 5_000
    for example in beside:
        number = example.answers[0]
        assert example.beside in lesson.beside[number]
        assert example.beside not in lesson.questions[number]


def test_what_nothing_answers_is_learnt_beside_what_is_nearest(lesson: Lesson) -> None:
    beside = {text for texts in lesson.beside.values() for text in texts}
    names, folders = load_names(), library_folders()
    asked = {question for questions in lesson.questions for question in questions}
    assert {names.replaced(question) for question in load_beyond(folders)} <= beside | asked
    unanswered = [t for talk in load_talks(folders) for t in talk[1:] if not t.answered]
    assert sum(BETWEEN in text for text in beside) > 0.9 * len(unanswered)


def test_the_turns_of_a_lesson_know_all_sentences_that_answer(lesson: Lesson) -> None:
    count = len(lesson.documents)
    assert all(0 <= number < count for turn in lesson.turns for number in turn.answers)
    assert sum(len(turn.answers) > 1 for turn in lesson.turns) > 500


def test_a_message_is_read_before_those_that_came_before_it() -> None:
    assert (
        after("and men?", ["what is it", "who takes it"]) == "and men? | who takes it | what is it"
    )
    long = " ".join(["word"] * 100) + " end"
    last = after("why", [long]).split(BETWEEN)[1]
    assert len(last) <= TAIL
    assert last.startswith("word")
    assert last.endswith(" end")
    assert after("e", list("abcdx")).count(BETWEEN.strip()) == 4
