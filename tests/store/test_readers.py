"""Whoever reads while an index is built: never stalled, never half an index, one copy for all."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from index.folder import building, current
from store.site import Site, child

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
