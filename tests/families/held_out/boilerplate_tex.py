"""Computer Modern with much room: the sender's name alone and large, his address and numbers in one
grey column at the right, a numbered list of work with the count as a bullet under it, dashed rules, and
what to pay to whom as a closing paragraph: after mrzool's invoice boilerplate for LaTeX.
"""

from __future__ import annotations

from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.held_out_more_parts import count, said
from tests.families.held_out_parts import address, closing, pairs, sentence, title, values
from tests.families.look import Look
from tests.families.typst_markup import lines, t

_SAY = {
    "nl": {
        "subtotal": "Subtotaal",
        "discount": "Korting{p}",
        "net": "Netto totaal",
        "vat": "{r}% btw",
        "several": "{r}% btw ({b})",
        "gross": "Totaal",
        "rounding": "Afronding",
        "paid": "Voorschot",
        "due": "Te voldoen",
    },
    "en": {
        "subtotal": "Subtotal",
        "discount": "Discount{p}",
        "net": "Net total",
        "vat": "VAT {r}%",
        "several": "VAT {r}% ({b})",
        "gross": "Total",
        "rounding": "Rounding",
        "paid": "Advance",
        "due": "Left to pay",
    },
    "de": {
        "subtotal": "Zwischensumme",
        "discount": "Rabatt{p}",
        "net": "Nettobetrag",
        "vat": "{r}% USt.",
        "several": "{r}% USt. ({b})",
        "gross": "Gesamtbetrag",
        "rounding": "Rundung",
        "paid": "Anzahlung",
        "due": "Noch zu zahlen",
    },
}
_WORDS = {
    "nl": ("Factuur", "Creditnota", "betreft factuur", "Werkzaamheden", "Bedrag", "korting", "btw"),
    "en": (
        "Invoice",
        "Credit note",
        "regarding invoice",
        "Description",
        "Price",
        "discount",
        "VAT",
    ),
    "de": ("Rechnung", "Gutschrift", "zu Rechnung", "Leistung", "Preis", "Rabatt", "USt."),
}
_IDS = {
    "nl": {"kvk": "kvk", "vat": "btw-id", "agb": "agb", "branch": "vestiging"},
    "en": {"kvk": "kvk", "vat": "vat id", "agb": "agb", "branch": "branch"},
    "de": {"kvk": "kvk", "vat": "ust-id", "agb": "agb", "branch": "niederlassung"},
}
_PAY = {
    "nl": (
        "Gelieve {pay} binnen 30 dagen op {iban} ten name van {name} over te maken.",
        "Betaling graag vóór {due}, op de rekening hieronder.",
    ),
    "en": (
        "Please transfer {pay} to {iban}, in the name of {name}, within 30 days.",
        "Kindly pay before {due} into the account below.",
    ),
    "de": (
        "Bitte überweisen Sie {pay} innerhalb von 30 Tagen auf {iban} (Inhaber {name}).",
        "Bitte zahlen Sie bis zum {due} auf das unten genannte Konto.",
    ),
}


def _items(f: Facts, look: Look) -> str:
    words, cells = _WORDS[f.language], []
    for at, line in enumerate(f.lines, 1):
        detail = [f"{count(line, look)} à {look.money(line.price)}"]
        detail += [f"{line.discount}% {words[5]}"] if line.discount else []
        detail += [] if f.exempt else [f"{line.rate}% {words[6]}"]
        cells.append(
            f"[{t(f'{at}.')}], [{t(line.description)} \\ #text(0.88em)[• {t(', '.join(detail))}]],"
            f' [{t(look.money(line.net))}], table.hline(stroke: (thickness: 0.4pt, dash: "dashed"))'
        )
    return ", ".join(cells)


def draw(f: Facts, look: Look) -> str:
    words, known, s = _WORDS[f.language], values(f, look), f.supplier
    contact = [x for x in (known["phone"], s.email, s.web) if x]
    ids = [f"{a} {v}" for a, v in pairs(f, look, _IDS[f.language])]
    heading = f"{title(f, words[0], words[1])} {f'#{f.number}' if f.number else ''}".strip()
    place = s.city if s.postcode else ""
    where = ", ".join(x for x in (place, known["date"]) if x)
    sums = ", ".join(
        f"[], [{t(row.label)}], [{'*' if row.kind in ('gross', 'due') else ''}{t(row.amount)}"
        f"{'*' if row.kind in ('gross', 'due') else ''}]"
        for row in said(f, look, _SAY[f.language])
    )
    pay = sentence(f, look, *_PAY[f.language])
    bank = pairs(f, look, {"iban": "IBAN", "bic": "BIC", "g-account": "G-rekening"})
    accounts = "  ".join(f"{a} {v}" for a, v in bank)
    texts = "\n\n".join(t(text) for text in (*closing(f, look), pay, accounts) if text)
    about = f" #text(0.9em)[({t(f'{words[2]} {f.corrects}')})]" if f.corrects else ""
    mark = f"#text(fill: gray, size: 15pt)[{t(f.mark)}]\n\n" if f.mark else ""
    return f"""#set page(paper: "a4", margin: (x: {max(22, look.margin + 8)}mm, y: 22mm))
#set text(font: "New Computer Modern", size: {max(9.5, look.size)}pt, lang: "{f.language}")
#set table(stroke: none)
{mark}#grid(columns: (1fr, auto), column-gutter: 8mm,
  text({look.pick(17, 20)}pt)[{t(s.name)}],
  align(right)[#text(0.85em, fill: rgb("#555555"))[{lines([*address(f, look), *contact, *ids])}]])
#v(12mm)
{lines(f.addressee)}
#v(9mm)
#align(right)[{t(where)}]
#v(4mm)
#text(1.35em)[#smallcaps[{t(heading)}]]{about}
#v(4mm)
#table(columns: (auto, 1fr, auto), align: (left, left, right), inset: (x: 3pt, y: 5pt),
  table.header([], [_{t(words[3])}_], [_{t(words[4])}_]), table.hline(stroke: 0.6pt),
  {_items(f, look)},
  {sums})
#v(6mm)
{texts}
"""


FAMILY = Family("boilerplate-tex", "typst", draw, ("nl", "en", "de"))
