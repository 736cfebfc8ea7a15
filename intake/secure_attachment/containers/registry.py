"""The container formats that we open. A new one is a file in this package and a line here."""

from __future__ import annotations

from intake.model.mail import Part
from intake.secure_attachment.containers import (
    odf,
    office,
    openpgp,
    pdf_certificate,
    pdf_password,
    seven_zip,
    smime,
    zip,
)
from intake.secure_attachment.containers.format import Format

FORMATS: list[Format] = [
    smime.FORMAT,
    openpgp.FORMAT,
    zip.FORMAT,
    seven_zip.FORMAT,
    odf.FORMAT,
    office.FORMAT,
    pdf_certificate.FORMAT,
    pdf_password.FORMAT,
]
"""The first that recognises a file opens it."""


def format_of(part: Part) -> Format | None:
    """What kind of container a file is; None when it is none."""
    return next((known for known in FORMATS if known.recognises(part)), None)
