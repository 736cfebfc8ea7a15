"""Thin large letters, the supplier's facts in a row of three columns at the foot of each page, and
the totals as the last rows of the striped table with their words at the left: after Apple's Pages.
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
    title,
    totals,
    values,
)
from tests.families.html import br, e, page
from tests.families.look import Look

_SAY = TotalWords(
    gross="Totaal",
    total="Totaal",
    net="Subtotaal",
    vat="Btw ({r}%)",
    subtotal="Bedrag zonder korting",
    discount="Korting",
    paid="Vooraf betaald",
    due="Openstaand bedrag",
)


def draw(f: Facts, look: Look) -> str:
    known = values(f, look)
    place = known["city"] if look.chance(0.5) else ""
    date = ", ".join(x for x in (place, look.date(f.date, "d mmmm yyyy")) if x) if f.date else ""
    number = f"{title(f, 'Factuur', 'Creditnota')} {f.number}".strip()
    rows = "".join(
        f"<tr><td>{e(line.description)}{f' (-{line.discount}%)' if line.discount else ''}"
        f"{'' if f.exempt else f' <small>{line.rate}% btw</small>'}</td>"
        f"<td class=n>{e(look.quantity(line.quantity))}</td><td class=n>{e(look.money(line.price))}</td>"
        f"<td class=n>{e(look.money(line.net))}</td></tr>"
        for line in f.lines
    )
    rows += "".join(
        f"<tr class={r.kind}><td colspan=3>{e(r.label)}</td><td class=n>{e(r.amount)}</td></tr>"
        for r in totals(f, look, _SAY)
    )
    refs = pairs(
        f, look, {"order": "Projectnummer", "corrects": "Hoort bij factuur", "due": "Betalen vóór"}
    )
    lists = (
        [f.supplier.name, *address(f, look)],
        [
            f"{a} {v}".strip()
            for a, v in pairs(
                f,
                look,
                {
                    "phone": look.pick("T", ""),
                    "email": look.pick("E", ""),
                    "web": look.pick("W", ""),
                },
            )
        ],
        [
            f"{a} {v}"
            for a, v in pairs(
                f,
                look,
                {
                    "kvk": "KvK",
                    "vat": "Btw",
                    "iban": "IBAN",
                    "agb": "AGB",
                    "branch": "Vest.",
                    "g-account": "G-rekening",
                },
            )
        ],
    )
    foot = "".join(f"<td>{br(texts)}</td>" for texts in lists)
    pay = sentence(
        f,
        look,
        "Ik verzoek u vriendelijk het bedrag over te maken onder vermelding van {number}.",
        "Met dank voor de opdracht.",
    )
    css = (
        f"{CSS}@page{{margin:20mm 18mm 34mm;@bottom-left{{content:element(foot);width:100%}}}}"
        "body{font-weight:300;line-height:1.4}.foot{position:running(foot);width:100%;"
        f"font-size:78%;color:#444;border-top:0.3mm solid {look.accent}}}.foot td{{width:33%;"
        f"padding-top:2mm}}h1{{font-weight:300;font-size:{look.pick(260, 320)}%;color:{look.accent};"
        "letter-spacing:-0.3pt}.d{margin:3mm 0 10mm;color:#666}.two{display:flex;"
        "justify-content:space-between;margin-bottom:10mm}small{color:#777}"
        f".items tr:nth-child(even) td{{background:#f3f5f6}}.items th{{background:{look.accent};"
        "color:#fff;font-weight:300;padding:2mm}.items td{padding:1.8mm 2mm}"
        ".gross td,.due td{font-weight:bold;border-top:0.4mm solid #555}"
    )
    right = br([f"{a}: {v}" for a, v in refs])
    body = (
        f"<table class=foot><tr>{foot}</tr></table><b>{e(f.supplier.name)}</b><h1>{e(number)}</h1>"
        f"<div class=d>{e(date)}</div><div class=two><div>{br(f.addressee)}</div><div>{right}</div></div>"
        f"<table class=items><thead><tr><th>Omschrijving</th><th class=n>Aantal</th><th class=n>Prijs</th>"
        f"<th class=n>Kosten</th></tr></thead><tbody>{rows}</tbody></table>"
        f"{paragraphs([*closing(f, look), pay])}"
    )
    return page(f, look, css, body)


FAMILY = Family("pages-light", "weasyprint", draw)
