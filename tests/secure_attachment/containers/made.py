"""The containers of the matrix test, each made by the program that people use; CSV with one care
line inside.
"""

from __future__ import annotations

import base64
import io
import json
import os
import subprocess
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyzipper
from asn1crypto import cms
from msoffcrypto.format.ooxml import OOXMLFile
from openpyxl import Workbook
from reportlab.pdfgen.canvas import Canvas

from intake.model.attachment import Protection
from tests.secure_attachment.containers.cryptoapi import locked_again

HEAD = (
    "BSN",
    "Verwijzer",
    "Productcode",
    "Omschrijving",
    "Begindatum",
    "Einddatum",
    "Aantal",
    "Eenheid",
    "Tarief",
    "Bedrag",
)
ROW = (
    "999990019",
    "huisarts",
    "45A52",
    "Begeleiding individueel",
    "01-09-2026",
    "30-09-2026",
    "10",
    "uur",
    "49,20",
    "492,00",
)
CSV = f"{';'.join(HEAD)}\r\n{';'.join(ROW)}\r\n".encode()
PASSWORD, WRONG, ACCENTED = "Vlinder-2026", "verkeerd", "vlindér-€-2026"
SWELLING = bytes(46_000_000)

_LOCK = Path(__file__).with_name("libreoffice_lock.py")
_OFFICE = {
    "x.xls": ("sheet.csv", "MS Excel 97", "old"),
    "x.xlsx": ("sheet.csv", "Calc MS Excel 2007 XML", "ooxml"),
    "x.ods": ("sheet.csv", "calc8", "odf"),
    "x.doc": ("letter.txt", "MS Word 97", "old"),
    "x.docx": ("letter.txt", "MS Word 2007 XML", "ooxml"),
    "x.odt": ("letter.txt", "writer8", "odf"),
    "x.pdf": ("letter.txt", "writer_pdf_Export", "pdf"),
}


def workbook() -> bytes:
    book, file = Workbook(), io.BytesIO()
    for row in (HEAD, ROW):
        book.worksheets[0].append(row)
    book.save(file)
    return file.getvalue()


def page() -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file, invariant=1)
    for place, (head, value) in enumerate(zip(HEAD, ROW, strict=True)):
        canvas.drawString(60, 780 - 18 * place, f"{head}: {value}")
    canvas.save()
    return file.getvalue()


