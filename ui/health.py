"""Whether the service lives, and whether it can answer."""

from fastapi import FastAPI
from fastapi.responses import JSONResponse, PlainTextResponse

from ui.service import Service
from ui.watch import Watch


def mount_health(app: FastAPI, service: Service, watch: Watch | None) -> None:
    """``/healthz`` for those who restart it, ``/readyz`` for those who send people to it."""

    @app.api_route("/healthz", methods=["GET", "HEAD"], include_in_schema=False)
    async def healthz() -> PlainTextResponse:
        return PlainTextResponse("ok")

    @app.api_route("/readyz", methods=["GET", "HEAD"], include_in_schema=False)
    async def readyz() -> JSONResponse:
        documents, rules = len(service.index.documents), len(service.screen.rules.rules)
        ready = bool(documents and rules)
        says = {
            "ready": ready,
            "documents": documents,
            "cards": rules,
            "build": watch.build if watch else "",
            "index": watch.state if watch else "current",
        }
        return JSONResponse(says, 200 if ready else 503)
