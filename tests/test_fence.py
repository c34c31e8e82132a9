"""The fence: what can be reached, how much of it, and which headers go out; on a live server."""

import asyncio
import http.client
import json
import re
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from conftest import serving
from mcp import Client
from starlette.routing import Mount

from assistant.ask import Assistant
from ui.bounds import LONGEST_QUESTION, too_long
from ui.fence import LARGEST_BODY, OPEN
from ui.limits import Rates
from ui.server import build_app
from ui.settings import Settings

FAST: dict[str, Any] = {"ask_rate": "9999/second", "page_rate": "9999/second", "chat": False}
CHEST = "I have chest pain and can't breathe"
# Of all that Gradio serves, what a chat page needs. Gradio adds routes with most releases.
NEEDED = {
    "/", "/assets/{path:path}", "/static/{path:path}", "/theme.css", "/config", "/config/",
    "/manifest.json", "/favicon.ico", "/gradio_api/info", "/gradio_api/info/",
    "/gradio_api/startup-events", "/gradio_api/queue/join", "/gradio_api/queue/data",
    "/gradio_api/heartbeat/{session_hash}", "/gradio_api/reset", "/gradio_api/reset/",
    "/gradio_api/cancel",
}  # fmt: skip


def ask(
    url: str, method: str, path: str, body: bytes | str | None = None, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of one request."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body, {"content-type": "application/json", **names})
    response = connection.getresponse()
    return response.status, {k.lower(): v for k, v in response.getheaders()}, response.read()


def question(*messages: str, **more: Any) -> str:
    return json.dumps({"messages": messages, **more})


@pytest.fixture(scope="module")
def british(assistant: Assistant) -> Assistant:
    """The same, loaded by a site in Britain."""
    return replace(assistant, screen=replace(assistant.screen, country="gb"))


@pytest.fixture(scope="module")
def plain(british: Assistant) -> Iterator[str]:
    """A service without the chat page, framed by two sites."""
    sites = ("https://clinic.example", "http://localhost:8080")
    with serving(build_app(british, Settings(**FAST, sites=sites))) as url:
        yield url


# --- routes -------------------------------------------------------------------------------------


def gradio_routes(app: Any, before: str = "") -> Iterator[str]:
    """The path templates of all routes of an app and of what is mounted in it."""
    for route in app.routes:
        path = before + getattr(route, "path", "")
        router = getattr(route, "original_router", None)  # of FastAPI, which keeps them apart
        if router:
            yield from gradio_routes(router, before)
        elif isinstance(route, Mount):
            yield from gradio_routes(route.app, path) if hasattr(route.app, "routes") else (path,)
        else:
            yield path


def test_of_gradios_whole_route_table_only_what_a_chat_needs_is_served(
    assistant: Assistant, server: str
) -> None:
    mount = next(
        route for route in build_app(assistant).app.routes  # type: ignore[attr-defined]
        if isinstance(route, Mount) and type(route.app).__module__.startswith("gradio")
    )  # fmt: skip
    templates = set(gradio_routes(mount.app))
    assert len(templates) > 40, "the route table was not found"
    assert templates >= {"/gradio_api/upload", "/gradio_api/queue/join"}
    for template in templates - NEEDED:
        path = re.sub(r"{[^}]*}", "x", template) or "/"
        assert not OPEN.match(path), f"{template} can be reached"
        for method in ("GET", "POST"):
            assert ask(server, method, path)[0] == 404, template


@pytest.mark.parametrize(
    "path",
    ["/library", "/takeaway", "/embed", "/embed/look.css", "/widget/v1/loader.js", "/demo", "/ask",
     "/source/alendronate", "/pages/embed.js", "/api/v1/ask", "/api/documents/alendronate",
     "/feedback", "/healthz", "/readyz"],
)  # fmt: skip
def test_our_own_paths_are_admitted(path: str) -> None:
    assert OPEN.match(path)


@pytest.mark.parametrize(
    "path",
    ["/api/v2/ask", "/api/openapi.json", "/docs", "/metrics", "/source/../x", "/source/%2e%2e",
     "/pages/..%2fserver.py", "//etc", "/embed/../config", "/widget/v1/../../x.js",
     "/bones/readyz"],
)  # fmt: skip
def test_nothing_else_is_there(plain: str, path: str) -> None:
    assert ask(plain, "GET", path)[0] == 404


def test_no_websocket_is_opened(plain: str) -> None:
    upgrade = {"connection": "Upgrade", "upgrade": "websocket", "sec_websocket_version": "13"}
    status, _, _ = ask(plain, "GET", "/healthz", sec_websocket_key="eA==", **upgrade)
    assert status in (200, 400, 403)


# --- headers ------------------------------------------------------------------------------------


def test_only_the_embedded_page_may_be_framed_and_only_by_the_sites(
    plain: str, server: str
) -> None:
    for url, path, ancestors in (
        (plain, "/embed", "https://clinic.example http://localhost:8080"),
        (plain, "/source/alendronate", "'none'"),
        (plain, "/api/documents", "'none'"),
        (server, "/embed", "'none'"),
        (server, "/", "'none'"),
    ):
        _, headers, _ = ask(url, "GET", path)
        policy = headers["content-security-policy"]
        assert policy.endswith(f"frame-ancestors {ancestors}")
        assert ("x-frame-options" in headers) == (ancestors == "'none'")


@pytest.mark.parametrize(
    "path", ["/", "/source/alendronate", "/api/documents", "/nowhere", "/embed"]
)
def test_every_answer_has_the_headers(server: str, path: str) -> None:
    _, headers, _ = ask(server, "GET", path)
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] in ("no-referrer", "strict-origin")
    assert "geolocation=()" in headers["permissions-policy"]
    assert headers["cache-control"] == "no-store"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "server" not in headers
    inline = "'unsafe-inline'" in headers["content-security-policy"]
    assert inline == (path == "/"), "only Gradio's page needs inline styles"
    assert "script-src 'unsafe" not in headers["content-security-policy"]


