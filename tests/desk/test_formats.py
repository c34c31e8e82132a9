"""What is read of each format: the words, lists, tables, headings and pages, and nothing else."""

from collections.abc import Callable
from pathlib import Path

import pytest
from fpdf import FPDF

from corpus.read import read_document
from corpus.tidy import without_definitions
from desk.leaflets import CLINIC, HTML, only, pdf, texts, word


def test_a_web_page_keeps_its_text_and_loses_the_rest(
    run: Callable[..., int], shelf: Path, tmp_path: Path
) -> None:
    (tmp_path / "splint.html").write_text(HTML, encoding="utf-8")
    assert run("add", tmp_path / "splint.html", *CLINIC) == 0
    document = only(shelf)
    assert texts(document) == [
        "A splint holds the wrist still while it heals.",
        "The splint is worn at night for six weeks after the plaster comes off.",
        "Bring these things to the clinic:", "Bring a list of your medicines.", "Bring the splint.",
        "First | 10", "Second | 8", "The splint does not replace exercise after a break.",
    ]  # fmt: skip
    assert document.title == "Wearing a splint"
    assert (document.publisher, document.url) == ("North Clinic", "https://clinic.example/a")
    row = document.sentences[-2]
    assert [document[span] for span in row.governors] == ["Week | Hours a night"]
    assert (shelf / "splint.html").read_text(encoding="utf-8") == HTML  # the original is kept


def test_a_pdf_keeps_headings_tables_and_page_numbers(
    run: Callable[..., int], shelf: Path, tmp_path: Path
) -> None:
    (tmp_path / "splint.pdf").write_bytes(pdf())
    assert run("add", tmp_path / "splint.pdf", *CLINIC, "--title", "Splints") == 0
    document = only(shelf)
    assert "Tell the nurse about numbness in the fingers at once." in texts(document)
    assert not any("Page" in text or "Hand service" in text for text in texts(document))
    pages = {document[s.span]: document.page(s.span) for s in document.sentences}
    for number in (1, 2, 3):
        assert pages[f"This is sheet {number} of the leaflet."] == number
    assert pages["First | 10"] == 2
    assert {s.heading for s in document.sentences} == {
        "Splint part one", "Splint part two", "Splint part three",
    }  # fmt: skip


def test_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    leaflet = FPDF()
    leaflet.add_page()
    leaflet.set_font("Helvetica", size=11)
    leaflet.cell(0, 10, "This line stands above both of the columns and is as wide as the sheet.")
    leaflet.ln(12)
    left = " ".join(f"Left sentence number {n} has some words in it." for n in range(40))
    right = " ".join(f"Right sentence number {n} has some words in it." for n in range(40))
    with leaflet.text_columns(ncols=2, gutter=10, text_align="L") as columns:
        columns.write(left)
        columns.new_column()
        columns.write(right)
    (tmp_path / "columns.pdf").write_bytes(bytes(leaflet.output()))
    found = texts(read_document(tmp_path / "columns.pdf", {}))
    assert found[1:] == [
        *(f"Left sentence number {n} has some words in it." for n in range(40)),
        *(f"Right sentence number {n} has some words in it." for n in range(40)),
    ]


def test_a_word_document_keeps_lists_and_tables(
    run: Callable[..., int], shelf: Path, tmp_path: Path
) -> None:
    word(tmp_path / "Splint leaflet (v2).docx")
    assert run("add", tmp_path / "Splint leaflet (v2).docx", *CLINIC) == 0
    document = only(shelf)
    assert document.id == "splint-leaflet-v2"
    assert texts(document) == [
        "A splint holds the wrist still while it heals.", "Bring these things:",
        "Bring a list of your medicines.", "2. Sit down first.", "First | 10",
    ]  # fmt: skip


@pytest.mark.parametrize("suffix", [".md", ".txt"])
def test_text_keeps_its_words(
    run: Callable[..., int], shelf: Path, tmp_path: Path, suffix: str
) -> None:
    text = "A splint holds *the wrist* still.\n\nWe use cookies to make this better.\n"
    (tmp_path / f"splint{suffix}").write_text(text)
    assert run("add", tmp_path / f"splint{suffix}", *CLINIC) == 0
    star = "*" if suffix == ".txt" else ""
    assert texts(only(shelf)) == [f"A splint holds {star}the wrist{star} still."]


@pytest.mark.parametrize(
    ("text", "clean", "broken"),
    [
        (
            "The loss of bone Meaning ∞ Bone is living tissue. It renews itself. speeds up. Next.",
            "The loss of bone speeds up. Next.",
            [],
        ),
        ("EstrogenMeaning ∞ A hormone, e.g. estradiol. , falls.", "Estrogen, falls.", []),
        (
            "Renewal Meaning ∞ Renewal is work. slows with rest Meaning ∞ Rest is good. and age.",
            "Renewal slows with rest and age.",
            [],
        ),
        (
            "First. It acts on bone Meaning ∞ Bone is tissue. The next sentence stands.",
            "First. The next sentence stands.",
            ["It acts on bone"],
        ),
        ("The meaning of a T-score is plain.", "The meaning of a T-score is plain.", []),
        ("It trails off Meaning ∞ Something without an end", "", ["It trails off"]),
    ],
    ids=["two sentences", "glued", "twice", "no way back", "the word itself", "no end"],
)
def test_definitions_pushed_into_sentences_are_taken_out(
    text: str, clean: str, broken: list[str]
) -> None:
    found, _, lost = without_definitions(text)
    assert (found, lost) == (clean, broken)
