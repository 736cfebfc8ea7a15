"""Titles that say what a document is; the words are in ``vocabulary/titles.toml``."""

from __future__ import annotations

from intake.model.invoice import DocumentKind
from intake.text.vocabulary import words

_WORDS = words("titles")
OTHER = _WORDS["other"]
OTHER_ALONE = _WORDS["other-alone"]
OVERVIEWS = _WORDS["overview"]
"""Titles of an invoice, and of a list of invoices: the page says which."""
TITLES = tuple(
    (DocumentKind.STATEMENT if kind == "overview" else DocumentKind(kind), titles)
    for kind, titles in _WORDS.items()
    if kind not in ("other", "other-alone")
)
