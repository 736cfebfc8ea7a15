"""One line a shift with day, begin, end and hours, a row of the hours together, the sums in words at the
left under it, and the nurse's registers (KvK, AGB, BIG, SKJ) beside each other under the name: as apps
for self-employed nurses and counsellors make it.
"""

from __future__ import annotations

from decimal import Decimal

from tests.families.facts import Facts, Line
from tests.families.family import Family
from tests.families.held_out_more_parts import said, somebody_else
from tests.families.held_out_parts import address, closing, pairs, sentence, title
from tests.families.look import Look
from tests.families.typst_markup import grid, lines, page, t

_SAY = {
    "subtotal": "Totaal diensten",
    "discount": "Korting{p}",
    "net": "Bedrag exclusief BTW",
    "vat": "BTW {r}%",
    "several": "BTW {r}% over {b}",
    "gross": "Totaalbedrag inclusief BTW",
    "exempt": "Totaalbedrag",
    "rounding": "Afronding",
    "paid": "Ontvangen",
    "due": "Te ontvangen",
}
_HOURS = ("uur", "uren")


def _times(line: Line, at: int) -> tuple[str, str]:
    """Begin and end of a shift; '' of what is not counted in hours."""
    if line.unit not in _HOURS:
        return "", ""
    begin = Decimal(7 * 60 + 15 * (at % 3))
    end = int(begin + abs(line.quantity) * 60)
    return f"{int(begin) // 60:02d}:{int(begin) % 60:02d}", f"{end // 60:02d}:{end % 60:02d}"


def _table(f: Facts, look: Look) -> str:
    heads = [
        "Datum",
        "Dienst",
        "Van",
        "Tot",
        "Aantal",
        "Tarief",
        *([] if f.exempt else ["BTW"]),
        "Bedrag",
    ]
    cells = ""
    for at, line in enumerate(f.lines):
        begin, end = _times(line, at)
        off = f" (-{line.discount}%)" if line.discount else ""
        unit = "" if line.unit in _HOURS else f" {line.unit}"
        row = [
            look.date(line.date, "dd-mm"),
            line.description + off,
            begin,
            end,
            look.quantity(line.quantity) + unit,
            look.money(line.price),
            *([] if f.exempt else [f"{line.rate}%"]),
            look.money(line.net),
        ]
        cells += "".join(f"[{t(cell)}], " for cell in row)
    hours = sum((line.quantity for line in f.lines if line.unit in _HOURS), Decimal(0))
    more = len(heads) - 5
    count = f"[], [{t('Uren totaal')}], [], [], [{t(look.quantity(hours))}], " + "[], " * more
    columns = ", ".join(["auto", "1fr", *["auto"] * (len(heads) - 2)])
    align = ", ".join(["left", "left", *["right"] * (len(heads) - 2)])
    head = ", ".join(f"[*{t(text)}*]" for text in heads)
    return (
        f"#table(columns: ({columns}), align: ({align}), stroke: none, inset: 3.5pt, fill: (_, y) =>"
        f' if y == 0 {{ rgb("{look.accent}22") }}, table.header({head}), {cells} table.hline(stroke:'
        f" 0.4pt), {count if hours else ''})"
    )


def draw(f: Facts, look: Look) -> str:
    s = f.supplier
    labels = {"kvk": "KvK", "vat": "BTW-id", "agb": "AGB", "branch": "Vestiging"}
    registers = [f"{a} {v}" for a, v in pairs(f, look, labels)]
    contact = [v for _, v in pairs(f, look, {"phone": "", "email": "", "web": ""})]
    refs = pairs(
        f,
        look,
        {
            "number": "Factuurnummer|Creditnummer",
            "date": "Factuurdatum|Datum",
            "order": "Opdrachtnummer",
            "corrects": "Bij factuur",
        },
    )
    days = [look.date(line.date) for line in sorted(f.lines, key=lambda line: line.date)]
    refs.append(("Gewerkte periode", f"{days[0]} t/m {days[-1]}"))
    sums = "\\\n".join(
        f"{'*' if row.kind in ('gross', 'due') else ''}{t(f'{row.label}: {row.amount}')}"
        f"{'*' if row.kind in ('gross', 'due') else ''} "
        for row in said(f, look, _SAY)
    )
    pay = sentence(
        f,
        look,
        "Graag binnen 14 dagen overmaken op {iban} t.n.v. {name}, o.v.v. {number}.",
        "Ik ontvang het bedrag graag vóór {due}.",
    )
    bank = grid(pairs(f, look, {"iban": "Rekeningnummer", "bic": "BIC", "g-account": "G-rekening"}))
    texts = "\n\n".join(t(x) for x in (*closing(f, look), pay, somebody_else(f, look)) if x)
    word = f"{title(f, 'Factuur gewerkte diensten', 'Creditfactuur')} {f.mark}".strip()
    return f"""{page(look)}
#align(center)[#text(16pt, weight: "bold")[{t(s.name)}] \\
{t(", ".join(address(f, look)))} \\
{t("  ".join(contact))} \\
#text(0.85em)[{t("   ".join(registers))}]]
#line(length: 100%, stroke: 0.8pt + rgb("{look.accent}"))
#v(5mm)
#grid(columns: (1fr, auto), [{lines(f.addressee)}], [{grid(refs)}])
#v(6mm)
#text(13pt, weight: "bold")[{t(word)}]

{_table(f, look)}
#v(2mm)
{sums}
#v(4mm)
{texts}

{bank}
"""


FAMILY = Family("shift-hours", "typst", draw)
