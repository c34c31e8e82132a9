"""What can be reached, below a path too, and which headers go out with it."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import serving
from starlette.routing import Mount

from assistant.ask import Assistant
from fence.asking import FAST, ask, question
from ui.fence import OPEN
from ui.server import build_app
from ui.settings import Settings

# Of all that Gradio serves, what a chat page needs. Gradio adds routes with most releases.
NEEDED = {
    "/", "/assets/{path:path}", "/static/{path:path}", "/theme.css", "/config", "/config/",
    "/manifest.json", "/favicon.ico", "/gradio_api/info", "/gradio_api/info/",
    "/gradio_api/startup-events", "/gradio_api/queue/join", "/gradio_api/queue/data",
    "/gradio_api/heartbeat/{session_hash}", "/gradio_api/reset", "/gradio_api/reset/",
    "/gradio_api/cancel",
}  # fmt: skip


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
    ["/library", "/takeaway", "/embed", "/embed/look.css", "/widget/v1/loader.js", "/ask",
     "/source/alendronate", "/pages/embed.js", "/api/v1/ask", "/api/documents/alendronate",
     "/healthz", "/readyz"],
)  # fmt: skip
def test_our_own_paths_are_admitted_and_served(plain: str, path: str) -> None:
    assert OPEN.match(path)
    assert ask(plain, "GET", path)[0] != 404


@pytest.mark.parametrize("path", ["/demo", "/demo/hospital.html", "/feedback", "/docs", "/metrics"])
def test_what_nothing_serves_is_not_admitted(path: str) -> None:
    assert not OPEN.match(path)


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
