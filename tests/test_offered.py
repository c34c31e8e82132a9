"""Messages that take up a question which was offered before."""

import pytest

from assistant.ask import Assistant
from assistant.conversation import Conversation
from assistant.offered import WHICH, agrees, place_named
from assistant.preferences import Preferences
from assistant.reply import reply

FIRST = "tell me about T-scores"


@pytest.mark.parametrize(
    ("message", "place"),
    [
        ("the second one", 1),
        ("Number 3 please", 2),
        ("ok, the first of those", 0),
        ("the last one", -1),
        ("the second tablet", None),
        ("a second fracture", None),
        ("yes", None),
    ],
)
def test_a_place_is_named_by_nothing_else(message: str, place: int | None) -> None:
    assert place_named(message) == place


def test_a_yes_is_nothing_but_a_yes() -> None:
    assert all(map(agrees, ("yes", "Yes please!", "ok", "go on then", "tell me more")))
    assert not any(map(agrees, ("yes it hurts", "is it ok", "no", "tell me more about jaws")))


def test_the_question_that_was_offered_is_asked(assistant: Assistant) -> None:
    offered = reply(assistant, [FIRST]).suggestions
    assert len(offered) == 3
    for said, question in zip(("the first one", "2.", "the last one"), offered, strict=True):
        answer = reply(assistant, [FIRST, said])
        assert answer.question.startswith(question)
        assert answer.status == "answered"
        assert answer.carried[0] == question, "it is shown, and undone by one tap"
    alone = reply(assistant, [FIRST, "the first one"], Preferences(alone=True))
    assert (alone.carried, alone.question) == ((), "the first one")


def test_what_a_number_took_up_is_part_of_the_conversation(assistant: Assistant) -> None:
    offered = reply(assistant, [FIRST]).suggestions
    numbered, typed = (reply(assistant, [FIRST, said, "why?"]) for said in ("2", offered[1]))
    assert (numbered.question, numbered.carried) == (typed.question, typed.carried)
    nothing = reply(assistant, [FIRST, "5", "why?"])
    assert nothing.carried == reply(assistant, [FIRST, "why?"]).carried
    assert reply(assistant, ["2", "why?"]).carried == ()


def test_a_place_that_is_not_there_asks_which(assistant: Assistant) -> None:
    offered = reply(assistant, [FIRST]).suggestions
    assert reply(assistant, [FIRST, "the fifth one"]).suggestions == offered
    assert reply(assistant, [FIRST, "5"]).message == WHICH
    for conversation in (["2"], ["hello", "2"]):
        refused = reply(assistant, conversation)
        assert (refused.status, refused.message[:18]) == ("unreadable", "There are no words")


def test_small_talk_is_no_part_of_a_conversation(assistant: Assistant) -> None:
    asked = ["What is Reclast?", "how often is it given"]
    between = reply(assistant, [asked[0], "thanks", "no", asked[1]])
    assert between.carried == ("zoledronic acid",)
    assert [c.span for c in between.citations] == [
        c.span for c in reply(assistant, asked).citations
    ]


def test_a_yes_to_several_asks_which(assistant: Assistant) -> None:
    offered = reply(assistant, [FIRST]).suggestions
    which = reply(assistant, [FIRST, "yes please"])
    assert (which.status, which.message, which.suggestions) == ("about", WHICH, offered)
    chosen = reply(assistant, [FIRST, "yes please", "the second one"])
    assert chosen.question.startswith(offered[1])


def test_a_later_message_follows_the_question_that_was_taken_up(assistant: Assistant) -> None:
    offered = reply(assistant, [FIRST]).suggestions
    taken, typed = (
        assistant.ask(Conversation.of([FIRST, second, "why?"]))
        for second in ("the third one", offered[2])
    )
    assert [c.span for c in taken.citations] == [c.span for c in typed.citations]
    assert taken.question == typed.question


def test_what_offers_nothing_is_read_as_it_stands(assistant: Assistant) -> None:
    assert reply(assistant, ["hello", "the second one"]).question.startswith("the second one")
    assert reply(assistant, ["yes"]).message != WHICH
