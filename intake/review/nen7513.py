"""The audit as NEN 7513 asks it, with Dutch names: who, in which role, did what, when, to which case,
why, and whether it went through.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from intake.model.basics import AMSTERDAM
from intake.review import wording
from intake.store import audit
from intake.store.audit_chain import DONE
from intake.store.tables import Role

_LOGINS = frozenset({"login", "login-refused", "logout"})
_ROLES = frozenset(map(str, Role))


def lines(
    rows: Iterable[audit.ChainedReading], cases: frozenset[str] | None = None
) -> Iterator[dict[str, str | int]]:
    """One line a row.

    The role is the one that the chain itself told last, at a login or when roles were given.

    Args:
        cases: only rows about these; None: all.
    """
    roles: dict[str, str] = {}
    for row in rows:
        reading = row.reading
        _follow(roles, reading)
        if cases is None or reading.reference in cases:
            yield _line(row, roles.get(reading.who, ""))


def _line(row: audit.ChainedReading, role: str) -> dict[str, str | int]:
    reading = row.reading
    refused = reading.result == audit.REFUSED or reading.what == "login-refused"
    plain = reading.result in (audit.SHOWN, audit.REFUSED, DONE)
    return {
        "volgnummer": row.sequence,
        "datum_tijd": reading.at.astimezone(AMSTERDAM).isoformat(timespec="seconds"),
        "gebruiker": reading.who,
        "rol": role,
        "soort": _kind(reading),
        "handeling": wording.reading(reading.what),
        "zaak": reading.reference,
        "reden": reading.why,
        "resultaat": "geweigerd" if refused else "gelukt",
        "bijzonderheid": "" if plain else reading.result,
        "bron": "intake",
        "controlegetal": row.hash,
    }


def _kind(reading: audit.Reading) -> str:
    if reading.what in _LOGINS:
        return "inloggen"
    if not reading.reference:
        return "beheer"
    return "wijzigen" if reading.result == DONE else "inzien"


def _follow(roles: dict[str, str], reading: audit.Reading) -> None:
    words = reading.result.split()
    given = " ".join(word for word in words if word in _ROLES)
    if reading.what == "login":
        roles[reading.who] = given
    elif reading.what == "roles-given" and words:
        roles[words[0]] = given
