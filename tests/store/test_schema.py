"""The schema is made by migrations only, and nothing runs on another one."""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

import intake.store
from intake import settings as settings_module
from intake.errors import ConfigurationError, StoreUnavailable
from intake.model.mail import MailboxFolder
from intake.settings import Settings
from intake.store import Store, logins, mailbox_ledger, open_store, users
from intake.store.crypto import vault
from intake.store.engine import make_engine
from intake.store.migration import migrate
from intake.store.tables import SCHEMA
from tests.conftest import Cluster, SettingsOn
from tests.store import things


@pytest.fixture
def empty(database: str, settings_on: SettingsOn, request: pytest.FixtureRequest) -> Settings:
    """Settings of a database without any table."""
    made = settings_on(database)
    if database == "sqlite":
        (made.home / "intake.db").unlink()
        return made
    cluster: Cluster = request.getfixturevalue("postgresql")
    return settings_module.load(
        home=made.home, database_url=cluster.address(cluster.new_database())
    )


def upgrade(settings: Settings, version: str) -> None:
    """An empty database with the schema of an older version."""
    engine = make_engine(settings.database)
    if settings.database.startswith("sqlite"):
        (settings.home / "intake.db").touch(mode=0o600)
    with engine.begin() as connection:
        configuration = Config()
        configuration.set_main_option("script_location", f"{intake.store.__path__[0]}/migrations")
        configuration.attributes["connection"] = connection
        command.upgrade(configuration, version)
    engine.dispose()


def set_schema(settings: Settings, version: str) -> None:
    store = open_store(settings)
    with store.write() as session:
        session.execute(
            text("UPDATE alembic_version SET version_num = :version"), {"version": version}
        )
    store.close()


@contextlib.contextmanager
def first_schema(settings: Settings) -> Iterator[Connection]:
    """A database of the first version, to be filled."""
    upgrade(settings, "0001")
    engine = make_engine(settings.database)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


