"""Loading without the garbage collector: all that is made then is kept.

It would look through a million lasting objects again and again, a fifth of the time of a start, and
once more while somebody waits for an answer.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """No collecting until the end; inside another it leaves that to the outer one."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def lasting() -> None:
    """Leave out of all collecting what there is now, until `passing`."""
    gc.freeze()


def passing() -> None:
    """Look through it again: something of it is about to be replaced."""
    gc.unfreeze()
