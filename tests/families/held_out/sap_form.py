"""An information block in which number and date share one value, items of two lines with price and
condition below each other, the rate as "21,000 %", and a footer of four columns: as SAP's forms.
"""

from __future__ import annotations

from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.held_out_parts import TotalWords, closing, pairs, place, title, totals, values
from tests.families.look import Look
from tests.families.sheet import Sheet

_SAY = {
    "nl": TotalWords(
        gross="Eindbedrag",
        total="Eindbedrag",
        net="Nettowaarde",
        vat="Btw {r},000 %   {b}",
        subtotal="Som posities",
        discount="Korting",
        rounding="Afronding",
        paid="Vooruitbetaling",
        due="Openstaand",
    ),
    "de": TotalWords(
        gross="Endbetrag",
        total="Endbetrag",
        net="Nettowert",
        vat="USt. {r},000 %   {b}",
        subtotal="Summe Positionen",
        discount="Rabatt",
        rounding="Rundung",
        paid="Anzahlung",
        due="Restbetrag",
    ),
}
_WORDS = {
    "nl": (
        "Factuur",
        "Creditnota",
        "Informatie",
        "Nummer/Datum",
        "Nummer",
        "Datum",
        "Referentienr.",
        "Klantnummer",
        "Betalingsvoorwaarde",
        "Correctie op factuur",
        "Valuta",
    ),
    "de": (
        "Rechnung",
        "Gutschrift",
        "Information",
        "Nummer/Datum",
        "Nummer",
        "Datum",
        "Referenznr.",
        "Kundennummer",
        "Zahlungsbedingung",
        "Korrektur zu Rechnung",
        "Währung",
    ),
}
_HEADS = {
    "nl": ("Pos.", "Materiaal", "Omschrijving", "Aantal", "Prijs", "Prijseenh.", "Waarde"),
    "de": ("Pos.", "Material", "Bezeichnung", "Menge", "Preis", "Preiseinh.", "Wert"),
}


def _information(s: Sheet, f: Facts, look: Look) -> float:
    words = _WORDS[f.language]
    s.box(340, 120, 215, 15, fill="#dddddd", line="")
    s.text(345, 131, words[2], 9.5, bold=True)
    date = look.date(f.date)
    both = " / ".join(x for x in (f.number, date) if x)
    label = words[3] if f.number and date else words[4] if f.number else words[5]
    terms = {"nl": f"Vóór {look.date(f.due)} netto", "de": f"Bis {look.date(f.due)} ohne Abzug"}
    cells = [
        (label, both),
        (words[6], f.order),
        (words[7], f.customer),
        (words[8], terms[f.language]),
        (words[9], f.corrects),
        (words[10], "EUR"),
    ]
    y = 148.0
    for name, value in cells:
        if value:
            s.text(345, y, name, 8, bold=True)
            y = s.lines(345, y + 10, [value], 9) + 3
    return y


