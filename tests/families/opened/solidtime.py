"""After Solidtime's invoice: heading and number left, date right, seller and buyer side by side
under small grey labels, hours as decimal numbers, sums without rules.
"""

from __future__ import annotations

from tests.families import html, parts
from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.html import br, e
from tests.families.look import Look

_WORDS = {
    "nl": {
        "title": "Factuur",
        "credit": "Creditfactuur",
        "number": "Factuurnummer",
        "date": "Factuurdatum",
        "due": "Uiterste betaaldatum",
        "order": "Referentie",
        "corrects": "Correctie op",
        "from": "Van",
        "to": "Factuur aan",
        "heads": "Omschrijving|Uren|Tarief|Totaal",
        "subtotal": "Subtotaal",
        "discount": "Korting",
        "net": "Subtotaal excl. btw",
        "vat": "Btw ({r}%)",
        "vat-over": "Btw ({r}% over {b})",
        "total": "Totaal",
        "rounding": "Afronding",
        "paid": "Al betaald",
        "left": "Nog te betalen",
        "payment": "Betaalgegevens",
        "phone": "",
        "mail": "",
        "kvk": "KvK",
        "vat-id": "Btw-id",
        "agb": "AGB",
        "bank": "Bank",
        "iban": "IBAN",
        "bic": "BIC",
        "g-account": "G-rekening",
    },
    "en": {
        "title": "Invoice",
        "credit": "Credit note",
        "number": "Invoice number",
        "date": "Invoice date",
        "due": "Due date",
        "order": "Reference",
        "corrects": "Corrects",
        "from": "From",
        "to": "Billed to",
        "heads": "Description|Hours|Rate|Total",
        "subtotal": "Subtotal",
        "discount": "Discount",
        "net": "Subtotal excl. VAT",
        "vat": "VAT ({r}%)",
        "vat-over": "VAT ({r}% of {b})",
        "total": "Total",
        "rounding": "Rounding",
        "paid": "Already paid",
        "left": "Amount due",
        "payment": "Payment details",
        "phone": "",
        "mail": "",
        "kvk": "CoC",
        "vat-id": "VAT ID",
        "agb": "AGB",
        "bank": "Bank",
        "iban": "IBAN",
        "bic": "BIC",
        "g-account": "G-account",
    },
}


def draw(facts: Facts, look: Look) -> str:
    w, s = _WORDS[facts.language], facts.supplier
    own = [*parts.address(facts, look)]
    own += [f"{a} {v}".strip() for a, v in parts.known(facts, look, w, "mail phone kvk vat-id agb")]
    meta = "".join(
        f"<div><small>{e(a)}</small>{e(v)}</div>"
        for a, v in parts.known(facts, look, w, "number date due order corrects")
    )
    rows = [
        [
            line.description + (f" (–{line.discount}%)" if line.discount else ""),
            look.quantity(line.quantity),
            look.money(line.price),
            look.money(line.net),
        ]
        for line in facts.lines
    ]
    bank = "".join(
        f"<div><small>{e(a)}</small>{e(v)}</div>"
        for a, v in parts.known(facts, look, w, "bank iban bic g-account")
    )
    sums = "".join(
        f"<div class=row><span>{e(a)}</span><b>{e(v)}</b></div>"
        for a, v in parts.sums(facts, look, w)
    )
    blocks = look.ordered(
        [
            f"<div class=who><small>{e(w['from'])}</small><b>{e(s.name)}</b><br>{br(own)}</div>",
            f"<div class=who><small>{e(w['to'])}</small>{br(facts.addressee)}</div>",
        ]
    )
    body = (
        f"<h1>{e(parts.title(facts, w))}</h1><div class=meta>{meta}</div>"
        f"<div class=two>{''.join(blocks)}</div><table class=lines><thead>"
        f"{html.grid([w['heads'].split('|')], 'th')}</thead>{html.grid(rows)}</table>"
        f"<div class=sums>{sums}</div><h4>{e(w['payment'])}</h4><div class=meta>{bank}</div>"
        + "".join(f"<p>{e(text)}</p>" for text in parts.said(facts, look))
    )
    css = (
        "small{display:block;color:#888}.meta,.two{display:flex;gap:10mm;margin:5mm 0}"
        f".who{{width:{look.width(80)}mm}}h1{{font-weight:600}}.lines{{width:100%;margin-top:6mm}}"
        ".lines th{color:#888;font-weight:normal}.lines td,.lines th{padding:1.5mm 0 1.5mm 3mm;"
        "border-bottom:1px solid #eee}.lines td:first-child,.lines th:first-child{padding-left:0}"
        f".n{{text-align:right!important}}.sums{{width:{look.width(72, 1)}mm;margin:4mm 0 4mm auto}}"
        ".row{display:flex;justify-content:space-between;padding:.7mm 0}"
    )
    return html.page(facts, look, css, body)


FAMILY = Family("solidtime", "chromium", draw, ("nl", "en"))
