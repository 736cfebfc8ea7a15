"""Standard sentences that a person may choose for a letter or an answer, in the tone of the municipality.

They stand in ``templates/_default/snippets.toml``; a municipality adds its own, or says one otherwise, in a
file of that name beside its profile.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined, TemplateError

from intake.errors import ConfigurationError
from intake.profile import Profile, default_texts, folders
from intake.stages.reply import tone

FILE = "snippets.toml"
_KEYS = {"title", "text"}


class Use(StrEnum):
    """Where a sentence may be chosen: its table in the file."""

    LETTER = "letter"
    """A refusal."""
    ANSWER = "answer"
    """To a mail without an invoice."""


@dataclass(frozen=True, slots=True)
class Snippet:
    key: str
    title: str
    """What the clerk sees."""
    text: str
    """What the provider reads."""


def snippets(of: Profile, use: Use) -> tuple[Snippet, ...]:
    """All of them, in the order of their file, the municipality's own last.

    Raises:
        ConfigurationError: its file is wrong.
    """
    return _snippets(folders(of.name), of.tone, use)


def chosen(of: Profile, use: Use, keys: Collection[str]) -> list[str]:
    """The texts of these."""
    return [each.text for each in snippets(of, use) if each.key in keys]


def faults(of: Profile) -> Iterator[str]:
    """What is wrong with the file of a municipality."""
    try:
        tables = _own(folders(of.name))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        yield f"{FILE}: {error}"
        return
    for use, table in tables.items():
        if use not in set(Use) or not isinstance(table, Mapping):
            yield f"{FILE}: [{use}] is no use; write [letter.…] or [answer.…]"
            continue
        for key, each in table.items():
            if fault := _fault(each, of.tone):
                yield f"{FILE}: [{use}.{key}]: {fault}"


def _fault(each: Any, spoken: str) -> str:
    if not isinstance(each, Mapping) or each.keys() != _KEYS:
        return "write title and text, and nothing else"
    if not all(isinstance(value, str) and value.strip() for value in each.values()):
        return "title and text are words"
    try:
        _said(each["text"], spoken)
    except TemplateError as error:
        return str(error)
    return ""


@lru_cache
def _snippets(places: tuple[Path, ...], spoken: str, use: Use) -> tuple[Snippet, ...]:
    tables = {**default_texts("snippets")[use]}
    try:
        tables |= _own(places).get(use, {})
        return tuple(
            Snippet(key, each["title"], _said(each["text"], spoken)) for key, each in tables.items()
        )
    except (
        tomllib.TOMLDecodeError,
        UnicodeDecodeError,
        TemplateError,
        KeyError,
        TypeError,
    ) as error:
        raise ConfigurationError(f"{FILE} of {places[0].name}: {error}") from None


def _own(places: tuple[Path, ...]) -> dict[str, dict[str, Any]]:
    """Those of the municipality, over those of the one that it extends."""
    found: dict[str, dict[str, Any]] = {}
    for folder in reversed(places[:-1]):
        if (file := folder / FILE).is_file():
            for use, table in tomllib.loads(file.read_text(encoding="utf-8")).items():
                found[use] = found.get(use, {}) | table
    return found


def _said(text: str, spoken: str) -> str:
    plain = Environment(undefined=StrictUndefined, autoescape=False)  # noqa: S701 plain text
    return plain.from_string(text).render(toon=tone(spoken))
