"""Producer: weasyprint.

A coloured column at the left holds the provider's own data; long invoices run over to a second
page.
"""

from __future__ import annotations

from html import escape

import weasyprint

from tests.examples.bill import Bill, count, long_date, money

STYLE = """
@page { size: A4; margin: 20mm 14mm 18mm 66mm;
@bottom-right { content: "Pagina " counter(page) " van " counter(pages); font: 8pt "DejaVu Sans" } }
body { font: 9pt "DejaVu Sans"; color: #222 }
aside { position: fixed; left: -60mm; top: 0; width: 48mm; border-right: 1pt solid #2a6f6b;
padding-right: 3mm; font-size: 8pt; line-height: 1.5 }
h1 { font-size: 17pt; font-weight: 400; color: #2a6f6b; margin: 12mm 0 2mm }
table { width: 100%; border-collapse: collapse; margin-top: 6mm }
th { text-align: left; border-bottom: .6pt solid #2a6f6b } td, th { padding: 1.2mm 0; vertical-align: top }
.n { text-align: right; white-space: nowrap; padding-left: 3mm }
dl { display: grid; grid-template-columns: 32mm 1fr; margin: 0 } dt, dd { margin: 0 }
tfoot td { font-size: 10.5pt }
"""


def render(bill: Bill) -> bytes:
    return bytes(weasyprint.HTML(string=_html(bill)).write_pdf())


def _html(bill: Bill) -> str:
    rows = "".join(
        f"<tr><td>{escape(line.text)}<td class=n>{count(line.quantity)} {line.unit}"
        f"<td class=n>&euro; {money(line.price)}<td class=n>&euro; {money(line.net)}</tr>"
        for line in bill.items
    )
    totals = (
        f"<tr><td colspan=3>Bedrag zonder btw<td class=n>&euro; {money(bill.net)}</tr>"
        + "".join(
            f"<tr><td colspan=3>Omzetbelasting {rate}%<td class=n>&euro; {money(vat)}</tr>"
            for rate, _, vat in bill.vat_lines
        )
    )
    return f"""<!doctype html><html lang=nl>
<title>{escape(bill.title)} {escape(bill.number)}</title><style>{STYLE}</style>
<aside>{_aside(bill)}</aside>
<p>{"<br>".join(escape(line) for line in bill.addressee)}</p>
<h1>{escape(bill.title)}</h1>
<dl><dt>Factuurnummer<dd>{escape(bill.number)}<dt>Uitgereikt op<dd>{long_date(bill.issued)}
<dt>Vervalt op<dd>{long_date(bill.due)}</dl>
<table><tr><th>Geleverde zorg<th class=n>Aantal<th class=n>Tarief<th class=n>Bedrag</tr>{rows}</table>
<table>{totals}<tr><td colspan=3><b>Totaalbedrag</b><td class=n><b>&euro; {money(bill.gross)}</b></tr></table>
{"".join(f"<p>{escape(text)}</p>" for text in (*bill.remarks, bill.supplier.exempt or "") if text)}</html>"""


def _aside(bill: Bill) -> str:
    supplier = bill.supplier
    blocks = [
        f"<b>{escape(supplier.name)}</b><br>{escape(supplier.street)}<br>{supplier.postcode}"
        f" {escape(supplier.city)}"
    ]
    blocks += [f"Telefoon<br>{supplier.phone}"] if supplier.phone else []
    blocks += [f"E-mail<br>{supplier.email}"]
    blocks += [f"KvK-nummer<br>{supplier.kvk}"] if supplier.kvk else []
    blocks += [f"Btw-identificatienummer<br>{supplier.vat_id}"] if supplier.vat_id else []
    blocks += [f"IBAN<br>{supplier.iban}"]
    return "".join(f"<p>{block}</p>" for block in blocks)
