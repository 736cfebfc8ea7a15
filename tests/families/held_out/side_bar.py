"""A coloured bar down the left side with everything of the supplier in white and without labels for
phone and mail, the title turned upright along it: after the drawn templates of Canva.
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
)
from tests.families.html import br, e, page
from tests.families.look import Look

_SAY = TotalWords(
    gross="TOTAAL",
    total="TOTAAL",
    net="Excl. btw",
    vat="Btw {r}%",
    subtotal="Samen",
    discount="Korting",
    paid="Al voldaan",
    due="NOG TE VOLDOEN",
)


def draw(f: Facts, look: Look) -> str:
    s = f.supplier
    contact = [v for _, v in pairs(f, look, {"phone": "", "email": "", "web": ""})]
    ids = "".join(
        f"<div class=k>{e(a)}</div>{e(v)}"
        for a, v in pairs(
            f,
            look,
            {
                "kvk": look.pick("KVK", "KvK-nummer"),
                "vat": look.pick("BTW", "BTW-ID"),
                "iban": look.pick("BANK", "IBAN"),
                "agb": "AGB",
                "branch": "VESTIGING",
                "g-account": "G-REKENING",
            },
        )
    )
    refs = "".join(
        f"<div><span class=k>{e(a)}</span><br>{e(v)}</div>"
        for a, v in pairs(
            f,
            look,
            {
                "number": "factuurnummer|creditnummer",
                "date": "datum",
                "due": "vervaldatum",
                "corrects": "bij factuur",
                "order": "uw ref.",
            },
        )
    )
    rows = [
        (
            line.description + (f" (-{line.discount}%)" if line.discount else ""),
            f"{look.quantity(line.quantity)} {line.unit}".strip(),
            look.money(line.price),
            "" if f.exempt else f"{line.rate}%",
            look.money(line.net),
        )
        for line in f.lines
    ]
    heads: tuple[str, ...] = ("wat", "hoeveel", "tarief", "btw", "bedrag")
    align = "lrrrr"
    if f.exempt:
        heads, align, rows = heads[:3] + heads[4:], "lrrr", [r[:3] + r[4:] for r in rows]  # type: ignore[misc]
    sums = "".join(
        f"<tr class={r.kind}><td>{e(r.label)}</td><td class=n>{e(r.amount)}</td></tr>"
        for r in totals(f, look, _SAY)
    )
    pay = sentence(
        f,
        look,
        "Wil je het bedrag vóór {due} overmaken? Dank je wel!",
        "Bedankt voor de fijne samenwerking.",
        "Graag overmaken op {iban}, onder vermelding van {number}.",
    )
    bar = look.width(52)
    css = (
        f"{CSS}@page{{margin:14mm 12mm 14mm 0}}body{{margin:0}}"
        f".bar{{position:fixed;left:0;top:-14mm;width:{bar}mm;height:297mm;background:{look.accent};"
        "color:#fff;padding:16mm 4mm 0 7mm;font-size:92%;overflow-wrap:anywhere}"
        ".bar h2{font-size:135%;margin-bottom:4mm}.k{font-size:78%;opacity:0.85;margin-top:2.5mm;"
        "text-transform:lowercase}"
        f".up{{position:absolute;left:{bar + 3}mm;top:0;writing-mode:vertical-rl;"
        f"transform:rotate(180deg);font-size:{look.pick(260, 300)}%;color:{look.accent};"
        "letter-spacing:1.5mm;font-weight:bold}"
        f".in{{margin-left:{bar + 22}mm}}.refs{{display:flex;flex-wrap:wrap;gap:2mm 8mm;margin:9mm 0}}"
        ".refs .k{color:#777}.items th{color:#777;font-weight:normal;padding:1.5mm 2mm 1.5mm 0}"
        ".items td{padding:1.8mm 2mm 1.8mm 0;border-top:0.2mm solid #ccc}"
        f".s{{margin:4mm 0 8mm;min-width:{look.width(80, 1)}mm}}.s td{{padding:1mm 0}}"
        f".gross td,.due td{{font-size:125%;font-weight:bold;color:{look.accent}}}"
        ".mark{margin-left:80mm}"
    )
    body = (
        f"<div class=bar><h2>{e(s.name)}</h2>{br(address(f, look))}<br><br>{br(contact)}<br>{ids}</div>"
        f"<div class=up>{title(f, 'FACTUUR', 'CREDIT')}</div><div class=in>"
        f"<span class=k>{look.pick('voor', 'aan', '')}</span><br>{br(f.addressee)}"
        f"<div class=refs>{refs}</div>"
        f"{table(heads, rows, align)}<table class=s>{sums}</table>"
        f"{br([*closing(f, look), pay])}</div>"
    )
    return page(f, look, css, body)


FAMILY = Family("side-bar", "chromium", draw)
