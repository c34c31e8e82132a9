"""Is a message in English? Only asked where no English function word gives the answer at once."""

import re
from functools import cache
from typing import Any

# Words that hardly any English question does without, and that other languages do not have.
ENGLISH = frozenset(
    """the is are my and of for what how why when which does do can should i you it with after
    before have has been was there this that your bone bones take taking if or""".split()
)
SURE = 0.75  # probability from which another language is believed; English key words reach 0.7
LEAST_WORDS = 3
NAMES = {
    "es": "Spanish", "fr": "French", "de": "German", "it": "Italian", "pt": "Portuguese",
    "pl": "Polish", "tr": "Turkish", "nl": "Dutch", "ru": "Russian", "uk": "Ukrainian",
    "ar": "Arabic", "fa": "Persian", "ur": "Urdu", "hi": "Hindi", "bn": "Bengali",
    "pa": "Punjabi", "zh": "Chinese", "ja": "Japanese", "ko": "Korean", "vi": "Vietnamese",
    "id": "Indonesian", "sv": "Swedish", "ro": "Romanian", "el": "Greek",
}  # fmt: skip
LATIN = re.compile(r"[A-Za-zÀ-ɏ]")


def foreign(text: str) -> str:
    """The name of the language if it is surely not English, else an empty string."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    latin = bool(LATIN.search(text))
    if latin and (len(words) < LEAST_WORDS or not ENGLISH.isdisjoint(words)):
        return ""
    code, probability = _identifier().classify(text)
    if code == "en" or (latin and probability < SURE):
        return ""
    return NAMES.get(code, "another language")


@cache
def _identifier() -> Any:
    """py3langid's model, loaded when it is first needed (half a second)."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(["en", *NAMES])
    return identifier
