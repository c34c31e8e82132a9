"""The files of rules into rules: the project's own, then what the site's own file changes.

Everything is checked when it is loaded; a ValueError names the file and the line.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import get_args

from assistant.card import CardLevel
from assistant.cards.lexicon import PART, Lexicon
from assistant.cards.pack import KINDS
from assistant.cards.reading import Sentence, read
from assistant.cards.rows import Row, listed, read_rows
from assistant.cards.rule import Form, Phrase, Piece, Rule
from assistant.cards.spell import Speller
from corpus.names import Names

HERE = Path(__file__).parent
OWN = HERE / "cards.yaml"
WORDS = HERE / "words.yaml"
GUARDS = HERE / "guards.yaml"
FIELDS = (
    "id", "name", "level", "text", "source", "date", "reviewer", "says", "also", "unless", "raised",
    "ask", "numbers", "off",
)  # fmt: skip
NEEDED = ("name", "level", "text", "source", "date", "reviewer", "says")
LEVELS = get_args(CardLevel)


@dataclass(frozen=True)
class Rules:
    """The rules, most pressing first, with what reads messages for them."""

    rules: tuple[Rule, ...]
    lexicon: Lexicon
    speller: Speller

    @cached_property
    def starting(self) -> Mapping[str, Sequence[tuple[Rule, Piece]]]:
        """Every piece of every rule under its first class, so that few need be looked at."""
        starting: dict[str, list[tuple[Rule, Piece]]] = defaultdict(list)
        for rule in self.rules:
            for piece in rule.pieces:
                starting[piece.names[0]].append((rule, piece))
        return starting

    def read(self, message: str) -> tuple[Sentence, ...]:
        """The sentences of a message, understood with these rules' words."""
        return read(message, self.lexicon, self.speller)


@dataclass(frozen=True, slots=True)
class Words:
    """Classes of words, and which of them only say what a person takes."""

    entries: dict[str, list[str]]
    contexts: set[str]


def load_rules(site: Path | None, names: Names) -> Rules:
    """The project's rules, changed by the file of a site if there is one."""
    rows = {row.text("id"): row for row in _rows(read_rows(OWN))}
    words = Words({}, set())
    _add_words(words, read_rows(WORDS), names)
    for name, entries in read_rows(GUARDS).items():
        words.entries[name] = [" ".join(str(entry).split()) for entry in entries]
    if site:
        mine = read_rows(site)
        mine.only(("rules", "words", "contexts"))
        _add_words(words, mine, names)
        for row in _rows(mine):
            rows[row.text("id")] = _merged(rows.get(row.text("id")), row)
    used = [row for row in rows.values() if not _off(row)]
    rules = [_referring(rule, rows) for rule in _all_rules(used, words)]
    try:
        lexicon = Lexicon(words.entries)
    except ValueError as error:
        raise ValueError(f"{(site or WORDS).name}: {error}") from error
    order = sorted(rules, key=lambda rule: LEVELS.index(rule.forms[0].level))
    speller = Speller(lexicon.vocabulary, _by_spelling(names))
    return Rules(tuple(order), lexicon, speller)


def _all_rules(rows: Iterable[Row], words: Words) -> Iterator[Rule]:
    """The rules; one ValueError names every one that is wrong."""
    wrong = []
    for row in rows:
        try:
            yield _rule(row, words)
        except ValueError as error:
            wrong.append(str(error))
    if wrong:
        raise ValueError("\n".join(wrong))


def _rows(file: Row) -> Iterator[Row]:
    seen: set[str] = set()
    for row in listed(file, "rules", file.where):
        row.only(FIELDS)
        if row.text("id") in seen:
            raise ValueError(f"{row.where}: the rule {row['id']} stands in this file twice")
        seen.add(row.text("id"))
        yield row


def _merged(own: Row | None, site: Row) -> Row:
    """A rule of the project with the fields that the site gives, or the site's new rule."""
    if own is None:
        missing = [field for field in NEEDED if field not in site]
        if missing:
            raise ValueError(
                f"{site.where}: there is no rule {site['id']!r} to change, and a new one also "
                f"needs {', '.join(missing)}"
            )
        return site
    made = Row(own | site)
    made.file, made.line = site.file, site.line
    return made


