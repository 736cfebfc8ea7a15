"""After InvoiceShelf (and Crater), template 1: the name large and alone in the middle of the head,
company left and references right, "Aan," above the customer, a table with "#" and centred heads,
the total in a box apart from the other sums.
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
        "number": "Factuurnummer",
        "date": "Factuur datum",
        "due": "Vervaldatum",
        "corrects": "Betreft factuur",
        "to": "Aan,",
        "heads": "#|Artikelen|Aantal stuks|Prijs|Korting|Btw|Bedrag",
        "subtotal": "Subtotaal",
        "discount": "Korting",
        "net": "Net",
        "vat": "BTW ({r}%)",
        "total": "Totaal",
        "rounding": "Afronding",
        "paid": "Betaald",
        "left": "Te betalen bedrag",
        "notes": "Opmerkingen",
        "phone": "",
        "kvk": "KvK:",
        "vat-id": "BTW:",
        "iban": "Rekening",
        "mail": "",
        "agb": "AGB",
        "branch": "Vest.",
        "g-account": "G-rekening",
    },
    "fr": {
        "title": "Facture",
        "credit": "Avoir",
        "number": "Numéro",
        "date": "Date",
        "due": "Date d'échéance",
        "corrects": "Avoir sur facture",
        "to": "Facturé à,",
        "heads": "#|Articles|Quantité|Prix|Remise|TVA|Montant",
        "subtotal": "Sous-total",
        "discount": "Remise",
        "net": "Net",
        "vat": "TVA ({r}%)",
        "total": "Total TTC",
        "exempt-total": "Total",
        "rounding": "Arrondi",
        "paid": "Payé",
        "left": "Montant dû",
        "notes": "Notes de bas de page",
        "phone": "",
        "kvk": "KvK :",
        "vat-id": "TVA :",
        "iban": "IBAN",
        "mail": "",
        "agb": "AGB",
        "branch": "Vest.",
        "g-account": "G-rekening",
    },
}


def draw(facts: Facts, look: Look) -> str:
    w, s = _WORDS[facts.language], facts.supplier
    look = look.writes(font="DejaVu Sans")
    company = [*parts.address(facts, look)]
    company += [
        f"{a} {v}".strip() for a, v in parts.known(facts, look, w, "phone mail kvk vat-id agb")
    ]
    meta = html.rows(parts.known(facts, look, w, "number date due corrects"))
    sums = parts.sums(facts, look, w)
    total = next(at for at, (a, _) in enumerate(sums) if a in (w["total"], w.get("exempt-total")))
    notes = [f"{a} {v}" for a, v in parts.known(facts, look, w, "iban g-account branch")]
    body = (
        f"<h2>{e(s.name)}</h2><hr><div class=two><div class=left>{br(company)}</div>"
        f"<table class=meta>{meta}</table></div>"
        f"<div class=to><b>{e(w['to'])}</b><br>{br(facts.addressee)}</div>{_lines(facts, look)}<hr>"
        f"<table class=sums>{html.grid(sums[:total])}</table>"
        f"<table class='sums box'>{html.grid(sums[total : total + 1])}</table>"
        f"<table class=sums>{html.grid(sums[total + 1 :])}</table>"
        f"<div class=notes><div class=nl>{e(w['notes'])}</div>"
        f"{br([*notes, *parts.said(facts, look)])}</div>"
    )
    css = (
        f"h2{{text-align:center;color:{look.accent};margin:2mm}}hr{{border:.5px solid #eaf1fb}}"
        f".two{{display:flex;justify-content:space-between}}.left{{width:{look.width(70)}mm;"
        "color:#595959}.meta td{padding-left:10mm}.v{text-align:right}.to{margin:10mm 0 8mm;"
        f"width:{look.width(75, 1)}mm}}.lines{{width:100%}}.lines th,.lines td{{text-align:center;"
        "padding:1.5mm}.lines td:nth-child(2),.lines th:nth-child(2){text-align:left}"
        ".lines td:last-child,.lines th:last-child{text-align:right}.sums{margin-left:auto;"
        f"width:{look.width(70, 2)}mm}}.sums td{{padding:.8mm 3mm}}.sums .n{{text-align:right;"
        "font-weight:bold}.box td{border:1px solid #e8e8e8;padding:2mm 3mm;color:#5851d8}"
        f".notes{{margin-top:8mm;width:{look.width(120, 3)}mm}}.nl{{font-size:115%}}"
    )
    return html.page(facts, look, css, body)


def _lines(facts: Facts, look: Look) -> str:
    w = _WORDS[facts.language]
    off = any(line.discount for line in facts.lines)
    show = [True, True, True, True, off, not facts.exempt, True]
    rows = [
        [
            f"{at}",
            line.description,
            f"{look.quantity(line.quantity)} {line.unit}".strip(),
            look.money(line.price),
            f"{line.discount}%" if line.discount else "",
            look.money(line.vat),
            look.money(line.net),
        ]
        for at, line in enumerate(facts.lines, 1)
    ]
    heads = [h for h, shown in zip(w["heads"].split("|"), show, strict=True) if shown]
    cells = [[c for c, shown in zip(row, show, strict=True) if shown] for row in rows]
    return f"<table class=lines>{html.grid([heads], 'th')}{html.grid(cells)}</table>"


FAMILY = Family(
    "invoiceshelf", "weasyprint", draw, ("nl", "fr"), vat_by_line=True, gives_bases=False
)
