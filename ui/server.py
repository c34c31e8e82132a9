"""The web app: the chat, the pages of the documents, and a fence around both."""

from fastapi import FastAPI
from fastapi.responses import HTMLResponse, PlainTextResponse
from fastapi.staticfiles import StaticFiles

from assistant.ask import Assistant
from ui.chat import STATIC, mount_chat
from ui.fence import App, Fence
from ui.frame import mount_frame
from ui.settings import Settings
from ui.source import missing_page, source_page


def build_app(assistant: Assistant, settings: Settings = Settings()) -> App:
    """An ASGI app over a loaded assistant."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/healthz")
    def healthz() -> PlainTextResponse:
        return PlainTextResponse("ok")

    @app.get("/source/{id}")
    def source(id: str) -> HTMLResponse:
        document = assistant.document(id)
        if document is None:
            return HTMLResponse(missing_page(), status_code=404)
        return HTMLResponse(source_page(document))

    mount_frame(app, assistant, settings)
    app.mount("/pages", StaticFiles(directory=STATIC))
    return Fence(mount_chat(app, assistant, settings), settings.sites)
