"""The answer as JSON for other programs: ``POST /api/v1/ask``, ``GET /api/v1/documents``.

Only a person's own messages come in, so there is no history to forge. Errors are problems
(RFC 9457) that name the field and never what stood in it. ``/api/ask`` is the newest version.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from assistant.answer import Document, Level
from assistant.preferences import Preferences
from assistant.record import phone_record, record
from ui.asgi import PROBLEM, problem
from ui.blocks import anchor
from ui.service import Served, Service
from ui.settings import Settings

MOST_MESSAGES = 50  # that may be sent; the last seven are read
WHERE = {"body", "messages", "level", "country", "alone"}
INVALID = "The request does not fit: see `errors`, and docs/deploy.md for what it should be."
NO_DOCUMENT = "There is no document with this id; GET /api/v1/documents has them all."


class Question(BaseModel):
    """The person's messages, oldest first; the last one is answered. How long each may be is the
    service's to say, with cards."""

    model_config = ConfigDict(extra="forbid", strict=True)

    messages: Annotated[list[str], Field(min_length=1, max_length=MOST_MESSAGES)]
    level: Level = "plain"
    country: Annotated[str, Field(pattern="^[a-z]{0,8}$")] = ""  # whose phone numbers
    alone: bool = False  # read the last message by itself

    @property
    def wanted(self) -> Preferences:
        """What was chosen beside the messages."""
        return Preferences(self.country, self.level, self.alone)


def mount_api(app: FastAPI, service: Service, settings: Settings) -> None:
    """Serve the API from an app, by its version and as the newest."""
    router = APIRouter()

    @router.post("/ask", openapi_extra={"responses": {"429": {}, "500": {}, "503": {}}})
    async def ask(question: Question) -> Response:
        """An answer in whole, cited sentences."""
        served = await service.run(service.serve, question.messages, question.wanted)
        return _answer(served, settings.root_path)

    @router.get("/documents")
    def documents() -> list[dict[str, Any]]:
        """Every document of the library."""
        return [document_facts(d, settings.root_path) for d in service.index.documents.values()]

    @router.get("/documents/{id}")
    def document(id: str) -> dict[str, Any]:
        """One document with its text and sources."""
        found = service.document(id)
        if found is None:
            raise HTTPException(404, NO_DOCUMENT)
        return document_facts(found, settings.root_path) | document_text(found)

    app.include_router(router, prefix="/api/v1")
    app.include_router(router, prefix="/api", include_in_schema=False)


def handle_errors(app: FastAPI) -> None:
    """Have an app's own refusals come out as problems too."""

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        errors = [{"where": _where(e["loc"]), "says": _says(e)} for e in error.errors()[:10]]
        return _problem(422, INVALID, {"errors": errors})

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> Response:
        detail = error.detail if error.detail == NO_DOCUMENT else ""
        return _problem(error.status_code, detail)


def document_facts(document: Document, root: str = "") -> dict[str, Any]:
    """What a document is, without its text."""
    return {
        "id": document.id,
        "title": document.title,
        "level": document.level,
        "topics": list(document.topics),
        "written": str(document.written or ""),
        "review_due": str(document.review_due or ""),
        "clinical_review": document.clinical_review,
        "publisher": document.publisher,
        "url": document.url,
        "hash": document.hash,
        "page": f"{root}/source/{document.id}",
    }


def document_text(document: Document) -> dict[str, Any]:
    """The text of a document and its sources; offsets of citations are code points of it."""
    references = document.references(document.whole)
    return {
        "text": document.text,
        "references": [{"text": str(r), "url": r.url} for r in references],
    }


def answer_data(served: Served, root: str = "") -> dict[str, Any]:
    """An answer as plain data, each citation with the address of its place."""
    data = record(served.answer)
    for row, citation in zip(data["citations"], served.answer.citations, strict=True):
        row["source"] = f"{root}/source/{row['document']}#{anchor(citation.span)}"
    return data


def _answer(served: Served, root: str) -> Response:
    if served.code == 200:
        return JSONResponse(answer_data(served, root))
    data = record(served.answer)
    phones = [phone_record(phone) for phone in served.phones]
    more = {"cards": data["cards"], "phones": phones}
    more |= {"retry_after": served.wait} if served.wait else {}
    return _problem(served.code, served.answer.message, more)


def _problem(status: int, detail: str, more: Mapping[str, Any] | None = None) -> Response:
    body = problem(status, detail, more)
    wait = body.get("retry_after")
    headers = {"retry-after": str(wait)} if wait else {}
    return JSONResponse(body, status, headers, media_type=PROBLEM)


def _where(path: Sequence[int | str]) -> str:
    """Where in the request, by names of ours and numbers only."""
    known = [str(part) for part in path if isinstance(part, int) or part in WHERE]
    return ".".join(known)


def _says(error: Mapping[str, Any]) -> str:
    """What is wrong, in words that do not depend on what was sent."""
    if error["type"] in ("json_invalid", "value_error"):
        return "This is not JSON."
    return str(error["msg"])
