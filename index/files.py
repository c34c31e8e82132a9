"""Hashes of files, by which an index knows what it was built from."""

import hashlib
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from corpus.asked import asked_files, beyond_files
from corpus.matter import card_file
from corpus.read import document_files, reference_files
from corpus.talks import talk_files


def file_hash(file: Path) -> str:
    """SHA-256 of a file's bytes, in hex."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def hashes(folder: Path, files: Iterable[Path]) -> dict[str, str]:
    """Each file's path as seen from `folder`, with its hash."""
    paths = {Path(os.path.relpath(file, folder)).as_posix(): file for file in sorted(files)}
    return {name: file_hash(file) for name, file in paths.items()}


def corpus_hashes(folders: Sequence[Path], start: Path) -> dict[str, str]:
    """The files that decide what the documents say, with cards, references, questions, talks."""
    deciding: list[Path] = []
    for folder in folders:
        files = document_files(folder)
        cards = [card_file(file) for file in files if card_file(file).is_file()]
        references = [file for file in reference_files(folder) if file.is_file()][:1]
        deciding += [*files, *cards, *references, *asked_files(folder), *beyond_files(folder)]
        deciding += talk_files(folder)
    return hashes(start, dict.fromkeys(deciding))
