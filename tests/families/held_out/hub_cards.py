"""Three grey cards side by side (from, to, details with label and value at its two ends), a dark head
over striped lines, the btw by rate in a card left and one joint "Totaal btw" right, and a card that
tells how to pay: after the invoices that web tools for the self-employed draw with React-PDF.
"""

from __future__ import annotations

from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.held_out_more_parts import Columns, count, on_each_page, spoken
from tests.families.held_out_parts import Pair, address, closing, pairs, title
from tests.families.look import Look
from tests.families.sheet import Sheet

_WORDS = spoken(
    "invoice credit from to details pay holder reference what quantity price rate off amount"
    " split base vat subtotal discount net taxes total exempt rounding paid left",
    nl=(
        "FACTUUR|CREDITFACTUUR|VAN|FACTUUR AAN|GEGEVENS|BETAALINFORMATIE|Ten name van"
        "|Onder vermelding van|Omschrijving|Aantal|Tarief|Btw|Korting|Bedrag|BTW-SPECIFICATIE|Grondslag"
        "|Btw-bedrag|Subtotaal|Korting|Totaal excl. btw|Totaal btw|Totaal incl. btw|Totaal|Afronding"
        "|Aanbetaling|Te betalen"
    ),
    en=(
        "INVOICE|CREDIT INVOICE|FROM|BILLED TO|DETAILS|PAYMENT|Account holder|Payment reference"
        "|Description|Quantity|Rate|VAT|Discount|Amount|VAT BREAKDOWN|Taxable|VAT amount|Subtotal"
        "|Discount|Total excl. VAT|Total VAT|Total incl. VAT|Total|Rounding|Deposit|Amount due"
    ),
)
_DETAILS = {
    "nl": {
        "number": "Factuurnr.|Creditnr.",
        "date": "Factuurdatum|Datum",
        "due": "Vervaldatum",
        "order": "Referentie",
        "corrects": "Bij factuur",
    },
    "en": {
        "number": "Invoice no.|Credit no.",
        "date": "Invoice date|Date",
        "due": "Due date",
        "order": "Reference",
        "corrects": "For invoice",
    },
}
_PLACES = (
    (46.0, "l", 220.0),
    (320.0, "r", 0.0),
    (395.0, "r", 0.0),
    (435.0, "r", 0.0),
    (480.0, "r", 0.0),
    (549.0, "r", 0.0),
)
_COLUMNS = Columns(_PLACES, 12)
_GREY, _DARK = "#6b7280", "#1f2937"


def _card(s: Sheet, x: float, y: float, width: float, height: float, head: str) -> None:
    s.box(x, y, width, height, fill="#f3f4f6", line="")
    s.text(x + 9, y + 16, head, 7.5, bold=True, colour=_GREY)


def _cards(s: Sheet, f: Facts, look: Look, words: dict[str, str]) -> float:
    own = [f.supplier.name, *address(f, look)]
    own += [v for _, v in pairs(f, look, {"phone": "", "email": "", "web": ""})]
    left = [x for text in own for x in s.fold(text, 148, 8.5)]
    to = [x for text in f.addressee for x in s.fold(text, 148, 8.5)]
    details = pairs(f, look, _DETAILS[f.language])
    height = 30 + 12 * max(len(left), len(to), len(details))
    for x, head in ((40.0, "from"), (214.0, "to"), (388.0, "details")):
        _card(s, x, 96, 166, height, words[head])
    s.text(49, 127, left[0], 8.5, bold=True)
    s.lines(49, 139, left[1:], 8.5, step=12)
    s.lines(223, 127, to, 8.5, step=12)
    for at, (label, value) in enumerate(details):
        s.text(397, 127 + 12 * at, label, 8, colour=_GREY)
        s.text(546, 127 + 12 * at, value, 8, align="r")
    return 96 + height + 24


def _head(s: Sheet, f: Facts, y: float) -> float:
    words = _WORDS[f.language]
    off = words["off"] if any(line.discount for line in f.lines) else ""
    rate = "" if f.exempt else words["rate"]
    heads = (words["what"], words["quantity"], words["price"], rate, off, words["amount"])
    s.box(40, y - 13, 515, 19, fill=_DARK, line="")
    return _COLUMNS.put(s, y, heads, 8.5, bold=True, colour="#ffffff") + 9


