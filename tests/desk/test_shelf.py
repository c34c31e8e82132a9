"""The desk: documents put on the shelf, changed, taken off, listed, indexed and quoted."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.__main__ import main
from desk.leaflets import CLINIC, only, pdf, texts, word
from index.build import build_index
from index.load import load_index


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
    assert run("remove", "splint", "cast") == 2
    assert only(shelf).id == "splint", "all are there, or none goes"
    capsys.readouterr()
    next(shelf.glob("splint.docx.*")).write_text("")
    assert run("update", "splint", *CLINIC, "--title", "Splints") == 0
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
