"""The page that says whether every mail was dealt with."""

from __future__ import annotations

import datetime as dt

from intake.model.completeness import GapKind, Stock
from intake.model.verdict import MailOutcome
from intake.review import wording
from intake.store import Store, day_reports
from tests.review.conftest import Clerk
from tests.review.filled import fill, verdict
from tests.store import things


def day(store: Store) -> dt.date:
    return day_reports.last_day(store)


def words(clerk: Clerk, address: str = "/verwerkt") -> str:
    return " ".join(clerk.get(address).text.split())


def test_a_day_shows_each_source_with_its_ends_and_gaps(clerk: Clerk, store: Store) -> None:
    """Nobody at the municipality could see whether a mail is missing."""
    day_reports.make(store, day(store), "smtp")
    missing = Stock(frozenset(), ("Archief/7/12",), junk=2)
    day_reports.make(store, day(store), "zorg@imap.example", missing)

    page = words(clerk)

    assert "Mailserver (SMTP of LMTP)" in page
    assert "vergelijken wij met ons eigen logboek" in page
    assert "zorg@imap.example" in page
    assert "Archief/7/12" in page
    assert wording.GAPS[GapKind.NOT_TAKEN_IN] in page
    assert "Er liggen 2 mails" in page
    assert page.count("Geen verslag") == 13


def test_what_waits_is_shown_with_its_age(clerk: Clerk, store: Store) -> None:
    """The oldest mail would be forgotten."""
    open_ = fill(store, verdict(MailOutcome.QUEUED))
    done = fill(store, verdict(MailOutcome.IGNORED))

    page = words(clerk)

    assert f'href="/zaak/{open_}"' in page
    assert done not in page
    assert "Er wacht 1 mail." in page


def test_a_gap_is_told_on_the_worklist_and_to_the_monitor(clerk: Clerk, store: Store) -> None:
    """The page would have to be opened each day to find out."""
    assert "sluit niet" not in words(clerk, "/")
    day_reports.make(store, day(store), "zorg@imap.example", Stock(frozenset(), ("INBOX/1/2",)))

    assert "sluit niet" in words(clerk, "/")
    assert clerk.get("/health").json()["warnings"]["report"] == "1-not-closed"

    day_reports.make(store, day(store), "zorg@imap.example", Stock(frozenset(), ()))
    assert "sluit niet" not in words(clerk, "/")


def test_a_day_that_is_not_over_or_no_day_is_refused_in_words(clerk: Clerk, store: Store) -> None:
    """A typing error would show an empty day, as if nothing came in."""
    for asked in (store.today, "morgen"):
        answer = clerk.get(f"/verwerkt?dag={asked}")
        assert (answer.status_code, "Kies een dag die voorbij is" in answer.text) == (400, True)


def test_who_finds_nothing_is_told_where_else_to_look(clerk: Clerk, store: Store) -> None:
    """A provider would hear that nothing came, while the mail waits to be read or a day has a gap."""
    things.keep(store, 1)
    page = words(clerk, clerk.post("/zoeken", search="bestaat niet").headers["location"])

    assert "Niets gevonden" in page
    assert 'href="/verwerkt">Alles verwerkt?' in page
    assert "Er is nog 1 mail binnengekomen die nog niet gelezen is" in page
