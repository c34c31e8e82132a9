"""The forms of an answer: comparison, steps, definition, levels, suggestions, carried context."""

import pytest

from assistant.answer import Answer
from assistant.ask import Assistant
from assistant.compare import compared
from assistant.compose import MOST_CITATIONS, SURE
from assistant.conversation import Conversation
from assistant.define import defined
from assistant.preferences import Preferences
from corpus import DOCUMENTS
from corpus.differing import load_differing
from corpus.glossary import Glossary, Term, load_glossary


def ask(assistant: Assistant, *messages: str, **wanted: str | bool) -> Answer:
    return assistant.ask(Conversation.of(messages), Preferences(**wanted))  # type: ignore[arg-type]


def test_two_treatments_are_put_beside_each_other_each_from_its_own_source(
    assistant: Assistant,
) -> None:
    answer = ask(assistant, "HRT or alendronate for the hip?")
    assert answer.form == "comparison"
    sides = [citation.side for citation in answer.citations]
    assert {"HRT", "alendronate"} <= set(sides)
    for citation in answer.citations:
        own = [side for side in ("HRT", "alendronate") if side == citation.side]
        for side in own:
            said = f"{citation.quote} {citation.passage.heading} {citation.passage.document.title}"
            assert side in assistant.wording.names.found(said)


@pytest.mark.parametrize(
    ("question", "sides"),
    [
        ("is denosumab better than alendronate?", ("denosumab", "alendronate")),
        ("HRT plus alendronate or one alone?", ()),
        ("can I take calcium and vitamin D", ()),
        ("what is alendronate", ()),
        ("alendronate, risedronate or ibandronate?", ()),
    ],
)
def test_only_two_treatments_set_against_each_other_are_compared(
    assistant: Assistant, question: str, sides: tuple[str, ...]
) -> None:
    assert compared(question, assistant.wording.names) == sides


def test_steps_come_whole_and_in_order(assistant: Assistant) -> None:
    answer = ask(assistant, "how do I take the weekly tablet?")
    assert answer.form == "steps"
    quote = answer.citations[0].quote
    places = [quote.index(f"{number}. ") for number in (1, 2, 3, 4, 5)]
    assert places == sorted(places)


def test_the_meaning_of_a_word_comes_first(assistant: Assistant) -> None:
    answer = ask(assistant, "What is osteopenia?")
    assert answer.defined is not None
    assert answer.defined.name == "osteopenia"
    glossary = Glossary(load_glossary())
    for asked in ("define osteoclast", "osteoclasts meaning", "What does DXA mean?"):
        assert defined(asked, glossary) is not None, asked
    for asked in ("what is the dose of alendronate", "why do bones thin"):
        assert defined(asked, glossary) is None, asked


def test_words_of_the_glossary_are_marked_where_they_stand(assistant: Assistant) -> None:
    answer = ask(assistant, "How do osteoclasts break down bone?")
    uses = [(c, use) for c in answer.citations for use in c.uses]
    assert uses
    for citation, use in uses:
        assert citation.span.covers(use.span)
        text = citation.passage.document[use.span].lower()
        names = [name.lower() for name in (use.term.name, *use.term.also)]
        assert any(text.startswith(name) for name in names)


def test_a_name_in_capitals_is_not_found_in_a_common_word() -> None:
    glossary = Glossary([Term("FIT", "A trial.")])
    assert not list(glossary.uses("it may fit you"))
    assert list(glossary.uses("in FIT and FLEX"))


@pytest.mark.parametrize("level", ["plain", "detailed", "research"])
def test_a_reading_level_is_preferred_and_its_absence_is_said(
    assistant: Assistant, level: str
) -> None:
    questions = ("How does alendronate work?", "What is the TRAVERSE trial?", "What is RANKL?")
    for question in questions:
        answer = ask(assistant, question, level=level)
        held = any(c.passage.document.level == level for c in answer.citations)
        assert bool(answer.note) == (not held)


def test_suggestions_are_answered_and_ask_something_new(assistant: Assistant) -> None:
    for question in ("How is denosumab given?", "What are bisphosphonates?", "price of prolia"):
        answer = ask(assistant, question)
        assert len(answer.suggestions) in (1, 2, 3)
        assert len(set(answer.suggestions)) == len(answer.suggestions)
        for suggestion in answer.suggestions:
            assert suggestion.endswith("?")
            assert suggestion.lower() != question.lower()
            assert ask(assistant, suggestion).confidence >= SURE
            assert ask(assistant, suggestion).status == "answered"


def test_nothing_near_is_suggested_for_what_is_far(assistant: Assistant) -> None:
    answer = ask(assistant, "who won the world cup in 1966")
    assert (answer.status, answer.suggestions) == ("not_found", ())


def test_what_was_carried_over_is_said_and_can_be_left_out(assistant: Assistant) -> None:
    messages = ("What is Reclast?", "how often is it given")
    answer = ask(assistant, *messages)
    assert answer.carried == ("zoledronic acid",)
    assert "zoledronic acid" in answer.question
    alone = ask(assistant, *messages, alone=True)
    assert (alone.carried, alone.question) == ((), "how often is it given")


def test_a_middling_answer_is_called_the_closest(assistant: Assistant) -> None:
    """Between the threshold and being sure; every answer's status says which."""
    seen = set()
    for question in (
        "How do I take alendronate?",
        "is tea ok",
        "any harm to eyes",
        "can men get it",
        "price of prolia",
        "does it matter if I lie down",
        "gel side effects",
    ):
        answer = ask(assistant, question)
        sure = answer.confidence
        threshold = assistant.index.recipe.threshold
        expected = "not_found" if sure < threshold else "closest" if sure < SURE else "answered"
        assert answer.status == expected
        assert len(answer.citations) <= MOST_CITATIONS
        seen.add(expected)
    assert {"not_found", "answered"} <= seen


def test_sources_that_differ_stand_beside_each_other_with_whose_they_are(
    assistant: Assistant,
) -> None:
    answer = ask(assistant, "how much water should I take with alendronate?")
    assert answer.form == "differing"
    sides = [citation.side for citation in answer.citations if citation.side]
    assert len(set(sides)) == len(sides) == 2
    assert len({citation.references[0] for citation in answer.citations[:2]}) == 2


def test_every_difference_of_the_library_can_be_shown(assistant: Assistant) -> None:
    known = load_differing(DOCUMENTS)
    shown = {difference.about for difference, _ in assistant.differing.known.values()}
    assert shown == {difference.about for difference in known}
