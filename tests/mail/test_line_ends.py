"""Line ends that were changed on the way: a file translated twice, a Mac's, or those of several
programs in one mail."""

from __future__ import annotations

import base64
import binascii
import random
import re
from collections.abc import Callable
from email.message import EmailMessage

import pytest

from intake.mail.message import parse
from intake.model.mail import PartKind

PDF = b"%PDF-1.7\n1 0 obj<</A(" + random.Random(2).randbytes(700) + b")>>endobj\n%%EOF\n"
ZIP = b"PK\x03\x04" + random.Random(3).randbytes(700)

ENDS = {"lf": b"\n", "cr": b"\r", "crcrlf": b"\r\r\n", "crcrcrlf": b"\r\r\r\n", "lfcr": b"\n\r"}


def mail(encoding: str = "base64", text: str = "Beste collega,\n\nhierbij één factuur.\n") -> bytes:
    whole = EmailMessage()
    whole["From"] = "Zorg <zorg@aanbieder.example>"
    whole["To"] = "crediteuren@almere.nl"
    whole["Subject"] = "Factuur met een lang onderwerp " + "en nog meer " * 8
    whole["Message-ID"] = "<1@aanbieder.example>"
    whole.set_content(text, cte="quoted-printable")
    for data, name in ((PDF, "factuur.pdf"), (ZIP, "gegevens.zip")):
        whole.add_attachment(data, maintype="application", subtype="pdf", filename=name)
        part = list(whole.iter_attachments())[-1]
        if encoding == "quoted-printable":
            part.set_payload(binascii.b2a_qp(data, istext=False).decode("latin-1"))
        elif encoding == "x-uuencode":
            rows = (data[at : at + 45] for at in range(0, len(data), 45))
            body = "".join(binascii.b2a_uu(row, backtick=True).decode() for row in rows)
            part.set_payload(f"begin 644 {name}\n{body}`\nend\n")
        part.replace_header("Content-Transfer-Encoding", encoding)
    return whole.as_bytes()


def header_only(raw: bytes, line_end: bytes) -> bytes:
    """As a relay that writes its own header lines in front."""
    head, body = raw.split(b"\n\n", 1)
    return (head + b"\n\n").replace(b"\n", b"\r\n") + body.replace(b"\n", line_end)


def body_only(raw: bytes, line_end: bytes) -> bytes:
    head, body = raw.split(b"\n\n", 1)
    return head.replace(b"\n", line_end) + line_end * 2 + body.replace(b"\n", b"\r\n")


def boundaries_only(raw: bytes, line_end: bytes) -> bytes:
    raw = raw.replace(b"\n", b"\r\n")
    return re.sub(rb"\r\n(--=[^\r]*)\r\n", lambda m: line_end + m[1] + line_end, raw)


def encoded_lines_only(raw: bytes, line_end: bytes) -> bytes:
    raw = raw.replace(b"\n", b"\r\n")
    return re.sub(rb"(?<=[0-9A-Za-z+/]{76})\r\n", lambda m: line_end, raw)


def everywhere(raw: bytes, line_end: bytes) -> bytes:
    return raw.replace(b"\n", line_end)


def relay_in_front(raw: bytes, line_end: bytes) -> bytes:
    received = b"Received: from x (y [192.0.2.1]) by mx;\r\n\tMon, 16 Nov 2026 10:15:00 +0100\r\n"
    return received + raw.replace(b"\n", line_end)


@pytest.mark.parametrize("line_end", ENDS.values(), ids=ENDS)
@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "x-uuencode"])
@pytest.mark.parametrize(
    "change",
    [everywhere, header_only, body_only, boundaries_only, encoded_lines_only, relay_in_front],
)
def test_mail_gives_its_files(
    change: Callable[[bytes, bytes], bytes], encoding: str, line_end: bytes
) -> None:
    """A mail whose line ends another program changed would lose its invoice or its text."""
    found = parse(change(mail(encoding), line_end))

    assert [(p.kind, p.data) for p in found.parts] == [(PartKind.PDF, PDF), (PartKind.ZIP, ZIP)]
    assert " ".join(found.text.split()) == "Beste collega, hierbij één factuur."
    assert found.subject.startswith("Factuur met een lang onderwerp")
    assert found.message_id == "<1@aanbieder.example>"
    assert found.fatal is None


@pytest.mark.parametrize("line_end", ENDS.values(), ids=ENDS)
def test_forwarded_mail(line_end: bytes) -> None:
    """A mail in a mail is changed with it."""
    head = b"From: a@b.example\nMessage-ID: <2@b.example>\nContent-Type: message/rfc822\n\n"
    found = parse((head + mail()).replace(b"\n", line_end))

    assert [p.data for p in found.parts] == [PDF, ZIP]


@pytest.mark.parametrize("ending", [b"\r", b"\n", b"\r\n", b"\r\r", b"x"])
def test_binary_part_keeps_every_byte(ending: bytes) -> None:
    """A signature or an encrypted file may end in any byte: none of it is a line end."""
    data = b"PK\x03\x04" + bytes(range(256)) + ending
    raw = (
        b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n"
        b"Content-Type: application/zip\r\nContent-Transfer-Encoding: binary\r\n\r\n"
        + data
        + b"\r\n--x--\r\n"
    )
    assert [p.data for p in parse(raw).parts] == [data]


def test_stray_carriage_returns() -> None:
    """One at the end of a header line is no empty line, and hides no field behind it."""
    body = base64.encodebytes(PDF).replace(b"\n", b"\r\n")
    raw = (
        b"From: a@b.example\r\r\nSubject: Factuur\r\r\nContent-Type: application/pdf\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + body
    )
    found = parse(raw)

    assert [p.data for p in found.parts] == [PDF]
    assert found.subject == "Factuur"
