"""sniff, TNEF and CMS: what a file is, by its content, and what stands inside two wrappings."""

from __future__ import annotations

import base64
import io
import os
import struct
import subprocess
import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest
from asn1crypto import cms as asn1_cms
from hypothesis import given, settings
from hypothesis import strategies as st
from tnefparse import TNEF

from intake.mail import cms, tnef
from intake.mail.message import parse
from intake.mail.sniff import identify, sniff
from intake.model.mail import PartKind
from tests.servers import make_certificate, program
from tests.timing import cpu_seconds

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\n%%EOF\n"
ENVELOPED = bytes.fromhex("308006092a864886f70d010703a080")
UTF16 = "utf-16-le"


def zipped(*names: str, store: bool = False) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(
        file, "w", zipfile.ZIP_STORED if store else zipfile.ZIP_DEFLATED
    ) as archive:
        for name in names:
            archive.writestr(name, PDF)
    return file.getvalue()


def ole(*names: str) -> bytes:
    return (
        bytes.fromhex("d0cf11e0a1b11ae1")
        + bytes(504)
        + b"".join(name.encode(UTF16).ljust(128, b"\0") for name in names)
    )


def odf(kind: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        archive.writestr("content.xml", "<x/>")
    return file.getvalue()


def word() -> bytes:
    file = io.BytesIO()
    docx.Document().save(file)
    return file.getvalue()


def excel() -> bytes:
    file = io.BytesIO()
    openpyxl.Workbook().save(file)
    return file.getvalue()


FILES = {
    "pdf": (PDF, PartKind.PDF),
    "pdf-after-junk": (b"\xef\xbb\xbf\r\n\r\n" + PDF, PartKind.PDF),
    "pdf-after-http": (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n" + PDF,
        PartKind.PDF,
    ),
    "pdf-after-binary": (b"\0\x01\x02\x03" + PDF, PartKind.PDF),
    "text-about-pdf": (b"Een bestand begint met %PDF-1.4, zegt men.", PartKind.TEXT),
    "docx": (word(), PartKind.WORD),
    "xlsx": (excel(), PartKind.EXCEL),
    "odt": (odf("text"), PartKind.WORD),
    "ods": (odf("spreadsheet"), PartKind.EXCEL),
    "doc": (ole("Root Entry", "WordDocument"), PartKind.WORD),
    "xls": (ole("Root Entry", "Workbook"), PartKind.EXCEL),
    "encrypted-office": (
        ole("Root Entry", "EncryptionInfo", "EncryptedPackage"),
        PartKind.OFFICE_ENCRYPTED,
    ),
    "outlook-message": (ole("Root Entry", "__properties_version1.0", "WordDocument"), PartKind.OLE),
    "rtf": (rb"{\rtf1\ansi x}", PartKind.WORD),
    "zip": (zipped("factuur.pdf", "regels.csv"), PartKind.ZIP),
    "zip-with-stored-docx-and-pdf": (
        zipped("map/word/document.xml", "factuur.pdf", store=True),
        PartKind.ZIP,
    ),
    "xps": (zipped("[Content_Types].xml", "FixedDocSeq.fdseq"), PartKind.ARCHIVE),
    "slides": (odf("presentation"), PartKind.ARCHIVE),
    "empty-zip": (zipped(), PartKind.ZIP),
    "cut-zip": (zipped("factuur.pdf")[:60], PartKind.ZIP),
    "7z": (b"7z\xbc\xaf\x27\x1c\0\x04", PartKind.SEVEN_ZIP),
    "xml": (
        (
            b'<?xml version="1.0"?><Invoice'
            b' xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"/>'
        ),
        PartKind.XML,
    ),
    "xml-without-declaration": (b"<ubl:Invoice><cbc:ID>1</cbc:ID></ubl:Invoice>", PartKind.XML),
    "xml-bom": ('\ufeff<?xml version="1.0"?><Invoice/>'.encode(), PartKind.XML),
    "xml-utf16": ('\ufeff<?xml version="1.0"?><Invoice/>'.encode(UTF16), PartKind.XML),
    "xml-behind-a-warning": (
        b'<br />\n<b>Warning</b>: x in <b>/y</b>\n<?xml version="1.0"?>\n<!-- x -->\n<Invoice xmlns="y">',
        PartKind.XML,
    ),
    "xml-behind-its-headers": (
        b'Content-Type: text/xml\r\n\r\n<?xml version="1.0"?><ubl:CreditNote xmlns:ubl="y">',
        PartKind.XML,
    ),
    "xml-with-zeros-behind": (b'<?xml version="1.0"?><Invoice/>' + bytes(3), PartKind.XML),
    "html": (b"<!DOCTYPE html><html><body>Factuur</body></html>", PartKind.HTML),
    "xhtml": (b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "x"><html xmlns="y"/>', PartKind.HTML),
    "html-fragment": (b"<div>Factuur</div>", PartKind.HTML),
    "jpeg": (b"\xff\xd8\xff\xe0\0\x10JFIF", PartKind.IMAGE),
    "png": (b"\x89PNG\r\n\x1a\n\0\0", PartKind.IMAGE),
    "gif": (b"GIF89a\x01\0\x01\0", PartKind.IMAGE),
    "tiff": (b"II*\0\x08\0\0\0", PartKind.IMAGE),
    "webp": (b"RIFF\x10\0\0\0WEBPVP8 ", PartKind.IMAGE),
    "heic": (b"\0\0\0\x18ftypheic\0\0\0\0", PartKind.IMAGE),
    "pgp-armor": (b"-----BEGIN PGP MESSAGE-----\n\nhQEMA\n", PartKind.OPENPGP),
    "pgp-below-a-greeting": (
        b"Hierbij.\r\n\r\n-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n",
        PartKind.OPENPGP,
    ),
    "text-about-pgp": (b"Het begint met -----BEGIN PGP MESSAGE----- hoor.\n", PartKind.TEXT),
    "pgp-binary": (bytes.fromhex("85010c03") + b"12345678" + b"\x01" + bytes(40), PartKind.OPENPGP),
    "pgp-password": (bytes.fromhex("8c0d04090302") + bytes(20), PartKind.OPENPGP),
    "pgp-signature": (b"-----BEGIN PGP SIGNATURE-----\n", PartKind.SIGNATURE),
    "pgp-clear-signed": (
        b"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nhallo\n",
        PartKind.TEXT,
    ),
    "enveloped-ber": (ENVELOPED + bytes(20), PartKind.SMIME),
    "enveloped-base64": (
        base64.encodebytes(bytes.fromhex("3082010006092a864886f70d010703a0820000") + bytes(200)),
        PartKind.SMIME,
    ),
    "detached-signature": (bytes.fromhex("300d06092a864886f70d010702a000"), PartKind.SIGNATURE),
    "eml": (b"Received: from a by b; x\r\nFrom: a@b.nl\r\nSubject: x\r\n\r\nhallo", PartKind.MAIL),
    "mbox": (
        b"From a@b Sun Nov 22 2026\r\nReceived: x\r\nFrom: a@b.nl\r\n\r\nhallo",
        PartKind.MAIL,
    ),
    "letter-that-looks-like-mail": (
        b"Subject: betaling\nAan: de gemeente\n\nGeachte heer",
        PartKind.TEXT,
    ),
    "ics": (b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", PartKind.CALENDAR),
    "csv": (b"bsn;verwijzer;product;periode\n999990019;huisarts;45A04;2026-09\n", PartKind.CSV),
    "csv-comma": (b"bsn,verwijzer,product\r\n999990019,huisarts,45A04\r\n", PartKind.CSV),
    "csv-tab-utf16": ("\ufeffbsn\tproduct\n999990019\t45A04\n".encode(UTF16), PartKind.CSV),
    "csv-utf16-big-endian": ("bsn;product\n999990019;45A04\n".encode("utf-16-be"), PartKind.CSV),
    "csv-with-empty-last-line": (b"bsn;product\n999990019;45A04\n\n", PartKind.CSV),
    "prose": (
        b"Beste collega,\n\nHierbij, zoals beloofd, de factuur.\nGroet, Zorg\n",
        PartKind.TEXT,
    ),
    "latin1": ("Geachte heer, het café is één straat verder.".encode("latin-1"), PartKind.TEXT),
    "empty": (b"", PartKind.EMPTY),
    "only-spaces": (b" \r\n\0\0", PartKind.EMPTY),
    "noise": (bytes(range(256)) * 4, PartKind.UNKNOWN),
}


class TestSniff:
    @pytest.mark.parametrize("name", FILES)
    def test_kind(self, name: str) -> None:
        """A file is what its bytes are, so that a wrong name or type never refuses an invoice."""
        data, kind = FILES[name]

        assert sniff(data) is kind

    def test_what_a_program_wrote_around_a_file(self) -> None:
        """A script's remark before a zip, or a disk's zeros after a PDF, would make them damaged."""
        archive = zipped("regels.csv")

        assert identify(b"\n<!-- generated -->\n" + archive) == (PartKind.ZIP, archive)
        assert identify(PDF + bytes(20_000)) == (PartKind.PDF, PDF)

    @given(st.binary(max_size=300), st.sampled_from(sorted(FILES)), st.integers(0, 300))
    @settings(max_examples=500)
    def test_never_raises(self, junk: bytes, name: str, cut: int) -> None:
        """Damaged files of every kind are survived."""
        data = FILES[name][0]

        assert isinstance(sniff(data[:cut] + junk + data[cut + 1 :]), PartKind)

    @pytest.mark.parametrize(
        "data",
        [
            b"<" * 5_000_000,
            b"a;b\n" * 2_000_000,
            b" " * 20_000_000,
            b"PK\x05\x06" * 5_000_000,
            b"MI" + b"A" * 10_000_000,
            ENVELOPED * 500_000,
            b"-----BEGIN " * 1_000_000,
        ],
        ids=["tags", "rows", "blanks", "zip-ends", "base64", "ber", "armor"],
    )
    def test_quick(self, data: bytes) -> None:
        """No file keeps the recognition busy."""
        assert cpu_seconds(lambda: sniff(data), enough=1) < 1


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """SignedData of openssl in every form, all around the same PDF."""
    folder = tmp_path_factory.mktemp("signed")
    make_certificate(folder)
    (folder / "f.pdf").write_bytes(PDF * 1000)
    base = [
        program("openssl"),
        "cms",
        "-sign",
        "-binary",
        "-in",
        "f.pdf",
        "-signer",
        "cert.pem",
        "-inkey",
        "key.pem",
    ]
    forms = {
        "der": ["-nodetach", "-outform", "DER"],
        "ber": ["-nodetach", "-outform", "DER", "-stream"],
        "pem": ["-nodetach", "-outform", "PEM"],
        "detached": ["-outform", "DER"],
    }
    return {
        name: subprocess.run([*base, *options], cwd=folder, check=True, capture_output=True).stdout
        for name, options in forms.items()
    }


class TestCms:
    @pytest.mark.parametrize("form", ["der", "ber", "pem"])
    def test_opaque_signature(self, signed: dict[str, bytes], form: str) -> None:
        """What a signature wraps is found in DER, in BER and in PEM."""
        assert cms.content_of(signed[form]) is cms.Content.SIGNED
        assert cms.signed_content(signed[form]) == PDF * 1000

    def test_same_as_asn1crypto(self, signed: dict[str, bytes]) -> None:
        """Our reader and asn1crypto see the same content."""
        theirs = asn1_cms.ContentInfo.load(signed["der"])["content"]["encap_content_info"][
            "content"
        ].native

        assert cms.signed_content(signed["der"]) == theirs

    def test_detached(self, signed: dict[str, bytes]) -> None:
        """A detached signature wraps nothing."""
        assert cms.signed_content(signed["detached"]) is None

    @given(st.binary(max_size=60), st.integers(0, 200))
    @settings(max_examples=300)
    def test_damaged(self, junk: bytes, at: int) -> None:
        """Damaged CMS is no exception."""
        head = (
            "308006092a864886f70d010702a0803080020101310d300b0609608648016503040201"
            "308006092a864886f70d010701a0802480"
        )
        data = bytes.fromhex(head) + b"\x04\x03abc\0\0" * 3

        cms.signed_content(data[:at] + junk + data[at:])
        cms.content_of(data[:at] + junk)


def _attribute(level: int, name: int, kind: int, value: bytes) -> bytes:
    return (
        struct.pack("<BHHI", level, name, kind, len(value))
        + value
        + struct.pack("<H", sum(value) & 0xFFFF)
    )


def _property(kind: int, tag: int, value: bytes) -> bytes:
    return struct.pack("<HHII", kind, tag, 1, len(value)) + value + bytes(-len(value) % 4)


def winmail(name: str, data: bytes) -> bytes:
    long_name = _property(0x001F, 0x3707, (name + "\0").encode(UTF16))
    properties = [
        struct.pack("<HHI", 0x000B, 0x7FFE, 1),
        struct.pack("<HHI", 0x0003, 0x0E20, len(data)),
        long_name,
    ]
    return (
        tnef.SIGNATURE + b"\x01\0"
        + _attribute(1, 0x9006, 8, struct.pack("<I", 0x10000))
        + _attribute(1, 0x9007, 6, struct.pack("<II", 1252, 0))
        + _attribute(2, 0x9002, 6, bytes(14))
        + _attribute(2, 0x8010, 1, b"FACTUU~1.PDF\0")
        + _attribute(2, 0x800F, 6, data)
        + _attribute(2, 0x9005, 6, struct.pack("<I", len(properties)) + b"".join(properties))
    )  # fmt: skip


class TestTnef:
    def test_attachment(self) -> None:
        """The invoice in a winmail.dat comes out with its long name."""
        assert tnef.attachments(winmail("factuur één.pdf", PDF)) == [("factuur één.pdf", PDF)]

    def test_same_as_tnefparse(self) -> None:
        """Our reader and tnefparse see the same attachment."""
        theirs = TNEF(winmail("factuur.pdf", PDF)).attachments

        assert [(a.long_filename(), a.data) for a in theirs] == tnef.attachments(
            winmail("factuur.pdf", PDF)
        )

    def test_in_a_mail(self) -> None:
        """A winmail.dat in a mail, whatever its type and name, gives the PDF as a part."""
        header = (
            b"From: a@b.nl\nContent-Type: application/octet-stream;"
            b" name=ATT00001.dat\nContent-Transfer-Encoding: base64\n\n"
        )
        mail = parse(header + base64.encodebytes(winmail("factuur.pdf", PDF)))

        assert [(p.path, p.kind, p.file_name, p.data) for p in mail.parts] == [
            ("1/1", PartKind.PDF, "factuur.pdf", PDF)
        ]

    def test_without_files(self) -> None:
        """A winmail.dat with a text only is told as such and kept."""
        mail = parse(
            b"From: a@b.nl\nContent-Type: application/ms-tnef\nContent-Transfer-Encoding:"
            b" base64\n\n" + base64.encodebytes(tnef.SIGNATURE + b"\x01\0")
        )

        assert mail.defects == ("winmail.dat without files",)
        assert [p.kind for p in mail.parts] == [PartKind.UNKNOWN]

    @pytest.mark.parametrize(
        "properties",
        [
            struct.pack("<I", 0xFFFFFFFF),
            struct.pack("<IHHI", 1, 0x1002, 0x1234, 0xFFFFFFFF),
            struct.pack("<IHHI", 1, 0x101F, 0x3707, 0xFFFFFFFF),
            struct.pack("<IHHII", 1, 0x001F, 0x3707, 1, 0xFFFFFFFF) + b"x" * 100,
            struct.pack("<IHH", 1, 0x001F, 0x8123) + bytes(16) + struct.pack("<II", 1, 0xFFFFFFFF),
        ],
    )
    def test_false_counts(self, properties: bytes) -> None:
        """Counts of four thousand million cost no time."""
        data = (
            tnef.SIGNATURE
            + b"\x01\0"
            + _attribute(2, 0x9002, 6, bytes(14))
            + _attribute(2, 0x9005, 6, properties)
        )

        assert cpu_seconds(lambda: tnef.attachments(data), enough=0.5) < 0.5

    @given(st.binary(max_size=40), st.integers(0, 400))
    @settings(max_examples=300)
    def test_damaged(self, junk: bytes, at: int) -> None:
        """A damaged winmail.dat is no exception."""
        data = winmail("factuur.pdf", PDF)

        tnef.attachments(data[:at] + junk + data[at + len(junk) :])
        tnef.attachments(data[:at])


def test_random_data_is_quick(tmp_path: Path) -> None:
    """Ten megabytes of noise, as an encrypted file looks, are recognised at once."""
    data = os.urandom(10_000_000)

    assert cpu_seconds(lambda: sniff(data), enough=0.5) < 0.5
