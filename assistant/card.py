"""The safety card: a fixed text that comes before the answer and never replaces it."""

from dataclasses import dataclass
from typing import Literal

from corpus.reviewer import named

CardLevel = Literal["emergency", "crisis", "urgent", "soon", "policy"]  # most pressing first
ACUTE: tuple[CardLevel, ...] = ("emergency", "crisis")


@dataclass(frozen=True, slots=True)
class Phone:
    """A number to call: what it is, how it is written, how it is dialled."""

    name: str
    number: str

    @property
    def tel(self) -> str:
        """The number for a ``tel:`` link."""
        return "".join(c for c in self.number if c.isdigit() or c == "+")


@dataclass(frozen=True, slots=True)
class SafetyCard:
    """A draft until a clinician has reviewed it, and shown as one; `source` says where from.

    `question` may be put with it; `warning` says what is wrong with the numbers, if anything is.
    """

    id: str
    level: CardLevel
    text: str
    source: str
    reviewed: str = "none yet"
    date: str = ""
    question: str = ""
    phones: tuple[Phone, ...] = ()
    warning: str = ""

    @property
    def draft(self) -> bool:
        """True until a clinician has reviewed it."""
        return not named(self.reviewed)

    @property
    def acute(self) -> bool:
        """True if it calls for help at once: no further question is offered beside it."""
        return self.level in ACUTE

    @property
    def standing(self) -> str:
        """Whether it is a draft, where it comes from and who reviewed it, in sentences."""
        after = f"After: {self.source} ({self.date})."
        if self.draft:
            return f"Draft, not clinically reviewed. {after} Reviewed by a clinician: none yet."
        return f"{after} Reviewed by a clinician: {self.reviewed}."

    @property
    def further_phones(self) -> tuple[Phone, ...]:
        """The numbers that do not stand in its text already."""
        return tuple(phone for phone in self.phones if phone.number not in self.text)
