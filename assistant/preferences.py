"""What a person has chosen beside what was typed."""

from dataclasses import dataclass

from corpus.document import Level


@dataclass(frozen=True, slots=True)
class Preferences:
    """`country` is whose phone numbers to show, "" for the site's; `alone` reads the last message
    by itself, without what was said before."""

    country: str = ""
    level: Level = "plain"
    alone: bool = False
