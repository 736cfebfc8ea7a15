"""Searches over a piece of text that many questions ask again, each done once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar, cast

P = ParamSpec("P")
T = TypeVar("T")


def remembered(search: Callable[P, Iterator[T]]) -> Callable[P, tuple[T, ...]]:
    """Keep what a pure search found in each text.

    The memory is the reading child's, and dies with its one document.
    """

    @wraps(search)
    def found(*arguments: P.args, **named: P.kwargs) -> tuple[T, ...]:
        return tuple(search(*arguments, **named))

    return cast(Callable[P, tuple[T, ...]], lru_cache(maxsize=8192)(found))
