"""What the pages say of an invoice that two persons must accept."""

from __future__ import annotations

from decimal import Decimal

import pytest

from intake import profile
from intake.model.invoice import Field
from intake.model.mail import ReplyKind
from intake.model.verdict import MailOutcome
from intake.profile import ContentApproval, Mandate, SecondPerson
from intake.review import agreement
from intake.sandbox.client import Sandbox
from intake.store import Store, cases, users
from intake.store.tables import CaseState, ReplyState, Role
from tests.review.conftest import PASSWORD, Clerk
from tests.review.filled import fill, verdict
from tests.store import things

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


def _asks(monkeypatch: pytest.MonkeyPatch, **rules: object) -> None:
    own = profile.load("almere").model_copy(update=rules)
    monkeypatch.setattr(profile, "load", lambda _name: own)


def test_the_page_says_before_the_click_that_it_is_above_somebodys_mandate(
    clerk: Clerk, store: Store, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Anna would think that it is paid; Bea would press a button that says no."""
    small = Mandate(role="clerk", up_to=Decimal("1000.50"))
    _asks(monkeypatch, mandates=(small, Mandate(user="cor")))
    users.give_roles(store, "anna", [Role.CLERK])
    for name in ("bea", "cor"):
        users.set_user(store, name, PASSWORD, [Role.CLERK])
    reference = fill(store, verdict(MailOutcome.QUEUED))
    version = cases.get_case(store, reference).version

    before = clerk.get(f"/zaak/{reference}").text
    clerk.post(f"/zaak/{reference}/akkoord", version=version)
    version = cases.get_case(store, reference).version
    bea, cor = Clerk(store, sandbox), Clerk(store, sandbox)
    bea.log_in("bea")
    cor.log_in("cor")
    barred = bea.get(f"/zaak/{reference}").text
    refused = bea.post(f"/zaak/{reference}/akkoord", version=version)
    free = cor.get(f"/zaak/{reference}").text
    cor.post(f"/zaak/{reference}/akkoord", version=version)

    assert "boven jouw mandaat van €\N{NO-BREAK SPACE}1.000,50" in before
    assert 'id="accept"' in before
    assert "boven jouw mandaat. Een collega met een hoger mandaat" in barred
    assert 'id="accept"' not in barred
    assert refused.status_code == 409
    assert "Dit bedrag is boven je mandaat" in refused.text
    assert "Tweede akkoord" in free
    assert cases.get_case(store, reference).state is CaseState.ACCEPTED


def test_a_reviewer_of_care_finds_agrees_or_objects(
    clerk: Clerk, store: Store, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody would be asked whether the care was delivered; or what they say would not be read."""
    _asks(monkeypatch, content_approval=ContentApproval(above=Decimal(0)))
    users.give_roles(store, "anna", [Role.CLERK])
    users.set_user(store, "rik", PASSWORD, [Role.CARE_REVIEWER])
    rik = Clerk(store, sandbox)
    rik.log_in("rik")
    reference = fill(store, verdict(MailOutcome.QUEUED, reply=ReplyKind.RECEIPT))
    case = cases.get_case(store, reference)
    receipt = {"receipt": case.replies[0].id}

    before = clerk.get(f"/zaak/{reference}").text
    clerk.post(f"/zaak/{reference}/akkoord", version=case.version, **receipt)
    listed = rik.get("/").text
    mine = clerk.get(f"/zaak/{reference}").text
    theirs = rik.get(f"/zaak/{reference}").text
    (invoice,) = cases.get_case(store, reference).invoices
    chosen = {"version": invoice.version, "stuk": invoice.path}
    objection = {"stuk": invoice.path, "tekst": "Er zijn te veel uren."}
    late = rik.post(f"/zaak/{reference}/niet-inhoudelijk", **objection, version=1_000_000)
    kept = rik.get(f"/zaak/{reference}").text
    rik.post(f"/zaak/{reference}/niet-inhoudelijk", **chosen, tekst="Er zijn te veel uren.")
    read = clerk.get(f"/zaak/{reference}").text
    version = cases.get_case(store, reference).version
    clerk.post(f"/zaak/{reference}/akkoord", version=version, **receipt)
    held = cases.get_case(store, reference).replies[0].state
    (invoice,) = cases.get_case(store, reference).invoices
    chosen = {"version": invoice.version, "stuk": invoice.path}
    rik.post(f"/zaak/{reference}/inhoudelijk", **chosen)

    assert late.status_code == 409
    assert "Er zijn te veel uren.</textarea>" in kept
    assert "ook inhoudelijk akkoord nodig" in before
    assert f"/zaak/{reference}?tab=inhoudelijk" in listed
    assert "Wacht op inhoudelijk akkoord (akkoord: anna)" in listed
    assert "Wacht op inhoudelijk akkoord" in mine
    assert 'id="accept"' not in mine
    assert 'id="agree"' not in mine
    assert 'id="agree"' in theirs
    assert 'id="accept"' not in theirs
    assert "Er zijn te veel uren." in read
    assert 'id="accept"' in read
    assert held is ReplyState.PREPARED
    after = cases.get_case(store, reference)
    assert (after.state, after.replies[0].state) == (CaseState.ACCEPTED, ReplyState.READY)


def test_the_fast_lane_says_it_too(
    clerk: Clerk, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten would be ticked off, and none would be paid."""
    _asks(monkeypatch, mandates=(Mandate(user="cor"),))
    read = things.invoice(gross_amount=Field.of(Decimal("10.00")))

    assert "geen mandaat" in agreement.fast(store, "almere", read, "anna")
    assert agreement.fast(store, "almere", read, "cor") == ""
