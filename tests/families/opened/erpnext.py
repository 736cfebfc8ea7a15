"""After ERPNext's sales invoice: labels in small grey above their values, a bordered table with a
column of row numbers, totals without a table beside "amount in words", a rounded total, the
company's facts in a letter head that the user typed.
"""

from __future__ import annotations

from tests.families import html, parts
from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.html import br, e
from tests.families.look import Look

_WORDS = {
    "nl": {
        "title": "Verkoopfactuur",
        "credit": "Creditnota",
        "number": "Factuur ID",
        "date": "Factuurdatum",
        "due": "Vervaldatum",
        "order": "Bestelnummer klant",
        "corrects": "Retour tegen",
        "heads": "Nr|Details|Aantal|Tarief|Bedrag",
        "subtotal": "Subtotaal",
        "discount": "Korting",
        "net": "Netto totaal",
        "vat": "BTW @ {r}.0",
        "total": "Eindtotaal",
        "rounding": "Afrondingsaanpassing",
        "paid": "Voorschot",
        "left": "Openstaand bedrag",
        "terms": "Voorwaarden",
        "status": "Betalingsstatus",
        "unpaid": "Onbetaald",
        "phone": "Tel:",
        "mail": "",
        "kvk": "KvK",
        "vat-id": "Btw-nr",
        "iban": "IBAN",
        "bic": "BIC",
        "agb": "AGB",
        "g-account": "G-rekening",
    },
    "en": {
        "title": "Sales Invoice",
        "credit": "Credit Note",
        "number": "Invoice ID",
        "date": "Invoice Date",
        "due": "Due Date",
        "order": "Customer's Purchase Order",
        "corrects": "Return Against",
        "heads": "Sr|Details|Qty|Rate|Amount",
        "subtotal": "Sub Total",
        "discount": "Discount Amount",
        "net": "Net Total",
        "vat": "VAT @ {r}.0",
        "total": "Grand Total",
        "rounding": "Rounding Adjustment",
        "paid": "Advance Paid",
        "left": "Outstanding Amount",
        "terms": "Terms and Conditions",
        "status": "Payment Status",
        "unpaid": "Unpaid",
        "phone": "Phone:",
        "mail": "",
        "kvk": "CoC",
        "vat-id": "VAT",
        "iban": "IBAN",
        "bic": "SWIFT",
        "agb": "AGB",
        "g-account": "G-account",
    },
}


def draw(facts: Facts, look: Look) -> str:
    w, s = _WORDS[facts.language], facts.supplier
    look = look.writes(money="€ 1.234,56" if facts.language == "nl" else "€ 1,234.56")
    head = [s.name, *parts.address(facts, look)]
    contact = parts.known(facts, look, w, "phone mail kvk vat-id agb")
    meta = "".join(
        f"<div class=f><label>{e(a)}</label><div>{e(v)}</div></div>"
        for a, v in parts.known(facts, look, w, "number date due order corrects")
    )
    lines = "".join(
        f"<tr><td class=c>{at}<td><b>{e(line.description)}</b>"
        + (f"<br>{line.discount}% {e(w['discount'])}" if line.discount else "")
        + f"<td class=c>{e(look.quantity(line.quantity))} {e(line.unit)}"
        f"<td class=n>{e(look.money(line.price))}<td class=n>{e(look.money(line.net))}"
        for at, line in enumerate(facts.lines, 1)
    )
    heads = "".join(f"<th>{e(h.upper())}</th>" for h in w["heads"].split("|"))
    terms = [*parts.said(facts, look)]
    terms += [f"{a}: {v}" for a, v in parts.known(facts, look, w, "iban bic g-account")]
    sums = "".join(
        f"<div class=row><span>{e(a)}</span><span>{e(v)}</span></div>"
        for a, v in parts.sums(facts, look, w)
    )
    body = (
        f"<div class=head><b>{e(head[0])}</b><br>{br(head[1:])}<br>"
        f"{br(f'{a} {v}'.strip() for a, v in contact)}</div><h3>{e(parts.title(facts, w))}</h3>"
        f"<div class=top><div><b>{e(facts.addressee[0].upper())}</b><br>{br(facts.addressee[1:])}"
        f"</div><div class=meta>{meta}</div></div>"
        f"<table class=lines><thead><tr>{heads}</tr></thead>{lines}</table>"
        f"<div class=bottom><div><label>{e(w['status'])}</label><div>{e(w['unpaid'])}</div></div>"
        f"<div class=sums>{sums}</div></div>"
        f"<label>{e(w['terms'])}:</label><div>{br(terms)}</div>"
    )
    css = (
        "label{color:#74808b;font-size:90%}.head{text-align:center;border-bottom:1px solid #ccc;"
        "padding-bottom:3mm}.top,.bottom{display:flex;justify-content:space-between;margin:5mm 0}"
        f".meta{{width:{look.width(48)}mm}}.f{{margin-bottom:4mm}}.lines{{width:100%}}.lines td,"
        ".lines th{border:1px solid #ccc;padding:1.2mm 2mm}.lines th{text-align:center}"
        ".c{text-align:center}.n{text-align:right}.row{display:flex;justify-content:space-between;"
        f"padding:.6mm 2mm}}.sums{{width:{look.width(82, 1)}mm}}tr{{break-inside:avoid}}"
    )
    return html.page(facts, look, css, body)


FAMILY = Family("erpnext", "chromium", draw, ("nl", "en"), gives_bases=False)