def test_other_sites_may_not_read_the_answers(plain: str, server: str) -> None:
    for url, path in ((plain, "/api/ask"), (server, "/api/ask"), (server, "/config")):
        for method in ("GET", "POST", "OPTIONS"):
            _, headers, _ = ask(
                url, method, path, question("What is RANKL?"), origin="https://evil.example",
                access_control_request_method="POST", host="public.example",
            )  # fmt: skip
            assert not [name for name in headers if name.startswith("access-control-allow")]


# --- bounds -------------------------------------------------------------------------------------


def test_a_question_may_have_five_hundred_characters_after_folding() -> None:
    assert not too_long("a" * LONGEST_QUESTION)
    assert not too_long("a \n\t " * (LONGEST_QUESTION // 2))
    assert "501 characters" in too_long("a" * (LONGEST_QUESTION + 1))
    assert "has 522 characters" in too_long("ﷺ" * 29), "one character that folds to eighteen"


def test_a_long_question_is_told_how_long_it_is_and_still_gets_its_card(plain: str) -> None:
    long = f"{CHEST}. " + "Please help me with my tablets. " * 20
    status, _, body = ask(plain, "POST", "/api/ask", question(long))
    answer = json.loads(body)
    assert (status, answer["status"], answer["citations"]) == (200, "unreadable", [])
    assert f"{len(long.strip())} characters, and 500" in answer["message"]
    assert [card["level"] for card in answer["cards"]][:1] == ["emergency"]


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
    assert ask(plain, "POST", "/api/ask", big)[0] == 413
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
     b"[" * 60_000, question(*["x"] * 51).encode(), question("x" * 4_001).encode()],
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
    with serving(app) as url, app.service._turn() as mine:  # type: ignore[attr-defined]
        assert mine
        status, headers, body = ask(url, "POST", "/api/ask", question(CHEST))
    said = json.loads(body)
    assert status == 503
    assert headers["retry-after"]
    assert "999" in said["detail"]
    assert [phone["number"] for phone in said["phones"]] == ["999", "111"]
    assert [card["level"] for card in said["cards"]] == ["emergency"]


# --- rates --------------------------------------------------------------------------------------


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
            event = {"fn_index": 0, "data": [text, [], "plain"], "session_hash": "s"}
            return ask(url, "POST", "/gradio_api/queue/join", json.dumps(event))

        assert [join("What is RANKL?")[0] for _ in range(2)] == [200, 200]
        status, headers, body = join("What is RANKL?")
        assert status == 429
        assert int(headers["retry-after"]) > 0
        assert "999" in json.loads(body)["detail"]
        assert join(CHEST)[0] == 200


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


# --- behind a proxy -----------------------------------------------------------------------------


def test_everything_works_below_a_path(assistant: Assistant) -> None:
    settings = Settings(
        **{**FAST, "chat": True}, root_path="/bones", trusted_proxies=("127.0.0.1",)
    )
    with serving(build_app(assistant, settings)) as url:
        for path in (
            "/bones/readyz",
            "/readyz",
            "/bones/source/alendronate",
            "/bones/pages/chat.js",
        ):
            assert ask(url, "GET", path)[0] == 200, path
        forwarded = {"host": "clinic.example", "x_forwarded_proto": "https"}
        status, _, body = ask(url, "GET", "/bones/config", **forwarded)
        assert status == 200
        assert json.loads(body)["root"] == "https://clinic.example/bones"
        page = ask(url, "GET", "/bones/", **forwarded)[2].decode()
        assets = re.findall(r'(?:src|href)="([^"]*?/?assets/[^"]+\.(?:js|css))"', page)
        assert assets
        for asset in assets[:3]:
            assert (
                ask(url, "GET", "/bones/" + asset.removeprefix("./").removeprefix("/bones/"))[0]
                == 200
            )
        answer = json.loads(
            ask(url, "POST", "/bones/api/ask", question("How do I take alendronate?"))[2]
        )
        assert answer["citations"][0]["source"].startswith("/bones/source/")
        source = ask(url, "GET", "/bones/source/alendronate")[2].decode()
        assert 'href="/bones/pages/source.css"' in source


# --- the API ------------------------------------------------------------------------------------


def test_the_api_answers_as_the_assistant_does(plain: str, assistant: Assistant) -> None:
    for path in ("/api/ask", "/api/v1/ask"):
        body = json.loads(ask(plain, "POST", path, question("How do I take alendronate?"))[2])
        first = body["citations"][0]
        document = json.loads(ask(plain, "GET", f"/api/v1/documents/{first['document']}")[2])
        assert document["text"][first["start"] : first["end"]] == first["quote"]
        assert document["hash"] == first["hash"]
    listed = json.loads(ask(plain, "GET", "/api/documents")[2])
    assert {row["id"] for row in listed} == set(assistant.index.documents)
    status, headers, body = ask(plain, "GET", "/api/documents/nothing")
    assert (status, headers["content-type"]) == (404, "application/problem+json")
    assert ask(plain, "GET", "/api/ask")[0] == 405


def test_the_country_of_the_person_goes_before_that_of_the_site(plain: str) -> None:
    for country, number in (("", "999"), ("us", "911"), ("zz", "999")):
        body = json.loads(ask(plain, "POST", "/api/ask", question(CHEST, country=country))[2])
        assert body["cards"][0]["phones"][0]["number"] == number


def test_parts_are_switched_on_and_off(assistant: Assistant) -> None:
    with serving(build_app(assistant, Settings(**FAST, api=False))) as url:
        assert ask(url, "POST", "/api/ask", question("What is RANKL?"))[0] == 404
        assert ask(url, "GET", "/source/alendronate")[0] == 200
    with serving(build_app(assistant, Settings(**FAST, openapi=True))) as url:
        described = json.loads(ask(url, "GET", "/api/openapi.json")[2])
        assert described["openapi"].startswith("3.")
        assert set(described["paths"]) == {
            "/api/v1/ask", "/api/v1/documents", "/api/v1/documents/{id}"
        }  # fmt: skip


def test_agents_get_the_same_answers_where_that_is_on(assistant: Assistant, plain: str) -> None:
    async def talk(url: str) -> tuple[set[str], dict[str, Any]]:
        async with Client(f"{url}/mcp") as client:
            tools = {tool.name for tool in (await client.list_tools()).tools}
            called = await client.call_tool("ask", {"question": "How do I take alendronate?"})
            return tools, dict(called.structured_content or {})

    with serving(build_app(assistant, Settings(**FAST, mcp=True))) as url:
        tools, answer = asyncio.run(talk(url))
    assert tools == {"ask", "documents", "document"}
    answer = answer.get("result", answer)
    said = json.loads(ask(plain, "POST", "/api/ask", question("How do I take alendronate?"))[2])
    assert answer["citations"][0]["quote"] == said["citations"][0]["quote"]
    assert ask(plain, "POST", "/mcp", "{}")[0] == 404