class TestMigrate:
    def test_from_empty_to_a_store_that_keeps(self, empty: Settings) -> None:
        """A new installation: migrate, and the first mail comes in."""
        migrate(empty)
        migrate(empty)

        store = open_store(empty)
        things.decided(store)
        store.close()

    def test_the_migrations_make_what_the_tables_say(self, store: Store) -> None:
        """A column that exists in the code only breaks at the first mail."""
        with store.engine.connect() as connection:
            context = MigrationContext.configure(
                connection, opts={"compare_type": True, "compare_server_default": True}
            )

            assert compare_metadata(context, SQLModel.metadata) == []

    def test_ids_that_tell_the_order_are_never_given_twice(self, store: Store) -> None:
        """A worker would not see the invoice that was decided meanwhile, under the id of one that
        went.
        """
        reference = things.decided(
            store, 1, things.decision(things.verdict(invoices=(things.invoice(),)))
        )
        with store.write() as session:
            for table, columns, values in (
                ("invoice", "path, state", "'1.9', 'waiting'"),
                ("care", "first_day, last_day", "'2026-01-01', '2026-01-01'"),
            ):
                add = text(
                    f"INSERT INTO {table} (reference, {columns}) VALUES ('{reference}', {values})"
                )
                session.execute(add)
                newest = session.execute(text(f"SELECT max(id) FROM {table}")).scalar_one()
                session.execute(text(f"DELETE FROM {table} WHERE id = {newest}"))
                session.execute(add)
                assert session.execute(text(f"SELECT max(id) FROM {table}")).scalar_one() > newest

    def test_an_upgrade_goes_on_counting_where_it_was(self, settings_on: SettingsOn) -> None:
        """The newest invoice was destroyed; another one with its number would be taken for it."""
        old = settings_on("sqlite")
        (old.home / "intake.db").unlink()
        upgrade(old, "0016")
        with sqlite3.connect(old.home / "intake.db") as database:
            database.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('invoice', 40)")

        migrate(old)

        with sqlite3.connect(old.home / "intake.db") as database:
            given = dict(database.execute("SELECT name, seq FROM sqlite_sequence"))
        assert given["invoice"] == 40

    def test_good_invoices_of_refused_mails_stand_open_again(self, empty: Settings) -> None:
        """A store of an older version holds mails that were closed with a good invoice in them,
        which nobody paid.
        """
        rows = {
            "IN-AAAA-AAAA": "rejected",
            "IN-BBBB-BBBB": "rejected",
            "IN-CCCC-CCCC": "rejected",
            "IN-DDDD-DDDD": "queued",
        }
        with first_schema(empty) as connection:
            for reference, state in rows.items():
                by = "'jan'" if reference == "IN-CCCC-CCCC" else "NULL"
                connection.execute(
                    text(
                        "INSERT INTO mail (reference, state, version, received_at, key_period,"
                        " wrapped_key, envelope, due, attempts, wakes, decided_at, decided_by,"
                        f" invoices, rejects, reviews) VALUES ('{reference}', '{state}', 2,"
                        " '2026-11-01 09:00:00', '2026q4', :none, :none, FALSE, 0, 0, '2026-11-01"
                        f" 09:00:00', {by}, 2, 1, 0)"
                    ),
                    {"none": b""},
                )
                for path, outcome in (
                    ("1.2", "rejected" if reference == "IN-BBBB-BBBB" else "queued"),
                    ("1.3", "rejected"),
                ):
                    connection.execute(
                        text(
                            "INSERT INTO invoice (reference, path, outcome, number_hash) VALUES"
                            f" ('{reference}', '{path}', '{outcome}', 'x')"
                        )
                    )

        migrate(empty)

        engine = make_engine(empty.database)
        with engine.connect() as connection:
            found = connection.execute(text("SELECT reference, state FROM mail"))
            states = {row.reference: row.state for row in found}
            assert states == rows | {"IN-AAAA-AAAA": "queued"}
            assert connection.execute(text("SELECT reference, code FROM event")).all() == [
                ("IN-AAAA-AAAA", "opened-again")
            ]
            assert connection.execute(text("SELECT count(*) FROM invoice")).scalar_one() == 8
        engine.dispose()

    def test_the_constraints_are_those_of_the_tables(self, store: Store) -> None:
        """Alembic does not compare CHECK constraints; the invariant stands in them."""
        reference = things.keep(store)
        for change in (
            "state = 'lost'",
            "state = 'queued'",
            "due = NOT due",
            "deadline = '2026-01-01'",
            "lease_token = 'x', hold_until = NULL",
            "state = 'accepted', decided_at = '2026-01-01 00:00:00', due = NOT due",
        ):
            with pytest.raises(IntegrityError), store.write() as session:
                session.execute(
                    text(f"UPDATE mail SET {change} WHERE reference = :reference"),
                    {"reference": reference},
                )

    def test_an_invoice_stands_somewhere_too(self, store: Store) -> None:
        """As above; a table that a migration builds anew loses them on SQLite."""
        made = things.decision(things.verdict(invoices=(things.invoice(),)))
        reference = things.decided(store, 1, made)
        for change in (
            "state = 'lost'",
            "state = 'accepted'",
            "state = 'exported'",
            "decided_by = 'anna'",
            "facts_sealed = NOT facts_sealed",
        ):
            with pytest.raises(IntegrityError), store.write() as session:
                session.execute(
                    text(f"UPDATE invoice SET {change} WHERE reference = :reference"),
                    {"reference": reference},
                )

    def test_the_code_knows_the_newest_migration(self) -> None:
        """A migration that the code does not name would never run."""
        configuration = Config()
        configuration.set_main_option("script_location", f"{intake.store.__path__[0]}/migrations")

        assert ScriptDirectory.from_config(configuration).get_current_head() == SCHEMA

    def test_what_was_too_large_before_is_looked_at_again(self, empty: Settings) -> None:
        """Mails that an older version left in the mailbox without a case would never be shown."""
        with first_schema(empty) as connection:
            for uid, state in ((1, "done"), (2, "too-large")):
                row = (
                    "INSERT INTO ledger (account, folder, uidvalidity, uid, state, at) VALUES ('a',"
                    " 'INBOX', 1, :uid, :state, '2026-11-01')"
                )
                connection.execute(text(row), {"uid": uid, "state": state})

        migrate(empty)

        store = open_store(empty)
        assert mailbox_ledger.MailboxLedger(store).to_take_in(
            MailboxFolder("a", "INBOX", 1), (1, 2)
        ) == (2,)
        store.close()

    def test_attempts_to_log_in_of_the_first_schema_are_left_behind(self, empty: Settings) -> None:
        """After an upgrade everybody can log in, whatever was counted before it."""
        with first_schema(empty) as connection:
            connection.execute(
                text("INSERT INTO login_attempt (hash, at) VALUES ('x', '2026-01-01')")
            )

        migrate(empty)

        store = open_store(empty)
        users.set_user(store, "anna", "een lang wachtwoord")
        assert isinstance(
            logins.login(store, "anna", "een lang wachtwoord", "192.0.2.1"), logins.LoggedIn
        )
        store.close()

    def test_a_store_of_the_first_schema_goes_on(self, empty: Settings) -> None:
        """An installation of last year is upgraded, and its indexes are those of a new one."""
        upgrade(empty, "0001")

        migrate(empty)

        engine = make_engine(empty.database)
        with engine.connect() as connection:
            assert compare_metadata(MigrationContext.configure(connection), SQLModel.metadata) == []
        engine.dispose()

    def test_partial_indexes_say_what_the_tables_say(self, settings_on: SettingsOn) -> None:
        """Alembic does not compare which rows an index holds; a statement that says it in other
        words walks the whole table."""
        store = open_store(settings_on("sqlite"))
        with store.read() as session:
            made = dict(
                session.execute(
                    text(
                        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql LIKE '%"
                        " WHERE %'"
                    )
                ).all()
            )
        store.close()
        said = {
            index.name: str(index.dialect_options["sqlite"]["where"])
            for table in SQLModel.metadata.tables.values()
            for index in table.indexes
            if index.dialect_options["sqlite"]["where"] is not None
        }

        assert {name: sql.partition(" WHERE ")[2] for name, sql in made.items()} == said

    def test_letters_of_before_they_said_what_they_refuse_go_on(self, empty: Settings) -> None:
        """After an upgrade the rules would drop a clerk's letter that is on its way, or old letters
        would wait for a clerk once more.
        """
        upgrade(empty, "0020")
        engine = make_engine(empty.database)
        moment = "'2026-11-01 09:00:00'"
        letters = {1: ("refusal", "bounced", "piet"), 2: ("refusal", "deferred", "jan")}
        with engine.begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO mail (reference, state, version, received_at, key_period,"
                    " wrapped_key, envelope, due, attempts, wakes, decided_at, invoices, rejects,"
                    f" reviews) VALUES ('IN-AAAA-AAAA', 'queued', 2, {moment}, '2026q4', :none,"
                    f" :none, FALSE, 0, 0, {moment}, 2, 0, 0)"
                ),
                {"none": b""},
            )
            for number, (kind, state, user) in letters.items():
                connection.execute(
                    text(
                        "INSERT INTO reply (reference, number, kind, state, message_id, sender_hash,"
                        " domain_hash, composed, created_at, started_at, confirmed_by, attempts,"
                        f" hold_until) VALUES ('IN-AAAA-AAAA', {number}, '{kind}', '{state}',"
                        f" 'm{number}', 'h', 'h', :none, {moment}, {moment}, '{user}', 1, :hold)"
                    ),
                    {"none": b"", "hold": 5.0 if state == "deferred" else None},
                )
            connection.execute(
                text(
                    "INSERT INTO event (reference, at, code, actor) VALUES ('IN-AAAA-AAAA',"
                    f" {moment}, 'refused', 'jan')"
                )
            )

        migrate(empty)

        with engine.connect() as connection:
            found = connection.execute(
                text("SELECT state, held, written_by FROM reply ORDER BY number")
            )
            assert found.all() == [("bounced", "overtaken", None), ("deferred", None, "jan")]
        engine.dispose()

    def test_two_hosts_migrate_at_once(self, empty: Settings) -> None:
        """Two machines that are upgraded in the same minute."""
        faults: list[BaseException] = []

        def upgrade() -> None:
            try:
                migrate(empty)
            except BaseException as fault:
                faults.append(fault)

        threads = [threading.Thread(target=upgrade) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert faults == []
        open_store(empty).close()


def test_processes_that_start_at_once_with_a_new_file_all_get_it(tmp_path: Path) -> None:
    """`intake run` starts several at the same moment: one of them would end at its first start."""
    faults: list[BaseException] = []

    def start(file: Path) -> None:
        engine = make_engine(f"sqlite:///{file}")
        try:
            with engine.begin() as connection:
                connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS one (x)")
        except BaseException as fault:
            faults.append(fault)
        engine.dispose()

    for number in range(120):
        file = tmp_path / f"{number}.db"
        file.touch()
        threads = [threading.Thread(target=start, args=(file,)) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert faults == []


class TestOpen:
    def test_an_absent_schema_names_the_remedy_and_makes_nothing(self, empty: Settings) -> None:
        """A typing error in the path must not start an empty installation."""
        with pytest.raises(ConfigurationError, match="intake migrate"):
            open_store(empty)

        assert not (empty.home / "intake.db").exists()

    def test_an_older_schema_names_the_remedy(self, settings: Settings) -> None:
        """After an upgrade the first start says what to do."""
        set_schema(settings, "0000")

        with pytest.raises(ConfigurationError, match="intake migrate"):
            open_store(settings)

    def test_a_newer_schema_is_left_alone(self, settings: Settings) -> None:
        """An old version that runs on a new database would damage it."""
        set_schema(settings, "9999")

        for door in (open_store, migrate):
            with pytest.raises(ConfigurationError, match="newer"):
                door(settings)

    def test_keys_of_another_installation_are_refused(self, settings: Settings) -> None:
        """With the wrong keys every mail would look damaged, and every known mail new."""
        open_store(settings).close()
        for key in settings.key_folder.glob("*.key*"):
            key.unlink()
        vault.create_keys(settings.key_folder, dt.date(2026, 1, 1))

        with pytest.raises(ConfigurationError, match="another database"):
            open_store(settings)

    def test_missing_keys_are_named_and_never_made(self, settings: Settings) -> None:
        """Keys made silently beside lost ones would hide the loss."""
        for key in settings.key_folder.glob("*.key*"):
            key.unlink()

        with pytest.raises(ConfigurationError, match="installation, audit"):
            open_store(settings)

        assert list(settings.key_folder.iterdir()) == []

    @pytest.mark.parametrize("address", ["mysql://x@y/z", "no address", "postgresql"])
    def test_another_kind_of_database_is_refused(
        self, settings_on: SettingsOn, address: str
    ) -> None:
        """A wrong address stops at start, with the setting's name."""
        settings = settings_module.load(home=settings_on("sqlite").home, database_url=address)

        with pytest.raises(ConfigurationError, match="INTAKE_DATABASE_URL"):
            open_store(settings)

    def test_a_server_that_is_not_there_says_so_without_its_password(
        self, settings_on: SettingsOn
    ) -> None:
        """The password of the database must not stand in a log."""
        settings = settings_module.load(
            home=settings_on("sqlite").home, database_url="postgresql://app:geheim@127.0.0.1:1/x"
        )

        with pytest.raises(StoreUnavailable) as caught:
            open_store(settings)

        assert "geheim" not in str(caught.value)

    def test_sqlite_is_as_durable_as_design_asks(self, settings_on: SettingsOn) -> None:
        """A power cut must not take an acknowledged mail."""
        store = open_store(settings_on("sqlite"))
        with store.read() as session:
            told = {
                name: session.execute(text(f"PRAGMA {name}")).scalar_one()
                for name in ("journal_mode", "synchronous", "secure_delete", "foreign_keys")
            }
        store.close()

        assert told == {
            "journal_mode": "wal",
            "synchronous": 2,
            "secure_delete": 1,
            "foreign_keys": 1,
        }

    def test_a_restart_of_postgresql_is_survived(self, settings_on: SettingsOn) -> None:
        """A restart in the middle of the day costs a retry, no mail and no restart of ours."""
        cluster = Cluster()
        try:
            name = cluster.new_database()
            settings = settings_module.load(
                home=settings_on("sqlite").home, database_url=cluster.address(name)
            )
            migrate(settings)
            store = open_store(settings)
            reference = things.keep(store, 1)
            with pytest.raises(StoreUnavailable), store.write() as session:
                session.execute(text("SELECT 1"))
                cluster.stop()
                session.execute(text("SELECT 1"))
            with pytest.raises(StoreUnavailable):
                things.keep(store, 2)

            cluster.start()

            assert things.claim(store).reference == reference
            assert things.keep(store, 2) != reference
            store.close()
        finally:
            cluster.remove()
