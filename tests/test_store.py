import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from small_models import small_model

from index.__main__ import main
from index.build import build_index
from index.folder import building, current, seals
from index.load import load_index
from index.reuse import Changes


class Site(NamedTuple):
    """Documents, an index of them, and the small model that embeds them."""

    documents: Path
    index: Path
    model: Path

    def write(self, name: str, text: str) -> None:
        (self.documents / f"{name}.md").write_text(text)

    def build(self) -> Changes:
        return build_index([self.documents], self.index, model=str(self.model))[1]

    def command(self, *more: str) -> list[str]:
        inputs = ["--documents", str(self.documents), "--model", str(self.model)]
        command = [sys.executable, "-m", "index", "build", *inputs, "--out", str(self.index)]
        return [*command, *more]

    def texts(self) -> str:
        return " ".join(passage.text for passage in load_index(self.index).passages)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_model(tmp_path_factory.mktemp("model") / "small")


@pytest.fixture
def site(model: Path, tmp_path: Path) -> Site:
    made = Site(tmp_path / "documents", tmp_path / "index", model)
    made.documents.mkdir()
    made.write("splints", "# Splints\n\nA splint is worn at night.\n")
    made.write("tablets", "# Tablets\n\nTake the tablet once a week. Drink water.\n")
    made.write("walks", "# Walks\n\nWalk before you eat.\n")
    made.build()
    return made


def child(code: str, *arguments: object) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


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
    ],
    ids=["calibration", "weights", "encoder"],
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


# --- damage -------------------------------------------------------------------------------------