class Workshop:
    """A folder where the programs work."""

    def __init__(self, folder: Path, certificate: bytes) -> None:
        self.folder = folder
        (folder / "zorg.csv").write_bytes(CSV)
        (folder / "tweede één.csv").write_bytes(CSV)
        (folder / "page.pdf").write_bytes(page())
        (folder / "swelling").write_bytes(SWELLING)
        (folder / "ours.pem").write_bytes(certificate)
        self.entity("entity", CSV)

    def entity(self, name: str, content: bytes) -> None:
        head = (
            'Content-Type: text/csv; name="zorg.csv"\r\nContent-Transfer-Encoding:'
            ' base64\r\nContent-Disposition: attachment; filename="zorg.csv"\r\n\r\n'
        )
        (self.folder / name).write_bytes(
            head.encode() + base64.encodebytes(content).replace(b"\n", b"\r\n")
        )

    def run(self, *command: str, **environment: str) -> bytes:
        return subprocess.run(
            command,
            cwd=self.folder,
            env=os.environ | {"LC_ALL": "C.UTF-8"} | environment,
            check=True,
            capture_output=True,
        ).stdout

    def made(self, name: str, *command: str) -> bytes:
        """The file that a command writes under this name."""
        file = self.folder / name
        file.unlink(missing_ok=True)
        self.run(*command)
        return file.read_bytes()

    # --- S/MIME --------------------------------------------------------------------------

    @cached_property
    def signer(self) -> tuple[str, ...]:
        self.certificate("signer")
        return ("-signer", "signer.pem", "-inkey", "signer.key")

    def certificate(
        self, name: str, kind: tuple[str, ...] = ("rsa:2048",), days: str = "30"
    ) -> bytes:
        """A key pair of somebody, or an earlier one of ours; given as the decrypting child gets it."""
        options = (
            "-subj",
            f"/CN={name}",
            "-keyout",
            f"{name}.key",
            "-out",
            f"{name}.pem",
            "-newkey",
            *kind,
        )
        self.run("openssl", "req", "-x509", "-nodes", "-days", days, *options)
        return (self.folder / f"{name}.pem").read_bytes() + (
            self.folder / f"{name}.key"
        ).read_bytes()

    def enveloped(self, *options: str, source: str = "entity", to: str = "ours.pem") -> bytes:
        return self.run(
            "openssl", "cms", "-encrypt", "-binary", "-in", source, "-outform", "DER", *options, to
        )

    def outlook(self, *, to: str = "ours.pem") -> bytes:
        """A whole mail of Outlook: multipart, signed opaque, in an envelope; header fields in its
        own order and case.
        """
        entity = (self.folder / "entity").read_bytes()
        boundary = b"----=_NextPart_000_0007_01DC5B2A.6E0C8F40"
        letter = (
            b'Content-Type: text/plain;\r\n\tcharset="utf-8"\r\nContent-Transfer-Encoding:'
            b" 7bit\r\n\r\nZie bijlage.\r\n"
        )
        head = (
            b'Content-Type: multipart/mixed;\r\n\tboundary="'
            + boundary
            + b'"\r\n\r\nThis is a multipart message in MIME format.\r\n'
        )
        mixed = b"\r\n--".join(
            (head, boundary + b"\r\n" + letter, boundary + b"\r\n" + entity, boundary + b"--\r\n")
        )
        (self.folder / "mixed").write_bytes(mixed)
        signed = self.run(
            "openssl",
            "cms",
            "-sign",
            "-binary",
            "-nodetach",
            "-stream",
            "-in",
            "mixed",
            "-outform",
            "DER",
            *self.signer,
        )
        (self.folder / "signed").write_bytes(_outlook_part(signed, "signed-data"))
        fields = (
            "Received: from mail.vlinder.example (192.0.2.7) by mx.almere.example; Fri, 2 Oct 2026"
            ' 10:15:02 +0200\r\nFrom: "De Vlinder" <post@vlinder.example>\r\nTo:'
            " <crediteuren@almere.nl>\r\nSubject: Factuur september\r\nDate: Fri, 2 Oct 2026"
            " 10:15:00 +0200\r\nMessage-ID:"
            " <000701dc5b2a$6e0c8f40$4a25adc0$@vlinder.example>\r\nMIME-Version: 1.0\r\n"
        )
        return fields.encode() + _outlook_part(
            self.enveloped("-aes256", "-stream", source="signed", to=to), "enveloped-data"
        )

    def clear_signed(self) -> bytes:
        (self.folder / "clear").write_bytes(
            self.run("openssl", "cms", "-sign", "-in", "entity", "-crlfeol", *self.signer)
        )
        return self.enveloped("-aes256", source="clear")

    def compressed_bomb(self) -> bytes:
        """RFC 3274: OpenSSL here is built without zlib, so the structure is built by hand."""
        content = cms.CompressedData(
            {
                "version": "v0",
                "compression_algorithm": {"algorithm": "zlib"},
                "encap_content_info": {
                    "content_type": "data",
                    "content": zlib.compress(SWELLING, 9),
                },
            }
        )
        (self.folder / "bomb").write_bytes(
            cms.ContentInfo({"content_type": "compressed_data", "content": content}).dump()
        )
        return self.enveloped("-aes256", source="bomb")

    # --- archives ------------------------------------------------------------------------

    def zipped(self, *files: str, password: str = PASSWORD, method: str = "AES256") -> bytes:
        return self.made(
            "made.zip", "7z", "a", "-tzip", f"-p{password}", f"-mem={method}", "made.zip", *files
        )

    def packed(self) -> bytes:
        return self.made("made.zip", "7z", "a", "-tzip", "made.zip", "zorg.csv")

    def seven(self, *files: str, password: str = PASSWORD, options: tuple[str, ...] = ()) -> bytes:
        return self.made("made.7z", "7z", "a", f"-p{password}", *options, "made.7z", *files)

    def nested_deeply(self) -> bytes:
        data = self.nested()
        for _ in range(4):
            (self.folder / "binnen.zip").write_bytes(data)
            data = self.zipped("binnen.zip")
        return data

    def accented_zip(self) -> bytes:
        """7-Zip takes no such password for a zip; WinZip and macOS do."""
        file = io.BytesIO()
        with pyzipper.AESZipFile(
            file, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES
        ) as archive:
            archive.setpassword(ACCENTED.encode("cp1252"))
            archive.writestr("zorg.csv", CSV)
        return file.getvalue()

    def nested(self) -> bytes:
        (self.folder / "binnen.zip").write_bytes(self.zipped("zorg.csv"))
        return self.zipped("binnen.zip")

    def hidden_seven(self) -> bytes:
        return self.seven("zorg.csv", password=ACCENTED, options=("-mhe=on",))

    def dear_seven(self) -> bytes:
        """A 7z file whose key takes 2^24 rounds, as its (plain) table of contents asks."""
        data = bytearray(self.seven("zorg.csv", options=("-mhc=off",)))
        place = data.index(b"\x06\xf1\x07\x01") + 5
        data[place] = data[place] & 0xC0 | 24
        start = 32 + int.from_bytes(data[12:20], "little")
        data[28:32] = zlib.crc32(
            data[start : start + int.from_bytes(data[20:28], "little")]
        ).to_bytes(4, "little")
        data[8:12] = zlib.crc32(data[12:32]).to_bytes(4, "little")
        return bytes(data)

    # --- Office --------------------------------------------------------------------------

    def agile(self, content: bytes, password: str = PASSWORD) -> bytes:
        file = io.BytesIO()
        OOXMLFile(io.BytesIO(content)).encrypt(password, file)
        return file.getvalue()

    def dear_agile(self) -> bytes:
        return (
            self.agile(workbook())
            .replace(b'spinCount="100000"', b'spinCount="9999999"')
            .replace(b"?>\n", b"?>")
        )

    def office(self, name: str) -> bytes:
        return self._saved[name]

    def dear_odf(self) -> bytes:
        """A sheet whose key takes a thousand times the usual rounds."""
        file = io.BytesIO()
        with (
            zipfile.ZipFile(io.BytesIO(self.office("x.ods"))) as sheet,
            zipfile.ZipFile(file, "w") as dear,
        ):
            for entry in sheet.infolist():
                dear.writestr(
                    entry,
                    sheet.read(entry).replace(
                        b'iteration-count="100000"', b'iteration-count="100000000"'
                    ),
                )
        return file.getvalue()

    @cached_property
    def _saved(self) -> dict[str, bytes]:
        """All that LibreOffice saves with a password, in one run."""
        (self.folder / "sheet.csv").write_text(
            ",".join(HEAD) + "\n" + ",".join(f'"{value}"' for value in ROW) + "\n"
        )
        (self.folder / "letter.txt").write_text(
            "".join(f"{head}: {value}\n" for head, value in zip(HEAD, ROW, strict=True))
        )
        jobs = [(source, target, kind, way) for target, (source, kind, way) in _OFFICE.items()]
        return self.saved_by_office(jobs)

    def saved_by_office(
        self, jobs: Sequence[tuple[str, str, str, str]], password: str = PASSWORD
    ) -> dict[str, bytes]:
        """What LibreOffice saves with a password, in one run.

        Args:
            jobs: the name of a file in the folder, that of the new one, the filter of LibreOffice,
                and how it takes the password (``libreoffice_lock.secret``).
        """
        whole = [
            (str(self.folder / source), str(self.folder / target), *how)
            for source, target, *how in jobs
        ]
        pipe = f"intake{os.getpid()}"
        profile = f"-env:UserInstallation={(self.folder / 'profile').as_uri()}"
        command = [
            "soffice",
            profile,
            "--headless",
            "--nologo",
            "--norestore",
            f"--accept=pipe,name={pipe};urp",
        ]
        office = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            self.run("/usr/bin/python3", str(_LOCK), pipe, password, json.dumps(whole))
            office.wait(60)
        finally:
            office.kill()
        return {target: (self.folder / target).read_bytes() for _, target, *_ in jobs}

    # --- PDF -----------------------------------------------------------------------------

    def locked_pdf(self, bits: str, *options: str, password: str = PASSWORD) -> bytes:
        command = (
            "qpdf",
            "--allow-weak-crypto",
            "--encrypt",
            password,
            "eigenaar",
            bits,
            *options,
            "--",
            "page.pdf",
            "locked.pdf",
        )
        return self.made("locked.pdf", *command)

    # --- OpenPGP -------------------------------------------------------------------------

    @cached_property
    def _ring(self) -> str:
        """A key ring; short, since the agent's socket stands in it."""
        ring = self.folder / "g"
        ring.mkdir(mode=0o700)
        return str(ring)

    @cached_property
    def openpgp_key(self) -> bytes:
        """Ours, in a ring with a key of somebody else."""
        for address in ("ons@voorbeeld.nl", "ander@voorbeeld.nl"):
            self._gpg("--quick-gen-key", address, "rsa2048", "sign,encr", "never")
        return self._gpg("--export-secret-key", "ons")

    def _gpg(self, *options: str, secret: str = "") -> bytes:
        usual = (
            "--batch",
            "--yes",
            "--quiet",
            "--trust-model",
            "always",
            "--pinentry-mode",
            "loopback",
            "--passphrase",
            secret,
        )
        return self.run("gpg", *usual, *options, GNUPGHOME=self._ring)

    def pgp_for(self, address: str, *options: str) -> bytes:
        assert self.openpgp_key
        return self._gpg("--output", "-", *options, "--encrypt", "--recipient", address, "zorg.csv")

    def pgp_secret(self, *options: str, source: str = "zorg.csv") -> bytes:
        return self._gpg("--output", "-", *options, "--symmetric", source, secret=PASSWORD)

    def end(self) -> None:
        if "_ring" in vars(self):
            self.run("gpgconf", "--kill", "all", GNUPGHOME=self._ring)


