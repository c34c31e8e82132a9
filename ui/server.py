"""The web app: the pages, the API, the chat, and a fence around them all."""

from collections.abc import Callable
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute
from fastapi.staticfiles import StaticFiles

from assistant.ask import Assistant
from ui.api import handle_errors, mount_api
from ui.asgi import App
from ui.fence import Fence
from ui.frame import mount_frame
from ui.health import mount_health
from ui.library import library_routes
from ui.limits import Rates
from ui.service import Service
from ui.settings import Settings
from ui.takeaway import takeaway_routes
from ui.watch import Watch

STATIC = Path(__file__).parent / "static"
WITHOUT_CHAT = "/ask"  # where a person is sent who comes to a service without the chat
OPENAPI = "/api/openapi.json"


def build_app(
    assistant: Assistant | Service, settings: Settings | None = None, watch: Watch | None = None
) -> App:
    """An ASGI app over a loaded assistant, or over a service that `watch` looks after."""
    settings = settings or Settings(country=assistant.screen.country)
    service = assistant if isinstance(assistant, Service) else Service(assistant, settings)
    app = FastAPI(
        title=settings.title, docs_url=None, redoc_url=None,
        openapi_url=OPENAPI if settings.openapi and settings.api else None,
    )  # fmt: skip
    mount_health(app, service, watch)
    for mount in PARTS:
        mount(app, service, settings)
    for route in app.routes:
        if isinstance(route, APIRoute):
            route.include_in_schema = False  # pages are for people
    if settings.api:
        mount_api(app, service, settings)
    if settings.mcp:
        from ui.agents import mount_agents

        mount_agents(app, service, settings)
    app.mount("/pages", StaticFiles(directory=STATIC))
    handle_errors(app)
    if settings.chat:
        from ui.chat import mount_chat  # imports gradio: seconds, and 150 MB

        mount_chat(app, service, settings)
    else:
        mount_elsewhere(app, settings)
    return Fence(app, service, settings, Rates(settings))


def mount_elsewhere(app: FastAPI, settings: Settings) -> None:
    """Send those who come for the chat to the light page, where there is no chat."""

    @app.get("/", include_in_schema=False)
    async def elsewhere() -> RedirectResponse:
        return RedirectResponse(f"{settings.root_path}{WITHOUT_CHAT}")


def mount_pages(app: FastAPI, service: Service, settings: Settings) -> None:
    """The library, its documents by id, and the conversation to take away."""
    for routes in (library_routes, takeaway_routes):
        app.include_router(routes(service, settings), include_in_schema=False)


PARTS: tuple[Callable[[FastAPI, Service, Settings], None], ...] = (mount_pages, mount_frame)
