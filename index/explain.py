"""Ranked passages as a table of what their scores consist of, whatever the parts are called."""

from collections.abc import Sequence

from rich.console import Group
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from index.ranked import RankedPassage

SENTENCES = 3  # shown of each passage


def explanation(results: Sequence[RankedPassage]) -> Group:
    """A column for each passage with a row for each part of its score, then their sentences."""
    if not results:
        return Group("nothing was found")
    names = list(dict.fromkeys(name for found in results for name, _ in found.parts))
    made = Table("part of the best sentence's score")
    for found in results:
        made.add_column(f"{found.rank}.", justify="right")
    parts = [dict(found.parts) for found in results]
    for name in names:
        made.add_row(escape(name), *(f"{p[name]:.3f}" if name in p else "" for p in parts))
    made.add_section()
    made.add_row("score", *(f"{found.score:.3f}" for found in results))
    return Group(made, *(line for found in results for line in _lines(found)))


def _lines(found: RankedPassage) -> list[Text]:
    """The passage and its best sentences, each with its score."""
    lines = [Text(f"{found.rank}. {found.passage.id}  {found.passage.heading}", "bold")]
    for ranked in found.sentences[:SENTENCES]:
        text = " ".join(found.passage.document[ranked.sentence.span].split())
        lines.append(Text(f"   {ranked.score:.3f}  {text}"))
    return lines
