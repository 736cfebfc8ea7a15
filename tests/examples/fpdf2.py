"""Producer: fpdf2 with its core fonts, like an old bookkeeping program: fixed pitch, EUR for the
euro sign, btw specified.
"""

from __future__ import annotations

import datetime as dt

from fpdf import FPDF

from tests.examples.bill import Bill, count, money, short_date

WIDTH = 84


def render(bill: Bill) -> bytes:
    page = FPDF(format="A4")
    page.set_creation_date(dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    page.set_margin(16)
    page.add_page()
    page.set_font("Courier", size=9.5)
    for line in (*_top(bill), *_items(bill), *_totals(bill), *_foot(bill)):
        page.cell(0, 4.6, line, new_x="LMARGIN", new_y="NEXT")
    return bytes(page.output())


def _top(bill: Bill) -> list[str]:
    supplier = bill.supplier
    left = [*bill.addressee, ""]
    right = [
        supplier.name,
        supplier.street,
        f"{supplier.postcode}  {supplier.city.upper()}",
        f"telefoon {supplier.phone}",
        supplier.email,
    ]
    rows = [f"{a:<42}{b}" for a, b in zip(left, right, strict=True)]
    meta = [
        f"Nummer          : {bill.number}",
        f"Datum           : {short_date(bill.issued)}",
        "Betalingstermijn: 30 dagen",
        "",
    ]
    return [*rows, "", "", bill.title.upper(), "", *meta]


def _items(bill: Bill) -> list[str]:
    rows = [f"{'Omschrijving':<46}{'Aantal':>10}{'Prijs':>11}{'Bedrag':>13}", "-" * 80]
    return rows + [
        f"{line.text[:45]:<46}{count(line.quantity):>10}{money(line.price):>11}{money(line.net):>13}"
        for line in bill.items
    ]


def _totals(bill: Bill) -> list[str]:
    rows = ["-" * 80, f"{'Totaal excl. BTW':>67}{money(bill.net):>13}"]
    rows += [
        f"{f'BTW {rate},0% over {money(base)}':>67}{money(vat):>13}"
        for rate, base, vat in bill.vat_lines
    ]
    return [*rows, f"{'Totaal EUR':>67}{money(bill.gross):>13}", ""]


def _foot(bill: Bill) -> list[str]:
    supplier = bill.supplier
    rows = [
        *bill.remarks,
        supplier.exempt or "",
        "",
        f"IBAN    {supplier.iban}   t.n.v. {supplier.name}",
        f"K.v.K.  {supplier.kvk}" if supplier.kvk else "",
    ]
    return [*rows, f"BTW nr. {supplier.vat_id}" if supplier.vat_id else ""]
