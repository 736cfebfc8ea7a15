"""A page that is not found anonymous stays covered until the clerk writes down why it must be seen.

The permission is a cookie for one case: a moment and a keyed hash of session, case and moment. It cannot be made
without the key store, needs no table, and works on every web process.
"""

from __future__ import annotations

import secrets
import time

from fastapi import Request
from starlette.responses import Response

from intake.review.login import Login
from intake.review.room import Room
from intake.types import Outcome, ReadInvoice, Severity, Verdict

SECONDS = 900
"""How long a case stays open after a reason was given."""

_COOKIE = "intake-tonen"


def covered_invoice(read: ReadInvoice | None) -> bool:
    """True unless every page was read and the check for anonymity passed: what nobody read is not known to be anonymous."""
    if read is None or not read.invoice.fully_read:
        return True
    return not any(result.check == "anonymity" and result.outcome is Outcome.PASSED for result in read.results)


def covered_mail(verdict: Verdict | None) -> bool:
    """True when a client may be recognised somewhere in this mail: then its own words are covered too."""
    if verdict is None:
        return True
    findings = (*verdict.findings, *(finding for read in verdict.invoices for finding in read.findings))
    return any(finding.check == "anonymity" and finding.severity is not Severity.INFO for finding in findings)


def allowed(request: Request, room: Room, login: Login, reference: str) -> bool:
    """Whether this session gave a reason for this case less than a quarter of an hour ago."""
    until, _, proof = request.cookies.get(_COOKIE, "").partition(".")
    if not until.isascii() or not until.isdigit() or len(until) > 12 or int(until) < time.time():
        return False
    return secrets.compare_digest(proof.encode(), _proof(room, login, reference, until).encode())


def allow(response: Response, room: Room, login: Login, reference: str) -> None:
    """Put the permission for one case in the answer."""
    until = str(int(time.time()) + SECONDS)
    response.set_cookie(
        _COOKIE,
        f"{until}.{_proof(room, login, reference, until)}",
        max_age=SECONDS,
        path=f"/zaak/{reference}",
        secure=room.settings.web_secure_cookie,
        httponly=True,
        samesite="strict",
    )


def _proof(room: Room, login: Login, reference: str, until: str) -> str:
    return room.store.vault.token("review-uncover", login.csrf, reference, until)
