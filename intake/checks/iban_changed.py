"""Another account than before (gewijzigd rekeningnummer).

Fraudsters send invoices in a known supplier's name with an account of their own. What was paid
before is what a clerk accepted; an account that a second person approved in the register of suppliers
is fine. Verdicts: never refuses; a person asks the supplier.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator

import stdnum.iban

from intake.checks.support.requirement import (
    Requirement,
    Situation,
    finding,
    not_applicable,
    result,
)
from intake.model.finding import CheckResult, Finding, Severity
from intake.model.invoice import Invoice
from intake.model.verdict import History
from intake.profile import Profile

REQUIREMENT = Requirement(
    check="iban-changed",
    situations={
        "other-account": Situation(Severity.REVIEW, internal=True),
        "other-registered": Situation(Severity.REVIEW, internal=True),
        "ended": Situation(Severity.REVIEW, internal=True),
        "other-supplier": Situation(Severity.REVIEW, internal=True),
        "other-domain": Situation(Severity.REVIEW, internal=True),
    },
    internal=True,
)


def check(invoice: Invoice, profile: Profile, today: dt.date, history: History) -> CheckResult:
    account = stdnum.iban.compact(invoice.iban.value or "")
    if not account:
        return not_applicable(REQUIREMENT)
    evidence = invoice.iban.evidence
    findings = []
    if ended := _ended(account, today, history):
        facts = {"ended": f"{ended:%d-%m-%Y}"}
        findings.append(finding(REQUIREMENT, profile, "ended", evidence, **facts))
    elif account not in _approved(today, history):
        findings += _unlike_before(account, invoice, profile, today, history)
    if findings and history.other_domain:
        findings.append(finding(REQUIREMENT, profile, "other-domain", domain=history.other_domain))
    return result(REQUIREMENT, *findings)


def _ended(account: str, today: dt.date, history: History) -> dt.date | None:
    """The last day of an account that the register says is used no more."""
    days = (each.last_day for each in history.accounts if each.iban == account)
    return next((day for day in days if day is not None and day < today), None)


def _registered(today: dt.date, history: History) -> set[str]:
    """Accounts of this supplier in the register that are in use."""
    return {
        each.iban for each in history.accounts if each.last_day is None or each.last_day >= today
    }


def _approved(today: dt.date, history: History) -> set[str]:
    """Those of them that a second person approved."""
    approved = {each.iban for each in history.accounts if each.approved_by}
    return approved & _registered(today, history)


def _unlike_before(
    account: str, invoice: Invoice, profile: Profile, today: dt.date, history: History
) -> Iterator[Finding]:
    known = {stdnum.iban.compact(paid.iban) for paid in history.paid if paid.iban}
    own = re.sub(r"\D", "", invoice.kvk_number.value or "")
    others = {paid.kvk or own for paid in history.same_account} - {own}
    evidence = invoice.iban.evidence
    registered = _approved(today, history) or _registered(today, history)
    if known and account not in known:
        yield finding(REQUIREMENT, profile, "other-account", evidence, last=_last(known))
    elif registered and not known and account not in registered:
        yield finding(REQUIREMENT, profile, "other-registered", evidence, last=_last(registered))
    owners = sorted({*(others if own else ()), *history.account_of})
    if owners and (own or invoice.vat_id.value):
        kvk = ", ".join(owners)
        yield finding(REQUIREMENT, profile, "other-supplier", evidence, kvk=kvk)


def _last(accounts: Iterable[str]) -> str:
    return ", ".join(sorted(number[-4:] for number in accounts))
