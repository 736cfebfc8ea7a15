"""Words as data: one TOML file a subject, read when the module that uses it is imported.

A child process can read no file once its locks are closed: never ask for words later.
"""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

_FOLDER = Path(__file__).parent
_WILD = {"*": r"\w*", "+": r"\w+", ".": r"\.?", " ": r"\s"}


def words(subject: str) -> dict[str, tuple[str, ...]]:
    """The lists of words in one file, in its order; ``{name}`` in a phrase stands for each word of
    that list of its ``[parts]``.
    """
    tables = tomllib.loads((_FOLDER / f"{subject}.toml").read_text(encoding="utf-8"))
    parts = tables.pop("parts", {})
    return {
        name: tuple(dict.fromkeys(phrase for each in listed for phrase in _filled(each, parts)))
        for name, listed in tables.items()
    }


def _filled(phrase: str, parts: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """The phrase with every choice of words for its braces."""
    pieces = re.split(r"\{([a-z]+)\}", phrase)
    choices = (parts[piece] if at % 2 else (piece,) for at, piece in enumerate(pieces))
    return map("".join, itertools.product(*choices))


def any_of(listed: Iterable[str]) -> re.Pattern[str]:
    """Finds one of the words in any case, as a whole word: ``*`` stands for any letters or none,
    ``+`` for one or more, ``.`` for a dot or nothing.
    """
    choices = "|".join("".join(_WILD.get(c, re.escape(c)) for c in word) for word in listed)
    return re.compile(rf"(?<![^\W\d_])(?:{choices})(?![^\W\d_])", re.IGNORECASE)
