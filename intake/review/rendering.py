"""Templates of the review page: a municipality's own page goes before the default one."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from intake.checks import registry
from intake.errors import ConfigurationError
from intake.profile import folders, load
from intake.review import wording
from intake.text.masking import masked

STATIC_TYPES = {
    "tokens.css": "text/css; charset=utf-8",
    "utrecht-9.0.4.css": "text/css; charset=utf-8",
    "intake.css": "text/css; charset=utf-8",
    "intake.js": "text/javascript; charset=utf-8",
    "desk.css": "text/css; charset=utf-8",
    "desk.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
"""The only files served as they are."""


class Pages:
    """Renders a template to an answer; everything that is put in is escaped."""

    def __init__(self, municipalities: Sequence[str]) -> None:
        """The first municipality is that of the installation."""
        places = [folder / "pages" for folder in folders(municipalities[0])]
        environment = Environment(
            loader=FileSystemLoader(places),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
        )
        for write in (
            wording.moment,
            wording.clock,
            wording.day,
            wording.short_day,
            wording.month,
            wording.weekday,
            wording.money,
            wording.megabytes,
            wording.number,
            masked,
        ):
            environment.filters[write.__name__] = write
        environment.filters["municipality"] = _municipality
        environment.filters["iban"] = wording.grouped
        self.static = {name: _first(places, name).read_bytes() for name in STATIC_TYPES}
        self.version = hashlib.sha256(b"".join(self.static.values())).hexdigest()[:12]
        self.of_whom = ", ".join(map(_municipality, municipalities))
        environment.globals.update(
            of_whom=self.of_whom,
            several=len(municipalities) > 1,
            version=self.version,
            severities=wording.SEVERITIES,
            states=wording.STATES,
            judged_words=wording.JUDGED,
            invoice_words=wording.INVOICES,
            reply_words=wording.REPLIES,
            reply_kinds=wording.REPLY_KINDS,
            heading=registry.heading,
            held=wording.HELD,
            incident_words=wording.INCIDENTS,
            judgement_words=wording.JUDGEMENTS,
            batch_words=wording.BATCHES,
            format_words=wording.BATCH_FORMATS,
            misses=wording.BATCH_MISSES,
            many=wording.many,
            login=None,
            notice=None,
            here="",
        )
        self._environment = environment

    def html(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """One page."""
        return HTMLResponse(
            self._environment.get_template(template).render(**values), status_code=status
        )


def _municipality(name: str) -> str:
    """As people call it; its short name when there is no profile of it any more."""
    try:
        return load(name).municipality
    except ConfigurationError:
        return name


def _first(folders: list[Path], name: str) -> Path:
    return next(folder / name for folder in folders if (folder / name).is_file())
