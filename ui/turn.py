"""One turn of the chat: what the browser sends in, the transcript with its answer out.

It knows nothing of Gradio but the shape of its messages, and keeps nothing between turns.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from assistant.answer import Answer
from assistant.ask import Assistant
from assistant.reply import reply
from ui.asked import Asked, asked_html, asked_in, preferences, single_line
from ui.feedback import add_feedback, feedback_row
from ui.render import answer_html, contact_html
from ui.settings import Settings
from ui.welcome import asks_html

Message = dict[str, Any]
UNDO = Markup('<button type="button" class="undo">Read my last message by itself</button>')
ALONE = Markup('<p class="searching">I read your last message by itself.</p>')
NEXT = "You could also ask"
NEAREST = "What I do have answers to"
THANKS = "Thank you. It is saved on this site’s own server."
NOTHING_TO_RATE = "There is no answer to rate yet."


@dataclass(frozen=True, slots=True)
class Chat:
    """The chat of one site."""

    assistant: Assistant
    settings: Settings

    def respond(
        self, message: str | None, history: list[Message] | None, chosen: str | None
    ) -> tuple[str, list[Message]]:
        """An emptied box, and the transcript with the message and its answer."""
        earlier, asked = asked_in(history), Asked(message or "")
        return "", [*(history or ()), *self._turn([*earlier, asked], chosen)]

    def read_alone(self, history: list[Message] | None, chosen: str | None) -> list[Message]:
        """The transcript, its last message answered again without those before it."""
        asked = asked_in(history)
        if not history or not asked:
            return []
        *earlier, last = asked
        return [*history[:-2], *self._turn([*earlier, replace(last, alone=True)], chosen)]

    def rate(
        self, history: list[Message] | None, helpful: bool, reason: str, chosen: str | None
    ) -> str:
        """Write down whether the last answer helped; what is said of that."""
        asked = asked_in(history)
        file = self.settings.feedback_file
        if not asked or file is None:
            return NOTHING_TO_RATE
        messages = [a.text for a in asked] if not asked[-1].alone else [asked[-1].text]
        answer = self.answer(asked, chosen)
        add_feedback(file, feedback_row(messages, answer, helpful, reason))
        return str(Markup('<p role="status">{}</p>').format(THANKS))

    def answer(self, asked: Sequence[Asked], chosen: str | None) -> Answer:
        """The answer to the last of what was asked."""
        wanted = replace(preferences(chosen), alone=asked[-1].alone)
        return reply(self.assistant, [a.text for a in asked], wanted)

    def _turn(self, asked: Sequence[Asked], chosen: str | None) -> list[Message]:
        answer, last = self.answer(asked, chosen), asked[-1]
        contact = contact_html(self.settings.contact, self.settings.contact_url)
        shown = answer_html(answer, self.settings.root_path, contact, UNDO)
        html = Markup("{}{}{}").format(ALONE if last.alone else "", shown, _next(answer))
        whole = Markup('<div class="turn">{}</div>').format(html)
        return [
            {"role": "user", "content": asked_html(last)},
            {"role": "assistant", "content": single_line(whole)},
        ]


def _next(answer: Answer) -> Markup:
    """What else can be asked, as buttons."""
    if not answer.suggestions:
        return Markup("")
    lead = NEAREST if answer.status == "not_found" else NEXT
    next_ = '<div class="next"><p class="label">{}</p>{}</div>'
    return Markup(next_).format(lead, asks_html(answer.suggestions))
