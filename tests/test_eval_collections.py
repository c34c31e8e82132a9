"""Other collections in the BEIR layout, searched with the project's own index."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from eval.__main__ import main
from eval.beir import filtered, load_collection
from eval.peers.collection import beir
from eval.peers.quality import shown
from index.progress import silent


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


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the small corpus is indexed, once; what is asked and judged leaves its index alone."""
    return tmp_path_factory.mktemp("out")


def test_any_collection_is_indexed_and_searched(
    out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = collection(tmp_path / "small")
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
    assert main([*command, "--without", "words", "--without", "feedback"]) == 0
    assert main([*command, "--query-field", "metadata.nothing"]) == 2
    assert "queries.jsonl line 1 has no field 'metadata.nothing'" in capsys.readouterr().err
    (folder / "qrels.tsv").write_text("head\nq1 A/1 3\n")
    assert main(command) == 2
    assert "qrels.tsv line 2" in capsys.readouterr().err
    (folder / "qrels.tsv").unlink()
    assert main(command) == 2
    assert "has no qrels.tsv" in capsys.readouterr().err


def judged(folder: Path, *lines: str) -> None:
    (folder / "qrels.tsv").write_text("\n".join(("query-id\tcorpus-id\tscore", *lines)) + "\n")


def test_a_smaller_corpus_of_the_same_name_forgets_the_larger_one(tmp_path: Path) -> None:
    folder, out = collection(tmp_path / "small"), tmp_path / "out"
    command = ["retrieval", "--beir", str(folder), "--out", str(out)]
    assert main(command) == 0
    first, _ = (folder / "corpus.jsonl").read_text().splitlines()
    (folder / "corpus.jsonl").write_text(first + "\n")
    assert main(command) == 0
    (line,) = (out / "beir-small" / "text.run").read_text().splitlines()
    assert line.split()[:3] == ["q1", "Q0", "A/1"]
    assert len(list((out / "beir-small" / "documents").glob("*.txt"))) == 1


def test_a_judgement_of_an_unknown_query_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = collection(tmp_path / "small")
    judged(folder, "q1\tA/1\t3", "q7\tA/1\t3")
    assert main(["retrieval", "--beir", str(folder), "--out", str(tmp_path)]) == 2
    assert capsys.readouterr().err == "qrels.tsv line 3: queries.jsonl has no query 'q7'\n"
    with pytest.raises(ValueError, match=r"line 3: queries\.jsonl has no query 'q7'"):
        beir(folder, tmp_path / "work", silent)


def test_judgements_are_found_where_published_collections_have_them(
    out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = collection(tmp_path / "small")
    (folder / "qrels").mkdir()
    (folder / "qrels.tsv").rename(folder / "qrels" / "test.tsv")
    with (folder / "queries.jsonl").open("a") as queries:  # theirs have those of train, too
        queries.write(json.dumps({"_id": "q2", "text": "of train"}) + "\n")
    assert main(["retrieval", "--beir", str(folder), "--out", str(out)]) == 0
    assert "text, 1 queries" in capsys.readouterr().out
    assert "q2" not in (out / "beir-small" / "text.run").read_text()
    assert load_collection(filtered(folder, tmp_path / "kept")) == replace(
        load_collection(folder), folder=tmp_path / "kept"
    )


def test_a_collection_of_grades_up_to_one_is_measured(
    out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = collection(tmp_path / "small")
    command = ["retrieval", "--beir", str(folder), "--out", str(out)]
    judged(folder, "q1\tA/1\t1", "q1\tB#2\t0")
    assert main(command) == 0
    printed = capsys.readouterr().out
    assert "text, 1 queries" in printed
    assert "relevant from grade 1 on" in printed
    (first,) = [line for line in printed.splitlines() if "P@1" in line]
    assert "1.000" in first
    assert main([*command, "--relevant", "2"]) == 2
    assert "has the grade 2 or a higher one (the highest is 1)" in capsys.readouterr().err
    made = beir(folder, tmp_path / "work", silent)
    assert (made.relevant, list(made.material.questions)) == (1, ["q1"])
    assert "P@1" in shown("document", made)


def test_what_counts_as_relevant_can_be_said(
    out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = collection(tmp_path / "small")
    command = ["retrieval", "--beir", str(folder), "--out", str(out)]
    for options, said in (([], "from grade 2 on"), (["--relevant", "3"], "from grade 3 on")):
        assert main([*command, *options]) == 0
        assert said in capsys.readouterr().out
    assert main([*command, "--relevant", "0"]) == 2
    assert "--relevant has to be at least 1, not 0" in capsys.readouterr().err


def test_no_measure_looks_deeper_than_was_ranked(
    out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = collection(tmp_path / "small")
    command = ["retrieval", "--beir", str(folder), "--out", str(out), "--depth"]
    assert main([*command, "10"]) == 0
    printed = capsys.readouterr().out
    assert "nDCG@10" in printed
    assert "@100" not in printed
    for depth in ("0", "-3"):
        assert main([*command, depth]) == 2
        assert f"--depth has to be at least 1, not {depth}" in capsys.readouterr().err


def test_the_public_collection_loads() -> None:
    folder = Path(__file__).parent.parent.parent / "shared" / "datasets" / "ir_medquad_liveqa"
    if not folder.is_dir():
        pytest.skip(f"no public data at {folder.name}")
    assert len(load_collection(folder, "metadata.original").queries) == 103
