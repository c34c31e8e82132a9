import shlex
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import DOCUMENTS
from corpus.check import checked
from corpus.document import Document
from corpus.glossary import Glossary, load_glossary
from corpus.names import load_names
from corpus.read import read_document, read_documents
from corpus.reference import Reference
from corpus.sentences import split_sentences
from corpus.span import Span
from corpus.split import split
from corpus.store import load_documents, save_documents, save_questions, with_questions

KNOWN = {"black1996": Reference("black1996", "A trial", ("Black DM",), "Lancet", "1996")}
TEXT = """---
title: Tablets
level: plain
topics: [alendronate]
sources: [black1996]
written: 2026-11-23
review_due: 2027-11-23
clinical_review: none
---

The tablet holds 70 mg [@black1996]. It is weekly.

## How is it taken?

Take it in these steps:

1. Sit up. Stay up.
2. Drink water.

Do not take it if:

- You cannot sit up.
- You have low calcium:
  - Below the normal range.

The table shows results.

| Trial | Change (%) |
|---|---|
| First [@black1996] | 3.5 |
| Second | 4 |
"""


def written(folder: Path, text: str | bytes, name: str = "tablets.md") -> Path:
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


@pytest.fixture
def tablets(tmp_path: Path) -> Document:
    return read_document(written(tmp_path, TEXT), KNOWN)


def texts(document: Document) -> list[str]:
    return [document[sentence.span] for sentence in document.sentences]


def governors(document: Document, text: str) -> list[str]:
    sentence = document.sentences[texts(document).index(text)]
    return [document[span] for span in sentence.governors]


# --- the library itself -------------------------------------------------------------------------


def test_the_library_is_in_order(library: dict[str, Document]) -> None:
    found = checked(list(library.values()), [DOCUMENTS])
    assert [problem for problem in found if problem.severity != "look"] == []


def test_the_library_covers_the_ground(library: dict[str, Document]) -> None:
    topics = {topic for document in library.values() for topic in document.topics}
    assert len(library) >= 12
    assert topics >= {
        "bone-biology", "estrogen", "testosterone", "bisphosphonates", "alendronate", "risedronate",
        "ibandronate", "zoledronic-acid", "taking-tablets", "combination-therapy", "trials",
        "monitoring", "long-term-risks",
    }  # fmt: skip
    assert {document.level for document in library.values()} == {"plain", "detailed", "research"}
    assert {document.clinical_review for document in library.values()} == {"none"}


@pytest.mark.parametrize("reviewer", ["none", "None yet", " nobody yet ", ""])
def test_nobody_is_no_reviewer_however_it_is_written(
    library: dict[str, Document], reviewer: str
) -> None:
    document = next(iter(library.values()))
    assert replace(document, clinical_review=reviewer).reviewed == "Not reviewed by a clinician."
    named = replace(document, clinical_review="Dr A. Name")
    assert (named.clinician, named.reviewed) == ("Dr A. Name", "Reviewed by Dr A. Name.")


def test_every_passage_is_verbatim_and_every_sentence_is_in_one(
    library: dict[str, Document],
) -> None:
    for document in library.values():
        passages = split(document)
        assert [s for p in passages for s in p.sentences] == list(document.sentences)
        for passage in passages:
            assert document.text[passage.span.start : passage.span.end] == passage.text


def test_published_figures_stand_as_published(library: dict[str, Document]) -> None:
    rows = [t for t in texts(library["combination-trials"]) if t.startswith("Wimalawansa 1998")]
    assert any("HRT with etidronate" in row and row.endswith("+10.4") for row in rows)
    rows = [t for t in texts(library["combination-trials"]) if t.startswith("Greenspan 2003")]
    assert any("+5.9" in row for row in rows)


# --- reading ------------------------------------------------------------------------------------


def test_text_is_what_a_reader_reads(tablets: Document) -> None:
    assert texts(tablets) == [
        "The tablet holds 70 mg.", "It is weekly.", "Take it in these steps:", "1. Sit up.",
        "Stay up.", "2. Drink water.", "Do not take it if:", "You cannot sit up.",
        "You have low calcium:", "Below the normal range.", "The table shows results.",
        "First | 3.5", "Second | 4",
    ]  # fmt: skip
    assert "@" not in tablets.text
    assert tablets.written == date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It is weekly.", []),
        ("2. Drink water.", ["Take it in these steps:"]),
        ("You cannot sit up.", ["Do not take it if:"]),
        ("Below the normal range.", ["Do not take it if:", "You have low calcium:"]),
        ("Second | 4", ["Trial | Change (%)"]),
    ],
)
def test_a_sentence_knows_what_governs_it(
    tablets: Document, text: str, expected: list[str]
) -> None:
    assert governors(tablets, text) == expected


