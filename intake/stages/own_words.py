"""What a municipality says in its own words: whether its profile and letters can be used at all.

A slip there would switch a check off, or keep a letter from being written, and nobody would see it
before the first mail that needs it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import jinja2
from jinja2 import meta

from intake import profile
from intake.checks import registry
from intake.mail import portals
from intake.model.examination import Line, State, note, wrong
from intake.model.finding import Severity
from intake.profile import Profile, templates_folder
from intake.profile_faults import near
from intake.stages import own_letters, snippets
from intake.stages.own_letters import placeholders

_PART = "profile"
_PLACES = frozenset({"je", "Je", "jouw", "Jouw", "address", "municipality", "phone"})
"""What every sentence of a check may name."""
_PARTS = ("what", "remedy", "example", "tip", "english")
_OWN_TABLES = (f"{portals.FILE}.toml", snippets.FILE)
"""The files of texts that a municipality may have of its own, beside its letters."""


def examine(name: str) -> Iterator[Line]:
    """What ``intake doctor`` says of the profile of a municipality and of the files beside it."""
    found = profile.load(name)
    yield from profile.examine(name)
    words = [*_severities(found), *_texts(found), *snippets.faults(found)]
    yield from (wrong(_PART, f"{name}: {text}") for text in words)
    files = list(_files(name))
    yield from files
    if not words and not any(line.state is State.WRONG for line in files):
        yield from (wrong(_PART, f"{name}: {text}") for text in own_letters.faults(found))


def milder(of: Profile) -> Iterator[tuple[str, str, Severity, Severity]]:
    """Each situation that weighs less in this municipality than by default: its check and code, what
    it weighs by default, and here.
    """
    for check, demand in registry.requirements().items():
        for code, situation in demand.situations.items():
            here = registry.severity(check, code, of)
            if here is not situation.severity:
                yield check, code, situation.severity, here


def files_in_use(name: str) -> list[str]:
    """The letters, texts and pages of its own that a municipality has."""
    default = templates_folder() / "_default"
    kinds = ("*.txt", *_OWN_TABLES, "pages/*", "papers/*", "precheck/*")
    files = (
        file.relative_to(own)
        for own in profile.folders(name)[:-1]
        for kind in kinds
        for file in own.glob(kind)
    )
    return sorted({str(file) for file in files if (default / file).is_file()})


def _severities(of: Profile) -> Iterator[str]:
    every = registry.requirements()
    known = [*every, *(f"{check}.{code}" for check in every for code in every[check].situations)]
    for key in of.severities:
        check, _, code = key.partition(".")
        if not registry.is_known(check, code):
            place = profile.where(of.name, "severities", key)
            yield f"[severities] {key}{place}: there is no such check{near(key, known)}"


def _texts(of: Profile) -> Iterator[str]:
    for key, text in of.texts.items():
        head = f"[texts] {key}{profile.where(of.name, 'texts', key)}"
        check, _, rest = key.partition(".")
        code, _, part = rest.partition(".")
        if part not in _PARTS or not registry.is_known(check, code):
            yield f"{head}: there is no such sentence; write check.situation and .{', .'.join(_PARTS)}"
            continue
        wording = registry.requirement(check).texts.situations[code]
        known = _PLACES.union(*(placeholders(getattr(wording, each)) for each in _PARTS))
        try:
            unknown = placeholders(text) - known
        except ValueError as error:
            yield f"{head}: {error}"
            continue
        if unknown:
            yield f"{head}: nothing is called {', '.join(sorted(unknown))} there"


def _files(name: str) -> Iterator[Line]:
    default = templates_folder() / "_default"
    environment = jinja2.Environment(autoescape=False)  # noqa: S701 nothing is rendered here
    every = set().union(*(_wanted(environment, letter) for letter in default.glob("*.txt")))
    portals.of(name)
    for own in profile.folders(name)[:-1]:
        yield from _letters(name, own, environment, every)
        yield from _pages(name, own, environment)
        tables = (file.name for file in default.glob("*.toml"))
        for ignored in ("checks", *sorted(set(tables).difference(_OWN_TABLES))):
            if (own / ignored).exists():
                yield note(_PART, f"{name}: {ignored} is not used; sentences go under [texts]")


def _letters(
    name: str, own: Path, environment: jinja2.Environment, every: set[str]
) -> Iterator[Line]:
    default = templates_folder() / "_default"
    for letter in sorted(own.glob("*.txt")):
        if not (default / letter.name).is_file():
            like = near(letter.name, [file.name for file in default.glob("*.txt")])
            text = f"{letter.name} is not used: no letter has this name{like}"
            yield note(_PART, f"{name}: {text}")
            continue
        try:
            unknown = _wanted(environment, letter) - every
        except jinja2.TemplateSyntaxError as error:
            yield wrong(_PART, f"{name}: {letter.name}, line {error.lineno}: {error.message}")
            continue
        if unknown:
            names = ", ".join(sorted(unknown))
            yield wrong(_PART, f"{name}: {letter.name}: nothing is called {names} in a letter")


def _pages(name: str, own: Path, environment: jinja2.Environment) -> Iterator[Line]:
    for page in sorted((*own.glob("*/*.html"), *own.glob("papers/*.md"))):
        try:
            environment.parse(page.read_text(encoding="utf-8"))
        except jinja2.TemplateSyntaxError as error:
            place = f"{page.parent.name}/{page.name}, line {error.lineno}"
            yield wrong(_PART, f"{name}: {place}: {error.message}")


def _wanted(environment: jinja2.Environment, letter: Path) -> set[str]:
    return meta.find_undeclared_variables(environment.parse(letter.read_text(encoding="utf-8")))
