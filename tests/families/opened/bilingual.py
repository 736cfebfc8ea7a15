"""A form in two languages: every label stands twice, Dutch and English with a slash, some of them
wrapped over two lines beside their value; two columns of facts over the table.
"""

from __future__ import annotations

from tests.families import html, parts
from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.html import br, e
from tests.families.look import Look

_WORDS = {
    "title": "FACTUUR / INVOICE",
    "credit": "CREDITNOTA / CREDIT NOTE",
    "number": "Factuurnummer / Invoice number",
    "date": "Factuurdatum / Invoice date",
    "due": "Vervaldatum / Due date",
    "order": "Uw referentie / Your reference",
    "customer": "Klantnummer / Customer number",
    "corrects": "Betreft factuur / Concerns invoice",
    "subtotal": "Subtotaal / Subtotal",
    "discount": "Korting / Discount",
    "net": "Totaal excl. btw / Total excl. VAT",
    "vat": "Btw / VAT {r}%",
    "vat-over": "Btw / VAT {r}% over {b}",
    "total": "Totaal incl. btw / Total incl. VAT",
    "exempt-total": "Totaal / Total",
    "rounding": "Afronding / Rounding",
    "paid": "Reeds voldaan / Already paid",
    "left": "Te betalen / Amount due",
    "phone": "Telefoon / Phone",
    "mail": "E-mail",
    "kvk": "KvK-nummer / Chamber of Commerce",
    "vat-id": "Btw-nummer / VAT number",
    "iban": "IBAN rekeningnummer / Bank account",
    "bic": "BIC / SWIFT",
    "agb": "AGB-code",
    "branch": "Vestigingsnummer / Branch number",
    "g-account": "G-rekening / Blocked account",
}


def draw(facts: Facts, look: Look) -> str:
    w, s = _WORDS, facts.supplier
    left = parts.known(facts, look, w, "kvk vat-id iban bic phone mail agb branch g-account")
    right = parts.known(facts, look, w, "number date due order customer corrects")
    columns = [
        f"<table class=c>{html.rows(look.ordered(left))}</table>",
        f"<table class=c>{html.rows(look.ordered(right))}</table>",
    ]
    heads = "Omschrijving / Description|Aantal / Qty|Prijs / Price|Btw / VAT|Bedrag / Amount"
    keep = [at for at in range(5) if at != 3 or not facts.exempt]
    rows = [
        [
            line.description + (f" (-{line.discount}%)" if line.discount else ""),
            f"{look.quantity(line.quantity)} {line.unit}".strip(),
            look.money(line.price),
            f"{line.rate}%",
            look.money(line.net),
        ]
        for line in facts.lines
    ]
    cells = [[row[at] for at in keep] for row in (heads.split("|"), *rows)]
    body = (
        f"<div class=two><div><b class=name>{e(s.name)}</b><br>{br(parts.address(facts, look))}"
        f"</div><h2>{e(parts.title(facts, w))}</h2></div><div class=to>{br(facts.addressee)}</div>"
        f"<div class=two>{''.join(columns)}</div><table class=lines><thead>"
        f"{html.grid(cells[:1], 'th')}</thead>{html.grid(cells[1:])}</table>"
        f"<table class=sums>{html.grid(parts.sums(facts, look, w))}</table>"
        + "".join(f"<p>{e(text)}</p>" for text in parts.said(facts, look))
    )
    css = (
        ".two{display:flex;justify-content:space-between;gap:8mm}.name{font-size:140%}.to{margin:"
        f"8mm 0}}.c{{width:{look.width(82)}mm}}.c td:first-child{{width:{look.width(34, 1)}mm;"
        "padding-right:3mm;color:#555}.c td{padding-bottom:1mm}.lines{width:100%;margin:7mm 0 3mm}"
        ".lines th{background:#eee;vertical-align:bottom}.lines td,.lines th{padding:1.2mm 2mm}"
        f".n{{text-align:right!important}}.lines th.n{{max-width:{look.width(20, 2)}mm}}.sums{{"
        f"width:{look.width(88, 3)}mm;margin-left:auto}}.sums td{{padding:.8mm 2mm}}"
    )
    return html.page(facts, look, css, body)


FAMILY = Family("bilingual", "weasyprint", draw)
