"""Hostile, broken and any other input: read by the law or refused in a line."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.read import read_document, read_documents
from corpus.span import Span
from desk.leaflets import CLINIC, obeys_the_law, pdf, texts

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
