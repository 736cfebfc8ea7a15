"""What a municipality says in its own words: whether its profile and letters can be used at all.

A slip there would switch a check off, or keep a letter from being written, and nobody would see it
before the first mail that needs it.
"""

from __future__ import annotations

import string
from collections.abc import Iterator
from pathlib import Path

import jinja2
from jinja2 import meta

from intake import profile
from intake.checks import registry
from intake.model.examination import Line, note, wrong
from intake.profile import Profile, templates_folder
from intake.stages import snippets

_PART = "profile"
_PLACES = frozenset({"je", "Je", "jouw", "Jouw", "address", "municipality", "phone"})
"""What every sentence of a check may name."""
_PARTS = ("what", "remedy", "example", "tip", "english")


def examine(name: str) -> Iterator[Line]:
    """What ``intake doctor`` says of the profile of a municipality and of the files beside it."""
    found = profile.load(name)
    yield from profile.examine(name)
    yield from (wrong(_PART, f"{name}: {text}") for text in _severities(found))
    yield from (wrong(_PART, f"{name}: {text}") for text in _texts(found))
    yield from (wrong(_PART, f"{name}: {text}") for text in snippets.faults(found))
    yield from _files(name)


def _severities(of: Profile) -> Iterator[str]:
    for key in of.severities:
        check, _, code = key.partition(".")
        if not registry.is_known(check, code):
            yield f"[severities] {key}: there is no such check"


def _texts(of: Profile) -> Iterator[str]:
    for key, text in of.texts.items():
        check, _, rest = key.partition(".")
        code, _, part = rest.partition(".")
        if part not in _PARTS or not registry.is_known(check, code):
            yield f"[texts] {key}: there is no such sentence; write check.situation and .{', .'.join(_PARTS)}"
            continue
        wording = registry.requirement(check).texts.situations[code]
        known = _PLACES.union(*(_names(getattr(wording, each)) for each in _PARTS))
        try:
            unknown = _names(text) - known
        except ValueError as error:
            yield f"[texts] {key}: {error}"
            continue
        if unknown:
            yield f"[texts] {key}: nothing is called {', '.join(sorted(unknown))} there"


def _names(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def _files(name: str) -> Iterator[Line]:
    own, default = templates_folder() / name, templates_folder() / "_default"
    environment = jinja2.Environment(autoescape=False)  # noqa: S701 nothing is rendered here
    every = set().union(*(_wanted(environment, letter) for letter in default.glob("*.txt")))
    for letter in sorted(own.glob("*.txt")):
        if not (default / letter.name).is_file():
            yield note(_PART, f"{name}: {letter.name} is not used: no letter has this name")
            continue
        try:
            unknown = _wanted(environment, letter) - every
        except jinja2.TemplateSyntaxError as error:
            yield wrong(_PART, f"{name}: {letter.name}, line {error.lineno}: {error.message}")
            continue
        if unknown:
            names = ", ".join(sorted(unknown))
            yield wrong(_PART, f"{name}: {letter.name}: nothing is called {names} in a letter")
    unused = {file.name for file in default.glob("*.toml")} - {snippets.FILE}
    for ignored in ("checks", *sorted(unused)):
        if (own / ignored).exists():
            yield note(_PART, f"{name}: {ignored} is not used; sentences go under [texts]")


def _wanted(environment: jinja2.Environment, letter: Path) -> set[str]:
    return meta.find_undeclared_variables(environment.parse(letter.read_text(encoding="utf-8")))
