"""A form of ruled blocks ("Gegevens zorgverlener", "Gegevens opdrachtgever"), each with its heading in a
row over all columns, one row a day with unit, count and tariff, and a place to sign: after the example
that the site for care budgets gives to care providers, filled in Word.
"""

from __future__ import annotations

from collections.abc import Sequence

from docx.document import Document
from docx.table import Table

from tests.families import word
from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.held_out_more_parts import said
from tests.families.held_out_parts import Pair, closing, pairs, title, values
from tests.families.look import Look

_SAY = {
    "subtotal": "Som van de bedragen",
    "discount": "Korting{p}",
    "net": "Totaal zonder btw",
    "vat": "Btw {r}%",
    "several": "Btw {r}% over {b}",
    "gross": "Totaal met btw",
    "exempt": "Totaal van de factuur",
    "rounding": "Afronding",
    "paid": "Al ontvangen",
    "due": "Nog te betalen",
}


def _block(document: Document, head: str, rows: Sequence[Pair], wide: float) -> None:
    table = word.grid(document, (wide, 170 - wide), "Table Grid")
    cells = word.more_cells(table)
    word.fill(cells[0].merge(cells[1]), head, bold=True)
    for label, value in rows:
        if value:
            word.add(table, (label, value), "ll")
    document.add_paragraph()


def _lines(f: Facts, look: Look, document: Document) -> Table:
    heads = ["Datum", "Omschrijving werkzaamheid", "Eenheid", "Aantal", "Tarief (€)", "Bedrag (€)"]
    widths = [25.0, 57.0, 22.0, 17.0, 23.0, 26.0]
    table = word.grid(document, widths, "Table Grid")
    word.add(table, heads, "llllll", bold=True)
    for line in f.lines:
        more = [] if f.exempt else [f"{line.rate}% btw"]
        more += [f"{line.discount}% korting"] if line.discount else []
        cells = (
            look.date(line.date),
            line.description + (f" ({', '.join(more)})" if more else ""),
            line.unit.capitalize(),
            look.quantity(line.quantity),
            look.money.bare(line.price),
            look.money.bare(line.net),
        )
        word.add(table, cells, "lllrrr")
    for row in said(f, look, _SAY, sign=False):
        bold = row.kind in ("gross", "due")
        own = word.more_cells(table)
        word.fill(own[0].merge(own[4]), row.label, bold=bold)
        word.fill(own[5], row.amount, bold=bold, right=True)
    return table


def draw(f: Facts, look: Look) -> bytes:
    d, known, s = word.start(look), values(f, look), f.supplier
    word.write(
        d.add_paragraph(),
        f"{title(f, 'Factuur', 'Creditfactuur')} {f.mark}".strip(),
        bold=True,
        size=18,
    )
    wide = look.width(52)
    carer = [
        ("Naam", s.name),
        ("Adres", s.street),
        ("Postbus", s.po_box),
        ("Postcode en woonplaats", known["place"]),
        ("Telefoonnummer", known["phone"]),
        ("E-mailadres", s.email),
        ("KvK-nummer", known["kvk"]),
        ("Vestigingsnummer", s.branch),
        ("Btw-nummer", known["vat"]),
        ("AGB-code", s.agb),
    ]
    client = [("Naam", f.addressee[0]), *(("", text) for text in f.addressee[1:])]
    client += [("Opdracht", f.order)]
    invoice = [
        ("Factuurnummer" if f.kind == "invoice" else "Creditnummer", f.number),
        ("Factuurdatum", known["date"]),
        ("Correctie van factuur", f.corrects),
        *(("Rekeningnummer (IBAN)", look.iban(account.iban)) for account in s.accounts),
        ("G-rekening", known["g-account"]),
    ]
    _block(d, "Gegevens zorgverlener", carer, wide)
    _block(d, "Gegevens opdrachtgever", client, wide)
    _block(d, title(f, "Factuurgegevens", "Gegevens van de creditfactuur"), invoice, wide)
    _lines(f, look, d)
    d.add_paragraph()
    for text in closing(f, look):
        d.add_paragraph(text)
    sign = pairs(f, look, {"date": "Datum"})
    word.write(d.add_paragraph(), f"Handtekening zorgverlener: {s.owner}")
    if sign and look.chance(0.5):
        d.add_paragraph(f"{sign[0][0]}: {sign[0][1]}")
    return word.saved(d)


FAMILY = Family("pgb-example", "docx", draw)
