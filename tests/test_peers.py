import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from assistant.ask import Assistant
from corpus.span import Span
from eval import QUESTIONS
from eval.__main__ import main as evaluate
from eval.beir import filtered
from eval.grow import grown_texts, grown_vectors, load_texts
from eval.peers import OWN, SHARED, SIDES
from eval.peers.__main__ import main
from eval.peers.collection import alone, place, unit_grades
from eval.peers.material import Material, load_material
from eval.peers.measure import Measured, turns
from eval.peers.page import times_better
from eval.peers.quality import document_ranking
from eval.question import Label, Question, load_questions
from eval.retrieval import passage_grades
from eval.scale import KINDS, lists

ROOT = Path(__file__).parent.parent
ENVIRONMENT = ROOT / ".venv-peers" / "bin" / "python"
PEERS = [side for side in SIDES if side not in OWN]


@pytest.fixture(scope="module")
def material(assistant: Assistant) -> Material:
    """A few passages of the library, and the last sentence of some as questions."""
    passages = assistant.index.passages[:: len(assistant.index.passages) // 24]
    documents = {passage.document.id: passage.document.text for passage in passages}
    return Material({p.id: p.searchable for p in passages}, documents, [],
                    {p.id: p.document[p.sentences[-1].span] for p in passages[:3]})  # fmt: skip


# --- the same for all ---------------------------------------------------------------------------


def test_material_survives_the_way_to_another_environment(
    material: Material, tmp_path: Path
) -> None:
    material.save(tmp_path)
    assert load_material(tmp_path) == material


def test_every_side_is_once_first_and_always_there() -> None:
    orders = [turns(turn) for turn in range(len(SIDES))]
    assert {order[0] for order in orders} == set(SIDES)
    assert all(sorted(order) == sorted(SIDES) for order in orders)


def test_a_unit_is_graded_by_the_best_label_that_it_mostly_holds() -> None:
    labels = (Label("a", "", 0, 10, 2, ""), Label("a", "", 40, 60, 3, ""))
    question = Question("q", "?", "plain", "dev", labels)
    units = ("a#0-50", "a#0-51", "b#0-51", "a#6-30", "a-b#0-10")
    found = unit_grades(question, [(unit, *place(unit)) for unit in units])
    assert found == {"a#0-50": 2, "a#0-51": 3}
    assert place("a-b#0-10") == ("a-b", Span(0, 10))


def test_our_own_passages_are_graded_as_in_the_evaluation(assistant: Assistant) -> None:
    index = assistant.index
    asked = [q for q in load_questions(QUESTIONS, index.documents) if q.split == "dev"]
    units = [(passage.id, *place(passage.id)) for passage in index.passages]
    for question in [question for question in asked if question.answerable][::40]:
        wanted, found = passage_grades(question, index), unit_grades(question, units)
        assert wanted.items() <= found.items()  # a label over two passages counts here alone


def test_a_follow_up_is_asked_in_full_or_not_at_all(assistant: Assistant) -> None:
    follow_up = Question("q", "and how long?", "follow-up", "dev", history=("a",))
    assert not alone(follow_up)
    assert alone(Question("q", "how long?", "plain", "dev")) == "how long?"


def test_a_document_stands_where_its_first_passage_stands() -> None:
    names = {"a": "A", "b": "B"}
    assert document_ranking(["b#0-1", "a#4-9", "b#1-2"], names) == [("B", 0.0), ("A", -1.0)]


def test_times_better_goes_the_right_way() -> None:
    assert times_better("passages/s", 200, 50) == times_better("search p50", 2, 8) == 4
    assert times_better("peak memory", 200, 100) == 0.5


def test_medians_are_of_all_runs_and_a_failure_is_named() -> None:
    runs: dict = {"rank": []}
    runs["build"] = [
        {"seconds": s, "texts": 300, "whole": 9.0, "bytes": 2**20, "versions": {}}
        for s in (1, 2, 4)
    ]
    runs["serve"] = [
        {"first": first, "load": 1.0, "taken": [0.01, 0.02, 0.03], "memory": 9.0,
         "processor": 0.01, "throughput": together, "versions": {}}
        for first, together in ((1.0, 90.0), (5.0, "SomeError"), (2.0, 80.0))
    ]  # fmt: skip
    found = Measured(runs).speeds(passages=100)
    assert found["passages/s"] == 50
    assert found["texts/s"] == 150
    assert found["launch to first result"] == 2
    assert found["search p50"] == pytest.approx(20)
    assert found["4 clients"] == "SomeError"
    assert Measured(problem="none").speeds(100) == {}


def test_judged_documents_alone_make_a_collection(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    rows = [{"_id": name, "title": name, "text": "Text."} for name in "abc"]
    (source / "corpus.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (source / "queries.jsonl").write_text(json.dumps({"_id": "q", "text": "?"}))
    (source / "qrels.tsv").write_text("query\tdocument\tgrade\nq\ta\t3\nq\tc\t0\n")
    kept = filtered(source, tmp_path / "kept") / "corpus.jsonl"
    assert [json.loads(line)["_id"] for line in kept.read_text().splitlines()] == ["a", "c"]


# --- the sides, for real ------------------------------------------------------------------------


@pytest.mark.parametrize("side", PEERS)
def test_a_peer_finds_the_passage_that_a_sentence_is_from(
    side: str, material: Material, tmp_path: Path
) -> None:
    if not ENVIRONMENT.exists():
        pytest.skip("the peers are not installed; they come with: make peers")
    material.save(tmp_path)
    _run(SHARED.get(side, side), "build", tmp_path)
    assert isinstance(_run(side, "serve", tmp_path)["throughput"], float)
    for wanted, found in _run(side, "rank", tmp_path)["rankings"].items():
        assert 0 < len(found) <= 10
        if side == "langchain_chunks":  # its chunks have other places
            assert place(wanted)[0] in {place(unit)[0] for unit in found}
        else:
            assert found[0] == wanted


def _run(side: str, task: str, work: Path) -> dict:
    command = [str(ENVIRONMENT), "-m", "eval.peers.side", side, task, str(work)]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr[-2000:]
    return json.loads(found.stdout.splitlines()[-1])


def test_a_process_of_a_side_imports_nothing_of_the_project() -> None:
    command = "import eval.peers.side, sys; print(*{m.split('.')[0] for m in sys.modules})"
    found = subprocess.run(
        [sys.executable, "-S", "-c", command], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not {"index", "corpus", "assistant", "numpy", "rich"} & set(found.stdout.split())


def test_without_the_peers_it_says_how_to_get_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--environment", str(tmp_path / "none")]) == 2
    assert "make peers" in capsys.readouterr().err


# --- growth -------------------------------------------------------------------------------------


def test_a_grown_corpus_begins_with_the_real_one_and_is_the_same_again() -> None:
    dice = np.random.default_rng(1)
    real = dice.standard_normal((50, 8)).astype(np.float32)
    real /= np.linalg.norm(real, axis=1, keepdims=True)
    grown = grown_vectors(real, 300)
    assert np.array_equal(grown[:50], real)
    assert np.allclose(np.linalg.norm(grown, axis=1), 1, atol=1e-5)
    assert np.array_equal(grown, grown_vectors(real, 300))
    assert len(np.unique(grown, axis=0)) == 300
    texts = [f"word{n} other{n} third{n}" for n in range(9)]
    assert list(grown_texts(texts, 30))[:9] == texts
    assert len(list(grown_texts(texts, 30))) == 30


def test_lists_grow_with_the_square_root() -> None:
    assert [lists(size) for size in (1_000, 10_000, 100_000, 1_000_000)] == [32, 128, 256, 1024]


def test_growth_is_measured_written_and_drawn(
    assistant: Assistant, built: Path, tmp_path: Path
) -> None:
    texts = tmp_path / "texts.jsonl"
    rows = [{"question": p.heading or p.text, "answer": p.text} for p in assistant.index.passages]
    texts.write_text("\n".join(map(json.dumps, rows)))
    sizes = ["--sizes", "1000", "2000", "--real", "1000"]
    arguments = ["scale", "--texts", str(texts), *sizes, "--index", str(built)]
    assert evaluate([*arguments, "--out", str(tmp_path)]) == 0
    page = (tmp_path / "scale.md").read_text()
    for name in (name for kind in KINDS for name in kind.told):
        assert page.count(f"| {name} |") == 2
    flat = [line for line in page.splitlines() if line.startswith("| Flat |")]
    assert all("| 1.000 |" in line for line in flat)
    assert (tmp_path / "scale.svg").read_text().startswith("<svg ")


def test_texts_that_are_none_are_named(tmp_path: Path) -> None:
    (tmp_path / "texts.jsonl").write_text('{"answer": "A."}\n')
    with pytest.raises(ValueError, match="line 1"):
        load_texts(tmp_path / "texts.jsonl", 10, 10)
