"""The least that a web app and a Gradio page can do, to compare ours with: say it back."""

import sys
from typing import Any

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel


class Said(BaseModel):
    """The same body as a question to the API."""

    messages: list[str]


def web_echo() -> FastAPI:
    """A FastAPI app with one route."""
    app = FastAPI()

    @app.post("/echo")
    def echo(said: Said) -> dict[str, Any]:
        return {"messages": said.messages}

    return app


def chat_echo() -> FastAPI:
    """The same as a Gradio page: a box and a transcript."""
    import gradio as gr

    def respond(message: str) -> tuple[str, list[Any]]:
        said = {"role": "user", "content": message}
        return "", [said, {"role": "assistant", "content": message}]

    with gr.Blocks(analytics_enabled=False) as page:
        chat, box = gr.Chatbot(), gr.Textbox()
        box.submit(respond, box, [box, chat])
    page.queue(default_concurrency_limit=4)
    app: FastAPI = gr.mount_gradio_app(FastAPI(), page, path="/")
    return app


if __name__ == "__main__":
    kind, port = sys.argv[1:]
    echo = {"web": web_echo, "chat": chat_echo}[kind]()
    uvicorn.run(echo, port=int(port), access_log=False, log_level="error")
