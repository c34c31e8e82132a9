"""How much of the service anyone can have: how long, how big, how slow and how many."""

import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote, urlencode, urlsplit

import pytest
from conftest import serving

from assistant.ask import Assistant
from fence.asking import CHEST, FAST, ask, chat_answer, chat_shown, join, question
from ui.bounds import LONGEST_QUESTION, too_long
from ui.fence import LARGEST_BODY
from ui.server import build_app
from ui.settings import Settings


def test_a_question_may_have_five_hundred_characters_after_folding() -> None:
    assert not too_long("a" * LONGEST_QUESTION)
    assert not too_long("a \n\t " * (LONGEST_QUESTION // 2))
    assert "501 characters" in too_long("a" * (LONGEST_QUESTION + 1))
    assert "has 522 characters" in too_long("ﷺ" * 29), "one character that folds to eighteen"


@pytest.mark.parametrize("times", [20, 200, 1_900])
def test_a_long_question_is_told_how_long_it_is_and_still_gets_its_card(
    plain: str, times: int
) -> None:
    long = f"{CHEST}. " + "Please help me with my tablets. " * times
    status, _, body = ask(plain, "POST", "/api/ask", question(long))
    answer = json.loads(body)
    assert (status, answer["status"], answer["citations"]) == (200, "unreadable", [])
    assert f"{len(long.strip()):,} characters, and 500" in answer["message"]
    assert [card["level"] for card in answer["cards"]][:1] == ["emergency"]


def test_what_a_long_message_said_still_counts_with_the_next(plain: str) -> None:
    """A yes to the question of its card; it is searched for no more."""
    leg = "My left calf is swollen and hurts. " + "It began when I sat on a long flight. " * 15
    first = json.loads(ask(plain, "POST", "/api/ask", question(leg))[2])
    assert [card["level"] for card in first["cards"]] == ["urgent"]
    after = json.loads(ask(plain, "POST", "/api/ask", question(leg, "yes"))[2])
    assert [card["level"] for card in after["cards"]] == ["emergency"]
    foreign = "¿Puedo tomar el alendronato con la leche? Me duele mucho: my left calf is swollen"
    after = json.loads(ask(plain, "POST", "/api/ask", question(foreign, "yes"))[2])
    assert [card["level"] for card in after["cards"]] == ["emergency"]
    searched = question(leg, "How do I take alendronate?")
    alone = question("How do I take alendronate?")
    answers = [json.loads(ask(plain, "POST", "/api/ask", one)[2]) for one in (searched, alone)]
    assert answers[0]["citations"] == answers[1]["citations"] != []


def test_no_more_than_six_messages_before_it_are_read(plain: str) -> None:
    other = ["What is osteoporosis?"] * 6
    near = json.loads(ask(plain, "POST", "/api/ask", question("What is RANKL?", "and OPG?"))[2])
    far = question("I take raloxifene", *other, "What is it for?")
    without = question(*other, "What is it for?")
    answers = [json.loads(ask(plain, "POST", "/api/ask", body)[2]) for body in (far, without)]
    assert answers[0] == answers[1]
    assert near["standalone"] != "and OPG?"


def test_a_body_that_is_too_big_is_refused_announced_or_not(plain: str) -> None:
    big = question("x" * LARGEST_BODY)
    status, _, body = ask(plain, "POST", "/api/ask", big)
    assert status == 413
    assert "999" in json.loads(body)["detail"]  # whom to call meanwhile, there
    assert ask(plain, "POST", "/api/ask", content_length="many")[0] in (400, 413)
    pieces = (b"2000\r\n" + b"x" * 0x2000 + b"\r\n" for _ in range(100))
    with socket.create_connection((urlsplit(plain).hostname, urlsplit(plain).port)) as line:
        line.settimeout(10)
        line.sendall(b"POST /api/ask HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n")
        sent = 0
        try:
            for piece in pieces:
                line.sendall(piece)
                sent += 1
        except (BrokenPipeError, ConnectionResetError):
            pass  # it hung up on us, as it may
        assert b" 413 " in line.recv(200)
    assert ask(plain, "GET", "/healthz")[0] == 200


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe", b"[]", b"null", b'{"messages": []}', b'{"messages": "x"}',
     b'{"messages": [1]}', b'{"messages": ["x"], "level": "easy"}',
     b'{"messages": [{"role": "x"}]}',
     b'{"messages": ["x"], "country": "../gb"}', b'{"messages": ["x"], "canary7": 1}',
     b"[" * 60_000, question(*["x"] * 51).encode()],
)  # fmt: skip
def test_what_does_not_fit_is_a_problem_that_repeats_nothing(plain: str, body: bytes) -> None:
    status, headers, said = ask(plain, "POST", "/api/v1/ask", body)
    told = json.loads(said)
    assert status == told["status"]
    assert status in (400, 422)
    assert headers["content-type"] == "application/problem+json"
    assert status == 400 or told["errors"][0]["says"]
    assert b"canary7" not in said
    assert b"easy" not in said


