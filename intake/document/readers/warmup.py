"""Warms up the readers of PDF and of pictures in a template, with small files of our own."""

from __future__ import annotations

import io
from typing import Any

from intake.profile import Addressee

BUYER = Addressee(
    names=["Gemeente Voorbeeld"],
    departments=["Crediteuren"],
    po_box="1",
    postcode="1000AA",
    city="Voorbeeld",
)

_LINES = (
    (60, 780, "Zorgpraktijk Voorbeeld B.V."), (60, 765, "Dorpsstraat 12"),
    (60, 750, "1234 AB Voorbeeld"), (60, 735, "Tel. 036-5212345 info@zorg.example"),
    (60, 720, "KvK-nummer: 12345678"), (60, 705, "Btw-nummer: NL002455799B11"),
    (60, 690, "IBAN: NL91 ABNA 0417 1643 00 t.n.v. Zorgpraktijk"),
    (350, 780, "Gemeente Voorbeeld"), (350, 765, "Crediteuren"), (350, 750, "Postbus 1"),
    (350, 735, "1000 AA Voorbeeld"),
    (60, 650, "FACTUUR"), (60, 635, "Factuurnummer: 2026-0117"),
    (60, 620, "Factuurdatum: 13 november 2026"), (350, 620, "Vervaldatum 13-12-2026"),
    (60, 580, "Omschrijving"), (250, 580, "Aantal"), (330, 580, "Tarief"), (400, 580, "Btw"),
    (460, 580, "Bedrag"),
    (60, 565, "Begeleiding individueel, oktober 2026"), (250, 565, "10"), (330, 565, "72,60"),
    (400, 565, "21%"), (460, 565, "726,00"),
    (400, 540, "Subtotaal"), (460, 540, "600,00"), (400, 525, "Btw 21%"), (460, 525, "126,00"),
    (400, 510, "Totaal te betalen"), (490, 510, "726,00"),
    (60, 480, (
        "Vrijgesteld van btw op grond van art. 11 lid 1 onder g Wet OB. Clientnummer 4411, "
        "beschikking 2026-33."
    )),
)  # fmt: skip
"""An ordinary invoice: the more of the readers it walks through, the less each child has to build
again."""


_LETTERS = "".join(f"BT /F 10 Tf {x} {y} Td ({text}) Tj ET " for x, y, text in _LINES).encode(
    "ascii"
)


_TEXT = (
    _LETTERS
    + b"1 g BT /F 9 Tf 60 60 Td (x) Tj ET 0 g 50 575 480 0.5 re f q 40 0 0 40 500 780 cm /I Do Q"
)


_OBJECTS = (
    b"<</Type/Catalog/Pages 2 0 R>>",
    b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
    (
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0"
        b" R>>/XObject<</I 6 0 R>>>>>>"
    ),
    b"<</Length %d>>stream\n%s\nendstream" % (len(_TEXT), _TEXT),
    b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    (
        b"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent"
        b" 8/Length 1>>stream\n\x80\nendstream"
    ),
)


def tiny_pdf() -> bytes:
    """A valid PDF of one page: an invoice, a rule, a picture and a letter in white."""
    file = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, content in enumerate(_OBJECTS, 1):
        offsets.append(len(file))
        file += b"%d 0 obj%s endobj\n" % (number, content)
    table = len(file)
    file += b"xref\n0 %d\n0000000000 65535 f \n" % (len(_OBJECTS) + 1)
    file += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return bytes(
        file
        + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(_OBJECTS) + 1, table)
    )


_OPEN: list[Any] = []
"""A document that stays open in the template: PDFium keeps a font as long as anybody uses it, so no
child loads the usual one again."""


def keep_open() -> None:
    """Open a page for good."""
    import pypdfium2

    page = pypdfium2.PdfDocument(tiny_pdf())[0]
    _OPEN.append((page, page.get_textpage()))


def load_phone_numbers() -> None:
    """Load the tables of a country, which happens on first use."""
    import phonenumbers

    phonenumbers.is_valid_number(phonenumbers.parse("036-5212345", "NL"))


def pictures() -> list[bytes]:
    """One small picture of each format."""
    from PIL import Image

    files = {name: io.BytesIO() for name in ("JPEG", "PNG", "TIFF", "BMP", "GIF", "WEBP")}
    for name, file in files.items():
        Image.new("L", (8, 8), 128).save(file, name)
    return [file.getvalue() for file in files.values()]
