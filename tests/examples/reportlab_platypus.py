"""Producer: reportlab platypus, flowing tables.

Labels in a header row with the values under them; serif type.
"""

from __future__ import annotations

import io
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table

from tests.examples.bill import Bill, count, money, short_date

BODY = ParagraphStyle("body", fontName="Times-Roman", fontSize=10, leading=13)
SMALL = ParagraphStyle("small", parent=BODY, fontSize=8.5, leading=11)
HEAD = ParagraphStyle(
    "head",
    parent=BODY,
    fontName="Times-Bold",
    fontSize=17,
    leading=21,
    textColor=colors.HexColor("#7a2e1d"),
)
GRID = [
    ("FONT", (0, 0), (-1, -1), "Times-Roman", 9.5),
    ("FONT", (0, 0), (-1, 0), "Times-Bold", 9.5),
    ("LINEBELOW", (0, 0), (-1, 0), 0.6, colors.black),
]


def render(bill: Bill) -> bytes:
    buffer = io.BytesIO()
    document = SimpleDocTemplate(
        buffer,
        pagesize=A4,
        leftMargin=22 * mm,
        rightMargin=22 * mm,
        topMargin=18 * mm,
        bottomMargin=18 * mm,
        invariant=1,
        title=f"{bill.title} {bill.number}",
    )
    document.build(
        [
            *_top(bill),
            _meta(bill),
            Spacer(1, 8 * mm),
            _items(bill),
            Spacer(1, 4 * mm),
            _totals(bill),
            Spacer(1, 8 * mm),
            *_foot(bill),
        ]
    )
    return buffer.getvalue()


def _top(bill: Bill) -> list[Flowable]:
    supplier = bill.supplier
    contact = f"{escape(supplier.street)}, {supplier.postcode} {escape(supplier.city)}" + (
        f" &#183; tel. {supplier.phone}" if supplier.phone else ""
    )
    return [
        Paragraph(escape(supplier.name), HEAD),
        Paragraph(f"{contact} &#183; {supplier.email}", SMALL),
        Spacer(1, 14 * mm),
        Paragraph("Aan:<br/>" + "<br/>".join(escape(line) for line in bill.addressee), BODY),
        Spacer(1, 12 * mm),
        Paragraph(escape(bill.title), HEAD),
        Spacer(1, 3 * mm),
    ]


def _meta(bill: Bill) -> Table:
    labels = ["Factuurnr.", "Datum", "Vervaldatum", "Uw kenmerk"]
    return Table(
        [labels, [bill.number, short_date(bill.issued), short_date(bill.due), "Zorg"]],
        colWidths=[41 * mm] * 4,
        style=GRID,
    )


def _items(bill: Bill) -> Table:
    rows = [["Dienst", "Aantal", "Eenheid", "Prijs", "Btw", "Bedrag excl."]]
    rows += [
        [
            Paragraph(escape(line.text), BODY),
            count(line.quantity),
            line.unit,
            money(line.price),
            _rate(line.rate),
            money(line.net),
        ]
        for line in bill.items
    ]
    widths = [72 * mm, 17 * mm, 20 * mm, 20 * mm, 13 * mm, 24 * mm]
    return Table(
        rows,
        colWidths=widths,
        style=[*GRID, ("ALIGN", (3, 0), (-1, -1), "RIGHT"), ("VALIGN", (0, 0), (-1, -1), "TOP")],
    )


def _rate(rate: int | None) -> str:
    return "vrij" if rate is None else f"{rate}%"


def _totals(bill: Bill) -> Table:
    rows = [["Totaal exclusief btw", f"€ {money(bill.net)}"]]
    rows += [
        [f"{rate}% btw over € {money(base)}", f"€ {money(vat)}"]
        for rate, base, vat in bill.vat_lines
    ]
    rows += [["Totaal inclusief btw" if bill.vat_lines else "Totaal", f"€ {money(bill.gross)}"]]
    style: list[tuple[object, ...]] = [
        ("FONT", (0, 0), (-1, -1), "Times-Roman", 10),
        ("FONT", (0, -1), (-1, -1), "Times-Bold", 11),
    ]
    style += [
        ("ALIGN", (0, 0), (-1, -1), "RIGHT"),
        ("LINEABOVE", (0, -1), (-1, -1), 0.6, colors.black),
    ]
    return Table(rows, colWidths=[66 * mm, 32 * mm], hAlign="RIGHT", style=style)


def _foot(bill: Bill) -> list[Flowable]:
    supplier = bill.supplier
    texts = [*bill.remarks]
    if supplier.exempt:
        texts.append(supplier.exempt)
    texts.append(
        f"Wij verzoeken u het bedrag over te maken op rekening {supplier.iban} ten name van"
        f" {supplier.name}."
    )
    numbers = [
        f"Handelsregister nr. {supplier.kvk}" if supplier.kvk else "",
        f"Btw-nummer {supplier.vat_id}" if supplier.vat_id else "",
    ]
    texts.append(" - ".join(number for number in numbers if number))
    return [Paragraph(escape(text), SMALL) for text in texts if text]
