"""A box of two columns only: what it is, and what it costs; number, date and term as three lines
"Factuur #: 123" at the right, how to pay as a row of its own, and each sum with its word in one cell:
after Sparksuite's simple HTML invoice.
"""

from __future__ import annotations

from tests.families.facts import Facts, Line
from tests.families.family import Family
from tests.families.held_out_more_parts import count, said
from tests.families.held_out_parts import CSS, address, closing, pairs, paragraphs
from tests.families.html import br, e, page
from tests.families.look import Look

_SAY = {
    "nl": {
        "subtotal": "Bij elkaar",
        "discount": "Korting{p}",
        "net": "Excl. btw",
        "vat": "Btw {r}%",
        "several": "Btw {r}% over {b}",
        "gross": "Totaal",
        "rounding": "Afronding",
        "paid": "Al betaald",
        "due": "Nog te betalen",
    },
    "en": {
        "subtotal": "Subtotal",
        "discount": "Discount{p}",
        "net": "Net",
        "vat": "VAT {r}%",
        "several": "VAT {r}% on {b}",
        "gross": "Total",
        "rounding": "Rounding",
        "paid": "Paid",
        "due": "Balance",
    },
    "de": {
        "subtotal": "Zwischensumme",
        "discount": "Rabatt{p}",
        "net": "Netto",
        "vat": "USt. {r}%",
        "several": "USt. {r}% auf {b}",
        "gross": "Summe",
        "rounding": "Rundung",
        "paid": "Bezahlt",
        "due": "Offen",
    },
}
_WORDS = {
    "nl": ("Betaalwijze", "Rekening", "Overboeking", "G-rekening", "Omschrijving", "Bedrag", "btw"),
    "en": ("Payment Method", "Account", "Bank transfer", "G-account", "Item", "Price", "VAT"),
    "de": ("Zahlungsart", "Konto", "Überweisung", "G-Konto", "Leistung", "Preis", "USt."),
}
_REFS = {
    "nl": {
        "number": "Factuur #|Creditnota #",
        "corrects": "Bij factuur #",
        "date": "Gemaakt",
        "due": "Te betalen voor",
        "order": "Uw kenmerk",
    },
    "en": {
        "number": "Invoice #|Credit note #",
        "corrects": "For invoice #",
        "date": "Created",
        "due": "Due",
        "order": "Reference",
    },
    "de": {
        "number": "Rechnung #|Gutschrift #",
        "corrects": "Zu Rechnung #",
        "date": "Erstellt",
        "due": "Fällig",
        "order": "Referenz",
    },
}
_TITLE = {
    "nl": ("Factuur", "Creditnota"),
    "en": ("Invoice", "Credit note"),
    "de": ("Rechnung", "Gutschrift"),
}
_IDS = {
    "nl": {"phone": "T", "email": "E", "web": "W", "kvk": "KvK", "vat": "Btw-id"},
    "en": {"phone": "T", "email": "E", "web": "W", "kvk": "CoC", "vat": "VAT"},
    "de": {"phone": "T", "email": "E", "web": "W", "kvk": "KvK", "vat": "USt-ID"},
}


def _what(f: Facts, line: Line, look: Look) -> str:
    """Description, and in brackets how the price comes about."""
    parts = [f"{count(line, look)} x {look.money(line.price)}"]
    parts += [f"-{line.discount}%"] if line.discount else []
    parts += [] if f.exempt else [f"{line.rate}% {_WORDS[f.language][6]}"]
    return f"{line.description} ({', '.join(parts)})"


def draw(f: Facts, look: Look) -> str:
    s, words = f.supplier, _WORDS[f.language]
    heading = _TITLE[f.language][f.kind == "credit-note"]
    refs = [f"{a}: {v}" for a, v in pairs(f, look, _REFS[f.language])]
    if not f.number:
        refs.insert(0, heading)
    more = {**_IDS[f.language], "agb": "AGB", "branch": "Vestigingsnr."}
    own = [*address(f, look), *(f"{a}: {v}" for a, v in pairs(f, look, more))]
    accounts = [(words[2], look.iban(account.iban)) for account in s.accounts]
    accounts += [(words[3], look.iban(s.g_account))] if s.g_account else []
    pay = "".join(f"<tr class=item><td>{e(a)}</td><td>{e(v)}</td></tr>" for a, v in accounts)
    if pay:
        pay = f"<tr class=heading><td>{words[0]}</td><td>{words[1]}</td></tr>{pay}<tr><td>&nbsp;</td></tr>"
    items = "".join(
        f"<tr class=item><td>{e(_what(f, line, look))}</td><td>{e(look.money(line.net))}</td></tr>"
        for line in f.lines
    )
    sums = "".join(
        f"<tr class='total {row.kind}'><td></td><td>{e(row.label)}: {e(row.amount)}</td></tr>"
        for row in said(f, look, _SAY[f.language])
    )
    css = (
        f"{CSS}.box{{padding:8mm;border:0.3mm solid #eee;color:#555;line-height:1.5}}"
        ".box table{width:100%}.box td{padding:1.2mm}.box tr td:nth-child(2){text-align:right}"
        f".name{{font-size:190%;line-height:1.2;color:{look.pick('#333', look.accent)}}}"
        ".heading td{background:#eee;border-bottom:0.3mm solid #ddd;font-weight:bold}"
        ".item td{border-bottom:0.3mm solid #eee}.item td:last-child{white-space:nowrap}"
        ".gross td:last-child,.due td:last-child{border-top:0.5mm solid #eee;font-weight:bold}"
    )
    body = (
        f"<div class=box><table><tr><td class=name>{e(s.name)}</td><td>{br(refs)}</td></tr></table><br>"
        f"<table><tr><td>{br(own)}</td><td>{br(f.addressee)}</td></tr></table><br><table>{pay}"
        f"<tr class=heading><td>{words[4]}</td><td>{words[5]}</td></tr>{items}{sums}</table><br>"
        f"{paragraphs(closing(f, look))}</div>"
    )
    return page(f, look, css, body)


FAMILY = Family("sparksuite", "chromium", draw, ("nl", "en", "de"))