def _outlook_part(content: bytes, kind: str) -> bytes:
    head = (
        "Content-Type:"
        f" application/x-pkcs7-mime;\r\n\tsmime-type={kind};"
        f'\r\n\tname="smime.p7m"\r\nContent-Transfer-Encoding:'
        ' base64\r\nContent-Disposition: attachment;\r\n\tfilename="smime.p7m"\r\n\r\n'
    )
    return head.encode() + base64.encodebytes(content).replace(b"\n", b"\r\n")


@dataclass(frozen=True, slots=True)
class Made:
    """One container: how it is made, and what it must give."""

    name: str
    tool: str
    make: Callable[[Workshop], bytes]
    protection: Protection = Protection.STRONG
    """NONE for what only packs: no secret of it can be wrong."""
    other: Callable[[Workshop], bytes] | None = None
    """The same for somebody else; None: our own, opened with a wrong password."""
    bomb: Callable[[Workshop], bytes] | None = None
    """None where nothing can swell: RC4 asks for no work, and of a PDF no stream is unpacked."""
    files: int = 1
    exact: bytes | None = CSV
    """What must come out; None: the program writes it anew, so the care line in it is read."""
    password: str = PASSWORD
    long: bool = True


def _smime(name: str, make: Callable[[Workshop], bytes], **more: object) -> Made:
    def other(shop: Workshop) -> bytes:
        assert shop.signer
        return shop.enveloped("-aes256", to="signer.pem")

    return Made(f"S/MIME {name}", "OpenSSL", make, other=other, **more)  # type: ignore[arg-type]


