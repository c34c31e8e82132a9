"""How long work tells how far it is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[str, int, int], None]  # stage, how many more are done, of how many


def silent(stage: str, done: int, total: int) -> None:
    """Progress for nobody."""


@contextmanager
def bars() -> Iterator[Progress]:
    """A bar for each stage, on standard error."""
    from rich import progress
    from rich.console import Console

    columns = progress.TextColumn("{task.description:22}"), progress.BarColumn()
    times = progress.MofNCompleteColumn(), progress.TimeElapsedColumn()
    with progress.Progress(*columns, *times, console=Console(stderr=True)) as shown:
        tasks: dict[str, progress.TaskID] = {}

        def advance(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = shown.add_task(stage, total=total)
            shown.advance(tasks[stage], done)

        yield advance
