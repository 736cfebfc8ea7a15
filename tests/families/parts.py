"""Parts of a template that differ by their words only: label and value pairs of what is known.

A template's words are a mapping; a pair whose value is empty is left out, and a label that the
words do not have means that the template does not print it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from tests.families.facts import Facts
from tests.families.look import Look

Words = Mapping[str, str]
Pairs = list[tuple[str, str]]


def filled(pairs: Sequence[tuple[str, str]]) -> Pairs:
    """Pairs without those whose value is empty."""
    return [(label, value) for label, value in pairs if value]


def place(facts: Facts, look: Look) -> str:
    """Postcode and city; '' when both are left out."""
    s = facts.supplier
    return f"{look.postcode(s.postcode)} {s.city}".strip()


def address(facts: Facts, look: Look) -> list[str]:
    """Street, postcode with city, and PO box, each when it is there."""
    s = facts.supplier
    return [line for line in (s.street, place(facts, look), s.po_box) if line]


def known(facts: Facts, look: Look, words: Words, names: str) -> Pairs:
    """Numbers and addresses of the supplier, and references of the invoice.

    Args:
        names: which, in order, as words: phone mail web kvk vat-id iban bank bic agb branch g-account
            number date due customer order reference period corrects.
    """
    s = facts.supplier
    start, end = facts.period
    values = {
        "phone": [look.phone(s.phone)],
        "mail": [s.email],
        "web": [s.web],
        "kvk": [look.kvk(s.kvk)],
        "vat-id": [look.vat(s.vat_id)],
        "iban": [look.iban(account.iban) for account in s.accounts],
        "bank": [s.bank],
        "bic": [s.bic],
        "agb": [s.agb],
        "branch": [s.branch],
        "g-account": [look.iban(s.g_account)] if s.g_account else [],
        "number": [facts.number],
        "date": [look.date(facts.date)],
        "due": [look.date(facts.due)],
        "customer": [facts.customer],
        "order": [facts.order],
        "reference": [facts.reference],
        "period": [f"{look.date(start)} - {look.date(end)}"],
        "corrects": [facts.corrects],
    }
    return filled([(words[n], v) for n in names.split() if n in words for v in values[n]])


def sums(facts: Facts, look: Look, words: Words, *, sign: bool = True) -> Pairs:
    """Rows of the totals: subtotal, discount, net, btw by rate, total, rounding, paid, left.

    ``vat`` and ``vat-over`` (with several rates, when the words have it) have places for the rate
    ``{r}`` and the amount it is taken of ``{b}``. An exempt invoice has ``exempt-total`` (or
    ``total``), with the subtotal before it when there is a discount or the words have
    ``exempt-net``.
    """

    def money(label: str, value: Decimal) -> tuple[str, str]:
        return label, look.money(value, sign=sign)

    rows: Pairs = []
    if facts.discount:
        percent = f" {facts.discount_percent}%" if facts.discount_percent else ""
        rows.append(money(words["subtotal"], facts.subtotal))
        rows.append(money(words["discount"] + percent, -facts.discount))
    if not facts.exempt and "net" in words:
        rows.append(money(words["net"], facts.net))
    elif facts.exempt and not facts.discount and "exempt-net" in words:
        rows.append(money(words["exempt-net"], facts.net))
    several = len(facts.shares) > 1 and "vat-over" in words
    for share in facts.shares:
        label = words["vat-over" if several else "vat"]
        rows.append(
            money(label.format(r=share.rate, b=look.money(share.net, sign=sign)), share.vat)
        )
    total = words.get("exempt-total", words["total"]) if facts.exempt else words["total"]
    rows.append(money(total, facts.gross))
    if facts.rounding:
        rows.append(money(words["rounding"], facts.rounding))
    if facts.paid:
        rows.append(money(words["paid"], -facts.paid))
    if facts.rounding or facts.paid:
        rows.append(money(words["left"], facts.due_amount))
    return rows


def said(facts: Facts, look: Look) -> list[str]:
    """The exemption, what the supplier typed, and notes that mention other numbers."""
    return [text for text in (facts.exemption, *facts.remarks, *look.notes) if text]


def title(facts: Facts, words: Words) -> str:
    return words["credit" if facts.kind == "credit-note" else "title"]