@pytest.mark.parametrize(
    "payload",
    ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</script><svg onload=alert(1)>",
     "javascript:alert(1)", "{{7*7}}", "\u2028<b>", "<!--", "]]>"],
)  # fmt: skip
def test_markup_in_a_question_is_never_served_as_a_page(plain: str, payload: str) -> None:
    for method, path, body in (
        ("POST", "/api/ask", question(f"What is {payload} alendronate?")),
        ("POST", "/api/ask", question(payload)),
        ("POST", f"/api/{quote(payload)}", payload.encode()),
        ("GET", f"/source/{quote(payload)}", None),
    ):
        _, headers, said = ask(plain, method, path, body)
        assert headers["x-content-type-options"] == "nosniff"
        assert "html" not in headers["content-type"]
        assert b"<" not in said or headers["content-type"] == "application/json"


def test_a_broken_character_is_answered_kindly(plain: str) -> None:
    status, _, body = ask(plain, "POST", "/api/ask", r'{"messages": ["pain \ud800 in my jaw"]}')
    assert status in (200, 422)
    assert b"Traceback" not in body


def test_a_slow_body_is_not_waited_for(assistant: Assistant) -> None:
    with serving(build_app(assistant, Settings(**FAST, deadline=0.5))) as url:
        parts = urlsplit(url)
        with socket.create_connection((parts.hostname, parts.port)) as line:
            line.settimeout(10)
            line.sendall(b"POST /api/ask HTTP/1.1\r\nhost: x\r\ncontent-length: 50\r\n\r\n{")
            began = time.monotonic()
            assert b" 408 " in line.recv(300)
            assert time.monotonic() - began < 5
        assert ask(url, "GET", "/healthz")[0] == 200


def test_a_busy_service_says_so_with_the_cards_and_the_emergency_number(
    british: Assistant,
) -> None:
    settings = Settings(**FAST, concurrency=1, waiting=0)
    app = build_app(british, settings)
    with serving(app) as url, app.service._turn(time.monotonic()) as mine:  # type: ignore[attr-defined]
        assert mine
        status, headers, body = ask(url, "POST", "/api/ask", question(CHEST))
    said = json.loads(body)
    assert status == 503
    assert headers["retry-after"]
    assert "999" in said["detail"]
    assert [phone["number"] for phone in said["phones"]] == ["999", "111"]
    assert [card["level"] for card in said["cards"]] == ["emergency"]


def test_overload_gives_everyone_on_the_light_page_the_card(british: Assistant) -> None:
    """More at a time than are answered and may wait: some wait in vain, some are told at once."""
    app = build_app(british, Settings(**FAST, concurrency=1, deadline=4))
    form = urlencode({"question": CHEST, "part": "1"})
    with serving(app) as url, app.service._turn(time.monotonic()) as mine:  # type: ignore[attr-defined]
        assert mine
        with ThreadPoolExecutor(40) as people:
            send = [people.submit(ask, url, "POST", "/embed", form) for _ in range(40)]
            answers = [sent.result() for sent in send]
    for status, _, body in answers:
        assert status == 200
        assert b"Too many people" in body
        assert b"999" in body
        assert b'class="card emergency"' in body


def test_a_page_of_many_answers_waits_for_a_turn_no_longer_than_for_one(
    british: Assistant,
) -> None:
    app = build_app(british, Settings(**FAST, concurrency=1, deadline=4))
    form = urlencode([*[("said", "What is RANKL?")] * 5, ("question", CHEST)])
    with serving(app) as url, app.service._turn(time.monotonic()) as mine:  # type: ignore[attr-defined]
        assert mine
        status, _, body = ask(url, "POST", "/embed", form)
    assert status == 200
    assert b"Too many people" in body
    assert b'class="card emergency"' in body


def test_nobody_waits_where_the_site_says_so_and_the_chat_says_it_with_the_card(
    british: Assistant,
) -> None:
    """One is being answered; the next is told at once that it is busy, and not kept in a queue."""
    settings = Settings(**{**FAST, "chat": True}, concurrency=1, waiting=0, deadline=20)
    app = build_app(british, settings)
    turns = app.service._turns  # type: ignore[attr-defined]
    with serving(app) as url, turns:
        assert join(url, 0, ["What is RANKL?", "[]", "plain"], "first") == 200
        while app.service._room._value:  # type: ignore[attr-defined]  # until it is there
            time.sleep(0.01)
        said = chat_answer(url, CHEST)
        assert "Too many people" in said
        assert "card emergency" in said
        assert "999" in said
        turns.release()
        first = chat_shown(url, "first")
        turns.acquire()
        assert "Too many people" not in first
        assert "blockquote" in first


@pytest.mark.parametrize("times", [20, 100, 500])
def test_pages_tell_the_same_limit_however_long_a_question_is(plain: str, times: int) -> None:
    form = urlencode({"question": "Please help me with my tablets. " * times})
    body = ask(plain, "POST", "/ask", form)[2].decode()
    assert f"{32 * times - 1:,} characters, and 500 is the most" in body
