"""How long work tells how far it is."""

from collections.abc import Callable

Progress = Callable[[str, int, int], None]  # stage, how many more are done, of how many


def silent(stage: str, done: int, total: int) -> None:
    """Progress for nobody."""
