"""Titles that say what a document is; the words are in ``vocabulary/titles.toml``."""

from __future__ import annotations

from intake.model.invoice import DocumentKind
from intake.text.vocabulary import words

TITLES = tuple((DocumentKind(kind), titles) for kind, titles in words("titles").items())
