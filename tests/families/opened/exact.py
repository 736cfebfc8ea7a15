"""After Exact Online's sales invoice: two blocks of labels at the head, a table with code and unit,
the summary of btw with code, description, percentage, base and amount above one row of totals that
stand side by side under their labels.
"""

from __future__ import annotations

from tests.corpus.paper import Paper, by_cairo
from tests.families import parts
from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.look import Look

_WORDS = {
    "title": "Verkoopfactuur",
    "credit": "Creditnota",
    "number": "Factuurnummer",
    "date": "Factuurdatum",
    "due": "Vervaldatum",
    "customer": "Debiteur",
    "order": "Uw ref.",
    "reference": "Onze ref.",
    "corrects": "Oorspronkelijk factuurnr.",
    "phone": "Telefoon",
    "mail": "E-mail",
    "web": "Internet",
    "kvk": "K.v.K.",
    "vat-id": "BTW-nr.",
    "iban": "IBAN",
    "bic": "SWIFT",
    "bank": "Bank",
    "agb": "AGB",
    "g-account": "G-rekening",
}
_RIGHT = 550.0
_KINDS = {0: "BTW 0%", 9: "BTW laag", 6: "BTW laag", 21: "BTW hoog", 19: "BTW hoog"}


def draw(facts: Facts, look: Look) -> bytes:
    w, s = _WORDS, facts.supplier
    p = Paper(serif="Serif" in look.font)
    p.text(45, 50, parts.title(facts, w), 17, True)
    if facts.mark:
        p.text(240, 50, facts.mark, 17, True)
    y = p.lines(380, 50, [s.name], 9.5, 12, True)
    y = p.lines(380, y, parts.address(facts, look), 8.5, 11)
    for label, value in parts.known(
        facts, look, w, "phone mail web kvk vat-id bank iban bic agb g-account"
    ):
        p.text(380, y, label, 8.5)
        p.text(380 + look.width(60), y, value, 8.5)
        y += 11
    p.lines(45, 120, list(facts.addressee), 10, 13)
    y = max(y, 200) + 16
    refs = look.ordered(
        parts.known(facts, look, w, "number date customer due order reference corrects")
    )
    for at, (label, value) in enumerate(refs):
        left = 45 if at % 2 == 0 else 310
        p.text(left, y + 14 * (at // 2), label, 9.5)
        p.text(left + 120, y + 14 * (at // 2), value, 9.5)
    y = _lines(p, facts, look, y + 14 * (-(-len(refs) // 2)) + 16)
    y = _totals(p, facts, look, p.room(y, 150))
    for text in parts.said(facts, look):
        y = p.wrapped(45, p.room(y, 28), 490, text, 9) + 4
    return by_cairo(p, look.rng)


def _lines(p: Paper, facts: Facts, look: Look, y: float) -> float:
    off = any(line.discount for line in facts.lines)

    def row(cells: tuple[str, ...], at: float, bold: bool = False) -> None:
        p.text(45, at, cells[0], 9, bold)
        for end, cell in zip((340, 380, 440, 480, _RIGHT), cells[1:], strict=True):
            p.text(end, at, cell, 9, bold, "right")

    heads = ("Omschrijving", "Aantal", "Eenh.", "Prijs", "Krt.%" if off else "", "Bedrag")
    row(heads, y, True)
    y += 17
    for line in facts.lines:
        if y > 780:
            p.page += 1
            row(heads, 60, True)
            y = 77
        row(
            (
                line.description[:48],
                look.money.bare(line.quantity),
                line.unit,
                look.money.bare(line.price),
                f"{line.discount}" if line.discount else "",
                look.money.bare(line.net),
            ),
            y,
        )
        y += 14
    if facts.discount:
        percent = f" {facts.discount_percent}%" if facts.discount_percent else ""
        row(("Subtotaal", "", "", "", "", look.money.bare(facts.subtotal)), y + 6)
        row(("Factuurkorting" + percent, "", "", "", "", look.money.bare(-facts.discount)), y + 20)
        y += 28
    return y + 14


def _totals(p: Paper, facts: Facts, look: Look, y: float) -> float:
    if facts.shares:
        for place, head in zip((125, 175, 235), ("BTW", "Grondslag", "Bedrag"), strict=True):
            p.text(place, y, head, 8.5, True, "right")
        y += 12
        for share in facts.shares:
            p.text(45, y, _KINDS[share.rate], 8.5)
            p.text(125, y, f"{share.rate},00%", 8.5, align="right")
            p.text(175, y, look.money.bare(share.net), 8.5, align="right")
            p.text(235, y, look.money.bare(share.vat), 8.5, align="right")
            y += 12
        y += 8
    columns = [("Totaal excl. BTW", facts.net), ("Totaal BTW", facts.vat)] * bool(facts.shares)
    columns.append(("Totaal EUR", facts.gross))
    columns += [("Afronding", facts.rounding)] * bool(facts.rounding)
    columns += [("Vooruitbetaald", -facts.paid)] * bool(facts.paid)
    columns += [("Te betalen EUR", facts.due_amount)] * bool(facts.paid or facts.rounding)
    step = look.width(98)
    for at, (label, value) in enumerate(reversed(columns)):
        end = _RIGHT - step * at
        p.text(end, y, label, 9, label == "Totaal EUR", "right")
        p.text(end, y + 14, look.money.bare(value), 10, label == "Totaal EUR", "right")
    return y + 44


FAMILY = Family("exact", "cairo", draw)
