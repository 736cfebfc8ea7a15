"""Words as data: one TOML file a subject, read when the module that uses it is imported.

A child process can read no file once its locks are closed: never ask for words later.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

_FOLDER = Path(__file__).parent
_WILD = {"*": r"\w*", "+": r"\w+", ".": r"\.?", " ": r"\s"}


def words(subject: str) -> dict[str, tuple[str, ...]]:
    """The lists of words in one file, in its order."""
    tables = tomllib.loads((_FOLDER / f"{subject}.toml").read_text(encoding="utf-8"))
    return {name: tuple(listed) for name, listed in tables.items()}


def any_of(listed: Iterable[str]) -> re.Pattern[str]:
    """Finds one of the words in any case, as a whole word: ``*`` stands for any letters or none,
    ``+`` for one or more, ``.`` for a dot or nothing.
    """
    choices = "|".join("".join(_WILD.get(c, re.escape(c)) for c in word) for word in listed)
    return re.compile(rf"(?<![^\W\d_])(?:{choices})(?![^\W\d_])", re.IGNORECASE)
