"""The files of a built index, beside recipe.json and the encoder's four, and what they hold."""

from collections.abc import Sequence

from corpus.document import Sentence
from corpus.passage import Passage

DOCUMENTS = "documents.jsonl"  # the very texts that were indexed
SPANS = "passages.json"  # document id, numbers of the first and after the last sentence
PASSAGE_VECTORS = "passages.faiss"
HEADING_VECTORS = "headings.faiss"  # of each passage
SENTENCE_VECTORS = "sentences.faiss"
PASSAGE_WORDS = "passages.words"  # a folder of arrays
SENTENCE_WORDS = "sentences.words"


def embedded_texts(passages: Sequence[Passage]) -> dict[str, list[str]]:
    """The texts whose vectors each file holds, in the order of their ids."""
    return {
        PASSAGE_VECTORS: [passage.searchable for passage in passages],
        HEADING_VECTORS: [passage.heading for passage in passages],
        SENTENCE_VECTORS: [governed(p, sentence) for p in passages for sentence in p.sentences],
    }


def governed(passage: Passage, sentence: Sentence) -> str:
    """A sentence with the lines without which it may be misread; this is what is embedded."""
    document = passage.document
    return "\n".join(document[span] for span in (*sentence.governors, sentence.span))
