"""An answer says nothing twice, in the same words or in others; what differs is all shown."""

import pytest

from assistant.ask import Assistant
from assistant.choose import Choice

AGAIN = [  # of two documents each
    (
        "Alendronate that is buried inside bone is inactive until osteoclasts",
        "Alendronate that gets buried in bone does nothing until that bone is broken down again",
    ),
    (
        "FRAX results are commonly said to be adjusted upward",
        "FRAX scores are commonly raised for people who take more than 7.5 mg",
    ),
]
OTHER = [
    ("Avoid exercise that flexes or bends the spine", "Avoid exercise that twists the spine"),
    (
        "About 1 extra breast cancer in 50 women is linked with",
        "About 1 extra breast cancer in 200 women is linked with",
    ),
]


def the_choice(assistant: Assistant, beginning: str) -> Choice:
    """The first sentence of the library that begins so."""
    every = (Choice(p, s, 1.0) for p in assistant.index.passages for s in p.sentences)
    return next(choice for choice in every if choice.text.startswith(beginning))


@pytest.mark.parametrize("pair", AGAIN)
def test_what_another_document_says_again_is_left_out(
    assistant: Assistant, pair: tuple[str, str]
) -> None:
    first, second = (the_choice(assistant, beginning) for beginning in pair)
    assert first.passage.document is not second.passage.document
    assert list(assistant.repeats.without([first, second], ())) == [first]
    assert list(assistant.repeats.without([second], (first,))) == []


@pytest.mark.parametrize("pair", OTHER)
def test_what_only_sounds_alike_is_kept(assistant: Assistant, pair: tuple[str, str]) -> None:
    both = [the_choice(assistant, beginning) for beginning in pair]
    assert list(assistant.repeats.without(both, ())) == both


def test_the_first_stays_and_a_sentence_is_no_news_to_itself(assistant: Assistant) -> None:
    choice = the_choice(assistant, OTHER[0][0])
    assert list(assistant.repeats.without([choice], ())) == [choice]
    assert list(assistant.repeats.without([choice], (choice,))) == []
