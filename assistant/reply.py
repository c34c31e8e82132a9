"""An answer in every case, for those who talk to people: a bad message is answered, not raised."""

from collections.abc import Sequence
from dataclasses import replace

from assistant.answer import Answer
from assistant.ask import Assistant
from assistant.cards.pack import chosen
from assistant.conversation import Conversation
from assistant.language import NotEnglishError
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
    except NotEnglishError as error:
        said = error.language.says(_emergency(assistant, wanted.country))
        told = Answer("", "unreadable", message=said or str(error))
        told = replace(told, language=error.language.code if said else "en")
    except ValueError as error:
        told = Answer("", "unreadable", message=str(error))
    else:
        return assistant.ask(conversation, wanted)  # what fails in here is no reader's fault
    return replace(told, cards=assistant.screen.cards(messages, wanted.country))


def _emergency(assistant: Assistant, country: str) -> str:
    """The emergency number of the country that was chosen; empty for none."""
    screen = assistant.screen
    phones = chosen(screen.packs, country or screen.country).phones(("emergency",))
    return phones[0].number if phones else ""
