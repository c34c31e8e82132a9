"""Answers in each state that a page may have to show, made by hand from real documents.

The assistant below is the real one; only what is asked word for word here is answered from here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from assistant.answer import Answer, Form
from assistant.ask import Assistant
from assistant.conversation import Conversation
from assistant.preferences import Preferences

COMPARISON = "alendronate or raloxifene for my spine?"
DIFFERING = "how long should I take it?"
STEPS = "show me the steps"
VERDICT = "Has testosterone been shown to raise OPG in men?"
FIGURE = "By how much did denosumab lower hip fractures in FREEDOM?"
CLOSEST = "something near"
CARRIED = "and its side effects?"
ABOUT = "are you a doctor?"
SPANISH = "¿Cómo tomo el alendronato?"
NOTHING = "what is the capital of Mongolia"
ALARM = "I have chest pain. What is RANKL?"
STATES = {  # what is asked, and what is then on a page; the last with all that only it has
    NOTHING: "no answer",
    SPANISH: "inglés",
    ABOUT: "search over documents",
    STEPS: "slowing breakdown",
    DIFFERING: "Newest",
    CLOSEST: "closest",
    COMPARISON: "Raloxifene",
    VERDICT: "OPG",
    FIGURE: "The trial behind it",
    CARRIED: "Searching for",
}


@dataclass(frozen=True)
class Prepared(Assistant):
    """An assistant that knows some answers beforehand."""

    answers: Mapping[str, Answer]

    def ask(self, conversation: Conversation, wanted: Preferences = Preferences()) -> Answer:
        answer = self.answers.get(conversation.last)
        if answer is None or (wanted.alone and answer.carried):
            return super().ask(conversation, wanted)
        return answer


def prepared(assistant: Assistant) -> Prepared:
    answers = {
        COMPARISON: comparison(assistant),
        DIFFERING: sided(assistant, DIFFERING, "differing", ("newest", "strongest evidence")),
        STEPS: formed(assistant, "How does HRT protect bone?", "steps"),
        VERDICT: assistant.ask(Conversation.of([VERDICT])),
        FIGURE: assistant.ask(Conversation.of([FIGURE])),
        CLOSEST: replace(
            answered(assistant, "How rare is jaw bone damage?"),
            status="closest",
            note="I found nothing in plain words, so these are from research documents.",
        ),
        CARRIED: replace(
            answered(assistant, "side effects of zoledronic acid"), carried=("zoledronic acid",)
        ),
        ABOUT: Answer(ABOUT, "about", message="No. I am a search over documents about bones."),
        SPANISH: Answer(
            SPANISH, "unreadable", message="Parece español. Pregunte en inglés.", language="es"
        ),
        NOTHING: Answer(
            NOTHING,
            "not_found",
            suggestions=("How does HRT protect bone?", "How rare is jaw bone damage?"),
        ),
    }
    return knowing(assistant, answers)


def knowing(assistant: Assistant, answers: Mapping[str, Answer]) -> Prepared:
    """The same assistant, with some answers beforehand."""
    parts = {field.name: getattr(assistant, field.name) for field in fields(Assistant)}
    return Prepared(**parts, answers=answers)


def answered(assistant: Assistant, question: str) -> Answer:
    """A real answer in its plainest form."""
    return replace(assistant.ask(Conversation.of([question])), form="quotes")


def formed(assistant: Assistant, question: str, form: Form) -> Answer:
    return replace(answered(assistant, question), form=form)


def sided(assistant: Assistant, question: str, form: Form, sides: tuple[str, ...]) -> Answer:
    answer = answered(assistant, "How long do people take bisphosphonates?")
    found = answer.citations[: len(sides)]
    pairs = zip(found, sides, strict=False)
    citations = tuple(replace(citation, side=side) for citation, side in pairs)
    return replace(answer, question=question, form=form, citations=citations)


def comparison(assistant: Assistant) -> Answer:
    """Two of each, in turn, so that a page has to put them together by their side."""
    first = answered(assistant, "What does alendronate do for spine fractures?").citations[:2]
    second = answered(assistant, "What does raloxifene do for spine fractures?").citations[:2]
    sides = [(c, "alendronate") for c in first] + [(c, "raloxifene") for c in second]
    mixed = [
        pair for two in zip(sides[: len(first)], sides[len(first) :], strict=False) for pair in two
    ]
    citations = tuple(
        replace(citation, number=number, side=side)
        for number, (citation, side) in enumerate(mixed, start=1)
    )
    return Answer(COMPARISON, "answered", citations, form="comparison")
