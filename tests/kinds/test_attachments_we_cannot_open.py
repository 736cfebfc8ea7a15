"""A file beside the invoice of a kind that we cannot open is an attachment that came: its sender is
asked for another kind. What is certainly no attachment with data changes nothing."""

from __future__ import annotations

import base64
import bz2
import gzip
import io
import lzma
import random
import struct
import tarfile

import pytest

from intake.model.mail import ReplyKind
from intake.model.verdict import MailOutcome
from tests.cases.build import aes_zip, plain_zip
from tests.cases.page import invoice, pdf
from tests.kinds.mails import PASSWORD, SHEET, Town, mail, secured, town

__all__ = ["town"]

BILL = ("factuur 2026-11.pdf", invoice("2026-11"))
NOISE = random.Random(4).randbytes(3000)
LETTERS = base64.b64encode(NOISE).decode()


def tar(mode: str = "w") -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode) as archive:  # type: ignore[call-overload]
        member = tarfile.TarInfo("gegevens.pdf")
        content = pdf(["Gegevens"])
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return file.getvalue()


def v7_tar() -> bytes:
    header = bytearray(512)
    header[:12] = b"gegevens.csv"
    header[124:135] = b"%011o" % len(NOISE)
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header) + NOISE


def outlook_message() -> bytes:
    names = ("Root Entry", "__nameid_version1.0", "__properties_version1.0")
    directory = b"".join(name.encode("utf-16-le").ljust(128, b"\0") for name in names)
    head = bytearray(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504))
    head[30] = 9
    struct.pack_into("<i", head, 48, 0)
    return bytes(head) + directory + NOISE


def page(script: str, asks: str = "<input type='password'>") -> bytes:
    return f"<html><body>{asks}<script>{script}</script></body></html>".encode()


