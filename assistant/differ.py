"""Sources that differ, beside each other: where a sentence is known to be gainsaid, so is it shown.

Which differ is written down in the library (``corpus/differing.yaml``), by people who read them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.choose import Choice
from corpus.differing import Difference, Place, Side
from corpus.document import Sentence
from corpus.passage import Passage

MARKS = {"newest": "the newest of these", "strongest": "the strongest evidence of these", "": ""}


@dataclass(frozen=True, slots=True)
class Differing:
    """The differences of a library, by the sentences on their sides, and where these stand."""

    known: Mapping[Place, tuple[Difference, Side]]
    standing: Mapping[Place, tuple[Passage, Sentence]]

    @classmethod
    def of(cls, differences: Iterable[Difference], passages: Sequence[Passage]) -> "Differing":
        """Those whose every side has a sentence in the passages."""
        by_place = {p: (d, side) for d in differences for side in d.sides for p in side.places}
        standing = {
            place: (passage, sentence)
            for passage in passages
            for sentence in passage.sentences
            if (place := _place(passage, sentence)) in by_place
        }
        known = {
            place: (difference, side)
            for place, (difference, side) in by_place.items()
            if all(standing.keys() & set(other.places) for other in difference.sides)
        }
        return cls(known, standing)

    def sides(self, choice: Choice) -> dict[str, Choice]:
        """The choice and what other sources say instead, by whose words they are; or nothing."""
        found = self.known.get(_place(choice.passage, choice.sentence))
        if found is None:
            return {}
        difference, own = found
        others = (side for side in difference.sides if side is not own)
        return {_label(own): choice} | {_label(s): self._shown(s, choice) for s in others}

    def _shown(self, side: Side, beside: Choice) -> Choice:
        """Its first sentence that the library has, one of the same document before others."""
        places = [place for place in side.places if place in self.standing]
        near = (place for place in places if place.document == beside.passage.document.id)
        passage, sentence = self.standing[next(near, places[0])]
        return replace(beside, passage=passage, sentence=sentence)


def _label(side: Side) -> str:
    """Whose words they are, from when, and what they are among the others."""
    return ", ".join(_parts(side))


def _parts(side: Side) -> Iterator[str]:
    yield side.says
    yield from (part for part in (side.year, MARKS[side.mark]) if part)


def _place(passage: Passage, sentence: Sentence) -> Place:
    return Place(passage.document.id, passage.document[sentence.span])
