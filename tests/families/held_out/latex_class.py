"""Work grouped under a heading with its own sum, hours and rates in one column as a product, all in
Computer Modern between thin rules: after the LaTeX packages invoice and invoice2.
"""

from __future__ import annotations

from tests.families.facts import Facts, Line
from tests.families.family import Family
from tests.families.held_out_parts import (
    TotalWords,
    address,
    closing,
    pairs,
    sentence,
    title,
    totals,
)
from tests.families.look import Look
from tests.families.typst_markup import t

_SAY = TotalWords(
    gross="Totaal",
    total="Totaal",
    net="Subtotaal project",
    vat="Btw ({r}%)",
    subtotal="Subtotaal voor korting",
    discount="Korting",
    paid="Voorschot",
    due="Nog te betalen",
)


def _row(line: Line, f: Facts, look: Look) -> str:
    off = f", {line.discount}% korting" if line.discount else ""
    rate = "" if f.exempt else f" [{line.rate}%]"
    product = f"{look.quantity(line.quantity)} {line.unit} × {look.money.bare(line.price)}".replace(
        "  ", " "
    )
    return f"[{t(line.description + off + rate)}], [{t(product)}], [{t(look.money.bare(line.net))}]"


def draw(f: Facts, look: Look) -> str:
    ids = {
        "phone": "tel.",
        "email": "",
        "web": "",
        "kvk": "KvK-nummer",
        "vat": "Btw-identificatienummer",
        "agb": "AGB-code",
        "branch": "vestigingsnr.",
        "g-account": "G-rekening",
    }
    contact = " \\\n".join(t(f"{a} {v}".strip()) for a, v in pairs(f, look, ids))
    refs = {
        "number": "Factuur|Creditfactuur",
        "date": "Datum",
        "due": "Vervaldag",
        "order": "Project",
        "corrects": "Verwijst naar factuur",
    }
    grid = ", ".join(f"[{t(a)}:], [{t(v)}]" for a, v in pairs(f, look, refs))
    rows = ", ".join(_row(line, f, look) for line in f.lines)
    sums = ""
    for row in totals(f, look, _SAY):
        bold = "*" if row.kind in ("gross", "due") else ""
        above = "table.hline(stroke: 0.4pt), " if row.kind in ("gross", "net", "due") else ""
        sums += f"{above}[{bold}{t(row.label)}{bold}], [], [{bold}{t(row.amount)}{bold}], "
    accounts = {"iban": "Bankrekening", "bic": "BIC"}
    bank = " \\\n".join(t(f"{a}: {v}") for a, v in pairs(f, look, accounts))
    pay = sentence(
        f,
        look,
        "Betaling gaarne binnen 30 dagen, onder vermelding van {number}.",
        "Gelieve te betalen vóór {due}.",
    )
    texts = "\n\n".join(t(x) for x in (*closing(f, look), pay) if x)
    heading = f"{title(f, 'Factuur', 'Creditfactuur')} {f.mark}".strip()
    to = " \\\n".join(t(x) for x in f.addressee)
    own = " \\\n".join(t(x) for x in address(f, look))
    group = look.pick("Werkzaamheden", "Geleverde diensten", "Uren")
    return f"""#set page(paper: "a4", margin: {max(18, look.margin)}mm, numbering: "1")
#set text(font: "New Computer Modern", size: {max(10, look.size)}pt, lang: "nl")
#grid(columns: (1fr, auto), [*#text(14pt)[{t(f.supplier.name)}]* \\ {own}], align(right)[{contact}])
#v(10mm)
{to}
#v(10mm)
#align(center)[#text(17pt)[#smallcaps[{t(heading)}]]]
#v(4mm)
#grid(columns: (auto, auto), column-gutter: {look.width(12)}pt, row-gutter: 6pt, {grid})
#v(6mm)
#table(
  columns: (1fr, auto, auto),
  align: (left, right, right),
  stroke: none,
  inset: (x: 3pt, y: 4pt),
  table.hline(stroke: 0.8pt),
  table.header([*Activiteit*], [*Aantal × tarief*], [*Bedrag (EUR)*]),
  table.hline(stroke: 0.4pt),
  table.cell(colspan: 3)[_{t(group)}_],
  {rows},
  {sums}
  table.hline(stroke: 0.8pt),
)
#v(4mm)
{texts}

{bank}
"""


FAMILY = Family("latex-class", "typst", draw)
