"""The plain texts that a municipality sends and publishes: its own first, then the common ones."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import jinja2

from intake import profile


def of(municipality: str, folder: str = "") -> jinja2.Environment:
    """Templates of the municipality's folders and of ``templates/_default``; nothing is escaped.

    Args:
        folder: below each of them.
    """
    return _environment(tuple(place / folder for place in profile.folders(municipality)))


@cache
def _environment(places: tuple[Path, ...]) -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(places),
        autoescape=jinja2.select_autoescape(default=False),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
