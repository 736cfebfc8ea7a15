"""Processor time that something takes, on a machine that does other things too."""

from __future__ import annotations

import time
from collections.abc import Callable

_TRIES = 3


def stays_under(seconds: float, work: Callable[[], object]) -> bool:
    """Whether one of a few tries takes less processor time: a neighbour on the same core makes one
    try slow, and work that has no bound is slow at each.
    """
    for _ in range(_TRIES):
        start = time.process_time()
        work()
        if time.process_time() - start < seconds:
            return True
    return False
