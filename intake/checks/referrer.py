"""Who referred the client (verwijzer), in each care line.

Source: page of Almere, "verwijzer", and its list of those who may refer; iJw code list COD327. The
name and address or AGB code of a referring doctor: Regeling Jeugdwet art. 6a.1 lid 1 onder g (asks
a person only).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from functools import lru_cache

from intake.checks.support.care_rows import check_rows
from intake.checks.support.requirement import Requirement, Situation
from intake.model.attachment import Attachments
from intake.model.care import CareLine
from intake.model.finding import CheckResult, Severity
from intake.model.invoice import Invoice
from intake.profile import Profile
from intake.text.folding import plain

REQUIREMENT = Requirement(
    check="referrer",
    situations={
        "absent": Situation(Severity.REJECT),
        "unknown-kind": Situation(Severity.REVIEW),
        "self-referred": Situation(Severity.REVIEW),
        "doctor-without-name": Situation(Severity.REVIEW),
        "unclear": Situation(Severity.REVIEW, internal=True),
        "unread": Situation(Severity.REVIEW, internal=True),
    },
)

_CODES = {
    "01": "gemeente",
    "02": "huisarts",
    "03": "jeugdarts",
    "04": "gecertificeerde instelling",
    "05": "medisch specialist",
    "06": "zelfverwijzer",
    "08": "rechter",
}
"""iJw COD327, type verwijzer."""
_SELF = re.compile(
    r"\b(zelf\s?verwijz\w*|zelf|eigen (initiatief|beweging)|geen( verwijz\w*)?|ouders?|n v t|nvt)\b"
)
_DOCTOR = re.compile(
    r"\b(huisarts|jeugdarts|specialist|kinderarts|psychiater|kinderpsychiater|jeugdpsychiater|arts)\b"
)
_FILLER = frozenset(
    {
        "de", "het", "een", "van", "via", "door", "en", "in", "of", "dr", "drs", "mevr", "mw",
        "dhr", "heer", "mevrouw", "kinder", "jeugd", "medisch", "medische", "verwijzing",
        "verwezen", "verwijzer", "agb", "code", "naam", "ziekenhuis", "praktijk",
        "huisartsenpraktijk", "naar", "onbekend", "poh"
    }
)  # fmt: skip


def check(
    attachments: Attachments, invoices: Sequence[Invoice], profile: Profile, today: dt.date
) -> CheckResult:
    return check_rows(
        REQUIREMENT, attachments, profile, lambda line: _codes(line, attachments, profile)
    )


def is_municipality(referrer: str | None, profile: Profile) -> bool:
    """The municipality itself referred (COD327 code 01): its wijkteam, its toegang."""
    words = plain(referrer or "")
    own = tuple(kind for kind in profile.referrers if kind[0] == "gemeente") or (
        ("gemeente", ("gemeente", "wijkteam")),
    )
    return bool(_any_of(own).search(_CODES.get(words.zfill(2), words)))


def _codes(line: CareLine, attachments: Attachments, profile: Profile) -> list[str]:
    if REQUIREMENT.check in line.unread:
        return ["unread"]
    referrer = plain(line.referrer or "")
    if not referrer:
        if line.referrer_details:
            return ["unknown-kind"]
        return ["unclear" if attachments.unread else "absent"]
    referrer = _CODES.get(referrer.zfill(2), referrer)
    if profile.referrers and not _any_of(profile.referrers).search(referrer):
        return ["self-referred" if _SELF.search(referrer) else "unknown-kind"]
    nameless = _DOCTOR.search(referrer) and not _doctor_told(line, referrer)
    return ["doctor-without-name"] if nameless else []


@lru_cache
def _any_of(referrers: tuple[tuple[str, tuple[str, ...]], ...]) -> re.Pattern[str]:
    words = [plain(word) for kind, synonyms in referrers for word in (kind, *synonyms)]
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})\b")


def _doctor_told(line: CareLine, referrer: str) -> bool:
    """Beside the kind of doctor stands a name, an address or a code."""
    if (line.referrer_details or "").strip():
        return True
    rest = [word for word in _DOCTOR.sub(" ", referrer).split() if word not in _FILLER]
    return any(len(word) > 1 for word in rest)
