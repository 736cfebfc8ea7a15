"""A dark band over the whole width with the company in white, references beside the client, and a
balance that is told twice: after the designs of Invoice Ninja, which Chromium prints.
"""

from __future__ import annotations

from tests.families.facts import ZERO, Facts
from tests.families.family import Family
from tests.families.held_out_parts import (
    CSS,
    Row,
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
    values,
)
from tests.families.html import br, e, page
from tests.families.look import Look

_SAY = {
    "nl": TotalWords(
        gross="Totaal",
        total="Totaal",
        net="Netto",
        vat="BTW {r}%",
        discount="Korting",
        due="Te voldoen",
        paid="Reeds betaald",
        rounding="Afrondingsverschil",
    ),
    "en": TotalWords(
        gross="Total",
        total="Total",
        net="Net",
        vat="VAT {r}%",
        subtotal="Subtotal",
        discount="Discount",
        due="Balance Due",
        paid="Paid to Date",
        rounding="Rounding",
    ),
}
_LABELS = {
    "nl": {
        "number": "Factuur #|Credit #",
        "order": "Bestel #",
        "date": "Factuurdatum|Creditdatum",
        "due": "Vervaldatum",
        "corrects": "Oorspronkelijke factuur",
        "pay": "Te voldoen",
    },
    "en": {
        "number": "Invoice #|Credit #",
        "order": "PO #",
        "date": "Invoice Date|Credit Date",
        "due": "Due Date",
        "corrects": "Original Invoice",
        "pay": "Balance Due",
    },
}
_HEADS = {
    "nl": ("Artikel", "Eenheidsprijs", "Aantal", "Korting", "Belasting", "Totaal"),
    "en": ("Item", "Unit Cost", "Quantity", "Discount", "Tax", "Line Total"),
}


def _items(f: Facts, look: Look) -> str:
    keep = [True, True, True, has_line_discount(f), not f.exempt, True]
    rows = [
        (
            line.description,
            look.money(line.price),
            f"{look.quantity(line.quantity)} {line.unit}".strip(),
            f"{line.discount}%" if line.discount else "",
            f"{line.rate}%",
            look.money(line.net),
        )
        for line in f.lines
    ]

    def kept(cells: tuple[str, ...]) -> list[str]:
        return [cell for cell, kept in zip(cells, keep, strict=True) if kept]

    return table(kept(_HEADS[f.language]), [kept(row) for row in rows], "l" + "r" * (sum(keep) - 1))


def draw(f: Facts, look: Look) -> str:
    known, dutch = values(f, look), f.language == "nl"
    company = [
        *(f"{a}: {v}" for a, v in pairs(f, look, {"kvk": "KVK" if dutch else "CoC"})),
        *(f"{a}: {v}" for a, v in pairs(f, look, {"vat": "BTW" if dutch else "VAT"})),
        known["email"],
        known["phone"],
        known["web"],
    ]
    bank = pairs(
        f,
        look,
        {
            "iban": "IBAN",
            "bic": "BIC",
            "agb": "AGB",
            "branch": "Vestiging",
            "g-account": "G-rekening",
        },
    )
    refs = "".join(
        f"<tr><th>{e(a)}</th><td class=n>{e(v)}</td></tr>"
        for a, v in pairs(f, look, _LABELS[f.language])
    )
    say = _SAY[f.language]
    below = totals(f, look, say)
    if not f.paid and not f.rounding:
        below += [
            Row("paid", say.paid, look.money(ZERO)),
            Row("due", say.due, look.money(f.due_amount)),
        ]
    sums = "".join(
        f"<tr class={row.kind}><td>{e(row.label)}</td><td class=n>{e(row.amount)}</td></tr>"
        for row in below
    )
    pay = sentence(
        f,
        look,
        "Gelieve {pay} over te maken naar {iban} o.v.v. {number}."
        if dutch
        else "Please transfer {pay} to {iban} quoting {number}.",
        "Bedankt voor het vertrouwen!" if dutch else "Thank you for your business!",
    )
    css = (
        f"{CSS}@page{{margin:0 0 14mm}}body{{margin:0}}.band{{background:#2d2c2a;color:#fff;"
        f"padding:10mm {look.margin}mm;display:flex;justify-content:space-between;gap:8mm}}"
        f".in{{padding:0 {look.margin}mm}}.two{{display:flex;justify-content:space-between;"
        f"margin:8mm 0}}.two table th{{padding-right:{look.width(8)}mm;font-weight:bold}}"
        f".items th{{background:{look.accent};color:#fff;padding:2.5mm 2mm}}"
        ".items td{padding:2.5mm 2mm;border-bottom:0.3mm solid #ddd}"
        f".low{{display:flex;justify-content:space-between;margin-top:6mm}}.low>div{{flex:0 1 50%}}"
        f".low table{{width:{look.width(75, 1)}mm}}.due td{{font-weight:bold;color:{look.accent};"
        "font-size:120%}.mark{position:absolute;right:20mm;top:42mm}"
    )
    heading = title(f, "Factuur", "Creditfactuur") if dutch else title(f, "Invoice", "Credit")
    body = (
        f"<div class=band><div><h1>{e(f.supplier.name)}</h1>{br(address(f, look))}</div>"
        f"<div>{br(company)}</div></div><div class=in><div class=two><div>"
        f"<h2 style='color:{look.accent}'>{heading}"
        f"</h2>{br(f.addressee)}</div><table>{refs}</table></div>{_items(f, look)}"
        f"<div class=low><div>{paragraphs([*closing(f, look), pay])}"
        f"{br([f'{a}: {v}' for a, v in bank])}</div><table>{sums}</table></div></div>"
    )
    return page(f, look, css, body)


FAMILY = Family("ninja-bold", "chromium", draw, ("nl", "en"))
