"""One request to a live server, a question as the API takes it, and settings without waiting."""

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

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
