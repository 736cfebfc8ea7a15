"""An invoice with a payment slip at its foot, after the acceptgiro and the slips that replaced it:
the amount once more in boxes with euros and cents apart, a payment reference of sixteen digits,
account and name of who is paid in frames without a colon.
"""

from __future__ import annotations

from tests.corpus import numbers
from tests.corpus.paper import Paper, by_reportlab
from tests.families import parts
from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.look import Look

_WORDS = {
    "title": "Rekening",
    "credit": "Creditnota",
    "number": "Rekeningnr.",
    "date": "Datum",
    "due": "Betalen vóór",
    "customer": "Relatienr.",
    "order": "Beschikkingsnr.",
    "corrects": "Betreft rekeningnr.",
    "subtotal": "Subtotaal",
    "discount": "Af: korting",
    "net": "Bedrag exclusief BTW",
    "vat": "BTW {r}%",
    "vat-over": "BTW {r}% over {b}",
    "total": "Totaal rekening",
    "rounding": "Afronding",
    "paid": "Af: reeds ontvangen",
    "left": "Nog te voldoen",
    "phone": "Telefoon",
    "mail": "E-mail",
    "web": "Website",
    "kvk": "KvK",
    "vat-id": "Btw-nr.",
    "agb": "AGB-code",
    "branch": "Vestiging",
    "g-account": "G-rekening",
}


def draw(facts: Facts, look: Look) -> bytes:
    w, s = _WORDS, facts.supplier
    p = Paper(serif="Serif" in look.font)
    p.text(50, 50, s.name, 13, True)
    if facts.kind == "credit-note":  # it has no slip
        w = w | {"iban": "IBAN"}
    ids = parts.known(facts, look, w, "phone mail web kvk vat-id agb branch iban g-account")
    y = p.lines(50, 64, [*parts.address(facts, look), *(f"{a} {v}" for a, v in ids)], 8, 10)
    p.lines(look.width(320), 120, list(facts.addressee), 10.5, 13)
    y = max(y, 180) + 14
    p.text(50, y, parts.title(facts, w), 15, True)
    if facts.mark:
        p.text(250, y, facts.mark, 15, True)
    y += 22
    for label, value in parts.known(facts, look, w, "number date due customer order corrects"):
        p.text(50, y, label, 9.5)
        p.text(50 + look.width(110, 1), y, value, 9.5)
        y += 13
    rows: list[tuple[str, ...]] = [
        (
            line.description + (f" (korting {line.discount}%)" if line.discount else ""),
            look.quantity(line.quantity),
            look.money.bare(line.price),
            look.money.bare(line.net),
        )
        for line in facts.lines
    ]
    y = p.table(y + 12, ("Verleende diensten", "Aantal", "Tarief", "Bedrag"), rows)
    sums = parts.sums(facts, look, w)
    y = p.room(y, 15 * len(sums) + 20) + 4
    for label, value in sums:
        p.text(330, y, label, 9.5, label == w["total"])
        p.text(545, y, value, 9.5, label == w["total"], "right")
        y += 14
    for text in parts.said(facts, look):
        y = p.wrapped(50, p.room(y, 26), 480, text, 9, 12) + 3
    if facts.kind == "invoice":
        _slip(p, facts, look, y)
    return by_reportlab(p, look.rng, shuffled=look.chance(0.5))


def _slip(p: Paper, facts: Facts, look: Look, y: float) -> None:
    if y > 620:
        p.page += 1
    s, top = facts.supplier, 670.0
    p.text(50, top - 14, "- " * 100, 6)
    p.text(50, top, "Betaalstrook", 10, True)
    euros, cents = f"{abs(facts.due_amount):.2f}".split(".")
    p.text(50, top + 18, "Bedrag EUR", 7)
    p.text(120, top + 32, "  ".join(euros), 11, align="right")
    p.text(134, top + 32, "  ".join(cents), 11)
    p.text(210, top + 18, "Betalingskenmerk", 7)
    mark = numbers.digits(look.rng, 16)
    p.text(210, top + 32, " ".join(mark[i : i + 4] for i in range(0, 16, 4)), 11)
    p.text(50, top + 52, "Van: naam en adres", 7)
    p.lines(50, top + 65, list(facts.addressee), 8.5, 11)
    p.text(310, top + 52, "Naar IBAN", 7)
    y = p.lines(310, top + 65, [look.iban(a.iban) for a in s.accounts], 11, 13)
    p.text(310, y + 3, "Op naam van", 7)
    p.text(310, y + 16, s.name, 9.5)


FAMILY = Family("payment-slip", "reportlab", draw)
