"""A built index from disk, after checking that it is what its recipe says and still fits.

Every refusal is a ValueError or FileNotFoundError that ends with the command that mends it.
"""

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from corpus.document import Document
from corpus.passage import Passage
from corpus.store import load_documents, with_questions
from index.adapter import load_adapters
from index.encode import Encoder, TextEncoder
from index.files import corpus_hashes, file_hash
from index.folder import Seal, check_seal, current, seals
from index.layout import (
    ADAPTERS,
    ASKED,
    ASKED_STARTS,
    ASKED_VECTORS,
    BEYOND_VECTORS,
    DOCUMENTS,
    PASSAGE_VECTORS,
    PLACE_VECTORS,
    PLACE_WORDS,
    SENTENCE_VECTORS,
    SPANS,
    SPELLING,
    TURN_STARTS,
    TURN_VECTORS,
    WORDS,
    sentence_starts,
)
from index.recipe import Recipe, load_recipe
from index.search import Index
from index.spelling import Speller
from index.uncollected import uncollected
from index.vectors import VectorIndex
from index.words import WordIndex


@uncollected()
def load_index(
    folder: Path,
    encoder: Encoder | None = None,
    *,
    check_documents: bool = True,
    asked: bool = False,
) -> Index:
    """The index in use in `folder`; `encoder` replaces the exported one (for measurements).

    Without `check_documents` it is loaded though the documents have changed since it was built;
    with `asked` the sentences of its passages know the questions that they answer.
    """
    while True:
        named: tuple[Seal, ...] = ()
        try:
            named = seals(folder)
            if not named:
                raise FileNotFoundError(
                    f"there is no index in {folder}; build it: {command(folder)}"
                )
            index = open_build(folder, named[0], encoder, asked=asked)
            break
        except ValueError as error:
            # Builds may have swept it away while it was being opened: then there is a newer one.
            if current(folder) in (None, *(folder / seal.name for seal in named[:1])):
                raise ValueError(
                    f"the index in {folder} can't be used: {error}; {_mend(folder, named)}"
                ) from error
    stale = stale_files(folder, index.recipe) if check_documents else []
    if stale:
        raise ValueError(
            f"the documents have changed since the index in {folder} was built "
            f"({_some(stale)}); build it again: {command(folder, index.recipe)}"
        )
    return index


def open_build(
    folder: Path, seal: Seal, encoder: Encoder | None = None, *, asked: bool = False
) -> Index:
    """One build, after checking each of its files; ValueError names the one that is wrong."""
    try:
        build = check_seal(folder, seal)
        recipe = load_recipe(build)
        _check_files(build, recipe)
        library = load_documents(build / DOCUMENTS)
        if asked:
            library = with_questions(library, build / ASKED)
        documents = {document.id: document for document in library}
        passages = _passages(build, documents)
        return Index(
            recipe=recipe,
            documents=documents,
            passages=passages,
            sentence_starts=sentence_starts(passages),
            asked_starts=np.load(build / ASKED_STARTS),
            turn_starts=np.load(build / TURN_STARTS),
            encoder=encoder or TextEncoder(build),
            adapters=load_adapters(build / ADAPTERS),
            passage_vectors=VectorIndex.load(build / PASSAGE_VECTORS),
            place_vectors=VectorIndex.load(build / PLACE_VECTORS),
            sentence_vectors=VectorIndex.load(build / SENTENCE_VECTORS),
            asked_vectors=VectorIndex.load(build / ASKED_VECTORS),
            turn_vectors=VectorIndex.load(build / TURN_VECTORS),
            beyond_vectors=VectorIndex.load(build / BEYOND_VECTORS),
            words=WordIndex.load(build / WORDS),
            place_words=WordIndex.load(build / PLACE_WORDS),
            speller=Speller.load(build / SPELLING),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ValueError(str(error)) from error


def stale_files(folder: Path, recipe: Recipe) -> list[str]:
    """Documents that differ from those indexed; none if their folder is not on this machine."""
    documents = [folder / name for name in recipe.documents]
    if not all(document.is_dir() for document in documents):
        return []
    now = corpus_hashes(documents, folder)
    names = now.keys() | recipe.corpus.keys()
    return sorted(name for name in names if now.get(name) != recipe.corpus.get(name))


def command(folder: Path, recipe: Recipe | None = None) -> str:
    """The command that builds the index of `folder`, as a person would type it."""
    from index import FOLDER

    if folder.resolve() == FOLDER.resolve():
        return "python -m index build"
    folders = [str((folder / name).resolve()) for name in recipe.documents] if recipe else ["DIR"]
    return f"python -m index build --documents {' '.join(folders)} --out {folder}"


def _mend(folder: Path, named: Sequence[Seal]) -> str:
    again = f"build it again: {command(folder)}"
    if len(named) < 2:
        return again
    return f"go back to the build before: {_run(folder, 'rollback')}, or {again}"


def _run(folder: Path, what: str) -> str:
    from index import FOLDER

    return f"python -m index {what}" + (
        "" if folder.resolve() == FOLDER.resolve() else f" --index {folder}"
    )


def _check_files(build: Path, recipe: Recipe) -> None:
    for name in recipe.files:
        if not (build / name).is_file():
            raise ValueError(f"its file {name} is missing")
    with ThreadPoolExecutor() as readers:
        found = readers.map(lambda name: file_hash(build / name), recipe.files)
        for (name, wanted), hashed in zip(recipe.files.items(), found, strict=True):
            if hashed != wanted:
                raise ValueError(f"its file {name} is not the one that was built")


def _passages(build: Path, documents: Mapping[str, Document]) -> list[Passage]:
    rows = json.loads((build / SPANS).read_text(encoding="utf-8"))
    return [Passage(documents[name], documents[name].sentences[a:b]) for name, a, b in rows]


def _some(paths: list[str]) -> str:
    names = [Path(path).name for path in paths]
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more
