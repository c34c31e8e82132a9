"""What is wrong with the cards and the numbers, each problem with its file and line."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from assistant.cards.load import Rules
from assistant.cards.pack import SHOWN, Pack
from assistant.cards.rule import Form, Rule
from corpus.grade import text_grade

MOST_WORDS = 60
HARDEST = 6.0  # grade of US school
LONGEST_QUESTION = 20  # words
SCOPE = "This service cannot"
ACTIONS = ("call", "get", "go", "tell", "ask", "contact", "please contact", "see", "show")
NUMBER = re.compile(r"\d(?:[ -]?\d){2,}")
FILLED = re.compile(r"{(\w*)}")
NEVER = {  # what no card may say, and why not
    r"\byou(?:'ve| have) (?!to\b)": "it must not say what somebody has",
    r"\b(?:probably|likely|maybe)\b": "it must not guess",
    r"\bworr(?:y|ied|ying)\b|\bharmless\b|\bnothing serious\b|\bsafe\b(?! for)|\bnormal\b":
        "it must not reassure",
    r"%|\bper ?cent\b|\bout of \d": "it must not give a chance",
    r"\bstop (?:taking|using)\b": "stopping is for the prescriber; quote a leaflet instead",
    r"!": "it must not shout",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CardProblem:
    """What is wrong where."""

    where: str
    text: str


def problems(rules: Rules, packs: Mapping[str, Pack], today: date) -> Iterator[CardProblem]:
    """Every problem of every card and pack."""
    for rule in rules.rules:
        for form in rule.forms:
            for text in _of_form(form, packs):
                yield CardProblem(form.where, f"{rule.id}: {text}")
        for text in _of_rule(rule):
            yield CardProblem(rule.where, f"{rule.id}: {text}")
    for pack in packs.values():
        if pack.old(today):
            text = f"the numbers of {pack.country} were checked on {pack.checked}; check them again"
            yield CardProblem(f"{pack.code}.yaml:1", text)


def _of_form(form: Form, packs: Mapping[str, Pack]) -> Iterator[str]:
    text = form.text
    for kind in FILLED.findall(text):
        if kind not in SHOWN:
            yield f"{{{kind}}} is no kind of number; known: {', '.join(SHOWN)}"
            return
    for code, pack in packs.items():
        length = len(_filled(text, pack).split())
        if length > MOST_WORDS:
            yield f"{length} words with the numbers of {code}; {MOST_WORDS} at most"
            break
    if (grade := text_grade(FILLED.sub("this number", text))) > HARDEST:
        yield f"reading grade {grade:.1f}; {HARDEST:.0f} at most: use shorter words and sentences"
    if not text.lower().startswith(ACTIONS):
        yield f"it must begin with what to do: {', '.join(ACTIONS)}"
    if SCOPE not in text:
        yield f"it must say its limit: {SCOPE!r} ..."
    if number := NUMBER.search(text):
        yield f"{number[0]!r} must come from the country's pack: {{emergency}}"
    for pattern, why in NEVER.items():
        if found := re.search(pattern, text, re.IGNORECASE):
            yield f"{found[0].strip()!r}: {why}"


def _of_rule(rule: Rule) -> Iterator[str]:
    try:
        date.fromisoformat(rule.date)
    except ValueError:
        yield f"'date' must be a date like 2026-11-26 and is {rule.date!r}"
    for name in ("source", "reviewer", "name"):
        if not getattr(rule, name):
            yield f"{name!r} is empty"
    if rule.question and not rule.question.endswith("?"):
        yield "the question must end with a question mark"
    if len(rule.question.split()) > LONGEST_QUESTION:
        yield f"the question has more than {LONGEST_QUESTION} words"


def _filled(text: str, pack: Pack) -> str:
    return FILLED.sub(lambda match: pack.says(match[1]), text)
