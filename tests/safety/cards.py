"""Which cards a screen shows, by their ids."""

from assistant.screen import Screen


def ids(screen: Screen, *messages: str) -> list[str]:
    return [card.id for card in screen.cards(messages)]
