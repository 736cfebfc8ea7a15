"""The plain texts that a municipality sends and publishes: its own first, then the common ones."""

from __future__ import annotations

from functools import cache

import jinja2

from intake.profile import templates_folder


@cache
def of(municipality: str, folder: str = "") -> jinja2.Environment:
    """Templates of ``templates/<municipality>`` and ``templates/_default``; nothing is escaped.

    Args:
        folder: below both of them.
    """
    folders = [templates_folder() / name / folder for name in (municipality, "_default")]
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folders),
        autoescape=jinja2.select_autoescape(default=False),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