_OAEP = ("-keyopt", "rsa_padding_mode:oaep", "-keyopt", "rsa_oaep_md:sha256")
CONTAINERS = (
    _smime("RSA v1.5, AES-256-CBC", lambda shop: shop.enveloped("-aes256"),
        bomb=Workshop.compressed_bomb, long=False),
    _smime("OAEP, AES-256-GCM",
        lambda shop: shop.enveloped("-aes-256-gcm", "-recip", "ours.pem", *_OAEP, to="signer.pem")
        if shop.signer else b"", long=False),
    _smime("triple DES", lambda shop: shop.enveloped("-des3"), protection=Protection.WEAK),
    _smime("BER in pieces, key identifier", lambda shop: shop.enveloped("-aes128", "-stream", "-keyid")),
    _smime("clear signed inside", Workshop.clear_signed),
    Made("S/MIME whole mail, signed opaque inside", "Outlook, by hand", Workshop.outlook,
        other=lambda shop: shop.outlook(to="signer.pem"), long=False),
    Made("zip AES-256", "7-Zip", lambda shop: shop.zipped("zorg.csv"),
        bomb=lambda shop: shop.zipped("swelling"), long=False),
    Made("zip ZipCrypto", "7-Zip", lambda shop: shop.zipped("zorg.csv", method="ZipCrypto"),
        Protection.WEAK, long=False),
    Made("zip without a lock", "7-Zip", Workshop.packed, Protection.NONE, long=False),
    Made("zip two files, accents in a name", "7-Zip",
        lambda shop: shop.zipped("zorg.csv", "tweede één.csv"), files=2),
    Made("zip accents in the password", "pyzipper", lambda shop: shop.accented_zip(), password=ACCENTED),
    Made("zip in zip", "7-Zip", Workshop.nested, bomb=Workshop.nested_deeply),
    Made("7z AES-256", "7-Zip", lambda shop: shop.seven("zorg.csv"),
        bomb=lambda shop: shop.seven("swelling", options=("-mx=1",)), long=False),
    Made("7z AES-256, names hidden", "7-Zip", Workshop.hidden_seven, password=ACCENTED,
        bomb=Workshop.dear_seven),
    Made("XLSX agile", "msoffcrypto-tool", lambda shop: shop.agile(workbook()), exact=None,
        bomb=Workshop.dear_agile, long=False),
    Made("XLSX standard", "LibreOffice", lambda shop: shop.office("x.xlsx"), exact=None),
    Made("XLS RC4", "LibreOffice", lambda shop: shop.office("x.xls"), Protection.WEAK, exact=None),
    Made("XLS RC4 CryptoAPI", "by hand", lambda shop: locked_again(shop.office("x.xls"), PASSWORD),
        Protection.WEAK, exact=None),
    Made("ODS AES-256", "LibreOffice", lambda shop: shop.office("x.ods"), exact=None, bomb=Workshop.dear_odf),
    Made("DOCX standard", "LibreOffice", lambda shop: shop.office("x.docx"), exact=None),
    Made("DOC RC4", "LibreOffice", lambda shop: shop.office("x.doc"), Protection.WEAK, exact=None),
    Made("ODT AES-256", "LibreOffice", lambda shop: shop.office("x.odt"), exact=None),
    Made("PDF of LibreOffice", "LibreOffice", lambda shop: shop.office("x.pdf"), Protection.WEAK, exact=None),
    Made("PDF R2 (RC4, 40 bits)", "qpdf", lambda shop: shop.locked_pdf("40"), Protection.WEAK, exact=None),
    Made("PDF R3 (RC4)", "qpdf", lambda shop: shop.locked_pdf("128", "--use-aes=n"),
        Protection.WEAK, exact=None),
    Made("PDF R4 (AES-128)", "qpdf", lambda shop: shop.locked_pdf("128", "--use-aes=y"), exact=None),
    Made("PDF R5 (AES-256)", "qpdf", lambda shop: shop.locked_pdf("256", "--force-R5"), exact=None),
    Made("PDF R6 (AES-256)", "qpdf", lambda shop: shop.locked_pdf("256", password=ACCENTED),
        exact=None, password=ACCENTED, long=False),
    Made("OpenPGP password", "GnuPG", lambda shop: shop.pgp_secret(),
        bomb=lambda shop: shop.pgp_secret(source="swelling"), long=False),
    Made("OpenPGP password, armored", "GnuPG", lambda shop: shop.pgp_secret("--armor")),
    Made("OpenPGP our key, signed", "GnuPG",
        lambda shop: shop.pgp_for("ons", "--sign", "--local-user", "ander"),
        other=lambda shop: shop.pgp_for("ander")),
)  # fmt: skip
