"""The page that a municipality publishes for its providers, and the lists of points and keys for its
clerks: Markdown, from ``templates/_default/papers`` (or the municipality's own folder ``papers``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from intake.checks import registry
from intake.checks.secure_attachment import accepted_formats
from intake.checks.support.requirement import finding
from intake.model.finding import Severity
from intake.papers import care_sheet, demands, keys
from intake.profile import Profile, default_texts, folders
from intake.stages.reply import tone


@dataclass(frozen=True, slots=True)
class Point:
    """One sentence that a clerk may read on a case, with what it weighs in this municipality."""

    severity: Severity
    text: str


@dataclass(frozen=True, slots=True)
class Points:
    """All that one check can say."""

    heading: str
    points: tuple[Point, ...]


def for_providers(own: Profile) -> str:
    """``Zo stuur je een factuur die wij meteen kunnen betalen``."""
    return _rendered(
        "aanbieders.md",
        own,
        invoice=demands.on_invoice(own),
        attachment=demands.on_attachment(own),
        supplier=demands.on_supplier(own),
        columns=care_sheet.columns(own),
        sheet=care_sheet.FILE_NAME,
        formats=accepted_formats("nl"),
    )


def for_clerks(own: Profile) -> str:
    """Every point of the review page, and what it weighs."""
    words = default_texts("pages/words")["severities"]
    return _rendered("punten.md", own, checks=list(_points(own)), words=words)


def keys_of_pages(own: Profile) -> str:
    """The keys of every page of the desk."""
    return _rendered("toetsen.md", own, pages=keys.of_pages())


def _points(own: Profile) -> Iterator[Points]:
    for check, requirement in registry.requirements().items():
        facts = demands.sample_facts(check)
        told = (finding(requirement, own, code, None, **facts) for code in requirement.situations)
        points = (Point(registry.severity(check, each.code, own), each.what) for each in told)
        once = dict.fromkeys(sorted(points, key=lambda point: _ORDER[point.severity]))
        yield Points(requirement.texts.heading, tuple(once))


_BLANK = re.compile(r"\n{3,}")
_ORDER = {Severity.REJECT: 0, Severity.REVIEW: 1, Severity.INFO: 2}


def _rendered(name: str, own: Profile, **values: Any) -> str:
    text = (
        _templates(folders(own.name)).get_template(name).render(own=own, toon=tone(own), **values)
    )
    return _BLANK.sub("\n\n", text).strip() + "\n"


@cache
def _templates(places: tuple[Path, ...]) -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader([place / "papers" for place in places]),
        autoescape=jinja2.select_autoescape(default=False),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