CLOSED = {
    "rar5": ("gegevens.rar", b"Rar!\x1a\x07\x01\x00" + NOISE),
    "rar4": ("gegevens.rar", b"Rar!\x1a\x07\x00" + NOISE),
    "rar with a PDF stored in it": ("gegevens.rar", b"Rar!\x1a\x07\x00" + NOISE[:40] + pdf(["x"])),
    "tar with a PDF": ("gegevens.tar", tar()),
    "tar of the old form": ("gegevens.tar", v7_tar()),
    "tar.gz": ("gegevens.tgz", tar("w:gz")),
    "gzip": ("gegevens.csv.gz", gzip.compress(NOISE)),
    "bzip2": ("gegevens.bz2", bz2.compress(NOISE)),
    "xz": ("gegevens.xz", lzma.compress(NOISE)),
    "zstd": ("gegevens.zst", b"\x28\xb5\x2f\xfd" + NOISE),
    "cabinet": ("gegevens.cab", b"MSCF\0\0\0\0" + NOISE),
    "arj": ("gegevens.arj", b"\x60\xea" + NOISE),
    "ace": ("gegevens.ace", NOISE[:7] + b"**ACE**" + NOISE),
    "lzh": ("gegevens.lzh", b"\x20\x30-lh5-" + NOISE),
    "outlook message": ("Gegevens cliënt.msg", outlook_message()),
    "page that decrypts itself": (
        "beveiligd_bericht.html",
        page(f"var c='{LETTERS}';decrypt(c)", "Voer het wachtwoord in"),
    ),
    "page that decrypts itself, in lines": (
        "secure.html",
        page("var c='" + "'+\n'".join(LETTERS[i : i + 72] for i in range(0, 3000, 72)) + "'"),
    ),
    "program that unpacks itself": ("gegevens.exe", b"MZ\x90\0" + NOISE),
    "AxCrypt": ("gegevens-xls.axx", bytes.fromhex("c0b9072e4f93f146a015792ca1d9e821") + NOISE),
    "AES Crypt": ("gegevens.xlsx.aes", b"AES\x02\0\0" + NOISE),
    "VeraCrypt container": ("gegevens.hc", NOISE),
    "age": ("gegevens.age", b"age-encryption.org/v1\n-> scrypt x 18\n" + NOISE),
    "age in letters": (
        "gegevens.age.txt",
        b"-----BEGIN AGE ENCRYPTED FILE-----\n" + LETTERS[:64].encode() + b"\n",
    ),
    "openssl": ("gegevens.enc", b"Salted__" + NOISE),
    "openssl in letters": ("gegevens.txt", b"U2FsdGVkX1" + LETTERS[:600].encode() + b"\n"),
    "message that opens in a portal": (
        "message.rpmsg", bytes.fromhex("76e8046000c41100") + NOISE,
    ),
    "Access database": ("gegevens.mdb", b"\0\1\0\0Standard Jet DB\0" + NOISE),
    "XPS": (
        "gegevens.xps",
        plain_zip(("[Content_Types].xml", b"<Types/>"), ("1.fpage", b"<FixedPage/>" + NOISE)),
    ),
    "zip around a mail with a rar": (
        "gegevens.zip",
        plain_zip(("g.eml", mail(("g.rar", b"Rar!\x1a\x07\x01\x00" + NOISE)).as_bytes())),
    ),
    "zip around a rar": ("gegevens.zip", plain_zip(("g.rar", b"Rar!\x1a\x07\x01\x00" + NOISE))),
    "Numbers of a phone": (
        "gegevens.numbers",
        plain_zip(("Index/Document.iwa", b"\0" + NOISE), ("preview.jpg", b"\xff\xd8\xff" + NOISE)),
    ),
}  # fmt: skip
LOST = {
    "empty": ("gegevens.zip", b""),
    "replaced by a scanner": (
        "AttachmentWarning.txt",
        b'The original e-mail attachment "gegevens.zip" was believed to be infected\r\n'
        b"and has been replaced by this warning message.\r\n",
    ),
    "removed by a mail server": (
        "gegevens.zip.txt",
        b"This attachment was removed because it could pose a security risk.\r\n",
    ),
    "removed for its password": (
        "waarschuwing.txt", b"De bijlage is verwijderd: zij is met een wachtwoord beveiligd.",
    ),
}  # fmt: skip
OTHER = {
    "disclaimer that tells to delete": (
        "disclaimer.txt",
        b"This e-mail and any attachments are confidential. If it is not for you, delete it; all"
        b" copies must be deleted.\r\n",
    ),
    "vcard": ("jan.vcf", b"BEGIN:VCARD\nFN:Jan\nEND:VCARD\n" * 5),
    "calendar": ("afspraak.ics", b"BEGIN:VCALENDAR\nEND:VCALENDAR\n" * 5),
    "logo": ("logo.png", b"\x89PNG\r\n\x1a\n" + NOISE),
    "logo as EMF": ("logo.emf", b"\1\0\0\0" + NOISE[:36] + b" EMF" + NOISE),
    "icon": ("favicon.ico", b"\0\0\1\0" + NOISE),
    "resource fork": ("._factuur.pdf", b"\0\x05\x16\x07" + NOISE),
    "folder of a Mac": (".DS_Store", b"\0\0\0\1Bud1" + NOISE),
    "folder of Windows": ("Thumbs.db", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)),
    "font": ("letter.ttf", b"\0\1\0\0\0\x10" + NOISE),
    "voice memo": ("memo.m4a", b"\0\0\0\x20ftypM4A " + NOISE),
    "film": ("film.mp4", b"\0\0\0\x18ftypmp42" + NOISE),
    "sound": ("memo.mp3", b"ID3\x03" + NOISE),
    "page without a secret": ("handtekening.html", page("var a=1", "<p>Groet, Jan</p>")),
    "page with a big picture": (
        "nieuwsbrief.html",
        f"<html><body><img src='data:image/png;base64,{LETTERS}'>Groet</body></html>".encode(),
    ),
    "disclaimer": ("disclaimer.txt", b"Dit bericht is vertrouwelijk. " * 20),
    "a few bytes": ("ATT00001.bin", b"\x01\x02\x03\x81"),
    "public key": (
        "sleutel.asc",
        b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n" + LETTERS[:600].encode(),
    ),
}


