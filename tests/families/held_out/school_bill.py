"""A bill that a secretary types in Writer: the date flush right, number and client in one line with
bars, the services in a table whose last rows are the sums, the school's facts small and centred.
"""

from __future__ import annotations

from tests.families.documents import odt, odt_table, para
from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.held_out_parts import (
    TotalWords,
    address,
    closing,
    pairs,
    place,
    sentence,
    title,
    totals,
)
from tests.families.look import Look

_SAY = TotalWords(
    gross="Totaal inclusief btw",
    total="Totaal",
    net="Totaal exclusief btw",
    vat="Btw {r} %",
    subtotal="Som",
    discount="Korting",
    paid="Reeds ontvangen",
    due="Nog te ontvangen",
)


def draw(f: Facts, look: Look) -> bytes:
    s = f.supplier
    body = para(s.name, "H")
    contact = [
        f"{a} {v}".strip() for a, v in pairs(f, look, {"phone": "tel.", "email": "", "web": ""})
    ]
    body += para("\n".join([*address(f, look), *contact])) + para("")
    body += para("Aan\t" + "\n\t".join(f.addressee)) + para("")
    if f.date:
        home = s.city if place(f, look) else ""
        body += para(", ".join(x for x in (home, look.date(f.date)) if x), "R")
    labels = {
        "number": "Rekening nr.|Creditnota nr.",
        "customer": "Debiteur",
        "order": "Uw kenmerk",
        "corrects": "Bij rekening",
    }
    word = title(f, look.pick("Rekening", "Factuur"), "Creditnota")
    body += para(f"{word} {f.mark}".strip(), "B")
    body += para(" | ".join(f"{a} {v}" for a, v in pairs(f, look, labels))) + para("")
    rows = [("Betreft", "Aantal", "Bedrag per stuk", "Bedrag")]
    for line in f.lines:
        more = ([] if f.exempt else [f"{line.rate} % btw"]) + (
            [f"{line.discount} % korting"] if line.discount else []
        )
        what = line.description + (f" ({', '.join(more)})" if more else "")
        quantity = f"{look.quantity(line.quantity)} {line.unit}".strip()
        rows.append((what, quantity, look.money(line.price), look.money(line.net)))
    rows += [(row.label, "", "", row.amount) for row in totals(f, look, _SAY)]
    columns = (78.0, 28.0, 32.0, 32.0)
    body += odt_table(rows, columns) + para("")
    pay = sentence(
        f,
        look,
        "Wilt u dit bedrag vóór {due} overmaken? Alvast onze dank.",
        "Wij zien uw betaling graag binnen 30 dagen tegemoet, onder vermelding van {number}.",
    )
    body += "".join(para(text) for text in (*closing(f, look), pay) if text)
    body += para("") + para(f"Namens de directie,\n{s.owner}") + para("")
    ids = {
        "kvk": "Handelsregister KvK",
        "vat": "Btw-nummer",
        "iban": "Bankrekening",
        "agb": "AGB",
        "branch": "Vestiging",
        "g-account": "G-rekening",
    }
    body += para(" – ".join(f"{a} {v}" for a, v in pairs(f, look, ids)), "S")
    return odt(body, look, columns, tabs=(look.width(14),))


FAMILY = Family("school-bill", "odt", draw)
