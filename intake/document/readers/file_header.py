"""What a file begins with."""

from __future__ import annotations

HEADER_WITHIN = 1024
"""A PDF's header stands in the first 1024 bytes (ISO 32000-1, Annex H.3, note 13)."""


def is_pdf(data: bytes) -> bool:
    """Whether a file has the header of a PDF."""
    return b"%PDF-" in data[:HEADER_WITHIN]
