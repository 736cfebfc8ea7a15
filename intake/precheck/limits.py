"""How often one visitor may ask: counted in memory, by address, for an hour."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

HOUR = 3600.0
_MOST_VISITORS = 10_000
"""Whoever asked longest ago is forgotten first."""


class Turns:
    """Gives each visitor so many turns in any hour."""

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._clock = most, clock
        self._taken: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, visitor: str) -> bool:
        """One turn; False when the visitor has none left."""
        with self._lock:
            now = self._clock()
            taken = self._taken.setdefault(visitor, deque())
            self._taken.move_to_end(visitor)
            while taken and taken[0] <= now - HOUR:
                taken.popleft()
            if len(taken) >= self._most:
                return False
            taken.append(now)
            if len(self._taken) > _MOST_VISITORS:
                self._taken.popitem(last=False)
            return True
