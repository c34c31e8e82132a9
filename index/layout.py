"""The names of the files of a built index, beside recipe.json and the encoder's three."""

DOCUMENTS = "documents.jsonl"  # the very texts that were indexed
SPANS = "passages.json"  # document id, numbers of the first and after the last sentence
PASSAGE_VECTORS = "passages.faiss"
HEADING_VECTORS = "headings.faiss"  # of each passage
SENTENCE_VECTORS = "sentences.faiss"
PASSAGE_WORDS = "passages.words"  # a folder of arrays
SENTENCE_WORDS = "sentences.words"
