"""A database that was put back from a copy loses nothing that is elsewhere, and sends nothing
twice.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from intake.errors import ConfigurationError
from intake.model.mail import Envelope, ReplyKind
from intake.model.verdict import MailOutcome
from intake.settings import Settings, load
from intake.store import (
    Store,
    audit,
    audit_heads,
    backup,
    cases,
    health,
    high_water,
    journal,
    logins,
    open_store,
    outbox,
    restores,
    retention,
    users,
    work_queue,
)
from intake.store.restores import Restored
from intake.store.tables import CaseState, ReplyState, Role
from tests.conftest import Cluster, SettingsOn
from tests.store import things


@dataclass
class Site:
    """An installation whose database is copied, lost and put back."""

    settings: Settings
    folder: Path
    new_database: Callable[[], str]
    stores: list[Store] = field(default_factory=list)

    def open(self) -> Store:
        self.stores.append(open_store(self.settings))
        return self.stores[-1]

    def copy(self) -> Path:
        return backup.back_up(self.settings, self.folder).file

    def put_back(self, file: Path) -> Store:
        """The copy in the place of the database; on PostgreSQL in a new one."""
        for store in self.stores:
            store.close()
        if self.settings.database_url:
            self.settings = load(home=self.settings.home, database_url=self.new_database())
        backup.put_back(self.settings, file)
        return self.open()

    def restored(self, later: Callable[[Store], object]) -> tuple[Store, Restored]:
        """A copy is made, ``later`` happens, the copy is put back."""
        file = self.copy()
        later(self.open())
        again = self.put_back(file)
        return again, restores.record(again, "os:root")


@pytest.fixture
def site(settings: Settings, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Site]:
    made: list[tuple[Cluster, str]] = []

    def new_database() -> str:
        cluster: Cluster = request.getfixturevalue("postgresql")
        made.append((cluster, cluster.new_database()))
        return cluster.address(made[-1][1])

    one = Site(settings, tmp_path, new_database)
    yield one
    for store in one.stores:
        store.close()
    for cluster, name in made:
        cluster.drop_database(name)


class TestCopies:
    def test_a_copy_made_while_others_write_is_one_moment(self, site: Site) -> None:
        """Half a mail in a backup is a mail lost."""
        store = site.open()
        before = things.decided(store, 1)
        with store.write() as session:
            session.connection().exec_driver_sql("UPDATE mail SET state = 'quarantined'")
            file = site.copy()
        things.decided(store, 2)

        again = site.put_back(file)

        assert [row.reference for row in cases.list_cases(again)] == [before]
        assert cases.get_case(again, before).state is CaseState.QUEUED
        assert cases.get_case(again, before).verdict == things.verdict()
        assert file.stat().st_mode & 0o777 == 0o600
        assert things.BSN.encode() not in file.read_bytes()

    def test_a_copy_never_replaces_a_file(self, site: Site, tmp_path: Path) -> None:
        """Yesterday's copy must not go by a typing error."""
        opened = tmp_path / "copy"
        opened.write_bytes(b"yesterday's")

        with pytest.raises(ConfigurationError, match="already"):
            backup.back_up(site.settings, opened)

        assert opened.read_bytes() == b"yesterday's"

    def test_what_is_no_copy_is_refused_and_the_database_stays(
        self, site: Site, tmp_path: Path
    ) -> None:
        """A wrong file name at night must not cost the database that there is."""
        store = site.open()
        reference = things.keep(store)
        store.close()
        other = tmp_path / "other"
        other.write_bytes(b"PK\x03\x04 something else")
        for file in (other, tmp_path / "absent"):
            with pytest.raises(ConfigurationError):
                backup.put_back(site.settings, file)

        assert journal.raw_mail(site.open(), reference)[0] == things.mail()

    def test_a_database_in_use_is_not_replaced(self, site: Site) -> None:
        """A process that writes on into a replaced file acknowledges mails that nobody keeps."""
        file = site.copy()
        store = site.open()
        things.keep(store)

        with pytest.raises(ConfigurationError, match=r"in use|not empty"):
            backup.put_back(site.settings, file)

        assert things.keep(store, 2)

    def test_the_password_of_the_database_is_on_no_command_line_and_in_no_message(
        self, settings_on: SettingsOn, tmp_path: Path
    ) -> None:
        """Other users of the machine read command lines."""
        settings = load(
            home=settings_on("sqlite").home, database_url="postgresql://app:geheim@127.0.0.1:1/x"
        )

        with pytest.raises(ConfigurationError, match="pg_dump refuses") as caught:
            backup.back_up(settings, tmp_path / "copy")

        assert "geheim" not in str(caught.value)
        assert list(tmp_path.glob("*copy*")) == []


