"""Capitals everywhere, a balance in large digits, and the btw by rate in a table of its own after
the balance: after the forms of QuickBooks for Europe.
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
        gross="TOTAAL",
        total="TOTAAL",
        net="SUBTOTAAL",
        vat="BTW-TOTAAL {r}%",
        subtotal="REGELTOTAAL",
        discount="KORTING",
        paid="BETALING",
        due="OPENSTAAND SALDO",
        rounding="AFRONDING",
    ),
    "en": TotalWords(
        gross="TOTAL",
        total="TOTAL",
        net="SUBTOTAL",
        vat="VAT TOTAL {r}%",
        subtotal="LINES",
        discount="DISCOUNT",
        paid="PAYMENT",
        due="BALANCE DUE",
        rounding="ROUNDING",
    ),
}
_LABELS = {
    "nl": {
        "number": "FACTUUR|CREDITNOTA",
        "date": "DATUM",
        "due": "VERVALDATUM",
        "corrects": "FACTUUR DIE WORDT GECREDITEERD",
        "order": "BESTELLING",
    },
    "en": {
        "number": "INVOICE|CREDIT MEMO",
        "date": "DATE",
        "due": "DUE DATE",
        "corrects": "CREDITED INVOICE",
        "order": "P.O. NUMBER",
    },
}
_IDS = {
    "nl": {
        "phone": "Telefoon",
        "email": "",
        "web": "",
        "kvk": "KvK-nr.",
        "vat": "Btw-reg.nr.",
        "agb": "AGB",
        "branch": "Vest.nr.",
    },
    "en": {
        "phone": "Phone",
        "email": "",
        "web": "",
        "kvk": "Company Registration No.",
        "vat": "VAT Registration No.",
        "agb": "AGB",
        "branch": "Branch no.",
    },
}
_HEADS = {
    "nl": ("ACTIVITEIT", "AANTAL", "TARIEF", "KORTING", "BTW", "BEDRAG"),
    "en": ("ACTIVITY", "QTY", "RATE", "DISC.", "VAT", "AMOUNT"),
}


def _items(f: Facts, look: Look) -> str:
    keep = [True, True, True, has_line_discount(f), not f.exempt, True]
    rows = [
        (
            line.description,
            look.quantity(line.quantity),
            look.money.bare(line.price),
            f"{line.discount}%" if line.discount else "",
            f"{line.rate}% S",
            look.money.bare(line.net),
        )
        for line in f.lines
    ]
    cells = [
        [c for c, kept in zip(row, keep, strict=True) if kept]
        for row in (_HEADS[f.language], *rows)
    ]
    return table(cells[0], cells[1:], "l" + "r" * (sum(keep) - 1))


def _summary(f: Facts, look: Look) -> str:
    if not f.shares:
        return ""
    dutch = f.language == "nl"
    heads = ("TARIEF", "BTW", "NETTO") if dutch else ("RATE", "VAT", "NET")
    rows = [
        (f"{'BTW' if dutch else 'VAT'} @ {s.rate}%", look.money.bare(s.vat), look.money.bare(s.net))
        for s in f.shares
    ]
    heading = "BTW-OVERZICHT" if dutch else "VAT SUMMARY"
    return f"<h3>{heading}</h3>{table(heads, rows, 'lrr', 'rates')}"


def draw(f: Facts, look: Look) -> str:
    dutch = f.language == "nl"
    company = [
        f"{label} {value}".strip() for label, value in pairs(f, look, _IDS[f.language]) if value
    ]
    refs = "".join(
        f"<tr><th>{e(a)}</th><td>{e(v)}</td></tr>" for a, v in pairs(f, look, _LABELS[f.language])
    )
    rows = totals(f, look, _SAY[f.language], sign=False, bases=False)
    last = rows[-1]
    sums = "".join(
        f"<tr><td>{e(r.label)}</td><td class=n>{e(r.amount)}</td></tr>"
        for r in rows
        if r.kind != "due"
    )
    big = _SAY[f.language].due
    bank = pairs(f, look, {"iban": "IBAN", "bic": "SWIFT", "g-account": "G-rekening"})
    pay = sentence(
        f,
        look,
        "Betaling binnen de termijn onder vermelding van {number}."
        if dutch
        else "Please quote {number} with your payment.",
        "Dank u wel." if dutch else "Thank you.",
    )
    heading = title(f, "FACTUUR", "CREDITNOTA") if dutch else title(f, "INVOICE", "CREDIT MEMO")
    css = (
        f"{CSS}.co{{line-height:1.45}}h1{{color:{look.accent};font-weight:normal;font-size:220%;"
        f"margin:6mm 0}}.two{{display:flex;justify-content:space-between;margin-bottom:8mm}}"
        f".two>div{{flex:1 1 {look.width(82)}mm}}.lab{{color:#888}}.two th{{color:#888;"
        "font-weight:normal;padding-right:5mm}"
        f".items th{{background:{look.accent}22;color:{look.accent};padding:2mm;font-weight:normal}}"
        ".items td{padding:2mm}.items{border-bottom:0.4mm dotted #999}"
        f".sum{{margin:4mm 0 0 auto;width:{look.width(78, 1)}mm}}.sum td{{padding:1mm 2mm}}"
        f".big{{margin:3mm 0 6mm auto;width:{look.width(100, 2)}mm;display:flex;"
        "justify-content:space-between;gap:5mm;border-top:0.4mm dotted #999;padding:2mm}"
        ".big b{font-size:190%;white-space:nowrap}"
        "h3{font-size:100%;font-weight:normal;color:#888;text-align:center;"
        "margin-top:8mm}.rates{width:100%}.rates th{color:#888;font-weight:normal}"
        ".rates td,.rates th{padding:1mm 2mm;border-bottom:0.2mm solid #ddd}"
    )
    body = (
        f"<div class=co><b>{e(f.supplier.name)}</b><br>{br([*address(f, look), *company])}</div>"
        f"<h1>{heading}</h1><div class=two><div><span class=lab>"
        f"{'FACTUUR AAN' if dutch else 'INVOICE TO'}</span><br>{br(f.addressee)}</div>"
        f"<div><table>{refs}</table></div></div>{_items(f, look)}<table class=sum>{sums}</table>"
        f"<div class=big><span>{big}</span><b>EUR {e(last.amount)}</b></div>"
        f"{_summary(f, look)}{paragraphs(closing(f, look))}{paragraphs([pay])}"
        f"<p>{br([f'{a}: {v}' for a, v in bank])}</p>"
    )
    return page(f, look, css, body)


FAMILY = Family("quickbooks-summary", "weasyprint", draw, ("nl", "en"))
