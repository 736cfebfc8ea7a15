"""After the invoice templates of typst's universe: a large heading, sender and addressee side by
side, a sentence that asks to pay within the term, a rule under each line, the bank details as a grid
with "Reference" among them.
"""

from __future__ import annotations

from tests.families import parts, typst_markup
from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.look import Look
from tests.families.typst_markup import grid, lines, t

_WORDS = {
    "nl": {
        "title": "Factuur",
        "credit": "Creditfactuur",
        "number": "Factuurnummer",
        "date": "Factuurdatum",
        "order": "Projectnummer",
        "corrects": "Correctie van",
        "heads": "Nr.|Omschrijving|Aantal|Prijs|Bedrag",
        "subtotal": "Som",
        "discount": "Korting",
        "net": "Totaal excl. btw",
        "vat": "{r}% btw",
        "vat-over": "{r}% btw over {b}",
        "total": "Totaal",
        "rounding": "Afronding",
        "paid": "Aanbetaling",
        "left": "Te betalen",
        "pay": "Gelieve {} uiterlijk {} te betalen op onderstaande rekening.",
        "phone": "",
        "mail": "",
        "kvk": "KvK",
        "vat-id": "Btw-id",
        "agb": "AGB",
        "branch": "Vest.nr.",
        "iban": "IBAN",
        "bank": "Bank",
        "bic": "BIC",
        "g-account": "G-rekening",
        "holder": "Rekeninghouder",
    },
    "fr": {
        "title": "Facture",
        "credit": "Avoir",
        "number": "N° de facture",
        "date": "Date de facture",
        "order": "N° de projet",
        "corrects": "Avoir sur",
        "heads": "N°|Désignation|Quantité|Prix unitaire|Montant",
        "subtotal": "Somme",
        "discount": "Remise",
        "net": "Total HT",
        "vat": "TVA {r}%",
        "vat-over": "TVA {r}% sur {b}",
        "total": "Total TTC",
        "exempt-total": "Total",
        "rounding": "Arrondi",
        "paid": "Acompte versé",
        "left": "Reste à payer",
        "pay": "Merci de régler {} avant le {} sur le compte ci-dessous.",
        "phone": "",
        "mail": "",
        "kvk": "KvK",
        "vat-id": "N° TVA",
        "agb": "AGB",
        "branch": "Vest.nr.",
        "iban": "IBAN",
        "bank": "Banque",
        "bic": "BIC",
        "g-account": "G-rekening",
        "holder": "Titulaire du compte",
    },
}


def draw(facts: Facts, look: Look) -> str:
    w, s = _WORDS[facts.language], facts.supplier
    own = [s.name, *parts.address(facts, look)]
    own += [
        f"{a} {v}".strip()
        for a, v in parts.known(facts, look, w, "phone mail kvk branch vat-id agb")
    ]
    rows = [
        [
            f"{at}",
            line.description + (f" (-{line.discount}%)" if line.discount else ""),
            f"{look.quantity(line.quantity)} {line.unit}".strip(),
            look.money(line.price),
            look.money(line.net),
        ]
        for at, line in enumerate(facts.lines, 1)
    ]
    refs = "\n\n".join(
        f"{t(a + ':')} *{t(v)}*"
        for a, v in parts.known(facts, look, w, "number date order corrects")
    )
    bank = parts.known(facts, look, w, "bank iban bic g-account")
    bank = [(w["holder"], s.name), *bank] if bank else []
    pay = w["pay"].format(look.money(facts.due_amount), look.date(facts.due))
    blocks = look.ordered([f"[{lines(own)}]", f"[{lines(facts.addressee)}]"])
    said = "\n\n".join(map(t, parts.said(facts, look)))
    sums = grid(
        parts.sums(facts, look, w),
        f"({look.width(50, 1)}mm, 30mm)",
        "row-gutter: 6pt, align: (right, right)",
    )
    return f"""{typst_markup.page(look)}
#text(24pt)[{t(parts.title(facts, w))}] #h(1fr) {t(facts.mark)}
#v(10pt)
#grid(columns: ({look.width(88)}mm, 1fr), {", ".join(blocks)})
#v(12pt)
{refs}
#v(8pt)
{typst_markup.table(w["heads"].split("|"), rows)}
#align(right)[{sums}]
{said}

{t(pay) if facts.kind == "invoice" else ""}

{grid(bank)}
"""


FAMILY = Family("typst-invoice", "typst", draw, ("nl", "fr"))
