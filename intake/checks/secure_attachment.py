"""The secured attachment with client data (beveiligde bijlage).

Source: page of Almere, "een aparte, beveiligde bijlage met persoonsgevoelige gegevens"; security of
the BSN: Jeugdwet art. 7.2.5. Absent refuses only after the waiting time; what cannot be opened is a
question; our own fault is nobody's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from intake.checks.support.requirement import (
    Requirement,
    Situation,
    finding,
    not_applicable,
    result,
)
from intake.model.attachment import Attachments, Container, Opening, Protection
from intake.model.finding import CheckResult, Severity
from intake.model.invoice import DocumentKind, Invoice
from intake.model.mail import Road
from intake.profile import Profile

_AGAIN = (
    "Stuur haar opnieuw via Zorgmail, of versleuteld met het wachtwoord dat wij met {je} hebben"
    " afgesproken."
)
_NAME_IT = "Zet het factuurnummer in de bijlage, of in de naam van het bestand."

_BROKEN = "De beveiligde bijlage is beschadigd of te groot om veilig te openen."
"""One sentence: what exactly broke could help who sends it to find out what we decrypt."""

REQUIREMENT = Requirement(
    check="secure-attachment",
    title="beveiligde bijlage",
    situations={
        "waiting": Situation(
            Severity.REVIEW, "Wij missen nog de beveiligde bijlage bij {jouw} factuur."
        ),
        "absent": Situation(
            Severity.REJECT,
            "Wij missen de beveiligde bijlage bij {jouw} factuur.",
            "Stuur haar mee met burgerservicenummer, verwijzer, productomschrijving en"
            " zorgperiode.",
        ),
        "unprotected": Situation(
            Severity.REJECT,
            "De bijlage met cliëntgegevens is niet beveiligd.",
            _AGAIN + " Zet het wachtwoord nooit in de mail.",
        ),
        "unprotected-secure-relay": Situation(
            Severity.REVIEW,
            "De bijlage met cliëntgegevens kwam zonder eigen beveiliging, via een veilige mailweg.",
        ),
        "accepted-secure-relay": Situation(
            Severity.INFO, "De bijlage met cliëntgegevens kwam via een veilige mailweg."
        ),
        "weak": Situation(
            Severity.REVIEW,
            "De bijlage is beveiligd met een oude, zwakke methode.",
            "Gebruik voortaan een nieuwe methode.",
            "een zip-bestand met AES-256",
        ),
        "locked": Situation(Severity.REVIEW, "Wij kunnen de beveiligde bijlage niet openen."),
        "not-for-us": Situation(
            Severity.REVIEW, "De bijlage is versleuteld met een certificaat dat niet van ons is."
        ),
        "damaged": Situation(Severity.REVIEW, _BROKEN),
        "bomb": Situation(Severity.REVIEW, _BROKEN),
        "not-understood": Situation(
            Severity.REVIEW,
            "Wij konden de bijlage openen, maar de inhoud niet goed lezen.",
            internal=True,
        ),
        "which": Situation(
            Severity.REVIEW, "Wij weten niet zeker welke bijlage bij welke factuur hoort.", _NAME_IT
        ),
        "named": Situation(
            Severity.REVIEW,
            "Deze factuur heeft geen eigen bijlage. Misschien hoort een andere bijlage uit deze"
            " mail er ook bij.",
            _NAME_IT,
        ),
        "other-number": Situation(
            Severity.REVIEW,
            "In de bijlage staat het nummer van een factuur die wij niet bij deze mail vinden.",
            _NAME_IT,
        ),
        "loose": Situation(
            Severity.REVIEW, "Wij weten niet bij welke factuur een van de bijlagen hoort.", _NAME_IT
        ),
        "whose": Situation(
            Severity.REVIEW,
            "Wij weten niet zeker bij welke factuur deze bijlage hoort. Een medewerker kiest.",
            internal=True,
        ),
        "elsewhere": Situation(
            Severity.REVIEW,
            "Misschien zit de bijlage bij deze factuur in een andere mail. Een medewerker kijkt"
            " dat na.",
            internal=True,
        ),
        "invoice-inside": Situation(
            Severity.INFO,
            "De factuur zat in de beveiligde bijlage.",
            "Stuur de factuur voortaan los van de bijlage.",
        ),
    },
)

_CLOSED = {
    Opening.LOCKED: "locked",
    Opening.NOT_FOR_US: "not-for-us",
    Opening.DAMAGED: "damaged",
    Opening.BOMB: "bomb",
}
_BY_SECURE_RELAY = {
    "accept": "accepted-secure-relay",
    "review": "unprotected-secure-relay",
    "reject": "unprotected",
}


def check(
    attachments: Attachments, invoices: Sequence[Invoice], profile: Profile, today: dt.date
) -> CheckResult:
    codes = [
        code
        for container in attachments.containers
        for code in _of_container(container, attachments, profile)
    ]
    ours = any(container.opening is Opening.OUR_FAULT for container in attachments.containers)
    if attachments.doubt and not (
        attachments.doubt == "other-number" and invoices
    ):  # beside an invoice care-amount tells that
        codes.append(attachments.doubt)
    if attachments.unread or (_opened(attachments) and not attachments.care_lines and not ours):
        codes.append("not-understood")
    if not attachments.containers and not attachments.care_lines and not codes:
        if invoices and all(invoice.kind is DocumentKind.CREDIT_NOTE for invoice in invoices):
            return not_applicable(REQUIREMENT)
        codes.append(
            "waiting" if attachments.waited_days < profile.attachment_wait_days else "absent"
        )
    if attachments.invoice_inside:
        codes.append("invoice-inside")
    return result(
        REQUIREMENT, *(finding(REQUIREMENT, profile, code) for code in dict.fromkeys(codes))
    )


def _of_container(container: Container, attachments: Attachments, profile: Profile) -> list[str]:
    if container.opening is not Opening.OPENED:
        return [_CLOSED[container.opening]] if container.opening in _CLOSED else []
    if container.protection is Protection.NONE:
        return [
            (
                _BY_SECURE_RELAY[profile.unprotected_by_secure_relay]
                if attachments.road is Road.SECURE_RELAY
                else "unprotected"
            )
        ]
    return ["weak"] if container.protection is Protection.WEAK else []


def _opened(attachments: Attachments) -> bool:
    return any(container.opening is Opening.OPENED for container in attachments.containers)
