"""Hashes of files, by which an index knows what it was built from."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from corpus.read import document_files


def file_hash(file: Path) -> str:
    """SHA-256 of a file's bytes, in hex."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def hashes(folder: Path, files: Iterable[Path]) -> dict[str, str]:
    """Each file's path inside `folder`, with its hash."""
    return {file.relative_to(folder).as_posix(): file_hash(file) for file in sorted(files)}


def corpus_hashes(documents: Path) -> dict[str, str]:
    """The files that decide what the documents say, references included."""
    found = hashes(documents, document_files(documents))
    for name in ("references.json", "../references.json"):
        if (documents / name).exists():
            return found | {name: file_hash(documents / name)}
    return found
