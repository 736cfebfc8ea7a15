"""Arithmetic that net_amount, vat_amount, vat_id and care_amount share. Amounts are euros."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from intake.checks.support.presence import unreadable
from intake.model.invoice import Invoice
from intake.text.bsn import passes_eleven_test

CENT = Decimal("0.01")
_INCLUDING = re.compile(
    r"\bincl\w*\.?[^\w%]*(?:\d+ ?%[^\w]*)?(?:btw|b\.t\.w|vat|omzetbelasting)", re.IGNORECASE
)
PRINTED_AMOUNT = re.compile(r"(?<![\d.,])\d+(?:[.,]\d{3})*[.,]\d\d(?![.,]?\d)")
"""An amount, and no number or date with dots."""


def euro(amount: Decimal) -> str:
    """``€ 1.234,56``, as a Dutch letter writes it; stars for an amount that could be a client's
    number.
    """
    if passes_eleven_test(str(abs(int(amount)))):
        return "€ ***"
    text = f"{amount.quantize(CENT, ROUND_HALF_UP):,.2f}"
    return "€ " + text.translate(str.maketrans(",.", ".,"))


def is_exempt(invoice: Invoice) -> bool:
    """The document states an exemption (vrijstelling), and does not deny it."""
    return invoice.vat_exempt.value is True


def charged(invoice: Invoice) -> bool:
    """Btw is charged: some rate above zero or some amount of btw."""
    rates = [line.rate for line in invoice.vat_lines] + [invoice.vat_rate.value]
    amounts = [line.vat for line in invoice.vat_lines] + [invoice.vat_amount.value]
    return any(amounts) or (any(rates) and not _all_zero(amounts))


def zero_rated(invoice: Invoice) -> bool:
    """0 % or a btw amount of nil is written, and no btw is charged."""
    rates = [line.rate for line in invoice.vat_lines] + [invoice.vat_rate.value]
    return not charged(invoice) and (
        any(rate == 0 for rate in rates) or invoice.vat_amount.value == 0
    )


def net(invoice: Invoice) -> Decimal | None:
    """The amount without btw: as written, or derived from what is written; None when it cannot be
    derived.

    A total on a document that speaks of no btw at all has none in it; what is missing then is the
    statement, see vat_id.
    """
    if invoice.net_amount.value is not None:
        return invoice.net_amount.value
    bases = [line.net for line in invoice.vat_lines]
    if bases and None not in bases:
        return sum(filter(None, bases), Decimal(0))
    gross, vat, rate = invoice.gross_amount.value, invoice.vat_amount.value, invoice.vat_rate.value
    if gross is None or _charges_nothing(invoice):
        return gross
    if vat is not None:
        return gross - vat
    if rate is not None:
        return (gross / (1 + rate / 100)).quantize(CENT, ROUND_HALF_UP)
    return gross if _speaks_of_no_vat(invoice) else None


def _charges_nothing(invoice: Invoice) -> bool:
    """Words or figures say that the total has no btw in it."""
    if is_exempt(invoice) or invoice.reverse_charge or zero_rated(invoice):
        return True
    return bool(invoice.vat_remark.value) and not charged(invoice)


def _speaks_of_no_vat(invoice: Invoice) -> bool:
    return (
        not invoice.vat_lines
        and not unreadable(invoice, invoice.vat_rate, invoice.vat_amount)
        and not _total_includes_vat(invoice)
    )


def _total_includes_vat(invoice: Invoice) -> bool:
    """Some line says that its amount includes btw (incl. btw, inclusief BTW, including VAT)."""
    return any(_INCLUDING.search(line.text) for line in invoice.lines)


def rounding(invoice: Invoice) -> Decimal:
    """What rounding may explain: a cent for each line, or one on the total (both ways of rounding
    are allowed).
    """
    lines = len(invoice.line_amounts) or sum(
        1 for line in invoice.lines if PRINTED_AMOUNT.search(line.text)
    )
    return CENT * max(1, lines)


def _all_zero(amounts: list[Decimal | None]) -> bool:
    known = [amount for amount in amounts if amount is not None]
    return bool(known) and not any(known)
