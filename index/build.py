"""Folders of documents into an index on disk: read, split, embed, write, publish."""

import json
import os
from collections.abc import Mapping, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from corpus.asked import load_beyond
from corpus.document import Document
from corpus.names import FILE as NAMES
from corpus.names import load_names
from corpus.passage import Passage
from corpus.read import read_documents
from corpus.split import PASSAGE_SIZE, split
from corpus.store import save_documents, save_questions
from corpus.talks import load_talks
from index.adapter import adapters_for, load_adapters
from index.encode import TextEncoder
from index.export import Learnt, Samples, export_encoder
from index.files import corpus_hashes, file_hash, hashes
from index.folder import building
from index.layout import (
    ADAPTERS,
    ASKED,
    ASKED_STARTS,
    ASKED_VECTORS,
    BEYOND,
    BEYOND_VECTORS,
    DOCUMENTS,
    PLACE_WORDS,
    SPANS,
    SPELLING,
    TURN_STARTS,
    TURN_VECTORS,
    TURNS,
    WORDS,
    asked_starts,
    embedded_texts,
    named,
    place,
    starts,
    worded_texts,
)
from index.model import PACKAGED, Prompts, encoder_fields
from index.progress import Progress, silent
from index.recipe import Recipe, calibrated, encoder_hash
from index.reuse import Changes, Encode, Previous, changes, embed, previous
from index.spelling import save_spelling
from index.tuning import MESSAGES, learnt_for, load_tuning, tuning_for
from index.turns import turns_of
from index.vectors import FACTORY, VectorIndex
from index.weights import weights_for
from index.words import save_words

LIBRARIES = (
    "faiss-cpu",
    "onnxruntime",
    "tokenizers",
    "bm25s",
    "PyStemmer",
    "sentence-transformers",
)
SAMPLES, QUESTIONS = 100, 25  # on which the exported encoder is compared with the original


def build_index(  # noqa: PLR0913 (settings by keyword)
    documents: Sequence[Path],
    out: Path,
    *,
    model: str = PACKAGED,
    precision: str = "int8",
    query_prompt: str | None = None,
    passage_prompt: str | None = None,
    factory: str = FACTORY,
    passage_size: int = PASSAGE_SIZE,
    tune: bool = True,
    afresh: bool = False,
    wait: bool = False,
    progress: Progress = silent,
) -> tuple[Recipe, Changes]:
    """Build the index of some folders of documents and put it into use.

    Texts that the index in use holds keep their vectors, unless `afresh`. Prompts are the model's
    own unless given; questions are read as was learnt from the library's own, or from public ones
    if it has none (`tune`). If another build runs, `wait` for it or raise. Raises ValueError for
    what a person can mend (a document, the model, a setting) and OSError for the disk; either way
    the index that was in use stays in use.
    """
    made_by = {
        **encoder_fields(model, precision, query_prompt, passage_prompt),
        "names": file_hash(NAMES),
        "versions": {name: version(name) for name in LIBRARIES},
    }
    with building(out, wait=wait) as folder:
        hashed = corpus_hashes(documents, out)  # before reading: later changes are noticed
        library = read_documents(*documents)
        asked = sum(len(s.asked) for document in library for s in document.sentences)
        made_by |= _learnt(asked, made_by["encoder_files"], tune=tune)
        before = previous(out, made_by, afresh=afresh)
        encoder = before.encoder(folder) or _exported(made_by, folder, library, asked, progress)
        passages = [p for d in library for p in _fitting(d, passage_size, encoder)]
        _save_library(library, passages, folder)
        turning = encoder_hash(made_by) if asked else ""  # is learnt from questions
        adapters_for(turning, encoder.dimension).save(folder / ADAPTERS)
        texts = embedded_texts(passages) | _saved_beside(documents, passages, folder)
        counts = _save_vectors(texts, encoder, folder, factory, before, progress)
        recipe = Recipe(
            **made_by,
            dimension=encoder.dimension,
            longest=encoder.longest,
            cut=[passage.id for passage in _cut(passages, encoder)],
            passage_size=passage_size,
            factory=factory,
            weights=weights_for(asked, len(passages), len(library)),
            **calibrated(),
            documents=[os.path.relpath(source, out) for source in documents],
            corpus=hashed,
            files=hashes(folder, (file for file in folder.rglob("*") if file.is_file())),
            library=len(library),
            passages=len(passages),
            sentences=sum(len(passage.sentences) for passage in passages),
            asked=asked,
        )
        recipe.save(folder)
    return recipe, changes(before.documents, library, counts)


def _learnt(asked: int, files: Mapping[str, str], *, tune: bool) -> dict[str, str]:
    """Hashes of what was learnt for questions and for messages."""
    return {
        "tuning": tuning_for(files, learnt_for(asked)) if tune else "",
        "messages": tuning_for(files, MESSAGES),
    }


