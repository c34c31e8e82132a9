"""A page without what was never part of its text: pop-up definitions, banners, loose ends.

Pages saved from the web often have a glossary's pop-ups pushed into their sentences: "… the loss
of estrogen Meaning ∞ Estrogen is a hormone. It … . speeds up …". The definition is taken out where
the sentence can be seen to go on behind it. Where it can't, the broken sentence goes too: half a
sentence must never be quoted.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from corpus.page import Line, Page
from corpus.sentences import ENDED, split_sentences
from corpus.span import Span

DEFINITION = re.compile(r"\s*\b[Mm]eaning\s*∞\s*|\s*(?<=[a-z])Meaning\s*∞\s*")
GOES_ON = re.compile(r"[.!?][\"”’)\]]*(?=\s*[,;:–—)]|\s+(?:[a-z]|\([\w-]{2,12}\)))")
ABBREVIATED = re.compile(r"(?:\b(?:e\.g|i\.e|etc|vs|approx|ca|cf|mg|al)\.)$")
BANNER = re.compile(
    r"accept (?:all )?cookies|we use cookies|cookie (?:policy|settings|preferences)|all rights "
    r"reserved|^(?:©|copyright\b)|^(?:share|print|tweet|menu|search|log ?in|sign ?up|skip to|back "
    r"to top|read more|subscribe|follow us|related (?:articles|posts))\b.{0,40}$",
    re.IGNORECASE,
)
HEADING = 12  # words; a longer line without a full stop is a broken sentence


@dataclass(frozen=True, slots=True)
class Tidied:
    """A page, how many definitions were taken out of it, and what else was."""

    page: Page
    definitions: int = 0
    dropped: tuple[str, ...] = ()  # broken sentences and banners


def tidied(page: Page) -> Tidied:
    """The page without noise; headings, lists and tables keep all but pop-ups."""
    lines: list[Line] = []
    dropped: list[str] = []
    definitions = 0
    for line, after in zip(page.lines, [*page.lines[1:], None], strict=True):
        cleaned = [without_definitions(text) for text in line.texts]
        definitions += sum(taken for _, taken, _ in cleaned)
        dropped += [sentence for _, _, lost in cleaned for sentence in lost]
        clean = _with_texts(line, tuple(text for text, _, _ in cleaned))
        kept = _kept(clean, after)
        if kept is not None:
            lines.append(kept)
        if kept is None or len(kept.texts[0]) < len(clean.texts[0]):
            dropped.append(clean.texts[0][len(kept.texts[0]) if kept else 0 :].strip())
    return Tidied(replace(page, lines=tuple(lines)), definitions, tuple(filter(None, dropped)))


def _kept(line: Line, after: Line | None) -> Line | None:
    """What of a line is text: whole sentences, a lead-in, or the heading that it must be."""
    text = line.texts[0]
    if not any(line.texts) or (line.kind == "paragraph" and BANNER.search(text)):
        return None
    leads = after is not None and after.kind in ("item", "header", "row")
    if line.kind != "paragraph" or leads or ENDED.search(text):
        return line
    spans = list(split_sentences(text, Span(0, len(text))))
    if len(spans) > 1:  # its end is missing
        return _with_texts(line, (text[: spans[-2].end],))
    if after is not None and after.kind == "paragraph" and len(text.split()) <= HEADING:
        return replace(line, kind="heading", depth=3)
    return None


def without_definitions(text: str) -> tuple[str, int, list[str]]:
    """The text, how many definitions were taken out, and the sentences that broke with them."""
    taken, lost = 0, []
    while match := DEFINITION.search(text):
        taken += 1
        end = _end_of_definition(text, match.end())
        if end is not None:
            rest = text[end:].lstrip()
            gap = "" if rest[:1] in set(",;:)") else " "
            text = text[: match.start()].rstrip() + gap + rest
            continue
        start = _start_of_sentence(text, match.start())
        stop = _end_of_sentence(text, match.end())
        lost.append(text[start : match.start()].strip())
        text = " ".join((text[:start].rstrip(), text[stop:].lstrip())).strip()
    return text, taken, [sentence for sentence in lost if sentence]


def _end_of_definition(text: str, start: int) -> int | None:
    """Where the interrupted sentence goes on, or None if that can't be told."""
    following = DEFINITION.search(text, start)
    for stop in GOES_ON.finditer(text, start, following.start() if following else len(text)):
        if not ABBREVIATED.search(text[start : stop.end()]):
            return stop.end()
    return None


def _start_of_sentence(text: str, at: int) -> int:
    spans = list(split_sentences(text, Span(0, at)))
    return spans[-1].start if spans else 0


def _end_of_sentence(text: str, at: int) -> int:
    """The end of the first sentence from `at` on: with it ends what is surely the definition."""
    return next((span.end for span in split_sentences(text, Span(at, len(text)))), len(text))


def _with_texts(line: Line, texts: tuple[str, ...]) -> Line:
    """The line with shorter texts; page turns that no longer fit move to its end."""
    if texts == line.texts:
        return line
    length = sum(map(len, texts))
    turns = tuple((min(offset, length), number) for offset, number in line.turns)
    return replace(line, texts=texts, turns=turns)


def noise(tidy: Tidied) -> Iterator[str]:
    """What was taken out, in sentences for the person who adds the document."""
    if tidy.definitions:
        yield f"{tidy.definitions} pop-up definitions taken out of its sentences"
    if tidy.dropped:
        shown = "; ".join(repr(text[:60]) for text in tidy.dropped[:3])
        more = f" and {len(tidy.dropped) - 3} more" if len(tidy.dropped) > 3 else ""
        yield f"left out as no whole sentences of the text: {shown}{more}"
