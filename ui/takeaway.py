"""The conversation to take away: its quotes with sources and dates, and room for questions.

Made in memory from the messages that are posted, which are answered anew; nothing is kept, and
nothing that a browser claims was answered is printed.
"""

from collections.abc import Sequence
from datetime import date
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from markupsafe import Markup

from assistant.answer import Answer
from ui.asked import Asked
from ui.leaf import page
from ui.markdown import takeaway_markdown
from ui.origin import day, review
from ui.render import ASK_SOMEONE, answer_html, contact_html
from ui.service import Service
from ui.settings import Settings
from ui.turn import Chat

MOST_TURNS = 20  # answers of one take-away
LINES = 8  # to write on
NEVER_KEPT = {"cache-control": "no-store"}
BODY = Markup("""<h1>What I asked about my bones</h1>
<p class="facts">Made on {today} by {title}. The quotes are copied word for word from our documents;
they are not advice for you. <strong>{review}</strong> Nothing of this is kept.</p>
<div class="screen-only actions">
<button type="button" id="print" hidden>Print this page</button>
<form method="post" action="{root}/takeaway">{fields}
<input type="hidden" name="as" value="markdown"><button>Save as text</button></form></div>
{turns}
<section class="notes"><h2>Questions for my doctor or pharmacist</h2>{lines}</section>
<p class="facts">{contact}</p>""")
EMPTY = Markup('<h1>Nothing to take away yet</h1><p><a href="{}/">Ask a question</a> first.</p>')


def takeaway_routes(service: Service, settings: Settings) -> APIRouter:
    """``POST /takeaway``: fields ``message`` or ``alone``, in order, and ``level country as``."""
    routes, chat = APIRouter(), Chat(service)

    @routes.post("/takeaway")
    async def takeaway(request: Request) -> Response:
        fields = parse_qsl((await request.body()).decode("utf-8", "replace"))
        return await service.run(_made, chat, fields)

    return routes


def _made(chat: Chat, fields: Sequence[tuple[str, str]]) -> Response:
    named = dict(fields)
    chosen = f"{named.get('level', '')} {named.get('country', '')}"
    sent = [field for field in fields if field[0] in ("message", "alone") and field[1].strip()]
    asked = [Asked(text, name == "alone") for name, text in sent[-MOST_TURNS:]]
    answers = [served.answer for served in chat.conversation(asked, chosen)]
    turns = [(one.text, answer) for one, answer in zip(asked, answers, strict=True)]
    if named.get("as") == "markdown" and turns:
        attached = {"content-disposition": 'attachment; filename="bone-health-questions.md"'}
        text = takeaway_markdown(turns, chat.settings.title, _contact(chat.settings))
        return Response(text, headers=NEVER_KEPT | attached, media_type="text/markdown")
    return HTMLResponse(takeaway_page(turns, fields, chat.settings), headers=NEVER_KEPT)


def _contact(settings: Settings) -> str:
    """Whom to ask instead, with the number or address; empty if the site names nobody."""
    address = settings.contact_url.removeprefix("tel:").removeprefix("mailto:")
    said = settings.contact or (ASK_SOMEONE if address else "")
    return f"{said}: {address}" if address and address not in said else said


def takeaway_page(
    turns: Sequence[tuple[str, Answer]], fields: Sequence[tuple[str, str]], settings: Settings
) -> str:
    """The conversation as a page to print; `fields` are posted again to save it as text."""
    root = settings.root_path
    if not turns:
        return page("Nothing to take away yet", EMPTY.format(root), root)
    contact = contact_html(settings.contact, settings.contact_url)
    turn = Markup('<section class="turn"><h2>{}</h2>{}</section>')
    hidden = Markup('<input type="hidden" name="{}" value="{}">')
    body = BODY.format(
        today=day(date.today()),
        title=settings.title,
        review=review(c.passage.document for _, answer in turns for c in answer.citations),
        root=root,
        fields=Markup("").join(hidden.format(*field) for field in fields if field[0] != "as"),
        turns=Markup("\n").join(
            turn.format(text, _opened(answer_html(answer, root, contact))) for text, answer in turns
        ),
        lines=Markup('<div class="line"></div>') * LINES,
        contact=contact,
    )
    return page("What I asked about my bones", body, root)


def _opened(html: Markup) -> Markup:
    """The same with its references unfolded: nobody can tap on paper."""
    return html.replace(Markup("<details>"), Markup("<details open>"))
