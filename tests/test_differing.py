"""Where sources differ: each side word for word, whose it is, and what the check says of it."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from corpus import DOCUMENTS
from corpus.__main__ import main
from corpus.check import checked
from corpus.differing import FILE, Difference, load_differing, sources_of
from corpus.document import Document
from corpus.read import read_documents

SIDES = [
    {"document": "one", "sentence": "Wait 30 minutes.", "says": "first", "year": 2001},
    {"document": "two", "sentence": "Wait an hour.", "says": "second", "year": 2002},
]


@pytest.fixture(scope="module")
def differing() -> tuple[Difference, ...]:
    return load_differing(DOCUMENTS)


def written(folder: Path, *sides: Mapping[str, Any], about: str = "the wait") -> Path:
    """A library of two documents whose sources differ."""
    references = [
        {"id": "a2001", "title": "A", "issued": {"date-parts": [[2001]]}},
        {"id": "b2002", "title": "B", "issued": {"date-parts": [[2002]]}},
    ]
    (folder / "references.json").write_text(json.dumps(references))
    (folder / "one.md").write_text("# One\n\nWait 30 minutes [@a2001].\n\nSit up [@b2002].\n")
    (folder / "two.md").write_text("# Two\n\nWait an hour [@b2002].\n\nStay up [@b2002].\n")
    (folder / FILE).write_text(yaml.safe_dump([{"about": about, "sides": list(sides)}]))
    return folder


def found(folder: Path) -> list[str]:
    """What the check says of the differences of a folder."""
    problems = checked(read_documents(folder), [folder])
    return [f"{p.document}: {p.text}" for p in problems if FILE in p.text]


def test_every_side_is_a_sentence_of_the_library(
    library: dict[str, Document], differing: tuple[Difference, ...]
) -> None:
    there = sources_of(library.values())
    places = [place for d in differing for side in d.sides for place in side.places]
    assert len(differing) >= 15
    assert [place for place in places if place not in there] == []


def test_the_sides_of_a_difference_rest_on_different_sources(
    library: dict[str, Document], differing: tuple[Difference, ...]
) -> None:
    sources = sources_of(library.values())
    for difference in differing:
        assert len({sources[side.places[0]] for side in difference.sides}) > 1, difference.about


def test_a_year_is_that_of_the_sources_of_the_sentence(
    library: dict[str, Document], differing: tuple[Difference, ...]
) -> None:
    sources = sources_of(library.values())
    for side in (side for difference in differing for side in difference.sides):
        assert side.year in ({s.year for s in sources[side.places[0]] if s.year} or {""}), side


def test_no_side_opens_a_list_that_is_not_shown(
    library: dict[str, Document], differing: tuple[Difference, ...]
) -> None:
    opening = {(d.id, d[s.span]) for d in library.values() for s in d.sentences if s.opens}
    places = {place for d in differing for side in d.sides for place in side.places}
    assert not places & opening


def test_a_side_has_every_place_where_it_is_said(tmp_path: Path) -> None:
    sides = [SIDES[0], SIDES[1] | {"also": [{"document": "two", "sentence": "Stay up."}]}]
    (difference,) = load_differing(written(tmp_path, *sides))
    one, two = difference.sides
    assert one.places == (("one", SIDES[0]["sentence"]),)
    assert two.places == (("two", SIDES[1]["sentence"]), ("two", "Stay up."))
    assert [side.year for side in difference.sides] == ["2001", "2002"]


def test_a_folder_without_differences_has_none(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    assert load_differing(tmp_path / "documents") == ()


def test_differences_are_found_beside_a_folder_of_documents(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    written(tmp_path, *SIDES)
    assert load_differing(tmp_path / "documents") == load_differing(tmp_path / FILE)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("a: b", "differing.yaml is no list of 'about: ..., sides: [...]'"),
        ("- about: x\n  sides: []", "differing.yaml: entry 1 is not 'about: ..., sides: [two"),
        ("- about: ''\n  sides: [a, b]", "differing.yaml: entry 1 is not"),
        ("- about: x\n  sides: [a, b]", "differing.yaml: 'x': 'a' is no side; its keys are also,"),
        ("- about: 'x", "the differences in differing.yaml are not YAML in line 1"),
    ],
)
def test_a_broken_file_of_differences_is_named(tmp_path: Path, text: str, complaint: str) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(ValueError, match=re.escape(complaint)):
        load_differing(tmp_path)


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"says": ""}, "a side has no 'says'"),
        ({"mark": "best"}, "the mark 'best' is neither newest nor strongest"),
        ({"mark": ["newest"]}, "the mark ['newest'] is neither newest nor strongest"),
        ({"sentence": 3}, "is not 'document: ID, sentence: ...'"),
        ({"also": "Stay up."}, "'also' of 'first' is no list of sentences"),
        ({"also": ["Stay up."]}, "'Stay up.' is not 'document: ID, sentence: ...'"),
        ({"mark": "newest"}, "'first' is not the newest side by its year"),
        ({"mark": "newest", "year": 2002}, "'first' is not the newest side by its year"),
        ({"mark": "newest", "year": ""}, "'first' is not the newest side by its year"),
        ({"document": "two", "sentence": "Wait an hour."}, "'Wait an hour.' stands there twice"),
    ],
)
def test_a_side_that_cannot_be_true_names_its_entry(
    tmp_path: Path, changed: dict[str, Any], complaint: str
) -> None:
    written(tmp_path, SIDES[0] | changed, SIDES[1])
    with pytest.raises(ValueError, match=r"differing\.yaml: 'the wait': .*" + re.escape(complaint)):
        load_differing(tmp_path)


def test_two_sides_cannot_both_be_the_strongest(tmp_path: Path) -> None:
    written(tmp_path, *(side | {"mark": "strongest"} for side in SIDES))
    with pytest.raises(ValueError, match="'the wait': two sides are marked strongest"):
        load_differing(tmp_path)


def test_the_check_has_nothing_to_say_of_a_sound_difference(tmp_path: Path) -> None:
    assert found(written(tmp_path, *SIDES)) == []


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"sentence": "Gone."}, "one: no sentence 'Gone.', but differing.yaml has it"),
        ({"document": "off"}, "(library): no document 'off', but differing.yaml has it"),
        (
            {"also": [{"document": "one", "sentence": "Gone."}]},
            "one: no sentence 'Gone.', but differing.yaml has it",
        ),
        (
            {"year": 1999},
            "(library): differing.yaml, 'the wait': the year of 'first' is 1999, "
            "its source's is 2001",
        ),
        (
            {"also": [{"document": "two", "sentence": "Stay up."}]},
            "(library): differing.yaml, 'the wait': 'Stay up.' does not rest on the source of "
            "'first'",
        ),
        (
            {"sentence": "Sit up.", "year": 2002},
            "(library): differing.yaml, 'the wait': all its sides rest on the same source, "
            "so no sources differ",
        ),
    ],
)
def test_the_check_finds_what_documents_no_longer_bear_out(
    tmp_path: Path, changed: dict[str, Any], problem: str
) -> None:
    assert found(written(tmp_path, SIDES[0] | changed, SIDES[1])) == [problem]


def test_the_command_line_says_a_broken_file_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written(tmp_path, SIDES[0])
    assert main(["check", "--documents", str(tmp_path)]) == 2
    said = capsys.readouterr().err.strip()
    assert said == "differing.yaml: entry 1 is not 'about: ..., sides: [two or more]'"
