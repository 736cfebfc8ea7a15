"""What comes in the same mailbox and is no single invoice: reminders, quotations, statements,
invoices with annexes, several invoices in one file.
"""

from __future__ import annotations

import io
import random
from dataclasses import replace

from pypdf import PdfReader, PdfWriter
from reportlab.pdfgen.canvas import Canvas

from tests.corpus import drawn, flowed, typeset
from tests.corpus.bill import Bill, draw

_PRINTERS = {**drawn.LAYOUTS, **flowed.LAYOUTS, **typeset.LAYOUTS}
_TITLES = {
    "reminder": (
        "Betalingsherinnering",
        "Herinnering",
        "AANMANING",
        "Tweede herinnering",
        "Laatste aanmaning",
        "Betalingsherinnering factuur",
    ),
    "quotation": ("Offerte", "OFFERTE", "Prijsopgave", "Zorgofferte"),
    "statement": ("Rekeningoverzicht", "Overzicht openstaande posten", "Openstaande facturen"),
}
_WORDS = {
    "reminder": (
        "Volgens onze administratie is deze factuur nog niet betaald.",
        "Wij verzoeken u het openstaande bedrag alsnog over te maken.",
    ),
    "quotation": ("Deze offerte is 30 dagen geldig.", "Wij hopen u een passend aanbod te doen."),
    "statement": (
        "Hieronder vindt u de stand van uw rekening.",
        "Dit overzicht toont de facturen die nog openstaan.",
    ),
}


def of_kind(seed: int, kind: str) -> tuple[str, bytes]:
    """A reminder, quotation or statement: (layout, PDF)."""
    rng = random.Random(seed)
    layout = rng.choice(
        [name for name in _PRINTERS if name not in ("letter", "justified-letter", "ligatures")]
    )
    bill = draw(rng)
    while bill.language != "nl":
        bill = draw(rng)
    meta = [
        (
            (
                label
                if kind == "reminder"
                else label.replace("Factuur", "Offerte" if kind == "quotation" else "Overzicht")
            ),
            value,
        )
        for label, value in bill.meta
    ]
    told = replace(
        bill,
        title=rng.choice(_TITLES[kind]),
        meta=meta,
        notes=[
            rng.choice(_WORDS[kind]),
            *(note for note in bill.notes if "factuur" not in note.lower()),
        ],
    )
    return layout, _PRINTERS[layout][1](told)


def several(seed: int, count: int = 2) -> bytes:
    """Several invoices of one provider behind each other in one file, one of them often with a
    fault.
    """
    rng = random.Random(seed)
    layout = rng.choice(
        [
            name
            for name in _PRINTERS
            if name not in ("letter", "justified-letter", "ligatures", "inverted")
        ]
    )
    first = draw(rng)
    parts = [_PRINTERS[layout][1](first)]
    while len(parts) < count:
        other = draw(rng, fault=rng.choice((None, "no-kvk", "no-iban", "vat-typo")))
        if other.language == first.language and other.said["number"] != first.said["number"]:
            parts.append(_PRINTERS[layout][1](other))
    return _merged(parts)


def with_annex(seed: int) -> tuple[Bill, bytes]:
    """An invoice with an annex of one or two pages: hours, conditions."""
    rng = random.Random(seed)
    layout = rng.choice(list(_PRINTERS))
    bill = draw(rng)
    return bill, _merged([_PRINTERS[layout][1](bill), _annex(rng, bill)])


def _annex(rng: random.Random, bill: Bill) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    canvas.setFont("Sans", 14)
    canvas.drawString(
        60,
        780,
        rng.choice(
            (
                "Bijlage: urenspecificatie",
                f"Specificatie bij factuur {bill.said['number']}",
                "Algemene voorwaarden",
            )
        ),
    )
    canvas.setFont("Sans", 9)
    for line in range(rng.randrange(5, 30)):
        canvas.drawString(60, 750 - 14 * line, f"{rng.randrange(1, 28):02d}-10-2026")
        canvas.drawString(140, 750 - 14 * line, "Begeleiding aan huis")
        canvas.drawRightString(
            420, 750 - 14 * line, f"{rng.randrange(1, 8)},{rng.choice(('00', '25', '50'))} uur"
        )
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _merged(parts: list[bytes]) -> bytes:
    writer = PdfWriter()
    for part in parts:
        for page in PdfReader(io.BytesIO(part)).pages:
            writer.add_page(page)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()
