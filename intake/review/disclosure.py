"""What may tell of a client stays covered until the clerk says why it must be seen: a page, the
mail's words, the care lines.

The permission is a cookie for one case and one kind of content: a moment, the reason, and a keyed
hash of these with the session. It cannot be made without the key store, needs no table, and works
on every web process. The reason goes into the audit with each showing.
"""

from __future__ import annotations

import secrets
import time
from enum import StrEnum

from fastapi import Request
from starlette.responses import Response

from intake.model.finding import Severity
from intake.review.context import Room
from intake.review.pages.login import Login
from intake.review.rights import Right
from intake.store import audit, subject
from intake.store.cases import Case
from intake.store.restrictions import RestrictedError

SECONDS = 900
"""How long a case stays open after a reason was given."""


class Scope(StrEnum):
    """What a reason opens; one for a page opens no care lines."""

    PAGE = "tonen"
    """Pages, and the words of the mail."""
    CARE = "zorgregels"


_ASKED = {Scope.PAGE: "uncover", Scope.CARE: "uncover-care"}
"""What the audit calls it that somebody gave a reason."""


def covered_mail(case: Case) -> bool:
    """True when a client may be recognised somewhere in this mail: then its own words are covered
    too.
    """
    verdict = case.verdict
    if verdict is None or case.is_noticed:
        return True
    findings = (
        *verdict.findings,
        *(finding for read in verdict.invoices for finding in read.findings),
    )
    return any(
        finding.check == "anonymity" and finding.severity is not Severity.INFO
        for finding in findings
    )


def reason(
    request: Request, room: Room, login: Login, reference: str, scope: Scope = Scope.PAGE
) -> str:
    """The reason this session gave for this case less than a quarter of an hour ago; empty when it
    gave none, lost the right since, or the case was restricted since.
    """
    if scope is Scope.CARE and not login.may(Right.CARE):
        return ""
    until, _, rest = request.cookies.get(f"intake-{scope}", "").partition(".")
    why, _, proof = rest.partition(".")
    if not until.isascii() or not until.isdigit() or len(until) > 12 or int(until) < time.time():
        return ""
    expected = _proof(room, login, reference, scope, until, why)
    if not secrets.compare_digest(proof.encode(), expected.encode()):
        return ""
    return "" if subject.is_restricted(room.store, reference) else why


def allow(
    response: Response,
    room: Room,
    login: Login,
    reference: str,
    why: str,
    scope: Scope = Scope.PAGE,
) -> None:
    """Put the permission for one case in the answer; that it was asked, and why, is a row of the
    audit.

    Raises:
        RestrictedError: the person concerned asked that it be left alone.
    """
    restricted = subject.is_restricted(room.store, reference)
    result = audit.REFUSED if restricted else audit.SHOWN
    audit.record(room.store, login.user, reference, _ASKED[scope], why, result)
    if restricted:
        raise RestrictedError(f"the data of {reference} is restricted")
    until = str(int(time.time()) + SECONDS)
    response.set_cookie(
        f"intake-{scope}",
        f"{until}.{why}.{_proof(room, login, reference, scope, until, why)}",
        max_age=SECONDS,
        path=f"/zaak/{reference}",
        secure=room.settings.review.secure_cookie,
        httponly=True,
        samesite="strict",
    )


def _proof(room: Room, login: Login, *facts: str) -> str:
    return room.store.vault.token("review-uncover", login.csrf, *facts)
