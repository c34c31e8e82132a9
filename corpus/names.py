"""The names of things: brands, lay words and misspellings, each with the library's own name."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml

FILE = Path(__file__).parent / "names.yaml"


@dataclass(frozen=True)
class Names:
    """`known` maps every name, in lower case, to the one that the documents use."""

    known: Mapping[str, str]

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        longest_first = sorted(self.known, key=len, reverse=True)
        return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b", re.IGNORECASE)

    def found(self, text: str) -> tuple[str, ...]:
        """The library's names for all that a text names, in order, each once."""
        matches = (match[0].lower() for match in self._pattern.finditer(text))
        return tuple(dict.fromkeys(self.known[match] for match in matches))

    def replaced(self, text: str) -> str:
        """The text with each name exchanged for the library's, where that is another one."""
        return self._pattern.sub(lambda match: self._own(match[0]), text)

    def _own(self, name: str) -> str:
        own = self.known[name.lower()]
        return name if own.lower() == name.lower() else own


def load_names(file: Path = FILE) -> Names:
    """The names of a YAML file, ``library name: [other names]``."""
    rows = yaml.safe_load(file.read_text(encoding="utf-8"))
    known = {name.lower(): name for name in rows}
    known |= {other.lower(): name for name, others in rows.items() for other in others}
    acids = {f"{other} acid": name for other, name in known.items() if name.endswith(" acid")}
    known |= {other: name for other, name in acids.items() if "acid" not in other[:-5]}
    return Names(known)
