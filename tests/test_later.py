"""A later message is found with what was said before it, and by the talks of the library."""

from pathlib import Path

import numpy as np
import pytest

from corpus import DOCUMENTS
from corpus.names import load_names
from corpus.talks import load_talks
from index.load import load_index
from index.search import Index
from index.turns import turns_of
from index.weights import WITH_QUESTIONS


@pytest.fixture(scope="module")
def index(built: Path) -> Index:
    return load_index(built)


def test_documents_that_were_asked_about_before_are_put_forward(index: Index) -> None:
    def talked_of(before: str, asked: str = "is it bad for the kidneys") -> dict[str, float]:
        found = index.search(index.hear(asked, before), 20)
        return {r.passage.document.id: dict(r.parts)["talk"] for r in found}

    assert set(talked_of("").values()) == {0.0}
    parts = talked_of("what is denosumab")
    assert max(parts, key=parts.__getitem__).startswith("denosumab")
    drip = talked_of("tell me about the zoledronic acid drip", "how often is it given")
    assert max(drip, key=drip.__getitem__).startswith("zoledronic-acid")


def test_what_was_found_before_is_gone_on_from_and_not_told_again(index: Index) -> None:
    before = "how long do i stay upright after alendronate"
    told, *_ = index.search(before)
    found = index.search(index.hear("why not lie down", before), 20)
    again = next(r for r in found if r.passage is told.passage)
    parts = {r.passage.id: dict(r.parts) for r in found}
    near = {name: part["shown"] for name, part in parts.items()}
    assert (
        near[told.passage.id] == max(near.values()) == pytest.approx(index.recipe.weights["shown"])
    )
    assert again.sentences[0].sentence is not told.sentences[0].sentence
    assert found[0].passage.document.id.startswith(("alendronate", "taking-the-weekly"))


def test_a_later_message_is_found_by_those_of_talks_that_go_on_likewise(index: Index) -> None:
    turns = turns_of(load_talks([DOCUMENTS]), load_names(), index.passages)
    assert sum(map(len, turns)) == len(index.turn_vectors) > 20_000
    numbered = [(number, group[-1]) for number, group in enumerate(turns) if group]
    for number, text in numbered[::500]:
        ids = np.arange(*index.turn_starts[number : number + 2])
        cosines = index.turn_vectors.cosines(index.encoder.encode_query(text), ids)
        assert cosines.argmax() == len(ids) - 1
        assert cosines[-1] > 0.99


def test_only_a_later_message_is_compared_with_those_of_talks(index: Index) -> None:
    before, text = "Is it safe to take Fosamax?", "and for men? | Is it safe to take Fosamax?"
    (first, *_), (later, *_) = index.search(text), index.search(index.hear(text, before))
    assert dict(first.parts)["turn"] == 0
    assert dict(later.parts)["turn"] > 0.5 * WITH_QUESTIONS["turn"]
