"""An answer that fails: it is said so, with the safety cards, and the log has no word of it."""

import json
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import pytest
from conftest import serving

from assistant.ask import Assistant
from assistant.cards.likeness import load_likeness
from fence.asking import CHEST, FAST, ask, chat_answer, question
from index.encode import TextEncoder
from ui.server import build_app
from ui.settings import Settings

ASKED = f"{CHEST}. How do I take alendronate?"


@pytest.fixture(scope="module")
def lacking(british: Assistant) -> Assistant:
    """One whose index has lost its passages."""
    return replace(british, index=replace(british.index, passages=()))


def test_an_answer_that_fails_still_has_its_cards(
    lacking: Assistant, capfd: pytest.CaptureFixture[str]
) -> None:
    with serving(build_app(lacking, Settings(**{**FAST, "chat": True}))) as url:
        status, headers, body = ask(url, "POST", "/api/ask", question(ASKED, country="us"))
        pages = [
            ask(url, "POST", path, urlencode({field: ASKED}))
            for path, field in (("/embed", "question"), ("/takeaway", "message"))
        ]
        chat = chat_answer(url, ASKED)
    said = json.loads(body)
    assert (status, headers["content-type"]) == (500, "application/problem+json")
    assert "Something went wrong here." in said["detail"]
    assert "911" in said["detail"]
    assert [card["level"] for card in said["cards"]] == ["emergency"]
    assert [code for code, _, _ in pages] == [200, 200]
    for shown in (chat, *(page.decode() for _, _, page in pages)):
        assert "Something went wrong here." in shown
        assert "999" in shown
        assert "card emergency" in shown
    log = capfd.readouterr().err
    assert "Error in " in log
    assert "Traceback" not in log
    assert "alendronate" not in log


def test_what_was_asked_stays_in_the_box_when_its_answer_fails(lacking: Assistant) -> None:
    with serving(build_app(lacking, Settings(**FAST))) as url:
        page = ask(url, "POST", "/embed", urlencode({"question": ASKED}))[2].decode()
    assert ">I have chest pain" in page[page.index("<textarea") :]
    assert "aria-invalid" not in page, "nothing is wrong with what was typed"


def test_cards_are_told_by_words_alone_where_the_encoder_has_gone(
    british: Assistant, built: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """The second look reads its model when it is first needed."""
    build = max(built.glob("build-*"))
    for file in build.iterdir():
        (tmp_path / file.name).symlink_to(file)
    encoder = TextEncoder(tmp_path)
    for link in tmp_path.iterdir():
        link.unlink()
    likeness = load_likeness(encoder, british.index.recipe.reading)
    screen = replace(british.screen, likeness=likeness)
    with serving(build_app(replace(british, screen=screen), Settings(**FAST))) as url:
        status, _, body = ask(url, "POST", "/api/ask", question(ASKED))
    assert "Error in " in capfd.readouterr().err
    assert status == 500
    assert [card["level"] for card in json.loads(body)["cards"]] == ["emergency"]
