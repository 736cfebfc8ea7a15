"""The checks: collected, run and guarded here; one file a requirement.

A check is a pure function of its arguments. Its severities may be lowered by the profile, never
raised. When it breaks, that is our fault: a person looks, and the provider is told nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Protocol

import structlog

from intake.checks import (
    addressee,
    anonymity,
    bsn,
    care_amount,
    care_period,
    care_units,
    client_age,
    contracted_supplier,
    decision_number,
    document,
    duplicate_care,
    duplicate_invoice,
    iban,
    iban_changed,
    invoice_number,
    issue_date,
    kvk_number,
    kvk_register,
    municipal_agreement,
    net_amount,
    product,
    referrer,
    secure_attachment,
    supplier_address,
    supplier_name,
    supplier_phone,
    usual_amount,
    vat_amount,
    vat_id,
)
from intake.checks.support import presence
from intake.checks.support.requirement import (
    Requirement,
    Situation,
    finding,
    not_applicable,
    result,
)
from intake.checks.support.requirement import tip as requirement_tip
from intake.model.attachment import Attachments
from intake.model.finding import CheckResult, Outcome, Severity
from intake.model.invoice import Invoice
from intake.model.supplier import KnownSupplier
from intake.model.verdict import History
from intake.profile import Profile

_log = structlog.get_logger(__name__)
_BROKEN = Requirement("fault", {"fault": Situation(Severity.REVIEW, internal=True)})
"""What is told when a check itself breaks, whatever the check."""


class InvoiceCheck(Protocol):
    """A module that checks one invoice."""

    REQUIREMENT: Requirement

    def check(
        self, invoice: Invoice, profile: Profile, today: dt.date, history: History
    ) -> CheckResult: ...


class AttachmentCheck(Protocol):
    """A module that checks what came beside the invoices."""

    REQUIREMENT: Requirement

    def check(
        self,
        attachments: Attachments,
        invoices: Sequence[Invoice],
        profile: Profile,
        today: dt.date,
    ) -> CheckResult: ...


class SupplierCheck(Protocol):
    """A module that checks who invoices, with what is known of that supplier."""

    REQUIREMENT: Requirement

    def check(
        self,
        invoice: Invoice,
        attachments: Attachments,
        profile: Profile,
        today: dt.date,
        known: KnownSupplier,
    ) -> CheckResult: ...


ON_INVOICE: tuple[InvoiceCheck, ...] = (
    document,
    addressee,
    supplier_name,
    supplier_address,
    supplier_phone,
    kvk_number,
    vat_id,
    issue_date,
    invoice_number,
    net_amount,
    vat_amount,
    iban,
    anonymity,
)
WITH_HISTORY: tuple[InvoiceCheck, ...] = (duplicate_invoice, iban_changed, usual_amount)
ON_ATTACHMENTS: tuple[AttachmentCheck, ...] = (
    secure_attachment,
    bsn,
    referrer,
    product,
    care_period,
    care_units,
    care_amount,
    decision_number,
    client_age,
    duplicate_care,
)
ON_SUPPLIER: tuple[SupplierCheck, ...] = (contracted_supplier, municipal_agreement, kvk_register)

_OF_EVERY_DOCUMENT: tuple[InvoiceCheck, ...] = (document, anonymity)
_REQUIREMENTS: Mapping[str, Requirement] = {
    **{module.REQUIREMENT.check: module.REQUIREMENT for module in (*ON_INVOICE, *WITH_HISTORY)},
    **{module.REQUIREMENT.check: module.REQUIREMENT for module in ON_ATTACHMENTS},
    **{module.REQUIREMENT.check: module.REQUIREMENT for module in ON_SUPPLIER},
}
_WEIGHT = {Severity.INFO: 0, Severity.REVIEW: 1, Severity.REJECT: 2}


def requirement(check_id: str) -> Requirement:
    """The requirement of a check id of the contract.

    Raises:
        KeyError: no such check.
    """
    return _REQUIREMENTS[check_id]


def requirements() -> Mapping[str, Requirement]:
    """Every requirement by its check id, in the order of the checks."""
    return _REQUIREMENTS


def is_known(check_id: str, code: str = "") -> bool:
    """Whether there is this check and, when given, this situation of it."""
    demand = _REQUIREMENTS.get(check_id)
    return demand is not None and (not code or code in demand.situations)


def heading(check_id: str) -> str:
    """What the review page calls a check; the id itself of one that is no more."""
    return _REQUIREMENTS[check_id].texts.heading if check_id in _REQUIREMENTS else check_id


def refuses(check_id: str, code: str, profile: Profile) -> bool:
    """Whether this municipality demands what fails in this situation: a mere doubt it does not."""
    demand = _REQUIREMENTS.get(check_id)
    if demand is None or code not in demand.situations:
        return False
    return severity(check_id, code, profile) is Severity.REJECT


def severity(check_id: str, code: str, profile: Profile) -> Severity:
    """What a situation weighs in this municipality.

    Raises:
        KeyError: no such check or situation.
    """
    return _lower(check_id, code, _REQUIREMENTS[check_id].situations[code].severity, profile)


def tip(check_id: str, code: str, profile: Profile) -> str:
    """What to do otherwise the next time; empty when there is no such sentence."""
    demand = _REQUIREMENTS.get(check_id)
    return requirement_tip(demand, profile, code) if demand else ""


def on_invoice(
    invoice: Invoice, profile: Profile, today: dt.date, history: History | None
) -> tuple[CheckResult, ...]:
    """Every check of one invoice, in the order of the contract.

    ``today`` is the receipt's date in Europe/Amsterdam. With ``history`` None the checks that need
    it do not appear. What is certainly no invoice (a reminder, a quotation), or holds several, is
    asked only for its form and its anonymity.
    """
    day = presence.issue_date(invoice) or today
    known = history or History()
    modules = ON_INVOICE if history is None else (*ON_INVOICE, *WITH_HISTORY)
    asked = modules if document.is_judged(invoice) else _OF_EVERY_DOCUMENT
    return tuple(
        _run(
            module.REQUIREMENT, profile, day, partial(module.check, invoice, profile, today, known)
        )
        if module in asked
        else not_applicable(module.REQUIREMENT)
        for module in modules
    )


def on_attachments(
    attachments: Attachments, invoices: Sequence[Invoice], profile: Profile, today: dt.date
) -> tuple[CheckResult, ...]:
    """Every check of what came beside the invoices of one mail; the rules are those of the earliest
    invoice's date.
    """
    day = min((found for found in map(presence.issue_date, invoices) if found), default=today)
    return tuple(
        _run(
            module.REQUIREMENT,
            profile,
            day,
            partial(module.check, attachments, invoices, profile, today),
        )
        for module in ON_ATTACHMENTS
    )


def on_supplier(
    invoice: Invoice,
    attachments: Attachments,
    profile: Profile,
    today: dt.date,
    known: KnownSupplier,
) -> tuple[CheckResult, ...]:
    """Every check of who sends one invoice, with its own attachments; none of what is certainly no
    invoice, or holds several.
    """
    if not document.is_judged(invoice):
        return ()
    day = presence.issue_date(invoice) or today
    return tuple(
        _run(
            module.REQUIREMENT,
            profile,
            day,
            partial(module.check, invoice, attachments, profile, today, known),
        )
        for module in ON_SUPPLIER
    )


def lowered(given: CheckResult, profile: Profile) -> CheckResult:
    """The result with the municipality's own, milder severities (``check`` or ``check.code``)."""
    if not given.findings:
        return given
    findings = tuple(
        replace(f, severity=_lower(f.check, f.code, f.severity, profile)) for f in given.findings
    )
    return result(_REQUIREMENTS[given.check], *findings)


def _run(
    demand: Requirement, profile: Profile, day: dt.date, check: Callable[[], CheckResult]
) -> CheckResult:
    if not demand.is_asked(profile):
        return not_applicable(demand)
    if not demand.in_force(day):
        return CheckResult(demand.check, Outcome.NOT_IN_FORCE)
    try:
        return lowered(check(), profile)
    except Exception as error:  # noqa: BLE001 - a broken check is our fault and never the provider's
        _log.error("check-failed", check=demand.check, error=type(error).__name__)
        fault = replace(finding(_BROKEN, profile, "fault"), check=demand.check)
        return CheckResult(demand.check, Outcome.UNDETERMINED, (fault,))


def _lower(check: str, code: str, severity: Severity, profile: Profile) -> Severity:
    wanted = profile.severities.get(f"{check}.{code}", profile.severities.get(check, severity))
    return min(severity, wanted, key=_WEIGHT.__getitem__)
