"""After Odoo's invoice report: the partner at the right, a large "Invoice NUMBER" under it, labels
above values in a row, taxes as a column, discount as a line, totals in a narrow table at the right
with "on" the base of each rate, numbers of the company in a footer between bars.
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
        "date": "Factuurdatum",
        "due": "Vervaldatum",
        "reference": "Bron",
        "customer": "Klantcode",
        "order": "Referentie",
        "heads": "Omschrijving|Hoeveelheid|Prijs|Disc.%|Btw|Bedrag",
        "discount": "Korting",
        "net": "Excl. btw",
        "vat": "BTW {r}%",
        "vat-over": "BTW {r}% over {b}",
        "total": "Totaal",
        "rounding": "Afronding",
        "paid": "Betaald",
        "left": "Te betalen",
        "communication": "Betalingsreferentie: {} op deze rekening: {}",
        "corrects": "Terugboeking van:",
        "phone": "",
        "mail": "",
        "web": "",
        "vat-id": "Btw-nummer:",
        "kvk": "KvK:",
        "agb": "AGB",
        "g-account": "G-rekening",
        "branch": "Vestigingsnr.",
    },
    "en": {
        "title": "Invoice",
        "credit": "Credit Note",
        "date": "Invoice Date",
        "due": "Due Date",
        "reference": "Source",
        "customer": "Customer Code",
        "order": "Reference",
        "heads": "Description|Quantity|Unit Price|Disc.%|Taxes|Amount",
        "discount": "Discount",
        "net": "Untaxed Amount",
        "vat": "VAT {r}%",
        "vat-over": "VAT {r}% on {b}",
        "total": "Total",
        "rounding": "Rounding",
        "paid": "Paid",
        "left": "Amount Due",
        "communication": "Payment Communication: {} on this account: {}",
        "corrects": "Reversal of:",
        "phone": "",
        "mail": "",
        "web": "",
        "vat-id": "Tax ID:",
        "kvk": "CoC:",
        "agb": "AGB",
        "g-account": "G-account",
        "branch": "Branch no.",
    },
}


def draw(facts: Facts, look: Look) -> str:
    w, s = _WORDS[facts.language], facts.supplier
    look = look.writes(money=look.pick("€ 1.234,56", "1.234,56 €", "€ 1.234,56"))
    refs = look.ordered(parts.known(facts, look, w, "date due reference customer order"))
    strip = "".join(f"<div><strong>{e(a)}</strong><div>{e(v)}</div></div>" for a, v in refs)
    corrects = "".join(f"<p>{e(a)} {e(v)}</p>" for a, v in parts.known(facts, look, w, "corrects"))
    accounts = " / ".join(look.iban(a.iban) for a in s.accounts)
    pay = w["communication"].format(facts.number or "-", accounts) if accounts else ""
    foot = " | ".join(
        f"{a} {v}".strip()
        for a, v in parts.known(facts, look, w, "phone mail web vat-id kvk agb g-account branch")
    )
    said = "".join(f"<p>{e(text)}</p>" for text in (pay, *parts.said(facts, look)) if text)
    body = (
        f"<div class=head>{br([s.name, *parts.address(facts, look)])}</div>"
        f"<div class=to>{br(facts.addressee)}</div>"
        f"<h2>{e(parts.title(facts, w))} {e(facts.number)}</h2>{corrects}"
        f"<div class=refs>{strip}</div>{_table(facts, look)}{said}"
    )
    css = (
        f".head{{border-bottom:1px solid #000;padding-bottom:4mm}}.to{{margin:8mm 0 10mm"
        f" {look.width(105)}mm}}h2{{color:{look.accent};font-weight:normal;margin:0 0 4mm}}"
        ".refs{display:flex;gap:8mm;margin-bottom:6mm}.lines{width:100%}.lines th{border-bottom:1px"
        " solid #000}.lines td,.lines th{padding:1mm 2mm}.n{text-align:right!important}"
        f".sums{{width:{look.width(75, 1)}mm;margin:3mm 0 6mm auto}}.sums td{{padding:1mm 2mm;"
        "border-top:1px solid #ccc}.foot{text-align:center;border-top:1px solid #000;"
        "padding-top:2mm;font-size:85%}"
    )
    return html.page(
        facts, look, css, html.footed(body, f"<div class=foot>{e(foot)}</div>", "14mm")
    )


def _table(facts: Facts, look: Look) -> str:
    w = _WORDS[facts.language]
    off = any(line.discount for line in facts.lines)
    show = [True, True, True, off, not facts.exempt, True]
    lines = [
        [
            line.description,
            f"{look.money(line.quantity, sign=False)} {line.unit}".strip(),
            look.money(line.price, sign=False),
            f"{line.discount},00" if line.discount else "",
            f"{line.rate}%",
            look.money(line.net),
        ]
        for line in facts.lines
    ]
    if facts.discount:
        percent = f" {facts.discount_percent}%" if facts.discount_percent else ""
        lines.append([w["discount"] + percent, "1,00", "", "", "", look.money(-facts.discount)])
    rows = [[c for c, shown in zip(line, show, strict=True) if shown] for line in lines]
    heads = [h for h, shown in zip(w["heads"].split("|"), show, strict=True) if shown]
    sums = parts.sums(facts, look, w | {"subtotal": "\0"})
    if facts.discount:  # it is a line of the table here
        sums = sums[2:]
    return (
        f"<table class=lines><thead>{html.grid([heads], 'th')}</thead>{html.grid(rows)}</table>"
        f"<table class=sums>{html.grid(sums)}</table>"
    )


FAMILY = Family("odoo", "chromium", draw, ("nl", "en"))
