"""A printed form that somebody filled in: words with a dotted line that the value stands on, boxes,
numbered questions, and the lines in a ruled table: a Word form.
"""

from __future__ import annotations

from docx.document import Document
from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.shared import Mm, Pt

from tests.families import word
from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.held_out_parts import (
    Pair,
    TotalWords,
    closing,
    has_line_discount,
    pairs,
    title,
    totals,
    values,
)
from tests.families.look import Look

_SAY = TotalWords(
    gross="Totaal te declareren",
    total="Totaal te declareren",
    net="Totaal excl. btw",
    vat="Btw {r}%",
    subtotal="Totaal kosten",
    discount="Af: korting",
    paid="Af: ontvangen voorschot",
    due="Nog te ontvangen",
)


def _asked(d: Document, found: list[Pair], look: Look) -> None:
    """A word, then the value, then dots to the margin."""
    for label, value in found:
        paragraph = d.add_paragraph()
        stops = paragraph.paragraph_format.tab_stops
        stops.add_tab_stop(Mm(look.width(55)))
        stops.add_tab_stop(Mm(168), WD_TAB_ALIGNMENT.LEFT, WD_TAB_LEADER.DOTS)
        paragraph.paragraph_format.space_after = Pt(4)
        word.write(paragraph, f"{label}\t{value}\t", size=look.size)


def draw(f: Facts, look: Look) -> bytes:
    d, known, s = word.start(look), values(f, look), f.supplier
    heading = look.pick("Declaratieformulier / factuur", "Factuurformulier")
    word.write(
        d.add_paragraph(),
        f"{title(f, heading, 'Creditnota')}  {f.mark}".strip(),
        bold=True,
        size=look.size + 6,
    )
    word.write(d.add_paragraph(), "1. Gegevens zorgaanbieder", bold=True)
    rows = [
        ("Naam", s.name),
        ("Straat en huisnummer", s.street),
        ("Postcode en woonplaats", known["place"]),
        ("Postadres", s.po_box),
    ]
    labels = {
        "phone": "Telefoonnummer",
        "email": "E-mailadres",
        "web": "Website",
        "kvk": "Nummer Kamer van Koophandel",
        "vat": "Btw-identificatienummer",
        "agb": "AGB-code",
        "branch": "Vestigingsnummer",
        "iban": "Rekeningnummer (IBAN)",
        "g-account": "G-rekening",
    }
    _asked(d, [*((a, v) for a, v in rows if v), *pairs(f, look, labels)], look)
    word.write(d.add_paragraph(), "2. Gegevens opdrachtgever", bold=True)
    _asked(
        d, [("Gefactureerd aan" if at == 0 else "", x) for at, x in enumerate(f.addressee)], look
    )
    word.write(d.add_paragraph(), "3. Gegevens factuur", bold=True)
    refs = {
        "number": "Factuurnummer|Creditnummer",
        "date": look.pick("Factuurdatum", "Datum factuur"),
        "period": "Periode",
        "order": "Opdrachtnummer",
        "due": "Te betalen uiterlijk",
        "corrects": "Correctie op factuurnummer",
    }
    _asked(d, pairs(f, look, refs), look)
    word.write(d.add_paragraph(), "4. Specificatie", bold=True)
    keep = [True, True, True, has_line_discount(f), not f.exempt, True]
    widths = [70, 24, 24, 18, 14, 26]
    align = "lrrrrr"
    own = "".join(a for a, k in zip(align, keep, strict=True) if k)
    table = word.grid(d, [w for w, k in zip(widths, keep, strict=True) if k], "Table Grid")
    heads = ("Omschrijving", "Aantal", "Tarief", "Korting", "Btw", "Bedrag")
    word.add(table, [h for h, k in zip(heads, keep, strict=True) if k], own, bold=True)
    for line in f.lines:
        cells = (
            line.description,
            f"{look.quantity(line.quantity)} {line.unit}".strip(),
            look.money.bare(line.price),
            f"{line.discount}%" if line.discount else "",
            f"{line.rate}%",
            look.money.bare(line.net),
        )
        word.add(table, [c for c, k in zip(cells, keep, strict=True) if k], own)
    d.add_paragraph()
    _asked(d, [(row.label, row.amount) for row in totals(f, look, _SAY)], look)
    word.write(d.add_paragraph(), "5. Verklaring", bold=True)
    for text in closing(f, look):
        d.add_paragraph(text)
    d.add_paragraph(f"Naar waarheid ingevuld door {s.owner}")
    _asked(d, [("Handtekening", "")], look)
    return word.saved(d)


FAMILY = Family("dotted-form", "docx", draw)
