"""Four columns under a coloured band, labels in grey above their values and the amount due in
digits three times as large; the supplier stands inside the band: after FreshBooks' modern style.
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
    table,
    totals,
    values,
)
from tests.families.html import br, e, page
from tests.families.look import Look

_SAY = {
    "nl": TotalWords(
        gross="Totaal",
        total="Totaal",
        net="Subtotaal",
        vat="Btw ({r}%)",
        subtotal="Som",
        discount="Korting",
        paid="Betaald bedrag",
        due="Te betalen bedrag (EUR)",
    ),
    "en": TotalWords(
        gross="Total",
        total="Total",
        net="Subtotal",
        vat="Tax ({r}%)",
        subtotal="Sum",
        discount="Discount",
        paid="Amount Paid",
        due="Amount Due (EUR)",
        rounding="Rounding",
    ),
    "fr": TotalWords(
        gross="Total TTC",
        total="Total",
        net="Total HT",
        vat="TVA ({r}%)",
        subtotal="Somme",
        discount="Remise",
        paid="Montant payé",
        due="Montant dû (EUR)",
        rounding="Arrondi",
    ),
}
_REFS = {
    "nl": (
        "Gefactureerd aan",
        "Datum van uitgifte",
        "Vervaldatum",
        "Factuurnummer",
        "Creditnummer",
        "Referentie",
        "Op factuur",
    ),
    "en": (
        "Billed To",
        "Date of Issue",
        "Due Date",
        "Invoice Number",
        "Credit Number",
        "Reference",
        "On Invoice",
    ),
    "fr": (
        "Facturé à",
        "Date d'émission",
        "Date d'échéance",
        "Numéro de facture",
        "Numéro d'avoir",
        "Référence",
        "Sur facture",
    ),
}
_IDS = {
    "nl": {
        "phone": "",
        "email": "",
        "web": "",
        "kvk": "KvK",
        "vat": "BTW",
        "agb": "AGB",
        "branch": "Vest.",
    },
    "en": {
        "phone": "",
        "email": "",
        "web": "",
        "kvk": "CoC number",
        "vat": "VAT number",
        "agb": "AGB",
        "branch": "Branch",
    },
    "fr": {
        "phone": "Tél.",
        "email": "",
        "web": "",
        "kvk": "KvK (registre du commerce)",
        "vat": "N° TVA",
        "agb": "AGB",
        "branch": "Établissement",
    },
}
_HEADS = {
    "nl": ("Omschrijving", "Tarief", "Aantal", "Regeltotaal"),
    "en": ("Description", "Rate", "Qty", "Line Total"),
    "fr": ("Description", "Prix unitaire", "Qté", "Total ligne"),
}
_OFF = {"nl": "korting", "en": "discount", "fr": "remise"}
_TAX = {"nl": "btw", "en": "tax", "fr": "TVA"}


def _label(text: str, value: str, more: str = "") -> str:
    return f"<div class=lab>{e(text)}</div><div class='val {more}'>{value}</div>" if value else ""


def draw(f: Facts, look: Look) -> str:
    known, credit = values(f, look), f.kind == "credit-note"
    to, issued, due, number, credit_number, reference, corrects = _REFS[f.language]
    company = [f"{a} {v}".strip() for a, v in pairs(f, look, _IDS[f.language])]
    title = {
        "nl": ("Factuur", "Creditnota"),
        "en": ("Invoice", "Credit Note"),
        "fr": ("Facture", "Avoir"),
    }[f.language][credit]
    columns = (
        _label(to, br(f.addressee)),
        _label(issued, e(known["date"]), "one") + _label(due, e(known["due"]), "one"),
        _label(credit_number if credit else number, e(known["number"]), "one")
        + _label(reference, e(known["order"]))
        + _label(corrects, e(known["corrects"])),
        _label(_SAY[f.language].due, e(look.money(f.due_amount)), "big"),
    )
    rows = []
    for line in f.lines:
        off = f" ({_OFF[f.language]} {line.discount}%)" if line.discount else ""
        tax = "" if f.exempt else f" +{_TAX[f.language]} {line.rate}%"
        quantity = f"{look.quantity(line.quantity)} {line.unit}".strip()
        rows.append(
            (line.description + off, look.money(line.price) + tax, quantity, look.money(line.net))
        )
    sums = "".join(
        f"<tr class={r.kind}><td class=n>{e(r.label)}</td><td class=n>{e(r.amount)}</td></tr>"
        for r in totals(f, look, _SAY[f.language])
    )
    bank = [
        f"{a} {v}"
        for a, v in pairs(f, look, {"iban": "IBAN", "bic": "BIC", "g-account": "G-rekening"})
    ]
    pay = sentence(
        f,
        look,
        *{
            "nl": (
                "Betaal binnen 30 dagen op onze rekening, met vermelding van {number}.",
                "Hartelijk dank!",
            ),
            "en": ("Please pay within 30 days.", "Thank you!"),
            "fr": ("Paiement à 30 jours, merci de rappeler {number}.", "Merci de votre confiance."),
        }[f.language],
    )
    terms = {"nl": "Voorwaarden", "en": "Terms", "fr": "Conditions"}[f.language]
    css = (
        f"{CSS}@page{{margin:0 0 12mm}}.band{{background:{look.accent};color:#fff;display:flex;"
        f"justify-content:space-between;padding:9mm {look.margin}mm}}.band h1{{font-size:170%}}"
        f".in{{padding:0 {look.margin}mm}}.cols{{display:flex;justify-content:space-between;"
        f"gap:4mm;margin:9mm 0}}.lab{{color:#8a8f96;font-size:85%}}.val{{margin:0.5mm 0 3.5mm}}"
        f".big{{font-size:{look.pick(230, 260)}%;color:{look.accent};white-space:nowrap}}"
        f".items{{border-top:1mm solid {look.accent}}}.items th{{color:{look.accent};padding:2mm 0}}"
        ".items td{padding:2.2mm 0;border-bottom:0.25mm solid #ddd}"
        f".s{{margin:3mm 0 6mm auto}}.s td{{padding:1mm 0 1mm {look.width(10)}mm}}"
        ".gross td,.due td{border-top:0.3mm solid #bbb;font-weight:bold}"
        ".one{white-space:nowrap}.band{gap:5mm}.mark{position:absolute;top:1mm;left:45%}"
    )
    body = (
        f"<div class=band><div><h1>{e(f.supplier.name)}</h1>{title}</div><div>{br(address(f, look))}"
        f"</div><div class=n>{br(company)}</div></div><div class=in><div class=cols>"
        f"{''.join(f'<div>{c}</div>' for c in columns)}</div>"
        f"{table(_HEADS[f.language], rows, 'lrrr')}<table class=s>{sums}</table>"
        f"<div class=lab>{terms}</div>{br([*closing(f, look), pay, *bank])}</div>"
    )
    return page(f, look, css, body)


FAMILY = Family("freshbooks-band", "chromium", draw, ("nl", "en", "fr"))
