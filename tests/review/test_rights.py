"""Who may do what: each door of the page against each role."""

from __future__ import annotations

import re

import pytest
from fastapi.routing import APIRoute

from intake.model.verdict import MailOutcome
from intake.review import rights
from intake.review.pages import PAGES
from intake.review.rights import Right
from intake.store import Store, audit, cases, users
from intake.store.tables import Role
from tests.review.conftest import PASSWORD, Clerk
from tests.review.filled import fill, verdict
from tests.store import things

OPEN = {
    ("GET", "/inloggen"),
    ("POST", "/inloggen"),
    ("GET", "/inloggen/gemeente"),
    ("GET", "/inloggen/gemeente/terug"),
    ("GET", "/inloggen/code"),
    ("POST", "/inloggen/code"),
    ("GET", "/tweede-stap"),
    ("POST", "/tweede-stap"),
    ("POST", "/uitloggen"),
    ("GET", "/health"),
    ("HEAD", "/health"),
    ("GET", "/toegankelijkheid"),
}
"""For everybody, or for whoever is logged in."""
DOORS: dict[tuple[str, str], Right] = {
    ("GET", "/"): Right.READ,
    ("POST", "/zoeken"): Right.READ,
    ("POST", "/filteren"): Right.READ,
    ("POST", "/weergaven"): Right.READ,
    ("POST", "/weergaven/weg"): Right.READ,
    ("GET", "/snel"): Right.DECIDE,
    ("POST", "/snel/akkoord"): Right.DECIDE,
    ("POST", "/snel/terug"): Right.DECIDE,
    ("GET", "/snel/{reference}/{path:path}/{veld}.png"): Right.DECIDE,
    ("GET", "/vandaag"): Right.READ,
    ("GET", "/zaak/{reference}"): Right.READ,
    ("GET", "/zaak/{reference}/blad/{path:path}/{page}.png"): Right.READ,
    ("POST", "/zaak/{reference}/tonen"): Right.READ,
    ("GET", "/post/{mail}"): Right.DECIDE,
    ("POST", "/post/{mail}"): Right.DECIDE,
    ("POST", "/post/{mail}/sluiten"): Right.DECIDE,
    ("POST", "/post/{mail}/gaat-over"): Right.DECIDE,
    ("GET", "/betaalbatches"): Right.READ,
    ("GET", "/betaalbatches/{batch}"): Right.READ,
    ("POST", "/betaalbatches"): Right.HAND_OVER,
    ("POST", "/betaalbatches/{batch}/ophalen"): Right.HAND_OVER,
    ("POST", "/betaalbatches/{batch}/stand"): Right.HAND_OVER,
    ("POST", "/betaalbatches/{batch}/storno"): Right.HAND_OVER,
    ("GET", "/cijfers"): Right.READ,
    ("GET", "/cijfers.csv"): Right.READ,
    ("GET", "/leveranciers"): Right.READ_SUPPLIERS,
    ("POST", "/leveranciers/zoeken"): Right.READ_SUPPLIERS,
    ("POST", "/leveranciers"): Right.EDIT_SUPPLIERS,
    ("GET", "/leveranciers.csv"): Right.READ_SUPPLIERS,
    ("POST", "/leveranciers/bestand"): Right.EDIT_SUPPLIERS,
    ("GET", "/leverancier/{kvk}"): Right.READ_SUPPLIERS,
    ("GET", "/leverancier/nr/{number}"): Right.READ_SUPPLIERS,
    ("POST", "/leverancier/nr/{number}/gegevens"): Right.EDIT_SUPPLIERS,
    ("POST", "/leverancier/nr/{number}/rekening"): Right.EDIT_SUPPLIERS,
    ("POST", "/leverancier/nr/{number}/goedkeuren"): Right.EDIT_SUPPLIERS,
    ("POST", "/leverancier/nr/{number}/contract"): Right.EDIT_SUPPLIERS,
    ("POST", "/leverancier/nr/{number}/afspraak"): Right.EDIT_SUPPLIERS,
    ("GET", "/zaak/{reference}/venster"): Right.READ,
    ("GET", "/zaak/{reference}/uitleg"): Right.READ,
    ("GET", "/zaak/{reference}/woorden/{path:path}/{page}.json"): Right.READ,
    ("POST", "/zaak/{reference}/aanpassen"): Right.DECIDE,
    ("POST", "/zaak/{reference}/boeking"): Right.DECIDE,
    ("POST", "/zaak/{reference}/inhoudelijk"): Right.APPROVE_CONTENT,
    ("POST", "/zaak/{reference}/niet-inhoudelijk"): Right.APPROVE_CONTENT,
    ("POST", "/zaak/{reference}/later"): Right.DECIDE,
    ("POST", "/zaak/{reference}/overdragen"): Right.DECIDE,
    ("POST", "/zaak/{reference}/notitie"): Right.DECIDE,
    ("POST", "/zaak/{reference}/terugnemen"): Right.DECIDE,
    ("POST", "/zaak/{reference}/intrekken"): Right.DECIDE,
    ("POST", "/zaak/{reference}/brief"): Right.DECIDE,
    ("POST", "/zaak/{reference}/akkoord"): Right.DECIDE,
    ("POST", "/zaak/{reference}/opnieuw"): Right.DECIDE,
    ("POST", "/zaak/{reference}/afgehandeld"): Right.DECIDE,
    ("POST", "/zaak/{reference}/versturen"): Right.DECIDE,
    ("POST", "/zaak/{reference}/niet-versturen"): Right.DECIDE,
    ("POST", "/zaak/{reference}/vasthouden"): Right.DECIDE,
    ("GET", "/zaak/{reference}/weigeren"): Right.DECIDE,
    ("POST", "/zaak/{reference}/weigeren"): Right.DECIDE,
    ("POST", "/zaak/{reference}/hoort-bij"): Right.DECIDE,
    ("POST", "/zaak/{reference}/losmaken"): Right.DECIDE,
    ("POST", "/zaak/{reference}/wachtwoord"): Right.DECIDE,
    ("POST", "/zaak/{reference}/zorgregels"): Right.CARE,
    ("POST", "/zaak/{reference}/incident"): Right.REPORT,
    ("GET", "/privacy"): Right.READ_REGISTER,
    ("POST", "/privacy/gezien"): Right.JUDGE_INCIDENT,
    ("GET", "/incident/{number}"): Right.READ_REGISTER,
    ("POST", "/incident/{number}"): Right.JUDGE_INCIDENT,
    ("GET", "/betrokkene"): Right.SUBJECT,
    ("POST", "/betrokkene"): Right.SUBJECT,
    ("POST", "/betrokkene/meegeven"): Right.SUBJECT,
    ("POST", "/betrokkene/beperken"): Right.SUBJECT,
    ("POST", "/betrokkene/wissen"): Right.SUBJECT,
}