def draw(f: Facts, look: Look) -> bytes:
    s, words = Sheet(size=9), _WORDS[f.language]
    s.box(0, 0, s.width, 6, fill=look.accent, line="")
    s.text(
        40,
        58,
        f.supplier.name,
        min(17, 17 * 330 / s.length(f.supplier.name, 17, bold=True)),
        bold=True,
    )
    s.text(
        555,
        58,
        title(f, words["invoice"], words["credit"]),
        19,
        bold=True,
        align="r",
        colour=look.accent,
    )
    s.text(555, 76, f.mark, 12, bold=True, align="r", colour=_GREY)
    y = _head(s, f, _cards(s, f, look, words))
    for at, line in enumerate(f.lines):
        cells = (
            line.description,
            count(line, look),
            look.money(line.price),
            "" if f.exempt else f"{line.rate}%",
            f"{line.discount}%" if line.discount else "",
            look.money(line.net),
        )
        deep = _COLUMNS.depth(s, cells)
        if y + deep > 770:
            s.turn_page()
            y = _head(s, f, 60)
        if at % 2:
            s.box(40, y - 12, 515, deep + 6, fill="#f9fafb", line="")
        y = _COLUMNS.put(s, y, cells) + 6
    _end(s, f, look, y + 14)
    ids = {
        "kvk": "KvK",
        "vat": "Btw" if f.language == "nl" else "VAT",
        "agb": "AGB",
        "branch": "Vest.",
    }
    foot = "  •  ".join([f.supplier.name, *(f"{a} {v}" for a, v in pairs(f, look, ids))])
    size = min(7.5, 7.5 * 515 / s.length(foot, 7.5))
    on_each_page(s, lambda at, of: s.text(297, 815, foot, size, align="c", colour=_GREY))
    return s.by_reportlab()


def _totals(f: Facts, look: Look, words: dict[str, str]) -> list[Pair]:
    rows = []
    if f.discount:
        percent = f" ({f.discount_percent}%)" if f.discount_percent else ""
        rows.append((words["subtotal"], f.subtotal))
        rows.append((words["discount"] + percent, -f.discount))
    if not f.exempt:
        rows += [(words["net"], f.net), (words["taxes"], f.vat)]
    rows.append((words["exempt" if f.exempt else "total"], f.gross))
    rows += [(words["rounding"], f.rounding)] if f.rounding else []
    rows += [(words["paid"], -f.paid)] if f.paid else []
    rows += [(words["left"], f.due_amount)] if f.paid or f.rounding else []
    return [(label, look.money(value)) for label, value in rows]


def _end(s: Sheet, f: Facts, look: Look, y: float) -> None:
    words = _WORDS[f.language]
    rows = _totals(f, look, words)
    notes = [x for text in closing(f, look) for x in s.fold(text, 500)]
    pay = pairs(f, look, {"iban": "IBAN", "bic": "BIC", "g-account": "G-rekening"})
    if f.kind == "invoice" and pay:
        pay += [(words["holder"], f.supplier.name), (words["reference"], f.number)]
    pay = [(label, value) for label, value in pay if value]
    if y + 15 * max(len(rows), 5) + 13 * len(pay) + 12 * len(notes) + 70 > 790:
        s.turn_page()
        y = 60
    if f.shares:
        _card(s, 40, y, 250, 36 + 13 * len(f.shares), words["split"])
        table = Columns(((85.0, "r", 0), (180.0, "r", 0), (280.0, "r", 0)), 13)
        below = table.put(s, y + 16, ("", words["base"], words["vat"]), 7.5, colour=_GREY) + 3
        for share in f.shares:
            below = table.put(
                s, below, (f"{share.rate}%", look.money(share.net), look.money(share.vat))
            )
    right = y + 14
    for at, (label, amount) in enumerate(rows):
        last = at == len(rows) - 1
        s.text(320, right, label, 11 if last else 9, bold=last)
        s.text(549, right, amount, 11 if last else 9, bold=last, align="r")
        right += 16
    y = max(right, y + 50 + 13 * len(f.shares)) + 6
    if pay:
        _card(s, 40, y, 515, 28 + 13 * len(pay), words["pay"])
        for at, (label, value) in enumerate(pay):
            s.text(49, y + 30 + 13 * at, label, 8.5, colour=_GREY)
            s.text(165, y + 30 + 13 * at, value, 8.5)
        y += 44 + 13 * len(pay)
    s.lines(40, y + 10, notes, step=12)


FAMILY = Family("hub-cards", "reportlab", draw, ("nl", "en"))
