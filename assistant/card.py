"""The safety card: a fixed text that comes before the answer and never replaces it."""

from dataclasses import dataclass
from typing import Literal

CardLevel = Literal["emergency", "crisis", "urgent", "soon", "policy"]  # most pressing first


@dataclass(frozen=True, slots=True)
class SafetyCard:
    """A draft until a clinician has reviewed it, and shown as one; `source` says where from."""

    id: str
    level: CardLevel
    text: str
    source: str
    reviewed: str = "none yet"
