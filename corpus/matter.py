"""What is said about a document: in its own front matter, or on a card beside it.

A card is a small YAML file: "leaflet.pdf.yaml" stands beside "leaflet.pdf", which has no place of
its own for such things. What the card says comes before the front matter.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, get_args

import yaml

from corpus.document import Level

CARD = ".yaml"
FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Matter:
    """The fields of a document that its text does not hold."""

    title: str = ""
    level: Level = "plain"
    topics: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    written: date | None = None
    review_due: date | None = None
    clinical_review: str = "none"
    publisher: str = ""
    url: str = ""


def card_file(file: Path) -> Path:
    """Where the card of a document's file is, if it has one."""
    return file.with_name(file.name + CARD)


def matter_of(file: Path, text: str) -> tuple[Matter, str]:
    """The matter of a document, and its text without front matter; else a ValueError."""
    fields, body = _front_matter(text)
    if card_file(file).is_file():
        fields |= _mapping(card_file(file).read_text(encoding="utf-8"), "its card", 1)
    return _matter(fields), body


def _front_matter(text: str) -> tuple[dict[str, Any], str]:
    match = FRONT_MATTER.match(text)
    if not match:
        return {}, text
    return _mapping(match[1], "its front matter", 2), text[match.end() :]


def _mapping(text: str, name: str, first_line: int) -> dict[str, Any]:
    try:
        fields = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError) as error:
        where = getattr(error, "problem_mark", None)
        line = f" in line {where.line + first_line}" if where else ""
        raise ValueError(f"{name} is not YAML{line}; mend it") from error
    if not isinstance(fields, dict):
        raise ValueError(f"{name} is not 'key: value' lines; mend it")
    return fields


def _matter(fields: Mapping[str, Any]) -> Matter:
    return Matter(
        title=str(fields.get("title") or ""),
        level=_level(fields.get("level", "plain")),
        topics=tuple(str(topic) for topic in fields.get("topics") or ()),
        sources=tuple(str(key) for key in fields.get("sources") or ()),
        written=_date(fields, "written"),
        review_due=_date(fields, "review_due"),
        clinical_review=str(fields.get("clinical_review", "none")),
        publisher=str(fields.get("publisher") or ""),
        url=web_address(str(fields.get("url") or "")),
    )


def _level(value: object) -> Level:
    for level in get_args(Level):
        if value == level:
            return level  # type: ignore[no-any-return]
    raise ValueError(f"level {value!r} is none of {', '.join(get_args(Level))}")


def _date(fields: Mapping[str, Any], key: str) -> date | None:
    value = fields.get(key)
    if value is None or type(value) is date:
        return value
    raise ValueError(f"{key} {value!r} is not a date such as 2026-11-23")


def web_address(value: str) -> str:
    """An https or http address as it is, or nothing; anything else is refused."""
    if value and not re.match(r"https?://[^\s<>\"']+$", value):
        raise ValueError(f"url {value!r} is not an address such as https://clinic.example/leaflet")
    return value
