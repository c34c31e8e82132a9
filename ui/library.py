"""The pages of the library: each document, and all of them by topic and reading level."""

from collections.abc import Iterable, Mapping
from typing import get_args

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from assistant.answer import Document, Level, Term
from ui.leaf import page
from ui.service import Service
from ui.settings import Settings
from ui.source import missing_page, source_page

BODY = Markup("""<h1>All documents</h1>
<p class="facts">{count} documents. Questions are answered from the plain ones first, unless you
choose another reading level; the others go further.</p>
<nav class="topics" aria-label="Topics"><ul>{topics}</ul></nav>
{sections}""")
SECTION = Markup('<section class="topic" id="{id}"><h2>{name}</h2><ul>{items}</ul></section>')
ITEM = Markup(
    '<li><a href="{root}/source/{id}">{title}</a> <span class="level {level}">{named}</span></li>'
)
GROUPS = {  # what a document names first among its topics -> where it stands
    "Understanding bones": "osteoporosis bone-biology menopause premature-menopause fracture-risk "
    "hip-fracture men",
    "Bisphosphonates": "bisphosphonates taking-tablets swallowing missed-doses interactions "
    "duration",
    "Hormones": "hormones hrt estrogen testosterone",
    "Both together, and choosing": "combination-therapy comparisons guidelines",
    "Other bone medicines": "denosumab raloxifene bone-building-drugs calcitonin",
    "Side effects": "side-effects jaw dental-care vaccines",
    "Tests and appointments": "bone-density blood-tests monitoring appointments",
    "Daily life": "calcium vitamin-d exercise falls smoking",
    "With another condition": "kidney-disease breast-cancer steroids pregnancy",
}
GROUP = {topic: name for name, topics in GROUPS.items() for topic in topics.split()}
EASIEST = get_args(Level)  # first
MORE = "More"  # a site's own topics


def library_routes(service: Service, settings: Settings) -> APIRouter:
    """``/library`` and ``/source/ID``; ids only, never paths."""
    routes, root = APIRouter(), settings.root_path

    @routes.get("/library")
    def library() -> HTMLResponse:
        return HTMLResponse(library_page(service.index.documents, root))

    @routes.get("/source/{id}")
    def source(id: str) -> HTMLResponse:
        document = service.document(id)
        if document is None:
            return HTMLResponse(missing_page(root), status_code=404)
        terms = sorted(service.terms(document.text), key=_name)
        return HTMLResponse(source_page(document, root, terms))

    return routes


def _name(term: Term) -> str:
    return term.name.lower()


def library_page(documents: Mapping[str, Document], root: str = "") -> str:
    """All documents, each under its main topic."""
    groups: dict[str, list[Document]] = {name: [] for name in (*GROUPS, MORE)}
    for document in documents.values():
        groups[GROUP.get((*document.topics, "")[0], MORE)].append(document)
    shown = {name: found for name, found in groups.items() if found}
    link = Markup('<li><a href="#{}">{}</a></li>')
    body = BODY.format(
        count=len(documents),
        topics=Markup("").join(link.format(_place(name), name) for name in shown),
        sections=Markup("\n").join(_section(name, found, root) for name, found in shown.items()),
    )
    return page("All documents", body, root)


def _place(name: str) -> str:
    """The fragment of a group."""
    return "-".join(name.lower().replace(",", "").split())


def _section(name: str, documents: Iterable[Document], root: str) -> Markup:
    ordered = sorted(documents, key=lambda d: (EASIEST.index(d.level), d.title))
    items = (
        ITEM.format(root=root, id=d.id, title=d.title, level=d.level, named=d.level)
        for d in ordered
    )
    return SECTION.format(id=_place(name), name=name, items=Markup("").join(items))
