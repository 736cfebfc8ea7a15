"""A grid of four columns with bold words over their values, totals as rows of the lines with the
currency in their words, and the company's facts in bold-over-plain columns below: after the Word
layout of Business Central and Navision.
"""

from __future__ import annotations

from docx.document import Document
from docx.shared import Pt

from tests.families import word
from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.held_out_parts import (
    TotalWords,
    address,
    closing,
    has_line_discount,
    pairs,
    title,
    totals,
)
from tests.families.look import Look

_SAY = {
    "nl": TotalWords(
        gross="Totaal EUR incl. btw",
        total="Totaal EUR",
        net="Totaal EUR excl. btw",
        vat="{r}% btw",
        subtotal="Subtotaal",
        discount="Factuurkorting",
        rounding="Afronding",
        paid="Vooruitbetaald",
        due="Restbedrag EUR",
    ),
    "en": TotalWords(
        gross="Total EUR Incl. VAT",
        total="Total EUR",
        net="Total EUR Excl. VAT",
        vat="{r}% VAT",
        subtotal="Subtotal",
        discount="Invoice Discount",
        rounding="Rounding",
        paid="Prepayment",
        due="Remaining Amount EUR",
    ),
}
_REFS = {
    "nl": {
        "number": "Nr.",
        "date": "Documentdatum",
        "due": "Vervaldatum",
        "customer": "Factureren aan klantnr.",
        "order": "Uw referentie",
        "corrects": "Vereffening met factuurnr.",
    },
    "en": {
        "number": "No.",
        "date": "Document Date",
        "due": "Due Date",
        "customer": "Bill-to Customer No.",
        "order": "Your Reference",
        "corrects": "Applies-to Invoice No.",
    },
}
_IDS = {
    "nl": {
        "phone": "Telefoonnr.",
        "email": "E-mail",
        "web": "Homepage",
        "kvk": "KvK-nummer",
        "vat": "Btw-registratienr.",
        "iban": "IBAN",
        "bic": "SWIFT-code",
        "agb": "AGB-code",
        "branch": "Vestigingsnr.",
        "g-account": "G-rekening",
    },
    "en": {
        "phone": "Phone No.",
        "email": "Email",
        "web": "Home Page",
        "kvk": "Registration No. (KvK)",
        "vat": "VAT Registration No.",
        "iban": "IBAN",
        "bic": "SWIFT Code",
        "agb": "AGB Code",
        "branch": "Branch No.",
        "g-account": "G-rekening",
    },
}
_HEADS = {
    "nl": (
        "Nr.",
        "Omschrijving",
        "Aantal",
        "Eenheid",
        "Eenheidsprijs excl. btw",
        "Korting %",
        "Btw %",
        "Regelbedrag excl. btw",
    ),
    "en": (
        "No.",
        "Description",
        "Quantity",
        "Unit of Measure",
        "Unit Price Excl. VAT",
        "Discount %",
        "VAT %",
        "Line Amount Excl. VAT",
    ),
}
_WIDTHS = (14.0, 44.0, 15.0, 21.0, 26.0, 17.0, 13.0, 28.0)


def _over(document: Document, found: list[tuple[str, str]]) -> None:
    """Bold words with their values below, four beside each other."""
    table = word.grid(document, (44,) * 4)
    for at in range(0, len(found), 4):
        part = found[at : at + 4]
        part += [("", "")] * (4 - len(part))
        word.add(table, [a for a, _ in part], "llll", bold=True)
        word.add(table, [v for _, v in part], "llll")


def draw(f: Facts, look: Look) -> bytes:
    d, dutch = word.start(look), f.language == "nl"
    head = word.grid(d, (100, 76))
    left, right = word.more_cells(head)
    word.fill(left, "\n".join(f.addressee))
    word.fill(right, "\n".join([f.supplier.name, *address(f, look)]), right=True)
    name = title(f, "Factuur", "Creditnota") if dutch else title(f, "Invoice", "Credit Memo")
    heading = f"{'Verkoop' if dutch else 'Sales'} - {name} {f.number} {f.mark}".strip()
    word.write(d.add_paragraph(), heading, bold=True, size=look.size + 6)
    _over(d, pairs(f, look, _REFS[f.language]))
    d.add_paragraph()
    keep = [True, True, True, True, True, has_line_discount(f), not f.exempt, True]
    align = "llrlrrrr"
    gone = sum(w for w, kept in zip(_WIDTHS, keep, strict=True) if not kept)
    widths = [
        w + (gone if at == 1 else 0)
        for at, (w, kept) in enumerate(zip(_WIDTHS, keep, strict=True))
        if kept
    ]
    own = "".join(a for a, kept in zip(align, keep, strict=True) if kept)
    table = word.grid(d, widths)
    word.add(
        table,
        [h for h, kept in zip(_HEADS[f.language], keep, strict=True) if kept],
        own,
        bold=True,
        size=7.5,
    )
    for at, line in enumerate(f.lines):
        cells = (
            f"{1000 + 4 * at}",
            line.description,
            look.quantity(line.quantity),
            line.unit,
            look.money.bare(line.price),
            f"{line.discount}" if line.discount else "",
            f"{line.rate}",
            look.money.bare(line.net),
        )
        word.add(table, [c for c, kept in zip(cells, keep, strict=True) if kept], own)
    for total in totals(f, look, _SAY[f.language], sign=False):
        last = word.more_cells(table)
        merged = last[1].merge(last[-2])
        word.fill(merged, total.label, bold=total.kind in ("gross", "due"))
        word.fill(last[-1], total.amount, bold=total.kind in ("gross", "due"), right=True)
    d.add_paragraph()
    for text in closing(f, look):
        d.add_paragraph(text)
    _over(d, pairs(f, look, _IDS[f.language]))
    for table_ in d.tables:
        for paragraph in (p for r in table_.rows for c in r.cells for p in c.paragraphs):
            paragraph.paragraph_format.space_after = Pt(1)
    return word.saved(d)


FAMILY = Family("business-central", "docx", draw, ("nl", "en"))
