"""Loading without the garbage collector: all that is made then is kept.

It would look through a million lasting objects again and again, a fifth of the time of a start.
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
