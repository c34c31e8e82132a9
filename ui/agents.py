"""The same answers for staff's own agents, by the Model Context Protocol at ``/mcp``; off at first.

Only door to the package mcp, which is an extra. It reads and never writes, keeps no session, and
an agent gets quotes with their sources, as a person does.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI

from assistant.answer import Level
from assistant.preferences import Preferences
from ui.api import NO_DOCUMENT, answer_data, document_facts, document_text
from ui.bounds import LONGEST_MESSAGE
from ui.service import Service
from ui.settings import Settings

INSTRUCTIONS = (
    "Answers about bone health in whole sentences, quoted from documents; each of these says "
    "whether a clinician has reviewed it. Show quotes as they are, with their sources, and show "
    "every card first."
)
MISSING = "the setting mcp needs the package mcp; install it: pip install bonewise[mcp]"


def mount_agents(app: FastAPI, service: Service, settings: Settings) -> None:
    """Serve the tools from an app; ValueError if the package is not installed."""
    try:
        from mcp.server.mcpserver import MCPServer
        from mcp.server.transport_security import TransportSecuritySettings
    except ImportError as error:
        raise ValueError(MISSING) from error
    server = MCPServer(settings.title, instructions=INSTRUCTIONS, log_level="WARNING")
    root = settings.root_path

    @server.tool()
    async def ask(question: str, country: str = "", level: Level = "plain") -> dict[str, Any]:
        """An answer in whole, cited sentences; `country` is whose emergency numbers: gb, us."""
        wanted = Preferences(country, level)
        said = [question[:LONGEST_MESSAGE]]
        return answer_data(await service.run(service.serve, said, wanted), root)

    @server.tool()
    async def documents() -> list[dict[str, Any]]:
        """Every document of the library."""
        return [document_facts(document, root) for document in service.index.documents.values()]

    @server.tool()
    async def document(id: str) -> dict[str, Any]:
        """One document with its text and sources."""
        found = service.document(id)
        if found is None:
            return {"error": NO_DOCUMENT}
        return document_facts(found, root) | document_text(found)

    # Whose pages may ask is the fence's to say: nobody's.
    anywhere = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    inner = server.streamable_http_app(
        stateless_http=True, json_response=True, transport_security=anywhere
    )
    app.router.routes.extend(inner.routes)
    outer = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(around: FastAPI) -> AsyncIterator[Any]:
        async with outer(around) as state, server.session_manager.run():
            yield state

    app.router.lifespan_context = lifespan
