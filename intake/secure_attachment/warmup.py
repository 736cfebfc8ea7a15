"""Warms up the openers of containers and the readers of care lines in a template."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from intake.document.readers.warmup import tiny_pdf


def _warm_zip(task: Callable[..., Any]) -> None:
    import pyzipper

    file = io.BytesIO()
    with pyzipper.AESZipFile(
        file, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES
    ) as archive:
        archive.setpassword(b"warm")
        archive.writestr("warm.txt", b"warm")
    with pyzipper.AESZipFile(file) as archive:
        archive.setpassword(b"warm")
        archive.read("warm.txt")


def _warm_care_lines_in_pdf(task: Callable[..., Any]) -> None:
    task(tiny_pdf(), {"kind": "pdf"}, [])


_CARE_SHEET = (
    b"Regelnummer;BSN;Naam;Geboortedatum;Verwijzer;Productcode;Product;Begindatum;Einddatum;Aantal;Eenheid;Tarief;Bedrag;Opmerking\n1;999990019;A."
    b" Voorbeeld;01-02-2015;huisarts;45A04;Begeleiding;01-09-2026;30-09-2026;2;uur;6,25;12,50;\n"
)
"""The usual titles: what each of them means is then known to every child."""


def _warm_care_lines(task: Callable[..., Any]) -> None:
    import zipfile

    import openpyxl

    task(_CARE_SHEET, {"kind": "csv"}, [])
    task(
        b"BSN: 999990019\nVerwijzer: huisarts\nProduct: 45A04\nPeriode: september 2026\n",
        {"kind": "text"},
        [],
    )

    file = io.BytesIO()
    book = openpyxl.Workbook()
    book.create_sheet().append(["bsn", 1, 1.5])
    book.save(file)
    openpyxl.load_workbook(file, read_only=True, data_only=True).close()  # as a large book is read
    task(file.getvalue(), {"kind": "excel"}, [])
    letter = io.BytesIO()
    with zipfile.ZipFile(letter, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "word/document.xml",
            "<w:document xmlns:w='w'><w:body><w:p><w:r><w:t>BSN:"
            " 1</w:t></w:r></w:p></w:body></w:document>",
        )
    task(letter.getvalue(), {"kind": "word"}, [])
    task(
        b"<b:Bericht xmlns:b='http://www.istandaarden.nl/ijw/3_2/jw323/schema'/>",
        {"kind": "xml"},
        [],
    )


def _warm_seven_zip(task: Callable[..., Any]) -> None:
    import py7zr

    for password in (None, "warm"):
        file = io.BytesIO()
        with py7zr.SevenZipFile(
            file, "w", password=password, header_encryption=bool(password)
        ) as archive:
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
    """A message to a key made for this once: the structures of CMS are built by the first message
    that has them.
    """
    import datetime as dt

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import pkcs7

    key = rsa.generate_private_key(65537, 2048)
    name, day = (
        x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "warm")]),
        dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
    )
    blank = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), day, day + dt.timedelta(days=1)
    )
    own = blank.sign(key, hashes.SHA256())
    signer = (
        pkcs7.PKCS7SignatureBuilder()
        .set_data(b"Content-Type: text/csv\r\n\r\n" + _CARE_SHEET)
        .add_signer(own, key, hashes.SHA256())
    )
    signed = signer.sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])
    sealed = (
        pkcs7.PKCS7EnvelopeBuilder()
        .set_data(signed)
        .add_recipient(own)
        .encrypt(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])
    )
    plain = (
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    task(sealed, {}, [own.public_bytes(serialization.Encoding.PEM) + key.private_bytes(*plain)])