def test_a_flipped_byte_in_any_file_is_named_with_what_to_run(site: Site) -> None:
    site.build()
    used = current(site.index)
    assert used is not None
    files = [site.index / "CURRENT", *(file for file in used.rglob("*") if file.is_file())]
    assert {"CURRENT", "recipe.json", "encoder.weights"} <= {file.name for file in files}
    for file in files:
        content = file.read_bytes()
        ends = (0, len(content) // 2, len(content) - 1)
        for place in range(len(content)) if file.name == "CURRENT" else ends:
            for bit in (1, 128):
                flipped = bytearray(content)
                flipped[place] ^= bit
                file.write_bytes(flipped)
                with pytest.raises(ValueError, match=f"{file.name} is not the one") as raised:
                    load_index(site.index)
                assert "python -m index build" in str(raised.value)
                rolled = "python -m index rollback" in str(raised.value)
                assert rolled == (file.name != "CURRENT")
        file.write_bytes(content)
    assert load_index(site.index).search("splint")


def test_a_damaged_index_is_mended_by_going_back_or_building(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    site.build()
    (site.index / "build-000002" / "recipe.json").write_text("{}")
    assert main(["status", "--index", str(site.index)]) == 2
    assert "recipe.json is not the one" in capsys.readouterr().err
    assert main(["rollback", "--index", str(site.index)]) == 0
    assert load_index(site.index).search("splint")
    (site.index / "CURRENT").unlink()
    assert main(["status", "--index", str(site.index)]) == 2
    assert "CURRENT is missing" in capsys.readouterr().err
    site.build()
    assert load_index(site.index).search("splint")


def mounted(folder: Path) -> Iterator[Path]:
    """A disk of 8 MiB, most of it for the dictionaries of two builds; only root can have one."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    yield from mounted(tmp_path / "disk")


@pytest.mark.parametrize("how", [["--afresh"], []], ids=["exporting", "reusing the encoder"])
@pytest.mark.parametrize("room", [0, 3, 20, 60, 100], ids=lambda room: f"{room} KiB left")
def test_a_full_disk_is_named_and_leaves_the_old_index_in_use(
    site: Site, disk: Path, room: int, how: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    full = site._replace(index=disk / "index")
    full.build()
    left = shutil.disk_usage(disk).free
    (disk / "other").write_bytes(bytes(left - room * 1024))
    build = full.command(*how)[3:]
    assert main(build) == 2
    said = capsys.readouterr().err
    assert "there is no room for the index" in said
    assert "the index that was in use is still in use" in said
    assert load_index(full.index).search("splint")
    (disk / "other").unlink()
    assert main(build) == 0
    assert [path.name for path in full.index.glob(".unfinished-*")] == []


LIMITED = """
import resource, sys
from index.__main__ import main
size = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
sys.exit(main(sys.argv[2:]))
"""


@pytest.mark.parametrize("size", [1000, 40000])
def test_a_file_that_can_not_be_written_leaves_the_old_index_in_use(site: Site, size: int) -> None:
    process = child(LIMITED, size, *site.command("--afresh")[3:])
    _, said = process.communicate(timeout=120)
    assert process.returncode == 2, said
    assert "Traceback" not in said
    assert "the index that was in use is still in use" in said
    assert current(site.index) == site.index / "build-000001"
    assert load_index(site.index).search("splint")


KILLED = """
import os, signal, sys
from pathlib import Path
from index.build import build_index

def progress(stage, done, total):
    if stage.startswith(sys.argv[1]):
        os.kill(os.getpid(), signal.SIGKILL)

documents, index, model = map(Path, sys.argv[2:])
build_index([documents], index, model=str(model), afresh=True, progress=progress)
"""


@pytest.mark.parametrize(
    "stage",
    ["exporting", "embedding passages", "embedding sentences"],
)
def test_a_build_killed_at_any_stage_leaves_the_old_index_in_use(site: Site, stage: str) -> None:
    process = child(KILLED, stage, *site)
    process.communicate(timeout=120)
    assert process.returncode == -signal.SIGKILL
    assert list(site.index.glob(".unfinished-*"))
    assert current(site.index) == site.index / "build-000001"
    assert load_index(site.index).search("splint")
    site.build()
    assert not list(site.index.glob(".unfinished-*"))


def test_a_build_killed_while_it_is_put_into_use_leaves_a_whole_index(site: Site) -> None:
    process = child(KILLED, "never", *site)
    while not (site.index / "build-000002").exists():
        assert process.poll() is None
    process.kill()
    process.communicate()
    assert load_index(site.index).search("splint")
    site.build()
    assert len(list(site.index.glob("build-*"))) == 2


def test_a_second_build_waits_if_told_to(site: Site) -> None:
    site.write("walks", "# Walks\n\nWalk by night.\n")
    before = current(site.index)
    assert before is not None
    with building(site.index) as folder:
        waiting = subprocess.Popen(
            site.command("--wait"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        with pytest.raises(subprocess.TimeoutExpired):
            waiting.wait(8)
        shutil.copytree(before, folder, dirs_exist_ok=True)
    _, said = waiting.communicate(timeout=120)
    assert waiting.returncode == 0, said
    assert [seal.name for seal in seals(site.index)] == ["build-000003", "build-000002"]
    assert "Walk by night" in site.texts()


# --- readers ------------------------------------------------------------------------------------

SEARCHING = """
import json, sys, time
from pathlib import Path
from index.load import load_index
index, taken = load_index(Path(sys.argv[1])), []
print("ready", flush=True)
while not Path(sys.argv[2]).exists():
    started = time.perf_counter()
    assert index.search("when is a splint worn")
    taken.append(time.perf_counter() - started)
    time.sleep(0.005)
print(json.dumps(taken))
"""


def test_a_reader_never_stalls_while_the_index_is_built_and_swapped(site: Site) -> None:
    reader = child(SEARCHING, site.index, site.index.with_name("stop"))
    assert reader.stdout is not None
    assert reader.stdout.readline() == "ready\n"
    for text in ("by day", "by night"):
        site.write("splints", f"# Splints\n\nA splint is worn {text}.\n")
        assert subprocess.run(site.command(), capture_output=True, check=False).returncode == 0
    assert not (site.index / "build-000001").exists()  # the one that the reader has open
    site.index.with_name("stop").touch()
    out, error = reader.communicate(timeout=60)
    assert reader.returncode == 0, error
    taken = json.loads(out)
    assert len(taken) > 100
    assert np.percentile(taken, 95) < 0.25
    assert max(taken) < 2


LOADING = """
import sys
from pathlib import Path
from index.load import load_index
print("ready", flush=True)
loaded = set()
while not Path(sys.argv[2]).exists():
    index = load_index(Path(sys.argv[1]))
    assert index.search("when is a splint worn")
    loaded.add(index.recipe.threshold)
print(len(loaded))
"""


def test_a_loader_never_sees_half_an_index_while_builds_are_swapped(site: Site) -> None:
    """Each swap removes the build before the last, which a loader may just be opening."""
    used = current(site.index)
    assert used is not None
    whole = site.index.with_name("whole")
    shutil.copytree(used, whole)
    recipe = json.loads((whole / "recipe.json").read_text())
    loaders = [child(LOADING, site.index, site.index.with_name("stop")) for _ in range(2)]
    for loader in loaders:
        assert loader.stdout is not None
        assert loader.stdout.readline() == "ready\n"
    deadline = time.monotonic() + 10
    swaps = 0
    while time.monotonic() < deadline:
        with building(site.index) as folder:
            shutil.copytree(whole, folder, dirs_exist_ok=True)
            (folder / "recipe.json").write_text(json.dumps(recipe | {"threshold": swaps}))
        swaps += 1
    site.index.with_name("stop").touch()
    for loader in loaders:
        out, error = loader.communicate(timeout=60)
        assert loader.returncode == 0, error
        assert int(out) > 5
    assert swaps > 20


SERVING = """
import sys
from pathlib import Path
from index.load import load_index
index = load_index(Path(sys.argv[1]))
index.search("how is the weekly tablet taken")
print("ready", flush=True)
sys.stdin.read()
"""


def test_processes_share_the_pages_of_the_index(built: Path) -> None:
    """Of the vectors, the words and the encoder's weights there is one copy for all processes."""
    os.sync()  # what is not on the disk yet counts as written by us
    serving = [child(SERVING, built) for _ in range(3)]
    for process in serving:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    used = current(built)
    for process in serving:
        mapped = pages(process.pid, lambda name: name.startswith(str(used)))
        assert mapped["Rss"] > 10_000  # KiB
        assert mapped["Private_Clean"] + mapped["Private_Dirty"] < 0.1 * mapped["Rss"]
        assert mapped["Pss"] < 0.5 * mapped["Rss"]
    for process in serving:
        process.communicate(timeout=60)


def pages(process: int, wanted: Callable[[str], bool]) -> dict[str, int]:
    """KiB of a process's mappings of the wanted files, as Linux counts them."""
    found = dict.fromkeys(("Rss", "Pss", "Private_Clean", "Private_Dirty"), 0)
    counts = False
    for line in Path(f"/proc/{process}/smaps").read_text().splitlines():
        name, _, value = line.partition(":")
        if " " in name:  # an address: the mapping's file comes last
            counts = wanted(line.split(maxsplit=5)[-1])
        elif counts and name in found:
            found[name] += int(value.split()[0])
    return found
