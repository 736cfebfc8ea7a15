"""After e-Boekhouden's and other layouts with a narrow column: labels of two and three lines beside
their value, the postcode alone at the end of a line and the city on the next, the sums at the left
under the lines.
"""

from __future__ import annotations

from tests.families import html, parts
from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.html import br, e
from tests.families.look import Look

_WORDS = {
    "title": "Nota",
    "credit": "Creditnota",
    "number": "Nummer van deze nota",
    "date": "Datum van uitreiking",
    "due": "Uiterste datum van betaling",
    "order": "Nummer van uw opdracht",
    "customer": "Uw nummer in onze administratie",
    "corrects": "Nummer van de nota die wij crediteren",
    "subtotal": "Totaal van de regels",
    "discount": "Korting",
    "net": "Bedrag zonder btw",
    "vat": "Btw {r}%",
    "vat-over": "Btw {r}% van {b}",
    "total": "Bedrag van deze nota",
    "rounding": "Afronding",
    "paid": "Door u al betaald",
    "left": "Nog door u te betalen",
    "phone": "Telefoon",
    "mail": "E-mail",
    "web": "Website",
    "kvk": "Nummer Kamer van Koophandel",
    "vat-id": "Btw-identificatie- nummer",
    "iban": "Rekeningnummer (IBAN)",
    "agb": "AGB-code",
    "branch": "Nummer van de vestiging",
    "g-account": "Geblokkeerde rekening",
}


def draw(facts: Facts, look: Look) -> str:
    w, s = _WORDS, facts.supplier
    side = [*parts.known(facts, look, w, "number date due order customer corrects")]
    own = parts.known(facts, look, w, "phone mail web kvk branch vat-id iban agb g-account")
    where = [s.street, f"{look.postcode(s.postcode)}", s.city, s.po_box]
    if look.chance(0.5):
        where = [f"{s.street} {look.postcode(s.postcode)}".strip(), s.city, s.po_box]
    rows = [
        [
            line.description + (f", korting {line.discount}%" if line.discount else ""),
            look.quantity(line.quantity),
            look.money.bare(line.price),
            *([] if facts.exempt else [f"{line.rate}%"]),
            look.money.bare(line.net),
        ]
        for line in facts.lines
    ]
    heads = ["Omschrijving", "Aantal", "Prijs", *([] if facts.exempt else ["Btw"]), "Bedrag"]
    body = (
        f"<div class=two><div class=side><b>{e(s.name)}</b><br>{br(where)}"
        f"<table>{html.rows(look.ordered(own))}</table></div><div class=main>"
        f"<div class=to>{br(facts.addressee)}</div><h2>{e(parts.title(facts, w))}</h2>"
        f"<table class=refs>{html.rows(side)}</table><table class=lines>"
        f"{html.grid([heads], 'th')}{html.grid(rows)}</table><table class=sums>"
        f"{html.grid(parts.sums(facts, look, w))}</table>"
        + "".join(f"<p>{e(text)}</p>" for text in parts.said(facts, look))
        + "</div></div>"
    )
    css = (
        f".side{{width:{look.width(64)}mm;float:left;font-size:82%}}.side table{{margin-top:6mm}}"
        f".side td:first-child{{width:{look.width(22, 1)}mm;padding-right:2mm}}.side td{{padding-"
        f"bottom:1.2mm;overflow-wrap:anywhere}}.main{{margin-left:{look.width(64) + 6}mm}}"
        f".to{{margin:6mm 0 10mm}}"
        f".refs td:first-child{{width:{look.width(30, 2)}mm;padding-right:3mm}}.refs td{{padding-"
        "bottom:1mm}.lines{width:100%;margin:6mm 0 4mm}.lines td,.lines th{padding:.8mm 1.5mm}"
        ".n{text-align:right!important}.sums td{padding:.6mm 6mm .6mm 0}.n{white-space:nowrap}"
    )
    return html.page(facts, look, css, body)


FAMILY = Family("narrow-labels", "weasyprint", draw)
