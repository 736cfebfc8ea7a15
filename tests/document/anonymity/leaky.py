"""Invoices with something of a client in a place that no page shows; all names and numbers are
fictitious.
"""

from __future__ import annotations

import io
from collections.abc import Callable

import openpyxl
import pypdf
from pypdf.actions import JavaScript
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    TextStringObject,
)
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from tests.document.typed import whole

Add = Callable[[pypdf.PdfWriter], None]

BSN = "999990019"
PERSON = "Cliënt: Sanne Voorbeeld, geb. 14-03-2015"


def page(text: str = "", extra: Callable[[Canvas], None] = lambda _: None) -> bytes:
    """A good invoice of one page, with ``text`` at its foot."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4, invariant=True)
    canvas.setTitle("Factuur 2026-0011")
    canvas.setFont("Courier", 9)
    for number, line in enumerate(whole(foot=text).split("\n")):
        canvas.drawString(40, 800 - 13 * number, line)
    extra(canvas)
    canvas.showPage()
    canvas.save()
    return file.getvalue()


def with_change(add: Add, data: bytes | None = None) -> bytes:
    """The invoice with something added by ``add``."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(data or page()))
    add(writer)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def info(key: str, value: str) -> Add:
    return lambda writer: writer.add_metadata({key: value})


def xmp(body: str) -> Add:
    packet = (
        '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta'
        ' xmlns:x="adobe:ns:meta/"><rdf:RDF'
        ' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/"'
        f' xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/">{body}</rdf:Description></rdf:RDF></x:xmpmeta>'
    )

    def add(writer: pypdf.PdfWriter) -> None:
        stream = DecodedStreamObject()
        stream.set_data(packet.encode())
        stream[NameObject("/Type")], stream[NameObject("/Subtype")] = (
            NameObject("/Metadata"),
            NameObject("/XML"),
        )
        writer.root_object[NameObject("/Metadata")] = writer._add_object(stream)

    return add


def note(text: str, hidden: bool = True) -> Add:
    def add(writer: pypdf.PdfWriter) -> None:
        annotation = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Annot"),
                NameObject("/Subtype"): NameObject("/Text"),
                NameObject("/Rect"): ArrayObject([FloatObject(n) for n in (300, 300, 320, 320)]),
                NameObject("/Contents"): TextStringObject(text),
                NameObject("/F"): NumberObject(2 if hidden else 0),
            }
        )
        writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(annotation)])

    return add


def form_field(name: str, value: str) -> Add:
    def add(writer: pypdf.PdfWriter) -> None:
        box = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Annot"),
                NameObject("/Subtype"): NameObject("/Widget"),
                NameObject("/FT"): NameObject("/Tx"),
                NameObject("/T"): TextStringObject(name),
                NameObject("/V"): TextStringObject(value),
                NameObject("/F"): NumberObject(2),
                NameObject("/Rect"): ArrayObject([FloatObject(n) for n in (0, 0, 0, 0)]),
            }
        )
        reference = writer._add_object(box)
        writer.pages[0][NameObject("/Annots")] = ArrayObject([reference])
        writer.root_object[NameObject("/AcroForm")] = DictionaryObject(
            {NameObject("/Fields"): ArrayObject([reference])}
        )

    return add


def attached(name: str, content: bytes) -> Add:
    return lambda writer: void(writer.add_attachment(name, content))


def script(text: str) -> Add:
    return lambda writer: writer.add_open_action(JavaScript(text))


def bookmark(text: str) -> Add:
    return lambda writer: void(writer.add_outline_item(title=text, page_number=0))


def switched_off(text: str) -> Add:
    """A line in a layer that is not shown (ISO 32000-2, 8.11)."""

    def add(writer: pypdf.PdfWriter) -> None:
        layer = writer._add_object(
            DictionaryObject(
                {
                    NameObject("/Type"): NameObject("/OCG"),
                    NameObject("/Name"): TextStringObject("intern"),
                }
            )
        )
        off = DictionaryObject(
            {NameObject("/OFF"): ArrayObject([layer]), NameObject("/ON"): ArrayObject()}
        )
        writer.root_object[NameObject("/OCProperties")] = DictionaryObject(
            {NameObject("/OCGs"): ArrayObject([layer]), NameObject("/D"): off}
        )
        first = writer.pages[0]
        resources = first["/Resources"].get_object()
        assert isinstance(resources, DictionaryObject)
        fonts = resources["/Font"].get_object()
        assert isinstance(fonts, DictionaryObject)
        font = next(iter(fonts))
        resources[NameObject("/Properties")] = DictionaryObject({NameObject("/Intern"): layer})
        content = DecodedStreamObject()
        before = first.get_contents()
        assert before is not None
        content.set_data(
            before.get_data()
            + f"\n/OC /Intern BDC BT {font} 10 Tf 40 150 Td ({text}) Tj ET EMC".encode()
        )
        first[NameObject("/Contents")] = writer._add_object(content)

    return add


def void(_: object) -> None:
    return None


def workbook(*rows: tuple[object, ...]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def revised(before: str, after: str = "") -> bytes:
    """An incremental update (ISO 32000-2, 7.5.6) whose first revision said something else at its
    foot.
    """
    first = page(before)
    second = pypdf.PdfReader(io.BytesIO(page(after)))
    content = second.pages[0].get_contents()
    assert content is not None
    body = content.get_data()
    reader = pypdf.PdfReader(io.BytesIO(first))
    number = reader.pages[0].raw_get("/Contents").idnum
    root, size = reader.trailer.raw_get("/Root").idnum, reader.trailer["/Size"]
    assert isinstance(size, int)
    start = first.rindex(b"startxref") + 9
    previous = int(first[start : first.rindex(b"%%EOF")])
    at = len(first)
    update = b"%d 0 obj\n<</Length %d>>stream\n%s\nendstream\nendobj\n" % (number, len(body), body)
    ends = (number, at, size, root, previous, at + len(update))
    return (
        first + update + b"xref\n%d 1\n%010d 00000 n \ntrailer\n<</Size %d/Root %d 0 R/Prev"
        b" %d>>\nstartxref\n%d\n%%%%EOF\n" % ends
    )
