"""A plain invoice of a fictitious care provider, drawn so that a test can change one thing of it."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Sequence

from reportlab.pdfgen.canvas import Canvas

from intake import profile
from intake.document.extract.invoice import find_invoice
from intake.document.readers import pdf
from intake.model.document import Reader
from intake.model.finding import Severity
from intake.model.invoice import Invoice
from intake.model.mail import Part, PartKind
from intake.model.verdict import CheckedDocument
from intake.pipeline import check_file
from intake.sandbox.client import Sandbox

ALMERE = profile.load("almere")
TODAY = dt.date(2026, 11, 20)
WIDTH, HEIGHT = 595.28, 841.89
IBAN = "NL31 RABO 0317 4450 92"
OTHER = "NL91 ABNA 0417 1643 00"

NAME = "Praktijk Het Kompas"
ADDRESS = ("Lijsterbeslaan 14", "1338 AB Almere")
PHONE = "Telefoon: 036-5212345"
KVK = "KvK-nummer: 61532874"
ACCOUNT = f"IBAN: {IBAN}"
HEAD = (NAME, *ADDRESS, PHONE, KVK, ACCOUNT)
BUYER = ("Gemeente Almere", "Crediteurenadministratie/zorg", "Postbus 200", "1300 AE Almere")
FACTS = {
    "supplier_name": NAME,
    "supplier_postcode": "1338AB",
    "supplier_phone": "036-5212345",
    "kvk_number": "61532874",
    "iban": "NL31RABO0317445092",
    "invoice_number": "HK-2026-614",
    "issue_date": "2026-11-13",
}
EXEMPT = "Vrijgesteld van btw op grond van artikel 11 Wet OB."

Draw = Callable[[Canvas], None]


def body(canvas: Canvas, head: Sequence[str] = HEAD, foot: Sequence[str] = ()) -> None:
    """The invoice upright on the canvas as it is turned now; ``foot`` stands under the total."""
    canvas.setFont("Helvetica", 10)
    for row, line in enumerate(head):
        canvas.drawString(60, 780 - 15 * row, line)
    for row, line in enumerate(BUYER):
        canvas.drawString(60, 650 - 15 * row, line)
    canvas.setFont("Helvetica-Bold", 16)
    canvas.drawString(60, 560, "FACTUUR")
    canvas.setFont("Helvetica", 10)
    canvas.drawString(60, 530, "Factuurnummer: HK-2026-614")
    canvas.drawString(60, 515, "Factuurdatum: 13 november 2026")
    heads = ((60, "Omschrijving"), (330, "Aantal"), (420, "Tarief"))
    values = (
        (60, "Begeleiding individueel basis, oktober 2026"),
        (330, "25 uur"),
        (420, "€ 50,00"),
    )
    for row, cells in enumerate((heads, values)):
        for x, text in cells:
            canvas.drawString(x, 470 - 20 * row, text)
    canvas.drawRightString(540, 470, "Bedrag")
    canvas.drawRightString(540, 450, "€ 1.250,00")
    canvas.drawRightString(540, 415, "Totaal te betalen: € 1.250,00")
    for row, line in enumerate((EXEMPT, *foot)):
        canvas.drawString(60, 365 - 15 * row, line)


def drawing(*pages: Draw, size: tuple[float, float] = (WIDTH, HEIGHT)) -> bytes:
    """A PDF with what each function draws on a page."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=size)
    for page in pages:
        page(canvas)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def with_foot(*foot: str) -> bytes:
    """The invoice with more lines under its total."""
    return drawing(lambda canvas: body(canvas, foot=foot))


def read(data: bytes, reader: Reader = Reader.PDFIUM) -> Invoice:
    """What one reader finds, without a child."""
    return find_invoice(pdf.read(data, reader), ALMERE.addressee)


def judge(data: bytes, box: Sandbox) -> CheckedDocument:
    """The whole check of one PDF, in children."""
    return check_file(Part("1", PartKind.PDF, data, "factuur.pdf"), TODAY, ALMERE, box)


def refusals(document: CheckedDocument) -> set[str]:
    """Ids of the checks that refuse."""
    return _with(document, Severity.REJECT)


def questions(document: CheckedDocument) -> set[str]:
    """Ids of the checks that ask a person."""
    return _with(document, Severity.REVIEW)


def _with(document: CheckedDocument, severity: Severity) -> set[str]:
    found = (finding for result in document.results for finding in result.findings)
    return {finding.check for finding in found if finding.severity is severity}


def values(invoice: Invoice) -> dict[str, str]:
    """What was read of the facts in ``FACTS``."""
    return {name: getattr(invoice, name).value for name in FACTS}
