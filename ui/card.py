"""A safety card as HTML: a fixed text, its numbers to tap, and where it comes from."""

import re

from markupsafe import Markup, escape

from assistant.answer import Phone, SafetyCard
from assistant.card import CardLevel

KINDS: dict[CardLevel, str] = {
    "emergency": "Emergency",
    "crisis": "Please reach out",
    "urgent": "Get help today",
    "soon": "Tell your doctor",
    "policy": "A question for your own doctor",
}
CARD = Markup(
    '<div class="card {level}" role="note"><p class="kind"><strong>{kind}</strong></p>'
    '<p class="says">{says}</p>{numbers}{further}'
    "<small>{standing}</small></div>"
)


def card_html(card: SafetyCard) -> Markup:
    """One card; it comes before the answer."""
    more = card.further_phones
    items = (Markup("<li>{}: {}</li>").format(phone.name, _call(phone)) for phone in more)
    said = (text for text in (card.question, card.warning) if text)
    return CARD.format(
        level=card.level,
        kind=KINDS[card.level],
        says=_callable(card),
        numbers=Markup("<ul>{}</ul>").format(Markup("").join(items)) if more else "",
        further=Markup("").join(Markup("<p>{}</p>").format(text) for text in said),
        standing=card.standing,
    )


def _callable(card: SafetyCard) -> Markup:
    """The text of a card, its phone numbers as links."""
    by_number = {phone.number: phone for phone in card.phones}
    if not by_number:
        return escape(card.text)
    longest = sorted(by_number, key=len, reverse=True)
    parts = re.split("(" + "|".join(re.escape(number) for number in longest) + ")", card.text)
    calls = (_call(by_number[part]) if part in by_number else escape(part) for part in parts)
    return Markup("").join(calls)


def _call(phone: Phone) -> Markup:
    return Markup('<a href="tel:{}">{}</a>').format(phone.tel, phone.number)
