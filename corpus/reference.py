"""A reference: the published source behind a sentence, as one CSL-JSON item.

Format: https://docs.citationstyles.org/en/stable/specification.html (CSL-JSON input data).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Reference:
    """One source. `key` is what documents write in ``[@key]``; empty fields are unknown."""

    key: str
    title: str
    authors: tuple[str, ...] = ()
    container: str = ""  # journal, book or site
    year: str = ""
    place: str = ""  # volume(issue):pages
    url: str = ""

    def __str__(self) -> str:
        """The reference on one line, as a reader expects it under a quote."""
        parts = [", ".join(self.authors), self.title, self.container]
        dated = ";".join(part for part in (self.year, self.place) if part)
        return " ".join(f"{part.rstrip('.')}." for part in (*parts, dated) if part)


def load_references(file: Path) -> dict[str, Reference]:
    """Key to reference, from a CSL-JSON file; an absent file is an empty dictionary."""
    if not file.exists():
        return {}
    try:
        items = json.loads(file.read_text(encoding="utf-8"))
        return {item["id"]: from_csl(item) for item in items}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(
            f"{file} is not CSL-JSON ({error!r}); mend it, then build again"
        ) from error


def from_csl(item: Mapping[str, Any]) -> Reference:
    """One CSL-JSON item as a Reference."""
    dates = item.get("issued", {}).get("date-parts", [[]])
    volume = str(item.get("volume", "")) + (f"({item['issue']})" if "issue" in item else "")
    return Reference(
        key=item["id"],
        title=item["title"],
        authors=tuple(_name(author) for author in item.get("author", ())),
        container=item.get("container-title", "") or item.get("publisher", ""),
        year=str(dates[0][0]) if dates and dates[0] else "",
        place=":".join(part for part in (volume, str(item.get("page", ""))) if part),
        url=item.get("URL", ""),
    )


def _name(author: Mapping[str, str]) -> str:
    return author.get("literal") or f"{author['family']} {author.get('given', '')}".strip()
