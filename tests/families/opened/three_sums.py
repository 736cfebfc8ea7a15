"""Net, btw and gross of each line in three columns with one row "Totaal" under all three, the day
with its weekday, and no other totals: a table that somebody made in Word.
"""

from __future__ import annotations

import datetime as dt

from docx.shared import Pt

from tests.corpus.words import DAYS
from tests.families import word
from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.held_out_parts import address, closing, pairs, sentence, title, values
from tests.families.look import Look


def _day(f: Facts, look: Look) -> str:
    """With its weekday, if there is such a day."""
    text = look.date(f.date, "d mmmm yyyy")
    try:
        return f"{DAYS[dt.date(*f.date).weekday()]} {text}" if f.date else ""
    except ValueError:
        return text


def draw(f: Facts, look: Look) -> bytes:
    d, known, money = word.start(look), values(f, look), look.money
    word.write(d.add_paragraph(), f.supplier.name, bold=True, size=look.size + 4)
    lines = [*address(f, look), *(x for x in (known["phone"], known["email"], known["web"]) if x)]
    d.add_paragraph("\n".join(lines)).paragraph_format.space_after = Pt(16)
    d.add_paragraph("\n".join(f.addressee)).paragraph_format.space_after = Pt(10)
    word.write(
        d.add_paragraph(),
        f"{title(f, 'Factuur', 'Creditnota')} {f.mark}".strip(),
        bold=True,
        size=look.size + 5,
    )
    refs = [
        (title(f, "Factuurnummer", "Creditnummer"), f.number),
        ("Datum", _day(f, look)),
        ("Bij factuur", f.corrects),
        ("Kenmerk", f.order),
    ]
    d.add_paragraph("\n".join(f"{a}: {v}" for a, v in refs if v))
    rates = sorted({line.rate for line in f.lines})
    one = f"{rates[0]}% btw" if len(rates) == 1 else "Btw"
    if f.exempt:
        table = word.grid(d, (90, 45, 40), "Table Grid")
        word.add(table, ("Omschrijving", "Aantal x tarief", "Bedrag"), "lrr", bold=True)
    else:
        table = word.grid(d, (62, 34, 26, 26, 28), "Table Grid")
        word.add(
            table, ("Omschrijving", "Aantal x tarief", "Netto", one, "Bruto"), "lrrrr", bold=True
        )
    for line in f.lines:
        off = f" ({line.discount}% korting)" if line.discount else ""
        rate = f" ({line.rate}%)" if len(rates) > 1 else ""
        count = f"{look.quantity(line.quantity)} x {money.bare(line.price)}"
        cells = (line.description + rate + off, count, money.bare(line.net))
        if f.exempt:
            word.add(table, cells, "lrr")
        else:
            word.add(table, (*cells, money.bare(line.vat), money.bare(line.gross)), "lrrrr")
    _sums(f, look, table)
    d.add_paragraph()
    for label, amount in (
        ("Afronding", f.rounding),
        ("Al betaald", -f.paid),
        ("Te betalen", f.due_amount if f.rounding or f.paid else 0),
    ):
        if amount:
            d.add_paragraph(f"{label}: {money(f.due_amount if label == 'Te betalen' else amount)}")  # type: ignore[arg-type]
    ids = {
        "iban": "Rekeningnummer",
        "kvk": "KvK",
        "vat": "Btw-nummer",
        "agb": "AGB",
        "branch": "Vestigingsnummer",
        "g-account": "G-rekening",
    }
    pay = sentence(
        f, look, "Graag overmaken voor {due}.", "Graag overmaken met vermelding van {number}."
    )
    for text in (*closing(f, look), pay, *(f"{a} {v}" for a, v in pairs(f, look, ids))):
        if text:
            d.add_paragraph(text)
    return word.saved(d)


def _sums(f: Facts, look: Look, table: word.Table) -> None:
    """The last row: each column's sum, which the columns' words explain."""
    money = look.money
    if f.exempt:
        if f.discount:
            word.add(table, ("Som", "", money(f.subtotal)), "lrr")
            word.add(
                table,
                (
                    f"Korting {f.discount_percent or ''}{'%' if f.discount_percent else ''}".strip(),
                    "",
                    money(-f.discount),
                ),
                "lrr",
            )
        word.add(table, ("Totaal", "", money(f.gross)), "lrr", bold=True)
        return
    if f.discount:
        vat = sum((line.vat for line in f.lines), f.vat - f.vat)
        word.add(
            table,
            ("Som", "", money.bare(f.subtotal), money.bare(vat), money.bare(f.subtotal + vat)),
            "lrrrr",
        )
        percent = f" {f.discount_percent}%" if f.discount_percent else ""
        off = (-f.discount, f.vat - vat, f.gross - f.subtotal - vat)
        word.add(table, (f"Korting{percent}", "", *map(money.bare, off)), "lrrrr")
    word.add(table, ("Totaal", "", money(f.net), money(f.vat), money(f.gross)), "lrrrr", bold=True)


FAMILY = Family("three-sums", "docx", draw, vat_by_line=True, gives_bases=False)
