"""The phone numbers of a country, each with its source and date.

The country is set by the site or chosen by the person. It is never guessed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assistant.card import Phone
from assistant.cards.rows import Row, listed, read_rows

FOLDER = Path(__file__).parent / "locales"
NEUTRAL = "neutral"
KINDS = ("emergency", "urgent", "crisis", "poison", "text_relay")
SHOWN = KINDS[:-1]  # a card's text may speak of these
OLD = 365  # days after which the numbers must be checked again
FIELDS = ("country", "checked", "reviewer", *KINDS)


@dataclass(frozen=True, slots=True)
class Line:
    """One service: how a card's text speaks of it, its number if it has one, and from where."""

    kind: str
    says: str
    phone: Phone | None
    source: str
    date: str


@dataclass(frozen=True, slots=True)
class Pack:
    """The lines of one country; the first of a kind is the one that a text names."""

    code: str
    country: str
    checked: date
    reviewer: str
    lines: tuple[Line, ...]

    def says(self, kind: str) -> str:
        """How a text speaks of a kind of help."""
        return next(line.says for line in self.lines if line.kind == kind)

    def phones(self, kinds: tuple[str, ...]) -> tuple[Phone, ...]:
        """All numbers of these kinds, in this order."""
        found = (line.phone for kind in kinds for line in self.lines if line.kind == kind)
        return tuple(phone for phone in found if phone)

    def old(self, today: date) -> bool:
        """True if the numbers were last checked more than twelve months ago."""
        return (today - self.checked).days > OLD


def load_packs(folder: Path = FOLDER) -> dict[str, Pack]:
    """The packs of a folder by country code; ValueError with the line of what is wrong."""
    packs = {file.stem: _pack(file) for file in sorted(folder.glob("*.yaml"))}
    if NEUTRAL not in packs:
        raise ValueError(f"{folder} has no {NEUTRAL}.yaml, the pack for no country in particular")
    return packs


def chosen(packs: Mapping[str, Pack], country: str) -> Pack:
    """The pack of a country code, the neutral one for an empty code; ValueError if unknown."""
    code = country.strip().lower() or NEUTRAL
    if code not in packs:
        known = ", ".join(sorted(packs))
        raise ValueError(f"there is no pack of phone numbers for the country {country!r}: {known}")
    return packs[code]


def _pack(file: Path) -> Pack:
    rows = read_rows(file)
    rows.only(FIELDS)
    try:
        checked = date.fromisoformat(rows.text("checked"))
    except ValueError as error:
        raise ValueError(f"{rows.where}: 'checked' must be a date: {error}") from error
    lines = tuple(line for kind in KINDS for line in _lines(rows, kind))
    for kind in SHOWN:
        if not any(line.kind == kind for line in lines):
            raise ValueError(f"{rows.where}: there is no {kind!r}; cards speak of it")
    return Pack(file.stem, rows.text("country"), checked, rows.text("reviewer"), lines)


def _lines(rows: Row, kind: str) -> Iterator[Line]:
    for row in listed(rows, kind, rows.where):
        row.only(("says", "name", "number", "source", "date"))
        number = row.text("number") if "number" in row else ""
        phone = Phone(row.text("name"), number) if number else None
        if phone and not phone.tel:
            raise ValueError(f"{row.where}: {number!r} is no phone number")
        says = row.text("says") if "says" in row else number
        yield Line(kind, says, phone, row.text("source"), row.text("date"))
