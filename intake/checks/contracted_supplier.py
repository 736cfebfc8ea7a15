"""Care under a contract (gecontracteerde aanbieder) is declared through the berichtenverkeer.

Source: Jeugdwet art. 2.15 with Regeling Jeugdwet art. 6c.1, Wmo 2015 art. 2.6.7a; page of Almere,
"Declaraties door niet-gecontracteerde aanbieders". Only where the profile says that the register knows
who has a contract. Refuses only when it is certain who invoices, on which days the care was given, and
that a contract holds all of them.
"""

from __future__ import annotations

import datetime as dt

from intake.checks.support.care_days import CareDays, care_days
from intake.checks.support.firm_names import is_one_of
from intake.checks.support.requirement import (
    Requirement,
    Situation,
    in_situation,
    not_applicable,
    passed,
)
from intake.model.attachment import Attachments
from intake.model.finding import CheckResult, Severity
from intake.model.invoice import DocumentKind, Invoice
from intake.model.supplier import Contract, ContractScope, KnownSupplier, Registered
from intake.profile import Profile

REQUIREMENT = Requirement(
    check="contracted-supplier",
    internal=True,
    is_asked=lambda profile: profile.suppliers.contracts,
    situations={
        "contracted": Situation(Severity.REJECT),
        "perhaps": Situation(Severity.REVIEW, internal=True),
        "unknown": Situation(Severity.REVIEW, internal=True),
    },
)


def check(
    invoice: Invoice,
    attachments: Attachments,
    profile: Profile,
    today: dt.date,
    known: KnownSupplier,
) -> CheckResult:
    if invoice.kind is DocumentKind.CREDIT_NOTE:
        return not_applicable(REQUIREMENT)
    supplier, evidence = known.registered, invoice.kvk_number.evidence
    if supplier is None:
        return in_situation(REQUIREMENT, profile, "unknown", evidence)
    days = care_days(invoice, attachments, today)
    touching = [each for each in supplier.contracts if _touches(each, days)]
    contracts = [each for each in touching if each.scope is not ContractScope.NONE]
    if not contracts:
        code = None if touching and _hold_all(touching, days) else "unknown"
        return in_situation(REQUIREMENT, profile, code, evidence) if code else passed(REQUIREMENT)
    certain = (
        days.is_certain
        and contracts == touching
        and _hold_all(contracts, days)
        and not _is_agreed(supplier, days)
        and _is_certainly(supplier, invoice)
    )
    code = "contracted" if certain else "perhaps"
    scopes = sorted({each.scope for each in contracts}, key=list(ContractScope).index)
    words = ", ".join(f"contract {_WORDS[scope]}" for scope in scopes)
    english = ", ".join(_ENGLISH[scope] for scope in scopes)
    return in_situation(REQUIREMENT, profile, code, evidence, contract=words, contract_en=english)


_WORDS = {
    ContractScope.MUNICIPALITY: "met de gemeente",
    ContractScope.REGION: "met de regio",
    ContractScope.NATIONAL: "met de VNG (landelijk)",
}
_ENGLISH = {
    ContractScope.MUNICIPALITY: "a contract with the municipality",
    ContractScope.REGION: "a contract with the region",
    ContractScope.NATIONAL: "a national contract (VNG)",
}


def _touches(contract: Contract, days: CareDays) -> bool:
    return any(contract.period.touches(first, last) for first, last in days.known)


def _hold_all(contracts: list[Contract], days: CareDays) -> bool:
    return all(
        any(each.period.holds(first, last) for each in contracts) for first, last in days.known
    )


def _is_agreed(supplier: Registered, days: CareDays) -> bool:
    """Whether an agreement for care without a contract speaks against it."""
    return any(
        each.period.touches(first, last)
        for each in supplier.agreements
        for first, last in days.known
    )


def _is_certainly(supplier: Registered, invoice: Invoice) -> bool:
    """Whether number and name on a page that was read whole are both the supplier's."""
    name = invoice.supplier_name.value
    return (
        invoice.fully_read
        and not invoice.kvk_number.others
        and supplier.kvk == invoice.kvk_number.value
        and name is not None
        and is_one_of(name, supplier.names)
    )
