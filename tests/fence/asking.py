"""One request to a live server, a question as the API and the chat take it, and settings without
waiting."""

import http.client
import json
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

FAST: dict[str, Any] = {"ask_rate": "9999/second", "page_rate": "9999/second", "chat": False}
CHEST = "I have chest pain and can't breathe"


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


def join(url: str, event: int | None, data: list[Any], session: str = "s") -> int:
    """The status of one event of the chat."""
    sent = json.dumps({"fn_index": event, "data": data, "session_hash": session})
    return ask(url, "POST", "/gradio_api/queue/join", sent)[0]


def chat_answer(url: str, text: str) -> str:
    """What the chat shows for a question."""
    assert join(url, 0, [text, "[]", "plain"], "answer") == 200
    return chat_shown(url, "answer")


def chat_shown(url: str, session: str, place: int = 0) -> str:
    """What the chat shows in one of its places when the event of a session is over."""
    with urlopen(f"{url}/gradio_api/queue/data?session_hash={session}", timeout=20) as stream:
        for line in stream:
            if b"process_completed" in line:
                event = json.loads(line.removeprefix(b"data: "))
                assert event["success"], event
                return str(event["output"]["data"][place])
    raise AssertionError("the stream ended without an answer")
