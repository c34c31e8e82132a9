"""What the second look learns from holds nothing that is measured."""

from assistant.cards.load import load_rules
from corpus.names import load_names
from eval.safety import LEARNT, load_messages
from eval.told import all_told


def test_no_message_that_is_measured_is_learnt_from_whoever_wrote_it_too() -> None:
    """Written twice by people who never met, or asked of the library by another."""
    measured = [message.text for message in load_messages() if message.split != "dev"]
    learnt = (*load_messages(), *load_messages(LEARNT))
    told = all_told(
        [message for message in learnt if message.split == "dev"],
        load_rules(None, load_names()),
    )

    def plain(text: str) -> str:
        return "".join(letter for letter in text.lower() if letter.isalnum())

    assert len(measured) > 1000
    assert len(told) > 100_000
    assert {"would walking be enough", "he's on nebido"} <= {row.text for row in told}  # of talks
    assert not {plain(text) for text in measured} & {plain(row.text) for row in told}
