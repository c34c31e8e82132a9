"""What is said to those who are turned away: why, how long to wait, whom to call meanwhile."""

from collections.abc import Sequence

from assistant.answer import Phone
from assistant.cards.pack import chosen
from assistant.screen import Screen

BUSY = "Too many people are asking at this moment, so yours was not answered. Please ask again."
BROKEN = "Something went wrong here. It is not your question. Please try again."
TOO_MANY = "You have asked many questions in a short time. Please wait {} and ask again."


def emergency(screen: Screen, country: str = "") -> tuple[Phone, ...]:
    """The emergency numbers of a country, else of the site's; none if it has no country."""
    pack = screen.packs.get(country) or chosen(screen.packs, screen.country)
    return pack.phones(("emergency", "urgent"))


def in_emergency(phones: Sequence[Phone]) -> str:
    """The emergency numbers as one sentence."""
    if not phones:
        return "In an emergency call your local emergency number."
    numbers = " or ".join(dict.fromkeys(phone.number for phone in phones))
    return f"In an emergency call {numbers}."


def duration(seconds: int) -> str:
    """Seconds as a person would say them."""
    minutes = (seconds + 59) // 60
    if seconds < 60:
        return "a second" if seconds == 1 else f"{seconds} seconds"
    return "a minute" if minutes == 1 else f"{minutes} minutes"
