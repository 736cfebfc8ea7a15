"""After the letter templates of LibreOffice: sender as one small line above the addressee, facts set
with tabs, a table without rules, totals with tabs, numbers centred at the end.
"""

from __future__ import annotations

from tests.families import documents, parts
from tests.families.documents import odt_table, para
from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.look import Look

_WORDS = {
    "title": "Factuur",
    "credit": "Creditnota",
    "number": "Factuur nr.",
    "date": "Datum",
    "due": "Graag betalen voor",
    "order": "Uw ordernummer",
    "customer": "Debiteurnr.",
    "corrects": "Betreft factuur nr.",
    "subtotal": "Som van de regels",
    "discount": "Korting",
    "net": "Netto",
    "vat": "BTW {r} %",
    "vat-over": "BTW {r} % over {b}",
    "total": "Totaal te voldoen",
    "rounding": "Afronding",
    "paid": "Reeds voldaan",
    "left": "Resteert",
    "phone": "Tel.",
    "mail": "Mail",
    "web": "Web",
    "kvk": "KvK",
    "vat-id": "BTW",
    "iban": "Bank",
    "agb": "AGB",
    "branch": "Vestiging",
    "g-account": "G-rekening",
}


def draw(facts: Facts, look: Look) -> bytes:
    w, s = _WORDS, facts.supplier
    sender = " - ".join([s.name, *parts.address(facts, look)])
    refs = parts.known(facts, look, w, "number date due customer order corrects")
    lines = [
        [
            line.description + (f" (-{line.discount}%)" if line.discount else ""),
            look.quantity(line.quantity),
            look.money.bare(line.price),
            look.money.bare(line.net),
        ]
        for line in facts.lines
    ]
    columns = (look.width(78), 22.0, 28.0, 32.0)
    body = para(facts.mark, "H") if facts.mark else ""
    body += para(sender, "S") + para("\n" + "\n".join(facts.addressee) + "\n")
    body += para(parts.title(facts, w), "H")
    body += "".join(para(f"{a}\t{v}") for a, v in look.ordered(refs)) + para("")
    body += odt_table([["Omschrijving", "Aantal", "Prijs", "Bedrag"], *lines], columns)
    body += para("")
    body += "".join(
        para(f"{a}\t{v}", "B" if a == w["total"] else "P") for a, v in parts.sums(facts, look, w)
    )
    body += para("") + "".join(map(para, parts.said(facts, look)))
    body += para(f"\nHoogachtend,\n\n{s.owner}\n")
    ids = parts.known(facts, look, w, "phone mail web kvk vat-id iban agb branch g-account")
    half = -(-len(ids) // 2)
    for row in (ids[:half], ids[half:]):
        body += para("  |  ".join(f"{a} {v}" for a, v in row), "S")
    return documents.odt(body, look, columns, tabs=(look.width(52, 1),))


FAMILY = Family("writer-letter", "odt", draw)
