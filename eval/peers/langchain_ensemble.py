"""LangChain's EnsembleRetriever: BM25 and FAISS, half and half, fused by reciprocal rank."""

import re
from pathlib import Path

from eval.peers import langchain_faiss


class Side(langchain_faiss.Side):
    """BM25Retriever keeps nothing on disk: it is made again from the texts at each start."""

    packages: tuple[str, ...] = (*langchain_faiss.Side.packages, "langchain-classic", "rank-bm25")

    def open(self, folder: Path) -> None:
        """The saved store, and BM25 over its texts."""
        from langchain_classic.retrievers import EnsembleRetriever
        from langchain_community.retrievers import BM25Retriever

        super().open(folder)
        ids = list(self._store.index_to_docstore_id.values())
        documents = self._store.get_by_ids(ids)
        self._words = BM25Retriever.from_documents(documents, preprocess_func=words)
        self._ensemble = EnsembleRetriever

    def search(self, question: str, limit: int) -> list[str]:
        """Each of the two gives `limit`; the best of both."""
        near = self._store.as_retriever(search_kwargs={"k": limit})
        having = self._words.model_copy(update={"k": limit})
        both = self._ensemble(retrievers=[having, near], weights=[0.5, 0.5])
        return [found.id for found in both.invoke(question)[:limit]]


def words(text: str) -> list[str]:
    """Lower-case words: kinder than its default, which only splits at white space."""
    return re.findall(r"\w+", text.lower())
