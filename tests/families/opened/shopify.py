"""After Shopify's Order Printer: date and "Invoice for" at the right of the shop's name, quantity
before the item as "2 x", details of what is to be paid in a table at the left, amounts not flush
right.
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
        "for": "Factuur voor bestelling {}",
        "number": "Factuurnummer:",
        "order": "Bestelling:",
        "corrects": "Credit op factuur:",
        "items": "Artikelen",
        "heads": "Aantal|Artikel|Btw|Prijs",
        "payment": "Betalingsgegevens",
        "subtotal": "Subtotaal",
        "discount": "Inclusief korting",
        "net": "Subtotaalprijs excl. btw:",
        "vat": "Btw {r}%:",
        "vat-over": "Btw {r}% over {b}:",
        "total": "Totaalprijs:",
        "rounding": "Afronding:",
        "paid": "Totaal betaald:",
        "left": "Openstaand bedrag:",
        "bill": "Factuuradres",
        "shop": "Heb je vragen? Mail ons op {} of bel {}.",
        "kvk": "KvK",
        "vat-id": "Btw",
        "iban": "IBAN",
        "agb": "AGB",
        "g-account": "G-rekening",
    },
    "en": {
        "title": "Invoice",
        "credit": "Credit note",
        "for": "Invoice for order {}",
        "number": "Invoice number:",
        "order": "Order:",
        "corrects": "Credits invoice:",
        "items": "Item Details",
        "heads": "Quantity|Item|Taxes|Price",
        "payment": "Payment Details",
        "subtotal": "Subtotal",
        "discount": "Includes discount",
        "net": "Subtotal price excl. VAT:",
        "vat": "VAT {r}%:",
        "vat-over": "VAT {r}% of {b}:",
        "total": "Total price:",
        "rounding": "Rounding:",
        "paid": "Total paid:",
        "left": "Outstanding Amount:",
        "bill": "Billing Address",
        "shop": "If you have any questions, please send an email to {} or call {}.",
        "kvk": "CoC",
        "vat-id": "VAT",
        "iban": "IBAN",
        "agb": "AGB",
        "g-account": "G-account",
    },
}


def draw(facts: Facts, look: Look) -> str:
    w, s = _WORDS[facts.language], facts.supplier
    right = [look.date(facts.date), w["for"].format(facts.order)]
    right += [f"{a} {v}" for a, v in parts.known(facts, look, w, "number corrects")]
    ids = [f"{a} {v}" for a, v in parts.known(facts, look, w, "kvk vat-id iban agb g-account")]
    lines = "".join(
        f"<tr><td>{e(look.quantity(line.quantity))} x<td><b>{e(line.description)}</b>"
        + ("" if facts.exempt else f"<td>{e(look.money(line.vat))} {line.rate}%")
        + "<td>"
        + (f"<s>{e(look.money(line.quantity * line.price))}</s> " if line.discount else "")
        + e(look.money(line.net))
        for line in facts.lines
    )
    heads = [h for at, h in enumerate(w["heads"].split("|")) if at != 2 or not facts.exempt]
    ask = w["shop"].format(s.email, look.phone(s.phone)).replace(" of bel .", ".")
    ask = ask.replace(" or call .", ".")
    body = (
        f"<p class=right>{br(right)}</p><div class=shop><strong>{e(s.name)}</strong><br><br>"
        f"{br([*parts.address(facts, look), *ids])}</div><hr><h2>{e(parts.title(facts, w))}</h2>"
        f"<h3>{e(w['items'])}</h3><table class=lines><thead><tr>"
        + "".join(f"<th>{e(h)}" for h in heads)
        + f"</thead>{lines}</table><h3>{e(w['payment'])}</h3><table class=pay>"
        f"{html.rows(parts.sums(facts, look, w))}</table><h3>{e(w['bill'])}</h3>"
        f"<div class=box>{br(facts.addressee)}</div>"
        + "".join(f"<p>{e(text)}</p>" for text in (*parts.said(facts, look), ask))
    )
    css = (
        ".right{float:right;text-align:right;margin:0}.shop{margin-bottom:6mm}.shop strong{"
        "font-size:170%}hr{clear:both}h3{margin:5mm 0 2mm}.lines,.pay{width:100%}.lines td,"
        ".lines th,.pay td{padding:1.3mm 2mm;border-bottom:1px solid #ddd}.pay td:first-child{"
        f"width:{look.width(65)}mm}}.box{{border:1px solid #000;padding:3mm;width:"
        f"{look.width(95, 1)}mm}}"
    )
    return html.page(facts, look, css, body)


FAMILY = Family("shopify", "chromium", draw, ("nl", "en"))
