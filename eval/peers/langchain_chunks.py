"""LangChain's FAISS retriever over chunks of LangChain's usual splitter."""

import json
import time
from pathlib import Path

from eval.peers import langchain_faiss
from eval.peers.material import Material

SIZE, OVERLAP = 1000, 200  # characters, as in its tutorials
CHUNKS = "chunks.json"  # ids of all, so that they can be graded


class Side(langchain_faiss.Side):
    """It gets the documents' text and cuts it itself."""

    packages: tuple[str, ...] = (*langchain_faiss.Side.packages, "langchain-text-splitters")

    def build(self, material: Material, folder: Path) -> tuple[float, int]:
        """Split, embed and save."""
        from langchain_classic.text_splitter import RecursiveCharacterTextSplitter

        encoder = langchain_faiss.load_encoder()
        started = time.perf_counter()
        splitter = RecursiveCharacterTextSplitter(
            chunk_size=SIZE, chunk_overlap=OVERLAP, add_start_index=True
        )
        chunks = {}
        for name, text in material.documents.items():
            for chunk in splitter.create_documents([text]):
                start, held = chunk.metadata["start_index"], chunk.page_content
                chunks[f"{name}#{start}-{start + len(held)}"] = held
        langchain_faiss.build_store(chunks, encoder).save_local(str(folder))
        taken = time.perf_counter() - started
        (folder / CHUNKS).write_text(json.dumps(list(chunks)), encoding="utf-8")
        return taken, len(chunks)
