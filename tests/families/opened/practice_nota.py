"""A practice's note with a date before each line, codes of performances, the therapist, AGB codes of
the practice, the phone without a word and the amounts flush left: after practice programs.
"""

from __future__ import annotations

from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.held_out_parts import (
    TotalWords,
    address,
    closing,
    pairs,
    sentence,
    title,
    totals,
)
from tests.families.look import Look
from tests.families.sheet import Sheet

_SAY = TotalWords(
    gross="Totaal te voldoen",
    total="Totaal te voldoen",
    net="Totaal exclusief btw",
    vat="btw {r}%",
    subtotal="Totaal verrichtingen",
    discount="Korting",
    paid="Reeds voldaan",
    due="Nog te voldoen",
)


def draw(f: Facts, look: Look) -> bytes:
    s = Sheet("serif" if look.chance(0.4) else "sans", size=9.5)
    word = title(f, look.pick("NOTA", "DECLARATIE", "Factuur"), "CREDITNOTA")
    s.text(40, 52, f.supplier.name, 16, bold=True)
    contact = [v for _, v in pairs(f, look, {"phone": "", "email": "", "web": ""})]
    y = s.lines(40, 68, [*address(f, look), *contact], 9.5)
    ids = {
        "agb": "AGB-code praktijk",
        "kvk": "KvK",
        "vat": "BTW-nummer",
        "iban": "Rekeningnummer",
        "bic": "BIC",
        "branch": "Vestigingsnummer",
        "g-account": "G-rekening",
    }
    at = 68.0
    for label, value in pairs(f, look, ids):
        s.text(345, at, label, 8.5)
        s.text(432, at, value, 8.5)
        at += 11.5
    x = 345.0 if look.chance(0.5) else 60.0
    top = max(y, at) + 28
    low = s.lines(x, top, [line for part in f.addressee for line in s.fold(part, 205)], 10.5)
    s.text(40, low + 24, f"{word}  {f.mark}".strip(), 14, bold=True)
    labels = {
        "number": look.pick("Notanummer", "Declaratienummer", "Nummer"),
        "date": look.pick("Notadatum", "Datum nota", "Nota d.d."),
        "due": "Te voldoen voor",
        "reference": "Dossier",
        "order": "Beschikking",
        "corrects": "Correctie op nota",
    }
    y = low + 42
    for label, value in pairs(f, look, labels):
        s.text(40, y, label)
        s.text(140, y, value)
        y += 13
    s.text(40, y, "Behandelaar")
    s.text(140, y, f.supplier.owner)
    y = _lines(s, f, look, y + 24)
    rows = totals(f, look, _SAY)
    pay = sentence(
        f,
        look,
        "Wij verzoeken u het bedrag binnen 30 dagen te voldoen op {iban}, o.v.v. het notanummer.",
        "Wij verzoeken u deze nota vóór {due} te voldoen.",
        "",
    )
    texts = [t for t in (*closing(f, look), pay) if t]
    if y + 14 * len(rows) + 26 * len(texts) > 800:
        s.turn_page()
        y = 60
    for row in rows:
        bold = row.kind in ("gross", "due")
        s.text(300, y, row.label, bold=bold)
        s.text(490, y, row.amount, bold=bold)
        y += 14
    y += 12
    for text in texts:
        y = s.wrapped(40, y, 500, text) + 3
    return s.by_fpdf2()


def _lines(s: Sheet, f: Facts, look: Look, y: float) -> float:
    xs = {"Datum": 40, "Code": 105, "Prestatie": 150, "Aantal": 365, "Tarief": 420, "Bedrag": 490}

    def head(at: float) -> float:
        for text, x in xs.items():
            s.text(x, at, text, bold=True)
        s.rule(40, at + 4, 555, 0.5)
        return at + 17

    y = head(y)
    for at, line in enumerate(f.lines):
        more = ([f"{line.rate}% btw"] if not f.exempt else []) + (
            [f"-{line.discount}%"] if line.discount else []
        )
        what = line.description + (f" ({', '.join(more)})" if more else "")
        folded = s.fold(what, 205)
        if y + 12 * len(folded) > 780:
            s.turn_page()
            y = head(55)
        s.text(xs["Datum"], y, look.date(line.date, "dd-mm-yyyy"))
        s.text(xs["Code"], y, f"{1000 + at * 37 % 900}")
        s.text(xs["Aantal"], y, look.quantity(line.quantity))
        s.text(xs["Tarief"], y, look.money(line.price))
        s.text(xs["Bedrag"], y, look.money(line.net))
        y = s.lines(xs["Prestatie"], y, folded, step=12)
    s.rule(40, y - 6, 555, 0.5)
    return y + 10


FAMILY = Family("practice-nota", "fpdf2", draw)
