"""What every side is given: passages to index, or the documents that they were cut from.

Kept as JSON in a folder, because the sides are processes of different environments.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = "material.json"


@dataclass(frozen=True, slots=True)
class Material:
    """Ids are ``document#start-end`` for passages and for chunks that a side cuts itself."""

    passages: Mapping[str, str]  # id to the text that is embedded and searched
    documents: Mapping[str, str]  # id to title and text
    folders: Sequence[str]  # of the document files, from which the project builds
    questions: Mapping[str, str]

    def save(self, folder: Path) -> None:
        """Write it to a folder."""
        (folder / FILE).write_text(json.dumps(asdict(self)), encoding="utf-8")


def load_material(folder: Path) -> Material:
    """What ``save`` wrote."""
    return Material(**json.loads((folder / FILE).read_text(encoding="utf-8")))