def draw(f: Facts, look: Look) -> bytes:
    look = look.writes(
        money=look.pick("1.234,56", "1.234,56 EUR"),
        date="dd.mm.yyyy" if f.language == "de" else look.pick("dd.mm.yyyy", "dd-mm-yyyy"),
    )
    s = Sheet(size=9)
    supplier = f.supplier
    s.text(40, 60, supplier.name, 17, bold=True, colour="#003366")
    parts = [supplier.name, supplier.street, place(f, look), supplier.po_box]
    back = " - ".join(x for x in parts if x)
    s.text(40, 132, back, min(6.5, 6.5 * 290 / s.length(back, 6.5)))
    s.lines(40, 150, [x for part in f.addressee for x in s.fold(part, 260)], 10)
    words = _WORDS[f.language]
    s.text(340, 105, f"{title(f, words[0], words[1])} {f.mark}".strip(), 15, bold=True)
    y = max(_information(s, f, look), 240) + 20
    xs = (62.0, 70.0, 125.0, 335.0, 405.0, 470.0, 555.0)
    y = _items_head(s, f, y, xs)
    for at, line in enumerate(f.lines, 1):
        folded = s.fold(line.description, 330)
        need = 12 * len(folded) + (26 if line.discount else 14)
        if y + need > 735:
            s.turn_page()
            y = _items_head(s, f, 60, xs)
        s.text(xs[0], y, f"{at * 10:06d}", 8, align="r")
        s.text(xs[1], y, f"{4100 + 17 * at}", 9)
        y = s.lines(xs[2], y, folded, step=12)
        if not f.exempt:
            s.text(xs[2], y, f"{line.rate} %", 8)
        unit = line.unit or ("ST" if f.language == "nl" else "Stk")
        s.text(xs[3], y, f"{look.quantity(line.quantity)} {unit}", align="r")
        s.text(xs[4], y, look.money.bare(line.price), align="r")
        s.text(xs[5], y, f"1 {unit}", align="r")
        if line.discount:
            before = line.net * 100 / (100 - line.discount)
            s.text(xs[6], y, look.money.bare(before), align="r")
            y += 12
            s.text(
                xs[2],
                y,
                f"{'Korting' if f.language == 'nl' else 'Rabatt'}  {line.discount},000- %",
                8.5,
            )
            s.text(xs[6], y, look.money.bare(line.net - before), align="r")
            y += 12
            s.text(xs[2], y, "Positiewaarde" if f.language == "nl" else "Positionswert", 8.5)
        s.text(xs[6], y, look.money.bare(line.net), align="r")
        y += 17
    y = _totals(s, f, look, y)
    for text in closing(f, look):
        y = s.wrapped(40, y, 500, text) + 2
    _footer(s, f, look)
    return s.by_fpdf2()


def _items_head(s: Sheet, f: Facts, y: float, xs: tuple[float, ...]) -> float:
    s.rule(40, y - 11, 555, 0.8)
    for x, text, align in zip(xs, _HEADS[f.language], "rllrrrr", strict=True):
        s.text(x, y, text, 8.5, bold=True, align=align)
    s.rule(40, y + 5, 555, 0.8)
    return y + 19


def _totals(s: Sheet, f: Facts, look: Look, y: float) -> float:
    rows = totals(f, look, _SAY[f.language], sign=False)
    if y + 15 * len(rows) + 26 * len(closing(f, look)) > 735:
        s.turn_page()
        y = 70
    s.rule(320, y - 8, 555, 0.8)
    y += 6
    for row in rows:
        bold = row.kind in ("gross", "due")
        s.text(325, y, row.label, bold=bold)
        s.text(555, y, row.amount, bold=bold, align="r")
        y += 15
    s.rule(320, y - 9, 555, 1.4)
    return y + 12


def _footer(s: Sheet, f: Facts, look: Look) -> None:
    known = values(f, look)
    dutch = f.language == "nl"
    first = [f.supplier.name, f.supplier.street, known["place"], f.supplier.po_box]
    labels = {"phone": "Tel.", "email": "", "web": ""}
    second = [f"{a} {v}".strip() for a, v in pairs(f, look, labels)]
    bank = {"iban": "IBAN", "bic": "BIC", "g-account": "G-rekening"}
    third = [f"{a}: {v}" for a, v in pairs(f, look, bank)]
    if f.supplier.bank and len(f.supplier.accounts) == 1:
        third.insert(0, f.supplier.bank)
    ids = {
        "kvk": "KvK" if dutch else "KvK (Handelsregister NL)",
        "vat": "Btw-nr." if dutch else "USt-IdNr.",
        "agb": "AGB",
        "branch": "Vestiging",
    }
    fourth = [f"{a}: {v}" for a, v in pairs(f, look, ids)]
    s.rule(40, 764, 555, 0.4)
    for x, texts in zip((40, 170, 290, 425), (first, second, third, fourth), strict=True):
        s.lines(x, 774, [line for t in texts if t for line in s.fold(t, 128, 6.5)], 6.5, step=8)


FAMILY = Family("sap-form", "fpdf2", draw, ("nl", "de"))
