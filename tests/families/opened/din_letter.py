"""A letter after DIN 5008 in typst: the sender small over the window, a block of information at the
right with wrapped labels, the subject in bold, units behind the quantities, the numbers in three
columns at the foot of each page.
"""

from __future__ import annotations

from tests.families import parts, typst_markup
from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.look import Look
from tests.families.typst_markup import grid, lines, t

_WORDS = {
    "de": {
        "title": "Rechnung Nr. {}",
        "credit": "Gutschrift Nr. {}",
        "date": "Datum",
        "order": "Ihr Zeichen",
        "reference": "Unser Zeichen",
        "customer": "Kundennummer",
        "due": "Zahlbar bis",
        "corrects": "Zu Rechnung",
        "heads": "Pos.|Bezeichnung|Menge|Einzelpreis|Gesamt",
        "hello": "Sehr geehrte Damen und Herren,",
        "subtotal": "Zwischensumme",
        "discount": "abzüglich Rabatt",
        "net": "Summe netto",
        "vat": "zzgl. {r} % USt.",
        "vat-over": "zzgl. {r} % USt. auf {b}",
        "total": "Rechnungsbetrag",
        "rounding": "Rundung",
        "paid": "abzüglich Anzahlung",
        "left": "Noch zu zahlen",
        "bye": "Mit freundlichen Grüßen",
        "phone": "Telefon",
        "mail": "E-Mail",
        "web": "Web",
        "kvk": "KvK-Nr.",
        "vat-id": "USt-IdNr.",
        "bank": "Bank",
        "iban": "IBAN",
        "bic": "BIC",
        "agb": "AGB-code",
        "branch": "Vest.-Nr.",
        "g-account": "G-Konto",
    },
    "nl": {
        "title": "Factuur nr. {}",
        "credit": "Creditnota nr. {}",
        "date": "Datum",
        "order": "Uw kenmerk",
        "reference": "Ons kenmerk",
        "customer": "Klantnummer",
        "due": "Te betalen uiterlijk op",
        "corrects": "Bij factuur",
        "heads": "Pos.|Omschrijving|Aantal|Stuksprijs|Totaal",
        "hello": "Geachte dames en heren,",
        "subtotal": "Subtotaal",
        "discount": "minus korting",
        "net": "Totaal netto",
        "vat": "plus {r} % btw",
        "vat-over": "plus {r} % btw over {b}",
        "total": "Factuurbedrag",
        "rounding": "Afronding",
        "paid": "minus aanbetaling",
        "left": "Nog te betalen",
        "bye": "Met vriendelijke groet",
        "phone": "Telefoon",
        "mail": "E-mail",
        "web": "Web",
        "kvk": "KvK-nr.",
        "vat-id": "Btw-nr.",
        "bank": "Bank",
        "iban": "IBAN",
        "bic": "BIC",
        "agb": "AGB-code",
        "branch": "Vest.nr.",
        "g-account": "G-rekening",
    },
}


def draw(facts: Facts, look: Look) -> str:
    w, s = _WORDS[facts.language], facts.supplier
    look = look.writes(money=look.pick("1.234,56 €", "1.234,56 EUR", "1.234,56"))
    rows = [
        [
            f"{at}",
            line.description + (f" (-{line.discount} %)" if line.discount else ""),
            f"{look.quantity(line.quantity)} {line.unit}".strip(),
            look.money(line.price),
            look.money(line.net),
        ]
        for at, line in enumerate(facts.lines, 1)
    ]
    info = parts.known(facts, look, w, "order reference customer date due corrects phone mail")
    columns = [
        [s.name, *parts.address(facts, look)],
        [f"{a} {v}" for a, v in parts.known(facts, look, w, "bank iban bic g-account")],
        [f"{a} {v}" for a, v in parts.known(facts, look, w, "kvk vat-id agb branch web")],
    ]
    thirds = ", ".join(f"[{lines(column)}]" for column in columns)
    foot = f"#set text(7.5pt)\n#grid(columns: (1fr, 1fr, 1fr), {thirds})"
    sender = t(" · ".join([s.name, *parts.address(facts, look)]))
    block = grid(info, f"({look.width(26, 1)}mm, 1fr)")
    said = "\n\n".join(map(t, parts.said(facts, look)))
    title = (
        parts.title(facts, w).format(facts.number)
        if facts.number
        else (parts.title(facts, w).split(" ")[0])
    )
    sums = grid(
        parts.sums(facts, look, w),
        "(auto, auto)",
        "column-gutter: 14pt, row-gutter: 5pt, align: (left, right)",
    )
    return f"""{typst_markup.page(look, foot)}
#align(right)[#text(15pt, weight: "bold")[{t(s.name)}]]
#v(16pt)
#grid(columns: ({look.width(76)}mm, 1fr), gutter: 8mm,
  [#text(7pt)[#underline[{sender}]] \\ #v(4pt) {lines(facts.addressee)}],
  [#text(9pt)[{block}]])
#v(18pt)
{t(facts.mark)}
*{t(title)}*

{t(w["hello"])}

{typst_markup.table(w["heads"].split("|"), rows)}
#align(right)[{sums}]
{said}

{t(w["bye"])}

{t(s.owner)}
"""


FAMILY = Family("din-letter", "typst", draw, ("nl", "de"))