def _add_words(words: Words, file: Row, names: Names) -> None:
    """The classes of a file; entries of a class that there is are added to it."""
    for key in ("contexts", "words"):
        for name, value in (file.row(key) or {}).items():
            entries = value if isinstance(value, list) else []
            if isinstance(value, Row):
                value.only(("names", "words"))
                entries = [*_spellings(value, names), *value.texts("words")]
            if not entries:
                raise ValueError(f"{file.file.name}: the class {name!r} has no words")
            kept = [" ".join(str(entry).split()).lower() for entry in entries]
            words.entries.setdefault(name, []).extend(kept)
            if key == "contexts":
                words.contexts.add(name)


def _spellings(row: Row, names: Names) -> Iterator[str]:
    """Every name that the library knows for these medicines."""
    for own in row.texts("names"):
        found = [name for name, meant in names.known.items() if meant == own]
        if not found:
            raise ValueError(f"{row.where}: corpus/names.yaml has no {own!r}")
        yield from (_plain(name) for name in found)


def _plain(name: str) -> str:
    return " ".join(name.lower().replace("-", " ").replace("/", " ").replace("'", "").split())


def _by_spelling(names: Names) -> dict[str, str]:
    """Every word of a name that the library knows, with the library's own name if that is one."""
    words = {word: "" for name in names.known for word in _plain(name).split()}
    return words | {_plain(name): _plain(own) for name, own in names.known.items()}


def _rule(row: Row, words: Words) -> Rule:
    first = _form(row, words, [*row.texts("says"), *row.texts("also")])
    raised, ask = row.row("raised"), row.row("ask")
    forms = [first]
    if raised is not None:
        raised.only(("level", "text", "says"))
        forms.append(_form(raised, words, raised.texts("says")))
        if LEVELS.index(forms[1].level) >= LEVELS.index(first.level):
            raise ValueError(f"{raised.where}: {forms[1].level} is no rise from {first.level}")
    if ask is not None:
        ask.only(("question", "yes"))
    numbers = tuple(row.texts("numbers"))
    if unknown := set(numbers) - set(KINDS):
        raise ValueError(f"{row.where}: unknown numbers {unknown}; known: {', '.join(KINDS)}")
    return Rule(
        id=row.text("id"),
        name=row.text("name"),
        forms=tuple(forms),
        source=row.text("source"),
        date=row.text("date"),
        reviewer=row.text("reviewer"),
        unless=tuple(_phrase(text, row, words) for text in row.texts("unless")),
        question=ask.text("question") if ask else "",
        yes=ask.text("yes") if ask else "",
        numbers=numbers,
        where=row.where,
    )


def _form(row: Row, words: Words, says: list[str]) -> Form:
    level = row.text("level")
    if level not in LEVELS:
        raise ValueError(f"{row.where}: unknown level {level!r}; known: {', '.join(LEVELS)}")
    if not says:
        raise ValueError(f"{row.where}: no phrases under 'says'")
    phrases = tuple(_phrase(text, row, words) for text in says)
    return Form(level, row.text("text"), phrases, row.where)  # type: ignore[arg-type]


def _phrase(text: str, row: Row, words: Words) -> Phrase:
    asked = text.endswith("?")
    pieces = [_piece(part, row, words, asked) for part in text.rstrip("?").split("&")]
    return Phrase(text, tuple(pieces))


def _piece(text: str, row: Row, words: Words, asked: bool) -> Piece:
    """``<class> <class> word``: a bare word becomes a class of its own."""
    names = []
    for part in PART.findall(text):
        name = part[1:-1] if part.startswith("<") else f"={part}"
        if name not in words.entries:
            if name == part[1:-1]:
                raise ValueError(f"{row.where}: there is no class of words <{name}>")
            words.entries[name] = [part.lower()]
        names.append(name)
    if not names:
        raise ValueError(f"{row.where}: a phrase has an empty piece")
    return Piece(tuple(names), all(name in words.contexts for name in names), asked)


def _referring(rule: Rule, rows: Mapping[str, Row]) -> Rule:
    """The rule, without its question if the rule that a "yes" calls for is switched off."""
    if rule.yes == "raised":
        if len(rule.forms) == 1:
            raise ValueError(f"{rule.where}: 'yes: raised', and {rule.id} has no raised form")
    elif rule.yes and rule.yes not in rows:
        raise ValueError(f"{rule.where}: 'yes' names the rule {rule.yes!r}, which does not exist")
    elif rule.yes and _off(rows[rule.yes]):
        return replace(rule, question="", yes="")
    return rule


def _off(row: Row) -> bool:
    return str(row.get("off", "no")) in ("yes", "true")
