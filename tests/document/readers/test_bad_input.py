"""Files that are no ordinary invoice PDF: each gets its own clear Dutch sentence, and is never one
without a KvK number.
"""

from __future__ import annotations

import datetime as dt
import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import docx
import pypdf
import pytest
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    TextStringObject,
)
from reportlab.pdfgen.canvas import Canvas

from intake import profile
from intake.mail.sniff import sniff
from intake.model.finding import Severity
from intake.model.mail import Part
from intake.model.verdict import CheckedDocument
from intake.pipeline import check_file
from intake.sandbox.client import Sandbox
from tests.hostile import pdfs

TODAY = dt.date(2026, 11, 20)
ALMERE = profile.load("almere")
INVOICE = [
    "Praktijk De Wilde Roos", "Rozenlaan 12", "1338 AB Almere", "Telefoon 036-555 04 11",
    "KvK-nummer: 99952775", "Gemeente Almere",
    "Crediteurenadministratie/zorg", "Postbus 200", "1300 AE Almere", "FACTUUR",
    "Factuurnummer: 2026-0117", "Factuurdatum: 13-11-2026",
    "Begeleiding individueel 10 uur x € 50,00", "Totaal te betalen: € 500,00",
    "Vrijgesteld van btw", "IBAN: NL91ABNA0417164300",
]  # fmt: skip


@pytest.fixture(scope="module")
def box(reading: Sandbox) -> Sandbox:
    return reading


def written(lines: list[str], pages: int = 1) -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(595, 842), invariant=1)
    for _ in range(pages):
        for row, line in enumerate(lines):
            canvas.drawString(60, 780 - 16 * row, line)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def changed(data: bytes, change: Callable[[pypdf.PdfWriter], object]) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(data))
    change(writer)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def password() -> bytes:
    return changed(written(INVOICE), lambda writer: writer.encrypt("geheim", algorithm="AES-256"))


def dynamic_form() -> bytes:
    def add(writer: pypdf.PdfWriter) -> None:
        stream = DecodedStreamObject()
        stream.set_data(
            b'<xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/"><template'
            b' xmlns="http://www.xfa.org/schema/xfa-template/3.0/"/></xdp:xdp>'
        )
        form = DictionaryObject(
            {NameObject("/XFA"): writer._add_object(stream), NameObject("/Fields"): ArrayObject()}
        )
        writer.root_object[NameObject("/AcroForm")] = form
        writer.root_object[NameObject("/NeedsRendering")] = pypdf.generic.BooleanObject(True)

    placeholder = [
        "Please wait...",
        "If this message is not eventually replaced, your PDF viewer",
        "may not be able to display this type of document.",
    ]
    return changed(written(placeholder), add)


def portfolio() -> bytes:
    def add(writer: pypdf.PdfWriter) -> None:
        writer.add_attachment("factuur.pdf", written(INVOICE))
        writer.root_object[NameObject("/Collection")] = DictionaryObject(
            {NameObject("/View"): NameObject("/D")}
        )

    return changed(
        written(
            [
                "For the best experience, open this PDF portfolio in Acrobat 9 or Adobe Reader 9,"
                " or later."
            ]
        ),
        add,
    )


def script() -> bytes:
    def add(writer: pypdf.PdfWriter) -> None:
        action = {
            NameObject("/S"): NameObject("/JavaScript"),
            NameObject("/JS"): TextStringObject("app.alert('hallo');"),
        }
        writer.root_object[NameObject("/OpenAction")] = DictionaryObject(action)

    return changed(written(INVOICE), add)


def huge_picture() -> bytes:
    return pdfs.giant_picture()


def html() -> bytes:
    return (
        b"<!DOCTYPE html><html><body><h1>Factuur 2026-0117</h1><p>Totaal 500,00</p></body></html>"
    )


def word() -> bytes:
    file = io.BytesIO()
    document = docx.Document()
    document.add_paragraph("Factuur 2026-0117")
    document.save(file)
    return file.getvalue()


def old_word() -> bytes:
    return b"{\\rtf1\\ansi Factuur 2026-0117\\par Totaal 500,00}"


