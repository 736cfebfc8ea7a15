"""Three columns of bold words with their values stacked below ("Betalen aan" holds the supplier),
no rules but a coloured line, adjustments under the lines: after the invoice of Google Docs.
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
    sentence,
    table,
    title,
    totals,
    values,
)
from tests.families.html import br, e, page
from tests.families.look import Look

_SAY = {
    "nl": TotalWords(
        gross="Totaal",
        total="Totaal",
        net="Subtotaal",
        vat="Btw {r}%",
        subtotal="Kosten",
        discount="Aanpassingen (korting)",
        paid="Al betaald",
        due="Nog te betalen",
    ),
    "en": TotalWords(
        gross="Total",
        total="Total",
        net="Subtotal",
        vat="VAT {r}%",
        subtotal="Fees",
        discount="Adjustments (discount)",
        paid="Already paid",
        due="To be paid",
        rounding="Rounding",
    ),
}
_HEADS = {
    "nl": ("Omschrijving", "Aantal", "Prijs per eenheid", "Totale prijs"),
    "en": ("Description", "Qty", "Unit price", "Total price"),
}


def draw(f: Facts, look: Look) -> str:
    known, dutch, s = values(f, look), f.language == "nl", f.supplier
    street = " ".join([s.street, known["place"]]).strip() if look.chance(0.4) else ""
    home = [street, s.po_box] if street else address(f, look)
    company = [x for x in (s.name, *home, known["phone"], known["email"]) if x]
    submitted = ("Ingediend op {}" if dutch else "Submitted on {}").format(known["date"])
    labels = (
        {
            "number": "Factuurnr.|Creditnr.",
            "corrects": "Voor factuurnr.",
            "order": "Project",
            "due": "Vervaldatum",
        }
        if dutch
        else {
            "number": "Invoice #|Credit #",
            "corrects": "For invoice #",
            "order": "Project",
            "due": "Due date",
        }
    )
    refs = "".join(f"<b>{e(a)}</b><br>{e(v)}<br><br>" for a, v in pairs(f, look, labels))
    ids = {
        "kvk": "KvK-nummer",
        "vat": "Btw-nummer",
        "iban": "IBAN",
        "agb": "AGB-code",
        "branch": "Vestigingsnummer",
        "g-account": "G-rekening",
    }
    if not dutch:
        ids |= {"kvk": "Chamber of Commerce no.", "vat": "VAT no."}
    rows = [
        (
            line.description
            + ("" if f.exempt else f" ({line.rate}% {'btw' if dutch else 'VAT'})")
            + (f", -{line.discount}%" if line.discount else ""),
            look.quantity(line.quantity),
            look.money(line.price),
            look.money(line.net),
        )
        for line in f.lines
    ]
    sums = "".join(
        f"<tr><td class=n>{e(r.label)}</td><td class='n {r.kind}'>{e(r.amount)}</td></tr>"
        for r in totals(f, look, _SAY[f.language])
    )
    pay = sentence(
        f,
        look,
        "Opmerking: graag binnen 30 dagen overmaken naar {iban}."
        if dutch
        else "Note: please transfer within 30 days to {iban}.",
        "Met vriendelijke groet" if dutch else "Kind regards",
    )
    css = (
        f"{CSS}.top{{height:2mm;background:{look.accent};margin-bottom:8mm}}h1{{font-weight:normal;"
        f"font-size:250%;color:{look.accent}}}.sub{{color:#666;font-size:90%;margin-bottom:8mm}}"
        f".c{{display:flex;gap:6mm}}.c>div{{flex:1 1 0}}.items{{margin-top:6mm}}"
        f".items th{{border-top:0.5mm solid {look.accent};padding:3mm 0 2mm;color:{look.accent}}}"
        ".items td{padding:1.8mm 0}.s{margin:3mm 0 6mm auto}"
        f".s td{{padding:1mm 0 1mm {look.width(12)}mm}}.gross,.due{{font-size:150%;"
        f"color:{look.accent};font-weight:bold}}.u{{text-decoration:underline;color:#555}}"
    )
    body = (
        f"<div class=top></div><b>{e(s.name)}</b>{'<br>' + e(s.web) if s.web else ''}"
        f"<h1>{title(f, 'Factuur', 'Creditnota') if dutch else title(f, 'Invoice', 'Credit note')}</h1>"
        f"<div class=sub>{e(submitted) if known['date'] else ''}</div><div class=c>"
        f"<div><b>{'Factuur voor' if dutch else 'Invoice for'}</b><br>{br(f.addressee)}</div>"
        f"<div><b>{'Betalen aan' if dutch else 'Payable to'}</b><br>{br(company)}</div>"
        f"<div>{refs}</div></div>{table(_HEADS[f.language], rows, 'lrrr')}"
        f"<table class=s>{sums}</table><p class=u>{e(pay)}</p>"
        f"{br([*closing(f, look), *(f'{a}: {v}' for a, v in pairs(f, look, ids))])}"
    )
    return page(f, look, css, body)


FAMILY = Family("docs-columns", "chromium", draw, ("nl", "en"))
