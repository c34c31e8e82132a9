"""Are the quotes that were shown valid and whole? Judged from what was shown and the documents.

Nothing here asks the rules by which the assistant chose them. *Valid*: the text between the two
offsets is the quote, letter for letter, and the document is the one that was indexed. *Complete*:
it begins and ends where sentences of the document do, shows every line that governs them, does
not end with a lead-in whose list is missing, and does not begin by pointing back at a sentence
of its section that is not shown. What opens a section may point at the heading.
"""

import re
from collections.abc import Mapping
from typing import Any

from corpus.document import Document, Sentence, text_hash
from corpus.span import Span

Quote = Mapping[str, Any]  # a citation as the assistant hands it to other programs

POINTING = """it its itself they them their theirs he him his she her hers this that these those
    such however therefore thus hence consequently then but and or nor yet so instead otherwise
    also moreover furthermore besides likewise similarly meanwhile nevertheless nonetheless both
    neither either""".split()
BEFORE = """if when while because although though unless until before after since in on at for from
    of to with without by during despite like as among between under over""".split()
POINTS_BACK = re.compile(
    rf"(?:(?:{'|'.join(BEFORE)}) )?(?:{'|'.join(POINTING)})\b"
    r"|(?:the|an?) (?:former|latter|same|other)\b|as a result\b|in (?:contrast|addition)\b",
    re.IGNORECASE,
)
POINTS_ON = re.compile(  # "it is not known whether", "both X and Y", "those who take"
    r"it (?:\w+ ){1,5}(?:that|whether|to|if)\b|(?:both|either|neither) .{1,60}?\b(?:and|n?or)\b"
    r"|(?:\w+ )?(?:those|that) (?:who|with|without|whose|taking|of|in)\b"
    r"|so far\b|such as\b|as such\b",
    re.IGNORECASE,
)


def valid(quote: Quote, documents: Mapping[str, Document]) -> bool:
    """It stands at the place it names, in the document that was indexed."""
    document = documents.get(quote["document"])
    return (
        document is not None
        and text_hash(document.text) == quote["hash"]
        and document.text[quote["start"] : quote["end"]] == quote["quote"]
    )


def complete(quote: Quote, document: Document) -> bool:
    """Whole sentences with all that they can't be understood without."""
    span = Span(quote["start"], quote["end"])
    shown = [sentence for sentence in document.sentences if span.covers(sentence.span)]
    if not shown or Span(shown[0].span.start, shown[-1].span.end) != span:
        return False
    governed = all(
        span.covers(governor) or document[governor] in quote["context"]
        for sentence in shown
        for governor in sentence.governors
    )
    return governed and not shown[-1].opens and not points_back(document, shown[0])


def points_back(document: Document, sentence: Sentence) -> bool:
    """True if it begins with a word that stands for something in the sentence before it."""
    at = document.sentences.index(sentence)
    before = document.sentences[at - 1] if at else None
    if sentence.kind == "row" or sentence.governors:  # their header or lead-in is shown
        return False
    if before is None or before.section != sentence.section:
        return False
    text = document[sentence.span]
    return bool(POINTS_BACK.match(text)) and not POINTS_ON.match(text)
