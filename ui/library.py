"""The pages of the library: each document, and all of them by topic and reading level."""

from collections.abc import Iterable, Mapping

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from assistant.answer import Document
from assistant.ask import Assistant
from ui.leaf import page
from ui.settings import Settings
from ui.source import missing_page, source_page

BODY = Markup("""<h1>All documents</h1>
<p class="facts">{count} documents, by their main topic. Most questions are answered from the
plain ones first; the others go further.</p>
<nav class="topics" aria-label="Topics"><ul>{topics}</ul></nav>
{sections}""")
SECTION = Markup('<section class="topic" id="topic-{id}"><h2>{name}</h2><ul>{items}</ul></section>')
ITEM = Markup(
    '<li><a href="{root}/source/{id}">{title}</a> <span class="level {level}">{named}</span></li>'
)
LEVELS = {"plain": "plain", "detailed": "detailed", "research": "research"}  # in reading order
CAPITALS = {"hrt": "HRT", "frax": "FRAX", "dhea": "DHEA", "vitamin d": "vitamin D"}
OTHER = "other"


def library_routes(assistant: Assistant, settings: Settings) -> APIRouter:
    """``/library`` and ``/source/ID``; ids only, never paths."""
    routes, root = APIRouter(), settings.root_path

    @routes.get("/library")
    def library() -> HTMLResponse:
        return HTMLResponse(library_page(assistant.index.documents, root))

    @routes.get("/source/{id}")
    def source(id: str) -> HTMLResponse:
        document = assistant.document(id)
        if document is None:
            return HTMLResponse(missing_page(root), status_code=404)
        return HTMLResponse(source_page(document, root))

    return routes


def library_page(documents: Mapping[str, Document], root: str = "") -> str:
    """All documents under the topic that each names first."""
    topics: dict[str, list[Document]] = {}
    for document in documents.values():
        topics.setdefault((*document.topics, OTHER)[0], []).append(document)
    ordered = sorted(topics, key=lambda topic: (topic == OTHER, topic_name(topic).lower()))
    link = Markup('<li><a href="#topic-{}">{}</a></li>')
    body = BODY.format(
        count=len(documents),
        topics=Markup("").join(link.format(topic, topic_name(topic)) for topic in ordered),
        sections=Markup("\n").join(_section(topic, topics[topic], root) for topic in ordered),
    )
    return page("All documents", body, root)


def topic_name(topic: str) -> str:
    """A topic as a heading: ``vitamin-d`` is Vitamin D."""
    words = topic.replace("-", " ")
    named = CAPITALS.get(words, words)
    return named[:1].upper() + named[1:]


def _section(topic: str, documents: Iterable[Document], root: str) -> Markup:
    levels = list(LEVELS)
    ordered = sorted(documents, key=lambda d: (levels.index(d.level), d.title))
    items = (
        ITEM.format(root=root, id=d.id, title=d.title, level=d.level, named=LEVELS[d.level])
        for d in ordered
    )
    return SECTION.format(id=topic, name=topic_name(topic), items=Markup("").join(items))
