"""One turn of the chat: what the browser sends in, the message with its answer out.

It knows nothing of Gradio but the shape of its messages, and keeps nothing between turns: the page
keeps the turns before it, and sends what was asked in them.
"""

import secrets
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from assistant.answer import Answer
from ui.asked import Asked, asked_html, asked_in, preferences, said, single_line
from ui.feedback import add_feedback, feedback_row
from ui.quiet import place
from ui.render import answer_html, contact_html
from ui.service import Served, Service
from ui.settings import Settings
from ui.welcome import asks_html

Message = dict[str, Any]
UNDO = Markup('<button type="button" class="undo">Read my last message by itself</button>')
ALONE = Markup('<p class="searching">I read your last message by itself.</p>')
STATUS = Markup('<p role="status">{}</p>')
NEXT = "You could also ask"
NEAREST = "What I do have answers to"
THANKS = "Thank you. It is saved on this site’s own server."
NOT_SAVED = "It could not be saved here. Nothing is wrong with your answer."
NOTHING_TO_RATE = "There is no answer to rate yet."


@dataclass(frozen=True, slots=True)
class Chat:
    """The chat of one site."""

    service: Service

    @property
    def settings(self) -> Settings:
        """Those of the site."""
        return self.service.settings

    def respond(
        self, message: str | None, earlier: str | None, chosen: str | None
    ) -> tuple[list[Message], str]:
        """The message with its answer, and what was asked until now."""
        asked = [*asked_in(earlier), Asked(message or "")]
        return self._turn(asked, chosen), said(asked)

    def read_alone(self, earlier: str | None, chosen: str | None) -> tuple[list[Message], str]:
        """The last message answered again without those before it, and what was asked."""
        asked = asked_in(earlier)
        if not asked:
            return [], said(())
        asked[-1] = replace(asked[-1], alone=True)
        return self._turn(asked, chosen), said(asked)

    def rate(
        self, earlier: str | None, helpful: bool, reason: str, chosen: str | None
    ) -> tuple[str, str]:
        """Write down whether the last answer helped; what stays in the box, what is said of that.

        What was shown is not known without answering again: if that can't be, nothing is written.
        """
        asked = asked_in(earlier)
        file = self.settings.feedback_file
        if not asked or file is None:
            return reason, NOTHING_TO_RATE
        messages = [a.text for a in asked] if not asked[-1].alone else [asked[-1].text]
        served = self.served(asked, chosen, again=True)
        if served.code != 200:
            return reason, single_line(STATUS.format(served.answer.message))
        try:
            add_feedback(file, feedback_row(messages, served.answer, helpful, reason))
        except OSError as error:
            print(f"{place(error)} at feedback", file=sys.stderr, flush=True)
            return reason, single_line(STATUS.format(NOT_SAVED))
        return "", single_line(STATUS.format(THANKS))

    def conversation(
        self, asked: Sequence[Asked], chosen: str | None, new: int = 0
    ) -> list[Served]:
        """An answer to each message, in the light of those before it, of which only the `new` last
        were not shown yet; the request pays for them all."""
        self.service.pay(len(asked))
        known = len(asked) - new
        ends = range(1, len(asked) + 1)
        return [self.served(asked[:end], chosen, again=end <= known) for end in ends]

    def served(self, asked: Sequence[Asked], chosen: str | None, again: bool = False) -> Served:
        """The answer to the last of what was asked, and whether it was turned away."""
        wanted = replace(preferences(chosen), alone=asked[-1].alone)
        return self.service.serve([a.text for a in asked], wanted, again)

    def _turn(self, asked: Sequence[Asked], chosen: str | None) -> list[Message]:
        answer, last = self.served(asked, chosen).answer, asked[-1]
        contact = contact_html(self.settings.contact, self.settings.contact_url)
        shown = answer_html(answer, self.settings.root_path, contact, UNDO)
        html = Markup("{}{}{}").format(ALONE if last.alone else "", shown, _next(answer))
        # Gradio draws only what has changed, and the same may be asked and answered twice.
        whole = Markup('<div class="turn t{}">{}</div>').format(secrets.token_hex(4), html)
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
