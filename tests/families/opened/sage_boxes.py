"""Stationery with boxes: references in a column of boxes at the right, an empty ruled body, and the
totals in a column of boxes at the bottom of the last page: after Sage 50.
"""

from __future__ import annotations

from itertools import pairwise

from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.held_out_parts import TotalWords, address, closing, pairs, title, totals
from tests.families.look import Look
from tests.families.sheet import Sheet

_SAY = {
    "nl": TotalWords(
        gross="Factuurtotaal",
        total="Factuurtotaal",
        net="Totaal netto",
        vat="Totaal BTW {r}%",
        subtotal="Goederen",
        discount="Korting",
        paid="Minus betaald",
        due="Te voldoen",
    ),
    "en": TotalWords(
        gross="Invoice Total",
        total="Invoice Total",
        net="Total Net Amount",
        vat="Total Tax Amount {r}%",
        subtotal="Goods",
        discount="Discount",
        paid="Less Paid",
        due="Amount Due",
        rounding="Rounding",
    ),
}
_LABELS = {
    "nl": {
        "number": "Factuurnr.|Creditnr.",
        "date": "Factuur-/btw-datum",
        "order": "Uw ordernr.",
        "customer": "Klantcode",
        "due": "Vervaldatum",
        "corrects": "Bij factuur",
    },
    "en": {
        "number": "Invoice No.|Credit No.",
        "date": "Invoice/Tax Date",
        "order": "Cust. Order No.",
        "customer": "Account Ref",
        "due": "Due Date",
        "corrects": "Against Invoice",
    },
}
_IDS = {
    "nl": {
        "phone": "Tel:",
        "email": "E-mail:",
        "web": "",
        "vat": "BTW Reg Nr",
        "kvk": "KvK Reg Nr",
        "agb": "AGB-code",
        "branch": "Vest.nr",
    },
    "en": {
        "phone": "Tel:",
        "email": "Email:",
        "web": "",
        "vat": "VAT Reg No",
        "kvk": "Company Reg No",
        "agb": "AGB code",
        "branch": "Branch",
    },
}
_HEADS = {
    "nl": ("Aantal", "Omschrijving", "Prijs", "Kort.%", "Netto bedrag", "BTW%", "BTW"),
    "en": ("Quantity", "Details", "Unit Price", "Disc%", "Net Amount", "VAT%", "VAT"),
}
_XS = (40, 92, 322, 375, 412, 482, 515, 560)


def _frame(s: Sheet, f: Facts, look: Look) -> float:
    """Letterhead, addressee, reference boxes, and the ruled body; where the lines begin."""
    s.text(40, 55, f.supplier.name, 16, bold=True)
    s.lines(40, 70, address(f, look), 9)
    ids = [f"{a} {v}".strip() for a, v in pairs(f, look, _IDS[f.language])]
    s.lines(560, 50, ids, 8.5, align="r")
    s.box(40, 128, 250, 92, thick=0.8)
    s.lines(50, 146, [x for part in f.addressee for x in s.fold(part, 230)], 10)
    y = 128.0
    for label, value in pairs(f, look, _LABELS[f.language]):
        s.box(350, y, 95, 18, fill="#e8e8e8", thick=0.8)
        s.box(445, y, 115, 18, thick=0.8)
        s.text(355, y + 12.5, label, 9, bold=True)
        s.text(451, y + 12.5, value, 9.5)
        y += 18
    heading = (
        title(f, "FACTUUR", "CREDITNOTA")
        if f.language == "nl"
        else title(f, "INVOICE", "CREDIT NOTE")
    )
    s.text(40, 118, f"{heading}   {f.mark}".strip(), 14, bold=True)
    top = max(238.0, y + 12)
    s.box(40, top, 520, 20, fill="#e8e8e8", thick=0.8)
    s.box(40, top, 520, 640 - top, thick=0.8)
    heads = list(_HEADS[f.language])
    for at, (left, right) in enumerate(pairwise(_XS)):
        if f.exempt and at >= 5:
            continue
        if at:
            s.upright(left, top, 640)
        s.text((left + right) / 2, top + 13, heads[at], 8.5, bold=True, align="c")
    return top + 34


def draw(f: Facts, look: Look) -> bytes:
    s = Sheet(size=9)
    y = _frame(s, f, look)
    for line in f.lines:
        folded = s.fold(line.description, 222)
        if y + 12 * len(folded) > 630:
            s.turn_page()
            y = _frame(s, f, look)
        s.text(84, y, look.quantity(line.quantity), align="r")
        s.text(371, y, look.money.bare(line.price), align="r")
        s.text(408, y, f"{line.discount},00" if line.discount else "0,00", align="r")
        s.text(478, y, look.money.bare(line.net), align="r")
        if not f.exempt:
            s.text(511, y, f"{line.rate},00", align="r")
            s.text(556, y, look.money.bare(line.vat), align="r")
        y = s.lines(97, y, folded, step=12) + 2
    rows = totals(f, look, _SAY[f.language])
    top = 648.0
    for row in rows:
        last = row.kind in ("gross", "due")
        s.box(340, top, 135, 18, fill="#e8e8e8", thick=0.8)
        s.box(475, top, 85, 18, thick=0.8)
        size = 9.0
        while s.length(row.label, size, bold=last) > 128:
            size -= 0.25
        s.text(345, top + 12.5, row.label, size, bold=last)
        s.text(556, top + 12.5, row.amount, 9, bold=last, align="r")
        top += 18
    texts = closing(f, look)
    bank = {"iban": "IBAN", "bic": "BIC", "g-account": "G-rekening"}
    texts += [f"{a}: {v}" for a, v in pairs(f, look, bank)]
    y = 660.0
    for text in texts:
        y = s.wrapped(40, y, 285, text, 8.5)
    return s.by_reportlab()


FAMILY = Family("sage-boxes", "reportlab", draw, ("nl", "en"), vat_by_line=True)
