"""What the build before this one already knows: its encoder, and the vector of every text.

Embedding is nine tenths of the work of a build, and most documents stay as they are. A vector
depends on its text and on the encoder alone (that of a question on its adapter and on the names it
is read with, too), so where these are the same it is taken over.
"""

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from corpus.document import Document
from index.adapter import adapters_for
from index.encode import (
    MESSAGE_MODEL,
    MODEL,
    QUERY_MODEL,
    SETTINGS,
    TOKENIZER,
    TextEncoder,
    Vectors,
    weights_file,
)
from index.folder import current
from index.layout import (
    ASKED_VECTORS,
    BEYOND,
    BEYOND_VECTORS,
    PASSAGE_VECTORS,
    PLACE_VECTORS,
    SENTENCE_VECTORS,
    TURN_VECTORS,
    TURNS,
    embedded_texts,
)
from index.load import load_index
from index.search import Index

ENCODER = (MODEL, weights_file(MODEL), TOKENIZER, SETTINGS)
LEARNT = (QUERY_MODEL, MESSAGE_MODEL)  # where the encoder has learnt something more

Known = Mapping[str, npt.NDArray[np.float32]]  # text to vector
Encode = Callable[[Sequence[str], Callable[[int], None]], Vectors]


@dataclass(frozen=True)
class Previous:
    """The last build, as far as it can be used again; nothing of it if the encoder differs."""

    build: Path | None = None
    exported: bool = False  # its encoder is the wanted one in all that it has learnt
    vectors: Mapping[str, Known] = field(default_factory=dict)  # by file
    documents: Mapping[str, str] = field(default_factory=dict)  # id to hash

    def encoder(self, into: Path) -> TextEncoder | None:
        """Its encoder, copied to `into`; None if it can't be used."""
        if self.build is None or not self.exported:
            return None
        learnt = [model for model in LEARNT if (self.build / model).is_file()]
        for name in (*ENCODER, *learnt, *map(weights_file, learnt)):
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
        index = load_index(folder, check_documents=False, asked=True)
    except (ValueError, OSError):  # damaged, or of another format: build it all
        return Previous(build)
    documents = {name: document.hash for name, document in index.documents.items()}
    other = {name for name, value in wanted.items() if getattr(index.recipe, name) != value}
    same = not afresh and other <= {"messages", "names"}  # by which no text is made a vector
    vectors = _vectors(index, build) if same else {}
    if "names" in other:  # its questions were read with other names
        vectors.pop(ASKED_VECTORS, None)
    return Previous(build, same and "messages" not in other, vectors, documents)


def _vectors(index: Index, build: Path) -> dict[str, Known]:
    """Every text that was embedded, with its vector; turned ones only if they would turn again."""
    beside = {BEYOND_VECTORS: BEYOND, TURN_VECTORS: TURNS}
    texts = embedded_texts(index.passages) | {
        vectors: json.loads((build / name).read_text(encoding="utf-8"))
        for vectors, name in beside.items()
    }
    stores = {
        PASSAGE_VECTORS: index.passage_vectors,
        PLACE_VECTORS: index.place_vectors,
        SENTENCE_VECTORS: index.sentence_vectors,
        ASKED_VECTORS: index.asked_vectors,
        BEYOND_VECTORS: index.beyond_vectors,
        TURN_VECTORS: index.turn_vectors,
    }
    if not index.adapters.same_as(adapters_for(index.recipe.encoder_hash, index.recipe.dimension)):
        del stores[ASKED_VECTORS]
    return {
        name: dict(zip(texts[name], store.every(), strict=True)) for name, store in stores.items()
    }


def embed(
    texts: Sequence[str], encode: Encode, known: Known, progress: Callable[[int], None]
) -> tuple[Vectors, int]:
    """The vectors of `texts` in their order, and how many of them had to be embedded."""
    new = [text for text in dict.fromkeys(texts) if text not in known]
    made = dict(zip(new, encode(new, progress), strict=True)) if new else {}
    progress(len(texts) - len(new))
    found = [known[text] if text in known else made[text] for text in texts]
    return np.stack(found) if found else encode([], progress), len(new)


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
