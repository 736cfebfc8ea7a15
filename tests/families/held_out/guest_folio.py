"""A folio: day, what, debit and credit, every amount with btw in it, discount and payments as lines in
the credit column, one balance under both, and the btw taken out of it in a small table at the end: as
programs for hotels, shelters and respite houses print it.
"""

from __future__ import annotations

from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.held_out_more_parts import count, spoken
from tests.families.held_out_parts import CSS, address, closing, pairs, paragraphs, table, title
from tests.families.html import br, e, page
from tests.families.look import Look

_WORDS = spoken(
    "invoice credit day what debit take discount without paid rounding total left split rate base vat"
    " gross vat-word sum",
    nl=(
        "FACTUUR|CREDITFACTUUR|Datum|Omschrijving|Debet|Credit|Korting|zonder btw|Vooruitbetaling"
        "|Afronding|Totaal factuur|Te voldoen|Btw-overzicht|Tarief|Exclusief|Btw|Inclusief|btw|Samen"
    ),
    en=(
        "INVOICE|CREDIT INVOICE|Date|Description|Debit|Credit|Discount|before VAT|Prepayment|Rounding"
        "|Invoice total|To be settled|VAT summary|Rate|Net|VAT|Gross|VAT|Sum"
    ),
)
_REFS = {
    "nl": {
        "number": "Factuur|Credit",
        "date": "Factuurdatum|Datum",
        "customer": "Gastnr.",
        "order": "Reservering",
        "corrects": "Corrigeert",
        "due": "Betalen voor",
    },
    "en": {
        "number": "Invoice|Credit",
        "date": "Invoice date|Date",
        "customer": "Guest no.",
        "order": "Reservation",
        "corrects": "Corrects",
        "due": "Pay before",
    },
}
_IDS = {
    "nl": {"phone": "tel.", "kvk": "KvK", "vat": "btw", "iban": "bank", "bic": "BIC"},
    "en": {"phone": "phone", "kvk": "KvK", "vat": "VAT", "iban": "bank", "bic": "BIC"},
}


def _lines(f: Facts, look: Look) -> str:
    w, money = _WORDS[f.language], look.money.bare
    rows = []
    for line in f.lines:
        detail = f"{count(line, look)} à {money(line.price)}"
        detail += f" - {line.discount}%" if line.discount else ""
        detail += "" if f.exempt else f" + {line.rate}% {w['vat-word']}"
        amount = money(line.gross)
        rows.append((look.date(line.date), f"{line.description} ({detail})", amount, ""))
    if f.discount:
        whole = sum(line.gross for line in f.lines)
        percent = f" {f.discount_percent}%" if f.discount_percent else ""
        own = "" if f.exempt else f" ({w['without']} {money(f.discount)})"
        rows.append(("", f"{w['discount']}{percent}{own}", "", money(whole - f.gross)))
    rows.append(("", w["total"], money(f.gross), ""))
    if f.rounding:
        up = f.rounding > 0
        amount = money(abs(f.rounding))
        rows.append(("", w["rounding"], amount if up else "", "" if up else amount))
    if f.paid:
        rows.append(("", w["paid"], "", money(f.paid)))
    if f.paid or f.rounding:
        rows.append(("", w["left"], money(f.due_amount), ""))
    heads = [w[name] for name in ("day", "what", "debit", "take")]
    return table(heads, rows, "llrr")


def draw(f: Facts, look: Look) -> str:
    s, w = f.supplier, _WORDS[f.language]
    contact = [x for x in (s.email, s.web) if x]
    more = {**_IDS[f.language], "g-account": "G-rekening", "agb": "AGB", "branch": "Vestigingsnr."}
    ids = " · ".join(f"{a} {v}" for a, v in pairs(f, look, more))
    refs = "".join(
        f"<div><span>{e(a)}</span><br>{e(v)}</div>" for a, v in pairs(f, look, _REFS[f.language])
    )
    split = [
        (
            f"{share.rate}%",
            look.money(share.net),
            look.money(share.vat),
            look.money(share.net + share.vat),
        )
        for share in f.shares
    ]
    if len(split) > 1:
        split.append((w["sum"], look.money(f.net), look.money(f.vat), look.money(f.net + f.vat)))
    heads = [w[name] for name in ("rate", "base", "vat", "gross")]
    taxes = f"<h3>{w['split']}</h3>{table(heads, split, 'lrrr', 'tax')}" if split else ""
    css = (
        f"{CSS}.top{{text-align:center;border-bottom:0.5mm double {look.accent};padding-bottom:3mm}}"
        f".top h2{{font-size:165%;color:{look.accent}}}.refs{{display:flex;gap:{look.width(7)}mm;"
        "margin:6mm 0}.refs span{color:#777;font-size:80%}.to{margin:8mm 0 4mm}h1{font-size:135%}"
        ".items th{border-bottom:0.3mm solid #333}.items td,.items th{padding:1mm 1.5mm}"
        ".items{border-bottom:0.3mm solid #333}h3{font-size:100%;margin:6mm 0 1mm}"
        ".tax td,.tax th{padding:0.6mm 5mm 0.6mm 0}.tax{margin-bottom:5mm}.ids{font-size:82%}"
    )
    body = (
        f"<div class=top><h2>{e(s.name)}</h2>{e(' – '.join([*address(f, look), *contact]))}</div>"
        f"<div class=to>{br(f.addressee)}</div><h1>{title(f, w['invoice'], w['credit'])}</h1>"
        f"<div class=refs>{refs}</div>{_lines(f, look)}{taxes}{paragraphs(closing(f, look))}"
        f"<p class=ids>{e(ids)}</p>"
    )
    return page(f, look, css, body)


FAMILY = Family("guest-folio", "weasyprint", draw, ("nl", "en"), vat_by_line=True)
