"""What the build before this one already knows: its encoder, and the vector of every text.

Embedding is nine tenths of the work of a build, and most documents stay as they are. A vector
depends on its text and on the encoder alone, so where both are the same it is taken over.
"""

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from corpus.document import Document
from index.encode import MODEL, SETTINGS, TOKENIZER, WEIGHTS, TextEncoder, Vectors
from index.folder import current
from index.layout import embedded_texts
from index.load import load_index
from index.search import Index

ENCODER = (MODEL, WEIGHTS, TOKENIZER, SETTINGS)


@dataclass(frozen=True)
class Previous:
    """The last build, as far as it can be used again; nothing of it if the encoder differs."""

    build: Path | None = None
    vectors: Mapping[str, npt.NDArray[np.float32]] = field(default_factory=dict)
    documents: Mapping[str, str] = field(default_factory=dict)  # id to hash

    def encoder(self, into: Path) -> TextEncoder | None:
        """Its encoder, copied to `into`; None if it can't be used."""
        if self.build is None or not self.vectors:
            return None
        for name in ENCODER:
            shutil.copyfile(self.build / name, into / name)
        return TextEncoder(into)


@dataclass(frozen=True, slots=True)
class Changes:
    """What a build did to the one before: ids of documents, and counts of texts."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    embedded: int
    kept: int


def previous(folder: Path, wanted: Mapping[str, object], *, afresh: bool = False) -> Previous:
    """The build in use in `folder`; `afresh`, or if its recipe has not the `wanted` fields of the
    encoder, without its vectors."""
    build = current(folder)
    if build is None:
        return Previous()
    try:
        index = load_index(folder, check_documents=False)
    except (ValueError, OSError):  # damaged, or of another format: build it all
        return Previous(build)
    documents = {name: document.hash for name, document in index.documents.items()}
    same = not afresh and all(
        getattr(index.recipe, name) == value for name, value in wanted.items()
    )
    return Previous(build, _vectors(index) if same else {}, documents)


def _vectors(index: Index) -> dict[str, npt.NDArray[np.float32]]:
    """Every text that was embedded, with its vector."""
    stores = index.passage_vectors, index.heading_vectors, index.sentence_vectors
    texts = embedded_texts(index.passages).values()
    found: dict[str, npt.NDArray[np.float32]] = {}
    for store, named in zip(stores, texts, strict=True):
        found |= zip(named, store.every(), strict=True)
    return found


def embed(
    texts: Sequence[str],
    encoder: TextEncoder,
    known: Mapping[str, npt.NDArray[np.float32]],
    progress: Callable[[int], None],
) -> tuple[Vectors, int]:
    """The vectors of `texts` in their order, and how many of them had to be embedded."""
    new = [text for text in dict.fromkeys(texts) if text not in known]
    made = dict(zip(new, encoder.encode(new, progress), strict=True)) if new else {}
    progress(len(texts) - len(new))
    return np.stack([known[text] if text in known else made[text] for text in texts]), len(new)


def changes(
    before: Mapping[str, str], library: Sequence[Document], counts: tuple[int, int]
) -> Changes:
    """The documents that came, changed and went; `counts` are texts embedded and kept."""
    now = {document.id: document.hash for document in library}
    return Changes(
        tuple(sorted(now.keys() - before.keys())),
        tuple(sorted(name for name in now.keys() & before.keys() if now[name] != before[name])),
        tuple(sorted(before.keys() - now.keys())),
        *counts,
    )
