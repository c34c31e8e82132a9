"""An answer in every case, for those who talk to people: a bad message is answered, not raised."""

from collections.abc import Sequence
from dataclasses import replace

from assistant.answer import Answer
from assistant.ask import Assistant
from assistant.conversation import Conversation
from assistant.preferences import Preferences


def reply(
    assistant: Assistant, messages: Sequence[str], wanted: Preferences = Preferences()
) -> Answer:
    """The answer to the last message; one that is no question gives an `unreadable` answer.

    Safety cards come in either case. A country without a pack of numbers counts as none chosen.
    """
    if wanted.country not in assistant.screen.packs:
        wanted = replace(wanted, country="")
    try:
        conversation = Conversation.of(messages)
    except ValueError as error:
        cards = assistant.screen.cards(messages, wanted.country)
        return Answer("", "unreadable", message=str(error), cards=cards)
    return assistant.ask(conversation, wanted)
