"""The words of the law for labels ("btw-identificatienummer van de leverancier", "vergoeding per
tarief"), long ones in a narrow column that wrap over two and three lines beside their value: a Word form
made after the tax office's list of what must be on an invoice.
"""

from __future__ import annotations

from collections.abc import Sequence

from docx.document import Document

from tests.families import word
from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.held_out_more_parts import count
from tests.families.held_out_parts import Pair, address, closing, period, title, values
from tests.families.look import Look


def _form(document: Document, rows: Sequence[Pair], wide: float) -> None:
    table = word.grid(document, (wide, 165 - wide))
    for label, value in rows:
        if value:
            word.add(table, (label, value), "ll")
    document.add_paragraph()


def _amounts(f: Facts, look: Look) -> list[Pair]:
    rows: list[tuple[str, str]] = []
    if f.discount:
        percent = f" van {f.discount_percent}%" if f.discount_percent else ""
        rows.append(("Vergoeding voor aftrek van korting", look.money(f.subtotal)))
        rows.append((f"Korting{percent} die niet in de prijs is begrepen", look.money(-f.discount)))
    for share in f.shares:
        rows += [
            (
                f"Vergoeding waarop het tarief van {share.rate}% van toepassing is",
                look.money(share.net),
            ),
            (f"Te betalen btw naar het tarief van {share.rate}%", look.money(share.vat)),
        ]
    if len(f.shares) > 1:
        rows.append(("Totaal van de vergoedingen zonder btw", look.money(f.net)))
        rows.append(("Totaal van de te betalen btw", look.money(f.vat)))
    rows.append(
        (
            "Totaal factuurbedrag" if f.exempt else "Totaal factuurbedrag inclusief btw",
            look.money(f.gross),
        )
    )
    rows += [("Afronding op het factuurbedrag", look.money(f.rounding))] if f.rounding else []
    rows += [("Reeds ontvangen vooruitbetaling", look.money(-f.paid))] if f.paid else []
    rows += [("Nog te betalen", look.money(f.due_amount))] if f.paid or f.rounding else []
    return rows


def draw(f: Facts, look: Look) -> bytes:
    d, known, s = word.start(look), values(f, look), f.supplier
    word.write(
        d.add_paragraph(),
        f"{title(f, 'FACTUUR', 'CREDITFACTUUR')} {f.mark}".strip(),
        bold=True,
        size=look.size + 6,
        centre=look.chance(0.5),
    )
    wide = look.width(50)
    _form(
        d,
        [
            ("Naam van de leverancier", s.name),
            ("Adres van de leverancier", ", ".join(address(f, look))),
            ("Bereikbaar op", ", ".join(x for x in (known["phone"], s.email) if x)),
            ("KvK-nummer van de leverancier", known["kvk"]),
            ("Btw-identificatienummer van de leverancier", known["vat"]),
            ("AGB-code", s.agb),
            ("Vestigingsnummer van de leverancier", s.branch),
        ],
        wide,
    )
    kind = "factuur" if f.kind == "invoice" else "creditfactuur"
    _form(
        d,
        [
            ("Naam en adres van de afnemer", "\n".join(f.addressee)),
            ("Datum waarop de factuur is uitgereikt", known["date"]),
            (f"Opeenvolgend nummer van de {kind}", f.number),
            ("Nummer van de factuur die hiermee wordt gecorrigeerd", f.corrects),
            ("Tijdvak waarin de dienst is verricht", period(f, look)),
        ],
        wide,
    )
    price = "Eenheidsprijs" if f.exempt else "Eenheidsprijs exclusief btw"
    heads = ["Aard van de dienst", "Omvang", price, "" if f.exempt else "Tarief", "Vergoeding"]
    rates = 0.0 if f.exempt else 15.0
    widths = [66.0 - rates, 30.0, 34.0, 12.0 + rates, 28.0]
    lines = word.grid(d, widths, "Table Grid")
    word.add(lines, heads, "llrlr", bold=True)
    for line in f.lines:
        off = f", korting {line.discount}%" if line.discount else ""
        cells = (
            line.description + off,
            count(line, look),
            look.money(line.price),
            "" if f.exempt else f"{line.rate}%",
            look.money(line.net),
        )
        word.add(lines, cells, "llrlr")
    d.add_paragraph()
    table = word.grid(d, (look.width(68, 1), 35))
    for label, amount in _amounts(f, look):
        bold = label.startswith(("Totaal factuur", "Nog"))
        word.add(table, (label, amount), "lr", bold=bold)
    d.add_paragraph()
    for text in closing(f, look):
        d.add_paragraph(text)
    accounts = [
        ("Rekeningnummer waarop het bedrag kan worden voldaan", look.iban(account.iban))
        for account in s.accounts
    ]
    accounts.append(("Geblokkeerde rekening (G-rekening)", known["g-account"]))
    accounts.append(("Uiterste dag van betaling", known["due"] if f.kind == "invoice" else ""))
    _form(d, accounts, wide)
    return word.saved(d)


FAMILY = Family("law-labels", "docx", draw)
