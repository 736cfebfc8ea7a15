"""After Akaunting's "modern" template: title alone, a coloured band with the company's facts in
white, customer left and references right with their values flush right, sums as floats without a
table, the notes beside them.
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
        "credit": "Creditnota",
        "to": "Factuur voor",
        "order": "Bestelnummer:",
        "number": "Factuurnummer:",
        "date": "Factuur datum:",
        "due": "Te betalen voor:",
        "corrects": "Gerelateerde factuur:",
        "heads": "Artikelen|Aantal|Prijs|Korting|Bedrag",
        "subtotal": "Subtotaal",
        "discount": "Korting",
        "net": "Subtotaal",
        "exempt-net": "Subtotaal",
        "vat": "BTW {r}%",
        "vat-over": "BTW {r}% over {b}",
        "total": "Totaal",
        "rounding": "Afronding",
        "paid": "Betaald",
        "left": "Verschuldigd bedrag",
        "notes": "Opmerkingen",
        "vat-id": "Btw-nummer:",
        "kvk": "KvK-nummer:",
        "phone": "",
        "mail": "",
        "iban": "IBAN:",
        "bic": "BIC:",
        "agb": "AGB:",
        "g-account": "G-rekening:",
    },
    "en": {
        "title": "Invoice",
        "credit": "Credit Note",
        "to": "Bill To",
        "order": "Order Number:",
        "number": "Invoice Number:",
        "date": "Invoice Date:",
        "due": "Payment Due:",
        "corrects": "Related Invoice Number:",
        "heads": "Items|Quantity|Price|Discount|Amount",
        "subtotal": "Subtotal",
        "discount": "Discount",
        "net": "Subtotal",
        "exempt-net": "Subtotal",
        "vat": "VAT {r}%",
        "vat-over": "VAT {r}% of {b}",
        "total": "Total",
        "rounding": "Rounding",
        "paid": "Paid",
        "left": "Amount Due",
        "notes": "Notes",
        "vat-id": "Tax Number:",
        "kvk": "CoC number:",
        "phone": "",
        "mail": "",
        "iban": "IBAN:",
        "bic": "BIC:",
        "agb": "AGB:",
        "g-account": "G-account:",
    },
}


def draw(facts: Facts, look: Look) -> str:
    w, s = _WORDS[facts.language], facts.supplier
    if facts.discount:
        w = w | {"net": f"{w['subtotal']} -/- {w['discount'].lower()}"}
    company = [*parts.address(facts, look)]
    company += [
        f"{a} {v}".strip() for a, v in parts.known(facts, look, w, "vat-id kvk phone mail agb")
    ]
    refs = "".join(
        f"<p><b>{e(a)}</b><span class=r>{e(v)}</span></p>"
        for a, v in look.ordered(parts.known(facts, look, w, "order number date due corrects"))
    )
    sums = "".join(
        f"<div class=s><span class=l>{e(a)}:</span><span>{e(v)}</span></div>"
        for a, v in parts.sums(facts, look, w)
    )
    bank = [f"{a} {v}" for a, v in parts.known(facts, look, w, "iban bic g-account")]
    body = (
        f"<h3>{e(parts.title(facts, w))}</h3><div class=band><div class=logo></div><div class=co>"
        f"<p>{e(s.name)}</p><p>{br(company)}</p></div></div>"
        f"<div class=two><div><b>{e(w['to'])}</b><br>{br(facts.addressee)}</div>"
        f"<div class=refs>{refs}</div></div>{_lines(facts, look)}"
        f"<div class=two><div class=notes><b>{e(w['notes'])}</b><br>"
        f"{br([*parts.said(facts, look), *bank])}</div><div class=sums>{sums}</div></div>"
    )
    css = (
        f".band{{background:{look.accent};color:#fff;display:flex;justify-content:space-between;"
        f"padding:4mm}}.co{{width:{look.width(72)}mm}}.co p,.refs p{{margin:.8mm 0}}.logo{{width:"
        "18mm;height:18mm;border-radius:9mm;background:#fff3}.two{display:flex;justify-content:"
        f"space-between;gap:6mm;margin:7mm 0}}.refs{{width:{look.width(80, 1)}mm}}.r{{float:right}}"
        f".lines{{width:100%}}.lines th{{background:{look.accent};color:#fff}}.lines th,.lines td"
        "{padding:1.6mm 2mm;border-bottom:1px solid #ddd}.n{text-align:right!important}"
        f".notes{{width:{look.width(95, 2)}mm}}.sums{{width:{look.width(68, 3)}mm;"
        "text-align:right}.l{float:left;font-weight:bold}.s{clear:both;padding:.5mm 0}"
    )
    return html.page(facts, look, css, body)


def _lines(facts: Facts, look: Look) -> str:
    off = any(line.discount for line in facts.lines)
    heads = _WORDS[facts.language]["heads"].split("|")
    rows = [
        [
            line.description,
            f"{look.quantity(line.quantity)} {line.unit}".strip(),
            look.money(line.price),
            *([f"{line.discount}%" if line.discount else ""] if off else []),
            look.money(line.net),
        ]
        for line in facts.lines
    ]
    heads = [h for at, h in enumerate(heads) if off or at != 3]
    return f"<table class=lines><thead>{html.grid([heads], 'th')}</thead>{html.grid(rows)}</table>"


FAMILY = Family("akaunting", "chromium", draw, ("nl", "en"))
