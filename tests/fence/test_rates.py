"""How often one address may ask and read; an emergency gets its card all the same."""

import json
import time
from pathlib import Path
from urllib.parse import urlencode

from conftest import serving

from assistant.ask import Assistant
from fence.asking import CHEST, ask, chat_answer, join, question
from ui.fence import ASKS, SHOWS_NONE
from ui.limits import Rates
from ui.server import build_app
from ui.settings import Settings


def test_who_asks_too_often_waits_but_still_gets_the_card(british: Assistant) -> None:
    with serving(build_app(british, Settings(chat=False, ask_rate="2/hour", country="gb"))) as url:
        codes = [ask(url, "POST", "/api/ask", question("What is RANKL?"))[0] for _ in range(3)]
        assert codes == [200, 200, 429]
        forged = ask(url, "POST", "/api/ask", question("What?"), x_forwarded_for="203.0.113.9")
        assert forged[0] == 429, "nobody asked this peer whom it speaks for"
        status, headers, body = ask(url, "POST", "/api/ask", question("What is RANKL?", CHEST))
        said = json.loads(body)
        assert (status, headers["content-type"]) == (429, "application/problem+json")
        assert 0 < int(headers["retry-after"]) <= 3_600
        assert [card["level"] for card in said["cards"]] == ["emergency"]
        assert "999" in said["detail"]
        assert "RANKL" not in json.dumps(said)
        assert ask(url, "GET", "/source/alendronate")[0] == 200


def test_who_stays_away_is_forgotten() -> None:
    rates = Rates(Settings(ask_rate="2/second", page_rate="2/minute"), sweep=0.3)
    for number in range(200):
        assert rates.wait(f"somebody {number}", "ask") == 0
    rates.wait("another", "page")
    assert rates.known == 201
    deadline = time.monotonic() + 10
    while rates.known > 1 and time.monotonic() < deadline:
        time.sleep(0.1)
    assert rates.known == 1, "whose rate looks back for a minute is still known"
    assert [rates.wait("somebody 1", "ask") for _ in range(2)] == [0, 0]
    assert rates.wait("somebody 1", "ask") == 1


def test_questions_and_pages_are_counted_apart_even_at_the_same_rate() -> None:
    rates = Rates(Settings(ask_rate="2/hour", page_rate="2/hour"))
    assert [rates.wait("somebody", "page") for _ in range(2)] == [0, 0]
    assert [rates.wait("somebody", "ask") for _ in range(2)] == [0, 0]
    for kind in ("page", "ask"):
        assert 3_500 < rates.wait("somebody", kind) <= 3_600  # type: ignore[arg-type]


def test_who_reads_too_much_waits_too_but_health_is_always_told(british: Assistant) -> None:
    with serving(build_app(british, Settings(chat=False, page_rate="2/hour"))) as url:
        codes = [ask(url, "GET", "/source/alendronate")[0] for _ in range(3)]
        assert codes == [200, 200, 429]
        assert b"999" in ask(url, "GET", "/api/documents")[2]
        for method in ("GET", "HEAD"):
            codes = [ask(url, method, path)[0] for path in ("/healthz", "/readyz") * 5]
            assert codes == [200] * 10


def test_the_chat_is_limited_too_but_never_an_emergency(british: Assistant) -> None:
    settings = Settings(ask_rate="2/hour", page_rate="9999/second")
    with serving(build_app(british, settings)) as url:

        def join(text: str) -> tuple[int, dict[str, str], bytes]:
            event = {"fn_index": 0, "data": [text, "[]", "plain"], "session_hash": "s"}
            return ask(url, "POST", "/gradio_api/queue/join", json.dumps(event))

        assert [join("What is RANKL?")[0] for _ in range(2)] == [200, 200]
        status, headers, body = join("What is RANKL?")
        assert status == 429
        assert int(headers["retry-after"]) > 0
        assert "999" in json.loads(body)["detail"]
        assert join(CHEST)[0] == 200


