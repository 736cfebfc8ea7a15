"""A password for the attachment of one mail, as the provider tells it on the phone: the mail is
decided again at once with it.

It comes by a form, is sealed with the case, and is never shown again. For a provider that goes on
using it, it may be kept.
"""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.exceptions import RequestValidationError
from starlette.responses import RedirectResponse, Response

from intake.review.context import Room, RoomOf
from intake.review.list_state import LONGEST, passed_on
from intake.review.pages.login import Decider
from intake.review.wording import SENTENCES
from intake.store import cases, providers
from intake.store.cases import Case
from intake.store.providers import Provider
from intake.store.tables import CaseState

RETRYABLE = frozenset({CaseState.QUARANTINED, CaseState.WAITING})
"""A case in one of these states may be decided again."""
_KVK = re.compile(r"[0-9]{8}")

router = APIRouter()


@router.post("/zaak/{reference}/wachtwoord")
def try_password(
    room: RoomOf,
    login: Decider,
    reference: str,
    version: Annotated[int, Form(ge=0)],
    password: Annotated[str, Form(max_length=500)] = "",
    keep: Annotated[str, Form(max_length=8)] = "",
    tab: Annotated[str, Form(max_length=LONGEST)] = "",
) -> Response:
    """Try it, and keep it for the provider with this KvK number when the clerk says so.

    Raises Conflict when the case changed.
    """
    case = cases.get_case(room.store, reference)
    keeper = next((provider for provider in keepers(room, case) if provider.kvk == keep), None)
    if not password or (keep and keeper is None):
        raise RequestValidationError([])
    cases.again(
        room.store,
        reference,
        login.user,
        version,
        password,
        SENTENCES["password-kept"].format(kvk=keeper.kvk) if keeper else "",
    )
    if keeper:
        if keeper not in providers.providers_of(room.store, None, [keeper.kvk]):
            providers.add_provider(room.store, keeper.kvk, keeper.name, keeper.email)
        providers.add_password(room.store, keeper.kvk, password, room.store.today)
    return RedirectResponse(f"/?tab={passed_on(tab)}&gedaan=wachtwoord", 303)


def is_asked(case: Case) -> bool:
    """True when an attachment did not open for want of the right password, and the mail may be
    decided again.
    """
    findings = case.verdict.findings if case.verdict else ()
    return case.state in RETRYABLE and any(
        finding.check == "secure-attachment" and finding.code == "locked" for finding in findings
    )


def keepers(room: Room, case: Case) -> tuple[Provider, ...]:
    """For whom a password can be kept: the registered providers of this mail, else the one that its
    invoice names.
    """
    sender = case.summary.sender if case.summary else None
    read = case.verdict.invoices if case.verdict else ()
    named = {each.invoice.kvk_number.value or "": each.invoice.supplier_name.value for each in read}
    named.pop("", None)
    known = providers.providers_of(room.store, sender, list(named))
    if known or not sender:
        return known
    return tuple(
        Provider(kvk, name, sender) for kvk, name in named.items() if name and _KVK.fullmatch(kvk)
    )
