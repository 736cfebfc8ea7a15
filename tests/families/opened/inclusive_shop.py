"""Prices that include btw: the total first and below it how much btw of which rate is in it, with
the amount without btw in brackets, as Lightspeed's and other Dutch shops print.
"""

from __future__ import annotations

from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.held_out_parts import CSS, address, closing, pairs, sentence, table, title
from tests.families.html import br, e, page
from tests.families.look import Look


def _sums(f: Facts, look: Look) -> list[tuple[str, str, str]]:
    money, rows = look.money, []
    if f.discount and f.exempt:
        rows.append(("", "Subtotaal", money(f.subtotal)))
        percent = f" ({f.discount_percent}%)" if f.discount_percent else ""
        rows.append(("", f"Kortingscode{percent}", money(-f.discount)))
    if f.discount and not f.exempt:
        whole = sum((line.gross for line in f.lines), f.gross - f.gross)
        percent = f" ({f.discount_percent}%)" if f.discount_percent else ""
        rows.append(("", "Subtotaal incl. btw", money(whole)))
        rows.append(("", f"Kortingscode{percent} incl. btw", money(f.gross - whole)))
    rows.append(("big", "Totaal" if f.exempt else "Totaal incl. btw", money(f.gross)))
    if f.rounding:
        rows.append(("", "Afronding", money(f.rounding)))
    if f.paid:
        rows.append(("", "Aanbetaling", money(-f.paid)))
    if f.rounding or f.paid:
        rows.append(("big", "Nog te betalen", money(f.due_amount)))
    for share in f.shares:
        text = f"Waarvan btw {share.rate}% over {money(share.net)}"
        rows.append(("small", text, money(share.vat)))
    if f.shares:
        rows.append(("small", "Totaal excl. btw", money(f.net)))
    return rows


def draw(f: Facts, look: Look) -> str:
    ids = {
        "phone": "Tel.",
        "email": "",
        "web": "",
        "kvk": "KVK",
        "vat": "BTW",
        "iban": "IBAN",
        "agb": "AGB",
        "branch": "Vestiging",
        "g-account": "G-rekening",
    }
    company = [*address(f, look), *(f"{a} {v}".strip() for a, v in pairs(f, look, ids))]
    labels = {
        "number": "Factuurnummer|Creditfactuurnummer",
        "date": "Factuurdatum|Datum",
        "order": "Bestelnummer",
        "due": "Betaling ontvangen wij graag voor",
        "corrects": "Creditering van factuur",
    }
    refs = "<br>".join(f"{e(a)}: <b>{e(v)}</b>" for a, v in pairs(f, look, labels))
    rows = []
    for line in f.lines:
        off = f" (-{line.discount}%)" if line.discount else ""
        rate = "" if f.exempt else f" [{line.rate}% btw]"
        amount = line.net if f.exempt else line.gross
        quantity = f"{look.quantity(line.quantity)} {line.unit}".strip()
        rows.append((line.description + rate + off, quantity, look.money(amount)))
    heads = ("Product", "Aantal", "Totaal" if f.exempt else "Totaal incl. btw")
    sums = "".join(
        f"<tr class='{k}'><td>{e(a)}</td><td class=n>{e(v)}</td></tr>" for k, a, v in _sums(f, look)
    )
    pay = sentence(
        f,
        look,
        "Maak het bedrag over onder vermelding van {number}.",
        "Bewaar deze factuur goed, het is ook uw garantiebewijs.",
    )
    css = (
        f"{CSS}.h{{display:flex;justify-content:space-between}}.h{{gap:8mm}}.h>div{{flex:1 1 0}}"
        f"h1{{font-size:170%;margin:9mm 0 3mm}}.items{{margin:6mm 0}}.items th{{padding:2mm;"
        f"border-top:0.3mm solid #000;border-bottom:0.3mm solid #000}}.items td{{padding:2mm}}"
        f".s{{width:{look.width(110)}mm;margin-left:auto}}.s td{{padding:0.8mm 2mm}}"
        ".big td{font-weight:bold;font-size:120%;border-top:0.3mm solid #000}.small td{color:#555;"
        "font-size:90%}.low{margin-top:8mm}"
    )
    body = (
        f"<div class=h><div>{br(f.addressee)}</div><div><b>{e(f.supplier.name)}</b><br>{br(company)}"
        f"</div></div><h1>{title(f, 'Factuur', 'Creditfactuur')}</h1><div>{refs}</div>"
        f"{table(heads, rows, 'lrr')}<table class=s>{sums}</table><div class=low>"
        f"{br([*closing(f, look), pay])}</div>"
    )
    return page(f, look, css, body)


FAMILY = Family("inclusive-shop", "chromium", draw, vat_by_line=True)
