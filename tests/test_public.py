"""What is learnt from public questions, for libraries that have none of their own."""

import json
import random
from pathlib import Path

import pytest

from index.__main__ import main
from index.public import Pair, asked, load_pairs, load_summaries

PAIR = Pair("Gaucher disease", "treatment", "What are the treatments for Gaucher disease?", "Two.")
QUERY = "How long may my mother take alendronate for her bones?"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two answered questions, three messages, and a test collection that asks one of them."""
    pairs = [
        {"focus": "Gout", "qtype": kind, "question": f"What {kind} has gout?", "answer": "It has."}
        for kind in ("symptoms", "stages")
    ]
    messages = [
        {"question": "Hello, " + QUERY, "summary": "How long is alendronate taken?"},
        {"question": "My knee is the size of a melon.", "summary": QUERY.upper()},
        {"question": "word " * 400, "summary": "What are words?"},
    ]
    (tmp_path / "medquad.jsonl").write_text("\n".join(map(json.dumps, pairs)))
    lines = "\n".join(map(json.dumps, messages))
    (tmp_path / "consumer_question_summaries_dev.jsonl").write_text(lines)
    (tmp_path / "collection").mkdir()
    (tmp_path / "collection" / "queries.jsonl").write_text(json.dumps({"_id": "q", "text": QUERY}))
    return tmp_path


def test_what_a_test_collection_asks_is_not_learnt_from(folder: Path) -> None:
    (left,) = load_summaries(folder)
    assert left.question == "What are words?"
    assert len(left.message) == 600
    (folder / "collection" / "queries.jsonl").unlink()
    assert len(load_summaries(folder)) == 3


def test_a_pair_is_asked_about_in_many_ways_that_name_its_condition(folder: Path) -> None:
    random.seed(1)
    ways = {asked(PAIR) for _ in range(200)}
    assert len(ways) > 60
    assert all("gaucher disease" in way.lower() for way in ways)
    assert not any("{" in way for way in ways)
    assert [pair.kind for pair in load_pairs(folder)] == ["symptoms", "stages"]
    assert load_pairs(folder)[0].passage == "What symptoms has gout?\nIt has."


def test_a_type_that_has_no_ways_is_asked_by_its_condition_alone() -> None:
    random.seed(2)
    ways = {asked(PAIR._replace(kind="of its own", question="")).lower() for _ in range(50)}
    assert "gaucher disease" in ways


@pytest.mark.parametrize(
    ("file", "held", "said"),
    [
        ("medquad.jsonl", None, "has no medquad.jsonl, lines of JSON with focus, qtype, question"),
        ("medquad.jsonl", '{"focus": "Gout"}', "medquad.jsonl line 1 is no object with focus,"),
        ("medquad.jsonl", "no JSON", "medquad.jsonl line 1 is no object with focus,"),
    ],
)
def test_files_that_are_none_are_named(
    folder: Path, file: str, held: str | None, said: str
) -> None:
    (folder / file).unlink()
    if held:
        (folder / file).write_text(held)
    with pytest.raises(ValueError, match=said):
        load_pairs(folder)


def test_a_query_that_is_none_is_named(folder: Path) -> None:
    (folder / "collection" / "queries.jsonl").write_text('{"_id": "q"}\n')
    with pytest.raises(ValueError, match=r"queries\.jsonl line 1 is no object with text"):
        load_summaries(folder)


def test_public_questions_are_learnt_anew(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tune", "--public", "anywhere", "--on"]) == 2
    assert "--public begins anew" in capsys.readouterr().err
