"""How messages stand alone, against people's rewrites."""

from pathlib import Path

import pytest

from assistant.ask import Assistant
from eval.rewrites import load_turns, overlap, overlaps

PUBLIC = Path(__file__).parents[2] / "shared" / "datasets" / "conv_cast_ikat_dev.jsonl"


def test_the_overlap_is_the_f1_of_the_words() -> None:
    assert overlap("is it safe", "is it safe") == 1
    assert overlap("is it safe", "Is alendronate safe?") == pytest.approx(2 / 3)
    assert overlap("why", "because of bone") == 0


def test_later_turns_have_what_was_said_before_them(tmp_path: Path) -> None:
    file = tmp_path / "talk.jsonl"
    file.write_text(
        '{"turns": [{"utterance": "a", "rewrite": "a"}, {"utterance": "b", "rewrite": "b of a"}]}\n'
    )
    assert [(t.messages, t.rewrite) for t in load_turns(file)] == [(("a", "b"), "b of a")]
    file.write_text('{"turns": [{"utterance": "a"}]}\n')
    with pytest.raises(ValueError, match=r"talk\.jsonl line 1 is no conversation"):
        list(load_turns(file))


def test_standing_alone_beats_joining_everything_on_public_conversations(
    assistant: Assistant,
) -> None:
    if not PUBLIC.is_file():
        pytest.skip("the public conversations are not on this machine")
    typed, joined, ours = overlaps(list(load_turns(PUBLIC)), assistant.wording)
    assert ours.mean > joined.mean
    assert ours.mean > typed.mean - 0.05
