"""The field's words, each with one plain sentence that says what it is."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from corpus.names import any_of, key
from corpus.rows import read_yaml
from corpus.span import Span

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


class Glossary:
    """All terms, to be found in a text at once."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._terms = {key(name): t for t in terms for name in (t.name, *t.also)}
        names = sorted(self._terms, key=len, reverse=True)
        self._pattern = re.compile(rf"(?<![\w-])({any_of(names)})(?:s|es)?(?![\w-])", re.IGNORECASE)

    def of(self, name: str) -> Term | None:
        """The term with this name, whatever its capitals."""
        return self._terms.get(key(name))

    def uses(self, text: str) -> Iterator[tuple[Span, Term]]:
        """Where a text first uses each term; a name in capitals (FIT) must stand in capitals."""
        seen = set()
        for match in self._pattern.finditer(text):
            term = self._terms[key(match[1])]
            own = next(n for n in (term.name, *term.also) if key(n) == key(match[1]))
            if term.name not in seen and (not own.isupper() or match[1].isupper()):
                seen.add(term.name)
                yield Span(match.start(), match.end()), term


def load_glossary(file: Path = FILE) -> list[Term]:
    """The terms of a YAML file, ``term: {meaning: ..., also: [...]}``, in its order."""
    rows = read_yaml(file, "terms")
    return [Term(name, row["meaning"], tuple(row.get("also", ()))) for name, row in rows.items()]


def unused(terms: Iterable[Term], text: str) -> list[str]:
    """The names of the terms that a text never uses."""
    return [term.name for term in terms if not term.stands_in(text)]


def _pattern(name: str) -> re.Pattern[str]:
    flags = 0 if name.isupper() else re.IGNORECASE
    return re.compile(rf"(?<!\w){re.escape(name)}(?:s|es)?(?!\w)", flags)
