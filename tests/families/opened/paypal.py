"""After PayPal's invoice: the supplier's facts left without labels, a box of references right with
the amount due among them, "bill to" under it, quantity and price in a ruled table, notes with
their own heading.
"""

from __future__ import annotations

import io
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table

from tests.corpus.paper import WIDTH
from tests.families import parts
from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.look import Look

_WORDS = {
    "en": {
        "title": "INVOICE",
        "credit": "CREDIT NOTE",
        "number": "Invoice #:",
        "date": "Invoice date:",
        "order": "Reference:",
        "due": "Due date:",
        "corrects": "Credit for invoice:",
        "amount": "Amount due:",
        "to": "Bill to:",
        "heads": "Description|Quantity|Price|Tax|Amount",
        "subtotal": "Subtotal",
        "discount": "Discount",
        "net": "Subtotal without tax",
        "vat": "Tax ({r}%)",
        "vat-over": "Tax ({r}% of {b})",
        "total": "Total",
        "rounding": "Rounding",
        "paid": "Amount paid",
        "left": "Amount due",
        "notes": "Note to recipient",
        "phone": "Phone:",
        "mail": "",
        "web": "",
        "kvk": "KvK",
        "vat-id": "VAT number:",
        "iban": "IBAN",
        "agb": "AGB",
        "g-account": "G-account",
    },
    "nl": {
        "title": "FACTUUR",
        "credit": "CREDITNOTA",
        "number": "Factuurnr.:",
        "date": "Factuurdatum:",
        "order": "Referentie:",
        "due": "Vervaldatum:",
        "corrects": "Creditnota voor factuur:",
        "amount": "Verschuldigd bedrag:",
        "to": "Factureren aan:",
        "heads": "Omschrijving|Hoeveelheid|Prijs|Belasting|Bedrag",
        "subtotal": "Subtotaal",
        "discount": "Korting",
        "net": "Subtotaal zonder btw",
        "vat": "Btw ({r}%)",
        "vat-over": "Btw ({r}% van {b})",
        "total": "Totaal",
        "rounding": "Afronding",
        "paid": "Betaald bedrag",
        "left": "Verschuldigd bedrag",
        "notes": "Opmerking voor de ontvanger",
        "phone": "Telefoon:",
        "mail": "",
        "web": "",
        "kvk": "KvK",
        "vat-id": "Btw-nummer:",
        "iban": "IBAN",
        "agb": "AGB",
        "g-account": "G-rekening",
    },
}


def draw(facts: Facts, look: Look) -> bytes:
    w, s = _WORDS[facts.language], facts.supplier
    paper_font = "Serif" if "Serif" in look.font else "Sans"
    base = ParagraphStyle("base", fontName=paper_font, fontSize=look.size, leading=look.size * 1.3)
    bold = ParagraphStyle("bold", base, fontName=paper_font + "-Bold")
    large = ParagraphStyle("large", bold, fontSize=18, leading=24, alignment=TA_RIGHT)

    def stack(texts: list[str], style: ParagraphStyle = base) -> Paragraph:
        return Paragraph("<br/>".join(map(escape, texts)), style)

    ids = parts.known(facts, look, w, "phone mail web kvk vat-id iban agb g-account")
    own = [*parts.address(facts, look), *(f"{a} {v}".strip() for a, v in ids)]
    refs = parts.known(facts, look, w, "number date order due corrects")
    refs.append((w["amount"], look.money(facts.due_amount)))
    width = WIDTH - 2 * look.margin * mm
    box = Table(
        [[stack([a]), stack([v], bold)] for a, v in refs],
        colWidths=[look.width(38) * mm, 42 * mm],
        style=[("BOX", (0, 0), (-1, -1), 0.4, colors.grey)],
    )
    head = Table(
        [[[stack([s.name], bold), stack(own)], box]],
        colWidths=[width - 84 * mm, 84 * mm],
        style=[("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (0, 0), 0)],
    )
    story: list[Flowable] = [stack([facts.mark], bold)] if facts.mark else []
    story += [stack([parts.title(facts, w)], large), Spacer(1, 6), head, Spacer(1, 14)]
    story += [stack([w["to"]], bold), stack(list(facts.addressee)), Spacer(1, 16)]
    story += [_lines(facts, look, base, width), Spacer(1, 8), _sums(facts, look, base)]
    said = parts.said(facts, look)
    story += [Spacer(1, 14), stack([w["notes"]], bold), stack(said)] if said else []
    buffer = io.BytesIO()
    edge = look.margin * mm
    SimpleDocTemplate(
        buffer, pagesize=A4, leftMargin=edge, rightMargin=edge, topMargin=edge, bottomMargin=edge
    ).build(story)
    return buffer.getvalue()


def _lines(facts: Facts, look: Look, base: ParagraphStyle, width: float) -> Table:
    w = _WORDS[facts.language]
    rows = [
        [
            Paragraph(
                escape(line.description)
                + (f"<br/>({line.discount}% {w['discount']})" if line.discount else ""),
                base,
            ),
            f"{look.quantity(line.quantity)} {line.unit}".strip(),
            look.money(line.price),
            f"{line.rate}%",
            look.money(line.net),
        ]
        for line in facts.lines
    ]
    heads = w["heads"].split("|")
    keep = [at for at in range(5) if at != 3 or not facts.exempt]
    cells = [[row[at] for at in keep] for row in (heads, *rows)]
    widths = [0.0, look.width(28) * mm, look.width(26, 1) * mm, 18 * mm, 28 * mm]
    widths = [widths[at] for at in keep]
    widths[0] = width - sum(widths)
    return Table(
        cells,
        colWidths=widths,
        repeatRows=1,
        style=[
            ("FONT", (0, 0), (-1, -1), base.fontName, base.fontSize),
            ("FONT", (0, 0), (-1, 0), base.fontName + "-Bold", base.fontSize),
            ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
            ("GRID", (0, 0), (-1, -1), 0.3, colors.lightgrey),
            ("ALIGN", (1, 0), (-1, -1), "RIGHT"),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ],
    )


def _sums(facts: Facts, look: Look, base: ParagraphStyle) -> Table:
    rows = parts.sums(facts, look, _WORDS[facts.language])
    return Table(
        rows,
        colWidths=[look.width(62, 2) * mm, 32 * mm],
        hAlign="RIGHT",
        style=[
            ("FONT", (0, 0), (-1, -1), base.fontName, base.fontSize),
            ("ALIGN", (1, 0), (1, -1), "RIGHT"),
        ],
    )


FAMILY = Family("paypal", "reportlab", draw, ("en", "nl"))
