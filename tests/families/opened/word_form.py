"""After Word's own invoice form: the word FACTUUR large at the right, company left with a slogan,
number and date in capitals under it, "AAN" and "VOOR" side by side, a table with quantity first and
the sums as its last rows, all heads in capitals.
"""

from __future__ import annotations

from tests.families import documents, parts
from tests.families.documents import cells, put, widths
from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.look import Look

_WORDS = {
    "nl": {
        "title": "FACTUUR",
        "credit": "CREDITFACTUUR",
        "number": "FACTUURNR.",
        "date": "DATUM:",
        "due": "VERVALDATUM:",
        "customer": "KLANT-ID:",
        "order": "INKOOPORDERNR.",
        "corrects": "CREDIT OP FACTUURNR.",
        "to": "AAN",
        "for": "VOOR",
        "heads": "AANTAL|BESCHRIJVING|EENHEIDSPRIJS|TOTAAL",
        "subtotal": "SUBTOTAAL VÓÓR KORTING",
        "discount": "KORTING",
        "net": "SUBTOTAAL",
        "exempt-net": "SUBTOTAAL",
        "vat": "BTW {r}%",
        "vat-over": "BTW {r}% OVER {b}",
        "total": "TOTAAL",
        "rounding": "AFRONDING",
        "paid": "REEDS VOLDAAN",
        "left": "VERSCHULDIGD TOTAAL",
        "phone": "Telefoon",
        "mail": "",
        "web": "",
        "kvk": "KVK",
        "vat-id": "BTW-NR",
        "iban": "IBAN",
        "agb": "AGB",
        "g-account": "G-REKENING",
        "pay": "Alle betalingen graag ten name van {}",
        "thanks": "Bedankt voor de samenwerking!",
    },
    "en": {
        "title": "INVOICE",
        "credit": "CREDIT NOTE",
        "number": "INVOICE #",
        "date": "DATE:",
        "due": "DUE DATE:",
        "customer": "CUSTOMER ID:",
        "order": "P.O. NUMBER",
        "corrects": "CREDIT FOR INVOICE #",
        "to": "TO",
        "for": "FOR",
        "heads": "QUANTITY|DESCRIPTION|UNIT PRICE|TOTAL",
        "subtotal": "SUBTOTAL BEFORE DISCOUNT",
        "discount": "DISCOUNT",
        "net": "SUBTOTAL",
        "exempt-net": "SUBTOTAL",
        "vat": "VAT {r}%",
        "vat-over": "VAT {r}% ON {b}",
        "total": "TOTAL",
        "rounding": "ROUNDING",
        "paid": "PAID",
        "left": "TOTAL DUE",
        "phone": "Phone",
        "mail": "",
        "web": "",
        "kvk": "COC",
        "vat-id": "VAT NO",
        "iban": "IBAN",
        "agb": "AGB",
        "g-account": "G-ACCOUNT",
        "pay": "Make all payments payable to {}",
        "thanks": "Thank you for your business!",
    },
}


def draw(facts: Facts, look: Look) -> bytes:
    w, s = _WORDS[facts.language], facts.supplier
    d = documents.word(look)
    head = d.add_table(rows=1, cols=2)
    left, right = head.rows[0].cells
    left.paragraphs[0].add_run(s.name).bold = True
    own = [*parts.address(facts, look)]
    own += [f"{a} {v}".strip() for a, v in parts.known(facts, look, w, "phone mail web")]
    put(left, "\n".join(own))
    put(right, f"{facts.mark} {parts.title(facts, w)}".strip(), size=22, right=True)
    refs = parts.known(facts, look, w, "number date due customer order corrects")
    put(right, "\n".join(f"{a} {v}" for a, v in refs), right=True)
    put(d, "")
    parties = d.add_table(rows=1, cols=2)
    parties.rows[0].cells[0].paragraphs[0].add_run(w["to"]).bold = True
    put(parties.rows[0].cells[0], "\n".join(facts.addressee))
    parties.rows[0].cells[1].paragraphs[0].add_run(w["for"]).bold = True
    put(parties.rows[0].cells[1], facts.reference)
    put(d, "")
    _table(d, facts, look)
    ids = parts.known(facts, look, w, "kvk vat-id iban agb g-account")
    for text in (
        *parts.said(facts, look),
        w["pay"].format(s.name),
        *(look.ordered([f"{a} {v}" for a, v in ids])),
        w["thanks"],
    ):
        put(d, text)
    return documents.saved(d)


def _table(d: documents.Document, facts: Facts, look: Look) -> None:
    w = _WORDS[facts.language]
    table = d.add_table(rows=0, cols=4, style="Table Grid")
    cells(table, w["heads"].split("|"), True)
    for line in facts.lines:
        off = f" (-{line.discount}%)" if line.discount else ""
        cells(
            table,
            (
                look.quantity(line.quantity),
                line.description + off,
                look.money(line.price),
                look.money(line.net),
            ),
            numbers=2,
        )
    for label, value in parts.sums(facts, look, w):
        cells(table, ("", "", label, value), label == w["total"], 2)
    widths(table, (20, look.width(80), 42, 30))
    put(d, "")


FAMILY = Family("word-form", "docx", draw, ("nl", "en"))
