"""Messages that take up a question which was offered: "the second one", "yes please".

What was offered is not kept: it is worked out again from the messages before.
"""

import re
from collections.abc import Callable

from assistant.about import plain
from assistant.conversation import PLACE, Conversation

PLACES = {
    "first": 0, "1st": 0, "1": 0, "one": 0, "second": 1, "2nd": 1, "2": 1, "two": 1,
    "third": 2, "3rd": 2, "3": 2, "three": 2, "fourth": 3, "4th": 3, "4": 3, "four": 3,
    "fifth": 4, "5th": 4, "5": 4, "five": 4, "last": -1,
}  # fmt: skip
NAMED = re.compile(
    r"(?:and |ok |yes )*(?:the |number |no |nr |option |question )*"
    rf"(?P<place>{'|'.join(PLACES)})(?: (?:one|question|please|then|of (?:those|these|them)))*"
)
AGREES = re.compile(
    r"(?:yes|yeah|yep|yup|ok|okay|sure|go on|go ahead|please do|tell me more|more)"
    r"(?: (?:yes|please|then|ok|tell me|tell me more|go on|go ahead|sure))*"
)
WHICH = "Which of these? Choose one, or ask in your own words."

Offers = Callable[[Conversation], tuple[str, ...]]  # what is offered after a conversation


def taken_up(conversation: Conversation, offers: Offers) -> Conversation:
    """The conversation with the question itself in the place of each message that only names one
    of those offered before it, or says yes to the only one; without an earlier number of none."""
    said: list[str] = []
    for message in conversation.messages:
        place, yes = place_named(message), agrees(message)
        offered = offers(Conversation(tuple(said))) if said and (yes or place is not None) else ()
        if yes and len(offered) == 1:
            place = 0
        there = place if offered and place is not None and place < len(offered) else None
        said.append(message if there is None else offered[there])
    *earlier, last = said
    return Conversation((*(one for one in earlier if not PLACE.fullmatch(one)), last))


def undecided(conversation: Conversation, offers: Offers) -> tuple[str, ...]:
    """The offered questions of which a message names none, as it says yes or a place that is not
    there."""
    earlier, last = conversation.earlier, conversation.last
    open_ = agrees(last) or place_named(last) is not None
    return offers(Conversation(earlier)) if earlier and open_ else ()


def place_named(message: str) -> int | None:
    """The place, counted from 0, of the question that a message names and nothing else; -1 for the
    last."""
    found = NAMED.fullmatch(plain(message))
    return PLACES[found["place"]] if found else None


def agrees(message: str) -> bool:
    """True if a message only says yes."""
    return bool(AGREES.fullmatch(plain(message)))
