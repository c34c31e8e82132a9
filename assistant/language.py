"""Is a message in English? Only asked where no English function word gives the answer at once.

Two or three words are too few for the model: they are known by words of their own. Who writes
another language is told so in that language, with the emergency number.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from assistant.cards.fold import folded
from assistant.cards.rows import Row, read_rows
from corpus.names import load_names

FILE = Path(__file__).parent / "languages.yaml"
# Words that hardly any English question does without, and that other languages do not have.
ENGLISH = frozenset(
    """the is are my and of for what how why when which does do can should i you it with after
    before have has been was there this that your bone bones take taking if or""".split()
)
SURE = 0.75  # probability from which another language is believed; English key words reach 0.7
SURER = 0.8  # where medicines' names leave less than these
LEAST_WORDS = 3
A_FIFTH = 0.2  # of the words
LATIN = re.compile(r"[A-Za-zÀ-ɏ]")


class NotEnglishError(ValueError):
    """A message is in another language; `language` says which."""

    def __init__(self, language: "Language") -> None:
        super().__init__(
            f"This looks like {language.name}, and the documents here are in English only. "
            "Ask in English, or ask a doctor or pharmacist."
        )
        self.language = language


@dataclass(frozen=True, slots=True)
class Language:
    """One that is not read here, and what is said in it; `code` is its ISO 639-1 code."""

    code: str
    name: str  # in English
    text: str
    emergency: str  # with {number}
    local: str  # the number of no country in particular
    # Its most common here, without accents.
    words: frozenset[str] = field(default=frozenset(), kw_only=True)

    def says(self, number: str) -> str:
        """That only English is read here, and whom to call in an emergency; "" names no number."""
        if not self.text:
            return ""
        return f"{self.text} {self.emergency.format(number=number or self.local)}"


def foreign(text: str) -> Language | None:
    """The language of a text if it is surely not English."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    latin = bool(LATIN.search(text))
    if latin and (told := _by_its_words(text)):
        return told
    if latin and (len(words) < LEAST_WORDS or _english(words)):
        return None
    code, probability = _identifier().classify(text)
    few = latin and _but_for_names(words) < LEAST_WORDS  # a medicine has its name in any language
    if code == "en" or (latin and probability < (SURER if few else SURE)):
        return None
    return load_languages().get(code, Language(code, "another language", "", "", ""))


def _by_its_words(text: str) -> Language | None:
    """The language of which a text has more words than English ones ("was" is German, too)."""
    words = frozenset(re.findall(r"[a-z]+", folded(text)))
    counts = {code: len(words & known.words) for code, known in load_languages().items()}
    most = max(counts.values())
    if most <= len(words & ENGLISH):
        return None
    like = [code for code, count in counts.items() if count == most]
    if len(like) > 1:  # "que" is Spanish, Portuguese and French
        like = [code for code, _ in _identifier().rank(text) if code in like]
    return load_languages()[like[0]]


def _but_for_names(words: Sequence[str]) -> int:
    """How many words are no part of a name that the library knows."""
    return sum(word not in load_names().words for word in words)


def _english(words: Sequence[str]) -> bool:
    """True if it surely is; one word that other languages have too ("is", "do") is not enough."""
    known = ENGLISH.intersection(words)
    return len(known) > 1 or len(known) > A_FIFTH * len(words)


@cache
def load_languages() -> dict[str, Language]:
    """The languages that something is said in, by code."""
    rows: Row = read_rows(FILE)
    fields = ("name", "text", "emergency", "local")
    return {
        code: Language(code, *map(row.text, fields), words=frozenset(row.get("words", "").split()))
        for code, row in rows.items()
    }


@cache
def _identifier() -> Any:
    """py3langid's model, loaded when it is first needed (half a second)."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(["en", *load_languages()])
    return identifier
