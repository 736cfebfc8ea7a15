"""Providers whom we know, with the passwords agreed for their attachments, sealed."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import structlog
from sqlalchemy import Row, bindparam
from sqlmodel import Session, col, or_, select

from intake.errors import CannotOpen, Conflict, KeyMissing
from intake.store import Store
from intake.store.crypto.key_tree import Part
from intake.store.crypto.vault import DataKey, WrappedKey
from intake.store.lookup_hashes import SENDER, trait_hashes
from intake.store.records import Format, shapes
from intake.store.tables import InvoiceRow, ProviderPasswordRow, ProviderRow, TraitRow
from intake.text.folding import without_spaces

log = structlog.get_logger()

_NEWEST = (col(ProviderPasswordRow.valid_from).desc(), col(ProviderPasswordRow.created_at).desc())
_PROVIDERS_OF = (
    select(ProviderRow)
    .where(
        or_(
            col(ProviderRow.kvk_hash).in_(bindparam("kvk", expanding=True)),
            col(ProviderRow.email_hash) == bindparam("email"),
        )
    )
    .order_by(col(ProviderRow.created_at), col(ProviderRow.id))
)


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider (aanbieder) as registered."""

    kvk: str
    name: str = field(repr=False)
    email: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AgreedPassword:
    """When a password is in force; never the password itself."""

    id: str
    valid_from: dt.date
    valid_until: dt.date | None
    """The last day; None: until it is ended."""


PROVIDERS = Format(shapes.Provider, Provider)


def add_provider(
    store: Store, kvk: str, name: str, email: str, password: str | None = None
) -> None:
    """Register a provider; one with this KvK number gets the new name and address.

    Args:
        password: agreed for its attachments, in force from today on; earlier ones stay, for what
            comes late.
    """
    with store.write() as session:
        row = _provider(store, session, kvk) or _new_provider(store, kvk)
        key = _provider_key(store, row)
        row.email_hash = _email_hash(store, email)
        row.details = key.seal("provider", PROVIDERS.pack(Provider(kvk, name, email)))
        session.add(row)
        session.flush()
        if password is not None:
            _agree(store, session, row, password, store.today, None)


def add_password(
    store: Store, kvk: str, password: str, valid_from: dt.date, valid_until: dt.date | None = None
) -> None:
    """Agree a password for the attachments of a provider, with its first and last day.

    Raises:
        Conflict: no provider with this KvK number.
    """
    with store.write() as session:
        row = _known_provider(store, session, kvk)
        _agree(store, session, row, password, valid_from, valid_until)


def attachment_passwords(
    store: Store, address: str | None, kvk_numbers: Sequence[str], day: dt.date | None = None
) -> tuple[str, ...]:
    """Passwords of the providers with this address or one of these KvK numbers; of each provider
    the newest first.

    Args:
        day: the date they must be in force; today unless given.
    """
    with store.read() as session:
        rows = _asked(store, session, address, kvk_numbers)
        passwords = (_passwords(store, session, row, day or store.today) for row in rows)
        return tuple(dict.fromkeys(chain.from_iterable(passwords)))


def agreed_passwords(store: Store, kvk: str) -> tuple[AgreedPassword, ...]:
    """When each password of a provider is or was in force, the newest first.

    Raises:
        Conflict: no provider with this KvK number.
    """
    with store.read() as session:
        provider = _known_provider(store, session, kvk)
        rows = session.exec(
            select(ProviderPasswordRow)
            .where(col(ProviderPasswordRow.provider) == provider.id)
            .order_by(*_NEWEST)
        )
        return tuple(AgreedPassword(row.id, row.valid_from, row.valid_until) for row in rows)


def end_password(store: Store, id: str, last_day: dt.date) -> None:
    """Take a password out of force after its last day.

    Raises:
        Conflict: there is no such password.
    """
    with store.write() as session:
        row = session.get(ProviderPasswordRow, id)
        if row is None:
            raise Conflict(f"there is no password {id}")
        row.valid_until = last_day


def providers_of(
    store: Store, address: str | None, kvk_numbers: Sequence[str]
) -> tuple[Provider, ...]:
    """The registered providers with this address or one of these KvK numbers."""
    with store.read() as session:
        return tuple(_open_providers(store, _asked(store, session, address, kvk_numbers)))


def list_providers(store: Store) -> tuple[Provider, ...]:
    """All registered providers, oldest first."""
    with store.read() as session:
        rows = session.exec(select(ProviderRow).order_by(col(ProviderRow.created_at))).all()
        return tuple(_open_providers(store, rows))


def unused(store: Store, session: Session, moment: dt.datetime) -> list[ProviderRow]:
    """The providers of which no mail or invoice is kept, and nothing was agreed or ended since this
    moment; and those whose key was destroyed before.
    """
    rows = session.exec(select(ProviderRow).where(col(ProviderRow.created_at) < moment)).all()
    return [
        row
        for row in rows
        if _is_destroyed(store, row)
        or not (_agreed_since(session, row, moment) or _is_known(store, session, row))
    ]


def destroy_keys(store: Store, rows: Iterable[ProviderRow]) -> None:
    """Destroy the keys of providers for good, in backups too; ``remove_without_key`` takes their rows.

    Raises:
        KeyMissing, ConfigurationError: as ``Vault.destroy``.
    """
    for row in rows:
        store.vault.destroy(row.key_period, [(row.id, Part.CASE)])


