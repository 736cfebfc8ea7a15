"""Amount without btw (bedrag exclusief btw).

Source: Wet op de omzetbelasting 1968 art. 35a lid 1; page of Almere. Fine when it can be derived:
with an exemption the total is the amount without btw.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from intake.checks.support import vat_arithmetic
from intake.checks.support.presence import unreadable
from intake.checks.support.requirement import Requirement, Situation, finding, in_situation, result
from intake.model.finding import CheckResult, Finding, Severity
from intake.model.invoice import LEFT_TO_PAY, DocumentKind, Field, Found, Invoice, Presence
from intake.model.verdict import History
from intake.profile import Profile

REQUIREMENT = Requirement(
    check="net-amount",
    law="Wet op de omzetbelasting 1968, artikel 35a, lid 1",
    situations={
        "absent": Situation(Severity.REJECT),
        "zero": Situation(Severity.REVIEW),
        "negative": Situation(Severity.REVIEW),
        "lines-differ": Situation(Severity.REVIEW),
        "several": Situation(Severity.REVIEW),
        "several-totals": Situation(Severity.REVIEW),
        "part-paid": Situation(Severity.REVIEW),
        "total-unreadable": Situation(Severity.REVIEW),
        "unreadable": Situation(Severity.REVIEW),
    },
)


def check(invoice: Invoice, profile: Profile, today: dt.date, history: History) -> CheckResult:
    net = vat_arithmetic.net(invoice)
    if net is None:
        doubt = unreadable(
            invoice,
            invoice.net_amount,
            invoice.gross_amount,
            invoice.vat_exempt,
            invoice.vat_amount,
            invoice.vat_rate,
        )
        return in_situation(REQUIREMENT, profile, "unreadable" if doubt else "absent")
    return result(REQUIREMENT, *_doubts(invoice, profile, net))


def _doubts(invoice: Invoice, profile: Profile, net: Decimal) -> list[Finding]:
    evidence = invoice.net_amount.evidence or invoice.gross_amount.evidence
    if net == 0:
        return [finding(REQUIREMENT, profile, "zero", evidence)]
    if net < 0 and invoice.kind is not DocumentKind.CREDIT_NOTE:
        return [finding(REQUIREMENT, profile, "negative", evidence)]
    if invoice.gross_amount.others:
        return _totals(invoice.gross_amount, profile)
    if invoice.net_amount.others:
        return _each(invoice.net_amount.others, invoice.net_amount, "several", profile)
    unread = invoice.net_amount.presence is Presence.UNREADABLE and invoice.fully_read
    if unread or not invoice.gross_amount.found:
        return [finding(REQUIREMENT, profile, "total-unreadable", evidence)]
    lines = sum(invoice.line_amounts, Decimal(0))
    if not invoice.line_amounts or _lines_fit(invoice, lines, net):
        return []
    facts = {"lines": vat_arithmetic.euro(lines), "net": vat_arithmetic.euro(net)}
    return [finding(REQUIREMENT, profile, "lines-differ", evidence, **facts)]


def _totals(gross: Field[Decimal], profile: Profile) -> list[Finding]:
    """What speaks against the total: what is left to pay of it, and other totals."""
    total = vat_arithmetic.euro(gross.value or Decimal(0))
    left = [
        finding(REQUIREMENT, profile, "part-paid", each.evidence, total=total, amount=amount)
        for each in gross.others
        if each.note == LEFT_TO_PAY and (amount := vat_arithmetic.euro(each.value))
    ]
    others = [each for each in gross.others if each.note != LEFT_TO_PAY]
    return left + _each(others, gross, "several-totals", profile)


def _each(
    others: Sequence[Found[Decimal]], field: Field[Decimal], code: str, profile: Profile
) -> list[Finding]:
    """With others, a finding for each amount that may be meant, with its place on the page."""
    amounts = [field.found, *others] if field.found and others else list(others)
    return [
        finding(
            REQUIREMENT,
            profile,
            code,
            each.evidence,
            amount=vat_arithmetic.euro(each.value),
            why=each.note or "staat op de factuur",
        )
        for each in amounts
    ]


def _lines_fit(invoice: Invoice, lines: Decimal, net: Decimal) -> bool:
    """Lines may be written with or without btw; a credit note may write them without its minus."""
    slack, gross = vat_arithmetic.rounding(invoice), invoice.gross_amount.value
    wanted = [net] if gross is None else [net, gross]
    return any(abs(abs(lines) - abs(amount)) <= slack for amount in wanted)
