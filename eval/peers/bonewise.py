"""The project's own index; it builds from the documents, as it always does."""

import time
from pathlib import Path

from eval.peers.material import Material


class Side:
    """``index.build`` and ``index.search``."""

    packages: tuple[str, ...] = ("onnxruntime", "faiss-cpu", "bm25s", "tokenizers")

    def build(self, material: Material, folder: Path) -> tuple[float, int]:
        """Everything but the export of the encoder, which peers load ready-made."""
        from index.build import build_index

        ready = time.perf_counter()

        def progress(stage: str, done: int, total: int) -> None:
            nonlocal ready
            if stage == "exporting the encoder" and done:
                ready = time.perf_counter()

        sources = [Path(source) for source in material.folders]
        _, changes = build_index(sources, folder, afresh=True, progress=progress)
        return time.perf_counter() - ready, changes.embedded

    def open(self, folder: Path) -> None:
        """With its checks of every file, as in use."""
        from index.load import load_index

        self._index = load_index(folder)

    def search(self, question: str, limit: int) -> list[str]:
        """Passages."""
        return [found.passage.id for found in self._index.search(question, limit)]
