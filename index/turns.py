"""Later messages of the library's talks, by the sentences that answer them.

"And for men?" says little, but read after what was said before it, as it will be searched for, it
is near others that go on in the same way, and these are known to be answered.
"""

from collections.abc import Iterable, Iterator, Sequence

from corpus.names import Names
from corpus.passage import Passage
from corpus.talks import Talk, Turn
from index.reading import after


def later_turns(talks: Iterable[Talk], names: Names) -> Iterator[tuple[str, Turn]]:
    """Every message but the first of each talk, read after those before it, with the library's
    names for things."""
    for talk in talks:
        said = [names.replaced(turn.said) for turn in talk]
        for place, turn in enumerate(talk[1:], start=1):
            yield after(said[place], said[:place]), turn


def turns_of(talks: Iterable[Talk], names: Names, passages: Sequence[Passage]) -> list[list[str]]:
    """For each sentence of the passages the messages that it answers, each once."""
    said = [passage.document[s.span] for passage in passages for s in passage.sentences]
    answered: dict[str, dict[str, None]] = {text: {} for text in said}
    for text, turn in later_turns(talks, names):
        for sentence in turn.answered:
            answered.get(sentence, {})[text] = None
    return [list(answered[text]) for text in said]