BAD: dict[str, tuple[Callable[[], bytes], str, Severity, tuple[str, ...]]] = {
    "password": (
        password,
        "encrypted-pdf",
        Severity.REJECT,
        ("niet openen", "wachtwoord", "Stuur de factuur zonder wachtwoord"),
    ),
    "dynamic-form": (dynamic_form, "form", Severity.REVIEW, ("niet openen", "XFA", "gewone PDF")),
    "portfolio": (
        portfolio,
        "portfolio",
        Severity.REVIEW,
        ("niet openen", "portfolio", "gewone PDF"),
    ),
    "empty-page": (
        lambda: written([]),
        "empty",
        Severity.REVIEW,
        ("niet lezen", "leeg", "nog een keer"),
    ),
    "empty-pages": (lambda: written([], 3), "empty", Severity.REVIEW, ("niet lezen", "leeg")),
    "two-thousand-pages": (
        lambda: written(["Bladzijde"], 2000),
        "too-many-pages",
        Severity.REVIEW,
        ("te veel bladzijden", "Stuur alleen de factuur"),
    ),
    "huge-picture": (
        huge_picture,
        "too-large",
        Severity.REVIEW,
        ("niet openen", "te groot", "dpi"),
    ),
    "html-as-pdf": (html, "html-as-pdf", Severity.REJECT, ("niet openen", "webpagina", "PDF")),
    "word-as-pdf": (word, "word-as-pdf", Severity.REJECT, ("niet openen", "Word-bestand", "PDF")),
    "rtf-as-pdf": (
        old_word,
        "word-as-pdf",
        Severity.REJECT,
        ("niet openen", "Word-bestand", "PDF"),
    ),
    "cut-off": (
        lambda: written(INVOICE)[:300],
        "damaged",
        Severity.REVIEW,
        ("niet openen", "beschadigd", "opnieuw"),
    ),
}


def checked(box: Sandbox, data: bytes, name: str = "factuur.pdf") -> CheckedDocument:
    return check_file(Part("1", sniff(data), data, name), TODAY, ALMERE, box)


@pytest.mark.parametrize("kind", BAD)
def test_it_gets_its_own_sentence(box: Sandbox, kind: str) -> None:
    """A provider who sends a locked or odd file would be told that the KvK number is missing, and
    not what to do.
    """
    make, code, severity, words = BAD[kind]

    document = checked(box, make())

    found = {f.code: f for f in document.findings if f.check == "document"}
    assert code in found, found
    assert found[code].severity is severity
    assert all(word in found[code].message for word in words), found[code].message
    assert not any(f.code == "absent" for f in document.findings)
    assert severity is Severity.REJECT or not any(
        f.severity is Severity.REJECT for f in document.findings
    )


def test_every_sentence_is_another_one(box: Sandbox) -> None:
    """One vague sentence for all of them helps nobody."""
    sentences = [
        next(f.message for f in checked(box, make()).findings if f.code == code)
        for make, code, *_ in BAD.values()
    ]

    assert len(set(sentences)) == len({code for _, code, *_ in BAD.values()})


def test_a_script_is_not_run_and_told(box: Sandbox) -> None:
    """A good invoice that a program made would be refused for what a script may fill in."""
    document = checked(box, script())

    assert [(f.check, f.code, f.severity) for f in document.findings] == [
        ("document", "script", Severity.REVIEW)
    ]
    assert document.invoice is not None and document.invoice.kvk_number.value == "99952775"


def test_an_invoice_with_an_attached_file_is_no_portfolio(box: Sandbox) -> None:
    """A PDF with its e-invoice inside would be sent back."""
    data = changed(written(INVOICE), lambda writer: writer.add_attachment("bijlage.txt", b"uren"))

    assert [f for f in checked(box, data).findings if f.check == "document"] == []


def test_a_long_invoice_within_the_limit_is_whole(box: Sandbox) -> None:
    """An invoice with many pages of annexes would be called too long."""
    data = changed(
        written(INVOICE), lambda writer: writer.append(io.BytesIO(written(["Bijlage"], 120)))
    )

    assert [f for f in checked(box, data).findings if f.check == "document"] == []


def test_an_empty_back_side_makes_no_doubt(box: Sandbox) -> None:
    """A program that adds an empty last page would have every invoice looked at by hand."""
    data = changed(written(INVOICE), lambda writer: writer.add_blank_page(595, 842))

    assert checked(box, data).findings == ()


def test_the_command_says_it_in_dutch(tmp_path: Path) -> None:
    """Who tries a file at the command line would get an error code and no help."""
    file = tmp_path / "factuur.pdf"
    file.write_bytes(portfolio())
    command = [sys.executable, "-m", "intake", "check", str(file)]

    done = subprocess.run(
        command, capture_output=True, text=True, timeout=100, cwd=Path(__file__).parents[3]
    )

    assert "PDF-portfolio" in done.stdout
    assert "KvK" not in done.stdout
    assert done.returncode == 3
