"""The order page of a shop that is printed from the browser: boxed tables with a shaded head, bold
words before their values inside one cell, totals as rows of the lines: after OpenCart.
"""

from __future__ import annotations

from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.held_out_parts import (
    CSS,
    TotalWords,
    address,
    closing,
    pairs,
    sentence,
    title,
    totals,
)
from tests.families.html import br, e, page
from tests.families.look import Look

_SAY = {
    "nl": TotalWords(
        gross="Totaal:",
        total="Totaal:",
        net="Subtotaal:",
        vat="BTW ({r}%):",
        subtotal="Artikelen:",
        discount="Kortingsbon",
        paid="Vooruitbetaald:",
        due="Nog te voldoen:",
        rounding="Afronding:",
    ),
    "en": TotalWords(
        gross="Total:",
        total="Total:",
        net="Sub-Total:",
        vat="VAT ({r}%):",
        subtotal="Products:",
        discount="Coupon",
        paid="Prepaid:",
        due="Still to pay:",
        rounding="Rounding:",
    ),
}
_LABELS = {
    "nl": {
        "date": "Factuurdatum:",
        "number": "Factuurnummer:|Creditnummer:",
        "corrects": "Betreft factuur:",
        "order": "Bestelling ID:",
        "due": "Betalen voor:",
    },
    "en": {
        "date": "Invoice Date:",
        "number": "Invoice No.:|Credit No.:",
        "corrects": "For Invoice:",
        "order": "Order ID:",
        "due": "Pay before:",
    },
}
_IDS = {
    "nl": {
        "phone": "Telefoon",
        "email": "E-mail",
        "web": "Website:",
        "kvk": "KvK nr:",
        "vat": "BTW nr:",
        "iban": "IBAN:",
        "bic": "BIC:",
        "agb": "AGB:",
        "branch": "Vestiging:",
        "g-account": "G-rekening:",
    },
    "en": {
        "phone": "Telephone",
        "email": "E-Mail",
        "web": "Web Site:",
        "kvk": "Chamber of Commerce:",
        "vat": "VAT No.:",
        "iban": "IBAN:",
        "bic": "BIC:",
        "agb": "AGB:",
        "branch": "Branch:",
        "g-account": "G-rekening:",
    },
}
_HEADS = {
    "nl": ("Product", "Model", "Aantal", "Prijs per stuk", "Totaal"),
    "en": ("Product", "Model", "Quantity", "Unit Price", "Total"),
}


def _bold(pairs_: list[tuple[str, str]]) -> str:
    return "<br>".join(f"<b>{e(a)}</b> {e(v)}" for a, v in pairs_)


def draw(f: Facts, look: Look) -> str:
    dutch = f.language == "nl"
    word = title(f, "Factuur", "Creditfactuur") if dutch else title(f, "Invoice", "Credit")
    heading = (
        f"{'Bestelling' if dutch else 'Order'} #{f.order} - {word}" if look.chance(0.4) else word
    )
    rows = ""
    for at, line in enumerate(f.lines):
        rate = "" if f.exempt else f"<br><small>- {'BTW' if dutch else 'VAT'}: {line.rate}%</small>"
        off = (
            f"<br><small>- {'Actie' if dutch else 'Offer'}: -{line.discount}%</small>"
            if line.discount
            else ""
        )
        rows += (
            f"<tr><td>{e(line.description)}{rate}{off}</td><td>Z-{100 + 7 * at}</td>"
            f"<td class=n>{e(look.quantity(line.quantity))}</td>"
            f"<td class=n>{e(look.money(line.price))}</td>"
            f"<td class=n>{e(look.money(line.net))}</td></tr>"
        )
    rows += "".join(
        f"<tr><td class=n colspan=4><b>{e(r.label)}</b></td><td class=n>{e(r.amount)}</td></tr>"
        for r in totals(f, look, _SAY[f.language])
    )
    heads = "".join(
        f"<th{' class=n' if at > 1 else ''}>{h}</th>" for at, h in enumerate(_HEADS[f.language])
    )
    paid = "<br><b>Payment Method:</b> Bank Transfer"
    if dutch:
        paid = "<br><b>Betaalmethode:</b> Bankoverschrijving"
    pay = sentence(
        f,
        look,
        "Maak het totaalbedrag over onder vermelding van {order}."
        if dutch
        else "Please transfer the total quoting {order}.",
    )
    css = (
        f"{CSS}h1{{font-weight:normal;font-size:190%;color:#444;text-transform:"
        f"{look.pick('none', 'uppercase')};border-bottom:0.3mm solid #ccc;padding-bottom:2mm}}"
        "table{width:100%;margin-bottom:6mm}td,th{border:0.25mm solid #ccc;padding:1.6mm}"
        "th{background:#efefef}small{color:#555}tbody{break-inside:auto}"
    )
    options = "Factuurgegevens" if dutch else "Order Details"
    body = (
        f"<h1>{e(heading)}</h1><table><tr><th colspan=2>{options}</th></tr><tr><td style='width:50%'>"
        f"<b>{e(f.supplier.name)}</b><br>{br(address(f, look))}<br>{_bold(pairs(f, look, _IDS[f.language]))}"
        f"</td><td>{_bold(pairs(f, look, _LABELS[f.language]))}{paid}</td></tr></table>"
        f"<table><tr><th style='width:50%'>{'Factuuradres' if dutch else 'To'}</th>"
        f"<th>{'Verzendadres' if dutch else 'Ship To (if different address)'}</th></tr>"
        f"<tr><td>{br(f.addressee)}</td><td>{br(f.addressee) if dutch else ''}</td></tr></table>"
        f"<table class=items><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
        f"<table><tr><th>{'Opmerking' if dutch else 'Comment'}</th></tr><tr><td>"
        f"{br([*closing(f, look), pay])}</td></tr></table>"
    )
    return page(f, look, css, body)


FAMILY = Family("opencart-print", "chromium", draw, ("nl", "en"))
