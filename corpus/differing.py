"""Questions that sources of the library answer differently, each source's sentence beside the rest.

Such sentences are shown side by side and never blended: which of them is right for a reader is not
for a machine to say. The file is ``differing.yaml``, a list of ``about:`` and ``sides:``. A side
is a sentence word for word, whose words it is (`says`, `year`), and which other sentences say the
same from that source (`also`).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

from corpus.document import Document
from corpus.reference import Reference
from corpus.rows import read_yaml

FILE = "differing.yaml"
KEYS = {"document", "sentence", "says", "year", "mark", "also"}

Mark = Literal["newest", "strongest", ""]


class Place(NamedTuple):
    """A sentence, word for word, and the id of the document that it stands in."""

    document: str
    sentence: str


Sources = Mapping[Place, frozenset[Reference]]  # sentence to what it rests on


@dataclass(frozen=True, slots=True)
class Side:
    """What one source says; `also` are the sentences that say the same elsewhere."""

    document: str
    sentence: str
    says: str  # who, in a few words
    year: str = ""  # of the source; empty if unknown
    mark: Mark = ""
    also: tuple[Place, ...] = ()

    @property
    def places(self) -> tuple[Place, ...]:
        """Every sentence of this side, the one to show first."""
        return Place(self.document, self.sentence), *self.also


@dataclass(frozen=True, slots=True)
class Difference:
    """One question and two or more sides, in the order in which they are shown."""

    about: str
    sides: tuple[Side, ...]


def differing_files(folder: Path) -> list[Path]:
    """The file of differences for a folder of documents, in it or else beside it, if there is."""
    return [file for file in (folder / FILE, folder.parent / FILE) if file.is_file()][:1]


def load_differing(place: Path) -> tuple[Difference, ...]:
    """The differences of a file, or of a folder of documents; ValueError says what is wrong."""
    files = [place] if place.is_file() else differing_files(place)
    return tuple(difference for file in files for difference in _differences(file))


def sources_of(documents: Iterable[Document]) -> Sources:
    """Every sentence of some documents, with the sources that it rests on."""
    return {
        Place(document.id, document[s.span]): frozenset(document.references(s.span))
        for document in documents
        for s in document.sentences
    }


def left_over(difference: Difference, sources: Sources) -> Iterator[Place]:
    """Sentences of a difference that no document has (any more)."""
    places = (place for side in difference.sides for place in side.places)
    return (place for place in places if place not in sources)


def unlike(difference: Difference, sources: Sources) -> Iterator[str]:
    """Where a difference does not fit its sentences' own sources; one left over is skipped."""
    resting = [sources[side.places[0]] for side in difference.sides if side.places[0] in sources]
    if len(resting) == len(difference.sides) and len(set(resting)) == 1:
        yield "all its sides rest on the same source, so no sources differ"
    for side in difference.sides:
        own, *also = (sources.get(place, frozenset()) for place in side.places)
        years = {source.year for source in own if source.year}
        if side.places[0] in sources and side.year not in (years or {""}):
            given, known = side.year or "not given", " or ".join(sorted(years)) or "none"
            yield f"the year of {side.says!r} is {given}, its source's is {known}"
        for place, others in zip(side.also, also, strict=True):
            if place in sources and not own & others:
                yield f"{place.sentence!r} does not rest on the source of {side.says!r}"


def _differences(file: Path) -> Iterator[Difference]:
    """The entries of a file, each checked on its own."""
    rows = read_yaml(file, "differences")
    if not isinstance(rows, list):
        raise ValueError(f"{file.name} is no list of 'about: ..., sides: [...]'")
    for number, row in enumerate(rows, 1):
        match row:
            case {"about": str(about), "sides": [_, _, *_] as sides} if about and len(row) == 2:
                where = f"{file.name}: {about!r}"
                yield _fitting(where, Difference(about, tuple(_side(where, s) for s in sides)))
            case _:
                raise ValueError(
                    f"{file.name}: entry {number} is not 'about: ..., sides: [two or more]'"
                )


def _side(where: str, row: Any) -> Side:
    """One side of an entry."""
    if not isinstance(row, dict) or row.keys() - KEYS:
        raise ValueError(f"{where}: {row!r} is no side; its keys are {', '.join(sorted(KEYS))}")
    says, year, mark = (row.get(key, "") for key in ("says", "year", "mark"))
    also = row.get("also", [])
    if not isinstance(says, str) or not says:
        raise ValueError(f"{where}: a side has no 'says', a few words on whose sentence it is")
    if mark not in get_args(Mark):
        raise ValueError(f"{where}: the mark {mark!r} is neither newest nor strongest")
    if not isinstance(also, list):
        raise ValueError(f"{where}: 'also' of {says!r} is no list of sentences")
    own = _place(where, {key: row[key] for key in Place._fields if key in row})
    return Side(*own, says, str(year), mark, tuple(_place(where, place) for place in also))


def _place(where: str, row: Any) -> Place:
    match row:
        case {"document": str(document), "sentence": str(sentence)} if len(row) == 2:
            return Place(document, sentence)
    raise ValueError(f"{where}: {row!r} is not 'document: ID, sentence: ...'")


def _fitting(where: str, difference: Difference) -> Difference:
    """The difference, if its marks can be true together and each sentence is on one side."""
    marks = Counter(side.mark for side in difference.sides if side.mark)
    for mark in (mark for mark, count in marks.items() if count > 1):
        raise ValueError(f"{where}: two sides are marked {mark}")
    years = Counter(side.year for side in difference.sides)
    for side in (side for side in difference.sides if side.mark == "newest"):
        if not side.year or side.year != max(years) or years[side.year] > 1:
            raise ValueError(f"{where}: {side.says!r} is not the newest side by its year")
    places = Counter(place for side in difference.sides for place in side.places)
    for place in (place for place, count in places.items() if count > 1):
        raise ValueError(f"{where}: {place.sentence!r} stands there twice")
    return difference