def remove_without_key(store: Store, session: Session) -> int:
    """Take away the providers whose key was destroyed, with their passwords. Returns how many."""
    gone = [row for row in session.exec(select(ProviderRow)) if _is_destroyed(store, row)]
    for row in gone:
        session.delete(row)
    session.flush()
    return len(gone)


def _agreed_since(session: Session, row: ProviderRow, moment: dt.datetime) -> bool:
    newer = or_(
        col(ProviderPasswordRow.created_at) >= moment,
        col(ProviderPasswordRow.valid_until) >= moment.date(),
    )
    wanted = select(ProviderPasswordRow.id).where(col(ProviderPasswordRow.provider) == row.id)
    return session.exec(wanted.where(newer).limit(1)).first() is not None


def _is_known(store: Store, session: Session, row: ProviderRow) -> bool:
    """Whether a mail of its address, or an invoice with its KvK number, is kept. One that does not
    open stays.
    """
    own = next(_open_providers(store, [row]), None)
    if own is None:
        return True
    sent = select(TraitRow.id).where(
        col(TraitRow.kind) == SENDER, col(TraitRow.hash).in_(trait_hashes(store, SENDER, own.email))
    )
    hashes = store.vault.hashes("supplier", without_spaces(own.kvk))
    by_kvk = or_(col(InvoiceRow.kvk) == own.kvk, col(InvoiceRow.kvk_hash).in_(hashes))
    invoiced = select(InvoiceRow.id).where(by_kvk)
    return any(session.exec(each.limit(1)).first() is not None for each in (sent, invoiced))


def _open_providers(
    store: Store, rows: Iterable[ProviderRow | Row[*tuple[Any, ...]]]
) -> Iterator[Provider]:
    """Those that can be opened; of the others the log tells."""
    for row in rows:
        try:
            yield PROVIDERS.unpack(_provider_key(store, row).unseal("provider", row.details))
        except CannotOpen as error:
            log.warning("a provider cannot be opened", provider=row.id, code=error.code)


def _known_provider(store: Store, session: Session, kvk: str) -> ProviderRow:
    if (row := _provider(store, session, kvk)) is None:
        raise Conflict("no provider with this KvK number is registered")
    return row


def _provider(store: Store, session: Session, kvk: str) -> ProviderRow | None:
    known = col(ProviderRow.kvk_hash) == _kvk_hash(store, kvk)
    return session.exec(select(ProviderRow).where(known)).first()


def _asked(
    store: Store, session: Session, address: str | None, kvk_numbers: Sequence[str]
) -> Sequence[Row[*tuple[Any, ...]]]:
    """Rows of the providers with this address or one of these KvK numbers, but those whose key was
    destroyed.
    """
    kvk = [_kvk_hash(store, kvk) for kvk in kvk_numbers]
    wanted = {"kvk": kvk, "email": _email_hash(store, address or "")}
    rows = session.connection().execute(_PROVIDERS_OF, wanted).all()
    return [row for row in rows if not _is_destroyed(store, row)]


def _is_destroyed(store: Store, row: ProviderRow | Row[*tuple[Any, ...]]) -> bool:
    """Not while the key list of its quarter is not there: it may come back."""
    with suppress(KeyMissing):
        return Part.CASE not in store.vault.parts(row.id, row.key_period)
    return False


def _new_provider(store: Store, kvk: str) -> ProviderRow:
    id = f"PR-{secrets.token_hex(8)}"
    _, wrapped = store.vault.new_data_key(id, store.today)
    return ProviderRow(
        id=id,
        kvk_hash=_kvk_hash(store, kvk),
        email_hash="",
        key_period=wrapped.period,
        wrapped_key=wrapped.data,
        details=b"",
        created_at=store.clock(),
    )


def _agree(
    store: Store,
    session: Session,
    row: ProviderRow,
    password: str,
    valid_from: dt.date,
    valid_until: dt.date | None,
) -> None:
    id = f"PW-{secrets.token_hex(8)}"
    typed = password.encode("utf-8", "surrogatepass")
    wrapped = _provider_key(store, row).seal(f"password|{id}", typed)
    session.add(
        ProviderPasswordRow(
            id=id,
            provider=row.id,
            wrapped=wrapped,
            valid_from=valid_from,
            valid_until=valid_until,
            created_at=store.clock(),
        )
    )


def _passwords(
    store: Store, session: Session, provider: Row[*tuple[Any, ...]], day: dt.date
) -> list[str]:
    key = _provider_key(store, provider)
    rows = session.exec(
        select(ProviderPasswordRow)
        .where(
            col(ProviderPasswordRow.provider) == provider.id,
            col(ProviderPasswordRow.valid_from) <= day,
            or_(
                col(ProviderPasswordRow.valid_until).is_(None),
                col(ProviderPasswordRow.valid_until) >= day,
            ),
        )
        .order_by(*_NEWEST)
    )
    return [
        key.unseal(f"password|{row.id}", row.wrapped).decode("utf-8", "surrogatepass")
        for row in rows
    ]


def _provider_key(store: Store, row: ProviderRow | Row[*tuple[Any, ...]]) -> DataKey:
    return store.vault.data_key(row.id, WrappedKey(row.key_period, row.wrapped_key))


def _kvk_hash(store: Store, kvk: str) -> str:
    return store.vault.token("provider-kvk", without_spaces(kvk))


def _email_hash(store: Store, email: str) -> str:
    return store.vault.token("provider-email", without_spaces(email))