def test_sources_belong_to_their_sentence(tablets: Document) -> None:
    keys = {tablets[s.span]: [r.key for r in tablets.references(s.span)] for s in tablets.sentences}
    assert keys["The tablet holds 70 mg."] == ["black1996"]
    assert keys["It is weekly."] == []
    assert keys["First | 3.5"] == ["black1996"]
    assert keys["Second | 4"] == []


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        pytest.param(b"caf\xe9 au lait.", "byte 3 is not UTF-8", id="latin-1"),
        pytest.param(b"", "no sentences", id="empty"),
        pytest.param(b"\x00\x01\x02", "binary data", id="binary"),
        pytest.param(b"---\ntitle: [\n---\nText.", "not YAML", id="broken front matter"),
        pytest.param(b"---\njust words\n---\nText.", "not 'key: value'", id="no mapping"),
        pytest.param(b"---\nlevel: easy\n---\nText.", "'easy' is none of", id="level"),
        pytest.param(b"---\nwritten: soon\n---\nText.", "'soon' is not a date", id="date"),
        pytest.param(b"a" * 5_000_001, "5,000,001 bytes", id="too big"),
    ],
)
def test_an_unreadable_document_is_named_with_its_fault(
    tmp_path: Path, content: bytes, complaint: str
) -> None:
    written(tmp_path, content, "leaflet.md")
    with pytest.raises(ValueError, match=r"leaflet\.md") as raised:
        read_documents(tmp_path)
    assert complaint in str(raised.value)


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    written(tmp_path, "One.", "a b.md")
    written(tmp_path, "Two.", "a-b.txt")
    with pytest.raises(ValueError, match="'a-b'"):
        read_documents(tmp_path)


def test_invisible_characters_do_not_reach_the_text(tmp_path: Path) -> None:
    file = written(
        tmp_path, "\ufeffDo \u202enot\u202c crush\u200b it\x07.\r\n\r\nNext\tone.", "a.txt"
    )
    assert texts(read_document(file, {})) == ["Do not crush it.", "Next one."]


def test_markup_in_a_document_is_text(tmp_path: Path) -> None:
    file = written(tmp_path, "A <script>alert(1)</script> *word* and [link](http://x.example).")
    assert texts(read_document(file, {})) == ["A <script>alert(1)</script> word and link."]


# --- sentences ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sentences",
    [
        ["Take 70 mg once a week, e.g. on Sunday.", "Do not lie down."],
        ["Dr. Smith et al. found 0.625 mg vs. placebo (P=0.006).", "Density rose by approx. 3.5%."],
        [
            "The trial's gains had P<0.05.",
            "An American digest differs (P=0.072).",
            "In 2003 it fell.",
        ],
        ["The T-score was -2.5.", "-2.5 is low."],
        ["In the U.S. Food rules apply.", "See Fig. 2 and No. 5."],
        ["The answer is no.", "Take it at 7 a.m.", "Then wait."],
        ["Everyone got vitamin D.", "Nobody got vitamin K."],
        ['"Do not lie down."', "Is it safe?", "Yes!"],
        ["Wait 30 minutes…", "5 mg was used."],
    ],
    ids=lambda sentences: sentences[0][:24],
)
def test_sentences_are_whole(sentences: list[str]) -> None:
    text = " ".join(sentences)
    assert [text[a:b] for a, b in split_sentences(text, Span(0, len(text)))] == sentences


@given(st.text(alphabet=st.sampled_from("ab A.!?…)(\"' 1\n-:"), max_size=80))
def test_sentences_keep_every_visible_character(text: str) -> None:
    spans = list(split_sentences(text, Span(0, len(text))))
    assert spans == sorted(spans)
    assert "".join(text[a:b] for a, b in spans).split() == "".join(text.split()).split() or (
        "".join("".join(text[a:b] for a, b in spans).split()) == "".join(text.split())
    )


# --- splitting and keeping ----------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 8, 30, 1000])
def test_passages_never_part_what_belongs_together(tablets: Document, size: int) -> None:
    passages = split(tablets, size)
    assert [s for p in passages for s in p.sentences] == list(tablets.sentences)
    assert not any(p.sentences[-1].opens for p in passages)
    steps = [p for p in passages if "1. Sit up." in p.text]
    assert "2. Drink water." in steps[0].text


def test_a_cut_table_is_searched_with_its_header(tablets: Document) -> None:
    last = split(tablets, 1)[-1]
    assert last.text == "Second | 4"
    assert last.searchable.splitlines() == [
        "Tablets", "How is it taken?", "Trial | Change (%)", "Second | 4",
    ]  # fmt: skip


def test_documents_come_back_as_they_were_saved(
    library: dict[str, Document], tmp_path: Path
) -> None:
    file, asked = tmp_path / "documents.jsonl", tmp_path / "asked.jsonl"
    save_documents(library.values(), file)
    save_questions(library.values(), asked)
    assert with_questions(load_documents(file), asked) == list(library.values())
    file.write_text(file.read_text().replace("30 minutes", "20 minutes", 1))
    with pytest.raises(ValueError, match="not the one that was indexed"):
        load_documents(file)


def test_names_lead_to_the_librarys_own(library: dict[str, Document]) -> None:
    names = load_names()
    assert names.found("is Fosomax the same as HRT?") == (
        "alendronate", "HRT",
    )  # fmt: skip
    assert names.found("fosamaxx") == ()


@pytest.mark.parametrize("typed", ["r\u0131sedronate", "R\u0130SEDRONATE", "ri\u017fedronate"])
def test_a_letter_that_patterns_take_for_another_loses_no_name(typed: str) -> None:
    names, glossary = load_names(), Glossary(load_glossary())
    assert names.found(typed) == ("risedronate",)
    assert names.replaced(f"why {typed}") == f"why {typed}"
    assert [term.name for _, term in glossary.uses(typed)] == ["risedronate"]


def test_who_reads_only_the_first_lines_sees_no_traceback() -> None:
    command = f"{shlex.quote(sys.executable)} -m corpus list | head -1"
    run = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert run.stdout.count("\n") == 1
    assert run.stderr == ""
