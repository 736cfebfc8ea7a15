"""After the invoices that small web tools for the self-employed make: "Factuur overzicht" as a
heading over the sums, cards with their own headings, label above value everywhere, no label at the
phone, the due amount first and large.
"""

from __future__ import annotations

from tests.families import html, parts
from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.html import br, e
from tests.families.look import Look

_WORDS = {
    "title": "Factuur",
    "credit": "Creditfactuur",
    "number": "Factuurnummer",
    "date": "Datum",
    "due": "Vervaldatum",
    "order": "Projectcode",
    "corrects": "Gecrediteerde factuur",
    "subtotal": "Subtotaal",
    "discount": "Korting",
    "net": "Subtotaal exclusief btw",
    "vat": "Btw-bedrag ({r}%)",
    "vat-over": "Btw-bedrag ({r}% van {b})",
    "total": "Totaal inclusief btw",
    "exempt-total": "Totaalbedrag",
    "rounding": "Afronding",
    "paid": "Aanbetaling ontvangen",
    "left": "Nog te voldoen",
    "kvk": "KvK-nummer",
    "vat-id": "Btw-identificatienummer",
    "iban": "IBAN",
    "bank": "Bank",
    "agb": "AGB-code",
    "branch": "Vestigingsnummer",
    "g-account": "G-rekening",
}


def draw(facts: Facts, look: Look) -> str:
    w, s = _WORDS, facts.supplier
    own = [*parts.address(facts, look), look.phone(s.phone), s.email, s.web]
    cards = [
        _card("Van", f"<b>{e(s.name)}</b><br>{br(own)}"),
        _card("Aan", br(facts.addressee)),
        _card("Gegevens", _stacked(parts.known(facts, look, w, "number date due order corrects"))),
    ]
    bank = _stacked(parts.known(facts, look, w, "kvk branch vat-id agb bank iban g-account"))
    rows = [
        [
            line.description + (f" ({line.discount}% korting)" if line.discount else ""),
            f"{look.quantity(line.quantity)} {line.unit}".strip(),
            look.money(line.price),
            look.money(line.net),
        ]
        for line in facts.lines
    ]
    body = (
        f"<div class=big><h1>{e(parts.title(facts, w))}</h1>"
        f"<div>{e(look.money(facts.due_amount))}</div></div>"
        f"<div class=cards>{''.join(look.ordered(cards))}</div><h3>Werkzaamheden</h3>"
        f"<table class=lines>{html.grid([['Omschrijving', 'Aantal', 'Tarief', 'Bedrag']], 'th')}"
        f"{html.grid(rows)}</table><div class=two><div><h3>Bedrijfsgegevens</h3>{bank}</div>"
        f"<div class=sums><h3>Factuur overzicht</h3><table>"
        f"{html.grid(parts.sums(facts, look, w))}</table></div></div>"
        + "".join(f"<p>{e(text)}</p>" for text in parts.said(facts, look))
    )
    css = (
        ".big{display:flex;justify-content:space-between;align-items:baseline;font-size:150%}"
        f"h1{{margin:0}}.cards{{display:grid;grid-template-columns:{look.width(1)}fr"
        f" {look.width(1, 1)}fr {look.width(1, 2)}fr;gap:4mm}}.card{{background:#f6f6f6;padding:"
        f"3mm;border-radius:2mm}}h3{{margin:5mm 0 1mm;color:{look.accent}}}.card h3{{margin-top:0}}"
        "small{display:block;color:#777}.lines{width:100%}.lines td,.lines th{padding:1.4mm 2mm;"
        "border-bottom:1px solid #eee}.n{text-align:right!important}.two{display:flex;"
        f"justify-content:space-between}}.sums table{{width:{look.width(82, 3)}mm}}.sums td{{"
        "padding:1mm 2mm}.s{margin-bottom:1.5mm}"
    )
    return html.page(facts, look, css, body)


def _card(head: str, inner: str) -> str:
    return f"<div class=card><h3>{e(head)}</h3>{inner}</div>"


def _stacked(pairs: list[tuple[str, str]]) -> str:
    return "".join(f"<div class=s><small>{e(a)}</small>{e(v)}</div>" for a, v in pairs)


FAMILY = Family("overview", "chromium", draw)
