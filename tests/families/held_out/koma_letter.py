"""A letter in Computer Modern: return address over the window, a reference line with labels above,
the number in the subject, lines between two rules: after the LaTeX classes dinbrief and scrlttr2.
"""

from __future__ import annotations

from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.held_out_parts import (
    TotalWords,
    address,
    closing,
    pairs,
    sentence,
    title,
    totals,
    values,
)
from tests.families.look import Look
from tests.families.typst_markup import t

_SAY = {
    "nl": TotalWords(
        gross="Te betalen bedrag",
        total="Te betalen bedrag",
        net="Nettobedrag",
        vat="{r} % btw",
        discount="Korting",
        paid="Aanbetaling",
        due="Restbedrag",
    ),
    "de": TotalWords(
        gross="Rechnungsbetrag",
        total="Rechnungsbetrag",
        net="Nettobetrag",
        vat="{r} % USt.",
        subtotal="Zwischensumme",
        discount="Rabatt",
        rounding="Rundung",
        paid="Anzahlung",
        due="Restbetrag",
    ),
}
_WORDS = {
    "nl": (
        "Factuur nr.",
        "Creditnota nr.",
        "bij factuur",
        "Geachte heer, mevrouw,",
        "voor onze diensten brengen wij u het volgende in rekening:",
        "Met vriendelijke groet,",
    ),
    "de": (
        "Rechnung Nr.",
        "Gutschrift Nr.",
        "zu Rechnung",
        "Sehr geehrte Damen und Herren,",
        "für unsere Leistungen berechnen wir Ihnen:",
        "Mit freundlichen Grüßen",
    ),
}
_REFS = {
    "nl": {"order": "Uw kenmerk", "reference": "Ons kenmerk", "phone": "Telefoon", "date": "Datum"},
    "de": {
        "order": "Ihr Zeichen",
        "reference": "Unser Zeichen",
        "phone": "Telefon",
        "date": "Datum",
    },
}
_IDS = {
    "nl": {
        "email": "e-mail",
        "web": "web",
        "kvk": "KvK",
        "vat": "btw-nr.",
        "iban": "IBAN",
        "bic": "BIC",
        "agb": "AGB",
        "branch": "vestiging",
        "g-account": "G-rekening",
    },
    "de": {
        "email": "E-Mail",
        "web": "Web",
        "kvk": "KvK-Nr.",
        "vat": "USt-IdNr.",
        "iban": "IBAN",
        "bic": "BIC",
        "agb": "AGB-Code",
        "branch": "Niederlassung",
        "g-account": "G-rekening",
    },
}
_HEADS = {
    "nl": ("Pos.", "Omschrijving", "Aantal", "Prijs", "Bedrag"),
    "de": ("Pos.", "Leistung", "Menge", "Preis", "Betrag"),
}


def _cells(cells: list[str]) -> str:
    return ", ".join(f"[{t(cell)}]" if cell else "[]" for cell in cells)


def draw(f: Facts, look: Look) -> str:
    known = values(f, look)
    invoice, credit, corrects, dear, opening, greeting = _WORDS[f.language]
    subject = (
        f"{title(f, invoice, credit)} {f.number}"
        if f.number
        else title(f, invoice, credit).rsplit(" ", 1)[0]
    )
    if f.corrects:
        subject += f" {corrects} {f.corrects}"
    back = " · ".join([f.supplier.name, *address(f, look)])
    refs = pairs(f, look, _REFS[f.language])
    rows: list[str] = []
    for at, line in enumerate(f.lines, 1):
        off = f", -{line.discount} %" if line.discount else ""
        rate = "" if f.exempt else f" ({line.rate} %)"
        rows += [
            f"{at}",
            line.description + rate + off,
            f"{look.quantity(line.quantity)} {line.unit}".strip(),
            look.money.bare(line.price),
            look.money.bare(line.net),
        ]
    sums = ""
    for row in totals(f, look, _SAY[f.language]):
        rule = "table.hline(start: 3, stroke: 0.4pt), " if row.kind in ("gross", "due") else ""
        sums += f"{rule}table.cell(colspan: 4, align: right)[{t(row.label)}], [{t(row.amount)}], "
    pay = sentence(
        f,
        look,
        *{
            "nl": (
                "Wij verzoeken u het bedrag uiterlijk {due} over te maken op rekening {iban}.",
                "Gelieve het bedrag binnen 30 dagen over te maken.",
            ),
            "de": (
                "Bitte überweisen Sie den Betrag bis zum {due} auf das Konto {iban}.",
                "Zahlbar innerhalb von 30 Tagen ohne Abzug.",
            ),
        }[f.language],
    )
    foot = "; ".join(f"{a} {v}" for a, v in pairs(f, look, _IDS[f.language]))
    paragraphs = "\n\n".join(t(x) for x in (*closing(f, look), pay) if x)
    lines = " \\\n".join(t(x) for x in f.addressee)
    mark = f"#place(top + right, text(14pt)[{t(f.mark)}])\n" if f.mark else ""
    number = {"nl": "Uiterste betaaldatum", "de": "Zahlbar bis"}[f.language]
    across = ", ".join(["1fr"] * len(refs))
    labels = ", ".join(f"text(7pt)[{t(a)}]" for a, _ in refs)
    told = ", ".join(f"[{t(v)}]" for _, v in refs)
    home = " #h(4pt) ".join(t(x) for x in address(f, look))
    size = f"{max(10, look.size)}pt"
    return f"""#set page(
  paper: "a4",
  margin: (x: {max(20, look.margin)}mm, top: 22mm, bottom: 26mm),
  footer: align(center, text(8pt)[{t(foot)}]),
)
#set text(font: "New Computer Modern", size: {size}, lang: "{f.language}")
#set par(justify: true)
{mark}#align(center)[#text(16pt)[#smallcaps[{t(f.supplier.name)}]] \\ {home}]
#v({look.width(12)}mm)
#underline(text(7pt)[{t(back)}])

{lines}
#v(8mm)
#grid(columns: ({across}), row-gutter: 3pt, {labels}, {told})
#v(8mm)
*{t(subject)}*

{t(dear)}

{t(opening)}

#table(
  columns: (auto, 1fr, auto, auto, auto),
  align: (right, left, right, right, right),
  stroke: none,
  inset: (x: 4pt, y: 3pt),
  table.hline(stroke: 0.8pt),
  table.header({_cells(list(_HEADS[f.language]))}),
  table.hline(stroke: 0.4pt),
  {_cells(rows)},
  table.hline(stroke: 0.8pt),
  {sums}
)

{t(number)}: {t(known["due"])}

{paragraphs}

{t(greeting)} \\
{t(f.supplier.owner)}
"""


FAMILY = Family("koma-letter", "typst", draw, ("nl", "de"))
