"""The pages of an invoice as whoever pays may see them."""

from __future__ import annotations

from intake.document.reading import page_picture
from intake.errors import SandboxFailed
from intake.export import picture_pdf
from intake.model.booking import Booking
from intake.sandbox.client import Sandbox
from intake.store import Store, cases

_DPI = 150
"""Sharp when printed."""
_MOST_PAGES = 100


def drawn(store: Store, reading: Sandbox, booking: Booking) -> bytes | None:
    """A PDF of the pictures that a clerk sees without giving a reason; None when the pages are
    covered, or cannot be drawn.

    Args:
        reading: the child that draws.
    """
    case = cases.get_case(store, booking.reference)
    read = (
        next((r for r in case.verdict.invoices if r.path == booking.path), None)
        if case.verdict
        else None
    )
    if read is None or case.is_covered(read):
        return None
    data = cases.document(store, booking.reference, booking.path)
    if data is None:
        return None
    count = read.invoice.page_count
    if not 1 <= count <= _MOST_PAGES:
        return None
    try:
        pictures = [page_picture(reading, data, page + 1, _DPI) for page in range(count)]
        return picture_pdf.pdf(pictures, _DPI)
    except (SandboxFailed, ValueError):
        return None
