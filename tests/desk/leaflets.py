"""A clinic's leaflet in each format, made here, and what is true of whatever is read."""

from pathlib import Path

from docx import Document as WordDocument
from fpdf import FPDF
from fpdf.enums import AccessPermission

from corpus.document import Document
from corpus.read import read_documents
from corpus.split import split

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
