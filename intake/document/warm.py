"""Tiny real files that warm the readers up in the template, before any lock closes.

Python imports late, and a late import or a table that a library opens on first use can fail behind
the locks; so each library reads one of our own small files first. Nothing here imports a library
before a template of the right kind asks for it.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

_LINES = (
    (60, 780, "Zorgpraktijk Voorbeeld B.V."), (60, 765, "Dorpsstraat 12"), (60, 750, "1234 AB Voorbeeld"), (60, 735, "Tel. 036-5212345 info@zorg.example"),
    (60, 720, "KvK-nummer: 12345678"), (60, 705, "Btw-nummer: NL002455799B11"), (60, 690, "IBAN: NL91 ABNA 0417 1643 00 t.n.v. Zorgpraktijk"),
    (350, 780, "Gemeente Voorbeeld"), (350, 765, "Crediteuren"), (350, 750, "Postbus 1"), (350, 735, "1000 AA Voorbeeld"),
    (60, 650, "FACTUUR"), (60, 635, "Factuurnummer: 2026-0117"), (60, 620, "Factuurdatum: 13 november 2026"), (350, 620, "Vervaldatum 13-12-2026"),
    (60, 580, "Omschrijving"), (250, 580, "Aantal"), (330, 580, "Tarief"), (400, 580, "Btw"), (460, 580, "Bedrag"),
    (60, 565, "Begeleiding individueel, oktober 2026"), (250, 565, "10"), (330, 565, "72,60"), (400, 565, "21%"), (460, 565, "726,00"),
    (400, 540, "Subtotaal"), (460, 540, "600,00"), (400, 525, "Btw 21%"), (460, 525, "126,00"), (400, 510, "Totaal te betalen"), (490, 510, "726,00"),
    (60, 480, "Vrijgesteld van btw op grond van art. 11 lid 1 onder g Wet OB. Clientnummer 4411, beschikking 2026-33."),
)  # fmt: skip
"""An ordinary invoice: the more of the readers it walks through, the less each child has to build again."""
_LETTERS = "".join(f"BT /F 10 Tf {x} {y} Td ({text}) Tj ET " for x, y, text in _LINES).encode("ascii")
_TEXT = _LETTERS + b"1 g BT /F 9 Tf 60 60 Td (x) Tj ET 0 g 50 575 480 0.5 re f q 40 0 0 40 500 780 cm /I Do Q"
_OBJECTS = (
    b"<</Type/Catalog/Pages 2 0 R>>",
    b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>/XObject<</I 6 0 R>>>>>>",
    b"<</Length %d>>stream\n%s\nendstream" % (len(_TEXT), _TEXT),
    b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    b"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>stream\n\x80\nendstream",
)


def tiny_pdf() -> bytes:
    """A valid PDF of one page: an invoice, a rule, a picture and a letter in white."""
    file = bytearray(b"%PDF-1.4\n")
    places = []
    for number, content in enumerate(_OBJECTS, 1):
        places.append(len(file))
        file += b"%d 0 obj%s endobj\n" % (number, content)
    table = len(file)
    file += b"xref\n0 %d\n0000000000 65535 f \n" % (len(_OBJECTS) + 1)
    file += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(file + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(_OBJECTS) + 1, table))


_OPEN: list[Any] = []
"""A document that stays open in the template: PDFium keeps a font as long as anybody uses it, so no child loads the usual one again."""


def _warm_invoice(task: Callable[..., Any], reader: str = "pdfium") -> None:
    import phonenumbers
    import pypdfium2

    phonenumbers.is_valid_number(phonenumbers.parse("036-5212345", "NL"))  # the tables of a country load on first use
    task(tiny_pdf(), {"reader": reader, "buyer": _BUYER}, [])
    page = pypdfium2.PdfDocument(tiny_pdf())[0]
    _OPEN.append((page, page.get_textpage()))


def _warm_invoice_again(task: Callable[..., Any]) -> None:
    _warm_invoice(task, "pdfplumber")


def _warm_picture(task: Callable[..., Any]) -> None:
    task(tiny_pdf(), {"page": 1, "dpi": 20}, [])


_PICTURES = ("JPEG", "PNG", "TIFF", "BMP", "GIF", "WEBP")


def _pictures() -> list[bytes]:
    from PIL import Image

    files = [(kind, io.BytesIO()) for kind in _PICTURES]
    for kind, file in files:
        Image.new("L", (8, 8), 128).save(file, kind)
    return [file.getvalue() for _, file in files]


def _warm_photo(task: Callable[..., Any]) -> None:
    for picture in _pictures():
        task(picture, {"reader": "pdfium", "buyer": _BUYER}, [])


def _warm_region(task: Callable[..., Any]) -> None:
    for picture in _pictures():
        task(picture, {"page": 1, "box": [0, 0, 9, 9], "dpi": 72}, [])
    task(tiny_pdf(), {"page": 1, "box": [0, 0, 90, 90], "dpi": 72}, [])


def _warm_words(task: Callable[..., Any]) -> None:
    """A picture with marks like letters: the engine loads its models when it first sees some."""
    side = 240
    rows = [b"\xff" * side if row // 24 % 2 else (b"\x00" * 3 + b"\xff" * 9) * (side // 12) for row in range(side)]
    task(b"".join(rows), {"width": side, "height": side, "dpi": 300}, [])


def _warm_zip(task: Callable[..., Any]) -> None:
    import pyzipper

    file = io.BytesIO()
    with pyzipper.AESZipFile(file, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(b"warm")
        archive.writestr("warm.txt", b"warm")
    with pyzipper.AESZipFile(file) as archive:
        archive.setpassword(b"warm")
        archive.read("warm.txt")


def _warm_care_lines_in_pdf(task: Callable[..., Any]) -> None:
    task(tiny_pdf(), {"kind": "pdf"}, [])


_CARE_SHEET = (
    b"Regelnummer;BSN;Naam;Geboortedatum;Verwijzer;Productcode;Product;Begindatum;Einddatum;Aantal;Eenheid;Tarief;Bedrag;Opmerking\n"
    b"1;999990019;A. Voorbeeld;01-02-2015;huisarts;45A04;Begeleiding;01-09-2026;30-09-2026;2;uur;6,25;12,50;\n"
)
"""The usual titles: what each of them means is then known to every child."""


def _warm_care_lines(task: Callable[..., Any]) -> None:
    import zipfile

    import openpyxl

    task(_CARE_SHEET, {"kind": "csv"}, [])
    task(b"BSN: 999990019\nVerwijzer: huisarts\nProduct: 45A04\nPeriode: september 2026\n", {"kind": "text"}, [])

    file = io.BytesIO()
    book = openpyxl.Workbook()
    book.create_sheet().append(["bsn", 1, 1.5])
    book.save(file)
    openpyxl.load_workbook(file, read_only=True, data_only=True).close()  # as a large book is read
    task(file.getvalue(), {"kind": "excel"}, [])
    letter = io.BytesIO()
    with zipfile.ZipFile(letter, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", "<w:document xmlns:w='w'><w:body><w:p><w:r><w:t>BSN: 1</w:t></w:r></w:p></w:body></w:document>")
    task(letter.getvalue(), {"kind": "word"}, [])
    task(b"<b:Bericht xmlns:b='http://www.istandaarden.nl/ijw/3_2/jw323/schema'/>", {"kind": "xml"}, [])


def _warm_seven_zip(task: Callable[..., Any]) -> None:
    import py7zr

    for password in (None, "warm"):
        file = io.BytesIO()
        with py7zr.SevenZipFile(file, "w", password=password, header_encryption=bool(password)) as archive:
            archive.writestr(b"warm", "warm.txt")
        task(file.getvalue(), {}, [b"warm"])


def _warm_office(task: Callable[..., Any]) -> None:
    from msoffcrypto.format.ooxml import OOXMLFile
    from openpyxl import Workbook

    book, file = io.BytesIO(), io.BytesIO()
    Workbook().save(book)
    OOXMLFile(book).encrypt("warm", file)
    task(file.getvalue(), {}, [b"warm"])


def _warm_pdf_lock(task: Callable[..., Any]) -> None:
    import pikepdf

    for revision in (4, 6):
        file = io.BytesIO()
        with pikepdf.open(io.BytesIO(tiny_pdf())) as pdf:
            pdf.save(file, encryption=pikepdf.Encryption(owner="warm", user="warm", R=revision))
        task(file.getvalue(), {}, [b"warm"])


def _warm_openpgp(task: Callable[..., Any]) -> None:
    with suppress(ImportError):
        import pysequoia

        task(pysequoia.encrypt(b"warm", passwords=["warm"]), {"keys": 0}, [b"warm"])


def _warm_smime(task: Callable[..., Any]) -> None:
    """A message to a key made for this once: the structures of CMS are built by the first message that has them."""
    import datetime as dt

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import pkcs7

    key = rsa.generate_private_key(65537, 2048)
    name, day = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "warm")]), dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    blank = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), day, day + dt.timedelta(days=1))
    own = blank.sign(key, hashes.SHA256())
    signer = pkcs7.PKCS7SignatureBuilder().set_data(b"Content-Type: text/csv\r\n\r\n" + _CARE_SHEET).add_signer(own, key, hashes.SHA256())
    signed = signer.sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])
    sealed = pkcs7.PKCS7EnvelopeBuilder().set_data(signed).add_recipient(own).encrypt(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])
    plain = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    task(sealed, {}, [own.public_bytes(serialization.Encoding.PEM) + key.private_bytes(*plain)])


_BUYER = {"names": ["Gemeente Voorbeeld"], "departments": ["Crediteuren"], "po_box": "1", "postcode": "1000AA", "city": "Voorbeeld"}


def _warm_einvoice(task: Callable[..., Any]) -> None:
    from intake.document import einvoice_example, einvoice_terms

    einvoice_terms.prepare()
    for xml in (einvoice_example.UBL, einvoice_example.CII):
        task(xml, {"buyer": _BUYER}, [])


_LONGEST = 60.0
_MOST_ROUNDS = 40


def _warm_validation(task: Callable[..., Any]) -> None:
    from intake.document import einvoice_example, en16931

    en16931.prepare()
    quickest = _LONGEST
    for _ in range(_MOST_ROUNDS):
        begun = time.process_time()
        for xml in (einvoice_example.UBL, einvoice_example.CII):
            task(xml, {"standard": "urn:cen.eu:en16931:2017"}, [])
        took = time.process_time() - begun
        if took > 3 * quickest:
            return  # Saxon's memory has just been cleaned: no child starts with a full one, which costs it 250 ms
        quickest = min(quickest, took)


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
