"""The names of the files of a built index, beside recipe.json and the encoder's three."""

DOCUMENTS = "documents.jsonl"  # the very texts that were indexed
SPANS = "passages.json"  # document id, start, end, heading of each passage
PASSAGES = "passages.faiss"
SENTENCES = "sentences.faiss"
WORDS = "words"  # a folder of arrays
