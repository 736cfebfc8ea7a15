"""Words in one ruled strip with the values in a strip below, at the top for the references and at
the bottom for base, rate, btw and total side by side: after the forms of AccountView and King.
"""

from __future__ import annotations

from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.held_out_parts import Pair, address, closing, pairs, sentence, title
from tests.families.look import Look
from tests.families.sheet import Sheet

_LABELS = {
    "customer": "Debiteur",
    "number": "Factuurnr.|Creditnr.",
    "date": "Factuurdatum|Datum",
    "due": "Vervaldatum",
    "order": "Uw ref.",
    "corrects": "Oorspr. factuur",
}
_IDS = {
    "phone": "tel.",
    "email": "e-mail",
    "web": "internet",
    "iban": "bank",
    "bic": "bic",
    "kvk": "h.r.",
    "vat": "btw",
    "agb": "agb",
    "branch": "vest.nr.",
    "g-account": "g-rek.",
}


def _strip(
    s: Sheet, x: float, y: float, cells: list[Pair], width: float, *, right: bool = False
) -> None:
    each = width / len(cells)
    s.box(x, y, width, 34, thick=0.7)
    s.rule(x, y + 14, x + width, 0.7)
    for at, (label, value) in enumerate(cells):
        left = x + at * each
        if at:
            s.upright(left, y, y + 34, 0.7)
        size = min(8.0, 8.0 * (each - 8) / max(1.0, s.length(label, 8)))
        s.text(
            left + each - 4 if right else left + 4, y + 10, label, size, align="r" if right else "l"
        )
        size = min(9.5, 9.5 * (each - 8) / max(1.0, s.length(value, 9.5, bold=right)))
        s.text(
            left + each - 4 if right else left + 4,
            y + 27,
            value,
            size,
            bold=right,
            align="r" if right else "l",
        )


def _sums(f: Facts, look: Look) -> list[list[Pair]]:
    """Strips from left to right; the last ends with what is to be paid."""
    money = look.money.bare
    first: list[Pair] = []
    if f.discount:
        percent = f" {f.discount_percent}%" if f.discount_percent else ""
        first = [("Regelbedrag", money(f.subtotal)), (f"Korting{percent}", money(-f.discount))]
    if f.exempt:
        last: list[Pair] = [*first, ("Totaal", look.money(f.gross))]
        strips = [last]
    else:
        strips = [
            [
                *(first if at == 0 else []),
                ("Btw-grondslag", money(share.net)),
                ("Btw %", f"{share.rate}"),
                ("Btw-bedrag", money(share.vat)),
            ]
            for at, share in enumerate(f.shares)
        ]
        last = [("Totaal excl. btw", money(f.net)), ("Totaal btw", money(f.vat))]
        last.append(("Totaal incl. btw", look.money(f.gross)))
        strips.append(last)
    if f.rounding:
        last.append(("Afronding", money(f.rounding)))
    if f.paid:
        last.append(("Reeds betaald", money(-f.paid)))
    if f.rounding or f.paid:
        last.append(("Te betalen", look.money(f.due_amount)))
    return strips


def _top(s: Sheet, f: Facts, look: Look, right: bool, kvk: str) -> float:
    middle = 297.0
    s.text(middle, 48, f.supplier.name, 17, bold=True, align="c")
    s.text(middle, 62, " - ".join(address(f, look)), 8.5, align="c")
    labels = _IDS | {"kvk": kvk}
    ids = [f"{a} {v}" for a, v in pairs(f, look, labels)]
    for at in range(0, len(ids), 4):
        s.text(middle, 74 + 11 * (at // 4), "   ".join(ids[at : at + 4]), 7.5, align="c")
    x = 330.0 if right else 60.0
    s.lines(x, 135, [line for part in f.addressee for line in s.fold(part, 225)], 10)
    s.text(
        40,
        222,
        f"{title(f, 'F A C T U U R', 'C R E D I T N O T A')}  {f.mark}".strip(),
        13,
        bold=True,
    )
    _strip(s, 40, 232, pairs(f, look, _LABELS), 515)
    return 288.0


def draw(f: Facts, look: Look) -> bytes:
    s, right = Sheet(size=9), look.chance(0.5)
    kvk = look.pick("h.r.", "k.v.k.", "kvk nr.")
    y = _top(s, f, look, right, kvk)
    columns: list[tuple[str, float, str]] = [
        ("Code", 42, "l"),
        ("Omschrijving", 92, "l"),
        ("Aantal", 365, "r"),
        ("Prijs", 430, "r"),
    ]
    if any(line.discount for line in f.lines):
        columns.append(("Kort.", 462, "r"))
    if not f.exempt:
        columns.append(("Btw", 488, "r"))
    columns.append(("Bedrag", 553, "r"))

    def head(at: float) -> float:
        for text, x, align in columns:
            s.text(x, at, text, 9, bold=True, align=align)
        s.rule(40, at + 4, 555, 0.7)
        return at + 17

    y = head(y)
    for at, line in enumerate(f.lines):
        folded = s.fold(line.description, 225)
        if y + 12 * len(folded) > 650:
            s.text(553, y + 4, "vervolg op volgend blad", 8, align="r")
            s.turn_page()
            y = head(_top(s, f, look, right, kvk))
        cells = {
            "Code": f"{10 + at % 40:03d}Z",
            "Aantal": look.quantity(line.quantity),
            "Prijs": look.money.bare(line.price),
            "Kort.": f"{line.discount}%" if line.discount else "",
            "Btw": f"{line.rate}",
            "Bedrag": look.money.bare(line.net),
        }
        for text, x, align in columns:
            s.text(x, y, cells.get(text, ""), align=align)
        y = s.lines(92, y, folded, step=12)
    pay = sentence(
        f,
        look,
        "Betaling binnen 30 dagen onder vermelding van {number}.",
        "Bij betaling gaarne debiteur- en factuurnummer vermelden.",
    )
    texts = [*closing(f, look), *([pay] if pay else [])]
    lines = [line for text in texts for line in s.fold(text, 505)]
    strips = _sums(f, look)
    top = 800.0 - 38 * len(strips)
    if y + 12 * len(lines) + 12 > top:
        s.turn_page()
        y = _top(s, f, look, right, kvk)
    s.lines(42, max(y + 10, top - 12 * len(lines) - 2), lines, 8.5, step=12)
    for at, strip in enumerate(strips):
        _strip(s, 40, top + 38 * at, strip, 515, right=True)
    return s.by_reportlab()


FAMILY = Family("strip-forms", "reportlab", draw)
