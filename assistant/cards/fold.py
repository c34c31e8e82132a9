"""Text into plain words: what looks like a letter is that letter. Linear in the text's length.

Lower case, accents and apostrophes dropped, letters of other alphabets that look Latin exchanged,
letters that stand apart ("c h e s t") joined. What is left: a-z, digits, and . , between words.
"""

import re
import unicodedata

# Cyrillic, Greek and other letters that are drawn like Latin ones.
LOOKS = str.maketrans(
    "авеёкмнорстухіјѕԁһӏґьгпԛԝαβεικνορτυχωγηςσμıȷɡɑɩʟɴʀʏøđħłŧɪæœ",
    "abeekmhopctyxijsdhlrbrnqwabeikvoptuxwynsomijgailnryodhltiao",
)
DROPPED = re.compile("['’‘`´ʼ‛]")
MASKED = re.compile(r"(?<=[a-z])[!|](?=[a-z])")
APART = re.compile(r"(?<![a-z0-9])(?:[a-z0-9@$][ ._*~-]){3,}[a-z0-9@$](?![a-z0-9])")
SPACES = re.compile(r"[ ._*~-]")
WORD = re.compile(r"[0-9]+[.,][0-9]+|[a-z0-9@$]+(?:\*+[a-z]+)*|[.?!;:]|[,()]|\n")
STOPS = frozenset(".?!;:\n")
COMMAS = frozenset(",()")


def folded(message: str) -> str:
    """A message in plain small letters."""
    text = message
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).casefold().translate(LOOKS)
        text = DROPPED.sub("", text)
        kept = (c for c in unicodedata.normalize("NFKD", text) if _shown(c))
        text = "".join(kept)
    text = MASKED.sub("i", DROPPED.sub("", text.lower()))
    return APART.sub(lambda match: SPACES.sub("", match[0]), text)


def words(message: str) -> list[str]:
    """Its words, and between them "." where a sentence ends and "," where a part of one does."""
    found = []
    for word in WORD.findall(folded(message)):
        found.append("." if word in STOPS else "," if word in COMMAS else word)
    return found


def _shown(character: str) -> bool:
    """Not an accent, and nothing that takes no room."""
    return unicodedata.category(character) not in ("Mn", "Me", "Cf", "Cc") or character == "\n"
