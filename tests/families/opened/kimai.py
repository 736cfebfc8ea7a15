"""After Kimai's invoice for freelancers: the whole address as one small line at the head of every
page, customer left and a narrow table of references right, sums in the foot of the table of hours,
address, bank and contact in three columns at the foot of every page.
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
        "date": "Datum",
        "number": "Factuurnummer",
        "due": "Betalen voor",
        "customer": "Klantnummer",
        "order": "Ordernummer",
        "period": "Prestatieperiode",
        "corrects": "Correctie op factuur",
        "heads": "Omschrijving|Stukprijs|Hoeveelheid|Totaalprijs",
        "subtotal": "Subtotaal",
        "discount": "Korting",
        "net": "Subtotaal",
        "vat": "Btw ({r}%)",
        "vat-over": "Btw ({r}%) over {b}",
        "total": "Totaal",
        "rounding": "Afronding",
        "paid": "Reeds voldaan",
        "left": "Nog te voldoen",
        "address": "Adres",
        "account": "Bankrekening",
        "contact": "Contact",
        "vat-id": "Btw-nr.",
        "kvk": "KvK",
        "agb": "AGB",
        "phone": "",
        "mail": "",
        "web": "",
        "iban": "IBAN",
        "bic": "BIC",
        "bank": "",
        "g-account": "G-rekening",
    },
    "de": {
        "title": "Rechnung",
        "credit": "Rechnungskorrektur",
        "date": "Datum",
        "number": "Rechnungsnummer",
        "due": "Zahlungsziel",
        "customer": "Kundennummer",
        "order": "Bestellnummer",
        "period": "Leistungszeitraum",
        "corrects": "Korrektur zu Rechnung",
        "heads": "Beschreibung|Stückpreis|Menge|Gesamtpreis",
        "subtotal": "Zwischensumme",
        "discount": "Rabatt",
        "net": "Zwischensumme",
        "vat": "Umsatzsteuer ({r}%)",
        "vat-over": "Umsatzsteuer ({r}%) auf {b}",
        "total": "Gesamtsumme",
        "rounding": "Rundung",
        "paid": "Bereits gezahlt",
        "left": "Noch zu zahlen",
        "address": "Adresse",
        "account": "Bankverbindung",
        "contact": "Kontakt",
        "vat-id": "USt-ID",
        "kvk": "KvK",
        "agb": "AGB",
        "phone": "",
        "mail": "",
        "web": "",
        "iban": "IBAN",
        "bic": "BIC",
        "bank": "",
        "g-account": "G-Konto",
    },
}


def draw(facts: Facts, look: Look) -> str:
    w, s = _WORDS[facts.language], facts.supplier
    if facts.discount:
        w = w | {"net": "Netto"}
    ids = [f"{a} {v}".strip() for a, v in parts.known(facts, look, w, "vat-id kvk agb")]
    line = " – ".join([s.name, *parts.address(facts, look), *ids[:1]])
    meta = html.rows(
        look.ordered(parts.known(facts, look, w, "date number due customer order period corrects"))
    )
    sums = "".join(
        f"<tr><td colspan=3 class=n>{e(a)}</td><td class=n>{e(v)}</td></tr>"
        for a, v in parts.sums(facts, look, w)
    )
    rows = [
        [
            line_.description + (f" (-{line_.discount}%)" if line_.discount else ""),
            look.money(line_.price),
            f"{look.quantity(line_.quantity)} {line_.unit}".strip(),
            look.money(line_.net),
        ]
        for line_ in facts.lines
    ]
    bank = [f"{a} {v}".strip() for a, v in parts.known(facts, look, w, "bank iban bic g-account")]
    contact = [f"{a} {v}".strip() for a, v in parts.known(facts, look, w, "phone mail web")]
    foot = (
        f"<table class=foot><tr><td><b>{e(w['address'])}</b><br>"
        f"{br([s.name, *parts.address(facts, look)])}<td><b>{e(w['account'])}</b><br>{br(bank)}"
        f"<td><b>{e(w['contact'])}</b><br>{br([*contact, *ids[1:]])}</table>"
    )
    body = (
        f"<div id=head>{e(line)}</div><div id=foot>{foot}</div>"
        f"<table class=top><tr><td>{br(facts.addressee)}<td><table class=meta>{meta}</table></table>"
        f"<h2>{e(parts.title(facts, w))}</h2><table class=lines><thead>"
        f"{html.grid([w['heads'].split('|')], 'th')}</thead>{html.grid(rows)}{sums}</table>"
        + "".join(f"<p>{e(text)}</p>" for text in parts.said(facts, look))
    )
    css = (
        f"@page{{margin:22mm {look.margin}mm 34mm;@top-left{{content:element(head)}}"
        "@bottom-left{content:element(foot)}}#head{position:running(head);font-size:80%}"
        f"#foot{{position:running(foot);font-size:80%}}.foot{{width:{210 - 2 * look.margin}mm}}"
        ".foot td{width:33%}"
        ".foot td:nth-child(2){text-align:center}.foot td:last-child{text-align:right}"
        ".top{width:100%}.top td:last-child{text-align:right}.meta{margin-left:auto;"
        f"width:{look.width(72)}mm}}.meta td{{text-align:left}}h2{{margin-top:14mm}}"
        ".lines{width:100%}.lines td,.lines th{padding:1.2mm 0 1.2mm 3mm;border-bottom:1px solid"
        " #ddd}.lines td:first-child{padding-left:0}.n{text-align:right!important}"
    )
    return html.page(facts, look, css, body)


FAMILY = Family("kimai", "weasyprint", draw, ("nl", "de"))
