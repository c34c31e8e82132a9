"""What is answered again, since no answer is kept: what it costs, and what is counted of it."""

import json
import time
from pathlib import Path
from urllib.parse import urlencode

import pytest
from conftest import serving

from assistant.ask import Assistant
from fence.asking import CHEST, FAST, ask, chat_shown, join, question
from ui.limits import Rates
from ui.metrics import Counts
from ui.server import build_app
from ui.service import Service
from ui.settings import Settings

RANKL = "What is RANKL?"


def conversation(path: str, answers: int, last: str = RANKL) -> str:
    """The form of a conversation that wants so many answers at once."""
    earlier, newest = {"/takeaway": ("message", "message")}.get(path, ("said", "question"))
    return urlencode([*[(earlier, RANKL)] * (answers - 1), (newest, last)])


# --- what it costs ------------------------------------------------------------------------------


@pytest.mark.parametrize(("path", "answers"), [("/ask", 7), ("/embed", 7), ("/takeaway", 20)])
def test_a_page_pays_for_the_answers_that_it_makes(
    british: Assistant, path: str, answers: int
) -> None:
    settings = Settings(chat=False, ask_rate=f"{answers}/hour", country="gb")
    with serving(build_app(british, settings)) as url:
        first = ask(url, "POST", path, conversation(path, answers))[2]
        again = ask(url, "POST", path, conversation(path, answers, CHEST))[2]
        codes = [ask(url, "POST", "/api/ask", question(RANKL))[0] for _ in range(3)]
    assert b"many questions" not in first
    assert first.count(b"<blockquote") >= answers
    assert b"You have asked many questions" in again
    assert b"999" in again
    assert b'class="card emergency"' in again
    assert b"<blockquote" not in again
    assert codes == [200, 200, 429], "two answers that were made again cost nothing"


@pytest.mark.parametrize("path", ["/embed", "/takeaway"])
def test_a_short_conversation_costs_no_more_than_its_question(
    british: Assistant, path: str
) -> None:
    with serving(build_app(british, Settings(chat=False, ask_rate="2/hour"))) as url:
        ask(url, "GET", path)  # asks nothing
        pages = [ask(url, "POST", path, conversation(path, 3))[2] for _ in range(3)]
    assert [b"many questions" in page for page in pages] == [False, False, True]


def test_a_long_conversation_is_shown_at_a_low_rate_too(british: Assistant) -> None:
    with serving(build_app(british, Settings(chat=False, ask_rate="2/hour"))) as url:
        page = ask(url, "POST", "/takeaway", conversation("/takeaway", 20))[2]
        assert b"many questions" not in page
        assert ask(url, "POST", "/api/ask", question(RANKL))[0] == 429


def test_who_waits_as_long_as_is_said_has_waited_long_enough() -> None:
    """For all that is to be paid, and not for the first of it."""
    rates = Rates(Settings(ask_rate="4/minute"))
    assert rates.wait("somebody", "ask") == 0
    time.sleep(1.1)
    assert [rates.wait("somebody", "ask") for _ in range(3)] == [0, 0, 0]
    assert rates.wait("somebody", "ask") < 60
    assert rates.wait("somebody", "ask", 4) == 60


# --- what is counted ----------------------------------------------------------------------------


def test_counters_have_each_answer_once(british: Assistant, tmp_path: Path) -> None:
    counts = Counts()
    settings = Settings(chat=True, feedback=True, feedback_file=tmp_path / "rows.jsonl")
    service = Service(british, settings, counts.saw)

    def counted() -> float | None:
        return counts.registry.get_sample_value("bonewise_answer_seconds_count")

    with serving(build_app(service, settings)) as url:
        ask(url, "POST", "/embed", conversation("/embed", 5))
        assert counted() == 1, "the newest"
        ask(url, "POST", "/takeaway", conversation("/takeaway", 5))
        thumb(url, "rated")
        assert counted() == 1
        ask(url, "POST", "/api/ask", question(RANKL))
        assert counted() == 2


# --- thumbs -------------------------------------------------------------------------------------


def thumb(url: str, session: str) -> str:
    """What is said to whoever finds the answer no help."""
    said = json.dumps([[RANKL, False]])
    assert join(url, 5, [said, "plain", "too short"], session) == 200
    return chat_shown(url, session, place=1)


def test_what_may_not_be_answered_again_is_not_rated(british: Assistant, tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    settings = Settings(
        ask_rate="2/hour", page_rate="9999/second", feedback=True, feedback_file=file, country="gb"
    )
    with serving(build_app(british, settings)) as url:
        assert "Thank you" in thumb(url, "first")
        row = file.read_text()
        assert json.loads(row)["shown"]
        assert join(url, 0, [RANKL, "[]", "plain"]) == 200
        told = thumb(url, "second")
        assert 'role="status"' in told
        assert "You have asked many questions" in told
        assert "999" in told
        assert file.read_text() == row


def test_what_nobody_has_time_to_answer_again_is_not_rated(
    british: Assistant, tmp_path: Path
) -> None:
    file = tmp_path / "rows.jsonl"
    settings = Settings(
        **{**FAST, "chat": True}, concurrency=1, deadline=1, feedback=True, feedback_file=file
    )
    app = build_app(british, settings)
    with serving(app) as url, app.service._turn(time.monotonic()) as mine:  # type: ignore[attr-defined]
        assert mine
        assert "Too many people" in thumb(url, "busy")
    assert not file.exists()
