"""The encoder tuned to the library's questions: which model it fits, and what it leaves alone."""

import shutil
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from assistant.ask import Assistant
from index.build import build_index
from index.export import load_model
from index.load import load_index
from index.model import PACKAGED, model_folder, model_hashes
from index.status import status
from index.tune import tune
from index.tuning import GENERAL, MESSAGES, Tuning, load_tuning, tuning_for


def test_what_was_learnt_fits_the_packaged_model_and_no_other() -> None:
    files = model_hashes(model_folder(PACKAGED))
    assert len(tuning_for(files)) == 64
    assert tuning_for({**files, "model.safetensors": "another"}) == ""
    assert tuning_for({}) == ""


def test_a_tuning_is_kept_in_half_precision(tmp_path: Path) -> None:
    change = np.ones((2, 4), np.float32) / 3, np.ones((3, 2), np.float32)
    Tuning({"layer.one": change}, "hash").save(tmp_path / "tuning.npz")
    loaded = load_tuning(tmp_path / "tuning.npz")
    assert loaded.encoder == "hash"
    for part, saved in zip(change, loaded.changes["layer.one"], strict=True):
        assert np.allclose(part, saved, atol=1e-3)


def test_a_file_that_is_no_tuning_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "tuning.npz").write_bytes(b"no arrays")
    with pytest.raises(ValueError, match="holds no tuning; learn it: python -m index tune"):
        load_tuning(tmp_path / "tuning.npz")


def test_questions_are_read_otherwise_than_passages(assistant: Assistant) -> None:
    encoder, text = assistant.index.encoder, "Is the jaw at risk?"
    assert encoder.tuned  # type: ignore[attr-defined]
    read = float(encoder.encode_query(text) @ encoder.encode([text])[0])
    assert read < 0.99


def test_messages_are_read_otherwise_than_questions_and_passages(assistant: Assistant) -> None:
    encoder, text = assistant.index.encoder, "Is the jaw at risk?"
    read = encoder.encode_message(text)
    assert np.linalg.norm(read) == pytest.approx(1, abs=1e-5)
    assert float(read @ encoder.encode([text])[0]) < 0.99
    assert float(read @ encoder.encode_query(text)) < 0.99


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A document without questions, and its index."""
    folder = tmp_path_factory.mktemp("splints")
    (folder / "documents").mkdir()
    (folder / "documents" / "one.md").write_text("# Splints\n\nA splint is worn at night.\n")
    build_index([folder / "documents"], folder / "index")
    return folder


def test_what_is_learnt_of_messages_moves_no_vector_of_the_index(
    once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(once, tmp_path, dirs_exist_ok=True)
    build = partial(build_index, [tmp_path / "documents"], tmp_path / "index")
    encoder = load_index(tmp_path / "index").encoder
    learnt = load_tuning(MESSAGES)
    halved = {name: (down, up / 2) for name, (down, up) in learnt.changes.items()}
    Tuning(halved, learnt.encoder).save(tmp_path / "messages.npz")
    for module in ("index.build", "index.status"):
        monkeypatch.setattr(f"{module}.MESSAGES", tmp_path / "messages.npz")
    (said,) = status(tmp_path / "index").settings
    assert said == "the encoder has learnt again which messages call for a card"
    _, changes = build()
    assert (changes.embedded, status(tmp_path / "index").stale) == (0, False)
    again, text = load_index(tmp_path / "index").encoder, "my jaw hurts"
    assert not np.allclose(again.encode_message(text), encoder.encode_message(text), atol=1e-3)
    assert np.array_equal(again.encode([text]), encoder.encode([text]))


def test_a_library_without_questions_is_asked_as_was_learnt_from_public_ones(
    once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(once, tmp_path, dirs_exist_ok=True)
    index = load_index(tmp_path / "index")
    recipe = index.recipe
    assert recipe.tuning == tuning_for(recipe.encoder_files, GENERAL) != ""
    text = "Is a splint worn?"
    read = index.encoder.encode([text])[0]
    assert float(index.encoder.encode_query(text) @ read) < 0.99
    assert float(load_model().encode([text], normalize_embeddings=True)[0] @ read) > 0.98
    with pytest.raises(ValueError, match="has 0 questions, and 1000 are needed"):
        tune(index, lambda *_: None)
    monkeypatch.setattr("index.tuning.GENERAL", tmp_path / "none.npz")
    assert status(tmp_path / "index").settings == ("the encoder has been tuned again",)
    build_index([tmp_path / "documents"], tmp_path / "index")
    plain = load_index(tmp_path / "index")
    assert np.array_equal(plain.encoder.encode_query(text), read)
