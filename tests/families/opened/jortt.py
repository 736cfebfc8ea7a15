"""After Jortt's invoice: name and address in one run of text, told apart by the weight of the
letters only, btw for each line in its own columns, the summary of btw under the total, the footer
in three columns.
"""

from __future__ import annotations

from tests.families import html, parts
from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.html import br, e
from tests.families.look import Look

_WORDS = {
    "title": "Factuur",
    "credit": "Creditfactuur",
    "number": "Factuurnummer",
    "date": "Factuurdatum",
    "due": "Te betalen vóór",
    "order": "Referentie",
    "customer": "Klantnummer",
    "corrects": "Creditfactuur voor factuur",
    "subtotal": "Subtotaal",
    "discount": "Korting",
    "net": "Bedrag excl. btw",
    "vat": "btw",
    "total": "Totaalbedrag",
    "rounding": "Afronding",
    "paid": "Reeds betaald",
    "left": "Openstaand",
    "phone": "",
    "mail": "",
    "web": "",
    "kvk": "KvK",
    "vat-id": "Btw-id",
    "iban": "",
    "bank": "",
    "bic": "BIC",
    "agb": "AGB",
    "branch": "Vest.nr.",
    "g-account": "G-rek.",
}


def draw(facts: Facts, look: Look) -> str:
    w, s = _WORDS, facts.supplier
    run = " ".join([s.street, parts.place(facts, look), s.po_box]).strip()
    sums = parts.sums(facts, look, w)
    if facts.shares:
        rows = [row for row in sums if row[0] != "btw"]
        at = next(at for at, row in enumerate(rows) if row[0] == w["total"])
        sums = [*rows[:at], ("Btw", look.money(facts.vat)), *rows[at:]]
    spec = [("Tarief", "Over", "Btw")] * bool(facts.shares)
    spec += [(f"{x.rate}%", look.money(x.net), look.money(x.vat)) for x in facts.shares]
    columns = (
        parts.known(facts, look, w, "phone mail web"),
        parts.known(facts, look, w, "bank iban bic g-account"),
        parts.known(facts, look, w, "kvk branch vat-id agb"),
    )
    foot = "".join(f"<td>{br(f'{a} {v}'.strip() for a, v in column)}</td>" for column in columns)
    body = (
        f"<div class=own><b>{e(s.name)}</b> {e(run)}</div><div class=to>{br(facts.addressee)}</div>"
        f"<h2>{e(parts.title(facts, w))}</h2><table class=refs>"
        f"{html.rows(parts.known(facts, look, w, 'number date due order customer corrects'), ':')}"
        f"</table>{_lines(facts, look)}<table class=sums>{html.grid(sums)}</table>"
        f"<table class=spec>{html.grid(spec)}</table>"
        + "".join(f"<p>{e(text)}</p>" for text in parts.said(facts, look))
    )
    css = (
        f".own{{width:{look.width(62)}mm;margin-left:auto;font-size:110%}}.to{{margin:10mm 0}}"
        f"h2{{color:{look.accent}}}.refs td:first-child{{padding-right:6mm}}.lines{{width:100%;"
        f"margin:6mm 0 3mm}}.lines th{{background:{look.accent};color:#fff}}.lines td,.lines th{{"
        f"padding:1.2mm 2mm}}.n{{text-align:right!important}}.sums{{width:{look.width(74, 1)}mm;"
        "margin-left:auto}.sums td{padding:.8mm 2mm}.spec{margin:6mm 0;font-size:90%}.spec td{"
        "padding-right:8mm}.foot{width:100%;font-size:85%;border-top:1px solid #999}.foot td{"
        "width:33%;padding-top:2mm}"
    )
    footer = f"<table class=foot><tr>{foot}</table>"
    return html.page(facts, look, css, html.footed(body, footer, "24mm"))


def _lines(facts: Facts, look: Look) -> str:
    heads = ["Omschrijving", "Aantal", "Prijs", "Netto", "Btw %", "Btw", "Bruto"]
    keep = [True, True, True, True, not facts.exempt, not facts.exempt, not facts.exempt]
    rows = [
        [
            line.description + (f" ({line.discount}% korting)" if line.discount else ""),
            look.quantity(line.quantity),
            look.money.bare(line.price),
            look.money.bare(line.net),
            f"{line.rate}%",
            look.money.bare(line.vat),
            look.money.bare(line.gross),
        ]
        for line in facts.lines
    ]
    if facts.exempt:
        heads[3] = "Bedrag"
    table = [[c for c, shown in zip(row, keep, strict=True) if shown] for row in rows]
    head = [h for h, shown in zip(heads, keep, strict=True) if shown]
    return f"<table class=lines><thead>{html.grid([head], 'th')}</thead>{html.grid(table)}</table>"


FAMILY = Family("jortt", "chromium", draw, vat_by_line=True)
