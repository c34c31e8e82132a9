"""An answer in every case, for those who talk to people: a bad message is answered, not raised."""

from collections.abc import Sequence

from assistant.answer import Answer
from assistant.ask import Assistant
from assistant.conversation import Conversation


def reply(assistant: Assistant, messages: Sequence[str], country: str = "") -> Answer:
    """The answer to the last message; one that is no question gives an `unreadable` answer.

    Safety cards come in either case. A country without a pack of numbers counts as none chosen.
    """
    country = country if country in assistant.screen.packs else ""
    try:
        conversation = Conversation.of(messages)
    except ValueError as error:
        cards = assistant.screen.cards(messages, country)
        return Answer("", "unreadable", message=str(error), cards=cards)
    return assistant.ask(conversation, country)
