"""The rights of the person concerned: all of one client, nothing of another, and no number where it
does not belong.
"""

from __future__ import annotations

import json
import sqlite3

import pytest
from sqlalchemy import text

from intake.model.verdict import MailOutcome
from intake.store import Store, audit, cases, plans, subject, users
from intake.store.tables import Role
from intake.text.bsn import client_number
from tests.review.conftest import Clerk
from tests.review.filled import BSN, CLIENT_NAME, care_line, fill, verdict

OTHER_BSN = "999990019"
PATH = "/betrokkene"


@pytest.fixture
def references(store: Store) -> list[str]:
    """Accepted by the rules, refused, refused with somebody else, and of somebody else."""
    spaced = f"{BSN[:4]}.{BSN[4:6]}.{BSN[6:]}"
    lines = (
        (MailOutcome.QUEUED, (care_line(2),)),
        (MailOutcome.REJECTED, (care_line(2, bsn=spaced),)),
        (MailOutcome.REJECTED, (care_line(2), care_line(3, bsn=OTHER_BSN))),
        (MailOutcome.REJECTED, (care_line(2, bsn=OTHER_BSN),)),
    )
    return [fill(store, verdict(outcome), care_lines=care) for outcome, care in lines]


@pytest.fixture
def officer(clerk: Clerk, store: Store, references: list[str]) -> Clerk:
    users.give_roles(store, "anna", [Role.PRIVACY_OFFICER])
    return clerk


def test_every_case_of_the_client_is_found_and_no_other(
    officer: Clerk, references: list[str]
) -> None:
    """Somebody who asks what we keep would be told half of it, or of another's care."""
    page = officer.post(PATH, bsn=f" {BSN[:3]} {BSN[3:]} ").text

    assert [reference in page for reference in references] == [True, True, True, False]
    assert OTHER_BSN not in page


@pytest.mark.parametrize("typed", ["", "123456789", "12345", "abc", BSN + "1"])
def test_what_is_no_number_finds_nobody(officer: Clerk, typed: str) -> None:
    """A slip of one digit would give away somebody else's care."""
    answer = officer.post(PATH, bsn=typed)

    assert answer.status_code == 400
    assert "Dit is geen burgerservicenummer" in answer.text
    assert client_number(typed) is None


def test_the_number_stands_in_no_address_no_log_and_no_open_column(
    officer: Clerk, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    """The search itself would become a leak."""
    for path, more in (
        ("", {}),
        ("/meegeven", {}),
        ("/beperken", {"why": "bezwaar"}),
        ("/wissen", {}),
    ):
        answer = officer.post(PATH + path, bsn=BSN, **more)
        assert answer.status_code == 200
        assert BSN not in str(answer.headers)

    printed = capsys.readouterr()
    assert BSN not in printed.out + printed.err
    with sqlite3.connect(store.settings.home / "intake.db") as database:
        assert BSN not in "\n".join(database.iterdump())


def test_each_use_is_a_row_with_the_cases_that_were_found(
    officer: Clerk, store: Store, references: list[str]
) -> None:
    """Who looked for somebody is what that somebody may ask."""
    officer.post(PATH, bsn=BSN)

    assert ("anna", "subject-find") in {(r.who, r.what) for r in audit.readings(store, "")}
    for reference, found in zip(references, (1, 1, 1, 0), strict=True):
        rows = [r for r in audit.readings(store, reference) if r.what == "subject-find"]
        assert len(rows) == found


def test_the_copy_says_what_why_how_long_and_who_looked(
    officer: Clerk, store: Store, references: list[str]
) -> None:
    """AVG art. 15 lid 1 and 3; another's line goes to nobody."""
    audit.record(store, "piet", references[0], "case")

    answer = officer.post(f"{PATH}/meegeven", bsn=BSN)

    assert "attachment" in answer.headers["content-disposition"]
    copy = json.loads(answer.text)
    assert [case["kenmerk"] for case in copy["zaken"]] == references[:3]
    assert all(case["bewaard_tot"] and case["grond"] for case in copy["zaken"])
    assert copy["zaken"][0]["zorgregels"][0]["productcode"] == "45A04"
    assert ("piet", "Zaak bekeken") in {(r["gebruiker"], r["handeling"]) for r in copy["wie_keek"]}
    assert OTHER_BSN not in answer.text


def test_what_is_restricted_stays_shut_and_stays_kept(
    officer: Clerk, store: Store, references: list[str]
) -> None:
    """AVG art. 18: it is neither used nor destroyed until that is settled."""
    assert "Beperkt" in officer.post(f"{PATH}/beperken", bsn=BSN, why="juistheid").text
    users.give_roles(store, "anna", [Role.CLERK])
    refused = officer.post(f"/zaak/{references[0]}/zorgregels", why="controle")
    assert refused.status_code == 403
    assert "blijven dicht" in refused.text
    assert officer.post(f"/zaak/{references[3]}/zorgregels", why="controle").status_code == 303
    assert subject.is_restricted(store, references[0])
    found = subject.find(store, BSN, "fg")
    assert subject.erase(store, found, "fg") == ()

    users.give_roles(store, "anna", [Role.PRIVACY_OFFICER])
    assert "Beperkt" not in officer.post(f"{PATH}/beperken", bsn=BSN, why="opgeheven").text
    users.give_roles(store, "anna", [Role.CLERK])
    assert officer.post(f"/zaak/{references[0]}/zorgregels", why="controle").status_code == 303


def test_only_what_no_law_keeps_is_erased_and_by_its_key(
    officer: Clerk, store: Store, references: list[str]
) -> None:
    """An invoice that is paid must be kept; another's data is not this person's to erase."""
    sealed = "SELECT data FROM sealed WHERE reference = :reference AND kind = 'care'"
    with store.read() as session:
        before = session.execute(text(sealed), {"reference": references[1]}).scalar_one()

    page = officer.post(f"{PATH}/wissen", bsn=BSN).text

    assert [reference in page for reference in references] == [True, False, True, False]
    kept = [bool(cases.care_lines(store, reference)) for reference in references]
    assert kept == [True, False, True, True]
    assert cases.get_case(store, references[1]).reference == references[1]
    with store.write() as session:
        put = (
            "INSERT INTO sealed (reference, kind, path, data)"
            " VALUES (:reference, 'care', '', :data)"
        )
        session.execute(text(put), {"reference": references[1], "data": before})
    assert cases.care_lines(store, references[1]) == ()


def test_where_else_the_client_stands_is_told_and_a_name_alone_is_no_proof(
    officer: Clerk, store: Store, references: list[str]
) -> None:
    """The person would get half of what we keep, or the case of somebody with the same name."""
    plans.note(store, references[0], "anna", f"Gebeld over {BSN}")
    named = fill(store, verdict(MailOutcome.QUEUED), text=f"Vraag over {CLIENT_NAME}")

    page = officer.post(PATH, bsn=BSN).text
    copy = json.loads(officer.post(f"{PATH}/meegeven", bsn=BSN).text)
    officer.post(f"{PATH}/beperken", bsn=BSN, why="bezwaar")

    assert "Staat ook in een notitie of reden." in page
    assert page.count("Alleen de naam. Kijk of dit dezelfde persoon is.") == 1
    assert copy["zaken"][0]["staat_ook_in"] == ["een notitie of reden"]
    assert named not in [case["kenmerk"] for case in copy["zaken"]]
    assert not subject.is_restricted(store, named)
