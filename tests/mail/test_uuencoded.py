"""Files that stand as text in a mail: every way in which programs write them, and texts that only
look so."""

from __future__ import annotations

import binascii
import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.mail import uuencoded
from intake.mail.message import parse
from intake.model.mail import Mail, PartKind

PDF = b"%PDF-1.7\n1 0 obj<</A(" + bytes(range(256)) * 3 + b")>>endobj\ntrailer<<>>\n%%EOF\n"
ZIP = b"PK\x03\x04" + random.Random(1).randbytes(900)
HEAD = (
    b"From: Zorg <zorg@aanbieder.example>\r\nTo: crediteuren@almere.nl\r\nSubject: Factuur\r\n"
    b"Message-ID: <1@aanbieder.example>\r\nMIME-Version: 1.0\r\n"
)
_UU = bytes(range(32, 96))
_XX = b"+-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def lines(data: bytes, backtick: bool = True, size: int = 45) -> list[bytes]:
    return [
        binascii.b2a_uu(data[at : at + size], backtick=backtick).rstrip(b"\n")
        for at in range(0, len(data), size)
    ]


def uu(data: bytes, name: str = "factuur.pdf", mode: str = "644") -> bytes:
    return b"\n".join([f"begin {mode} {name}".encode(), *lines(data), b"`", b"end", b""])


def spaces_cut(data: bytes) -> bytes:
    """As a mail program that cuts the blanks at the ends of lines."""
    body = [line.rstrip(b" ") for line in lines(data, backtick=False)]
    return b"\n".join([b"begin 666 factuur.pdf", *body, b"", b"end", b""])


def with_checksums(data: bytes) -> bytes:
    return b"\n".join([b"begin 644 factuur.pdf", *(x + b"!" for x in lines(data)), b"`", b"end"])


def without_terminator(data: bytes) -> bytes:
    return b"\n".join([b"begin 644 factuur.pdf", *lines(data), b"end", b""])


def in_base64(data: bytes) -> bytes:
    body = binascii.b2a_base64(data, newline=False)
    rows = [body[at : at + 60] for at in range(0, len(body), 60)]
    return b"\n".join([b"begin-base64 644 factuur.pdf", *rows, b"====", b""])


def xx(data: bytes) -> bytes:
    table = bytes.maketrans(_UU + b"`", _XX + b"+")
    body = [line.translate(table) for line in lines(data, backtick=False)]
    return b"\n".join([b"begin 644 factuur.pdf", *body, b"+", b"end", b""])


def yenc(data: bytes) -> bytes:
    out = bytearray()
    for number, value in enumerate(data, 1):
        coded = (value + 42) % 256
        out += bytes([61, (coded + 64) % 256]) if coded in (0, 10, 13, 61) else bytes([coded])
        if number % 128 == 0:
            out += b"\r\n"
    head = f"=ybegin line=128 size={len(data)} name=factuur.pdf\r\n".encode()
    return head + bytes(out) + f"\r\n=yend size={len(data)}\r\n".encode()


def short_lines(data: bytes) -> bytes:
    return b"\n".join([b"begin 644 factuur.pdf", *lines(data, size=30), b"`", b"end"])


WRITERS: list[Callable[[bytes], bytes]] = [
    uu, spaces_cut, with_checksums, without_terminator, in_base64, xx, yenc, short_lines,
    lambda data: uu(data, "factuur oktober 2026.pdf"),
    lambda data: uu(data, "factuur.pdf", "0600"),
    lambda data: uu(data, "factuur.pdf", "100644"),
    lambda data: uu(data).replace(b"\n", b"\r\n"),
    lambda data: uu(data).replace(b"\n", b"\r"),
    lambda data: uu(data).replace(b"\n", b"\r\r\n"),
]  # fmt: skip
each_writer = pytest.mark.parametrize("write", WRITERS, ids=range(len(WRITERS)))


def files(mail: Mail) -> list[bytes]:
    return [part.data for part in mail.parts]


@each_writer
def test_in_the_body(write: Callable[[bytes], bytes]) -> None:
    """An invoice between the lines of the mail's own text would be lost, and its letters shown as
    the text.
    """
    mail = parse(HEAD + b"\r\nHierbij onze factuur.\r\n\r\n" + write(PDF) + b"\r\nGroet, J.\r\n")

    assert files(mail) == [PDF]
    assert mail.parts[0].kind is PartKind.PDF
    assert (mail.parts[0].file_name or "").startswith("factuur")
    assert "Hierbij onze factuur." in mail.text
    assert "Groet, J." in mail.text
    assert "begin" not in mail.text


