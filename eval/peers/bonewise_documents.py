"""The project's own index over the documents alone: nobody has written questions for these.

What the peers are given, no more; and what a library that is new to the project gets: an encoder
that learnt from public questions, no adapters, and weights for documents of many passages.
"""

import shutil
from dataclasses import replace
from pathlib import Path

from eval.peers import bonewise
from eval.peers.material import Material

REFERENCES = "references.json"  # beside a folder of documents or in it


class Side(bonewise.Side):
    """The same, built from a copy of the documents."""

    def build(self, material: Material, folder: Path) -> tuple[float, int]:
        """Copying them is not counted."""
        copies = [
            _copied(Path(source), folder.with_name(f"{folder.name}-{number}"))
            for number, source in enumerate(material.folders)
        ]
        return super().build(replace(material, folders=list(map(str, copies))), folder)


def _copied(source: Path, into: Path) -> Path:
    """The files of a folder without its folders; the questions stand in one of these, or beside."""
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir()
    files = [file for file in source.iterdir() if file.is_file()]
    for file in [source.parent / REFERENCES, *files]:
        if file.is_file():
            shutil.copyfile(file, into / file.name)
    return into
