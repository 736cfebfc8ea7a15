"""The page that a municipality publishes for its providers, and the lists of points and keys for its
clerks: Markdown, from ``templates/_default/papers`` (or the municipality's own folder ``papers``).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from intake.checks import catalogue
from intake.checks.secure_attachment import accepted_formats
from intake.model.basics import local_today
from intake.papers import care_sheet, demands, keys
from intake.profile import Profile, default_texts
from intake.stages import texts
from intake.stages.reply import tone
from intake.text.dates import MONTHS


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
    return _rendered("punten.md", own, rules=catalogue.rules(own, local_today()), **_words())


def catalogue_of_checks(own: Profile, day: dt.date) -> str:
    """Every check: what it asks, on which ground, and what becomes of an invoice without it."""
    return _rendered("controles.md", own, rules=catalogue.rules(own, day), day=day, **_words())


def of_check(check: str, own: Profile, day: dt.date) -> str:
    """One check of the catalogue.

    Raises:
        KeyError: there is no such check.
    """
    found = catalogue.rule(check, own, day)
    return _rendered("controle.md", own, rule=found, day=day, **_words())


def _words() -> Mapping[str, Any]:
    """The sign and the word for each severity, and the names of the months."""
    return {"words": default_texts("pages/words")["severities"], "months": MONTHS}


def keys_of_pages(own: Profile) -> str:
    """The keys of every page of the desk."""
    return _rendered("toetsen.md", own, pages=keys.of_pages())


_BLANK = re.compile(r"\n{3,}")


def _rendered(name: str, own: Profile, **values: Any) -> str:
    template = texts.of(own.name, "papers").get_template(name)
    text = template.render(own=own, toon=tone(own.tone), **values)
    return _BLANK.sub("\n\n", text).strip() + "\n"
