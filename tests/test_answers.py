"""The forms of an answer: comparison, steps, verdict, figure, definition, levels, suggestions."""

import re
from pathlib import Path

import pytest

from assistant.answer import Answer, Citation
from assistant.ask import Assistant
from assistant.choose import Choice
from assistant.compare import compared
from assistant.compose import MOST_CITATIONS, SURE, Composer
from assistant.conversation import Conversation
from assistant.define import defined
from assistant.find import find
from assistant.preferences import Preferences
from assistant.reply import reply
from assistant.trial import BEHIND
from assistant.wants import wants_figure, wants_verdict
from assistant.whole import whole
from corpus import DOCUMENTS
from corpus.differing import load_differing
from corpus.glossary import Glossary, Term, load_glossary
from corpus.read import read_documents
from corpus.split import split

TRIAL = re.compile(r"\b[A-Z]{3,}\b|\b[A-Z][a-z-]+ (?:19|20)\d\d")


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
        ("is estrogen with alendronate better than just one?", ()),
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


@pytest.mark.parametrize(
    "question",
    [
        "Can I crush the weekly tablet?",
        "my nan says HRT rots the jaw, is that true?",
        "So does denosumab need a repeat?",
        "Isn't the patch safer",
    ],
)
def test_a_question_of_yes_or_no_is_told_from_others(question: str) -> None:
    assert wants_verdict(question)
    assert not wants_figure(question)


@pytest.mark.parametrize(
    ("question", "figure"),
    [
        ("how many women were in FREEDOM", True),
        ("by what percent does it fall", True),
        ("Is it common? How often does it happen?", True),
        ("why do bones thin", False),
        ("what can I eat after the tablet", False),
        ("alendronate side effects", False),
    ],
)
def test_a_question_for_a_figure_wants_no_verdict(question: str, figure: bool) -> None:
    assert (wants_figure(question), wants_verdict(question)) == (figure, False)


def test_what_settles_a_question_of_yes_or_no_comes_first(assistant: Assistant) -> None:
    answer = ask(assistant, "Has testosterone been shown to raise OPG in men?")
    assert answer.form == "verdict"
    assert answer.citations[0].quote.startswith("No, ")


def test_a_sentence_comes_with_what_limits_it_where_a_verdict_is_wanted(tmp_path: Path) -> None:
    told = "It is a drug. You may take it. Unless your kidneys are weak. They often are well."
    (tmp_path / "drug.md").write_text(f"# Drug\n\n{told}\n")
    (document,) = read_documents(tmp_path)
    (passage,) = split(document)
    drug, may, unless, _ = passage.sentences
    limited = whole(passage, may, conditions=True)
    assert document[limited].endswith("You may take it. Unless your kidneys are weak.")
    assert whole(passage, may).end == may.span.end
    assert whole(passage, unless, conditions=True).end == unless.span.end
    assert whole(passage, drug, conditions=True).end == drug.span.end


def test_a_figure_comes_with_the_trial_that_it_was_measured_in(assistant: Assistant) -> None:
    answer = ask(assistant, "By how much did denosumab lower hip fractures in FREEDOM?")
    assert answer.form == "figure"
    figure, behind = answer.citations[:2]
    assert "40%" in figure.quote or "40 " in figure.quote
    assert behind.side == BEHIND
    for told in ("FREEDOM", "7,868", "3 years", "denosumab"):
        assert told in behind.quote


def test_the_trial_is_left_out_where_nothing_tells_of_it_or_the_figure_says_it_all(
    assistant: Assistant,
) -> None:
    for question in ("How many people over 65 fall each year?", "How many women were in FREEDOM?"):
        answer = ask(assistant, question)
        assert answer.citations, question
        assert all(citation.side != BEHIND for citation in answer.citations), question


def test_no_figure_is_given_to_another_trial_or_to_its_extension(assistant: Assistant) -> None:
    given = 0
    for passage in assistant.index.passages:
        for sentence in passage.sentences:
            choice = Choice(passage, sentence, 1.0)
            if behind := assistant.trials.behind(choice):
                context = (passage.document[governor] for governor in sentence.governors)
                said = " ".join((choice.text, *context))
                assert set(TRIAL.findall(said)) & set(TRIAL.findall(behind.text)), choice.text
                assert ("extension" in said) == ("extension" in behind.text), choice.text
                given += 1
    assert given > 50


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


def test_of_several_questions_what_was_not_answered_is_offered(assistant: Assistant) -> None:
    asked = "Is walking good for bones? How is alendronate taken? What is RANKL?"
    offered = reply(assistant, [asked]).suggestions
    assert {"How is alendronate taken?", "What is RANKL?"} & set(offered)


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
    """Between the threshold and being sure; below it there is none."""
    found = find(
        Conversation.of(["How do I take alendronate?"]), assistant.index, assistant.wording
    )
    parts = (assistant.wording.names, assistant.differing, assistant.trials, assistant.repeats)
    threshold = assistant.index.recipe.threshold
    composer = Composer(*parts, threshold)
    for sure, status in (
        (threshold - 0.001, "not_found"),
        (threshold, "closest"),
        (SURE - 0.001, "closest"),
        (SURE, "answered"),
    ):
        answer = composer.compose(found._replace(sure=sure))
        assert answer.status == status, sure
        assert bool(answer.citations) is (status != "not_found")
        assert len(answer.citations) <= MOST_CITATIONS


def test_every_sentence_can_be_quoted_with_and_without_its_conditions(assistant: Assistant) -> None:
    for passage in assistant.index.passages:
        for sentence in passage.sentences:
            for conditions in (False, True):
                span = whole(passage, sentence, conditions=conditions)
                assert Citation(1, passage, span, 1.0).span.covers(sentence.span)


def test_stopping_a_bone_drug_is_answered(assistant: Assistant) -> None:
    """A sentence with "if" behind it opened a list, and was no condition."""
    for question in ("can i just stop my bone drug", "Do I ask before I stop a bone drug?"):
        answer = reply(assistant, [question])
        assert answer.citations, answer.message


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
