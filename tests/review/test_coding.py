"""How an invoice is booked, on the page; and the register of suppliers as a file."""

from __future__ import annotations

import datetime as dt

import pytest

from intake import profile
from intake.model.verdict import MailOutcome
from intake.profile import Finance
from intake.store import Store, batches, cases, supplier_register, users
from intake.store.tables import Role
from tests.review.conftest import Clerk
from tests.review.filled import fill, verdict

HEADING = "soort;kvk-nummer;naam;crediteurnummer;kostenplaats\r\n"


def test_a_clerk_sees_how_it_is_booked_and_chooses_until_it_leaves(
    clerk: Clerk, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """She would book it anew in the finance package, or never know how it was booked."""
    own = profile.load("almere").model_copy(update={"finance": Finance(cost_centre="6000")})
    monkeypatch.setattr(profile, "load", lambda _name: own)
    reference = fill(store, verdict(MailOutcome.QUEUED))
    (invoice,) = cases.get_case(store, reference).invoices
    chosen = {"stuk": invoice.path, "cost_centre": "7000", "order_number": "V-1"}
    due = f"{store.today + dt.timedelta(days=9):%d-%m-%Y}"

    before = clerk.get(f"/zaak/{reference}").text
    wrong = clerk.post(f"/zaak/{reference}/boeking", **chosen, due_on="morgen")
    clerk.post(f"/zaak/{reference}/boeking", **chosen, due_on=due)
    after = clerk.get(f"/zaak/{reference}").text
    clerk.post(f"/zaak/{reference}/akkoord", version=cases.get_case(store, reference).version)
    batch, _ = batches.make(store, "almere", "eva")
    late = clerk.post(f"/zaak/{reference}/boeking", **chosen)

    assert 'value="6000"' in before
    assert "Geldt voor alle facturen" in before
    assert wrong.status_code == 400
    assert "Schrijf een datum als" in wrong.text
    assert 'value="7000"' in wrong.text
    assert "Gekozen bij deze factuur (anna)" in after
    assert due in after
    assert batch is not None
    assert (batch.bookings[0].coding.cost_centre, batch.bookings[0].coding.order_number) == (
        "7000",
        "V-1",
    )
    assert late.status_code == 409


def upload(clerk: Clerk, data: str) -> str:
    answer = clerk.client.post(
        "/leveranciers/bestand",
        data={"csrf": clerk.token(), "gemeente": "almere"},
        files={"bestand": ("leveranciers.csv", data.encode(), "text/csv")},
    )
    return str(answer.text)


def test_a_file_of_suppliers_is_taken_up_whole_or_not_at_all(clerk: Clerk, store: Store) -> None:
    """Half a register would pass for a whole one; or an administrator would have to do it."""
    good = "leverancier;01234567;De Vlinder;C1;7000\r\n"

    wrong = upload(clerk, HEADING + good + "leverancier;12;De Mot;;\r\n")
    nothing = supplier_register.listed(store, "almere")
    done = upload(clerk, HEADING + good)
    unreadable = upload(clerk, "naam\r\nDe Vlinder\r\n")
    back = clerk.get("/leveranciers.csv?gemeente=almere")

    assert "Regel 3: een KvK-nummer heeft 8 cijfers" in wrong
    assert nothing == ()
    assert "1 nieuw, 0 veranderd" in done
    (line,) = supplier_register.listed(store, "almere")
    assert line.creditor_number == "C1"
    assert supplier_register.get(store, line.number)[1].cost_centre == "7000"
    assert "kunnen wij niet lezen" in unreadable
    assert "De Vlinder" in back.text
    assert "kostenplaats" in back.text


def test_who_may_not_change_the_register_sends_no_file(clerk: Clerk, store: Store) -> None:
    """A clerk would give a supplier another account."""
    clerk.token()
    users.give_roles(store, "anna", [Role.CLERK])

    assert "andere rol" in upload(clerk, HEADING)
    assert 'id="file"' not in clerk.get("/leveranciers").text


def test_every_fault_of_a_file_has_its_words() -> None:
    """The page would break on the one fault that nobody thought of."""
    from intake.export.suppliers import FAULTS
    from intake.review.wording import IMPORT_FAULTS

    assert set(FAULTS) <= set(IMPORT_FAULTS)


def test_a_file_is_larger_than_a_form_but_not_without_end(clerk: Clerk, store: Store) -> None:
    """A whole register would not fit; or anybody could fill the server."""
    wrong = "leverancier;12;De Mot;;\r\n" * 5000

    many = upload(clerk, HEADING + wrong)
    too_large = upload(clerk, "x" * 5_020_000)
    elsewhere = clerk.post("/leveranciers", gemeente="almere", name="x" * 100_000)

    assert "Regel 2: een KvK-nummer heeft 8 cijfers" in many
    assert "En nog 4980 regels." in many
    assert "te groot" in too_large
    assert elsewhere.status_code == 413
    assert supplier_register.listed(store, "almere") == ()
