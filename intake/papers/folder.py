"""All papers of one municipality, by the names of their files."""

from __future__ import annotations

from collections.abc import Mapping

from intake.model.basics import local_today
from intake.papers import care_sheet, pages
from intake.papers.html import as_html
from intake.profile import Profile


def contents(own: Profile) -> Mapping[str, bytes]:
    """The page for providers (Markdown and HTML), its sheet for care lines, the points and keys for
    clerks, and the catalogue of checks for who decides on rules."""
    providers = pages.for_providers(own)
    return {
        "aanbieders.md": providers.encode(),
        "aanbieders.html": as_html(providers).encode(),
        care_sheet.FILE_NAME: care_sheet.as_xlsx(own),
        "punten.md": pages.for_clerks(own).encode(),
        "toetsen.md": pages.keys_of_pages(own).encode(),
        "controles.md": pages.catalogue_of_checks(own, local_today()).encode(),
    }
