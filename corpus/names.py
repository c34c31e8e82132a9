"""The names of things: brands, lay words and misspellings, each with the library's own name."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from corpus.rows import read_yaml

FILE = Path(__file__).parent / "names.yaml"


@dataclass(frozen=True)
class Names:
    """`known` maps the key of every name to the one that the documents use."""

    known: Mapping[str, str]
    treatments: frozenset[str] = frozenset()  # those of the documents' names that one takes

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        names = any_of(self.known) if self.known else r"\b\B"  # nothing, for no names
        return re.compile(rf"(?<![\w'’-])(?:{names})(?![\w-])", re.IGNORECASE)

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word of every name, misspelt ones included."""
        return frozenset(word for name in self.known for word in name.split())

    def found(self, text: str) -> tuple[str, ...]:
        """The library's names for all that a text names, in order, each once."""
        matches = (key(match[0]) for match in self._pattern.finditer(text))
        return tuple(dict.fromkeys(self.known[match] for match in matches))

    def taken(self, text: str) -> tuple[str, ...]:
        """Those of them that one takes."""
        return tuple(name for name in self.found(text) if name in self.treatments)

    def replaced(self, text: str) -> str:
        """The text with each name exchanged for the library's, where that is another one."""
        return self._pattern.sub(lambda match: self._own(match[0]), text)

    def _own(self, name: str) -> str:
        own = self.known[key(name)]
        return name if key(own) == key(name) else own


def key(name: str) -> str:
    """A name without regard to capitals, as patterns that ignore these find it: they take a Turkish
    i, with a dot or without, for an i."""
    return name.casefold().replace("i\u0307", "i").replace("\u0131", "i")


def without(text: str, name: str, instead: str = "") -> str:
    """The text with something else, or nothing, in the place of one of the library's names."""
    pattern = rf"(?<!\w){re.escape(name)}(?!\w)"
    return " ".join(re.sub(pattern, instead, text, flags=re.IGNORECASE).split())


@cache
def load_names(file: Path = FILE) -> Names:
    """The names of a YAML file; ValueError if one of them stands for two things."""
    groups = read_yaml(file, "names")
    known: dict[str, str] = {}
    for group in groups.values():
        for own, entry in group.items():
            for name in _names(own, entry or {}):
                if known.setdefault(key(name), own) != own:
                    raise ValueError(
                        f"{name!r} stands for {known[key(name)]!r} and for {own!r} in "
                        f"{file.name}; a name may stand for one thing only"
                    )
    return Names(known, frozenset(groups["treatments"]))


def any_of(names: Iterable[str]) -> str:
    """A pattern of all names by their first two letters: ten times faster than one long list."""
    following: dict[str, list[str]] = {}
    for name in sorted(names, key=len, reverse=True):
        following.setdefault(name[:2], []).append(re.escape(name[2:]))
    groups = (f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in following.items())
    return "|".join(groups)


def _names(own: str, entry: Mapping[str, Any]) -> Iterator[str]:
    """All the names of one entry: its own, other words for it, its brands in every country."""
    yield own
    for kind in ("also", "lay", "misspelt"):
        yield from entry.get(kind, ())
    for brands in entry.get("brands", {}).values():
        yield from brands
