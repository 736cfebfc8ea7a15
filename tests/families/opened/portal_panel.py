"""A narrow first column in which long words break over two and three lines beside their values, the
whole invoice in one panel of such rows: as AFAS and Unit4 print from a portal.
"""

from __future__ import annotations

from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.held_out_parts import (
    CSS,
    TotalWords,
    address,
    closing,
    has_line_discount,
    pairs,
    sentence,
    table,
    title,
    totals,
)
from tests.families.html import br, e, page
from tests.families.look import Look

_SAY = TotalWords(
    gross="Totaal door u te betalen bedrag",
    total="Totaal door u te betalen bedrag",
    net="Totaalbedrag exclusief omzetbelasting",
    vat="Omzetbelasting tarief {r}%",
    subtotal="Totaalbedrag voor aftrek van korting",
    discount="Af: overeengekomen korting",
    rounding="Afronding op hele bedragen",
    paid="Af: eerder door u betaald voorschot",
    due="Resteert door u te betalen",
)


def _panel(rows: list[tuple[str, str]], width: float, kind: str = "") -> str:
    return (
        f"<table class='panel {kind}'>"
        + "".join(
            f"<tr><th style='width:{width}mm'>{e(a)}</th><td>{e(v)}</td></tr>" for a, v in rows
        )
        + "</table>"
    )


def draw(f: Facts, look: Look) -> str:
    s, narrow = f.supplier, look.width(27)
    labels = {
        "number": "Nummer van de factuur|Nummer van de creditnota",
        "date": "Datum van uitreiking",
        "due": "Uiterste datum van betaling",
        "customer": "Uw nummer in onze administratie",
        "order": "Nummer van uw opdracht",
        "corrects": "Nummer van de factuur die wordt gecorrigeerd",
    }
    ids = {
        "phone": "Telefonisch bereikbaar op",
        "email": "E-mail",
        "web": "Website",
        "kvk": "Inschrijfnummer Kamer van Koophandel",
        "vat": "Omzetbelasting identificatie nummer",
        "iban": "Internationaal bankrekening nummer (IBAN)",
        "agb": "AGB-code van de praktijk",
        "branch": "Vestigings nummer",
        "g-account": "Geblokkeerde rekening (G-rekening)",
    }
    company = [("Naam", s.name), ("Adres", ", ".join(address(f, look)))]
    company = [(a, v) for a, v in company if v] + pairs(f, look, ids)
    keep = [True, True, True, has_line_discount(f), not f.exempt, True]
    cells = [("Omschrijving", "Aantal", "Tarief", "Korting", "Btw", "Bedrag")]
    cells += [
        (
            line.description,
            f"{look.quantity(line.quantity)} {line.unit}".strip(),
            look.money.bare(line.price),
            f"{line.discount}%" if line.discount else "",
            f"{line.rate}%",
            look.money.bare(line.net),
        )
        for line in f.lines
    ]
    kept = [[c for c, k in zip(row, keep, strict=True) if k] for row in cells]
    sums = [(row.label, row.amount) for row in totals(f, look, _SAY)]
    pay = sentence(
        f,
        look,
        "Vermeld bij uw betaling het nummer van de factuur.",
        "Wij ontvangen uw betaling graag op tijd.",
    )
    css = (
        f"{CSS}h1{{font-size:150%;color:{look.accent};margin-bottom:5mm}}.two{{display:flex;gap:8mm;"
        "margin-bottom:7mm}.two>div{flex:1 1 0}.panel{width:100%;margin-bottom:4mm}"
        ".panel th{font-weight:normal;color:#555;padding:0.9mm 2mm 0.9mm 0;line-height:1.1}"
        ".panel td{padding:0.9mm 0}.panel tr{border-bottom:0.15mm solid #ddd}"
        f".items{{margin-bottom:6mm}}.items th{{background:{look.accent}20;padding:1.4mm 2mm}}"
        f".items td{{padding:1.2mm 2mm}}.sums{{width:{look.width(80, 1)}mm}}.sums td{{text-align:right;"
        "vertical-align:bottom}h3{font-size:100%;margin-bottom:1.5mm}"
    )
    to = f"<h3>{look.pick('Geadresseerde', 'Aan', 'Afnemer')}</h3><p>{br(f.addressee)}</p>"
    left = to + _panel(pairs(f, look, labels), narrow)
    right = f"<h3>{look.pick('Leverancier', 'Van', 'Uw zorgaanbieder')}</h3>" + _panel(
        company, narrow
    )
    body = (
        f"<h1>{title(f, 'Factuur', 'Creditfactuur')}</h1><div class=two>"
        f"{''.join(f'<div>{part}</div>' for part in look.ordered([left, right]))}</div>"
        f"{table(kept[0], kept[1:], 'l' + 'r' * (sum(keep) - 1))}"
        f"{_panel(sums, look.width(38, 2), 'sums')}<p>{br([*closing(f, look), pay])}</p>"
    )
    return page(f, look, css, body)


FAMILY = Family("portal-panel", "weasyprint", draw)
