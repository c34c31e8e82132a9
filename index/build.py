"""A folder of documents into an index on disk: read, split, embed, write, publish."""

import json
import os
from collections.abc import Callable, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path

from corpus.document import Document
from corpus.passage import Passage
from corpus.read import read_documents
from corpus.split import PASSAGE_SIZE, split
from corpus.store import save_documents
from index.encode import TextEncoder
from index.export import PACKAGED, export_encoder, model_folder, model_hashes
from index.files import corpus_hashes, hashes
from index.folder import building
from index.layout import (
    DOCUMENTS,
    HEADING_VECTORS,
    PASSAGE_VECTORS,
    PASSAGE_WORDS,
    SENTENCE_VECTORS,
    SENTENCE_WORDS,
    SPANS,
)
from index.recipe import Recipe
from index.search import WEIGHTS, governed
from index.vectors import FACTORY, VectorIndex
from index.words import WordIndex

CALIBRATION = Path(__file__).parent / "calibration.json"  # written by python -m eval calibrate
LIBRARIES = (
    "faiss-cpu",
    "onnxruntime",
    "tokenizers",
    "bm25s",
    "PyStemmer",
    "sentence-transformers",
)
SENTENCE_BM25 = (0.3, 0.3)  # k1, b: in a sentence a word counts once, and length hardly
SAMPLES = 32  # passages on which the exported encoder is compared with the original

Progress = Callable[[str, int, int], None]  # stage, how many more are done, of how many


def silent(stage: str, done: int, total: int) -> None:
    """Progress for nobody."""


def build_index(  # noqa: PLR0913 (settings by keyword)
    documents: Path,
    out: Path,
    *,
    model: str = PACKAGED,
    precision: str = "int8",
    factory: str = FACTORY,
    progress: Progress = silent,
) -> Recipe:
    """Build the index of a folder of documents, put it into use, return its recipe.

    Raises ValueError for what a person can mend (a document, the model, a setting) and OSError
    for the disk; either way the index that was in use stays in use.
    """
    hashed = corpus_hashes(documents)  # before reading: a later change is noticed at loading
    library = read_documents(documents)
    with building(out) as folder:
        progress("exporting the encoder", 0, 1)
        encoder = export_encoder(model, folder, _samples(library), precision)
        progress("exporting the encoder", 1, 1)
        passages = [p for d in library for p in split(d, PASSAGE_SIZE, encoder.tokens)]
        save_documents(library, folder / DOCUMENTS)
        _save_spans(passages, folder / SPANS)
        dimension = _save_texts(passages, encoder, folder, factory, progress)
        recipe = Recipe(
            encoder=model,
            encoder_files=model_hashes(model_folder(model)),
            precision=precision,
            dimension=dimension,
            longest=encoder.longest,
            passage_size=PASSAGE_SIZE,
            factory=factory,
            weights=WEIGHTS,
            threshold=float(json.loads(CALIBRATION.read_text(encoding="utf-8"))["threshold"]),
            documents=os.path.relpath(documents, out),
            corpus=hashed,
            files=hashes(folder, (file for file in folder.rglob("*") if file.is_file())),
            passages=len(passages),
            sentences=sum(len(passage.sentences) for passage in passages),
            versions={name: version(name) for name in LIBRARIES},
        )
        recipe.save(folder)
    return recipe


def _samples(library: Sequence[Document]) -> list[str]:
    """Real passages from all over the library."""
    passages = [passage.searchable for document in library for passage in split(document)]
    return passages[:: max(1, len(passages) // SAMPLES)][:SAMPLES]


def _save_spans(passages: Sequence[Passage], file: Path) -> None:
    rows = []
    for passage in passages:
        first = passage.document.sentences.index(passage.sentences[0])
        rows.append([passage.document.id, first, first + len(passage.sentences)])
    file.write_text(json.dumps(rows), encoding="utf-8")


def _save_texts(
    passages: Sequence[Passage],
    encoder: TextEncoder,
    folder: Path,
    factory: str,
    progress: Progress,
) -> int:
    """Write vectors and words of the passages and of their sentences; the vectors' dimension."""
    whole = [passage.searchable for passage in passages]
    single = [governed(passage, s) for passage in passages for s in passage.sentences]
    WordIndex.build(whole).save(folder / PASSAGE_WORDS)
    WordIndex.build(single, *SENTENCE_BM25).save(folder / SENTENCE_WORDS)
    dimension = 0
    for stage, texts, name in (
        ("embedding passages", whole, PASSAGE_VECTORS),
        ("embedding headings", [passage.heading for passage in passages], HEADING_VECTORS),
        ("embedding sentences", single, SENTENCE_VECTORS),
    ):
        vectors = encoder.encode(texts, partial(_embedded, progress, stage, len(texts)))
        VectorIndex.build(vectors, factory).save(folder / name)
        dimension = int(vectors.shape[1])
    return dimension


def _embedded(progress: Progress, stage: str, total: int, done: int) -> None:
    progress(stage, done, total)
