"""Labels flush right before their values with a colon, the amount due shaded among the references
and again as the last of the totals: after the contemporary template of Wave.
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
    paragraphs,
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
        vat="Btw {r}%",
        subtotal="Bedrag voor korting:",
        discount="Korting",
        paid="Reeds ontvangen:",
        due="Te betalen (EUR):",
        rounding="Afronding:",
    ),
    "en": TotalWords(
        gross="Total:",
        total="Total:",
        net="Subtotal:",
        vat="VAT {r}%",
        subtotal="Before discount:",
        discount="Discount",
        paid="Payment received:",
        due="Amount Due (EUR):",
        rounding="Rounding:",
    ),
}
_LABELS = {
    "nl": {
        "number": "Factuurnummer:|Creditnotanummer:",
        "order": "Inkoopnummer:",
        "date": "Factuurdatum:|Datum:",
        "due": "Betaling uiterlijk:",
        "corrects": "Hoort bij factuur:",
        "pay": "Te betalen (EUR):",
    },
    "en": {
        "number": "Invoice Number:|Credit Note Number:",
        "order": "P.O./S.O. Number:",
        "date": "Invoice Date:|Credit Note Date:",
        "due": "Payment Due:",
        "corrects": "Refers to Invoice:",
        "pay": "Amount Due (EUR):",
    },
}
_IDS = {
    "nl": {
        "kvk": "Kamer van Koophandel:",
        "vat": "Btw-id:",
        "agb": "AGB-code:",
        "branch": "Vestigingsnr.:",
    },
    "en": {
        "kvk": "Chamber of Commerce:",
        "vat": "VAT ID:",
        "agb": "AGB code:",
        "branch": "Branch no.:",
    },
}
_HEADS = {
    "nl": ("Diensten", "Aantal", "Prijs", "Bedrag"),
    "en": ("Items", "Quantity", "Price", "Amount"),
}


def _items(f: Facts, look: Look) -> str:
    heads = "".join(
        f"<th{' class=n' if at > 1 else ' style=text-align:center' if at else ''}>{h}</th>"
        for at, h in enumerate(_HEADS[f.language])
    )
    body = ""
    for line in f.lines:
        more = [line.unit] if line.unit else []
        if not f.exempt:
            more.append(f"{'btw' if f.language == 'nl' else 'VAT'} {line.rate}%")
        if line.discount:
            more.append(f"{'korting' if f.language == 'nl' else 'discount'} {line.discount}%")
        body += (
            f"<tr><td><b>{e(line.description)}</b><br><span class=more>{e(', '.join(more))}</span>"
            f"</td><td style='text-align:center'>{e(look.quantity(line.quantity))}</td>"
            f"<td class=n>{e(look.money(line.price))}</td><td class=n>{e(look.money(line.net))}</td></tr>"
        )
    return f"<table class=items><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"


def draw(f: Facts, look: Look) -> str:
    dutch = f.language == "nl"
    refs = "".join(
        f"<tr{' class=shade' if at == 'pay' else ''}><td class=n><b>{e(a)}</b></td><td>{e(v)}</td></tr>"
        for at in _LABELS[f.language]
        for a, v in pairs(f, look, {at: _LABELS[f.language][at]})
    )
    sums = "".join(
        f"<tr class={r.kind}><td class=n><b>{e(r.label)}</b></td><td class=n>{e(r.amount)}</td></tr>"
        for r in totals(f, look, _SAY[f.language])
    )
    if not f.paid and not f.rounding:
        sums += (
            f"<tr class=due><td class=n><b>{_SAY[f.language].due}</b></td>"
            f"<td class=n><b>{e(look.money(f.due_amount))}</b></td></tr>"
        )
    contact = [
        f"{a} {v}".strip()
        for a, v in pairs(f, look, {"phone": look.pick("Tel.:", ""), "email": "", "web": ""})
    ]
    ids = [f"{a} {v}" for a, v in pairs(f, look, _IDS[f.language])]
    bank = [
        f"{a} {v}"
        for a, v in pairs(f, look, {"iban": "IBAN", "bic": "BIC", "g-account": "G-rekening"})
    ]
    heading = title(f, "Factuur", "Creditnota") if dutch else title(f, "Invoice", "Credit note")
    css = (
        f"{CSS}.h{{text-align:right;border-bottom:0.3mm solid #ddd;padding-bottom:6mm}}h1{{"
        f"font-weight:normal;font-size:240%}}.m{{display:flex;justify-content:space-between;"
        f"margin:6mm 0}}.m td{{padding:0.8mm 1.5mm}}.shade td{{background:#ececf4}}"
        f".grey{{color:#999}}.items th{{background:{look.accent};color:#fff;padding:2mm}}"
        ".items td{padding:2mm;border-bottom:0.2mm solid #e5e5e5}.more{color:#666}"
        f".s{{margin:4mm 0 6mm auto}}.s td{{padding:1mm 2mm 1mm {look.width(7)}mm}}"
        ".due td{border-top:0.5mm solid #ccc}.f{margin-top:8mm;border-top:0.3mm solid #ddd;"
        "padding-top:3mm;font-size:90%}"
    )
    body = (
        f"<div class=h><h1>{heading}</h1><b>{e(f.supplier.name)}</b><br>"
        f"{br([*address(f, look), *([] if not dutch else ['Nederland']), '', *contact])}</div>"
        f"<div class=m><div><span class=grey>{'FACTUUR AAN' if dutch else 'BILL TO'}</span><br>"
        f"{br(f.addressee)}</div><table>{refs}</table></div>{_items(f, look)}"
        f"<table class=s>{sums}</table><b>{'Opmerkingen' if dutch else 'Notes / Terms'}</b>"
        f"{paragraphs([*closing(f, look), *bank])}<div class=f>{br(ids)}</div>"
    )
    return page(f, look, css, body)


FAMILY = Family("wave-contemporary", "weasyprint", draw, ("nl", "en"))
