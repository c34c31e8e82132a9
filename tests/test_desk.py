"""Staff's own documents: real files of every format, made here, added through the command line."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document as WordDocument
from fpdf import FPDF
from fpdf.enums import AccessPermission
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.__main__ import main
from corpus.document import Document
from corpus.read import read_document, read_documents
from corpus.span import Span
from corpus.split import split
from corpus.tidy import without_definitions
from index.build import build_index
from index.load import load_index

CLINIC = [
    "--publisher",
    "North Clinic",
    "--date",
    "2025-03-01",
    "--url",
    "https://clinic.example/a",
]
HTML = """<!DOCTYPE html><html lang="en"><head><title>Splints | North Clinic</title>
<script>alert("stolen")</script></head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/us">About us</a></li></ul></nav>
<div class="cookies"><p>We use cookies to make this site better. Accept all cookies.</p></div>
<main><article><h1>Wearing a splint</h1>
<p>A splint holds the <span>wrist<span role="tooltip">Meaning ∞ The wrist is a joint.</span></span>
still while it heals. The splint is worn at night for six weeks after the plaster comes off.</p>
<h2>What should I bring?</h2><p>Bring these things to the clinic:</p>
<ul><li>Bring a list of your <b>medicines</b>.</li><li>Bring the splint.</li></ul>
<table><thead><tr><th>Week</th><th>Hours a night</th></tr></thead>
<tbody><tr><td>First</td><td>10</td></tr><tr><td>Second</td><td>8</td></tr></tbody></table>
<p onclick="evil()">The splint does <strong>not</strong> replace\u202e exercise after a break.</p>
</article></main><footer><p>Copyright 2025 North Clinic. All rights reserved.</p></footer>
</body></html>"""
BODY = (
    "A splint holds the wrist still while it heals, and it is worn at night for six weeks after "
    "the plaster comes off. Tell the nurse about numb-\nness in the fingers at once."
)


class Leaflet(FPDF):
    def header(self) -> None:
        self.set_font("Helvetica", size=8)
        self.cell(0, 5, "North Clinic - Hand service")
        self.ln(14)

    def footer(self) -> None:
        self.set_y(-12)
        self.set_font("Helvetica", size=8)
        self.cell(0, 5, f"Page {self.page_no()} of 3")


def pdf(pages: int = 3, password: str = "", text: bool = True) -> bytes:
    leaflet = Leaflet() if text else FPDF()
    if password:
        leaflet.set_encryption("owner", password, permissions=AccessPermission.none())
    for number in range(1, pages + 1):
        leaflet.add_page()
        if not text:
            leaflet.rect(20, 20, 100, 100)
            continue
        leaflet.set_font("Helvetica", "B", 18)
        leaflet.cell(0, 10, f"Splint part {'one two three'.split()[number % 3]}")
        leaflet.ln(14)
        leaflet.set_font("Helvetica", size=11)
        leaflet.multi_cell(0, 6, f"{BODY} This is sheet {number} of the leaflet.")
        leaflet.ln(4)
        if number == 2:
            with leaflet.table() as table:
                for cells in (("Week", "Hours"), ("First", "10"), ("Second", "8")):
                    row = table.row()
                    for cell in cells:
                        row.cell(cell)
    return bytes(leaflet.output())


def word(file: Path) -> None:
    document = WordDocument()
    document.add_heading("Wearing a splint", 1)
    document.add_paragraph("A splint holds the wrist still while it heals.")
    document.add_paragraph("Bring these things:")
    document.add_paragraph("Bring a list of your medicines.", style="List Bullet")
    document.add_paragraph("Sit down first.", style="List Number")
    table = document.add_table(rows=0, cols=2)
    for cells in (("Week", "Hours a night"), ("First", "10")):
        row = table.add_row().cells
        row[0].text, row[1].text = cells
    document.save(str(file))


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    return tmp_path / "shelf"


@pytest.fixture
def run(shelf: Path) -> Callable[..., int]:
    def command(name: str, *arguments: object) -> int:
        return main([name, *map(str, arguments), "--library", str(shelf)])

    return command


def texts(document: Document) -> list[str]:
    return [document[sentence.span] for sentence in document.sentences]


def only(shelf: Path) -> Document:
    (document,) = read_documents(shelf)
    obeys_the_law(document)
    return document


def obeys_the_law(document: Document) -> None:
    """Passages hold every sentence once, verbatim; sentences lie in their blocks."""
    passages = split(document)
    assert [s for p in passages for s in p.sentences] == list(document.sentences)
    for passage in passages:
        assert document.text[passage.span.start : passage.span.end] == passage.text
    for sentence in document.sentences:
        assert any(block.span.covers(sentence.span) for block in document.blocks)
        assert document[sentence.span].strip() == document[sentence.span] != ""


# --- formats ------------------------------------------------------------------------------------


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


# --- hostile and broken input ----------------------------------------------------------------


def zip_bomb() -> bytes:
    import io

    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * 150_000_000)
    return memory.getvalue()


HOSTILE = {
    "locked.pdf": (lambda: pdf(1, "secret"), "it is encrypted"),
    "scanned.pdf": (lambda: pdf(2, text=False), "2 pages hold no text"),
    "long.pdf": (lambda: pdf(310), "it has 310 pages and 300 is the limit"),
    "broken.pdf": (lambda: pdf()[:200], "is not a PDF that can be read"),
    "large.pdf": (lambda: b"%PDF-1.7\n" + b"0" * 50_000_000, "50,000,009 bytes and 30,000,000"),
    "bomb.docx": (zip_bomb, "unpacks to 150,000,000 bytes"),
    "old.docx": (lambda: b"\xd0\xcf\x11\xe0" + b"0" * 99, "encrypted or an old .doc"),
    "broken.docx": (lambda: b"PK nothing", "it is not a .docx file"),
    "latin.txt": (lambda: "Säure hält länger.".encode("latin-1"), "byte 1 is not UTF-8"),
    "binary.md": (lambda: bytes(range(32)) * 9, "binary data"),
    "empty.html": (lambda: b"", "web page"),
    "menu.html": (lambda: b"<nav><a href='/'>Home</a></nav>", "no text was found"),
    "program.exe": (lambda: b"MZ", "its ending '.exe' is none of"),
}  # fmt: skip


def test_each_bad_file_gets_a_line_and_the_rest_goes_on(
    run: Callable[..., int], shelf: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "inbox"
    folder.mkdir()
    for name, (content, _) in HOSTILE.items():
        (folder / name).write_bytes(content())
    (folder / "good.txt").write_text("A splint holds the wrist still.")
    (folder / "link.txt").symlink_to(folder / "good.txt")
    (folder / "---.txt").write_text("A sentence.")
    assert run("add", folder, *CLINIC) == 1
    captured = capsys.readouterr()
    assert "1 of 16 added" in captured.out
    lines = captured.err.replace("\n", " ")
    for name, (_, complaint) in HOSTILE.items():
        assert f"{name}: not added: " in lines
        assert complaint in lines, name
    assert "link.txt: not added: it is a symbolic link" in lines
    assert "gives no id" in lines
    assert "Traceback" not in lines
    assert sorted(file.name for file in shelf.iterdir()) == [
        "good.txt",
        "good.txt.yaml",
    ]  # nothing half-written


def test_marks_that_turn_text_around_do_not_reach_a_reader(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Do \u202enot\u202c crush\u200f it.\u2066")
    assert texts(read_document(tmp_path / "a.txt", {})) == ["Do not crush it."]


@pytest.mark.parametrize(
    "name", ["../../escaped", "/etc/passwd", "..", "a/b", "C:\\x", "\u202egnp.exe"]
)
def test_a_name_never_leaves_the_shelf(
    run: Callable[..., int], shelf: Path, tmp_path: Path, name: str
) -> None:
    (tmp_path / "good.txt").write_text("A splint holds the wrist still.")
    code = run("add", tmp_path / "good.txt", *CLINIC, "--id", name)
    assert code in (0, 1)
    assert {file.parent for file in tmp_path.rglob("*.txt")} <= {tmp_path, shelf}


def test_a_library_never_reads_what_a_link_points_to(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("A secret sentence.")
    (tmp_path / "library").mkdir()
    (tmp_path / "library" / "a.txt").write_text("An open sentence.")
    (tmp_path / "library" / "b.txt").symlink_to(tmp_path / "secret.txt")
    assert [document.id for document in read_documents(tmp_path / "library")] == ["a"]


# --- the desk ---------------------------------------------------------------------------------


def test_add_update_remove(
    run: Callable[..., int], shelf: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "splint.txt"
    file.write_text("A splint is worn at night.")
    assert run("add", file, *CLINIC) == 0
    assert run("add", file, *CLINIC) == 1
    assert "already" in capsys.readouterr().err
    file.write_text("A splint is worn by day.")
    assert run("update", "splint", file, "--title", "Splints by day") == 0
    document = only(shelf)
    assert (document.title, document.publisher) == ("Splints by day", "North Clinic")
    assert texts(document) == ["A splint is worn by day."]
    word(tmp_path / "new.docx")
    assert run("update", "splint", tmp_path / "new.docx") == 0
    assert only(shelf).id == "splint"
    assert run("remove", "splint") == 0
    assert list(shelf.iterdir()) == []
    assert run("remove", "splint") == 2
    assert "there is no document 'splint' on the shelf" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["add", "{file}"], "whose words are these? Give --publisher"),
        (["add", "nowhere.pdf", *CLINIC], "nowhere.pdf: not added: there is no such file"),
        (["add", "{file}", *CLINIC, "--url", "javascript:alert(1)"], "is not an address"),
        (["add", "{file}", *CLINIC, "--id", "alendronate"], "'alendronate' in the project's"),
        (["update", "alendronate", "--title", "X"], "one of the project's own documents"),
        (["update", "splint"], "there is nothing to update"),
        (["remove", "alendronate"], "one of the project's own documents"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else "",
)  # fmt: skip
def test_what_cannot_be_done_is_said(
    run: Callable[..., int],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    complaint: str,
) -> None:
    (tmp_path / "splint.txt").write_text("A splint is worn at night.")
    filled = [argument.format(file=tmp_path / "splint.txt") for argument in arguments]
    assert run(*filled) in (1, 2)
    assert complaint in capsys.readouterr().err


def test_a_bad_update_leaves_the_old_document(
    run: Callable[..., int], shelf: Path, tmp_path: Path
) -> None:
    (tmp_path / "splint.txt").write_text("A splint is worn at night.")
    assert run("add", tmp_path / "splint.txt", *CLINIC) == 0
    before = {file.name: file.read_bytes() for file in shelf.iterdir()}
    (tmp_path / "bad.pdf").write_bytes(b"%PDF nothing")
    assert run("update", "splint", tmp_path / "bad.pdf") == 2
    assert {file.name: file.read_bytes() for file in shelf.iterdir()} == before


def test_a_build_embeds_only_what_changed(tmp_path: Path) -> None:
    documents, out = tmp_path / "documents", tmp_path / "index"
    documents.mkdir()
    for name in ("one", "two", "three"):
        (documents / f"{name}.md").write_text(f"# Title {name}\n\nSentence {name} stands here.\n")
    _, first = build_index([documents], out)
    assert (first.added, first.embedded, first.kept) == (("one", "three", "two"), 9, 0)
    (documents / "two.md").write_text("# Title two\n\nSentence two stands elsewhere.\n")
    (documents / "three.md").unlink()
    (documents / "four.md").write_text("# Title four\n\nSentence four stands here.\n")
    _, second = build_index([documents], out)
    assert (second.added, second.changed, second.removed) == (("four",), ("two",), ("three",))
    assert (second.embedded, second.kept) == (5, 4)  # two: its title stayed; four: all three
    found = load_index(out).search("where does sentence two stand")[0]
    assert found.passage.text == "Sentence two stands elsewhere."
    _, third = build_index([documents], tmp_path / "afresh")
    assert third.embedded == 9
    reused, fresh = (load_index(folder) for folder in (out, tmp_path / "afresh"))
    assert (reused.sentence_vectors.every() == fresh.sentence_vectors.every()).all()


def test_a_quote_of_an_added_pdf_names_its_page(
    run: Callable[..., int], shelf: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from assistant.__main__ import main as ask

    (tmp_path / "splint.pdf").write_bytes(pdf())
    assert run("add", tmp_path / "splint.pdf", *CLINIC, "--title", "Splints") == 0
    build_index([shelf], tmp_path / "index")
    capsys.readouterr()
    question = "How many hours should I wear the splint in the first week?"
    assert ask([question, "--index", str(tmp_path / "index"), "--json"]) == 0
    citation = json.loads(capsys.readouterr().out)["citations"][0]
    assert (citation["page"], citation["publisher"]) == (2, "North Clinic")
    assert ask([question, "--index", str(tmp_path / "index")]) == 0
    assert "page 2" in " ".join(capsys.readouterr().out.split())


def test_list_stats_and_show_as_data(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert main(["stats", "--json"]) == 0
    stats = json.loads(capsys.readouterr().out)
    assert stats["documents"] == len(listed) >= 60
    assert stats["sentences"] == sum(row["sentences"] for row in listed) >= 1500
    assert main(["show", "alendronate", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["text"]


# --- any input ----------------------------------------------------------------------------------

CHARACTERS = "ab AB.!?\n#*-|>`[]()@_1:<&\\\t\u202e\x00\xa0é"
MARKUP = st.text(alphabet=st.sampled_from(CHARACTERS), max_size=300)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=MARKUP, suffix=st.sampled_from([".md", ".txt"]))
def test_any_text_is_read_verbatim_or_refused(tmp_path: Path, text: str, suffix: str) -> None:
    file = tmp_path / f"any{suffix}"
    file.write_bytes(text.encode())
    try:
        document = read_document(file, {})
    except ValueError:
        return  # refused in a sentence; any other error fails the test
    obeys_the_law(document)
    for block in document.blocks:
        assert Span(0, len(document.text)).covers(block.span)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=400), suffix=st.sampled_from([".md", ".txt"]))
def test_any_bytes_are_read_or_refused(tmp_path: Path, data: bytes, suffix: str) -> None:
    file = tmp_path / f"any{suffix}"
    file.write_bytes(data)
    try:
        document = read_document(file, {})
    except ValueError:
        return
    obeys_the_law(document)
