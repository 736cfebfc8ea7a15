"""The tasks of the sandbox, by the kind of child that does them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from intake.document.einvoice.warmup import _warm_einvoice, _warm_validation
from intake.document.readers.warmup import (
    _warm_invoice,
    _warm_invoice_again,
    _warm_photo,
    _warm_picture,
    _warm_region,
    _warm_words,
)
from intake.secure_attachment.warmup import (
    _warm_care_lines,
    _warm_care_lines_in_pdf,
    _warm_office,
    _warm_openpgp,
    _warm_pdf_lock,
    _warm_seven_zip,
    _warm_smime,
    _warm_zip,
)

WARM: dict[str, Callable[[Callable[..., Any]], None]] = {
    "read-invoice": _warm_invoice,
    "read-invoice-again": _warm_invoice_again,
    "page-picture": _warm_picture,
    "draw-region": _warm_region,
    "read-words": _warm_words,
    "open-zip": _warm_zip,
    "care-lines": _warm_care_lines,
    "care-lines-in-pdf": _warm_care_lines_in_pdf,
    "read-photo": _warm_photo,
    "open-7z": _warm_seven_zip,
    "open-office": _warm_office,
    "open-pdf": _warm_pdf_lock,
    "open-openpgp": _warm_openpgp,
    "open-smime": _warm_smime,
    "read-einvoice": _warm_einvoice,
    "validate-einvoice": _warm_validation,
}
"""Task name → how its libraries are warmed up."""
