"""A very large serif title, number and date as inline "term: value" in the corner, sender left and
receiver flush right, and a grey band with three large columns at the end: when, where and how much to
pay. After WeasyPrint's own sample.
"""

from __future__ import annotations

from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.held_out_more_parts import count, said
from tests.families.held_out_parts import (
    CSS,
    address,
    closing,
    css_text,
    pairs,
    paragraphs,
    title,
    values,
)
from tests.families.html import br, e, page
from tests.families.look import Look

_SAY = {
    "nl": {
        "subtotal": "Alles bij elkaar",
        "discount": "Korting{p}",
        "net": "Zonder btw",
        "vat": "btw {r}%",
        "several": "btw {r}% van {b}",
        "gross": "Met btw",
        "exempt": "Samen",
        "rounding": "Afgerond",
        "paid": "Al ontvangen",
        "due": "Blijft over",
    },
    "en": {
        "subtotal": "All together",
        "discount": "Discount{p}",
        "net": "Without VAT",
        "vat": "VAT {r}%",
        "several": "VAT {r}% of {b}",
        "gross": "With VAT",
        "exempt": "Together",
        "rounding": "Rounded",
        "paid": "Received",
        "due": "Remaining",
    },
}
_WORDS = {
    "nl": ("Factuur", "Creditnota", "Te voldoen op", "Rekeningnummer", "Te betalen", "Tegoed"),
    "en": ("Invoice", "Credit note", "Due by", "Account number", "Total due", "Credit"),
}
_INFO = {
    "nl": {
        "number": "Factuurnummer|Nummer",
        "date": "Datum",
        "corrects": "Bij factuur",
        "order": "Opdracht",
    },
    "en": {
        "number": "Invoice number|Number",
        "date": "Date",
        "corrects": "For invoice",
        "order": "Order",
    },
}
_HEADS = {
    "nl": ("Omschrijving", "Prijs", "Aantal", "Btw", "Bedrag"),
    "en": ("Description", "Price", "Quantity", "VAT", "Subtotal"),
}
_IDS = {
    "nl": {
        "kvk": "KvK",
        "vat": "Btw",
        "agb": "AGB",
        "branch": "Vestiging",
        "g-account": "G-rekening",
    },
    "en": {"kvk": "KvK", "vat": "VAT", "agb": "AGB", "branch": "Branch", "g-account": "G-account"},
}


def _band(f: Facts, look: Look) -> str:
    """What is to be paid, in one row of large letters."""
    _, _, when, where, much, credit = _WORDS[f.language]
    amount = look.money(f.due_amount)
    accounts = br(look.iban(account.iban) for account in f.supplier.accounts)
    if f.kind == "credit-note":
        cells = [(where, accounts), (credit, e(amount))]
    else:
        cells = [(when, e(look.date(f.due))), (where, accounts), (much, e(amount))]
    cells = [(head, value) for head, value in cells if value]
    heads = "".join(f"<th>{head}</th>" for head, _ in cells)
    return (
        f"<table class=band><tr>{heads}</tr><tr>"
        + "".join(f"<td>{value}</td>" for _, value in cells)
        + "</tr></table>"
    )


def draw(f: Facts, look: Look) -> str:
    s, words = f.supplier, _WORDS[f.language]
    info = "".join(f"<dt>{e(a)}</dt><dd>{e(v)}</dd>" for a, v in pairs(f, look, _INFO[f.language]))
    heads = [h for at, h in enumerate(_HEADS[f.language]) if not (f.exempt and at == 3)]
    body = ""
    for line in f.lines:
        off = f" (-{line.discount}%)" if line.discount else ""
        cells = [
            line.description + off,
            look.money(line.price),
            count(line, look),
            *([] if f.exempt else [f"{line.rate}%"]),
            look.money(line.net),
        ]
        body += "<tr>" + "".join(f"<td>{e(cell)}</td>" for cell in cells) + "</tr>"
    rows = said(f, look, _SAY[f.language])
    sums = "".join(f"<p>{e(r.label)} <b>{e(r.amount)}</b></p>" for r in rows)
    if len(rows) == 1:
        sums = ""  # the band says it
    known = values(f, look)
    contact = " | ".join(x for x in (known["phone"], s.email, s.web) if x)
    ids = " · ".join(f"{a} {v}" for a, v in pairs(f, look, _IDS[f.language]))
    css = (
        f"{CSS}@page{{margin:22mm;@bottom-left{{content:{css_text(ids)};color:{look.accent};"
        f"font:7.5pt '{look.font}'}}@bottom-right{{content:{css_text(contact)};color:#a9a;"
        f"font:7.5pt '{look.font}';width:50%;text-align:right}}}}"
        f"body{{color:#14213d;line-height:1.5}}h1{{color:{look.accent};font:34pt 'DejaVu Serif'}}"
        ".to{display:flex;margin:14mm 0 12mm}.from{color:#757;flex:1}"
        "dl{position:absolute;right:0;top:0;text-align:right;margin:0}dt,dd{display:inline;margin:0}"
        "dt{color:#757}dt::before{content:'';display:block}dt::after{content:': '}"
        ".items th{border-bottom:0.2mm solid #a9a;color:#757;font-size:88%;font-weight:normal;"
        "text-transform:uppercase;padding-bottom:2mm}.items td{padding-top:4mm}"
        ".items td,.items th{text-align:center}.items :first-child{text-align:left}"
        f".items :last-child{{text-align:right}}.items td:last-child{{color:{look.accent};font-weight:bold}}"
        ".sums{text-align:right;margin:5mm 0}.band{background:#f3f3f3;width:100%;margin-top:8mm;"
        "break-inside:avoid}.band th{color:#757;font-weight:normal;text-transform:uppercase;"
        "padding:7mm 5mm 1mm}.band td{font-size:135%;padding:0 5mm 7mm}.mark{float:right;margin-top:14mm}"
    )
    html = (
        f"<h1>{title(f, words[0], words[1])}</h1><div class=to><div class=from>{e(s.name)}<br>"
        f"{br(address(f, look))}</div><div style='text-align:right'>{br(f.addressee)}</div></div>"
        f"<dl>{info}</dl><table class=items><thead><tr>{''.join(f'<th>{h}</th>' for h in heads)}</tr>"
        f"</thead><tbody>{body}</tbody></table><div class=sums>{sums}</div>"
        f"{paragraphs(closing(f, look))}{_band(f, look)}"
    )
    return page(f, look, css, html)


FAMILY = Family("courtbouillon", "weasyprint", draw, ("nl", "en"))