def test_every_door_of_every_page_stands_in_the_matrix() -> None:
    """A new button would be for everybody."""
    known = {
        (method, route.path)
        for page in PAGES
        for route in page.router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }

    assert known == OPEN | set(DOORS)


@pytest.fixture
def reference(store: Store) -> str:
    return things.decided(store)


@pytest.mark.parametrize("role", list(Role))
def test_a_door_opens_for_the_roles_that_have_its_right_and_for_no_other(
    clerk: Clerk, store: Store, reference: str, role: Role
) -> None:
    """Everybody might do everything; or somebody could not do their work."""
    token = clerk.token()
    users.give_roles(store, "anna", [role])

    opened = {door for door in DOORS if "andere rol" not in _answer(clerk, reference, door, token)}

    assert opened == {door for door, right in DOORS.items() if right in rights.of([role])}


def _answer(clerk: Clerk, reference: str, door: tuple[str, str], token: str) -> str:
    method, path = door
    address = path.replace("{reference}", reference).replace("{number}", "1").replace("{page}", "1")
    address = address.replace("{kvk}", "01234567").replace("{batch}", "1")
    address = address.replace("{mail}", reference)
    address = re.sub(r"\{path.*?\}", "1.2", address)
    return str(clerk.client.request(method, address, data={"csrf": token}).text)


@pytest.mark.parametrize("role", list(Role))
def test_nobody_decides_and_watches_over_it_too(role: Role) -> None:
    """Who accepts invoices would close the alarm about it."""
    own = rights.of([role])

    assert not {Right.DECIDE, Right.JUDGE_INCIDENT} <= own
    reads = {Right.READ, Right.READ_SUPPLIERS, Right.READ_REGISTER}
    assert role is not Role.AUDITOR or own <= reads


def test_a_page_shows_no_button_that_would_be_refused(clerk: Clerk, store: Store) -> None:
    """An auditor would press "akkoord" and find out afterwards."""
    reference = fill(store, verdict(MailOutcome.QUEUED))
    assert "/akkoord" in clerk.get(f"/zaak/{reference}").text

    users.give_roles(store, "anna", [Role.AUDITOR])

    page = clerk.get(f"/zaak/{reference}").text
    buttons = re.findall(r'action="([^"]+)"', page)
    assert set(buttons) <= {"/uitloggen", f"/zaak/{reference}/tonen"}
    assert "/weigeren" not in page


def test_roles_that_are_taken_away_are_gone_at_once(
    clerk: Clerk, store: Store, reference: str
) -> None:
    """Who changed jobs could decide until the evening."""
    version, token = cases.get_case(store, reference).version, clerk.token()
    users.give_roles(store, "anna", [])

    answer = clerk.post(f"/zaak/{reference}/akkoord", csrf=token, version=version)

    assert answer.status_code == 403
    assert "andere rol" in answer.text


def test_nobody_closes_an_alarm_about_themselves(
    clerk: Clerk, store: Store, reference: str
) -> None:
    """Who reads too much would be the one to say that it was nothing."""
    for number in range(2, 64):
        audit.record(store, "anna", things.decided(store, number), "case")
    users.set_user(store, "fiona", PASSWORD, [Role.PRIVACY_OFFICER])
    alarms = audit.alerts(store)
    assert {alarm.who for alarm in alarms} == {"anna"}

    clerk.post("/privacy/gezien", alert=alarms[0].sequence)
    assert "gaat over jou" in clerk.get("/privacy").text
    assert audit.alerts(store) == alarms

    clerk.log_in("fiona")
    clerk.post("/privacy/gezien", alert=alarms[0].sequence)
    assert alarms[0] not in audit.alerts(store)


def test_a_clerk_tells_the_privacy_officer_and_goes_on(
    clerk: Clerk, store: Store, reference: str
) -> None:
    """The clerk would land on a page that is not for clerks."""
    users.give_roles(store, "anna", [Role.CLERK])

    answer = clerk.post(f"/zaak/{reference}/incident")

    assert answer.headers["location"] == f"/zaak/{reference}?gedaan=gemeld"
    assert "ziet het in het register" in clerk.get(answer.headers["location"]).text
