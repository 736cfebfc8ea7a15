"""The privacy officer's pages: the register of incidents, unusual reading, and warnings ahead of
time.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import text

from intake.model.basics import AMSTERDAM
from intake.model.verdict import MailOutcome
from intake.secure_attachment import keys
from intake.store import Store, audit, incidents
from intake.store.tables import Judgement
from tests.review.conftest import Clerk
from tests.review.filled import BSN, CLIENT, fill, incident, verdict

FORM = {
    "known_at": "2026-11-13T09:12",
    "nature": "Naam op de factuur",
    "people": "één jeugdige",
    "road": "gewone mail",
    "measures": "provider gebeld",
    "grounds": "niet gemeld: alleen wij zagen het",
}


@pytest.fixture
def reference(store: Store) -> str:
    return fill(store, verdict(MailOutcome.QUARANTINED, CLIENT, incidents=(incident(),)))


def number(store: Store) -> int:
    return incidents.listed(store)[0].id


def judge(
    clerk: Clerk, store: Store, judgement: str = "recorded", version: int = 1, **changes: Any
) -> Any:
    return clerk.post(
        f"/incident/{number(store)}", judgement=judgement, version=version, **(FORM | changes)
    )


REPORTED: dict[str, Any] = {
    "people_number": "3",
    "people_kind": ["jeugdigen", "ouders"],
    "data_kind": ["bsn", "zorg"],
    "told": "told",
    "told_on": "2026-11-14",
    "reported_on": "2026-11-14",
    "report_number": "z2026-0815",
}


class TestReported:
    """AVG art. 33 lid 3 and art. 34: how many, of whom, and whether they were told."""

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"people_number": ""}, "om hoeveel mensen"),
            ({"told": ""}, "of zij het weten"),
            ({"told_on": ""}, "wanneer de mensen het hoorden"),
            ({"reported_on": ""}, "datum in waarop"),
            ({"reported_on": "2099-01-01"}, "niet in de toekomst"),
            ({"report_number": BSN}, "burgerservicenummer"),
        ],
    )
    def test_a_report_says_what_the_law_asks(
        self, clerk: Clerk, store: Store, reference: str, changes: dict[str, Any], words: str
    ) -> None:
        """The register would say that it was reported, and nobody could tell what."""
        answer = judge(clerk, store, "reported", **(REPORTED | changes))

        assert answer.status_code == 400
        assert words in answer.text

    def test_numbers_and_days_stay_when_the_mail_goes(
        self, clerk: Clerk, store: Store, reference: str
    ) -> None:
        """The Autoriteit Persoonsgegevens may ask years later; the mail is gone by then."""
        assert judge(clerk, store, "reported", **REPORTED).status_code == 303
        entry = incidents.listed(store)[0]
        assert entry.facts.people_kinds == ("jeugdigen", "ouders")
        with store.write() as session:
            session.execute(text("DELETE FROM mail"))

        page = clerk.get(f"/incident/{entry.id}").text

        assert incidents.listed(store)[0].facts == entry.facts
        for words in ("Jeugdigen, Ouders of verzorgers", "z2026-0815", "14 november 2026"):
            assert words in page

    def test_a_choice_that_we_do_not_know_is_refused(
        self, clerk: Clerk, store: Store, reference: str
    ) -> None:
        """Free words would stand in the open for ever, and could name a client."""
        for changes in ({"people_kind": [CLIENT]}, {"told": "x"}, {"people_number": "-1"}):
            assert judge(clerk, store, **(REPORTED | changes)).status_code == 400


class TestRegister:
    def test_from_the_case_to_a_judgement_that_is_kept(
        self, clerk: Clerk, store: Store, reference: str
    ) -> None:
        """AVG art. 33 lid 5: each incident is recorded with what was done and why it was reported
        or not.
        """
        link = f"/incident/{number(store)}"
        assert link in clerk.get(f"/zaak/{reference}").text
        assert link in clerk.get("/privacy").text
        assert "Op de factuur staan gegevens van een cliënt." in clerk.get(link).text

        assert judge(clerk, store).headers["location"] == "/privacy?gedaan=incident"

        entry, report = incidents.get(store, number(store))
        assert (entry.judgement, entry.decided_by) == (Judgement.RECORDED, "anna")
        assert entry.known_at == dt.datetime(2026, 11, 13, 8, 12, tzinfo=dt.UTC)
        assert report is not None
        assert report.grounds == FORM["grounds"]
        page = clerk.get(link).text
        assert FORM["measures"] in page
        assert "Incident bekeken" in page
        assert "vastgelegd, niet gemeld" in clerk.get(f"/zaak/{reference}").text
        assert FORM["nature"] not in clerk.get("/privacy").text
        assert [row.what for row in audit.readings(store, reference)].count("incident") == 2

    @pytest.mark.parametrize(
        ("judgement", "changes", "told"),
        [
            ("recorded", {"grounds": " "}, "waarom"),
            ("no-incident", {"grounds": ""}, "waarom"),
            ("reported", {"people": ""}, "betrokkenen"),
            ("recorded", {"known_at": "2999-01-01T00:00"}, "toekomst"),
            ("recorded", {"known_at": "gisteren"}, "toekomst"),
            ("open", {"measures": f"bsn {BSN} gewist"}, "burgerservicenummer"),
        ],
    )
    def test_a_judgement_without_its_reasons_is_not_taken_and_nothing_typed_is_lost(
        self,
        clerk: Clerk,
        store: Store,
        reference: str,
        judgement: str,
        changes: dict[str, Any],
        told: str,
    ) -> None:
        """A register with empty fields proves nothing; a form that comes back empty is typed twice."""
        answer = judge(clerk, store, judgement, **changes)

        assert answer.status_code == 400
        assert told in answer.text
        assert FORM["road"] in answer.text
        assert incidents.listed(store)[0].version == 1

    def test_no_incident_needs_only_a_reason_and_a_draft_needs_none(
        self, clerk: Clerk, store: Store, reference: str
    ) -> None:
        """Most of what the rules see turns out to be none, and takes half a minute."""
        empty: dict[str, Any] = {"nature": "", "people": "", "measures": "", "road": ""}
        assert judge(clerk, store, "open", **(empty | {"grounds": ""})).status_code == 303
        assert judge(clerk, store, "no-incident", version=2, **empty).status_code == 303
        assert incidents.listed(store)[0].judgement is Judgement.NONE

    def test_an_old_page_overwrites_nothing(
        self, clerk: Clerk, store: Store, reference: str
    ) -> None:
        """Two officers at one incident: the second reads first what the first wrote."""
        judge(clerk, store)

        assert judge(clerk, store, "no-incident").status_code == 409
        assert judge(clerk, store, "niet-bestaand", version=2).status_code == 400

    def test_a_clerk_reports_what_the_rules_did_not_see(self, clerk: Clerk, store: Store) -> None:
        """A child's first name in a logo is an incident that only eyes can find."""
        reference = fill(store, verdict(MailOutcome.QUEUED))

        answer = clerk.post(f"/zaak/{reference}/incident")

        assert answer.headers["location"] == f"/incident/{number(store)}"
        assert "Een medewerker zag" in clerk.get(answer.headers["location"]).text
        assert "Incident gemeld aan de privacy officer" in clerk.get(f"/zaak/{reference}").text

    def test_what_is_not_there_is_not_found(self, clerk: Clerk) -> None:
        """A wrong number is no fault of ours."""
        assert [
            clerk.get(f"/incident/{number}").status_code for number in ("1", "0", "x", "9" * 30)
        ] == [404, 400, 400, 400]
        assert clerk.post("/zaak/IN-AAAA-BBBB/incident").status_code == 404


