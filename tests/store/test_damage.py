"""Flipped bytes, full disks and killed builds: each is named, and the old index stays in use."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.__main__ import main
from index.folder import building, current, seals
from index.load import load_index
from store.site import Site, child


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
