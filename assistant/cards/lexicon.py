"""The classes of words that rules are made of, and where they stand in a text.

An entry is one word or several in a row; ``swell~`` also means swells, swelled and swelling,
``cough*`` everything that begins so, ``<cannot> swallow`` each word of that class before it. Little
words may stand between the words of an entry. Finding takes time linear in the text's length.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

# May stand between the words of an entry: "pain in my chest", "cant really swallow".
LITTLE = frozenset(
    """a an the my his her their your our its this that these some any really very so just quite bit
    little of all both it to be been is are was were has have had got gone getting feel
    feels feeling felt even properly right left side much still now today suddenly again in on at i
    im me she he they them hes shes and proper absolutely too up completely
    like literally""".split()
)
MOST_LITTLE = 2
CUE = "!"  # classes of cues begin so; nothing may stand between their words
DENYING = frozenset(
    """no not never nobody noone cant cannot couldnt wont dont doesnt didnt isnt arent wasnt
    werent hasnt havent hadnt without unable nothing wouldnt aint""".split()
)
WHOLE = re.compile(r"<[^<>]+>")
PART = re.compile(r"<[^>]+>|\S+")
VOWELS = "aeiou"


@dataclass(frozen=True, slots=True)
class Found:
    """An entry of a class in a text: the words from `start` to before `end`."""

    name: str
    start: int
    end: int
    denies: bool  # has a "not" of its own, as in "cant breathe"


@dataclass(slots=True)
class Node:
    """A step of the tree of entries: the words that may follow, and the classes that end here."""

    after: dict[str, "Node"] = field(default_factory=dict)
    longest: int = 0  # letters of the longest beginning ("cough*") among `after`
    names: dict[str, bool] = field(default_factory=dict)  # class: has a "not" of its own


class Lexicon:
    """The classes as one tree of words, so that a text is read once for all of them."""

    def __init__(self, classes: Mapping[str, Sequence[str]]) -> None:
        self.classes = classes
        self.root = Node()
        self.vocabulary: set[str] = set()
        wider = self._wider()
        for name, entries in classes.items():
            names = self._with_wider(name, wider)
            for entry in entries:
                if not WHOLE.fullmatch(entry):
                    for sequence in self._sequences(entry, ()):
                        self._add(names, sequence)

    def _wider(self) -> Mapping[str, Sequence[str]]:
        """For each class the classes that hold all of it ("<bone medicine>" as an entry)."""
        wider: dict[str, list[str]] = defaultdict(list)
        for name, entries in self.classes.items():
            for entry in entries:
                if WHOLE.fullmatch(entry):
                    wider[self._known(entry[1:-1])].append(name)
        return wider

    def _with_wider(self, name: str, wider: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
        names = [name]
        for one in names:  # grows while it is read
            if name in wider.get(one, ()):
                raise ValueError(f"the class {name!r} is defined by itself")
            names += [other for other in wider.get(one, ()) if other not in names]
        return tuple(names)

    def _known(self, name: str) -> str:
        if name not in self.classes:
            raise ValueError(f"there is no class of words named {name!r}")
        return name

    def find(self, words: Sequence[str]) -> list[Found]:
        """Every entry in the words, in order."""
        found = []
        for at in range(len(words)):
            for end, node, whole in self._ends(self.root, words, at, 0, True):
                for name, own in node.names.items():
                    if whole or name[0] != CUE:
                        found.append(Found(name, at, end, own))
        return found

    def _ends(
        self, node: Node, words: Sequence[str], at: int, skipped: int, whole: bool
    ) -> Iterator[tuple[int, Node, bool]]:
        if at >= len(words):
            return
        word = words[at]
        for following in _following(node, word):
            if following.names:
                yield at + 1, following, whole
            if following.after:
                yield from self._ends(following, words, at + 1, 0, whole)
        if node is not self.root and skipped < MOST_LITTLE and word in LITTLE:
            yield from self._ends(node, words, at + 1, skipped + 1, False)

    def _sequences(self, entry: str, inside: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        """All the rows of words that an entry stands for."""
        choices = [list(self._choices(word, inside)) for word in PART.findall(entry)]
        for chosen in product(*choices):
            yield tuple(word for part in chosen for word in part)

    def _choices(self, word: str, inside: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        if word.startswith("<") and word.endswith(">"):
            name = self._known(word[1:-1])
            if name in inside:
                raise ValueError(f"the class {name!r} is defined by itself")
            for entry in self.classes[name]:
                yield from self._sequences(entry, (*inside, name))
        elif word.endswith("~"):
            yield from ((form,) for form in forms(word[:-1]))
        else:
            yield (word,)

    def _add(self, names: Sequence[str], sequence: tuple[str, ...]) -> None:
        node = self.root
        for word in sequence:
            if word.endswith("*"):
                node.longest = max(node.longest, len(word) - 1)
            plain = word.rstrip("*")
            self.vocabulary.update((plain, f"{plain}s") if plain != word else (plain,))
            node = node.after.setdefault(word, Node())
        node.names.update(dict.fromkeys(names, not DENYING.isdisjoint(sequence)))


def forms(word: str) -> tuple[str, ...]:
    """A word with its usual endings; a form that nobody writes does no harm."""
    made = [word, f"{word}s", f"{word}ing", f"{word}ed", f"{word}in"]
    if word.endswith("e"):
        made += [f"{word}d", f"{word[:-1]}ing", f"{word[:-1]}in", f"{word[:-1]}y"]
    elif word.endswith("y"):
        made += [f"{word[:-1]}ies", f"{word[:-1]}ied"]
    elif word.endswith(("s", "h", "x", "z")):
        made += [f"{word}es"]
    elif len(word) > 2 and word[-1] not in "wx" and word[-2] in VOWELS and word[-3] not in VOWELS:
        made += [f"{word}{word[-1]}{end}" for end in ("ing", "ed", "in", "y")]
    return tuple(made)


def _following(node: Node, word: str) -> Iterable[Node]:
    exact = node.after.get(word)
    if exact:
        yield exact
    for length in range(1, min(node.longest, len(word)) + 1):
        if beginning := node.after.get(f"{word[:length]}*"):
            yield beginning
