"""Producer: a web page printed by Chromium, like an online bookkeeping service.

Small labels above their values, the total large at the top.
"""

from __future__ import annotations

import subprocess
import tempfile
from html import escape
from pathlib import Path

from tests.examples.bill import Bill, count, money, short_date

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-pdf-header-footer",
)
STYLE = """
@page { size: A4; margin: 16mm } * { box-sizing: border-box }
body { font: 10.5px "Liberation Sans", sans-serif; margin: 0; color: #1d2433 }
header { display: flex; justify-content: space-between; margin-bottom: 14mm }
.logo { font-size: 19px; font-weight: 700; color: #4338ca }
.card { display: flex; background: #eef; border-radius: 6px; padding: 5mm; gap: 9mm; margin: 9mm 0 }
small { display: block; text-transform: uppercase; font-size: 8px; color: #667 }
table { width: 100%; border-spacing: 0 }
td, th { padding: 5px 4px; text-align: left; border-bottom: 1px solid #dde }
.n { text-align: right }
footer { display: grid; grid-template-columns: 1fr 1fr 1fr; gap: 6mm; margin-top: 14mm; font-size: 9.5px }
"""


def render(bill: Bill) -> bytes:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        page, target = Path(folder) / "factuur.html", Path(folder) / "factuur.pdf"
        page.write_text(_html(bill), encoding="utf-8")
        command = [
            "chromium",
            *FLAGS,
            f"--user-data-dir={folder}/profile",
            f"--print-to-pdf={target}",
            page.as_uri(),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        return target.read_bytes()


def _html(bill: Bill) -> str:
    rows = "".join(
        f"<tr><td>{escape(line.text)}<td>{count(line.quantity)}<td>{line.unit}<td"
        f" class=n>{money(line.price)}<td class=n>{money(line.net)}</tr>"
        for line in bill.items
    )
    totals = (
        f"<tr><td colspan=4 class=n>Subtotaal excl. btw<td class=n>{money(bill.net)}</tr>"
        if bill.vat_lines
        else ""
    )
    totals += "".join(
        f"<tr><td colspan=4 class=n>Btw {rate} %<td class=n>{money(vat)}</tr>"
        for rate, _, vat in bill.vat_lines
    )
    return f"""<!doctype html><html lang=nl><meta charset=utf-8>
<title>{escape(bill.title)} {escape(bill.number)}</title><style>{STYLE}</style>
<header><div class=logo>{escape(bill.supplier.name)}</div>
<div>{"<br>".join(escape(line) for line in bill.addressee)}</div></header>
<h2>{escape(bill.title)}</h2>
<div class=card>{_card("Factuurnummer", bill.number)}{_card("Factuurdatum", short_date(bill.issued))}
{_card("Betalen voor", short_date(bill.due))}{_card("Te betalen", f"€ {money(bill.gross)}")}</div>
<table><tr><th>Omschrijving<th>Aantal<th>Eenheid<th class=n>Prijs (€)<th class=n>Totaal (€)</tr>{rows}{totals}
<tr><td colspan=4 class=n><b>Totaal</b><td class=n><b>{money(bill.gross)}</b></tr></table>
{"".join(f"<p>{escape(text)}</p>" for text in (*bill.remarks, bill.supplier.exempt or "") if text)}
<footer>{_footer(bill)}</footer></html>"""


def _card(label: str, value: str) -> str:
    return f"<div><small>{label}</small>{escape(value)}</div>"


def _footer(bill: Bill) -> str:
    supplier = bill.supplier
    numbers = [
        f"KvK {supplier.kvk}" if supplier.kvk else "",
        f"Btw-id {supplier.vat_id}" if supplier.vat_id else "",
    ]
    blocks = (
        (
            f"{escape(supplier.name)}<br>{escape(supplier.street)}<br>{supplier.postcode}"
            f" {escape(supplier.city)}"
        ),
        f"Telefoon {supplier.phone}<br>{supplier.email}",
        "<br>".join([number for number in numbers if number] + [f"IBAN {supplier.iban}"]),
    )
    return "".join(f"<div>{block}</div>" for block in blocks)
