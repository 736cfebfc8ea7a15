"""What stands in a mailbox of one day, and whether the journal knows it: against a real Dovecot, and
a server that follows the interface of Microsoft Graph.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from intake.errors import IntakeError, MailboxUnavailable
from intake.mail.graph_watcher import GraphSession
from intake.mail.imap_watcher import MailboxSession, connect
from intake.model.basics import AMSTERDAM
from intake.model.completeness import Stock
from intake.model.mail import MailboxFolder
from tests.mail.doors import RAW, MemoryLedger, Store, mailbox_settings, only_source, reception
from tests.mail.doors import settings as settings_of
from tests.mail.graph_stub import GraphServer
from tests.servers import Dovecot

DAY = dt.date(2026, 11, 20)
WHEN = '"20-Nov-2026 10:00:00 +0100"'


def mail(number: int) -> bytes:
    return RAW.replace(b"<1@", b"<%d@" % number)


@dataclass
class Journal:
    """Knows mails by their bytes, and messages by what the watcher wrote or it learned."""

    mails: Store
    ledger: MemoryLedger
    learned: dict[tuple[MailboxFolder, int], str] = field(default_factory=dict)
    looked_into: int = 0

    def by_uid(self, folder: MailboxFolder, uids: Sequence[int]) -> Mapping[int, str | None]:
        here = {uid: None for uid in uids if (folder, uid) in self.ledger.rows}
        known = {uid: self.learned[folder, uid] for uid in uids if (folder, uid) in self.learned}
        return here | known

    def by_content(self, raw: bytes, municipality: str) -> str | None:
        assert municipality == "almere"
        self.looked_into += 1
        return next((f"IN-{n}" for n, kept in enumerate(self.mails.raws) if kept == raw), None)

    def remember(self, folder: MailboxFolder, uid: int, reference: str) -> None:
        self.learned[folder, uid] = reference


@dataclass
class Box:
    server: Dovecot
    user: str = field(default_factory=lambda: uuid.uuid4().hex)
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    store: Store = field(default_factory=Store)

    def __post_init__(self) -> None:
        self.journal = Journal(self.store, self.ledger)

    def watch(self, **values: Any) -> None:
        chosen = mailbox_settings(self.server, self.user, **values)
        mailbox = only_source(chosen, "mailbox")
        with connect(mailbox) as client:
            delivered = reception(chosen, self.store.keep, ledger=self.ledger)
            MailboxSession(client, mailbox, delivered).take_in()

    def stock(self, day: dt.date = DAY, before: str | None = None, **values: Any) -> Stock:
        chosen = mailbox_settings(self.server, self.user, **values)
        delivered = reception(chosen, self.store.keep, ledger=self.ledger)
        found = only_source(chosen, "mailbox").stock(delivered, self.journal, day, before)
        assert isinstance(found, Stock)
        return found

    def put(self, folder: str, raw: bytes, when: str = WHEN) -> None:
        with self.server.session(self.user) as client:
            client.create(f'"{folder}"')
            client.append(f'"{folder}"', "", when, raw)


@pytest.fixture
def box(dovecot: Dovecot) -> Box:
    return Box(dovecot)


class TestImap:
    def test_what_was_moved_is_known_by_its_content_once(self, box: Box) -> None:
        """A mail has another number in "verwerkt": each evening all of it would be a gap, or be
        fetched again.
        """
        for number in (1, 2):
            box.server.append(box.user, mail(number), WHEN)
        box.watch()

        found = box.stock()

        assert found.references == {"IN-0", "IN-1"}
        assert found.unknown == ()
        assert box.journal.looked_into == 2
        assert box.stock() == found
        assert box.journal.looked_into == 2

    def test_a_mail_in_any_folder_that_never_came_in_is_named(self, box: Box) -> None:
        """A rule of the mailbox that moves a mail on arrival, or a person who deletes it, would lose
        an invoice.
        """
        box.server.append(box.user, mail(1), WHEN)
        box.watch()
        box.put("Archief", mail(2))
        box.put("Trash", mail(3))

        unknown = box.stock().unknown

        assert [place.split("/")[0] for place in sorted(unknown)] == ["Archief", "Trash"]
        assert all(place.endswith("/1") for place in unknown)

    def test_sent_drafts_and_folders_that_are_set_do_not_count(self, box: Box) -> None:
        """What colleagues send from the mailbox would be missing each day."""
        for folder in ("Sent", "Concepten", "Nieuwsbrieven"):
            box.put(folder, mail(1))

        assert box.stock(mailbox__not_counted="nieuwsbrieven").unknown == ()
        assert len(box.stock().unknown) == 1

    def test_a_folder_of_people_that_is_called_as_one_of_a_program_counts(self, box: Box) -> None:
        """An invoice that a rule moves to "Archief.Taken" would be missing, and the day would close."""
        box.put("Taken", mail(1))
        box.put("Archief.Taken", mail(2))

        assert [place.split("/")[0] for place in box.stock().unknown] == ["Archief.Taken"]

    def test_junk_is_counted_and_not_looked_into(self, box: Box) -> None:
        """Nobody would see that an invoice lies among the junk."""
        box.put("Junk", mail(1))
        box.put("Ongewenste e-mail", mail(2))

        found = box.stock()

        assert (found.junk, found.unknown, box.journal.looked_into) == (2, (), 0)

    def test_a_day_is_one_of_amsterdam(self, box: Box) -> None:
        """A mail of just after midnight would be missing on its day, and too many on the other."""
        box.server.append(box.user, mail(1), '"19-Nov-2026 23:30:00 +0000"')
        box.server.append(box.user, mail(2), '"20-Nov-2026 23:30:00 +0000"')

        assert len(box.stock().unknown) == 1
        assert len(box.stock(dt.date(2026, 11, 21)).unknown) == 1

    def test_what_is_from_before_we_began_is_left_alone(self, box: Box) -> None:
        """The first report would hold years of old mail."""
        box.ledger.start = dt.datetime(2026, 11, 20, 12, tzinfo=AMSTERDAM)
        box.server.append(box.user, mail(1), WHEN)

        assert box.stock().unknown == ()

    def test_what_went_before_we_looked_shows_by_its_number(self, box: Box) -> None:
        """A mail that a person throws away for good within a minute would leave no trace."""
        box.server.append(box.user, mail(1), WHEN)
        box.watch()
        before = box.stock().cursor
        for number in (2, 3):
            box.server.append(box.user, mail(number), WHEN)
        with box.server.session(box.user) as client:
            client.select("INBOX")
            client.store("1", "+FLAGS", "\\Deleted")
            client.expunge()

        found = box.stock(before=before)

        assert found.vanished == (f"INBOX/{before.replace(':', '/')}",)
        box.watch()
        assert box.stock(before=found.cursor).vanished == ()
        assert box.stock(before="1:1").vanished is None, "all are numbered anew"

    def test_a_server_that_is_away_is_told(self, box: Box) -> None:
        """The report would say that nothing came in."""
        with pytest.raises(MailboxUnavailable):
            box.stock(mailbox__port=1)


class TestGraph:
    @pytest.fixture
    def journal(self) -> Journal:
        return Journal(Store(), MemoryLedger())

    def stock(self, graph: GraphServer, journal: Journal, **values: Any) -> Stock:
        chosen = settings_of(**(graph.settings | values))
        delivered = reception(chosen, journal.mails.keep, ledger=journal.ledger)
        found = only_source(chosen, "graph").stock(delivered, journal, DAY, None)
        assert isinstance(found, Stock)
        return found

    def watch(self, graph: GraphServer, journal: Journal) -> None:
        chosen = settings_of(**graph.settings)
        delivered = reception(chosen, journal.mails.keep, ledger=journal.ledger)
        mailbox = only_source(chosen, "graph")
        GraphSession(mailbox.client(), mailbox, delivered).take_in()

    def test_folders_are_looked_through_by_id(self, graph: GraphServer, journal: Journal) -> None:
        """A mail that a person deleted for good before it was read would be lost unseen."""
        when = dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)
        graph.deliver(mail(1), when)
        self.watch(graph, journal)
        for name in ("Archief", "junkemail", "recoverableitemsdeletions", "Nieuws"):
            graph.folders[name] = f"AQMk{name}"
        strange = graph.deliver(mail(2), when, "Archief")
        deleted = graph.deliver(mail(3), when, "recoverableitemsdeletions")
        for number, folder in enumerate(("junkemail", "sentitems", "drafts", "Nieuws"), 4):
            graph.deliver(mail(number), when, folder)
        graph.deliver(mail(9), when + dt.timedelta(days=1), "Archief")

        found = self.stock(graph, journal, graph__not_counted=["nieuws"])

        assert found.references == {"IN-0"}
        assert set(found.unknown) == {
            f"Archief/{strange.id}",
            f"recoverableitemsdeletions/{deleted.id}",
        }
        assert (found.junk, found.vanished) == (1, None)
        looked_into = journal.looked_into
        assert self.stock(graph, journal, graph__not_counted=["nieuws"]) == found
        assert journal.looked_into == looked_into + 1  # the one that is not known

    def test_a_mailbox_that_does_not_answer_is_told(
        self, graph: GraphServer, journal: Journal
    ) -> None:
        """The report would say that nothing came in."""
        graph.fail("GET .*/mailFolders", status=503, times=50)

        with pytest.raises(IntakeError):
            self.stock(graph, journal)
