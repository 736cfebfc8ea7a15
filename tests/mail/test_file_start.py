"""A PDF with something in front of it: all that programs write there, and what only mentions one."""

from __future__ import annotations

import io
import zipfile

import pypdfium2
import pytest
from reportlab.pdfgen.canvas import Canvas

from intake.mail import file_start
from intake.mail.message import parse
from intake.mail.sniff import identify, sniff
from intake.model.mail import PartKind


def pdf() -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file)
    canvas.drawString(72, 700, "FACTUUR 2026-0011")
    canvas.save()
    return file.getvalue()


PDF = pdf()
BEFORE = {
    "php-warning": b"<br />\n<b>Warning</b>:  Undefined variable $x in <b>/var/www/f.php</b> on line"
    b" <b>12</b><br />\n",
    "php-plain": b"\nPHP Notice:  Undefined index: btw in /srv/factuur.php on line 3\n",
    "php-trace": b"<br />\n<font size='1'><table class='xdebug-error'>"
    + b"<tr><td>0.0004</td><td>{main}( )</td></tr>\n" * 300
    + b"</table></font>\n",
    "comment": b"\n\n<!-- generated -->\n",
    "doctype": b"<!DOCTYPE html>\n",
    "whole-page": b"<html><head><title>x</title></head><body>\n",
    "blank-lines": b"\r\n" * 40,
    "one-newline": b"\n",
    "spaces": b"   ",
    "bom": b"\xef\xbb\xbf",
    "bom-16": b"\xff\xfe",
    "two-boms": b"\xef\xbb\xbf\xef\xbb\xbf\n",
    "http": b"HTTP/1.1 200 OK\r\nDate: Mon, 16 Nov 2026 10:15:00 GMT\r\nServer: Apache\r\n"
    b"Content-Type: application/pdf\r\nContent-Length: 1\r\n\r\n",
    "cgi": b"Content-Type: application/pdf\r\nContent-Disposition: inline; filename=f.pdf\r\n\r\n",
    "form-data": b"------WebKitFormBoundaryX\r\nContent-Disposition: form-data; name=a; filename=f\r\n"
    b"Content-Type: application/pdf\r\n\r\n",
    "json": b'{"status":"ok"}',
    "log": b"Generating invoice 2026-0011... done\n",
    "xml": b'<?xml version="1.0"?>\n',
    "glued": b"1",
    "macbinary": b"\0\x0bfactuur.pdf" + b"\0" * 115,
    "nulls": b"\0" * 16,
    "pjl": b"\x1b%-12345X@PJL JOB\r\n@PJL ENTER LANGUAGE=PDF\r\n",
    "long-text": b"Let op: deze versie is verlopen.\n" * 1500,
}


def text_of(data: bytes) -> str:
    return str(pypdfium2.PdfDocument(data)[0].get_textpage().get_text_bounded())


@pytest.mark.parametrize("before", BEFORE.values(), ids=BEFORE)
def test_something_in_front(before: bytes) -> None:
    """A website that prints a warning in front of each invoice would have them all refused as HTML."""
    kind, data = identify(before + PDF)

    assert kind is PartKind.PDF
    assert data == PDF
    mail = b"From: a@b.nl\nContent-Type: application/pdf; name=f.pdf\n\n" + before + PDF
    assert [(p.kind, p.data) for p in parse(mail).parts] == [(PartKind.PDF, PDF)]


@pytest.mark.parametrize("before", BEFORE.values(), ids=BEFORE)
def test_offsets_that_count_from_the_beginning(before: bytes) -> None:
    """A program that knew of the text in front made its table for it."""
    table = PDF.rindex(b"startxref")
    head, rest = PDF[:table], PDF[table:]
    where = head.rindex(b"xref\n")
    lines = head[where:].split(b"\n")
    moved = [
        b"%010d" % (int(line[:10]) + len(before)) + line[10:]
        if line[10:16] == b" 00000" and line.rstrip().endswith(b"n")
        else line
        for line in lines
    ]
    old = rest.split(b"\n")[1]
    rest = rest.replace(old, b"%d" % (int(old) + len(before)))
    whole = before + head[:where] + b"\n".join(moved) + rest

    kind, data = identify(whole)

    assert kind is PartKind.PDF
    assert data.startswith(b"%PDF-") or len(before) < 10
    assert text_of(data) == "FACTUUR 2026-0011"


def zipped(data: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("factuur.pdf", data)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"Een PDF begint met %PDF-1.4 en eindigt met %%EOF.\n", PartKind.TEXT),
        (b"<html><body>Een PDF begint met %PDF-1.4\n<p>en %%EOF</body></html>", PartKind.HTML),
        (b"<?xml version='1.0'?>\n<a>%PDF-1.4 1 0 obj</a>", PartKind.XML),
        (zipped(PDF), PartKind.ZIP),
        (b"From: a@b.nl\nDate: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n"
         b"--x\nContent-Type: application/pdf\n\n" + PDF + b"\n--x--\n", PartKind.MAIL),
        (b"x" * 70_000 + PDF, PartKind.TEXT),
    ],
    ids=["text", "html", "xml", "zip", "mail", "far"],
)  # fmt: skip
def test_what_is_no_pdf(data: bytes, kind: PartKind) -> None:
    """A file of another kind that holds or mentions a PDF stays what it is."""
    assert sniff(data) is kind


def test_a_mail_with_a_pdf_gives_its_pdf() -> None:
    """A forwarded mail that carries the invoice in plain bytes is a mail, and its name is kept."""
    inner = (
        b"From: a@b.nl\nDate: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n"
        b"--x\nContent-Type: application/pdf; name=f.pdf\nContent-Transfer-Encoding: binary\n\n"
        + PDF
        + b"\n--x--\n"
    )
    outer = b"From: c@d.nl\nContent-Type: application/octet-stream; name=mail.eml\n\n" + inner
    assert [(p.file_name, p.data) for p in parse(outer).parts] == [("f.pdf", PDF)]


def test_hostile_headers_end() -> None:
    """A file of nothing but headers must cost no more than its length."""
    assert file_start.find(b"x" + b"%PDF-1.4\n" * 200_000) is None
