"""One build after another: only what changed is embedded, what is stale, and the way back."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from index.__main__ import main
from index.folder import building, seals
from index.layout import ASKED_VECTORS
from index.load import load_index
from index.reuse import previous
from store.site import Site

# --- only what changed is embedded --------------------------------------------------------------


def test_documents_come_change_and_go_without_embedding_the_rest(site: Site) -> None:
    site.write("calcium", "# Calcium\n\nCalcium is for bones.\n")
    added = site.build()
    assert (added.added, added.changed, added.removed) == (("calcium",), (), ())
    assert added.embedded == 3  # its passage, its heading and its sentence
    site.write("splints", "# Splints\n\nA splint is worn by day.\n")
    changed = site.build()
    assert (changed.added, changed.changed, changed.removed) == ((), ("splints",), ())
    assert changed.embedded == 2  # its heading stays
    (site.documents / "walks.md").unlink()
    removed = site.build()
    assert (removed.added, removed.changed, removed.removed) == ((), (), ("walks",))
    assert removed.embedded == 0
    kept = load_index(site.index).sentence_vectors.every()
    site.index.rename(site.index.with_name("before"))
    site.build()
    assert np.array_equal(kept, load_index(site.index).sentence_vectors.every())
    (site.index / "build-000001-backup").mkdir()
    site.build()  # what somebody has put there is neither counted nor swept
    assert (site.index / "build-000001-backup").is_dir()
    assert "by day" in site.texts()
    assert "Calcium" in site.texts()
    assert "Walk" not in site.texts()


# --- status -------------------------------------------------------------------------------------


def status(site: Site, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, object]]:
    capsys.readouterr()
    code = main(["status", "--json", "--index", str(site.index)])
    return code, json.loads(capsys.readouterr().out)


def test_status_says_which_documents_are_stale(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = status(site, capsys)
    assert (code, said["stale"]) == (0, False)
    site.write("calcium", "# Calcium\n\nCalcium is for bones.\n")
    site.write("splints", "# Splints\n\nA splint is worn by day.\n")
    (site.documents / "walks.md").unlink()
    code, said = status(site, capsys)
    assert (code, said["stale"]) == (1, True)
    assert said["added"] == ["../documents/calcium.md"]
    assert said["changed"] == ["../documents/splints.md"]
    assert said["removed"] == ["../documents/walks.md"]
    assert main(["status", "--index", str(site.index)]) == 1
    assert "python -m index build --documents" in capsys.readouterr().out


def reseal(site: Site, **fields: object) -> None:
    """Give the build in use another recipe, as another program would have written it."""
    (seal,) = seals(site.index)
    recipe = json.loads((site.index / seal.name / "recipe.json").read_text()) | fields
    shutil.copytree(site.index / seal.name, site.index.with_name("copy"))
    (site.index.with_name("copy") / "recipe.json").write_text(json.dumps(recipe))
    with building(site.index) as folder:
        shutil.copytree(site.index.with_name("copy"), folder, dirs_exist_ok=True)


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"threshold": 0.01}, "the threshold was 0.01"),
        ({"weights": {"luck": 1.0}}, "the weights of the search"),
        ({"encoder_files": {"model.safetensors": "0" * 64}}, "has changed: "),
        ({"names": "0" * 64}, "the names that questions are read with"),
    ],
    ids=["calibration", "weights", "encoder", "names"],
)
def test_status_says_what_else_has_changed(
    site: Site, capsys: pytest.CaptureFixture[str], fields: dict[str, object], complaint: str
) -> None:
    reseal(site, **fields)
    code, said = status(site, capsys)
    assert code == 1
    assert complaint in str(said["settings"])


def test_status_says_what_it_could_not_compare(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(site.documents)
    code, said = status(site, capsys)
    assert code == 0
    assert said["unknown"] == ["its documents are not on this machine"]


# --- going back ---------------------------------------------------------------------------------


def test_questions_that_were_read_with_other_names_are_embedded_again(built: Path) -> None:
    kept = previous(built, {"names": "0" * 64})
    assert kept.vectors.keys() == previous(built, {}).vectors.keys() - {ASKED_VECTORS}
    assert kept.exported


def test_rollback_restores_the_build_before_and_undoes_itself(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    first = {file: file.read_bytes() for file in site.documents.iterdir()}
    site.write("splints", "# Splints\n\nA splint is worn by day.\n")
    site.build()
    roll = ["rollback", "--index", str(site.index)]
    assert main(roll) == 0
    assert "build-000001 is in use again; build-000002 is kept" in capsys.readouterr().out
    for file, content in first.items():
        file.write_bytes(content)
    assert "at night" in site.texts()
    site.write("splints", "# Splints\n\nA splint is worn by day.\n")
    assert main(roll) == 0
    assert "by day" in site.texts()
    assert main(roll) == 0
    site.build()  # from the first: it is kept, the second goes
    assert [seal.name for seal in seals(site.index)] == ["build-000003", "build-000001"]
    assert not (site.index / "build-000002").exists()


def test_rollback_refuses_when_there_is_nothing_to_go_back_to(
    site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rollback", "--index", str(site.index)]) == 2
    assert "there is no build before" in capsys.readouterr().err
    assert main(["rollback", "--index", str(tmp_path / "nowhere")]) == 2
    assert "there is no index in" in capsys.readouterr().err
    site.build()
    (site.index / "build-000001" / "sentences.faiss").write_bytes(b"")
    assert main(["rollback", "--index", str(site.index)]) == 2
    assert "sentences.faiss is not the one" in capsys.readouterr().err
    assert [seal.name for seal in seals(site.index)] == ["build-000002", "build-000001"]
