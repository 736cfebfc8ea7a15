"""The invoice tells nothing about a client (geanonimiseerde factuur).

Source: page of Almere, "een geanonimiseerd pdf-bestand"; AVG art. 5 lid 1 onder c. Passing the 11-test proves no BSN:
only a labelled or grouped one, or a client's name with more about the client, refuses.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import replace

from intake.checks.masking import passes_eleven_test
from intake.checks.requirement import Requirement, Situation, finding, passed, result
from intake.profile import Profile
from intake.types import CheckResult, Finding, History, Invoice, Severity, Sighting

REQUIREMENT = Requirement(
    check="anonymity",
    title="anonieme factuur",
    situations={
        "client-data": Situation(
            Severity.REJECT,
            "Op de factuur staan gegevens waarmee {je} een cliënt kunt herkennen.",
            "Haal die weg en zet ze alleen in de beveiligde bijlage. Beoordeel ook of dit bij {jouw} organisatie een datalek is.",
        ),
        "perhaps": Situation(Severity.REVIEW, "Op de factuur staat iets waarmee een cliënt misschien te herkennen is."),
        "in-mail": Situation(
            Severity.REVIEW,
            "In de mail zelf lijkt een burgerservicenummer te staan.",
            "Zet gegevens van cliënten alleen in de beveiligde bijlage.",
        ),
    },
)

_NEAR_LABEL = re.compile(r"\b(?:bsn|b\.s\.n\.?|burger\s*service\s*n\w*|sofi\s*-?\s*n\w*)\D{0,30}(\d(?:[ .\-]?\d){7,8})(?!\d)", re.IGNORECASE)
_GROUPED = re.compile(r"(?<![\d.])(\d{4}\.\d{2}\.\d{3})(?![\d.]*\d)")


def check(invoice: Invoice, profile: Profile, today: dt.date, history: History) -> CheckResult:
    """One finding for what is certain, else one for what is doubtful, at the first place where it stands."""
    certain = [sighting for sighting in invoice.sightings if sighting.certain]
    if certain:
        return result(REQUIREMENT, _at(finding(REQUIREMENT, profile, "client-data"), certain[0]))
    if invoice.sightings:
        return result(REQUIREMENT, _at(finding(REQUIREMENT, profile, "perhaps"), invoice.sightings[0]))
    return passed(REQUIREMENT)


def check_texts(texts: Iterable[str], profile: Profile) -> CheckResult:
    """The mail's subject, body and file names: a BSN there asks a person, and never refuses the invoice."""
    if any(_holds_bsn(text) for text in texts):
        return result(REQUIREMENT, finding(REQUIREMENT, profile, "in-mail"))
    return passed(REQUIREMENT)


def _holds_bsn(text: str) -> bool:
    numbers = [match[1] for pattern in (_NEAR_LABEL, _GROUPED) for match in pattern.finditer(text)]
    return any(passes_eleven_test(re.sub(r"\D", "", number)) for number in numbers)


def _at(found: Finding, sighting: Sighting) -> Finding:
    return replace(found, page=sighting.page, box=sighting.box)
