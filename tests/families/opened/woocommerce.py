"""After the WooCommerce plug-in "PDF Invoices & Packing Slips", template Simple: the title in the
logo's place and the shop right of it, the billing address without a label, a dark head of three
columns, prices with btw, notes left of the sums, "(inclusief … BTW)" behind the total.
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
        "number": "Factuurnummer:",
        "date": "Factuurdatum:",
        "order": "Bestelnummer:",
        "due": "Vervaldatum:",
        "corrects": "Origineel factuurnummer:",
        "heads": "Product|Aantal|Prijs",
        "subtotal": "Subtotaal",
        "discount": "Korting",
        "net": "Totaal excl. btw",
        "vat": "{r}% BTW",
        "vat-over": "{r}% BTW over {b}",
        "total": "Totaal",
        "rounding": "Afronding",
        "paid": "Aanbetaald",
        "left": "Resterend te betalen",
        "method": "Betaalmethode:|Directe bankoverboeking",
        "notes": "Notities",
        "phone": "",
        "mail": "",
        "web": "",
        "kvk": "KVK:",
        "vat-id": "BTW:",
        "iban": "IBAN:",
        "agb": "AGB:",
        "g-account": "G-rekening:",
    },
    "en": {
        "title": "Invoice",
        "credit": "Credit Note",
        "number": "Invoice Number:",
        "date": "Invoice Date:",
        "order": "Order Number:",
        "due": "Due Date:",
        "corrects": "Original Invoice Number:",
        "heads": "Product|Quantity|Price",
        "subtotal": "Subtotal",
        "discount": "Discount",
        "net": "Total ex. VAT",
        "vat": "VAT {r}%",
        "vat-over": "VAT {r}% of {b}",
        "total": "Total",
        "rounding": "Rounding",
        "paid": "Deposit",
        "left": "Balance",
        "method": "Payment Method:|Direct bank transfer",
        "notes": "Notes",
        "phone": "",
        "mail": "",
        "web": "",
        "kvk": "CoC:",
        "vat-id": "VAT:",
        "iban": "IBAN:",
        "agb": "AGB:",
        "g-account": "G-account:",
    },
}


def draw(facts: Facts, look: Look) -> str:
    w, s = _WORDS[facts.language], facts.supplier
    method = tuple(w["method"].split("|"))
    refs = parts.known(facts, look, w, "number date order due corrects")
    refs.append((method[0], method[1]))
    shop = [*parts.address(facts, look)]
    shop += [
        f"{a} {v}".strip()
        for a, v in parts.known(facts, look, w, "phone mail web kvk vat-id iban agb g-account")
    ]
    lines = "".join(
        f"<tr><td>{e(line.description)}"
        + (f"<br><small>{e(w['discount'])}: {line.discount}%</small>" if line.discount else "")
        + f"<td>{e(look.quantity(line.quantity))}<td>{e(look.money(line.net))}"
        for line in facts.lines
    )
    heads = "".join(f"<th>{e(h)}</th>" for h in w["heads"].split("|"))
    sums = "".join(f"<tr><th>{e(a)}<td>{e(v)}" for a, v in parts.sums(facts, look, w))
    body = (
        f"<table class=top><tr><td class=logo>{e(parts.title(facts, w).upper())}"
        f"<td class=shop><h3>{e(s.name)}</h3>{br(shop)}</table>"
        f"<table class=top><tr><td>{br(facts.addressee)}<td class=data><table>"
        + "".join(f"<tr><th>{e(a)}<td>{e(v)}" for a, v in refs)
        + f"</table></table><table class=lines><thead><tr>{heads}</thead>{lines}</table>"
        f"<table class=top><tr><td><h3>{e(w['notes'])}</h3>{br(parts.said(facts, look))}"
        f"<td class=data><table class=sums>{sums}</table></table>"
    )
    css = (
        f".top{{width:100%;margin-bottom:8mm}}.logo{{font-size:170%;font-weight:bold}}.shop{{width:"
        f"{look.width(70)}mm}}h3{{margin:0 0 1mm}}.data{{width:{look.width(82, 1)}mm}}.data th{{"
        "font-weight:normal;padding-right:4mm;white-space:nowrap}.lines{width:100%;margin-bottom:"
        "8mm}.lines thead th{background:#000;color:#fff;padding:1.4mm}.lines td{padding:1.4mm;"
        "border-bottom:1px solid #ccc}.lines td:nth-child(2),.lines td:nth-child(3){width:25%}"
        ".sums{width:100%}.sums th,.sums td{border-bottom:1px solid #ccc;padding:1mm}.sums tr:last-"
        "child th,.sums tr:last-child td{border-bottom:2px solid #000;font-weight:bold}"
    )
    return html.page(facts, look, css, body)


FAMILY = Family("woocommerce", "weasyprint", draw, ("nl", "en"))
