"""Rate and amount of btw (btw-tarief en btw-bedrag).

Source: Wet op de omzetbelasting 1968 art. 9 (rates) and art. 35a lid 1; page of Almere, "indien van
toepassing". A rate is right when it was in force on some day in the 24 months before the invoice
date: care may be charged long after.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal

from intake.checks.support import vat_arithmetic
from intake.checks.support.presence import foreign_supplier, issue_date, months_before, unreadable
from intake.checks.support.requirement import (
    Requirement,
    Situation,
    finding,
    in_situation,
    not_applicable,
    result,
)
from intake.model.finding import CheckResult, Finding, Severity
from intake.model.invoice import Invoice, VatLine
from intake.model.verdict import History
from intake.profile import Profile

REQUIREMENT = Requirement(
    check="vat-amount",
    law="Wet op de omzetbelasting 1968, artikel 35a, lid 1",
    situations={
        "amount-absent": Situation(Severity.REJECT),
        "rate-absent": Situation(Severity.REJECT),
        "arithmetic": Situation(Severity.REJECT),
        "rate-not-in-force": Situation(Severity.REJECT),
        "foreign-rate": Situation(Severity.REVIEW),
        "bases-absent": Situation(Severity.REVIEW),
        "total-differs": Situation(Severity.REVIEW),
        "several": Situation(Severity.REVIEW),
        "nothing-charged": Situation(Severity.REVIEW),
        "usually-exempt": Situation(Severity.REVIEW),
        "reverse-charge": Situation(Severity.REVIEW),
        "unreadable": Situation(Severity.REVIEW),
    },
)

_BEGIN = dt.date(1986, 10, 1)
_RATES: tuple[tuple[Decimal, dt.date, dt.date], ...] = (
    (Decimal(0), dt.date.min, dt.date.max),
    (Decimal(21), dt.date(2012, 10, 1), dt.date.max),
    (Decimal(9), dt.date(2019, 1, 1), dt.date.max),
    (Decimal(6), _BEGIN, dt.date(2018, 12, 31)),
    (Decimal(19), dt.date(2001, 1, 1), dt.date(2012, 9, 30)),
    (Decimal("17.5"), dt.date(1992, 10, 1), dt.date(2000, 12, 31)),
)
"""Dutch rates in percent, first and last day."""

_BACK_MONTHS = 24
_USUALLY_EXEMPT = re.compile(
    r"(?<!naar )(?<!voor )(?<!bij )(?<!van )\b"
    r"(jeugdhulp|jeugdzorg|begeleiding|behandeling|therapie|psycholo\w+|psychiat\w+|ggz|verzorging|verpleging|dagbesteding|verblijf|logeer\w*|logopedi\w+|"
    r"diagnostiek|huishoudelijke hulp|wmo)\b",
    re.IGNORECASE,
)


def rate_in_force(rate: Decimal, day: dt.date) -> bool:
    """True when the rate was in force on some day of the 24 months up to ``day``."""
    return any(
        rate == known and first <= day and last >= months_before(day, _BACK_MONTHS)
        for known, first, last in _RATES
    )


def check(invoice: Invoice, profile: Profile, today: dt.date, history: History) -> CheckResult:
    if invoice.reverse_charge:
        return in_situation(REQUIREMENT, profile, "reverse-charge")
    if vat_arithmetic.is_exempt(invoice):
        return not_applicable(REQUIREMENT)
    if not vat_arithmetic.charged(invoice):
        return _nothing_charged(invoice, profile)
    wrong = (
        _missing(invoice, profile)
        or _wrong_rate(invoice, profile, today)
        or _wrong_sum(invoice, profile)
    )
    usual = (
        [finding(REQUIREMENT, profile, "usually-exempt")]
        if _charges_usually_exempt(invoice)
        else []
    )
    return result(REQUIREMENT, *wrong, *usual)


def _charges_usually_exempt(invoice: Invoice) -> bool:
    """An invoice line, that is one with an amount, names care of the kinds of art. 11 lid 1 Wet OB
    ("ritten naar dagbesteding" does not).

    A payment sentence that names the provider ("… t.n.v. Praktijk Horizon Begeleiding") is no
    invoice line.
    """
    name = (invoice.supplier_name.value or "").casefold()
    lines = [line.text for line in invoice.lines if not name or name not in line.text.casefold()]
    return any(
        _USUALLY_EXEMPT.search(line) and vat_arithmetic.PRINTED_AMOUNT.search(line)
        for line in lines
    )


def _nothing_charged(invoice: Invoice, profile: Profile) -> CheckResult:
    if any(rate for rate in _rates(invoice)):
        return in_situation(REQUIREMENT, profile, "nothing-charged", invoice.vat_rate.evidence)
    if unreadable(invoice, invoice.vat_rate, invoice.vat_amount):
        return in_situation(REQUIREMENT, profile, "unreadable")
    if differs := _differing_total(invoice, profile):
        return result(REQUIREMENT, *differs)
    return not_applicable(REQUIREMENT)


def _rates(invoice: Invoice) -> list[Decimal]:
    page = [] if invoice.vat_rate.value is None else [invoice.vat_rate.value]
    return sorted({line.rate for line in invoice.vat_lines} | set(page))


def _missing(invoice: Invoice, profile: Profile) -> list[Finding]:
    rate_known = invoice.vat_rate.value is not None or bool(invoice.vat_lines)
    line_amounts = bool(invoice.vat_lines) and all(
        line.vat is not None for line in invoice.vat_lines
    )
    amount_known = invoice.vat_amount.value is not None or line_amounts
    if rate_known and amount_known:
        return []
    if unreadable(invoice, invoice.vat_amount if rate_known else invoice.vat_rate):
        return [finding(REQUIREMENT, profile, "unreadable")]
    if rate_known:
        return [finding(REQUIREMENT, profile, "amount-absent", invoice.vat_rate.evidence)]
    return [finding(REQUIREMENT, profile, "rate-absent", invoice.vat_amount.evidence)]


def _wrong_rate(invoice: Invoice, profile: Profile, today: dt.date) -> list[Finding]:
    day = issue_date(invoice) or today
    for rate in _rates(invoice):
        if rate_in_force(rate, day):
            continue
        if invoice.vat_rate.others:
            return [finding(REQUIREMENT, profile, "several", invoice.vat_rate.evidence)]
        code = "foreign-rate" if foreign_supplier(invoice) else "rate-not-in-force"
        return [
            finding(
                REQUIREMENT,
                profile,
                code,
                invoice.vat_rate.evidence,
                rate=f"{rate.normalize():f}".replace(".", ","),
            )
        ]
    return []


def _wrong_sum(invoice: Invoice, profile: Profile) -> list[Finding]:
    lines = _lines(invoice)
    allowed = vat_arithmetic.rounding(invoice)
    if len(lines) > 1 and any(line.net is None or line.vat is None for line in lines):
        return [finding(REQUIREMENT, profile, "bases-absent", invoice.vat_amount.evidence)]
    if wrong := _wrong_share(lines, invoice.vat_amount.value, allowed):
        return [_arithmetic(invoice, profile, *wrong)]
    return _differing_total(invoice, profile)


def _differing_total(invoice: Invoice, profile: Profile) -> list[Finding]:
    """A doubt when net and btw together are not the total."""
    allowed = vat_arithmetic.rounding(invoice)
    net, vat, gross = (
        vat_arithmetic.net(invoice),
        invoice.vat_amount.value,
        invoice.gross_amount.value,
    )
    if net is None or vat is None or gross is None or abs(abs(net + vat) - abs(gross)) <= allowed:
        return []
    return [finding(REQUIREMENT, profile, "total-differs", invoice.gross_amount.evidence)]


def _wrong_share(
    lines: tuple[VatLine, ...], vat: Decimal | None, allowed: Decimal
) -> tuple[Decimal, Decimal] | None:
    """The first btw that is wrong, as written and as it should be: of a rate, or of all together."""
    for line in lines:
        if line.net is None or line.vat is None:
            continue
        expected = (line.net * line.rate / 100).quantize(vat_arithmetic.CENT, ROUND_HALF_UP)
        if abs(abs(line.vat) - abs(expected)) > allowed:
            return line.vat, expected
    total = sum((line.vat for line in lines if line.vat is not None), Decimal(0))
    if len(lines) > 1 and vat is not None and abs(total - vat) > allowed:
        return vat, total
    return None


def _lines(invoice: Invoice) -> tuple[VatLine, ...]:
    """The rates with their bases; with one rate the totals of the page stand in for what its line
    does not tell.
    """
    net, vat, rate = vat_arithmetic.net(invoice), invoice.vat_amount.value, invoice.vat_rate.value
    if len(invoice.vat_lines) == 1:
        line = invoice.vat_lines[0]
        return (
            VatLine(
                line.rate,
                line.net if line.net is not None else net,
                line.vat if line.vat is not None else vat,
            ),
        )
    if not invoice.vat_lines and rate is not None:
        return (VatLine(rate, net, vat),)
    return invoice.vat_lines


def _arithmetic(invoice: Invoice, profile: Profile, vat: Decimal, expected: Decimal) -> Finding:
    """A refusal only when no other reading of the page explains the amounts."""
    if (
        invoice.vat_amount.others
        or invoice.net_amount.others
        or invoice.vat_rate.others
        or _total_explains(invoice, vat)
    ):
        return finding(REQUIREMENT, profile, "several", invoice.vat_amount.evidence)
    return finding(
        REQUIREMENT,
        profile,
        "arithmetic",
        invoice.vat_amount.evidence,
        vat=vat_arithmetic.euro(vat),
        expected=vat_arithmetic.euro(expected),
    )


def _total_explains(invoice: Invoice, vat: Decimal) -> bool:
    """The total less its btw is a base that fits: then the amount without btw is what was misread
    or misprinted.
    """
    gross, rate = invoice.gross_amount.value, invoice.vat_rate.value
    if gross is None or rate is None or len(invoice.vat_lines) > 1:
        return False
    expected = ((gross - vat) * rate / 100).quantize(vat_arithmetic.CENT, ROUND_HALF_UP)
    return abs(abs(vat) - abs(expected)) <= vat_arithmetic.rounding(invoice)