@each_writer
def test_as_a_file_of_its_own(write: Callable[[bytes], bytes]) -> None:
    """A part of which the content is uuencoded, whatever its header says, would be refused as no
    PDF.
    """
    for field in (
        b"Content-Type: application/pdf; name=rekening.pdf\r\nContent-Transfer-Encoding: x-uuencode",
        b"Content-Type: application/octet-stream; name=rekening.pdf",
        b"Content-Type: application/pdf; name=rekening.pdf\r\nContent-Transfer-Encoding: base64",
        b"Content-Type: text/x-uuencode; name=rekening.pdf\r\nContent-Disposition: attachment",
        b"Content-Type: text/plain; name=rekening.uue\r\nContent-Disposition: attachment",
    ):
        mail = parse(HEAD + field + b"\r\n\r\n" + write(PDF))

        assert files(mail) == [PDF]
        name = mail.parts[0].file_name or ""
        assert name.startswith("factuur") if b".uue" in field else name == "rekening.pdf"


@pytest.mark.parametrize(
    "encoding", ["x-uuencode", "uuencode", "X-UUE", "x-uu", "uu", '"x-uuencode"']
)
def test_every_name_of_the_encoding(encoding: str) -> None:
    """Nobody standardised the name, so programs write their own."""
    field = f"Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: {encoding}"
    assert files(parse(HEAD + field.encode() + b"\r\n\r\n" + uu(PDF))) == [PDF]


def test_lines_without_a_begin() -> None:
    """Some programs leave out the first line, since the header has the name."""
    field = b"Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: x-uuencode"
    raw = HEAD + field + b"\r\n\r\n" + b"\r\n".join(lines(PDF)) + b"\r\n"
    assert files(parse(raw)) == [PDF]


def test_several_files_in_one_body() -> None:
    """The invoice and its secured attachment, one after the other."""
    body = b"Beste,\n" + uu(PDF) + b"\nen de gegevens:\n" + uu(ZIP, "gegevens.zip") + b"\nGroet\n"
    mail = parse(HEAD + b"\r\n" + body)

    assert files(mail) == [PDF, ZIP]
    assert [p.path for p in mail.parts] == ["1/1", "1/2"]
    assert mail.text.split() == ["Beste,", "en", "de", "gegevens:", "Groet"]


def test_in_quoted_printable() -> None:
    """The transfer encoding is taken off before the text is looked at."""
    body = binascii.b2a_qp(b"Hierbij.\n" + uu(PDF))
    raw = HEAD + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + body
    assert files(parse(raw)) == [PDF]


def test_cut_off() -> None:
    """A file that was cut off is a file, and damaged: never mere text, as if nothing came."""
    mail = parse(HEAD + b"\r\nHierbij.\r\n" + uu(PDF)[:600])

    assert [part.kind for part in mail.parts] == [PartKind.PDF]
    assert PDF.startswith(mail.parts[0].data[:-60])
    assert mail.defects == ("uuencoded file without end",)


@pytest.mark.parametrize(
    "text",
    [
        "begin 644 keer opnieuw\nen eindig\nend\n",
        "Wij willen\nbegin 2027 de facturen\nweer sturen.\nend\n",
        "begin 644 bestand\nTOTAAL: 100\nBEDRAG: 1250\n",
        "begin  met tellen\n",
        "Het \n begin 100 DAGEN\nMAANDAG 3 NOVEMBER\nDINSDAG\n",
        "=ybegin is een woord\nmet lijnen\n",
        "begin-base64 644 is een opdracht van uuencode\nzie de handleiding\n",
    ],
)
def test_text_that_only_looks_so(text: str) -> None:
    """A sentence of a person would be cut out of the mail."""
    mail = parse(HEAD + b"\r\n" + text.encode())

    assert mail.parts == ()
    assert mail.text.split() == text.split()


@given(st.binary(min_size=1, max_size=400), st.sampled_from(range(len(WRITERS))))
def test_any_bytes_come_back(data: bytes, number: int) -> None:
    """A file is worth nothing with one byte changed."""
    rest, blocks = uuencoded.split(b"voor\n" + WRITERS[number](data) + b"\nna\n")

    assert [block.data for block in blocks] == [data]
    assert rest.split() == [b"voor", b"na"]


@given(st.text(alphabet="begin 64\nM`x=ypartnd", max_size=300))
def test_any_text_is_taken(text: str) -> None:
    """A mail must never end in an error, nor lose what is no file."""
    rest, blocks = uuencoded.split(text.encode())
    assert blocks or rest == text.encode()


def test_files_in_files_end() -> None:
    """A mail made of thousands of levels would stop the worker."""
    data = PDF
    for _ in range(25):
        data = yenc(data)
    assert parse(HEAD + b"\r\n" + data).fatal == "too much inside an attachment"
