"""The chat page. Only door to gradio, which is told to keep, send and log nothing.

``gr.Blocks`` and not ``gr.ChatInterface``: that one writes browser storage and drops the keyboard
focus after each question. Earlier answers come back from the browser and are not believed; only
the person's own messages are used.
"""

import os
import sys
import traceback
from collections.abc import Sequence
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

from assistant.ask import Assistant
from assistant.conversation import LONGEST
from assistant.reply import reply
from ui.render import answer_html

STATIC = Path(__file__).parent / "static"
TITLE = "Bonewise"
ABOUT = (
    "# Ask about bone health\n"
    "Hormones, bisphosphonates and the two together, answered in whole sentences from our own "
    "documents, each with its source.\n\n"
    "**No doctor has reviewed these documents yet.** This page can't assess you. It keeps nothing "
    "that you type; leave out names and dates of birth."
)
EXAMPLES = (
    "How do I take the weekly alendronate tablet?",
    "Is HRT plus a bisphosphonate better than one alone?",
    "How rare is jaw bone damage?",
    "What did TRAVERSE find about testosterone and fractures?",
)
WELCOME = "Your questions and the quotes that answer them appear here."

Message = dict[str, Any]
THEME = gr.themes.Base(
    primary_hue=gr.themes.colors.teal,
    neutral_hue=gr.themes.colors.stone,
    font=["system-ui", "sans-serif"],
    font_mono=["ui-monospace", "monospace"],
    text_size=gr.themes.sizes.text_md,
    radius_size=gr.themes.sizes.radius_md,
).set(
    button_primary_background_fill="#0b5c6b",
    button_primary_background_fill_hover="#094a57",
    button_primary_background_fill_dark="#0f7286",
    button_primary_text_color="#ffffff",
    button_secondary_background_fill="#eef3f3",
    button_secondary_background_fill_dark="#23292f",
    body_background_fill="#fbfaf7",
    body_background_fill_dark="#16191d",
    body_text_color="#1c2733",
    body_text_color_dark="#e8e6e1",
    block_background_fill_dark="#16191d",
    input_background_fill="#ffffff",
    input_background_fill_dark="#23292f",
    input_border_color="#8a949d",
    input_border_color_dark="#66717b",
    input_border_width="1px",
)


def build_chat(assistant: Assistant, root: str = "") -> gr.Blocks:
    """The page; `root` is the path under which everything is served."""

    def respond(message: str | None, history: list[Message] | None) -> tuple[str, list[Message]]:
        message, history = message or "", history or []
        answer = reply(assistant, [*own_messages(history), message])
        asked = {"role": "user", "content": message[:LONGEST]}
        shown: Message = {"role": "assistant", "content": str(answer_html(answer, root))}
        if answer.suggestions:
            shown["options"] = [{"value": text, "label": text} for text in answer.suggestions]
        return "", [*history, asked, shown]

    def respond_option(history: list[Message], chosen: gr.SelectData) -> list[Message]:
        return respond(str(chosen.value), history)[1]

    with gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=False) as page:
        gr.Markdown(ABOUT, elem_id="about")
        chat = gr.Chatbot(
            label="Questions and answers",
            elem_id="chat",
            placeholder=WELCOME,
            buttons=[],
            latex_delimiters=[],
            group_consecutive_messages=False,
            layout="panel",
            autoscroll=False,  # to its end; chat.js scrolls to the question instead
            height="auto",  # the page scrolls, not a box inside it
            show_label=False,
        )
        with gr.Row(elem_id="ask"):
            box = gr.Textbox(
                label="Your question",
                placeholder="In your own words",
                lines=1,
                max_lines=6,
                max_length=LONGEST,
                autofocus=True,
                scale=8,
            )
            ask = gr.Button("Ask", variant="primary", scale=1, min_width=88)
        with gr.Row(elem_id="examples"):
            buttons = [gr.Button(text, size="sm", min_width=320) for text in EXAMPLES]
        clear = gr.Button("Clear this conversation", size="sm", elem_id="clear")

        private: dict[str, Any] = {"api_visibility": "private", "queue": True}
        for event in (box.submit, ask.click):
            event(respond, [box, chat], [box, chat], **private)
        for text, button in zip(EXAMPLES, buttons, strict=True):
            button.click(
                lambda history, text=text: respond(text, history)[1], chat, chat, **private
            )
        chat.option_select(respond_option, chat, chat, **private)
        clear.click(lambda: ("", []), None, [box, chat], **private)
    page.queue(max_size=32, default_concurrency_limit=os.cpu_count() or 1)
    return page


def own_messages(history: Sequence[Message]) -> list[str]:
    """What the person typed, from a history that the browser sends and may have changed."""
    return [_text(message.get("content")) for message in history if message.get("role") == "user"]


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return " ".join(str(part.get("text", "")) for part in parts if isinstance(part, dict))


def report() -> None:
    """Print an error's type and place; its message and traceback may hold what was typed."""
    kind, _, trace = sys.exc_info()
    last = traceback.extract_tb(trace)[-1]
    name = kind.__name__ if kind else "error"
    print(f"{name} in {Path(last.filename).name} line {last.lineno}", file=sys.stderr)


# Gradio prints the whole traceback of a failed event, with the values that were sent.
for module in (gradio.queueing, gradio.route_utils, gradio.routes):
    module.traceback = SimpleNamespace(print_exc=report)


def mount_chat(app: FastAPI, assistant: Assistant, root: str = "") -> FastAPI:
    """The chat at ``/`` of an app, with everything switched off that we do not use."""
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        build_chat(assistant, root),
        path="/",
        theme=THEME,
        css_paths=[STATIC / "chat.css"],
        head=f'<script src="{root}/pages/chat.js" defer></script>',
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size="1kb",
        enable_monitoring=False,
        mcp_server=False,
        ssr_mode=False,
    )
    return mounted
