"""Later messages of held-out talks: which they are, and what is measured with them."""

from assistant.ask import Assistant
from corpus import library_folders
from corpus.document import Document
from corpus.talks import left_over, load_talks
from eval import QUESTIONS
from eval.talks import load_later, talk_scores


def test_every_held_out_talk_is_answered_by_sentences_that_are_there(
    library: dict[str, Document],
) -> None:
    talks = load_talks([QUESTIONS])
    assert len(talks) > 100
    assert not list(left_over(talks, library.values()))


def test_no_talk_that_is_measured_with_is_learnt_from() -> None:
    # The same question in full is written by two people now and then; the same words for it
    # are not.
    learnt = {
        (t.said.lower(), t.means.lower()) for talk in load_talks(library_folders()) for t in talk
    }
    held = [(later.messages[-1].lower(), later.means.lower()) for later in load_later()]
    assert sum(pair in learnt for pair in held) < 0.01 * len(held)


def test_a_message_is_looked_for_in_its_talk_and_in_full(assistant: Assistant) -> None:
    scores = talk_scores(load_later()[::15], assistant.index, assistant.wording)
    shares = {score.measure: score.mean for score in scores}
    assert set(shares) == {
        f"{place}, {way}" for place in ("first", "among five") for way in ("in full", "in its talk")
    }
    for way in ("in full", "in its talk"):
        assert 0.1 < shares[f"first, {way}"] <= shares[f"among five, {way}"] <= 1
