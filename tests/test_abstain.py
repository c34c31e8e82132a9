"""When an answer is given and when it is refused, and what that rests on."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from assistant.abstain import MOST_WORDS, Signals, confidence, signals
from assistant.ask import Assistant
from assistant.conversation import Conversation
from assistant.rephrase import Rephrased
from assistant.wants import has_figure
from corpus import DOCUMENTS
from corpus.asked import load_beyond
from eval.calibrate import best_threshold, errors_at, fitted, judged
from index.build import build_index
from index.heard import Nearness
from index.load import load_index
from index.search import share_answered


def test_what_is_near_and_not_in_the_library_is_told_from_what_is(assistant: Assistant) -> None:
    """The same medicine and the same words, once with an answer and once without."""
    pairs = [
        ("how do i take my weekly alendronate tablet", "what colour is the alendronate tablet"),
        ("how often is the denosumab jab given", "how much does the denosumab jab cost privately"),
        ("does zoledronic acid harm the kidneys", "who invented zoledronic acid"),
    ]
    for answered, refused in pairs:
        sure, unsure = (
            assistant.ask(Conversation.of([text])).confidence for text in (answered, refused)
        )
        assert unsure < sure
        assert unsure < assistant.index.recipe.threshold < sure


def test_confidence_is_a_probability_that_each_signal_moves_the_right_way(
    assistant: Assistant,
) -> None:
    weights = assistant.index.recipe.confidence
    usual = Signals(0.5, 0.7, 0.4, 1.8, 0.0)
    sure = confidence(usual, weights)
    assert 0 < sure < 1
    assert confidence(usual._replace(score=0.6), weights) > sure
    assert confidence(usual._replace(asked=0.8), weights) > sure
    assert confidence(usual._replace(beyond=0.6), weights) < sure
    long, longer = (
        signals(Rephrased("word " * count, ()), [], Nearness(0.0, 0.0))
        for count in (MOST_WORDS, 999)
    )
    assert long.length == longer.length


def test_a_figure_that_is_asked_for_and_not_there_is_a_sign_against_an_answer(
    assistant: Assistant,
) -> None:
    """The library says that raloxifene brings more hot flushes, but not how many."""
    index = assistant.index
    told = {
        text: assistant.signals(Conversation.of([text])).figureless
        for text in (
            "how common are hot flushes with raloxifene",
            "does raloxifene cause hot flushes",
            "how many hip fractures did zoledronic acid prevent",
        )
    }
    assert list(told.values()) == [1.0, 0.0, 0.0]
    assert index.recipe.confidence["figureless"] < 0


@pytest.mark.parametrize(
    ("text", "has"),
    [("About 3 in 100", True), ("twice a year", True), ("Ask your doctor.", False),
     ("Nobody is everyone", False), ("It is rare.", True)],
)  # fmt: skip
def test_a_figure_is_a_number_in_digits_or_words(text: str, has: bool) -> None:
    assert has_figure(text) == has


def test_of_the_nearest_questions_those_with_an_answer_are_counted() -> None:
    assert share_answered([], []) == 1.0
    assert share_answered([0.9, 0.8], [0.85]) == pytest.approx(2 / 3)
    assert share_answered([0.9] * 10, [0.95] * 3) == pytest.approx(4 / 7)
    assert share_answered([0.5], [0.9] * 7) == 0.0


def test_the_fit_finds_the_signal_that_tells_and_a_threshold_between() -> None:
    examples = [
        (Signals(0.1 * n, 0.1, 0.01 * (n % 3), 1.0 + n % 2, 0.0), n >= 5) for n in range(10)
    ]
    weights = fitted(examples)
    threshold, errors = best_threshold(examples, weights)
    assert weights["score"] > 0
    assert errors == (0, 0)
    assert [confidence(s, weights) >= threshold for s, _ in examples] == [n >= 5 for n in range(10)]


def test_of_two_sets_the_larger_counts_no_more() -> None:
    """One set says that a nearer question is answered; the other, told nine times, denies it."""
    near, far = Signals(0, 1, 0, 0, 0), Signals(0, 0, 0, 0, 0)
    one, other = [(near, True), (far, False)], [(near, False), (far, True)]
    assert fitted(one, other * 9)["asked"] == pytest.approx(0, abs=0.01)
    assert fitted([*one, *other * 9])["asked"] < -1


def test_what_is_not_read_at_all_counts_as_refused() -> None:
    weights = {"constant": 0.0, **dict.fromkeys(Signals._fields, 0.0), "score": 1.0}
    examples = [(Signals(score, 0, 0, 0, 0), score > 0) for score in (-1.0, 1.0)]
    nothing = [(None, False)] * 8
    assert fitted([*examples, *nothing]) == fitted(examples)
    assert errors_at(0.1, judged([*examples, *nothing], weights)) == (0, pytest.approx(1 / 9))


def test_where_neither_error_can_be_kept_low_both_count() -> None:
    """One with an answer is refused or one without is answered: and no more than need be."""
    weights = {"constant": 0.0, **dict.fromkeys(Signals._fields, 0.0), "score": 1.0}
    examples = [(Signals(score, 0, 0, 0, 0), answer)
                for score, answer in ((3, True), (0, True), (0, False), (1, False))]  # fmt: skip
    threshold, errors = best_threshold(examples, weights)
    low, high = (confidence(Signals(score, 0, 0, 0, 0), weights) for score in (1, 3))
    assert (threshold, errors) == (pytest.approx((low + high) / 2), (0.5, 0.0))


def test_what_strangers_asked_decides_between_thresholds_that_are_good_enough() -> None:
    """Dev is told apart by all of them; the fewest of the others are decided wrongly low down."""
    weights = {"constant": 0.0, **dict.fromkeys(Signals._fields, 0.0), "score": 1.0}
    dev = [(Signals(score, 0, 0, 0, 0), score > 0) for score in (-2.0, -1.0, 1.0, 2.0)]
    threshold, errors = best_threshold(dev, weights)
    assert (threshold, errors) == (pytest.approx(0.5), (0, 0))
    many = [*dev, *((Signals(3.0 + n / 100, 0, 0, 0, 0), True) for n in range(40))]
    many = [*many, (Signals(0.2, 0, 0, 0, 0), True)]
    low, high = (
        best_threshold(many, weights, [(Signals(score, 0, 0, 0, 0), answer)] * 9)[0]
        for score, answer in ((0.1, True), (0.5, False))
    )
    assert low < confidence(Signals(0.1, 0, 0, 0, 0), weights)
    assert high > confidence(Signals(0.5, 0, 0, 0, 0), weights)


def test_each_error_counts_by_how_much_of_it_is_wanted_at_most() -> None:
    """One without an answer is surer than the least sure of ten with one."""
    weights = {"constant": 0.0, **dict.fromkeys(Signals._fields, 0.0), "score": 1.0}
    scores = [(3.0 + n, True) for n in range(9)] + [(1.0, True)]
    scores += [(2.0, False)] + [(-1.0 - n, False) for n in range(9)]
    examples = [(Signals(score, 0, 0, 0, 0), answer) for score, answer in scores]
    threshold, errors = best_threshold(examples, weights)
    low, high = (confidence(Signals(score, 0, 0, 0, 0), weights) for score in (-1, 1))
    assert low < threshold < high  # a false answer is wanted less seldom than a refusal
    assert errors == (0, 0.1)


def test_a_library_without_questions_beyond_it_refuses_nothing_for_them(tmp_path: Path) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "one.md").write_text("# Splints\n\nA splint is worn at night.\n")
    build_index([documents], tmp_path / "index")
    index = load_index(tmp_path / "index")
    assert index.nearness(index.hear("is a splint worn at night")).beyond == 0.0


def test_questions_beyond_the_library_are_one_file_of_kinds(tmp_path: Path) -> None:
    assert len(load_beyond([DOCUMENTS, DOCUMENTS])) > 1000
    assert load_beyond([tmp_path / "documents"]) == []
    (tmp_path / "beyond.yaml").write_text(yaml.safe_dump(["why"]))
    with pytest.raises(ValueError, match=r"beyond.yaml is not 'kind: \[questions\]'"):
        load_beyond([tmp_path])


def test_nothing_is_answered_above_the_highest_threshold(assistant: Assistant) -> None:
    recipe = replace(assistant.index.recipe, threshold=1.0)
    strict = replace(assistant, index=replace(assistant.index, recipe=recipe))
    assert strict.ask(Conversation.of(["What is alendronate?"])).status == "not_found"
