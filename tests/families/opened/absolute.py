"""After the sample template of FreshInvoice and others of its age: every block laid at its own place
on the page, the bank's name with its town, KvK with the town behind the number, columns for date
and period, subtotal and total between rules over the whole width.
"""

from __future__ import annotations

from tests.families import html, parts
from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.html import br, e
from tests.families.look import Look

_WORDS = {
    "title": "FACTUUR",
    "credit": "CREDITNOTA",
    "number": "Factuurnummer:",
    "date": "Datum:",
    "due": "Uiterste betaaldatum:",
    "customer": "Klantnummer:",
    "corrects": "Oorspronkelijke factuur:",
    "subtotal": "Totaal van de regels",
    "discount": "Korting",
    "net": "Subtotaal excl. BTW",
    "vat": "BTW ({r}%)",
    "vat-over": "BTW ({r}%) over {b}",
    "total": "Totaal",
    "rounding": "Afronding",
    "paid": "Aanbetaling",
    "left": "Restant",
    "phone": "tel.",
    "mail": "e-mail.",
    "web": "www.",
    "vat-id": "BTW nummer:",
    "iban": "IBAN",
    "bic": "BIC",
    "agb": "AGB nummer:",
    "branch": "Vestigingsnummer:",
    "g-account": "G-rekening",
}


def draw(facts: Facts, look: Look) -> str:
    w, s = _WORDS, facts.supplier
    town = f" te {s.city}" if s.city else ""
    bank = [f"{s.bank}{town}"] * bool(s.bank)
    bank += [f"{a} {v}" for a, v in parts.known(facts, look, w, "bic iban g-account")]
    own = [s.name, *parts.address(facts, look), "\u00a0"]
    own += [f"KvK nummer: {look.kvk(s.kvk)}{town}"] * bool(s.kvk)
    own += [f"{a} {v}" for a, v in parts.known(facts, look, w, "vat-id agb branch phone mail")]
    start, end = facts.period
    period = f"{look.date(start, 'dd-mm')} / {look.date(end, 'dd-mm')}"
    rows = [
        [
            line.description + (f" (-{line.discount}%)" if line.discount else ""),
            look.date(line.date, "dd-mm-yyyy"),
            period,
            look.quantity(line.quantity),
            look.money.bare(line.price),
            look.money.bare(line.net),
        ]
        for line in facts.lines
    ]
    heads = ["Product omschrijving", "Datum", "Periode", "Aantal", "Prijs", "Totaal"]
    sums = "".join(
        f"<tr{' class=rule' if a == w['total'] else ''}><td>{e(a)}<td class=n>{e(v)}"
        for a, v in parts.sums(facts, look, w)
    )
    refs = html.rows(parts.known(facts, look, w, "number date due customer corrects"))
    body = (
        f"<div id=own>{br(own)}</div><div id=bank>{br(bank)}</div>"
        f"<div id=to>{br(facts.addressee)}</div><div id=refs><b>{e(parts.title(facts, w))}</b>"
        f"<table>{refs}</table></div><div id=lines><table class=lines>"
        f"<thead>{html.grid([heads], 'th')}</thead>{html.grid(rows)}</table>"
        f"<table class=sums>{sums}</table>"
        + "".join(f"<p>{e(text)}</p>" for text in parts.said(facts, look))
        + "</div>"
    )
    css = (
        "#own,#bank,#to,#refs{position:absolute}#own{right:0;top:0;text-align:right;width:"
        f"{look.width(75)}mm}}#bank{{right:0;top:58mm;width:{look.width(62, 1)}mm}}#to{{left:14mm;"
        f"top:{look.width(22, 2)}mm;font-weight:bold}}#refs{{left:0;top:58mm;width:95mm}}#lines{{"
        "padding-top:96mm}.lines,.sums{width:100%}.lines th{border-bottom:1px solid #000}"
        ".lines td,.lines th{padding:.7mm 1mm}.n{text-align:right!important}.rule td{border-top:"
        "1px solid #000;font-weight:bold}.sums{border-top:1px solid #000;margin-top:2mm}"
    )
    return html.page(facts, look, css, body)


FAMILY = Family("absolute", "weasyprint", draw)
