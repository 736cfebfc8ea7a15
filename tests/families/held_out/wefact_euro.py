"""The euro sign in a column of its own, apart from its amount; words over their values between two
rules; the company in a column at the right; and one sentence with amount, day, account, holder and
number at the foot: after the standard layout of WeFact.
"""

from __future__ import annotations

from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.held_out_more_parts import Columns, on_each_page, said, somebody_else
from tests.families.held_out_parts import address, closing, pairs, sentence, title
from tests.families.look import Look
from tests.families.sheet import Sheet

_SAY = {
    "subtotal": "Totaal voor korting",
    "discount": "Korting{p}",
    "net": "Totaal excl. BTW",
    "vat": "BTW {r}%",
    "several": "BTW {r}% over € {b}",
    "gross": "Totaal incl. BTW",
    "exempt": "Totaal",
    "rounding": "Afronding",
    "paid": "Reeds voldaan",
    "due": "Openstaand bedrag",
}
_COLUMNS = Columns(
    (
        (62.0, "r", 0),
        (70.0, "l", 50.0),
        (125.0, "l", 205.0),
        (346.0, "l", 0),
        (410.0, "r", 0),
        (455.0, "r", 0),
        (482.0, "l", 0),
        (550.0, "r", 0),
    ),
    12,
)


def _company(s: Sheet, f: Facts, look: Look) -> float:
    """Labels and values of the company, at one place each, without a colon."""
    y = s.lines(375, 52, s.fold(f.supplier.name, 175, 11, bold=True), 11, bold=True, step=14)
    y = s.lines(375, y, address(f, look), 9, step=12) + 6
    labels = {
        "phone": "Tel.",
        "email": "E-mail",
        "web": "Web",
        "kvk": "KvK nr.",
        "branch": "Vest.nr.",
        "vat": "BTW nr.",
        "agb": "AGB",
        "iban": "IBAN",
        "bic": "BIC",
        "g-account": "G-rek.",
    }
    for label, value in pairs(f, look, labels):
        s.text(375, y, label, 8.5)
        s.text(418, y, value, min(8.5, 8.5 * 137 / s.length(value, 8.5)))
        y += 12
    return y


def _references(s: Sheet, f: Facts, look: Look, y: float) -> float:
    labels = {
        "customer": "Debiteurnummer",
        "number": "Factuurnummer|Creditnummer",
        "date": "Factuurdatum|Datum",
        "due": "Vervaldatum",
        "corrects": "Bij factuur",
        "order": "Uw referentie",
    }
    found = pairs(f, look, labels)
    s.rule(40, y - 14, 555, 0.5, look.accent)
    step = 515 / len(found)
    for at, (label, value) in enumerate(found):
        s.text(40 + at * step, y, label, 8, bold=True)
        s.text(40 + at * step, y + 13, value, min(9, 9 * (step - 6) / s.length(value, 9)))
    s.rule(40, y + 21, 555, 0.5, look.accent)
    return y + 48


def _head(s: Sheet, f: Facts, y: float) -> float:
    heads = ("Aantal", "", "Omschrijving", "Prijs per eenheid", "", "BTW", "Bedrag", "")
    cells = [text if not (f.exempt and text == "BTW") else "" for text in heads]
    _COLUMNS.put(s, y, cells, 8.5, bold=True)
    s.rule(40, y + 5, 555, 0.5)
    return y + 20


def draw(f: Facts, look: Look) -> bytes:
    look = look.writes(money=look.pick("1.234,56", "1234,56"))
    s = Sheet(size=9, family=look.pick("sans", "serif"))
    s.lines(40, 140, [x for part in f.addressee for x in s.fold(part, 300, 10)], 10, step=13)
    y = max(_company(s, f, look), 225) + 20
    s.text(
        40, y, f"{title(f, 'Factuur', 'Creditfactuur')} {f.mark}".strip(), 18, colour=look.accent
    )
    y = _head(s, f, _references(s, f, look, y + 34))
    for line in f.lines:
        off = f", {line.discount}% korting" if line.discount else ""
        cells = (
            look.quantity(line.quantity),
            line.unit,
            line.description + off,
            "€",
            look.money(line.price),
            "" if f.exempt else f"{line.rate}%",
            "€",
            look.money(line.net),
        )
        if y + _COLUMNS.depth(s, cells) > 760:
            s.turn_page()
            y = _head(s, f, 60)
        y = _COLUMNS.put(s, y, cells) + 3
    _end(s, f, look, y)
    return s.by_fpdf2()


def _end(s: Sheet, f: Facts, look: Look, y: float) -> None:
    rows = said(f, look, _SAY)
    pay = sentence(
        f,
        look,
        "Wij verzoeken u vriendelijk het bedrag van € {pay} vóór {due} over te maken op rekening {iban}"
        " t.n.v. {name} onder vermelding van het factuurnummer {number}.",
        "Wij verzoeken u vriendelijk het verschuldigde bedrag van € {pay} vóór {due} te voldoen.",
    )
    texts = [x for text in (*closing(f, look), pay) if text for x in [*s.fold(text, 510), ""]]
    if y + 15 * len(rows) + 12 * len(texts) + 20 > 790:
        s.turn_page()
        y = 60
    s.rule(340, y - 6, 555, 0.5)
    y += 10
    for row in rows:
        bold = row.kind in ("gross", "due")
        s.text(346, y, row.label, bold=bold)
        s.text(482, y, "€", bold=bold)
        s.text(550, y, row.amount, bold=bold, align="r")
        y += 15
    s.lines(40, y + 14, texts, step=12)
    foot = somebody_else(f, look)
    on_each_page(s, lambda at, of: s.text(297, 822, foot, 7, align="c", colour="#777777"))


FAMILY = Family("wefact-euro", "fpdf2", draw)
