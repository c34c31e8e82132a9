"""A span: where a piece of text stands in its document. It does not know which document."""

from typing import NamedTuple


class Span(NamedTuple):
    """Half-open range ``start:end``, in Unicode code points of ``Document.text``."""

    start: int
    end: int

    def covers(self, other: "Span") -> bool:
        """True if every character of `other` is inside this span."""
        return self.start <= other[0] and other[1] <= self.end

    def overlaps(self, other: "Span") -> bool:
        """True if the two spans share at least one character."""
        return self.start < other[1] and other[0] < self.end
