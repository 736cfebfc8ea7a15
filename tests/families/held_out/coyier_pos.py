"""A black bar with the title in spaced capitals, a small bordered table with the amount to pay among
the references, a fully bordered table whose last rows are the sums behind empty cells, and terms under
a ruled heading in the middle: after Chris Coyier's editable invoice, as Open Source Point of Sale has it.
"""

from __future__ import annotations

from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.held_out_more_parts import count, said, somebody_else
from tests.families.held_out_parts import CSS, Pair, address, closing, pairs, title
from tests.families.html import br, e, page
from tests.families.look import Look

_SAY = {
    "nl": {
        "subtotal": "Subtotaal",
        "discount": "Korting{p}",
        "net": "Subtotaal excl.",
        "vat": "{r}% BTW",
        "several": "{r}% BTW over {b}",
        "gross": "Totaal",
        "rounding": "Afronding",
        "paid": "Betaald bedrag",
        "due": "Te betalen",
    },
    "en": {
        "subtotal": "Subtotal",
        "discount": "Discount{p}",
        "net": "Subtotal excl.",
        "vat": "{r}% VAT",
        "several": "{r}% VAT on {b}",
        "gross": "Total",
        "rounding": "Rounding",
        "paid": "Amount Paid",
        "due": "Balance Due",
    },
    "de": {
        "subtotal": "Zwischensumme",
        "discount": "Rabatt{p}",
        "net": "Netto",
        "vat": "{r}% USt.",
        "several": "{r}% USt. auf {b}",
        "gross": "Gesamt",
        "rounding": "Rundung",
        "paid": "Bezahlt",
        "due": "Zu zahlen",
    },
}
_META = {
    "nl": {
        "number": "Factuur #|Creditnota #",
        "corrects": "Bij factuur #",
        "date": "Datum",
        "order": "Order",
    },
    "en": {
        "number": "Invoice #|Credit note #",
        "corrects": "For invoice #",
        "date": "Date",
        "order": "Order",
    },
    "de": {
        "number": "Rechnung #|Gutschrift #",
        "corrects": "Zu Rechnung #",
        "date": "Datum",
        "order": "Auftrag",
    },
}
_WORDS = {
    "nl": ("FACTUUR", "CREDITNOTA", "Te betalen", "Tegoed", "VOORWAARDEN"),
    "en": ("INVOICE", "CREDIT NOTE", "Amount Due", "Credit", "TERMS"),
    "de": ("RECHNUNG", "GUTSCHRIFT", "Zu zahlen", "Guthaben", "BEDINGUNGEN"),
}
_HEADS = {
    "nl": ("Artikel #", "Omschrijving", "Stukprijs", "Aantal", "Korting", "Totaal"),
    "en": ("Item #", "Description", "Unit Cost", "Quantity", "Discount", "Price"),
    "de": ("Artikel #", "Beschreibung", "Einzelpreis", "Menge", "Rabatt", "Preis"),
}
_IDS = {
    "nl": {"phone": "Telefoon", "kvk": "KvK", "vat": "BTW", "iban": "Rekening"},
    "en": {"phone": "Phone", "kvk": "KvK", "vat": "VAT", "iban": "Account"},
    "de": {"phone": "Telefon", "kvk": "KvK", "vat": "USt-IdNr.", "iban": "Konto"},
}


def _terms(f: Facts, look: Look) -> list[str]:
    pay = {
        "nl": "Netto 30 dagen. Over te late betalingen wordt 1,5% rente per maand berekend.",
        "en": "NET 30 Days. Finance charge of 1.5% will be made on unpaid balances after 30 days.",
        "de": "30 Tage netto. Bei verspäteter Zahlung berechnen wir 1,5% Zinsen im Monat.",
    }
    texts = closing(f, look)
    if f.kind == "invoice":
        texts.append(pay[f.language])
    if f.language == "nl":
        texts.append(somebody_else(f, look))
    return texts


def draw(f: Facts, look: Look) -> str:
    s, words = f.supplier, _WORDS[f.language]
    rows = said(f, look, _SAY[f.language])
    meta: list[Pair] = pairs(f, look, _META[f.language])
    meta.append((words[3 if f.kind == "credit-note" else 2], look.money(f.due_amount)))
    more = {**_IDS[f.language], "bic": "BIC", "g-account": "G-rekening", "agb": "AGB"}
    own = [*address(f, look), *(f"{a}: {v}" for a, v in pairs(f, look, more))]
    own += [x for x in (s.email, s.web, s.branch and f"Vestigingsnr.: {s.branch}") if x]
    heads = "".join(f"<th>{h}</th>" for h in _HEADS[f.language])
    items = ""
    for at, line in enumerate(f.lines, 1):
        rate = "" if f.exempt else f" ({line.rate}%)"
        cells = (
            str(100 + at),
            line.description + rate,
            look.money(line.price),
            count(line, look),
            f"{line.discount}%" if line.discount else "",
            look.money(line.net),
        )
        items += "<tr>" + "".join(f"<td>{e(cell)}</td>" for cell in cells) + "</tr>"
    sums = "".join(
        f"<tr class={row.kind}><td colspan=3 class=b></td><td colspan=2>{e(row.label)}</td>"
        f"<td class=n>{e(row.amount)}</td></tr>"
        for row in rows
    )
    small = "".join(f"<tr><th>{e(a)}</th><td class=n>{e(v)}</td></tr>" for a, v in meta)
    css = (
        f"{CSS}body{{font-family:'{look.pick('Liberation Serif', look.font)}'}}"
        ".bar{background:#222;color:#fff;text-align:center;padding:2mm;font-weight:bold;"
        "letter-spacing:5mm;-webkit-print-color-adjust:exact}.two{display:flex;justify-content:"
        f"space-between;margin:6mm 0}}.co{{text-align:right;font-size:{look.pick(150, 190)}%}}"
        "table.m,table.i{border:0.3mm solid #000}.m td,.m th,.i td,.i th{border:0.3mm solid #000;"
        "padding:1.2mm 1.6mm}.m{align-self:flex-start}.m th,.i th{background:#eee;font-weight:normal}"
        ".i{width:100%;margin-bottom:6mm}.i .b{border:0}.i td:last-child{text-align:right}"
        ".gross td:nth-child(n+2),.due td:nth-child(n+2){background:#eee;font-weight:bold}"
        ".t{text-align:center}.t h5{border-bottom:0.3mm solid #000;letter-spacing:2mm;margin:0 0 2mm;"
        "padding-bottom:2mm;font-size:100%}"
    )
    body = (
        f"<div class=bar>{title(f, words[0], words[1])}</div><div class=two><div>{br(f.addressee)}</div>"
        f"<div class=co>{e(s.name)}</div></div><div class=two><div>{br(own)}</div>"
        f"<table class=m>{small}</table></div><table class=i><thead><tr>{heads}</tr></thead>"
        f"<tbody>{items}{sums}</tbody></table>"
        f"<div class=t><h5>{words[4]}</h5>{br(_terms(f, look))}</div>"
    )
    return page(f, look, css, body)


FAMILY = Family("coyier-pos", "chromium", draw, ("nl", "en", "de"))
