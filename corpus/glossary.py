"""The field's words, each with one plain sentence that says what it is."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml

FILE = Path(__file__).parent / "glossary.yaml"


@dataclass(frozen=True, slots=True)
class Term:
    """One word or name; `also` are other words for the same."""

    name: str
    meaning: str
    also: tuple[str, ...] = ()

    def stands_in(self, text: str) -> bool:
        """True if the text uses it; capitals count in names that are words otherwise (FIT)."""
        return any(_pattern(name).search(text) for name in (self.name, *self.also))


def load_glossary(file: Path = FILE) -> list[Term]:
    """The terms of a YAML file, ``term: {meaning: ..., also: [...]}``, in its order."""
    rows = yaml.safe_load(file.read_text(encoding="utf-8"))
    return [Term(name, row["meaning"], tuple(row.get("also", ()))) for name, row in rows.items()]


def unused(terms: Iterable[Term], text: str) -> list[str]:
    """The names of the terms that a text never uses."""
    return [term.name for term in terms if not term.stands_in(text)]


def _pattern(name: str) -> re.Pattern[str]:
    flags = 0 if name.isupper() else re.IGNORECASE
    return re.compile(rf"(?<!\w){re.escape(name)}(?:s|es)?(?!\w)", flags)
