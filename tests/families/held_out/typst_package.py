"""Typst's own letter (Libertinus), a heading with the number in it, sender and receiver as two
columns of a grid with small capitals over them, totals in the table: after packages of Typst.
"""

from __future__ import annotations

from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.held_out_parts import (
    TotalWords,
    address,
    closing,
    has_line_discount,
    pairs,
    sentence,
    totals,
    values,
)
from tests.families.look import Look
from tests.families.typst_markup import lines, t

_SAY = {
    "nl": TotalWords(
        gross="Totaal",
        total="Totaal",
        net="Som",
        vat="{r} % btw",
        subtotal="Som voor korting",
        discount="Korting",
        paid="Al betaald",
        due="Openstaand",
    ),
    "en": TotalWords(
        gross="Total",
        total="Total",
        net="Sum",
        vat="{r} % VAT",
        subtotal="Sum before discount",
        discount="Discount",
        paid="Already paid",
        due="Outstanding",
        rounding="Rounding",
    ),
    "de": TotalWords(
        gross="Gesamt",
        total="Gesamt",
        net="Summe",
        vat="{r} % USt.",
        subtotal="Summe vor Rabatt",
        discount="Rabatt",
        paid="Bereits bezahlt",
        due="Offen",
        rounding="Rundung",
    ),
}
_WORDS = {
    "nl": (
        "Factuur",
        "Creditnota",
        "Afzender",
        "Ontvanger",
        "Uitgiftedatum",
        "Te betalen voor",
        "Bij factuur",
        "Betaling",
    ),
    "en": (
        "Invoice",
        "Credit note",
        "Sender",
        "Recipient",
        "Issued on",
        "Due by",
        "For invoice",
        "Payment",
    ),
    "de": (
        "Rechnung",
        "Gutschrift",
        "Absender",
        "Empfänger",
        "Ausgestellt am",
        "Fällig am",
        "Zu Rechnung",
        "Zahlung",
    ),
}
_IDS = {
    "nl": {
        "phone": "Telefoon",
        "email": "E-mail",
        "web": "Web",
        "kvk": "KvK",
        "vat": "Btw-id",
        "agb": "AGB",
        "branch": "Vestiging",
    },
    "en": {
        "phone": "Phone",
        "email": "Email",
        "web": "Web",
        "kvk": "Trade register (KvK)",
        "vat": "VAT ID",
        "agb": "AGB",
        "branch": "Branch",
    },
    "de": {
        "phone": "Telefon",
        "email": "E-Mail",
        "web": "Web",
        "kvk": "KvK",
        "vat": "USt-ID",
        "agb": "AGB-Code",
        "branch": "Niederlassung",
    },
}
_HEADS = {
    "nl": ("Nr.", "Omschrijving", "Aantal", "Prijs", "Korting", "Btw", "Totaal"),
    "en": ("No.", "Description", "Quantity", "Price", "Discount", "VAT", "Total"),
    "de": ("Nr.", "Beschreibung", "Anzahl", "Preis", "Rabatt", "USt.", "Gesamt"),
}


def draw(f: Facts, look: Look) -> str:
    known = values(f, look)
    invoice, credit, sender, receiver, issued, due, corrects, payment = _WORDS[f.language]
    heading = f"{credit if f.kind == 'credit-note' else invoice} {f.number}".strip()
    own = [
        f.supplier.name,
        *address(f, look),
        *(f"{a}: {v}" for a, v in pairs(f, look, _IDS[f.language])),
    ]
    keep = [True, True, True, True, has_line_discount(f), not f.exempt, True]
    cells: list[str] = []
    for at, line in enumerate(f.lines, 1):
        row = (
            f"{at}",
            line.description,
            f"{look.quantity(line.quantity)} {line.unit}".strip(),
            look.money(line.price),
            f"{line.discount} %" if line.discount else "",
            f"{line.rate} %",
            look.money(line.net),
        )
        cells += [f"[{t(c)}]" if c else "[]" for c, kept in zip(row, keep, strict=True) if kept]
    heads = ", ".join(
        f"[*{t(h)}*]" for h, kept in zip(_HEADS[f.language], keep, strict=True) if kept
    )
    count = sum(keep)
    sums = ""
    for r in totals(f, look, _SAY[f.language]):
        bold = "*" if r.kind in ("gross", "due") else ""
        label = f"table.cell(colspan: {count - 1}, align: right)[{bold}{t(r.label)}{bold}:]"
        sums += f"{label}, [{t(r.amount)}], "
    columns = ", ".join(["auto", "1fr", *["auto"] * (count - 2)])
    align = ", ".join(["right", "left", *["right"] * (count - 2)])
    dates = [
        f"{issued} {known['date']}" if known["date"] else "",
        f"{due} {known['due']}",
        f"{corrects} {f.corrects}" if f.corrects else "",
    ]
    bank = {"iban": "IBAN", "bic": "BIC", "g-account": "G-rekening"}
    grid = ", ".join(f"[{t(a)}:], [*{t(v)}*]" for a, v in pairs(f, look, bank))
    pay = sentence(
        f,
        look,
        *{
            "nl": (
                "Maak {pay} over onder vermelding van {number}.",
                "Maak het bedrag binnen 30 dagen over.",
            ),
            "en": ("Please transfer {pay} quoting {number}.", "Please pay within 30 days."),
            "de": (
                "Bitte überweisen Sie {pay} mit Angabe von {number}.",
                "Zahlbar innerhalb von 30 Tagen.",
            ),
        }[f.language],
    )
    mark = f"#text(fill: gray, size: 16pt)[{t(f.mark)}]\n" if f.mark else ""
    texts = "\n\n".join(t(x) for x in (*closing(f, look), pay) if x)
    return f"""#set page(paper: "a4", margin: (x: {look.margin + 4}mm, y: 18mm))
#set text(size: {max(9.5, look.size)}pt, lang: "{f.language}")
#set table(stroke: none)
{mark}#text(20pt, weight: "bold")[{t(heading)}]

#text(gray)[{" #h(1em) ".join(t(d) for d in dates if d)}]
#v(6mm)
#grid(
  columns: (1fr, 1fr),
  column-gutter: {look.width(20)}pt,
  [#smallcaps[{t(sender)}] \\ {lines(own)}],
  [#smallcaps[{t(receiver)}] \\ {lines(list(f.addressee))}],
)
#v(8mm)
#table(
  columns: ({columns}),
  align: ({align}),
  inset: 5pt,
  table.hline(stroke: 0.5pt),
  table.header({heads}),
  table.hline(stroke: 0.5pt),
  {", ".join(cells)},
  table.hline(stroke: 0.5pt),
  {sums}
)
#v(4mm)
{texts}
#v(3mm)
#smallcaps[{t(payment)}]
{f"#grid(columns: (auto, auto), column-gutter: 8pt, row-gutter: 5pt, {grid})" if grid else ""}
"""


FAMILY = Family("typst-package", "typst", draw, ("nl", "en", "de"))