@pytest.mark.parametrize("file", CLOSED.values(), ids=CLOSED)
def test_it_is_asked_for_in_another_kind(town: Town, file: tuple[str, bytes]) -> None:
    """Who sent the data in a kind that we cannot open would be told that they are missing, and
    refused at the end.
    """
    decided = town.decide(mail(BILL, file))
    verdict = decided.verdict

    assert verdict.outcome is MailOutcome.WAITING
    assert [f.code for f in verdict.findings if f.check == "secure-attachment"] == ["unsupported"]
    assert verdict.reply is ReplyKind.QUESTION
    assert decided.reply is not None
    text = " ".join(decided.reply.text.split())
    assert "soort bestand dat wij niet kunnen openen" in text
    assert "zip, 7z, Word, Excel of PDF" in text


@pytest.mark.parametrize("file", CLOSED.values(), ids=CLOSED)
def test_beside_a_good_attachment_a_person_sees_it(town: Town, file: tuple[str, bytes]) -> None:
    """A good invoice with its data would wait for something that is not needed; and what nobody
    could open would be passed over in silence.
    """
    verdict = town.decide(mail(BILL, secured(), file)).verdict

    assert verdict.outcome is MailOutcome.QUEUED
    assert verdict.care_lines == 1
    assert ("secure-attachment", "unsupported") in {(f.check, f.code) for f in verdict.findings}


@pytest.mark.parametrize("file", LOST.values(), ids=LOST)
def test_what_was_lost_on_the_way_is_not_missing(town: Town, file: tuple[str, bytes]) -> None:
    """A provider would be refused for an attachment that our own mail server took out."""
    verdict = town.decide(mail(BILL, file)).verdict

    assert verdict.outcome is MailOutcome.QUARANTINED
    assert [f.code for f in verdict.findings if f.check == "secure-attachment"] == ["damaged"]
    assert town.decide(mail(BILL, secured(), file)).verdict.findings == ()


def test_a_saved_mail_in_a_zip_is_looked_into(town: Town) -> None:
    """What a provider saved from another mail would be called missing."""
    saved = mail(secured(), text="Hierbij de gegevens.\n").as_bytes()
    verdict = town.decide(mail(BILL, ("mail.zip", plain_zip(("mail.eml", saved))))).verdict

    assert (verdict.outcome, verdict.care_lines) == (MailOutcome.QUEUED, 1)


def test_what_a_computer_leaves_in_a_folder(town: Town) -> None:
    """A person would be asked about data that nobody can read, where there are none."""
    left = (
        ("__MACOSX/._gegevens.csv", b"\0\x05\x16\x07" + NOISE),
        (".DS_Store", b"\0\0\0\1Bud1" + NOISE),
        ("Thumbs.db", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)),
        ("desktop.ini", b"[.ShellClassInfo]\r\nIconResource=a.dll,5\r\n"),
        ("~$gegevens.xlsx", b"\x05J. de Wit" + b" " * 150),
    )
    inside = [("gegevens.csv", SHEET), *left]
    verdict = town.decide(mail(BILL, ("g.zip", aes_zip(*inside, password=PASSWORD)))).verdict

    assert (verdict.outcome, verdict.findings, verdict.care_lines) == (MailOutcome.QUEUED, (), 1)


@pytest.mark.parametrize("file", OTHER.values(), ids=OTHER)
def test_what_is_no_attachment_with_data(town: Town, file: tuple[str, bytes]) -> None:
    """A logo or a sound would count as the secured attachment: nobody would ask for the real one,
    or look for a fault where none is.
    """
    alone = town.decide(mail(BILL, file)).verdict
    beside = town.decide(mail(BILL, secured(), file)).verdict

    assert [f.code for f in alone.findings if f.check == "secure-attachment"] == ["waiting"]
    assert beside.outcome is MailOutcome.QUEUED
    assert beside.findings == ()
