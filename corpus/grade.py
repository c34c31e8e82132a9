"""How hard a document is to read. Only door to textstat.

Flesch and Kincaid's grade (https://apps.dtic.mil/sti/citations/ADA006655): years of US school,
from the words per sentence and the syllables per word; the names of medicines count in full.
"""

from functools import cache

from corpus.document import Document


@cache
def text_grade(text: str) -> float:
    """The grade of a text of whole sentences."""
    import textstat  # loads a dictionary of pronunciation

    return float(textstat.flesch_kincaid_grade(text))


def grade(document: Document) -> float:
    """The grade of a document's sentences; table rows and lead-ins are not sentences to read."""
    prose = (s.span for s in document.sentences if s.kind != "row" and not s.opens)
    return text_grade(" ".join(document[span] for span in prose))