def _exported(
    made_by: Mapping[str, Any],
    folder: Path,
    library: Sequence[Document],
    asked: int,
    progress: Progress,
) -> TextEncoder:
    progress("exporting the encoder", 0, 1)
    encoder = export_encoder(
        made_by["encoder"],
        folder,
        _samples(library),
        made_by["precision"],
        Prompts(**made_by["prompts"]),
        Learnt(
            load_tuning(learnt_for(asked)) if made_by["tuning"] else None,
            load_tuning(MESSAGES) if made_by["messages"] else None,
        ),
    )
    progress("exporting the encoder", 1, 1)
    return encoder


def _samples(library: Sequence[Document]) -> Samples:
    """Questions and passages from all over the library; headings that ask, if there are some."""
    passages = [passage for document in library for passage in split(document)]
    headings = list(dict.fromkeys(passage.heading or passage.text for passage in passages))
    asking = [heading for heading in headings if heading.endswith("?")]
    return Samples(
        _spread(asking or headings, QUESTIONS),
        _spread([passage.searchable for passage in passages], SAMPLES),
    )


def _spread(texts: Sequence[str], limit: int) -> Sequence[str]:
    return texts[:: max(1, len(texts) // limit)][:limit]


def _fitting(document: Document, size: int, encoder: TextEncoder) -> tuple[Passage, ...]:
    """Its passages, smaller ones if the lines that are embedded with them leave too little room."""
    usual = split(document, size, encoder.tokens)
    over = max((encoder.tokens(p.searchable) for p in usual), default=0) - encoder.room
    if over <= 0 or over >= size:
        return usual
    smaller = split(document, size - over, encoder.tokens)
    return min(usual, smaller, key=lambda passages: len(_cut(passages, encoder)))


def _cut(passages: Sequence[Passage], encoder: TextEncoder) -> list[Passage]:
    """Those that are longer than the encoder reads."""
    return [p for p in passages if encoder.tokens(p.searchable) > encoder.room]


def _save_spans(passages: Sequence[Passage], file: Path) -> None:
    rows = []
    for passage in passages:
        first = passage.document.sentences.index(passage.sentences[0])
        rows.append([passage.document.id, first, first + len(passage.sentences)])
    file.write_text(json.dumps(rows), encoding="utf-8")


def _save_library(library: Sequence[Document], passages: Sequence[Passage], folder: Path) -> None:
    """What is said and asked, where it stands, and the words by which it is found, also misspelt
    ones."""
    save_documents(library, folder / DOCUMENTS)
    save_questions(library, folder / ASKED)
    _save_spans(passages, folder / SPANS)
    np.save(folder / ASKED_STARTS, asked_starts(passages))
    save_words(worded_texts(passages), folder / WORDS)
    save_words([place(passage) for passage in passages], folder / PLACE_WORDS)
    asked = (question for p in passages for s in p.sentences for question in s.asked)
    save_spelling((p.searchable for p in passages), asked, folder / SPELLING)


def _saved_beside(
    documents: Sequence[Path], passages: Sequence[Passage], folder: Path
) -> dict[str, list[str]]:
    """What stands beside the documents, written down and to be embedded: the questions that they do
    not answer, and the later messages of talks that each sentence answers."""
    questions = named(load_beyond(documents))
    groups = turns_of(load_talks(documents), load_names(), passages)
    turns = [text for group in groups for text in group]
    (folder / BEYOND).write_text(json.dumps(questions), encoding="utf-8")
    (folder / TURNS).write_text(json.dumps(turns), encoding="utf-8")
    np.save(folder / TURN_STARTS, starts([len(group) for group in groups]))
    return {BEYOND_VECTORS: questions, TURN_VECTORS: turns}


def _save_vectors(  # noqa: PLR0913, PLR0917 (all of one build)
    texts: Mapping[str, Sequence[str]],
    encoder: TextEncoder,
    folder: Path,
    factory: str,
    before: Previous,
    progress: Progress,
) -> tuple[int, int]:
    """Write the vectors; how many texts were embedded and how many kept."""
    turned = load_adapters(folder / ADAPTERS).asked.turned
    encode: dict[str, Encode] = {
        ASKED_VECTORS: lambda asked, done: turned(encoder.encode(asked, done, queries=True)),
        BEYOND_VECTORS: partial(encoder.encode, queries=True),
        TURN_VECTORS: partial(encoder.encode, queries=True),
    }
    embedded = kept = 0
    for name, held in texts.items():
        advance = partial(_embedded, progress, f"embedding {Path(name).stem}", len(held))
        known = before.vectors.get(name, {})
        vectors, new = embed(held, encode.get(name, encoder.encode), known, advance)
        VectorIndex.build(vectors, factory).save(folder / name)
        embedded, kept = embedded + new, kept + len(held) - new
    return embedded, kept


def _embedded(progress: Progress, stage: str, total: int, done: int) -> None:
    progress(stage, done, total)
