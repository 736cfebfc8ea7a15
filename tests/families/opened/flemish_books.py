"""Belgian words ("vervaldag", "maatstaf van heffing", "gestructureerde mededeling") over a block of
totals with a row a rate, and a payment box at the foot: after Billit, Octopus and Yuki.
"""

from __future__ import annotations

from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.held_out_parts import (
    CSS,
    address,
    closing,
    has_line_discount,
    pairs,
    paragraphs,
    table,
    title,
    values,
)
from tests.families.html import br, e, page
from tests.families.look import Look

_WORDS = {
    "nl": {
        "title": "Factuur|Creditnota",
        "heads": "Omschrijving|Aantal|Eenheidsprijs|Korting|BTW|Totaal excl.",
        "vat": "Tarief|Maatstaf van heffing|BTW",
        "net": "Totaal excl. BTW",
        "tax": "Totaal BTW",
        "gross": "Totaal incl. BTW",
        "total": "Te betalen",
        "discount": "Globale korting",
        "subtotal": "Totaal lijnen",
        "rounding": "Afronding",
        "paid": "Reeds betaald voorschot",
        "due": "Saldo te betalen",
        "box": "Betaalgegevens",
        "pay": "Te betalen voor",
        "amount": "Bedrag",
        "message": "Gestructureerde mededeling",
    },
    "fr": {
        "title": "Facture|Note de crédit",
        "heads": "Description|Quantité|Prix unitaire|Remise|TVA|Total HTVA",
        "vat": "Taux|Base imposable|TVA",
        "net": "Total HTVA",
        "tax": "Total TVA",
        "gross": "Total TVAC",
        "total": "À payer",
        "discount": "Remise globale",
        "subtotal": "Total lignes",
        "rounding": "Arrondi",
        "paid": "Acompte déjà payé",
        "due": "Solde à payer",
        "box": "Données de paiement",
        "pay": "À payer avant le",
        "amount": "Montant",
        "message": "Communication structurée",
    },
}
_REFS = {
    "nl": {
        "number": "Factuurnummer|Nummer creditnota",
        "date": "Factuurdatum|Datum",
        "due": "Vervaldag",
        "customer": "Klantnr.",
        "order": "Uw referentie",
        "corrects": "Verwijst naar factuur",
    },
    "fr": {
        "number": "Numéro de facture|Numéro note de crédit",
        "date": "Date de facture|Date",
        "due": "Échéance",
        "customer": "N° client",
        "order": "Votre référence",
        "corrects": "Se réfère à la facture",
    },
}
_IDS = {
    "nl": {
        "phone": "Tel",
        "email": "",
        "web": "",
        "kvk": "KvK-nr. (NL)",
        "vat": "BTW",
        "agb": "AGB",
        "branch": "Vestigingseenheid",
    },
    "fr": {
        "phone": "Tél",
        "email": "",
        "web": "",
        "kvk": "KvK (NL)",
        "vat": "TVA",
        "agb": "AGB",
        "branch": "Unité d'établissement",
    },
}


def _message(f: Facts) -> str:
    """A structured communication: ten digits and their remainder of 97."""
    digits = "".join(c for c in f.customer + f.order if c.isdigit()).zfill(10)[:10]
    text = f"{digits}{int(digits) % 97 or 97:02d}"
    return f"+++{text[:3]}/{text[3:7]}/{text[7:]}+++"


def _sums(f: Facts, look: Look, words: dict[str, str]) -> str:
    rows: list[tuple[str, str, str]] = []
    if f.discount:
        percent = f" {f.discount_percent}%" if f.discount_percent else ""
        rows.append(("", words["subtotal"], look.money(f.subtotal)))
        rows.append(("", words["discount"] + percent, look.money(-f.discount)))
    if f.exempt:
        rows.append(("big", words["total"], look.money(f.gross)))
    else:
        rows.append(("", words["net"], look.money(f.net)))
        rows.append(("", words["tax"], look.money(f.vat)))
        rows.append(("big", words["gross"], look.money(f.gross)))
    if f.rounding:
        rows.append(("", words["rounding"], look.money(f.rounding)))
    if f.paid:
        rows.append(("", words["paid"], look.money(-f.paid)))
    if f.rounding or f.paid:
        rows.append(("big", words["due"], look.money(f.due_amount)))
    return "".join(
        f"<tr class='{k}'><td>{e(a)}</td><td class=n>{e(v)}</td></tr>" for k, a, v in rows
    )


