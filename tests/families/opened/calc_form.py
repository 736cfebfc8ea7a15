"""A form in LibreOffice Calc: everything in cells of one grid, labels in the first column, what does
not fit runs over the next cells, totals far right under the amounts.
"""

from __future__ import annotations

from tests.families import documents, parts
from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.look import Look

_WORDS = {
    "title": "FACTUUR",
    "credit": "CREDITFACTUUR",
    "number": "Factuurnummer",
    "date": "Factuurdatum",
    "due": "Uiterste betaaldatum",
    "order": "Opdrachtnummer",
    "customer": "Klantnummer",
    "corrects": "Correctie op factuur",
    "subtotal": "Subtotaal",
    "discount": "Korting",
    "net": "Totaal ex. btw",
    "vat": "BTW {r}%",
    "vat-over": "BTW {r}% over {b}",
    "total": "Totaal incl. btw",
    "exempt-total": "Totaal",
    "rounding": "Afronding",
    "paid": "Voldaan",
    "left": "Te betalen",
    "phone": "Telefoonnummer",
    "mail": "E-mail",
    "kvk": "KvK-nummer",
    "vat-id": "Btw-nummer",
    "iban": "IBAN",
    "bic": "BIC",
    "agb": "AGB-code",
    "branch": "Vestigingsnr",
    "g-account": "G-rekening",
}


def draw(facts: Facts, look: Look) -> bytes:
    w, s = _WORDS, facts.supplier
    rows: list[list[str]] = [[s.name], *([line] for line in parts.address(facts, look))]
    rows += [
        [a, v]
        for a, v in parts.known(
            facts, look, w, "phone mail kvk vat-id iban bic agb branch g-account"
        )
    ]
    rows += [[], [parts.title(facts, w), facts.mark], []]
    refs = [
        [a, v] for a, v in parts.known(facts, look, w, "number date due customer order corrects")
    ]
    to = list(facts.addressee)
    for at in range(max(len(refs), len(to))):
        left = refs[at] if at < len(refs) else ["", ""]
        rows.append([*left, "", to[at] if at < len(to) else ""])
    rows.append([])
    heads = len(rows)
    rows.append(["Omschrijving", "", "> Aantal", "> Prijs", "> Bedrag"])
    for line in facts.lines:
        off = f" (-{line.discount}%)" if line.discount else ""
        rows.append(
            [
                line.description + off,
                "",
                f"> {look.quantity(line.quantity)}",
                f"> {look.money(line.price)}",
                f"> {look.money(line.net)}",
            ]
        )
    rows.append([])
    rows += [["", "", "", a, f"> {v}"] for a, v in parts.sums(facts, look, w)]
    rows += [[], *([text] for text in parts.said(facts, look))]
    full = [[*row, *[""] * (5 - len(row))] for row in rows]
    columns = (look.width(42), look.width(44, 1), 18.0, look.width(54, 2), 28.0)
    return documents.ods(full, columns, look, {0, heads})


FAMILY = Family("calc-form", "ods", draw)
