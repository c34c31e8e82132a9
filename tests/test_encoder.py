import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from small_models import small_model

from index.__main__ import main
from index.build import build_index
from index.encode import TextEncoder
from index.export import Originals, agreement, load_model, refuse_if_unlike
from index.export import Samples as SamplesOf
from index.folder import current
from index.load import load_index
from index.model import Prompts, model_folder, prompts

PROMPTS = {"query": "what is ", "document": "tablet: "}
QUESTIONS = ("How is a splint worn?", "when do you take calcium")
PASSAGES = ("A splint is worn at night.", "Take the tablet once a week with water.", "Walk.")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Small models, one for each way in which they differ from the packaged one."""
    folder = tmp_path_factory.mktemp("models")
    return {
        "first token, prompts": small_model(folder / "cls", prompts=PROMPTS),
        "no token types": small_model(folder / "distil", "distilbert", "mean"),
        "not for int8": small_model(folder / "wide", spread=4.0),
    }


def leaflet(folder: Path, text: str = "") -> Path:
    folder.mkdir(exist_ok=True)
    lines = [f"## Day {n}: what is it for?\n\nDrink {3 * n} on day {n}.\n" for n in range(1, 20)]
    (folder / "leaflet.md").write_text(text or "# Splints\n\n" + "\n".join(lines))
    return folder


# --- any model ----------------------------------------------------------------------------------


@pytest.mark.parametrize("precision", ["fp32", "int8"])
@pytest.mark.parametrize("name", ["first token, prompts", "no token types"])
def test_any_models_vectors_are_the_originals(
    models: dict[str, Path], tmp_path: Path, name: str, precision: str
) -> None:
    model, index = str(models[name]), tmp_path / "index"
    build_index([leaflet(tmp_path / "texts")], index, model=model, precision=precision)
    encoder, original = load_index(index).encoder, load_model(model)
    told = PROMPTS if "prompts" in name else {"query": "", "document": ""}
    wanted = original.encode(list(PASSAGES), prompt=told["document"], normalize_embeddings=True)
    least = 0.9999 if precision == "fp32" else 0.97
    assert (encoder.encode(PASSAGES) * wanted).sum(axis=1).min() > least
    for question in QUESTIONS:
        asked = original.encode([question], prompt=told["query"], normalize_embeddings=True)[0]
        assert float(encoder.encode_query(question) @ asked) > least
    assert load_index(index).search("what is it for on day 3")


def test_a_vector_does_not_depend_on_its_neighbours(built: Path) -> None:
    encoder = load_index(built).encoder
    together = encoder.encode([*PASSAGES, *PASSAGES])
    for row, text in zip(together, PASSAGES, strict=False):
        assert np.array_equal(row, encoder.encode([text])[0])


def test_prompts_are_the_models_own_unless_others_are_given(
    models: dict[str, Path], tmp_path: Path
) -> None:
    model, texts = str(models["first token, prompts"]), leaflet(tmp_path / "texts")
    assert prompts(models["first token, prompts"]) == Prompts("what is ", "tablet: ")
    recipe, _ = build_index([texts], tmp_path / "index", model=model)
    assert recipe.prompts == {"query": "what is ", "passage": "tablet: "}
    recipe, changed = build_index([texts], tmp_path / "index", model=model, query_prompt="how ")
    assert recipe.prompts == {"query": "how ", "passage": "tablet: "}
    assert changed.kept < changed.embedded  # the encoder is another one now
    build = current(tmp_path / "index")
    assert build is not None
    assert TextEncoder(build).query_prompt == "how "


def test_an_encoder_that_differs_from_the_original_is_refused_with_numbers(
    models: dict[str, Path], tmp_path: Path
) -> None:
    texts, index = leaflet(tmp_path / "texts"), tmp_path / "index"
    first = str(models["first token, prompts"])
    build_index([texts], index, model=first)
    used = current(index)
    with pytest.raises(ValueError, match=r"cosine 0\.\d{4} on average.*--precision fp32"):
        build_index([texts], index, model=str(models["not for int8"]), precision="int8")
    assert current(index) == used
    build_index([texts], index, model=str(models["not for int8"]), precision="fp32")
    encoder = TextEncoder(used) if used else None
    assert encoder is not None
    originals = Originals(*[load_model(first)] * 3)
    without = agreement(encoder, originals, SamplesOf(QUESTIONS, PASSAGES), Prompts())
    with pytest.raises(ValueError, match=r"of the ten nearest the same"):
        refuse_if_unlike(without, first, "int8")


def test_a_model_that_is_not_here_is_refused_without_a_network(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"no model in this machine's .* cache.*hf download"):
        model_folder("some-lab/no-such-model")
    with pytest.raises(ValueError, match=r"is no folder with a sentence-transformers model"):
        model_folder(str(tmp_path))


def test_an_id_is_found_in_the_local_cache(models: dict[str, Path], tmp_path: Path) -> None:
    cached = tmp_path / "models--some-lab--small"
    (cached / "refs").mkdir(parents=True)
    (cached / "refs" / "main").write_text("0" * 40)
    (cached / "snapshots").mkdir()
    (cached / "snapshots" / ("0" * 40)).symlink_to(models["no token types"])
    command = [sys.executable, "-m", "index", "build", "--model", "some-lab/small"]
    done = subprocess.run(
        [*command, "--documents", leaflet(tmp_path / "texts"), "--out", tmp_path / "index"],
        env=os.environ | {"HF_HUB_CACHE": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert load_index(tmp_path / "index").recipe.encoder == "some-lab/small"


# --- nothing is cut silently --------------------------------------------------------------------


def test_passages_leave_room_for_their_title_and_heading(
    models: dict[str, Path], tmp_path: Path
) -> None:
    """With a long title a passage of the usual size would not fit into 64 tokens."""
    text = f"# {'The weekly tablet ' * 8}\n\n## When?\n\n" + "Take it at night with water. " * 20
    recipe, _ = build_index(
        [leaflet(tmp_path / "texts", text)],
        tmp_path / "index",
        model=str(models["no token types"]),
        passage_size=50,
    )
    index = load_index(tmp_path / "index")
    assert isinstance(index.encoder, TextEncoder)
    assert recipe.cut == []
    assert len(index.passages) > 2
    assert all(index.encoder.tokens(p.searchable) <= index.encoder.room for p in index.passages)


def test_a_passage_that_can_only_be_cut_is_reported(
    models: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = f"# Splints\n\nA splint is worn {'day and night ' * 40} by you.\n\nWalk."
    folders = ["--documents", str(leaflet(tmp_path / "texts", text))]
    out = ["--out", str(tmp_path / "index"), "--model", str(models["no token types"])]
    assert main(["build", *folders, *out]) == 0
    said = capsys.readouterr().out
    assert "longer than the 64 tokens" in said
    assert "leaflet#" in said
    assert main(["status", "--index", str(tmp_path / "index")]) == 0
    assert "1 passages longer" in capsys.readouterr().out
