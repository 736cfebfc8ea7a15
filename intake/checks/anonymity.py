"""The invoice tells nothing about a client (geanonimiseerde factuur).

Source: page of Almere, "een geanonimiseerd pdf-bestand"; AVG art. 5 lid 1 onder c. Passing the
11-test proves no BSN: only a labelled or grouped one, or a client's name with more about the
client, refuses.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from intake.checks.support.requirement import (
    Requirement,
    Situation,
    finding,
    in_situation,
    passed,
    result,
)
from intake.model.finding import CheckResult, Finding, Severity
from intake.model.invoice import Invoice, Sighting
from intake.model.verdict import History
from intake.profile import Profile
from intake.text.bsn import passes_eleven_test
from intake.text.client_data import signs

REQUIREMENT = Requirement(
    check="anonymity",
    situations={
        "client-data": Situation(Severity.REJECT),
        "client-data-inside": Situation(Severity.REJECT),
        "perhaps": Situation(Severity.REVIEW),
        "perhaps-inside": Situation(Severity.REVIEW),
        "not-looked-inside": Situation(Severity.REVIEW, internal=True),
        "in-mail": Situation(Severity.REVIEW),
        "in-file-name": Situation(Severity.REVIEW),
    },
)


def check(invoice: Invoice, profile: Profile, today: dt.date, history: History) -> CheckResult:
    """One finding for what is certain, else one for what is doubtful, at the first place that a
    person can see.
    """
    seen = sorted(
        invoice.sightings, key=lambda sighting: (not sighting.kind.certain, sighting.page is None)
    )
    if seen:
        code = "client-data" if seen[0].kind.certain else "perhaps"
        if seen[0].page is None:
            code += "-inside"
        return result(REQUIREMENT, _at(finding(REQUIREMENT, profile, code), seen[0]))
    if not invoice.looked_inside:
        return in_situation(REQUIREMENT, profile, "not-looked-inside")
    return passed(REQUIREMENT)


def check_texts(texts: Iterable[str], profile: Profile) -> CheckResult:
    """The mail's subject, body and file names: client data there asks a person, and never refuses
    the invoice.
    """
    return (
        in_situation(REQUIREMENT, profile, "in-mail")
        if any(map(holds_client_data, texts))
        else passed(REQUIREMENT)
    )


def check_file_name(name: str | None, profile: Profile) -> CheckResult:
    """The name of a document that came without a mail."""
    return (
        in_situation(REQUIREMENT, profile, "in-file-name")
        if holds_client_data(name or "")
        else passed(REQUIREMENT)
    )


def holds_client_data(text: str) -> bool:
    """True for a labelled or grouped BSN, and for a birth date of somebody who is told to be one."""
    return any(
        sign.kind.certain or not sign.digits or passes_eleven_test(sign.digits)
        for sign in signs(text.replace("_", " "))
    )


def _at(found: Finding, sighting: Sighting) -> Finding:
    return replace(found, page=sighting.page, box=sighting.box)