class TestSqliteCopies:
    def test_a_damaged_copy_is_refused(self, settings_on: SettingsOn, tmp_path: Path) -> None:
        """A copy that a bad disk changed must not become the database."""
        settings = settings_on("sqlite")
        file = backup.back_up(settings, tmp_path / "copy.db").file
        data = bytearray(file.read_bytes())
        data[4096:12288] = b"\xaa" * 8192
        file.write_bytes(data)

        with pytest.raises(ConfigurationError, match="damaged"):
            backup.put_back(settings, file)

        open_store(settings).close()
        assert not list(settings.home.glob("replaced-*"))

    def test_a_copy_of_another_program_with_its_log_counts(
        self, settings_on: SettingsOn, tmp_path: Path
    ) -> None:
        """``sqlite3 .backup`` leaves a copy in WAL mode, and a copied folder has the log beside it:
        both hold all mails.
        """
        settings = settings_on("sqlite")
        store = open_store(settings)
        reference = things.keep(store)
        for end in ("", "-wal"):
            (tmp_path / f"copy.db{end}").write_bytes(
                (settings.home / f"intake.db{end}").read_bytes()
            )
        store.close()
        (tmp_path / "copy.db").chmod(0o400)

        aside = backup.put_back(settings, tmp_path / "copy.db")

        again = open_store(settings)
        assert journal.raw_mail(again, reference)[0] == things.mail()
        again.close()
        assert aside is not None
        with closing(sqlite3.connect(aside / "intake.db")) as replaced:
            assert replaced.execute("SELECT reference FROM mail").fetchall() == [(reference,)]

    def test_a_damaged_database_can_be_replaced(
        self, settings_on: SettingsOn, tmp_path: Path
    ) -> None:
        """That is when a copy is needed most."""
        settings = settings_on("sqlite")
        file = backup.back_up(settings, tmp_path / "copy.db").file
        (settings.home / "intake.db").write_bytes(b"\x00" * 50_000)

        backup.put_back(settings, file)

        open_store(settings).close()


class TestOlder:
    def test_a_database_that_was_put_back_does_not_start_until_that_is_said(
        self, site: Site
    ) -> None:
        """Replies of yesterday's outbox would leave a second time."""
        store = site.open()
        high_water.refuse_older(store)
        high_water.advance(store)
        file = site.copy()
        high_water.refuse_older(store)
        high_water.advance(store)

        again = site.put_back(file)

        assert high_water.is_older(again)
        with pytest.raises(ConfigurationError, match="intake restore"):
            high_water.refuse_older(again)
        with pytest.raises(ConfigurationError, match="intake restore"):
            health.Pulse(again, "worker").beat()

        restores.record(again, "os:root")

        high_water.refuse_older(again)
        health.Pulse(again, "worker").beat()
        assert not high_water.is_older(again)

    def test_every_part_that_runs_makes_it_show(self, site: Site) -> None:
        """Nobody has to do anything beforehand for a restore to be noticed."""
        store = site.open()
        file = site.copy()
        health.Pulse(store, "worker").beat()

        assert high_water.is_older(site.put_back(file))

    @pytest.mark.parametrize("content", [b"", b"\x00" * 21, b"twaalf"])
    def test_a_mark_that_cannot_be_read_stops_nothing(self, store: Store, content: bytes) -> None:
        """A crash while it was written must not stop the service."""
        (store.settings.key_folder / "database.mark").write_bytes(content)

        high_water.refuse_older(store)
        high_water.advance(store)


