"""An invoice of a care record: grouped by client number with a sum each, product codes and a period
in every line, the company's facts only in the footer's columns.
"""

from __future__ import annotations

from decimal import Decimal

from tests.families.facts import ZERO, Facts
from tests.families.family import Family
from tests.families.held_out_parts import (
    CSS,
    TotalWords,
    closing,
    pairs,
    paragraphs,
    period,
    place,
    sentence,
    title,
    totals,
)
from tests.families.html import br, e, page
from tests.families.look import Look

_SAY = TotalWords(
    gross="Totaal factuurbedrag",
    total="Totaal factuurbedrag",
    net="Totaal zonder btw",
    vat="Btw {r}%",
    subtotal="Totaal geleverde zorg",
    discount="Korting",
    paid="Reeds vergoed",
    due="Te ontvangen",
)


def _groups(f: Facts, look: Look) -> str:
    """Lines in runs of one to three a client."""
    body, at, group = "", 0, 0
    cells = 6 + (not f.exempt)
    while at < len(f.lines):
        size = 1 + (group * 2 + len(f.lines)) % 3
        part, own = f.lines[at : at + size], ZERO
        number = 20311 + 137 * group
        body += f"<tr class=c><td colspan={cells}>Cliëntnummer {number}</td></tr>"
        for line in part:
            own += line.net
            rate = "" if f.exempt else f"<td class=n>{line.rate}%</td>"
            off = f" (-{line.discount}%)" if line.discount else ""
            code = f"{40 + at % 9}A{10 + 3 * (at % 25)}"
            body += (
                f"<tr><td>{code}</td><td>{e(line.description)}{off}</td>"
                f"<td>{e(period(f, look, 'dd-mm-yy'))}</td>"
                f"<td class=n>{e(f'{look.quantity(line.quantity)} {line.unit}'.strip())}</td>"
                f"<td class=n>{e(look.money.bare(line.price))}</td>{rate}"
                f"<td class=n>{e(look.money.bare(line.net))}</td></tr>"
            )
        at, group = at + size, group + 1
        body += _own(number, own, cells, look) if len(f.lines) > 1 else ""
    return body


def _own(number: int, amount: Decimal, cells: int, look: Look) -> str:
    return (
        f"<tr class=s><td colspan={cells - 1}>Subtotaal cliënt {number}</td>"
        f"<td class=n>{e(look.money.bare(amount))}</td></tr>"
    )


def draw(f: Facts, look: Look) -> str:
    s = f.supplier
    heads = [
        "Product",
        "Omschrijving",
        "Periode",
        "Aantal",
        "Tarief",
        *([] if f.exempt else ["Btw"]),
        "Bedrag",
    ]
    head = "".join(f"<th{' class=n' if at > 2 else ''}>{h}</th>" for at, h in enumerate(heads))
    labels = {
        "number": look.pick("Factuurnummer|Creditnummer", "Declaratienummer|Creditnummer"),
        "date": look.pick("Factuurdatum|Datum", "Dagtekening"),
        "customer": "Debiteurnummer",
        "order": "Uw kenmerk",
        "corrects": "Correctie op",
        "due": "Betaaltermijn tot",
    }
    refs = "".join(f"<tr><td>{e(a)}</td><td>{e(v)}</td></tr>" for a, v in pairs(f, look, labels))
    sums = "".join(
        f"<tr class={r.kind}><td>{e(r.label)}</td><td class=n>{e(r.amount)}</td></tr>"
        for r in totals(f, look, _SAY)
    )
    visit = [s.street, place(f, look)]
    columns = [
        [s.name, *(x for x in visit if x)],
        [
            *([s.po_box] if s.po_box else []),
            *(
                f"{a} {v}".strip()
                for a, v in pairs(f, look, {"phone": "Telefoon", "email": "", "web": ""})
            ),
        ],
        [
            f"{a} {v}"
            for a, v in pairs(
                f,
                look,
                {
                    "kvk": "KvK-nummer",
                    "vat": "Btw-nummer",
                    "agb": "AGB-code",
                    "branch": "Vestigingsnr.",
                },
            )
        ],
        [
            f"{a} {v}"
            for a, v in pairs(f, look, {"iban": "IBAN", "bic": "BIC", "g-account": "G-rekening"})
        ],
    ]
    foot = "".join(f"<td>{br(texts)}</td>" for texts in columns)
    pay = sentence(
        f,
        look,
        "Wij verzoeken u het totaalbedrag binnen 30 dagen over te maken.",
        "Voor vragen over deze factuur kunt u terecht bij onze zorgadministratie.",
    )
    css = (
        f"{CSS}@page{{margin:18mm 16mm 34mm;@bottom-left{{content:element(foot);width:100%}}}}"
        ".foot{position:running(foot);width:100%;font-size:76%;color:#333;border-top:0.3mm solid #888}"
        ".foot td{padding:2mm 4mm 0 0}.logo{width:34mm;height:12mm;border-radius:6mm;"
        f"background:{look.accent}}}.two{{display:flex;justify-content:space-between;margin:12mm 0 8mm}}"
        f".two td{{padding:0 0 0.6mm {look.width(6)}mm}}h1{{font-size:140%;margin-bottom:4mm}}"
        ".items th{border-bottom:0.4mm solid #333;padding:1.2mm}.items td{padding:0.9mm 1.2mm}"
        f".c td{{background:{look.accent}1c;font-weight:bold}}.s td{{font-style:italic;"
        f"border-top:0.2mm solid #999}}.t{{margin:6mm 0 6mm auto;width:{look.width(85)}mm}}"
        ".gross td{font-weight:bold}.t td{padding:0.8mm 1.2mm}"
    )
    own = look.pick("Factuur Jeugdwet / Wmo", "Factuur zorg in natura", "Factuur")
    heading = title(f, own, "Creditfactuur")
    body = (
        f"<table class=foot><tr>{foot}</tr></table><div class=logo></div><div class=two>"
        f"<div>{br(f.addressee)}</div><table>{refs}</table></div>"
        f"<h1>{heading}</h1>"
        f"<table class=items><thead><tr>{head}</tr></thead><tbody>{_groups(f, look)}</tbody></table>"
        f"<table class=t>{sums}</table>{paragraphs([*closing(f, look), pay])}"
        f"<p>Met vriendelijke groet,<br>{e(s.name)}</p>"
    )
    return page(f, look, css, body)


FAMILY = Family("care-record", "weasyprint", draw)