def test_only_the_question_of_a_chat_lets_it_in_and_then_for_its_cards_alone(
    british: Assistant,
) -> None:
    settings = Settings(ask_rate="1/hour", page_rate="9999/second")
    with serving(build_app(british, settings)) as url:
        assert join(url, 0, ["What is RANKL?", "[]", "plain"]) == 200
        said = json.dumps([[CHEST, False]])
        for event, data in (
            (0, ["What is RANKL?", "[]", CHEST]),
            (0, ["What is RANKL?", said, "plain"]),
            (0, [[CHEST], "[]", "plain"]),
            (0, ["What is RANKL?", *["I have a severe pain in my back. " * 10] * 150]),
            (2, [said, "plain"]),
            (6, [CHEST]),
            (None, [CHEST]),
        ):
            assert join(url, event, data) == 429, (event, data)
        assert join(url, 1, [CHEST, "[]", "plain"]) == 200
        answer = chat_answer(url, f"{CHEST}. How do I take alendronate?")
        assert "You have asked many questions" in answer
        assert "card emergency" in answer
        assert "blockquote" not in answer


def test_clearing_the_chat_is_no_question(british: Assistant) -> None:
    settings = Settings(ask_rate="1/hour", page_rate="9999/second")
    with serving(build_app(british, settings)) as url:
        codes = [join(url, 3, []) for _ in range(3)]
        codes += [join(url, 0, ["What is RANKL?", "[]", "plain"]), join(url, 3, [])]
        assert codes == [200] * 5
        assert join(url, 0, ["What is RANKL?", "[]", "plain"]) == 429


def test_what_lets_a_chat_in_is_counted_too(british: Assistant) -> None:
    with serving(build_app(british, Settings(ask_rate="1/hour", page_rate="3/hour"))) as url:
        codes = [join(url, 0, [CHEST, "[]", "plain"]) for _ in range(5)]
        assert codes == [200, 200, 200, 429, 429]


def test_the_events_that_ask_are_those_that_the_fence_knows(british: Assistant) -> None:
    settings = Settings(feedback=True, feedback_file=Path("rows.jsonl"))
    for chosen in (settings, Settings()):
        with serving(build_app(british, chosen)) as url:
            config = json.loads(ask(url, "GET", "/config")[2])
        names = {part["id"]: part["props"].get("elem_id") for part in config["components"]}
        events = config["dependencies"]
        asking = [
            e["id"] for e in events if [names[part] for part in e["inputs"]][:1] == ["question"]
        ]
        assert tuple(asking) == ASKS
        showing = {
            e["id"] for e in events if e["inputs"] and "chat" in map(names.get, e["outputs"])
        }
        assert {event["id"] for event in events} - showing == set(SHOWS_NONE[: len(events) - 3])


def test_what_is_no_question_counts_as_one_on_pages_too(british: Assistant) -> None:
    """Foreign, too long, wordless: each costs as much to look at as a question does."""
    long = "Please help me with my tablets. " * 20
    for page, field in (("/ask", "question"), ("/embed", "question"), ("/takeaway", "message")):
        settings = Settings(chat=False, ask_rate="3/hour", country="gb")
        with serving(build_app(british, settings)) as url:
            for text in ("¿Cómo tomo el alendronato?", long, "???"):
                assert b"many questions" not in ask(url, "POST", page, urlencode({field: text}))[2]
            body = ask(url, "POST", page, urlencode({field: CHEST}))[2]
        assert b"You have asked many questions" in body
        assert b"999" in body
        assert b'class="card emergency"' in body


def test_an_address_is_that_of_the_nearest_stranger() -> None:
    rates = Rates(Settings(trusted_proxies=("10.0.0.0/8", "::1")))
    person = rates.who("203.0.113.9", "")
    assert rates.who("10.1.2.3", "203.0.113.9") == person
    assert rates.who("10.1.2.3", "198.51.100.1, 203.0.113.9, 10.9.9.9") == person
    assert rates.who("::ffff:203.0.113.9", "") == person
    assert rates.who("203.0.113.9", "198.51.100.1") == person, "a stranger is not believed"
    assert rates.who("10.1.2.3", "nonsense") == rates.who("10.1.2.3", "")
    assert rates.who("198.51.100.1", "") != person
    home = rates.who("2001:db8:1:2:aaaa::1", "")
    assert rates.who("2001:db8:1:2:bbbb::9", "") == home
    assert rates.who("2001:db8:1:3:aaaa::1", "") != home
    assert "203.0.113.9" not in person
    assert Rates(Settings()).who("203.0.113.9", "") != person, "each process has a salt of its own"
