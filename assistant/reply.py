"""An answer in every case, for those who talk to people: a bad message is answered, not raised."""

from collections.abc import Sequence

from assistant.answer import Answer
from assistant.ask import Assistant
from assistant.conversation import Conversation


def reply(assistant: Assistant, messages: Sequence[str]) -> Answer:
    """The answer to the last message; one that is no question gives an `unreadable` answer."""
    try:
        conversation = Conversation.of(messages)
    except ValueError as error:
        return Answer("", "unreadable", message=str(error))
    return assistant.ask(conversation)
