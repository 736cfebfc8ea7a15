"""What the pages say of an invoice that two persons must accept."""

from __future__ import annotations

from decimal import Decimal

import pytest

from intake import profile
from intake.model.mail import ReplyKind
from intake.model.verdict import MailOutcome
from intake.profile import SecondPerson
from intake.sandbox.client import Sandbox
from intake.store import Store, cases, users
from intake.store.tables import CaseState, ReplyState, Role
from tests.review.conftest import PASSWORD, Clerk
from tests.review.filled import fill, verdict

WAITS = "Wacht op een tweede akkoord (eerste: anna)"


def test_a_colleague_gives_the_second_accept_and_sees_who_gave_the_first(
    clerk: Clerk, store: Store, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Anna would wonder why it does not leave, and nobody would know that it waits for them."""
    rules = SecondPerson(above=Decimal(0))
    own = profile.load("almere").model_copy(update={"second_person": rules})
    monkeypatch.setattr(profile, "load", lambda _name: own)
    users.set_user(store, "bea", PASSWORD, tuple(Role))
    bea = Clerk(store, sandbox)
    bea.log_in("bea")
    reference = fill(store, verdict(MailOutcome.QUEUED, reply=ReplyKind.RECEIPT))
    case = cases.get_case(store, reference)
    receipt = {"receipt": case.replies[0].id}

    done = clerk.post(f"/zaak/{reference}/akkoord", version=case.version, **receipt)
    said = clerk.get(done.headers["location"]).text
    mine = clerk.get(f"/zaak/{reference}").text
    version = cases.get_case(store, reference).version
    again = clerk.post(f"/zaak/{reference}/akkoord", version=version, **receipt)
    held = cases.get_case(store, reference).replies[0].state
    theirs = bea.get(f"/zaak/{reference}").text
    bea.post(f"/zaak/{reference}/akkoord", version=version, **receipt)

    assert "wacht nu op het akkoord van een collega" in said
    assert WAITS in said
    assert WAITS in mine
    assert "Jij gaf het eerste akkoord" in mine
    assert 'id="accept"' not in mine
    assert "Beslissing terugnemen" in mine
    assert (again.status_code, held) == (409, ReplyState.PREPARED)
    assert "geeft niet ook het tweede" in again.text
    assert WAITS in theirs
    assert "Tweede akkoord en bevestigen" in theirs
    assert "Jij gaf" not in theirs
    after = cases.get_case(store, reference)
    assert (after.state, after.replies[0].state) == (CaseState.ACCEPTED, ReplyState.READY)
