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
from intake.model.finding import CheckResult, Outcome, Severity
from intake.model.invoice import Invoice, Sighting
from intake.model.verdict import History
from intake.profile import Profile, default_texts
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

_MOST_TOLD = 5
_SHORTEST_PAGE = 400.0
"""Points from the top that the text of a page counts as at least."""


def check(invoice: Invoice, profile: Profile, today: dt.date, history: History) -> CheckResult:
    """One finding for what is certain, else one for what is doubtful, at the first place that a
    person can see.
    """
    sighted = sorted(
        invoice.sightings, key=lambda sighting: (not sighting.kind.certain, sighting.page is None)
    )
    if sighted:
        code = "client-data" if sighted[0].kind.certain else "perhaps"
        if sighted[0].page is None:
            code += "-inside"
        dutch, english = (_seen(invoice, language) for language in ("nl", "en"))
        found = finding(REQUIREMENT, profile, code, seen=dutch, seen_en=english)
        return result(REQUIREMENT, replace(found, page=sighted[0].page, box=sighted[0].box))
    if not invoice.looked_inside:
        return in_situation(REQUIREMENT, profile, "not-looked-inside")
    if not invoice.fully_read:  # of which the check ``document`` tells a person
        return CheckResult(REQUIREMENT.check, Outcome.UNDETERMINED)
    return passed(REQUIREMENT)


def _seen(invoice: Invoice, language: str) -> str:
    """What certainly tells who a client is: its kind, page and place, and never what stands there.

    Args:
        language: ``nl`` or ``en``.
    """
    words = default_texts("sightings")
    told = [
        f"{words['kinds'][s.kind.value][language]} "
        f"({words['places'][_third(invoice, s)][language].format(n=s.page)})"
        for s in invoice.sightings
        if s.kind.certain and s.page is not None
    ]
    told = list(dict.fromkeys(told))
    return "; ".join(told[:_MOST_TOLD]) + (" …" if len(told) > _MOST_TOLD else "")


def _third(invoice: Invoice, sighting: Sighting) -> str:
    """Where on the text of its page it stands."""
    bottoms = [line.box[3] for line in invoice.lines if line.page == sighting.page]
    if sighting.box is None:
        return "anywhere"
    share = sighting.box[1] / max((*bottoms, sighting.box[3], _SHORTEST_PAGE))
    return "top" if share < 1 / 3 else "middle" if share < 2 / 3 else "bottom"


def check_texts(texts: Iterable[str], profile: Profile, code: str = "in-mail") -> CheckResult:
    """The mail's subject, body and file names: client data there asks a person, and never refuses
    the invoice.
    """
    found = any(map(holds_client_data, texts))
    return in_situation(REQUIREMENT, profile, code if found else None)


def check_file_name(name: str | None, profile: Profile) -> CheckResult:
    """The name of a document that came without a mail."""
    return check_texts([name or ""], profile, "in-file-name")


def holds_client_data(text: str) -> bool:
    """True for a labelled or grouped BSN, and for a birth date of somebody who is told to be one."""
    return any(
        sign.kind.certain or not sign.digits or passes_eleven_test(sign.digits)
        for sign in signs(text.replace("_", " "))
    )
