"""All state of one installation, in one SQL database: SQLite by default, PostgreSQL when one
machine is outgrown.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from typing import Any

from sqlalchemy import Connection, Engine, Executable, Row, inspect, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from intake.errors import ConfigurationError
from intake.model.basics import local_date, local_today
from intake.settings import Settings
from intake.store import clock as clocks
from intake.store import engine as engines
from intake.store import worklist_rows
from intake.store.crypto.vault import Vault, missing_keys
from intake.store.engine import (
    READ_ONLY,
    database_file,
    is_there,
    make_engine,
    own_connection,
    own_errors,
)
from intake.store.tables import SCHEMA, InstallationRow
from intake.store.turns import Turns

CHANGED = "changed"
"""In the ``info`` of a session: the references of the cases that something happened to."""
_AT_THE_END = "at-the-end"
_AFTERWARDS = "afterwards"


class _Joined(Session):
    """A session within a transaction that is begun and ended around it; statements without objects
    run on its connection as they are.
    """

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, expire_on_commit=False)
        self._joined = connection

    def connection(self, *_arguments: Any, **_options: Any) -> Connection:
        return self._joined


class Store(AbstractContextManager["Store", None]):
    """The open database with its key store; a ``with`` closes it at its end.

    Only the modules of this package open a session on it.
    """

    def __init__(
        self,
        settings: Settings,
        engine: Engine,
        vault: Vault,
        clock: Callable[[], dt.datetime] = clocks.now,
    ) -> None:
        self.settings = settings
        self.engine = engine
        self.vault = vault
        self.clock = clock
        vault.today = lambda: self.today
        self.waiting = threading.local()
        """Each thread's own connections to wait on (notify.py)."""
        self._reading = engine.execution_options(**{READ_ONLY: True})
        file = database_file(engine)
        self._turns = Turns(file.with_name("writers.lock")) if file else None

    @property
    def today(self) -> dt.date:
        """The date in Europe/Amsterdam."""
        return local_date(self.clock())

    @property
    def on_postgresql(self) -> bool:
        return self.engine.dialect.name == "postgresql"

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction that commits at its end and leaves nothing behind when it raises."""
        told: Sequence[Callable[[], None]] = ()
        with (
            own_errors(self.engine),
            self._turn(),
            self.engine.begin() as connection,
            _Joined(connection) as session,
        ):
            yield session
            session.flush()
            changed = session.info.pop(CHANGED, ())
            worklist_rows.renew(connection, changed, self.today)
            for finish in session.info.pop(_AT_THE_END, ()):
                finish()
            session.flush()
            told = session.info.pop(_AFTERWARDS, ())
        for tell in told:
            tell()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One consistent look at the database."""
        with (
            own_errors(self.engine),
            self._reading.begin() as connection,
            _Joined(connection) as session,
        ):
            yield session

    def _turn(self) -> AbstractContextManager[None]:
        return self._turns.turn(engines.BUSY_SECONDS) if self._turns else nullcontext()

    def ask(self, statement: Executable, parameters: Mapping[str, Any]) -> Sequence[Row[Any]]:
        """The rows of one statement by itself: what is asked for every mail, without a session
        around it.
        """
        with own_errors(self.engine), self._reading.connect() as connection:
            return connection.execute(statement, parameters).all()

    def lock(self, session: Session, name: str) -> None:
        """Let transactions that name the same lock run one after another (on SQLite all that write
        do so anyway).
        """
        if self.on_postgresql:
            session.execute(
                text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name}
            )

    def close(self) -> None:
        """Give the connections back; on SQLite the write-ahead log is emptied into the database
        first.
        """
        if not self.on_postgresql:
            empty_log(self)
        self.engine.dispose()

    def __exit__(self, *_fault: object) -> None:
        self.close()


def at_the_end(session: Session, finish: Callable[[], None]) -> None:
    """Do something as the last of this transaction, before it commits; not when it raises."""
    session.info.setdefault(_AT_THE_END, []).append(finish)


def afterwards(session: Session, tell: Callable[[], None]) -> None:
    """Tell of something once this transaction is committed; not when it raises."""
    session.info.setdefault(_AFTERWARDS, []).append(tell)


def open_store(settings: Settings) -> Store:
    """Open the database of an installation. Never makes keys and never changes the schema.

    Raises:
        ConfigurationError: the schema is absent, older or newer; keys are missing or belong to
            another database.
        StoreUnavailable: the database does not answer.
    """
    engine = make_engine(settings.database)
    _refuse_other_schema(engine)
    today = local_today()
    if missing := missing_keys(settings.key_folder, today):
        raise ConfigurationError(
            f"the key store {settings.key_folder} lacks: {', '.join(missing)}; run `intake keys"
            " create`, or put the keys back"
        )
    store = Store(settings, engine, Vault(settings.key_folder))
    _refuse_other_keys(store)
    return store


def empty_log(store: Store) -> None:
    """Write SQLite's write-ahead log into the database and cut it to nothing (what others still
    read stays).
    """
    with own_errors(store.engine), closing(own_connection(store.engine)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def schema_of(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def _refuse_other_schema(engine: Engine) -> None:
    found = None
    if is_there(engine):
        with (
            own_errors(engine),
            engine.connect().execution_options(**{READ_ONLY: True}) as connection,
        ):
            found = schema_of(connection)
    if found is None:
        raise ConfigurationError("the database has no schema yet; run `intake migrate`")
    if found < SCHEMA:
        raise ConfigurationError(
            f"the database has schema {found}, this intake needs {SCHEMA}; run `intake migrate`"
        )
    if found > SCHEMA:
        raise ConfigurationError(
            f"the database has schema {found}, made by a newer intake than this one ({SCHEMA});"
            " `intake migrate` cannot go back"
        )


def _refuse_other_keys(store: Store) -> None:
    check = store.vault.token("installation", "key-check")
    with store.read() as session:
        row = session.get(InstallationRow, 1)
    if row is None:
        try:
            with store.write() as session:
                session.add(InstallationRow(id=1, key_check=check, created_at=store.clock()))
        except IntegrityError:
            return _refuse_other_keys(store)
        return None
    if row.key_check != check:
        raise ConfigurationError(
            f"the keys in {store.settings.key_folder} belong to another database; put the right"
            " keys back"
        )
    return None
