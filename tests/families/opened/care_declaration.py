"""A care provider's declaration as programs for client files print it: practice and therapist each
with a label, AGB codes, product codes and minutes, the decision's number with every line, the sums
as a sentence in a frame.
"""

from __future__ import annotations

from tests.families import html, parts
from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.html import br, e
from tests.families.look import Look

_WORDS = {
    "title": "Declaratie",
    "credit": "Creditdeclaratie",
    "number": "Declaratienummer",
    "date": "Dagtekening",
    "period": "Zorgperiode",
    "order": "Beschikkingsnummer",
    "customer": "Debiteurnummer",
    "corrects": "Credit op declaratie",
    "due": "Betaaltermijn tot",
    "subtotal": "Totaal prestaties",
    "discount": "Korting",
    "net": "Totaal zonder btw",
    "vat": "Btw {r}%",
    "vat-over": "Btw {r}% over {b}",
    "total": "Totaal te declareren",
    "rounding": "Afronding",
    "paid": "Voorschot ontvangen",
    "left": "Nog te ontvangen",
    "name": "Naam praktijk",
    "street": "Adres",
    "place": "Postcode/plaats",
    "box": "Postadres",
    "person": "Zorgverlener",
    "agb": "AGB-code praktijk",
    "phone": "Telefoonnummer",
    "mail": "E-mailadres",
    "kvk": "KvK-nummer",
    "branch": "Vestigingsnummer",
    "vat-id": "Btw-nummer",
    "iban": "Rekeningnummer (IBAN)",
    "g-account": "G-rekening",
}


def draw(facts: Facts, look: Look) -> str:
    w, s = _WORDS, facts.supplier
    own = parts.filled(
        [
            (w["name"], s.name),
            (w["street"], s.street),
            (w["place"], parts.place(facts, look)),
            (w["box"], s.po_box),
            *parts.known(facts, look, w, "phone mail agb"),
            (w["person"], s.owner),
            *parts.known(facts, look, w, "kvk branch vat-id iban g-account"),
        ]
    )
    refs = look.ordered(
        parts.known(facts, look, w, "number date period order customer due corrects")
    )
    sums = parts.sums(facts, look, w)
    frames = [
        f"<div class=f><h4>Gegevens zorgaanbieder</h4><table>{html.rows(own)}</table></div>",
        f"<div class=f><h4>Gegevens debiteur</h4>{br(facts.addressee)}"
        f"<h4>Gegevens declaratie</h4><table>{html.rows(refs)}</table></div>",
    ]
    body = (
        f"<h1>{e(parts.title(facts, w))}</h1><div class=two>{''.join(look.ordered(frames))}</div>"
        f"{_lines(facts, look)}<div class=sums><table>{html.grid(sums)}</table></div>"
        + "".join(f"<p>{e(text)}</p>" for text in parts.said(facts, look))
    )
    css = (
        "h1{font-size:150%;border-bottom:2px solid #000}h4{margin:2mm 0 1mm}.two{display:flex;"
        f"gap:5mm}}.f{{border:1px solid #888;padding:2mm 3mm;flex:1;min-width:0}}"
        ".f td{overflow-wrap:anywhere}"
        f".f td:first-child{{width:{look.width(32)}mm;padding-right:3mm}}"
        ".lines{width:100%;margin:6mm 0;border:1px solid"
        " #888}.lines td,.lines th{border:1px solid #bbb;padding:.8mm 1.5mm}.r{text-align:right"
        "!important}.sums{display:flex;justify-content:flex-end}.sums td{padding:.6mm 2mm;white-space:nowrap}"
        ".sums .n{text-align:right}.sums table{border:1px solid #888}"
    )
    return html.page(facts, look, css, body)


def _lines(facts: Facts, look: Look) -> str:
    heads = ["Datum", "Productcode", "Prestatie", "Aantal", "Eenheid", "Tarief", "Bedrag"]
    if not facts.exempt:
        heads.insert(6, "Btw")
    codes = {d: f"{45 + at % 9}A{10 + at % 80}" for at, d in enumerate(_kinds(facts))}
    rows = ""
    for line in facts.lines:
        off = f" (korting {line.discount}%)" if line.discount else ""
        cells = [
            look.date(line.date, "dd-mm-yyyy"),
            codes[line.description],
            line.description + off,
            look.quantity(line.quantity),
            line.unit,
            look.money.bare(line.price),
            *([] if facts.exempt else [f"{line.rate}%"]),
            look.money.bare(line.net),
        ]
        rows += "<tr>" + "".join(
            f"<td{' class=r' if at > 4 or at == 3 else ''}>{e(c)}" for at, c in enumerate(cells)
        )
    head = "".join(f"<th>{e(h)}" for h in heads)
    return f"<table class=lines><thead><tr>{head}</thead>{rows}</table>"


def _kinds(facts: Facts) -> list[str]:
    return sorted({line.description for line in facts.lines})


FAMILY = Family("care-declaration", "weasyprint", draw)
