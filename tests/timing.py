"""Processor time that something takes, told alike on a fast machine, a slow one and a busy one."""

from __future__ import annotations

import functools
import gc
import re
import time
from collections.abc import Callable

_REFERENCE = 0.0104
"""Seconds that :func:`_known_work` takes on the quiet machine whose seconds the bounds are in."""
_WORDS = re.compile(r"(?P<word>[a-z]+)\s*(?:[-:]\s*)?(?P<number>\d{1,3})?", re.IGNORECASE)
_TEXT = "Factuur 12 van de praktijk: 2026-11-13, totaal 125 en btw - 0; " * 12


def cpu_seconds(work: Callable[[], object], tries: int = 3, enough: float = 0.0) -> float:
    """The seconds of processor time that some work takes on a quiet machine of the kind that the
    bounds in these tests were set on.

    A clock of processor time leaves out what others do, but not that they make this work slower: a
    neighbour on the same core, a processor that saves power, or a machine that is just older. So right
    after the work some work that is always the same is timed, and where that took twice as long as
    it should, the time of the work is halved. A faster machine makes no time longer. What is told is
    the best of a few tries, for work without a bound is slow at each; what a try remembers of a text
    is forgotten before the next.

    Args:
        enough: a bound of the test; a try that takes less is the last.
    """
    best = float("inf")
    for _ in range(tries):
        start = time.process_time()
        work()
        spent = time.process_time() - start
        best = min(best, spent if spent < enough else spent / _slowness())
        if best < enough:
            break
        _forget()
    return best


def _slowness() -> float:
    """How many times longer than it should known work takes at this moment; never less than one."""
    return max(1.0, min(_known_work() for _ in range(3)) / _REFERENCE)


def _known_work() -> float:
    """Processor time of a bit of what reading does: patterns over text, words in tables, numbers."""
    start = time.process_time()
    counted: dict[str, int] = {}
    for round_ in range(200):
        for match in _WORDS.finditer(_TEXT):
            word = match["word"].casefold()
            counted[word] = counted.get(word, 0) + int(match["number"] or round_)
        sorted(counted.items(), key=lambda each: -each[1])
    return time.process_time() - start


def _forget() -> None:
    """Clear what is kept of texts: the process that reads a document begins without."""
    caches = [each for each in gc.get_objects() if type(each) is functools._lru_cache_wrapper]
    for cache in caches:
        if cache.__module__.startswith("intake.") and cache.cache_parameters()["maxsize"]:
            cache.cache_clear()
