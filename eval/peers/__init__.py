"""What a user would pick instead, measured beside the project's own index.

The peers live in an environment of their own (``make peers``); only the files called ``bonewise``
and those that measure import the project. Every side is a process of its own, see ``side.py``.
"""

from pathlib import Path

HERE = Path(__file__).parent
OURS, ALONE = "bonewise", "bonewise_documents"
OWN = (OURS, ALONE)  # they run in the project's environment
# Each is a file here with a class Side; the order is that of the table.
SIDES = {
    OURS: "Bonewise",
    ALONE: "Bonewise, documents alone",
    "langchain_faiss": "LangChain FAISS",
    "langchain_ensemble": "LangChain BM25 + FAISS",
    "langchain_chunks": "LangChain FAISS, its own splitter",
    "txtai_hybrid": "txtai hybrid",
    "chroma": "Chroma",
}
# What is built by another, because nothing more is kept on disk.
SHARED = {"langchain_ensemble": "langchain_faiss"}
