"""Producer: reportlab canvas, text put at coordinates. Letterhead right, numbers in the foot."""

from __future__ import annotations

import io

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from tests.examples.bill import Bill, count, long_date, money

LEFT, RIGHT = 62.0, 533.0


def render(bill: Bill) -> bytes:
    buffer = io.BytesIO()
    page = Canvas(buffer, pagesize=A4, invariant=1)
    page.setTitle(f"{bill.title} {bill.number}")
    _letterhead(page, bill)
    _meta(page, bill)
    bottom = _items(page, bill)
    _totals(page, bill, bottom)
    _foot(page, bill)
    page.showPage()
    page.save()
    return buffer.getvalue()


def _letterhead(page: Canvas, bill: Bill) -> None:
    supplier = bill.supplier
    page.setFont("Helvetica-Bold", 15)
    page.drawRightString(RIGHT, 780, supplier.name)
    page.setFont("Helvetica", 9)
    for row, line in enumerate(
        (
            supplier.street,
            f"{supplier.postcode} {supplier.city}",
            f"Tel. {supplier.phone}",
            supplier.email,
        )
    ):
        page.drawRightString(RIGHT, 764 - 12 * row, line)
    page.setFont("Helvetica", 11)
    for row, line in enumerate(bill.addressee):
        page.drawString(LEFT, 690 - 14 * row, line)


def _meta(page: Canvas, bill: Bill) -> None:
    page.setFont("Helvetica-Bold", 20)
    page.drawString(LEFT, 600, bill.title.upper())
    meta = (
        ("Factuurnummer:", bill.number),
        ("Factuurdatum:", long_date(bill.issued)),
        ("Te betalen voor:", long_date(bill.due)),
    )
    for row, (label, value) in enumerate(meta):
        page.setFont("Helvetica", 10)
        page.drawString(LEFT, 576 - 14 * row, label)
        page.drawString(LEFT + 95, 576 - 14 * row, value)


def _items(page: Canvas, bill: Bill) -> float:
    y = 515.0
    page.setFont("Helvetica-Bold", 9)
    page.drawString(LEFT, y, "Omschrijving")
    for x, label in ((395, "Aantal"), (460, "Tarief"), (RIGHT, "Bedrag")):
        page.drawRightString(x, y, label)
    page.line(LEFT, y - 4, RIGHT, y - 4)
    page.setFont("Helvetica", 9)
    for line in bill.items:
        y -= 16
        page.drawString(LEFT, y, line.text)
        page.drawRightString(395, y, f"{count(line.quantity)} {line.unit}")
        page.drawRightString(460, y, f"€ {money(line.price)}")
        page.drawRightString(RIGHT, y, f"€ {money(line.net)}")
    page.line(LEFT, y - 6, RIGHT, y - 6)
    return y - 22


def _totals(page: Canvas, bill: Bill, y: float) -> None:
    rows = [("Subtotaal", bill.net)] if bill.vat_lines else []
    rows += [(f"Btw {rate} %", vat) for rate, _, vat in bill.vat_lines]
    rows += [("Totaal te voldoen", bill.gross)]
    for label, amount in rows:
        page.setFont("Helvetica-Bold" if label.startswith("Totaal") else "Helvetica", 10)
        page.drawRightString(460, y, label)
        page.drawRightString(RIGHT, y, f"€ {money(amount)}")
        y -= 15
    page.setFont("Helvetica", 9)
    for text in (*bill.remarks, bill.supplier.exempt or ""):
        y -= 14
        page.drawString(LEFT, y, text)


def _foot(page: Canvas, bill: Bill) -> None:
    supplier = bill.supplier
    numbers = [
        f"KvK {supplier.kvk}" if supplier.kvk else "",
        f"btw {supplier.vat_id}" if supplier.vat_id else "",
        f"IBAN {supplier.iban}",
    ]
    page.line(LEFT, 70, RIGHT, 70)
    page.setFont("Helvetica", 8)
    page.drawCentredString(
        (LEFT + RIGHT) / 2, 58, "  |  ".join(number for number in numbers if number)
    )
    page.drawCentredString(
        (LEFT + RIGHT) / 2,
        46,
        f"Graag betalen binnen 30 dagen onder vermelding van {bill.number} t.n.v. {supplier.name}",
    )