class TestWarnings:
    def test_unusual_reading_is_told_until_somebody_looked_into_it(
        self, clerk: Clerk, store: Store
    ) -> None:
        """An alert nobody answers is noise; who answered stands in the chain."""
        for case in range(store.settings.readings.cases_an_hour + 1):
            audit.record(store, "piet", f"IN-{case}", "case")
        assert "ongewoon veel" in clerk.get("/").text
        assert "piet bekeek 61 zaken in een uur" in clerk.get("/privacy").text
        assert clerk.get("/health").json()["warnings"] == {"reading": "unusual"}

        for _ in range(2):
            assert (
                clerk.post(
                    "/privacy/gezien",
                    alert=audit.alerts(store)[0].sequence if audit.alerts(store) else 62,
                ).status_code
                == 303
            )

        assert "In orde" in clerk.get("/privacy").text
        assert "warnings" not in clerk.get("/health").json()
        assert list(audit.export(store))[-1].reading.who == "anna"

    @pytest.mark.parametrize(
        ("days", "code", "words"),
        [
            (60, "expires-in-60-days", "verloopt op"),
            (-2, "expired", "verliep op"),
            (62, None, None),
        ],
    )
    def test_a_certificate_that_ends_is_told_two_months_before(
        self, clerk: Clerk, store: Store, days: int, code: str | None, words: str | None
    ) -> None:
        """Publishing a new certificate to every provider takes weeks."""
        start = dt.datetime.combine(store.today - dt.timedelta(days=100), dt.time(12), AMSTERDAM)
        keys.create(
            store.settings.key_folder,
            "Gemeente Almere",
            "crediteuren@almere.nl",
            start,
            days=100 + days,
        )

        page, told = clerk.get("/vandaag").text, clerk.get("/health").json().get("warnings", {})

        assert told.get("certificate") == code
        assert (words or "verloopt op") in page if words else "Het certificaat" not in page

    def test_an_incident_near_its_72_hours_is_told(self, clerk: Clerk, store: Store) -> None:
        """After 72 hours a report is late, and that must be explained (AVG art. 33 lid 1)."""
        now = store.clock
        for hours, told in ((23, False), (25, True)):
            store.clock = lambda hours=hours: now() - dt.timedelta(hours=hours)  # type: ignore[misc]
            fill(store, verdict(MailOutcome.QUARANTINED, incidents=(incident(),)))
            store.clock = now
            assert ("1 incident wacht op een beoordeling" in clerk.get("/").text) is told
        incidents.judge(
            store,
            incidents.listed(store)[0].id,
            "fg",
            1,
            incidents.Assessment(Judgement.NONE, now(), incidents.Report(grounds="toch niets")),
        )

        assert "incident wacht" not in clerk.get("/").text
