"""The API and what agents get: the assistant's own answers, where they are switched on."""

import asyncio
import json
import re
from typing import Any

from conftest import serving
from mcp import Client

from assistant.ask import Assistant
from fence.asking import CHEST, FAST, ask, question
from ui.server import build_app
from ui.settings import Settings


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


def test_agents_get_links_that_work_under_a_path_of_its_own(assistant: Assistant) -> None:
    async def talk(url: str) -> tuple[str, list[str]]:
        async with Client(f"{url}/bones/mcp") as client:
            told = str(client.instructions)
            called = await client.call_tool("ask", {"question": "How do I take alendronate?"})
            listed = await client.call_tool("documents", {})
            one = await client.call_tool("document", {"id": "alendronate"})
            said = json.dumps([c.structured_content for c in (called, listed, one)])
            return told, re.findall(r'"(?:source|page)": "(/[^"]+)"', said)

    with serving(build_app(assistant, Settings(**FAST, mcp=True, root_path="/bones"))) as url:
        told, links = asyncio.run(talk(url))
        assert len(links) > len(assistant.index.documents) + 1
        for link in links:
            assert link.startswith("/bones/source/")
        assert ask(url, "GET", links[0].split("#")[0])[0] == 200
    assert "whether a clinician has reviewed it" in told
