"""The web app: the chat, the pages of the documents, and a fence around both."""

from fastapi import FastAPI
from fastapi.responses import PlainTextResponse
from fastapi.staticfiles import StaticFiles

from assistant.ask import Assistant
from ui.chat import STATIC, mount_chat
from ui.fence import App, Fence
from ui.library import library_routes
from ui.settings import Settings
from ui.takeaway import takeaway_routes


def build_app(assistant: Assistant, settings: Settings | None = None) -> App:
    """An ASGI app over a loaded assistant."""
    settings = settings or Settings()
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/healthz")
    def healthz() -> PlainTextResponse:
        return PlainTextResponse("ok")

    app.include_router(library_routes(assistant, settings))
    app.include_router(takeaway_routes(assistant, settings))
    app.mount("/pages", StaticFiles(directory=STATIC))
    return Fence(mount_chat(app, assistant, settings))
