"""Templates of the review page: a municipality's own page goes before the default one."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from intake.profile import Profile, templates_folder
from intake.review import wording
from intake.text.masking import masked

STATIC_TYPES = {
    "intake.css": "text/css; charset=utf-8",
    "intake.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
"""The only files served as they are."""


class Pages:
    """Renders a template to an answer; everything that is put in is escaped."""

    def __init__(self, profile: Profile) -> None:
        folders = [templates_folder() / name / "pages" for name in (profile.name, "_default")]
        environment = Environment(
            loader=FileSystemLoader(folders),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
        )
        for write in (
            wording.moment,
            wording.clock,
            wording.day,
            wording.weekday,
            wording.money,
            wording.megabytes,
            masked,
        ):
            environment.filters[write.__name__] = write
        self.static = {name: _first(folders, name).read_bytes() for name in STATIC_TYPES}
        self.version = hashlib.sha256(b"".join(self.static.values())).hexdigest()[:12]
        environment.globals.update(
            profile=profile,
            version=self.version,
            severities=wording.SEVERITIES,
            states=wording.STATES,
            judged_words=wording.JUDGED,
            invoice_words=wording.INVOICES,
            reply_words=wording.REPLIES,
            reply_kinds=wording.REPLY_KINDS,
            checks=wording.CHECKS,
            held=wording.HELD,
            incident_words=wording.INCIDENTS,
            judgement_words=wording.JUDGEMENTS,
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


def _first(folders: list[Path], name: str) -> Path:
    return next(folder / name for folder in folders if (folder / name).is_file())