def draw(f: Facts, look: Look) -> str:
    words, known = _WORDS[f.language], values(f, look)
    keep = [True, True, True, has_line_discount(f), not f.exempt, True]
    rows = [
        (
            line.description,
            f"{look.quantity(line.quantity)} {line.unit}".strip(),
            look.money.bare(line.price),
            f"{line.discount}%" if line.discount else "",
            f"{line.rate}%",
            look.money.bare(line.net),
        )
        for line in f.lines
    ]
    cells = [
        [c for c, kept in zip(row, keep, strict=True) if kept]
        for row in (words["heads"].split("|"), *rows)
    ]
    rates = table(
        words["vat"].split("|"),
        [(f"{s.rate} %", look.money.bare(s.net), look.money.bare(s.vat)) for s in f.shares],
        "rrr",
        "rates",
    )
    refs = "".join(
        f"<tr><td>{e(a)}</td><td>{e(v)}</td></tr>" for a, v in pairs(f, look, _REFS[f.language])
    )
    company = [
        *address(f, look),
        *(f"{a} {v}".strip() for a, v in pairs(f, look, _IDS[f.language])),
    ]
    bank = [
        f"{a} {v}"
        for a, v in pairs(f, look, {"iban": "IBAN", "bic": "BIC", "g-account": "G-rekening"})
    ]
    box = [
        (words["pay"], known["due"]),
        (words["amount"], known["pay"]),
        (words["message"], _message(f)),
    ]
    pay = (
        ""
        if f.kind == "credit-note"
        else "".join(f"<div class=o><small>{e(a)}</small><br>{e(v)}</div>" for a, v in box)
    )
    css = (
        f"{CSS}.h{{display:flex;justify-content:space-between;border-bottom:1mm solid {look.accent};"
        f"padding-bottom:4mm}}h1{{font-size:200%;color:{look.accent}}}.two{{display:flex;"
        "justify-content:space-between;margin:8mm 0}.two table td{padding:0.6mm 0 0.6mm "
        f"{look.width(7)}mm}}.items th{{border-bottom:0.4mm solid {look.accent};padding:1.5mm}}"
        ".items td{padding:1.5mm;border-bottom:0.2mm solid #e3e3e3}.low{display:flex;"
        f"justify-content:space-between;margin:6mm 0}}.rates td,.rates th{{padding:0.8mm "
        f"{look.width(3, 1)}mm;border:0.2mm solid #bbb}}.s td{{padding:0.9mm 0 0.9mm {look.width(9, 2)}mm}}"
        ".o,.s td{white-space:nowrap}.big td{font-weight:bold;font-size:115%}"
        ".box{border:0.3mm solid #999;padding:3mm;display:flex;"
        "justify-content:space-between;gap:5mm}small{color:#777}"
    )
    body = (
        f"<div class=h><div><h1>{title(f, *words['title'].split('|'))}</h1></div><div class=n>"
        f"<b>{e(f.supplier.name)}</b><br>{br(company)}</div></div><div class=two>"
        f"<table style='margin-left:-{look.width(7)}mm'>{refs}</table><div>{br(f.addressee)}</div></div>"
        f"{table(cells[0], cells[1:], 'l' + 'r' * (sum(keep) - 1))}<div class=low><div>"
        f"{rates if f.shares else ''}</div><table class=s>{_sums(f, look, words)}</table></div>"
        f"{paragraphs(closing(f, look))}<div class=box><div><b>{words['box']}</b><br>"
        f"{br([f.supplier.name, *bank])}</div>{pay}</div>"
    )
    return page(f, look, css, body)


FAMILY = Family("flemish-books", "weasyprint", draw, ("nl", "fr"))
