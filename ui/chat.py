"""The chat page. It is told to keep, send and log nothing.

``gr.Blocks`` and not ``gr.ChatInterface``: that one writes browser storage and drops the keyboard
focus after each question. Gradio's Chatbot cleans what it shows, which takes away the names that
screen readers need and the pop-ups of the glossary; chat.js puts them back.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # before the import: it reports on import
os.environ["GRADIO_RUN_HISTORY"] = "False"

import gradio as gr
import gradio.queueing
import gradio.route_utils
import gradio.routes
from fastapi import FastAPI
from markupsafe import Markup

from ui.asked import single_line
from ui.bounds import LONGEST_QUESTION
from ui.limits import ASKER, VISIT
from ui.quiet import place
from ui.render import contact_html
from ui.service import Service
from ui.settings import Settings
from ui.theme import theme
from ui.turn import Chat
from ui.welcome import HINT, RATE, choices_html, examples_html, footer_html, hero_html

STATIC = Path(__file__).parent / "static"


def build_chat(service: Service, settings: Settings) -> gr.Blocks:
    """The page of one site."""
    chat, private = Chat(service), {"api_visibility": "private", "queue": True}
    root, contact = settings.root_path, contact_html(settings.contact, settings.contact_url)
    library, countries = service.index.documents.values(), service.screen.countries
    with gr.Blocks(
        title=f"{settings.title}: ask about bone health", analytics_enabled=False, fill_width=False
    ) as page:
        hero = _ours(hero_html(settings.title, root, library), "hero")
        turns = _transcript()
        # What chat.js fills in and presses, and what was asked: all that is sent of a conversation.
        said = gr.Textbox("[]", visible="hidden", elem_id="said")
        chosen = gr.Textbox("plain", visible="hidden", elem_id="chosen")
        alone = gr.Button(visible="hidden", elem_id="alone")
        with gr.Row(elem_id="tools"):
            gr.Button("Copy answer", size="sm", elem_id="copy", min_width=120)
            gr.Button("Print or take away", size="sm", elem_id="takeaway", min_width=120)
            clear = gr.Button("Clear", size="sm", elem_id="clear", min_width=90)
        rated = _feedback() if settings.feedback else None
        with gr.Column(elem_id="ask"):
            with gr.Row(elem_id="line"):
                box = gr.Textbox(
                    label="Your question", placeholder="In your own words", lines=1, max_lines=6,
                    max_length=LONGEST_QUESTION, autofocus=True, scale=8, elem_id="question",
                )  # fmt: skip
                ask = gr.Button("Ask", variant="primary", scale=0, min_width=96, elem_id="send")
            _ours(HINT, "below")
        _ours(choices_html(countries, settings.country), "choices")
        _ours(examples_html(), "examples")
        _ours(footer_html(contact, root), "foot")

        shown: dict[str, Any] = {**private, "show_progress": "hidden"}
        for event in (box.submit, ask.click):  # the first two, for chat.js
            event(_worked(service, chat.respond), [box, said, chosen], [turns, said], **shown)
        alone.click(_worked(service, chat.read_alone), [said, chosen], [turns, said], **shown)
        clear.click(lambda: ([], "[]"), None, [turns, said], **shown)
        if rated:
            _rate(chat, rated, [said, chosen], private)
    # How many are answered and wait is the service's to say, with cards; Gradio hands over.
    page.max_threads = service.most
    page.queue(max_size=service.most, default_concurrency_limit=None)

    def renew() -> None:
        """What the page says of the library, for those who open it after another came into use."""
        newest = service.index.documents.values()
        hero.value = single_line(hero_html(settings.title, root, newest))
        page.config = page.get_config_file()

    service.renewed.append(renew)
    return page


def _worked(service: Service, work: Callable[..., Any]) -> Callable[..., Any]:
    """A handler that works on a thread of the service's, for whoever sent the event."""

    async def handler(request: gr.Request, *values: Any) -> Any:
        asker = VISIT.set(request.request.scope.get(ASKER))
        try:
            return await service.run(work, *values)
        finally:
            VISIT.reset(asker)

    return handler


def _ours(html: Markup, name: str) -> gr.Markdown:
    """HTML that never changes. Not ``gr.HTML``, which evaluates it: our policy forbids that."""
    return gr.Markdown(single_line(html), sanitize_html=False, elem_id=name)


def _transcript() -> gr.Chatbot:
    """The newest turn; chat.js keeps those before it on the page."""
    return gr.Chatbot(
        label="Questions and answers",
        elem_id="chat",
        buttons=[],
        latex_delimiters=[],
        group_consecutive_messages=False,
        layout="panel",
        autoscroll=False,  # to its end; chat.js scrolls to the question instead
        height="auto",  # the page scrolls, not a box inside it
        show_label=False,
    )


def _feedback() -> tuple[Any, ...]:
    """Reason, thumbs and reply, on pages of sites that have turned feedback on."""
    with gr.Column(elem_id="feedback"):
        _ours(RATE, "rate")
        with gr.Row(elem_id="thumbs"):
            reason = gr.Textbox(
                label="Why, if you like", max_length=LONGEST_QUESTION, lines=1, scale=4
            )
            yes = gr.Button("Yes, it helped", size="sm", min_width=120)
            no = gr.Button("No, it didn’t", size="sm", min_width=120)
        return reason, yes, no, _ours(Markup(""), "rated")


def _rate(chat: Chat, parts: tuple[Any, ...], sent: list[Any], private: dict[str, Any]) -> None:
    reason, yes, no, reply = parts
    for button, helpful in ((yes, True), (no, False)):

        def rate(
            earlier: str | None, choices: str | None, why: str | None, is_so: bool = helpful
        ) -> tuple[str, str]:
            return chat.rate(earlier, is_so, why or "", choices)

        button.click(_worked(chat.service, rate), [*sent, reason], [reason, reply], **private)


def report() -> None:
    """Print an error's type and place; its message and traceback may hold what was typed."""
    error = sys.exc_info()[1]
    print(place(error) if error else "error", file=sys.stderr)


# Gradio prints the whole traceback of a failed event, with the values that were sent.
for module in (gradio.queueing, gradio.route_utils, gradio.routes):
    module.traceback = SimpleNamespace(print_exc=report)


def mount_chat(app: FastAPI, service: Service, settings: Settings) -> FastAPI:
    """The chat at ``/`` of an app, with everything switched off that we do not use."""
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        build_chat(service, settings),
        path="/",
        theme=theme(settings.accent),
        css_paths=[STATIC / "answer.css", STATIC / "chat.css"],  # after Gradio's own, so they win
        head=f'<script src="{settings.root_path}/pages/chat.js" defer></script>',
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size="1kb",
        enable_monitoring=False,
        mcp_server=False,
        ssr_mode=False,
    )
    return mounted
