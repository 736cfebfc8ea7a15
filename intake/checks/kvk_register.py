"""What public registers say of the supplier (Handelsregister of the KvK, VIES for btw numbers).

Source: page of Almere, "je volledige organisatienaam zoals bij de Kamer van Koophandel is geregistreerd".
Only where a register is asked (settings). Never refuses; a register that gives no answer changes
nothing, and the provider is told nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from intake.checks.support.care_days import care_days
from intake.checks.support.firm_names import is_one_of
from intake.checks.support.requirement import (
    Requirement,
    Situation,
    finding,
    not_applicable,
    result,
)
from intake.model.attachment import Attachments
from intake.model.finding import CheckResult, Finding, Severity
from intake.model.invoice import Invoice
from intake.model.supplier import AnswerKind, KnownSupplier, RegisterAnswer, RegisterSource
from intake.profile import Profile
from intake.text.folding import squeeze

REQUIREMENT = Requirement(
    check="kvk-register",
    internal=True,
    situations={
        "not-found": Situation(Severity.REVIEW, internal=True),
        "ended": Situation(Severity.REVIEW, internal=True),
        "inactive": Situation(Severity.REVIEW, internal=True),
        "other-name": Situation(Severity.REVIEW, internal=True),
        "other-address": Situation(Severity.REVIEW, internal=True),
        "vat-not-found": Situation(Severity.REVIEW, internal=True),
        "vat-other-name": Situation(Severity.REVIEW, internal=True),
        "no-answer": Situation(Severity.INFO, internal=True),
    },
)
_REGISTERS = {RegisterSource.KVK: "Het Handelsregister", RegisterSource.VIES: "VIES"}


def check(
    invoice: Invoice,
    attachments: Attachments,
    profile: Profile,
    today: dt.date,
    known: KnownSupplier,
) -> CheckResult:
    if not known.answers:
        return not_applicable(REQUIREMENT)
    last_day = care_days(invoice, attachments, today).last
    findings = (f for answer in known.answers for f in _of(answer, invoice, last_day, profile))
    return result(REQUIREMENT, *findings)


def _of(
    answer: RegisterAnswer, invoice: Invoice, last_day: dt.date, profile: Profile
) -> Iterator[Finding]:
    is_kvk = answer.source is RegisterSource.KVK
    number = invoice.kvk_number if is_kvk else invoice.vat_id
    asked = f"{answer.asked_on:%d-%m-%Y}"
    if answer.kind is AnswerKind.NO_ANSWER:
        register = _REGISTERS[answer.source]
        yield finding(REQUIREMENT, profile, "no-answer", register=register, asked=asked)
        return
    if answer.kind is AnswerKind.UNKNOWN:
        code = "not-found" if is_kvk else "vat-not-found"
        yield finding(
            REQUIREMENT, profile, code, number.evidence, number=answer.number, asked=asked
        )
        return
    if answer.ended_on is not None and answer.ended_on < last_day:
        ended = f"{answer.ended_on:%d-%m-%Y}"
        yield finding(REQUIREMENT, profile, "ended", number.evidence, ended=ended, asked=asked)
    if answer.inactive:
        yield finding(REQUIREMENT, profile, "inactive", number.evidence, asked=asked)
    name = invoice.supplier_name
    if name.value and answer.names and not is_one_of(name.value, answer.names):
        code = "other-name" if is_kvk else "vat-other-name"
        names = ", ".join(answer.names[:3])
        yield finding(
            REQUIREMENT, profile, code, name.evidence, read=name.value, names=names, asked=asked
        )
    if _is_elsewhere(answer, invoice):
        yield finding(
            REQUIREMENT,
            profile,
            "other-address",
            invoice.supplier_postcode.evidence,
            read=" ".join(
                filter(None, (invoice.supplier_postcode.value, invoice.supplier_city.value))
            ),
            places=", ".join((*answer.postcodes, *answer.cities)),
            asked=asked,
        )


def _is_elsewhere(answer: RegisterAnswer, invoice: Invoice) -> bool:
    """Neither the postcode nor the place is one that the register tells; shielded addresses say
    nothing, and a firm may write from another establishment in its own place.
    """
    postcode, city = invoice.supplier_postcode.value, invoice.supplier_city.value
    if not postcode or not city or not answer.postcodes or not answer.cities:
        return False
    same_city = squeeze(city) in set(map(squeeze, answer.cities))
    return not same_city and squeeze(postcode) not in set(map(squeeze, answer.postcodes))
