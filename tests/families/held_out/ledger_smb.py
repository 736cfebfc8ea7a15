"""Black bars over white heads, bold words flush right without a colon, "Openstaand" for the total, and
the numbers of the company glued to their colon at the foot: after LedgerSMB's Dutch template.
"""

from __future__ import annotations

from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.held_out_more_parts import said
from tests.families.held_out_parts import CSS, address, closing, pairs, table, title
from tests.families.html import br, e, page
from tests.families.look import Look

_SAY = {
    "subtotal": "Som",
    "discount": "Korting{p}",
    "net": "Subtotaal",
    "vat": "BTW {r}%",
    "gross": "Openstaand",
    "rounding": "Afronding",
    "paid": "Betaald",
    "due": "Openstaand",
}


def _sums(f: Facts, look: Look) -> str:
    """Only the last row is what is open."""
    rows = said(f, look, _SAY, sign=False)
    own = ["Totaal" if row.kind == "gross" and row != rows[-1] else row.label for row in rows]
    return "".join(
        f"<tr class={row.kind}><th>{e(label)}</th><td class=n>{e(row.amount)}</td></tr>"
        for label, row in zip(own, rows, strict=True)
    )


def _foot(f: Facts, look: Look) -> str:
    s = f.supplier
    chamber = f"Kamer van Koophandel te {s.city} nummer:" if s.city else "KvK nummer:"
    rows = pairs(
        f,
        look,
        {
            "vat": "BTW nummer:",
            "kvk": chamber,
            "branch": "Vestigingsnummer:",
            "agb": "AGB-code:",
            "iban": "Bankrekening:",
            "g-account": "G-rekening:",
        },
    )
    ask = (
        "Gaarne uw betaling overmaken op onderstaande bankrekening<br>"
        f"ten name van {e(s.name)}<br>onder vermelding van het factuurnummer."
    )
    terms = (
        "Op al onze leveringen zijn, met uitsluiting van eventuele inkoop- of andere voorwaarden van de"
        f"<br>opdrachtgever, de Algemene Voorwaarden van {e(s.name)} van toepassing."
    )
    return (
        f"<div class=ask>{'' if f.kind == 'credit-note' else ask}</div><div class=terms>{terms}</div>"
        f"<div class=ids>{br(label + value for label, value in rows)}</div>"
    )


def draw(f: Facts, look: Look) -> str:
    s = f.supplier
    right = [a + v for a, v in pairs(f, look, {"phone": "Tel: ", "email": "", "web": ""})]
    labels = {
        "date": "Factuurdatum|Datum",
        "due": "Vervaldatum",
        "number": "Factuurnummer|Creditnummer",
        "corrects": "Bij factuur",
        "order": "Uw order",
        "customer": "Klantcode",
    }
    refs = "".join(
        f"<tr><th>{e(a)}</th><td>&nbsp;</td><td>{e(v)}</td></tr>" for a, v in pairs(f, look, labels)
    )
    rows = [
        (
            f"Z{210 + 7 * at}",
            line.description,
            look.quantity(line.quantity),
            line.unit,
            look.money.bare(line.price),
            f"{line.discount}%" if line.discount else "",
            look.money.bare(line.net),
        )
        for at, line in enumerate(f.lines)
    ]
    heads = ("Artikelnummer", "Omschrijving", "Aantal", "", "Prijs", "Korting", "Totaal")
    to = br(f.addressee)
    css = (
        f"{CSS}h4{{margin:0}}.w{{width:100%}}.w>tbody>tr>td{{width:50%}}"
        ".t{text-align:center;margin:5mm 0 3mm}.refs{margin:0 0 5mm auto}.refs th{text-align:right}"
        "thead th,.bar th{background:#000;color:#fff;padding:0.6mm 1mm}.items td,.w td{padding:0.6mm 1mm}"
        f".sums{{margin:0 0 4mm auto;border-top:0.4mm solid #555;min-width:{look.width(95)}mm}}"
        ".sums th{text-align:right;padding:0.5mm 6mm}.items{border-bottom:0.4mm solid #555}"
        ".ask{text-align:center;font-weight:bold;margin:6mm 0}.terms{font-size:70%;margin-bottom:4mm}"
        ".ids{font-size:82%;font-weight:bold;line-height:1.5}"
    )
    notes = closing(f, look)
    body = (
        f"<table class=w><tr><td><h4>{e(s.name)}<br>{br(address(f, look))}</h4></td>"
        f"<td style='text-align:right'><h4>{br(right)}</h4></td></tr></table>"
        f"<h4 class=t>{title(f, 'F A C T U U R', 'C R E D I T N O T A')}</h4>"
        f"<table class=refs>{refs}</table>"
        "<table class=w><tr class=bar><th>Factuuradres:</th><th>Afleveradres:</th></tr>"
        f"<tr><td>{to}</td><td>{to}</td></tr></table><br>"
        f"{table(heads, rows, 'llrlrrr')}<table class=sums>{_sums(f, look)}</table>"
        f"<table class=w><tr><td>{'Opmerkingen' if notes else ''}</td>"
        f"<td style='text-align:right'>Alle prijzen in <b>EUR</b></td></tr></table>{br(notes)}"
        f"{_foot(f, look)}"
    )
    return page(f, look, css, body)


FAMILY = Family("ledger-smb", "chromium", draw, gives_bases=False)
