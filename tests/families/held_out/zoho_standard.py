"""A large title at the right with the number under a hash and the balance in a pill, lines numbered
and described in two lines, the payment made in red: after the standard template of Zoho.
"""

from __future__ import annotations

from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.held_out_parts import (
    CSS,
    TotalWords,
    address,
    closing,
    has_line_discount,
    pairs,
    sentence,
    title,
    totals,
)
from tests.families.html import br, e, page
from tests.families.look import Look

_SAY = {
    "nl": TotalWords(
        gross="Totaal",
        total="Totaal",
        net="Netto bedrag",
        vat="Btw ({r}%)",
        subtotal="Subtotaal",
        discount="Korting",
        paid="Gedane betaling",
        due="Verschuldigd saldo",
        rounding="Afronding",
    ),
    "en": TotalWords(
        gross="Total",
        total="Total",
        net="Net Amount",
        vat="VAT ({r}%)",
        subtotal="Sub Total",
        discount="Discount",
        paid="Payment Made",
        due="Balance Due",
        rounding="Round Off",
    ),
    "de": TotalWords(
        gross="Gesamtsumme",
        total="Gesamtsumme",
        net="Nettobetrag",
        vat="USt. ({r}%)",
        subtotal="Zwischensumme",
        discount="Rabatt",
        paid="Geleistete Zahlung",
        due="Offener Saldo",
        rounding="Rundung",
    ),
}
_WORDS = {
    "nl": ("FACTUUR", "CREDITNOTA", "Verschuldigd saldo", "Factureren aan", "Opmerkingen"),
    "en": ("INVOICE", "CREDIT NOTE", "Balance Due", "Bill To", "Notes"),
    "de": ("RECHNUNG", "GUTSCHRIFT", "Offener Saldo", "Rechnung an", "Anmerkungen"),
}
_REFS = {
    "nl": {
        "date": "Factuurdatum :|Datum creditnota :",
        "due": "Vervaldatum :",
        "order": "Inkoopordernummer :",
        "corrects": "Factuur # :",
    },
    "en": {
        "date": "Invoice Date :|Credit Date :",
        "due": "Due Date :",
        "order": "P.O.# :",
        "corrects": "Invoice# :",
    },
    "de": {
        "date": "Rechnungsdatum :|Datum :",
        "due": "Fälligkeitsdatum :",
        "order": "Bestellnummer :",
        "corrects": "Zu Rechnung :",
    },
}
_HEADS = {
    "nl": ("#", "Artikel & beschrijving", "Aantal", "Tarief", "Korting", "Btw", "Bedrag"),
    "en": ("#", "Item & Description", "Qty", "Rate", "Discount", "VAT", "Amount"),
    "de": ("#", "Artikel & Beschreibung", "Menge", "Preis", "Rabatt", "USt.", "Betrag"),
}
_IDS = {
    "nl": {
        "phone": "",
        "email": "",
        "web": "",
        "kvk": "KvK",
        "vat": "BTW",
        "agb": "AGB",
        "branch": "Vestiging",
    },
    "en": {
        "phone": "",
        "email": "",
        "web": "",
        "kvk": "Company ID (KvK) :",
        "vat": "VAT :",
        "agb": "AGB",
        "branch": "Branch",
    },
    "de": {
        "phone": "",
        "email": "",
        "web": "",
        "kvk": "KvK-Nr.",
        "vat": "USt-IdNr.",
        "agb": "AGB-Code",
        "branch": "Niederlassung",
    },
}


def _items(f: Facts, look: Look) -> str:
    keep = [True, True, True, True, has_line_discount(f), not f.exempt, True]
    heads = "".join(
        f"<th{' class=n' if at > 1 else ''}>{e(h)}</th>"
        for at, (h, kept) in enumerate(zip(_HEADS[f.language], keep, strict=True))
        if kept
    )
    body = ""
    for at, line in enumerate(f.lines, 1):
        cells = (
            f"<td>{at}</td>",
            f"<td>{e(line.description)}</td>",
            f"<td class=n>{e(look.quantity(line.quantity))}<br><small>{e(line.unit)}</small></td>",
            f"<td class=n>{e(look.money.bare(line.price))}</td>",
            f"<td class=n>{f'{line.discount}%' if line.discount else ''}</td>",
            f"<td class=n>{line.rate}%</td>",
            f"<td class=n>{e(look.money.bare(line.net))}</td>",
        )
        body += f"<tr>{''.join(c for c, kept in zip(cells, keep, strict=True) if kept)}</tr>"
    return f"<table class=items><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"


def draw(f: Facts, look: Look) -> str:
    invoice, credit, balance, to, remarks = _WORDS[f.language]
    company = [f"{a} {v}".strip() for a, v in pairs(f, look, _IDS[f.language])]
    number = f"# {f.number}" if f.number else ""
    refs = "".join(
        f"<tr><td class=n>{e(a)}</td><td class=n>{e(v)}</td></tr>"
        for a, v in pairs(f, look, _REFS[f.language])
    )
    sums = "".join(
        f"<tr class={r.kind}><td class=n>{e(r.label)}</td><td class=n>{e(r.amount)}</td></tr>"
        for r in totals(f, look, _SAY[f.language])
    )
    bank = [
        f"{a} {v}"
        for a, v in pairs(f, look, {"iban": "IBAN", "bic": "BIC", "g-account": "G-rekening"})
    ]
    thanks = sentence(
        f,
        look,
        {"nl": "Fijn dat u voor ons koos.", "en": "Thanks for your business.", "de": "Danke."}[
            f.language
        ],
    )
    css = (
        f"{CSS}.h{{display:flex;justify-content:space-between}}h1{{font-weight:normal;"
        f"font-size:{look.pick(240, 280)}%;text-align:right}}.r{{text-align:right}}"
        f".bal{{margin-top:5mm;font-size:90%}}.bal b{{font-size:140%;display:block}}"
        f".m{{display:flex;justify-content:space-between;align-items:flex-end;margin:12mm 0 6mm}}"
        f".m td{{padding:1.2mm 0 1.2mm {look.width(9)}mm}}"
        f".items th{{background:#3c3d3a;color:#fff;padding:2mm;font-weight:normal}}"
        ".items td{padding:2.6mm 2mm;border-bottom:0.25mm solid #ccc}small{color:#777}"
        f".s{{margin:3mm 0 8mm auto;width:{look.width(85, 1)}mm}}.s td{{padding:1.5mm 2mm}}"
        ".s .gross td{font-weight:bold}.s .paid td+td{color:#c0392b}"
        ".s .due td{background:#f5f4f3;font-weight:bold}h4{margin:0 0 1mm;color:#777}"
    )
    body = (
        f"<div class=h><div><b>{e(f.supplier.name)}</b><br>{br([*address(f, look), *company])}</div>"
        f"<div class=r><h1>{title(f, invoice, credit)}</h1><b>{e(number)}</b>"
        f"<div class=bal>{balance}<b>{e(look.money(f.due_amount))}</b></div></div></div>"
        f"<div class=m><div><span style='color:#777'>{to}</span><br>{br(f.addressee)}</div>"
        f"<table>{refs}</table></div>{_items(f, look)}<table class=s>{sums}</table>"
        f"<h4>{remarks}</h4>{br([*closing(f, look), thanks, *bank])}"
    )
    return page(f, look, css, body)


FAMILY = Family("zoho-standard", "chromium", draw, ("nl", "en", "de"))