class TestReplies:
    @pytest.mark.parametrize("held", [None, "confirm"])
    def test_what_had_not_left_in_the_copy_waits_for_a_person(
        self, site: Site, held: str | None
    ) -> None:
        """It left after the copy was made; the provider would get the letter twice."""
        reference = things.refused(site.open(), held=held)

        again, told = site.restored(lambda store: None)

        letter = cases.get_case(again, reference).reply
        assert letter is not None
        assert (letter.state, letter.held, told.held) == (ReplyState.HELD, "restored", 1)
        assert outbox.due(again) == ()
        outbox.confirm(again, letter.id, "clerk")
        later = again.clock() + dt.timedelta(minutes=1)
        again.clock = lambda: later
        assert len(outbox.due(again)) == 1

    def test_a_mail_from_before_is_answered_by_a_person_and_one_from_after_by_itself(
        self, site: Site
    ) -> None:
        """A mail that is read again from the mailbox was perhaps answered before the restore."""
        lost: list[str] = []
        again, _ = site.restored(lambda store: lost.append(things.keep(store)))

        reference = things.refused(again)
        now = again.clock() + dt.timedelta(seconds=1)
        new = journal.keep(again, things.mail(2), Envelope("lmtp", now)).reference
        work_queue.finish(
            again,
            things.claim(again),
            things.decision(
                things.verdict(MailOutcome.REJECTED, reply=ReplyKind.REFUSAL), to="x@y.example"
            ),
        )

        before, after = (cases.get_case(again, one).reply for one in (reference, new))
        assert before is not None
        assert after is not None
        assert (before.state, before.held, after.state) == (
            ReplyState.HELD,
            "restored",
            ReplyState.READY,
        )

    def test_a_letter_that_left_for_a_lost_case_names_the_case_that_comes_back(
        self, site: Site
    ) -> None:
        """The provider answers or phones with the reference in its letter; it must not be nobody's."""
        lost: list[str] = []
        again, _ = site.restored(lambda store: lost.append(things.keep(store)))

        assert things.keep(again) == lost[0]

    def test_a_reference_whose_key_was_destroyed_is_not_used_again(self, store: Store) -> None:
        """A mail that comes again after its case was destroyed must be kept, not refused for ever."""
        reference = things.decided(store)
        with store.read() as session:
            period = journal.find(session, reference).key_period
        store.vault.destroy(period, [(reference, next(iter(store.vault.parts(reference, period))))])
        with store.write() as session:
            session.delete(journal.find(session, reference))

        assert things.keep(store) != reference


class TestReadings:
    def test_the_break_stands_in_the_chain_and_lost_heads_are_told(self, site: Site) -> None:
        """A restore looks like somebody who cut off readings, unless the chain says that it was
        one.
        """
        first = things.decided(site.open())

        def read_more(store: Store) -> None:
            for _ in range(3):
                audit.record(store, "clerk", first, "case")
            audit_heads.write(store)

        again, told = site.restored(read_more)
        audit.record(again, "clerk", first, "case")
        dated = audit_heads.read(audit_heads.file_of(site.settings))
        lost = audit.Head(dated[0].head.sequence, dated[0].head.hash, dated[0].at)

        found = audit.verify(
            again, *(audit.Head(d.head.sequence, d.head.hash, d.at) for d in dated)
        )

        assert (found.whole, found.lost, len(found.restores), told.lost_readings) == (True, 1, 1, 3)
        assert [reading.what for reading in audit.readings(again, "")] == [audit.RESTORED]
        later = audit.Head(lost.sequence, lost.hash, again.clock() + dt.timedelta(hours=1))
        assert not audit.verify(again, later).whole, (
            "a head from after the restore is no part of what it lost"
        )
        assert not audit.verify(again, audit.Head(lost.sequence, lost.hash)).whole, (
            "of a head without a day nobody can say"
        )


class TestPeople:
    def test_everybody_logs_in_again(self, site: Site) -> None:
        """A session that was ended after the copy was made would open the page again."""
        store = site.open()
        users.set_user(store, "clerk", "een lang wachtwoord", tuple(Role))
        logged_in = logins.login(store, "clerk", "een lang wachtwoord", "192.0.2.7")
        assert isinstance(logged_in, logins.LoggedIn)

        again, _ = site.restored(lambda _: None)

        assert users.session(again, logged_in.session.token) is None


def test_the_moment_of_the_copy_is_known(site: Site) -> None:
    """What came by SMTP after that moment is named as lost; too late a moment would hide it."""
    store = site.open()
    store.clock = lambda: things.NOW
    things.keep(store)
    with store.write() as session:
        session.connection().exec_driver_sql(
            "UPDATE installation SET created_at = '2026-01-01 00:00:00'"
        )

    again, told = site.restored(lambda later: things.keep(later, 2))

    assert told.as_of == things.NOW
    newest = restores.after(again, things.NOW)
    assert newest is not None
    assert newest.as_of == things.NOW
    assert restores.after(again, newest.at + dt.timedelta(seconds=1)) is None
    assert retention.came_back(again) == 0
