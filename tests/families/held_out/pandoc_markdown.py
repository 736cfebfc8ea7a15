"""Plain text with a little Markdown: bold words in bullets before their values, a simple table, and
the totals as bullets or as the last rows: what pandoc makes of it with its own stylesheet.
"""

from __future__ import annotations

from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.held_out_parts import (
    CSS,
    TotalWords,
    address,
    closing,
    pairs,
    paragraphs,
    sentence,
    table,
    title,
    totals,
)
from tests.families.html import br, e, page
from tests.families.look import Look

_SAY = {
    "nl": TotalWords(
        gross="Totaal inclusief btw",
        total="Totaal",
        net="Totaal exclusief btw",
        vat="Btw {r}%",
        subtotal="Subtotaal",
        discount="Korting",
        paid="Reeds betaald",
        due="Nog te betalen",
    ),
    "en": TotalWords(
        gross="Total including VAT",
        total="Total",
        net="Total excluding VAT",
        vat="VAT {r}%",
        subtotal="Subtotal",
        discount="Discount",
        paid="Paid so far",
        due="Left to pay",
        rounding="Rounding",
    ),
}
_LABELS = {
    "nl": {
        "number": "Factuurnummer|Creditnotanummer",
        "date": "Factuurdatum|Datum",
        "due": "Uiterste betaaldatum",
        "order": "Referentie",
        "corrects": "Correctie van factuur",
    },
    "en": {
        "number": "Invoice number|Credit note number",
        "date": "Invoice date|Date",
        "due": "Due date",
        "order": "Reference",
        "corrects": "Corrects invoice",
    },
}
_IDS = {
    "nl": {
        "phone": "Telefoon",
        "email": "E-mail",
        "web": "Website",
        "kvk": "KvK-nummer",
        "vat": "Btw-nummer",
        "iban": "IBAN",
        "agb": "AGB-code",
        "branch": "Vestigingsnummer",
        "g-account": "G-rekening",
    },
    "en": {
        "phone": "Phone",
        "email": "Email",
        "web": "Website",
        "kvk": "Chamber of Commerce",
        "vat": "VAT number",
        "iban": "IBAN",
        "agb": "AGB code",
        "branch": "Branch number",
        "g-account": "G-rekening",
    },
}
_HEADS = {
    "nl": ("Omschrijving", "Aantal", "Tarief", "Bedrag"),
    "en": ("Description", "Quantity", "Rate", "Amount"),
}


def _bullets(found: list[tuple[str, str]]) -> str:
    items = "".join(f"<li><p><strong>{e(a)}:</strong> {e(v)}</p></li>" for a, v in found)
    return f"<ul>{items}</ul>"


def draw(f: Facts, look: Look) -> str:
    dutch = f.language == "nl"
    rows: list[tuple[str, ...]] = []
    for line in f.lines:
        off = f" ({'korting' if dutch else 'discount'} {line.discount}%)" if line.discount else ""
        rate = "" if f.exempt else f", {line.rate}% {'btw' if dutch else 'VAT'}"
        quantity = f"{look.quantity(line.quantity)} {line.unit}".strip()
        rows.append(
            (line.description + rate + off, quantity, look.money(line.price), look.money(line.net))
        )
    sums = [(r.label, r.amount) for r in totals(f, look, _SAY[f.language])]
    below = look.chance(0.5)
    if not below:
        rows += [(label, "", "", amount) for label, amount in sums]
    pay = sentence(
        f,
        look,
        *(
            ("Graag betalen vóór {due} op {iban} t.n.v. {name}.", "Betaling binnen 30 dagen.")
            if dutch
            else ("Please pay before {due} to {iban}.", "Payment within 30 days.")
        ),
    )
    font = look.pick("Liberation Serif", "DejaVu Serif", look.font)
    css = (
        f"{CSS}body{{line-height:1.5;font-family:'{font}'}}"
        "h1{font-size:180%;margin:6mm 0 4mm}h2{font-size:125%;margin:5mm 0 2mm}ul{padding-left:5mm;"
        "margin:2mm 0}li p{margin:0}.items{margin:4mm 0;border-top:0.3mm solid;border-bottom:0.3mm solid}"
        ".items th{border-bottom:0.2mm solid;padding:1mm 2mm}.items td{padding:1mm 2mm}"
        "hr{border:0;border-top:0.2mm solid #999;margin:5mm 0}"
    )
    heading = title(f, "Factuur", "Creditnota") if dutch else title(f, "Invoice", "Credit note")
    words = (
        ("Van", "Aan", "Specificatie", "Opmerkingen")
        if dutch
        else ("From", "To", "Services", "Remarks")
    )
    company = (
        f"<h2>{words[0]}</h2><p><strong>{e(f.supplier.name)}</strong><br>{br(address(f, look))}</p>"
        f"{_bullets(pairs(f, look, _IDS[f.language]))}"
    )
    client = f"<h2>{words[1]}</h2><p>{br(f.addressee)}</p>"
    parties = "".join(look.ordered([company, client]))
    body = (
        f"<h1>{heading}</h1>{_bullets(pairs(f, look, _LABELS[f.language]))}{parties}<hr>"
        f"<h2>{words[2]}</h2>{table(_HEADS[f.language], rows, 'lrrr')}"
        f"{_bullets(sums) if below else ''}<h2>{words[3]}</h2>{paragraphs([*closing(f, look), pay])}"
    )
    return page(f, look, css, body)


FAMILY = Family("pandoc-markdown", "weasyprint", draw, ("nl", "en"))
