"""No pattern that a mail or a document meets can be held up by a text built for it.

A search that tries each way to part a run of letters takes hours on a mail of a few hundred
characters. The texts are drawn from the patterns themselves: each run without a narrow bound is
reached by what stands before it, goes on for long, and ends otherwise than the pattern asks.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import signal
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from re import _parser as parser  # type: ignore[attr-defined]
from types import ModuleType
from typing import Any

import pytest

import intake

_SHORT, _LONG = 200, 800
"""Characters of a text that shows whether it is worth a look, and of one that shows how time grows."""
_QUICK = 0.004
"""Seconds within which a pattern that grows with the square of a text is done with a short one."""
_LIMIT = 2.0
"""Seconds of processor time for a long text."""
_GROWTH = 32
"""A text of four times the length costs sixteen times as much where time grows with its square, and
sixty-four times where it grows with its cube.
"""
_CHARACTERS = "a 1-.:\n/,=<>()[]\"'xzAZ0_@%#*&;é"
_RUNS = (" ", "a", "1", "\n", "a ", "1 ", " -", "-", ".", "a.", "a\n")
_TAILS = ("", "\0", " a 1" * 6 + "\n!")
_WAYS = range(6)
"""How many examples are drawn of what can be written in more ways."""
_REPEATS = (parser.MAX_REPEAT, parser.MIN_REPEAT, parser.POSSESSIVE_REPEAT)
_NARROW = 4
"""A run of fewer than so many needs no look."""

Pattern = re.Pattern[str] | re.Pattern[bytes]


class _TooLongError(Exception):
    """The processor time for one text is used up."""


def _modules(room: str) -> Iterator[ModuleType]:
    whole = importlib.import_module(f"intake.{room}")
    yield whole
    for found in pkgutil.walk_packages(getattr(whole, "__path__", ()), f"intake.{room}."):
        if ".migrations." not in found.name:
            yield importlib.import_module(found.name)


def _held(value: object, depth: int = 0) -> Iterator[Pattern]:
    """The patterns in a value of a module: alone, in a table, or in something of ours."""
    if isinstance(value, re.Pattern):
        yield value
        return
    inner: Iterable[object] = ()
    if isinstance(value, dict):
        inner = (*value, *value.values())
    elif isinstance(value, list | tuple | set | frozenset):
        inner = value
    elif getattr(type(value), "__module__", "").startswith("intake."):
        slots = getattr(type(value), "__slots__", ())
        inner = [getattr(value, name, None) for name in (*slots, *getattr(value, "__dict__", ()))]
    elif isinstance(value, type) and value.__module__.startswith("intake."):
        inner = list(vars(value).values())
    if depth < 4:
        for each in inner:
            yield from _held(each, depth + 1)


def _written(module: ModuleType) -> Iterator[Pattern]:
    """The patterns that stand in calls: ``re.sub(r"…", …)``."""
    for node in ast.walk(ast.parse(Path(module.__file__ or "").read_text(encoding="utf-8"))):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="re")),
                args=[ast.Constant(value=str() | bytes() as pattern), *more],
                keywords=keywords,
            ):
                flags = (
                    getattr(re, name.attr)
                    for given in (*more, *(keyword.value for keyword in keywords))
                    for name in ast.walk(given)
                    if isinstance(name, ast.Attribute) and name.attr.isupper()
                )
                yield re.compile(pattern, sum(set(flags)))
            case _:
                pass


def _patterns(room: str) -> dict[tuple[str | bytes, int], tuple[str, Pattern]]:
    """Every pattern of a room once, with the name of a module that has it."""
    found: dict[tuple[str | bytes, int], tuple[str, Pattern]] = {}
    for module in _modules(room):
        for pattern in (*_held(list(vars(module).values())), *_written(module)):
            found.setdefault((pattern.pattern, pattern.flags), (module.__name__, pattern))
    return found


def _in_set(allowed: list[Any], letter: str) -> bool:
    negated = allowed[0][0] is parser.NEGATE
    kinds = {
        parser.CATEGORY_DIGIT: letter.isdigit(),
        parser.CATEGORY_SPACE: letter.isspace(),
        parser.CATEGORY_WORD: letter.isalnum() or letter == "_",
    }
    kinds |= {
        parser.CATEGORY_NOT_DIGIT: not kinds[parser.CATEGORY_DIGIT],
        parser.CATEGORY_NOT_SPACE: not kinds[parser.CATEGORY_SPACE],
        parser.CATEGORY_NOT_WORD: not kinds[parser.CATEGORY_WORD],
    }
    hit = any(
        (code is parser.LITERAL and ord(letter) == value)
        or (code is parser.RANGE and value[0] <= ord(letter) <= value[1])
        or (code is parser.CATEGORY and kinds[value])
        for code, value in allowed
    )
    return hit is not negated


def _letters(allowed: list[Any]) -> list[str]:
    common = [letter for letter in _CHARACTERS if _in_set(allowed, letter)]
    rare = [
        chr(value if code is parser.LITERAL else value[0])
        for code, value in allowed
        if code in (parser.LITERAL, parser.RANGE)
    ]
    return common or rare or ["a"]


def _example(pieces: Iterable[tuple[Any, Any]], way: int) -> str:
    """A text that pieces of a pattern match, but for what they ask of the text around it."""
    return "".join(_example_of(code, value, way) for code, value in pieces)


def _example_of(code: Any, value: Any, way: int) -> str:
    if code is parser.LITERAL:
        return chr(value)
    if code is parser.NOT_LITERAL:
        return next(letter for letter in "a1" if ord(letter) != value)
    if code is parser.ANY:
        return "a 1-"[way % 4]
    if code is parser.IN:
        letters = _letters(value)
        return letters[way % len(letters)]
    if code is parser.BRANCH:
        return _example(value[1][way % len(value[1])], way)
    if code in _REPEATS:
        least, most, body = value
        return _example(body, way) * max(int(least), min(way % 2, int(most)))
    return "".join(_example(body, way) for body in _bodies(code, value) if code not in _AROUND)


_AROUND = (parser.ASSERT, parser.ASSERT_NOT)


def _bodies(code: Any, value: Any) -> Iterable[Any]:
    """What a piece of a pattern is made of."""
    if code is parser.BRANCH:
        return value[1]  # type: ignore[no-any-return]
    if code in _REPEATS:
        return [value[2]]
    if code is parser.SUBPATTERN:
        return [value[3]]
    if code is parser.ATOMIC_GROUP:
        return [value]
    return [value[1]] if code in _AROUND else []


def _runs(pieces: Iterable[tuple[Any, Any]], way: int, before: str = "") -> Iterator[Any]:
    """Each run without a narrow bound: a text that reaches it, and what it repeats."""
    for code, value in pieces:
        if code in _REPEATS and value[1] >= _NARROW:
            yield before, value[2]
        for body in _bodies(code, value):
            yield from _runs(body, way, before)
        before += _example_of(code, value, way)


def _texts(pattern: Pattern) -> Iterator[tuple[str, str, str]]:
    """The begin, the run and the end of each text to try."""
    written = pattern.pattern
    source = written if isinstance(written, str) else written.decode("latin-1")
    tree = parser.parse(source, pattern.flags)
    for way in (0, 1):
        for before, body in _runs(tree, way):
            for run in (*(_example(body, other) for other in _WAYS), *_RUNS):
                yield from ((begin, run, tail) for begin in (before, "") for tail in _TAILS if run)


def _seconds(pattern: Pattern, text: tuple[str, str, str], length: int) -> float:
    """Processor time of a search and a match of the whole; ``_LIMIT`` where they take longer."""
    begin, run, end = text
    whole: Any = begin + run * (length // len(run)) + end
    if isinstance(pattern.pattern, bytes):
        whole = whole.encode("latin-1", "replace")
    start = time.process_time()
    signal.setitimer(signal.ITIMER_VIRTUAL, _LIMIT)
    try:
        pattern.search(whole)
        pattern.fullmatch(whole)
    except _TooLongError:
        return _LIMIT
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return time.process_time() - start


def _holds_up(pattern: Pattern, text: tuple[str, str, str]) -> bool:
    """Whether time grows faster than the square of a text's length, each time that it is tried."""
    return all(_grows(pattern, text) for _ in range(3))


def _grows(pattern: Pattern, text: tuple[str, str, str]) -> bool:
    short = _seconds(pattern, text, _SHORT)
    if short < _QUICK or short >= _LIMIT:
        return short >= _LIMIT
    return _seconds(pattern, text, _LONG) > _GROWTH * short


@pytest.fixture
def bounded() -> Iterator[None]:
    """Ends a search whose time is used up."""

    def end(*_: object) -> None:
        raise _TooLongError

    before = signal.signal(signal.SIGVTALRM, end)
    yield
    signal.signal(signal.SIGVTALRM, before)


ROOMS = sorted(
    found.name for found in pkgutil.iter_modules(intake.__path__) if found.name != "__main__"
)


@pytest.mark.usefixtures("bounded")
@pytest.mark.parametrize("room", ROOMS)
def test_no_text_holds_a_pattern_up(room: str) -> None:
    """One mail of half a page would stop a worker for hours, and every mail behind it."""
    slow = [
        (module, pattern.pattern[:80], text)
        for module, pattern in _patterns(room).values()
        if (
            text := next((t for t in dict.fromkeys(_texts(pattern)) if _holds_up(pattern, t)), None)
        )
    ]

    assert slow == []
