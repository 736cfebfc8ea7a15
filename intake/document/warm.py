"""Tiny real files that warm the readers up in the template, before any lock closes.

Python imports late, and a late import or a table that a library opens on first use can fail behind
the locks; so each library reads one of our own small files first. Nothing here imports a library
before a template of the right kind asks for it.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import suppress
from typing import Any

_TEXT = b"BT /F 11 Tf 72 700 Td (Factuur F2026-1 Factuurdatum 13-11-2026 Totaal 12,10 IBAN NL91ABNA0417164300) Tj ET q 40 0 0 40 72 500 cm /I Do Q"
_OBJECTS = (
    b"<</Type/Catalog/Pages 2 0 R>>",
    b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>/XObject<</I 6 0 R>>>>>>",
    b"<</Length %d>>stream\n%s\nendstream" % (len(_TEXT), _TEXT),
    b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    b"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>stream\n\x80\nendstream",
)


def tiny_pdf() -> bytes:
    """A valid PDF of one page with text and a picture."""
    file = bytearray(b"%PDF-1.4\n")
    places = []
    for number, content in enumerate(_OBJECTS, 1):
        places.append(len(file))
        file += b"%d 0 obj%s endobj\n" % (number, content)
    table = len(file)
    file += b"xref\n0 %d\n0000000000 65535 f \n" % (len(_OBJECTS) + 1)
    file += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(file + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(_OBJECTS) + 1, table))


def _warm_invoice(task: Callable[..., Any]) -> None:
    buyer = {"names": ["Gemeente Voorbeeld"], "departments": ["Crediteuren"], "po_box": "1", "postcode": "1000AA", "city": "Voorbeeld"}
    for reader in ("pdfium", "pdfplumber"):
        task(tiny_pdf(), {"reader": reader, "buyer": buyer}, [])


def _warm_picture(task: Callable[..., Any]) -> None:
    task(tiny_pdf(), {"page": 1, "dpi": 20}, [])


def _warm_zip(task: Callable[..., Any]) -> None:
    import pyzipper

    file = io.BytesIO()
    with pyzipper.AESZipFile(file, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(b"warm")
        archive.writestr("warm.txt", b"warm")
    with pyzipper.AESZipFile(file) as archive:
        archive.setpassword(b"warm")
        archive.read("warm.txt")


def _warm_care_lines(task: Callable[..., Any]) -> None:
    import openpyxl

    file = io.BytesIO()
    book = openpyxl.Workbook()
    book.create_sheet().append(["bsn", 1, 1.5])
    book.save(file)
    for read_only in (True, False):
        openpyxl.load_workbook(file, read_only=read_only, data_only=True).close()


def _warm_smime(task: Callable[..., Any]) -> None:
    with suppress(Exception):
        task(b"", {}, [])


WARM: dict[str, Callable[[Callable[..., Any]], None]] = {
    "read-invoice": _warm_invoice,
    "page-picture": _warm_picture,
    "open-zip": _warm_zip,
    "care-lines": _warm_care_lines,
    "open-smime": _warm_smime,
}
"""Task name → how its libraries are warmed up."""
