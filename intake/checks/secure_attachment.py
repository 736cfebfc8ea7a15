"""The secured attachment with client data (beveiligde bijlage).

Source: page of Almere, "een aparte, beveiligde bijlage met persoonsgevoelige gegevens"; security of
the BSN: Jeugdwet art. 7.2.5. Absent refuses only after the waiting time; what cannot be opened is a
question; our own fault is nobody's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from intake.checks.support.presence import only_credits
from intake.checks.support.requirement import (
    Requirement,
    Situation,
    finding,
    not_applicable,
    result,
)
from intake.model.attachment import Attachments, Container, Opening, Protection
from intake.model.finding import CheckResult, Severity
from intake.model.invoice import Invoice
from intake.model.mail import Road
from intake.profile import Profile, default_texts

REQUIREMENT = Requirement(
    check="secure-attachment",
    situations={
        "waiting": Situation(Severity.REVIEW),
        "absent": Situation(Severity.REJECT),
        "unprotected": Situation(Severity.REJECT),
        "unprotected-secure-relay": Situation(Severity.REVIEW),
        "accepted-secure-relay": Situation(Severity.INFO),
        "weak": Situation(Severity.REVIEW),
        "locked": Situation(Severity.REVIEW),
        "not-for-us": Situation(Severity.REVIEW),
        "unsupported": Situation(Severity.REVIEW),
        "damaged": Situation(Severity.REVIEW),
        "bomb": Situation(Severity.REVIEW),
        "not-understood": Situation(Severity.REVIEW, internal=True),
        "which": Situation(Severity.REVIEW),
        "named": Situation(Severity.REVIEW),
        "other-number": Situation(Severity.REVIEW),
        "loose": Situation(Severity.REVIEW),
        "whose": Situation(Severity.REVIEW, internal=True),
        "elsewhere": Situation(Severity.REVIEW, internal=True),
        "invoice-inside": Situation(Severity.INFO),
        "came-apart": Situation(Severity.INFO),
    },
)

_CLOSED = {
    Opening.LOCKED: "locked",
    Opening.NOT_FOR_US: "not-for-us",
    Opening.UNSUPPORTED: "unsupported",
    Opening.DAMAGED: "damaged",
    Opening.BOMB: "bomb",
}
_BY_PROTECTION = {Protection.NONE: "unprotected", Protection.WEAK: "weak"}
_BY_SECURE_RELAY = {
    "accept": "accepted-secure-relay",
    "review": "unprotected-secure-relay",
    "reject": "unprotected",
}


def check(
    attachments: Attachments, invoices: Sequence[Invoice], profile: Profile, today: dt.date
) -> CheckResult:
    codes = _faults(attachments, invoices, profile)
    if not attachments.containers and not attachments.care_lines and not codes:
        if only_credits(invoices):
            return not_applicable(REQUIREMENT)
        waits = attachments.waited_days < profile.attachment_wait_days
        codes.append("waiting" if waits else "absent")
    if attachments.invoice_inside:
        codes.append("invoice-inside")
    if any(c.came_apart for c in attachments.containers):
        codes.append("came-apart")
    formats = accepted_formats("nl")
    return result(
        REQUIREMENT,
        *(finding(REQUIREMENT, profile, code, formats=formats) for code in dict.fromkeys(codes)),
    )


def accepted_formats(language: str) -> str:
    """As what a provider may send the attachment: ``zip, 7z, Word, Excel of PDF``.

    Args:
        language: ``nl`` or ``en``.
    """
    *others, last = (name for names in default_texts("containers").values() for name in names)
    last_one: str = default_texts("phrases")[language]["or"] + last
    return ", ".join(others) + last_one


def _faults(attachments: Attachments, invoices: Sequence[Invoice], profile: Profile) -> list[str]:
    """What is wrong with what came."""
    codes = [_of_container(each, attachments, profile) for each in attachments.containers]
    beside_care_amount = attachments.doubt == "other-number" and invoices  # which says the same
    if not beside_care_amount:
        codes.append(attachments.doubt)
    if attachments.unread or _holds_no_care_lines(attachments):
        codes.append("not-understood")
    return list(filter(None, codes))


def _of_container(container: Container, attachments: Attachments, profile: Profile) -> str:
    if container.opening is not Opening.OPENED:
        return _CLOSED.get(container.opening, "")
    if container.protection is Protection.NONE and attachments.road is not Road.UNKNOWN:
        return _BY_SECURE_RELAY[profile.unprotected_by_secure_relay]
    return _BY_PROTECTION.get(container.protection, "")


def _holds_no_care_lines(attachments: Attachments) -> bool:
    """What could be opened has none, and nothing stayed closed by a fault of ours."""
    openings = {container.opening for container in attachments.containers}
    return (
        Opening.OPENED in openings
        and Opening.OUR_FAULT not in openings
        and not attachments.care_lines
    )
