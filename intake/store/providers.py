"""The register of providers (aanbieders) and the passwords agreed with them, all of it sealed."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from pydantic import TypeAdapter
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, or_, select

from intake.errors import Conflict
from intake.store import Store
from intake.store.codec import pack, unpack
from intake.store.tables import ProviderPasswordRow, ProviderRow
from intake.store.traits import fold
from intake.store.vault import DataKey, WrappedKey


@dataclass(frozen=True, slots=True)
class Provider:
    kvk: str
    name: str = field(repr=False)
    email: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Registered:
    provider: Provider
    passwords: int
    """How many passwords are in force today."""


PROVIDERS = TypeAdapter(Provider)


def add_provider(store: Store, provider: Provider) -> None:
    """Register a provider.

    Raises:
        Conflict: this KvK number is registered.
    """
    id = f"PR-{secrets.token_hex(8)}"
    key, wrapped = store.vault.new_data_key(id, store.today)
    row = ProviderRow(
        id=id,
        kvk_hash=_kvk_hash(store, provider.kvk),
        email_hash=_email_hash(store, provider.email),
        key_period=wrapped.period,
        wrapped_key=wrapped.data,
        details=key.seal("provider", pack(PROVIDERS, provider)),
        created_at=store.clock(),
    )
    try:
        with store.write() as session:
            session.add(row)
    except IntegrityError:
        raise Conflict("a provider with this KvK number is registered already") from None


def add_password(store: Store, kvk: str, password: str, valid_from: dt.date, valid_until: dt.date | None = None) -> None:
    """Agree a password; earlier ones stay in force until their own last day, for attachments that come late.

    Raises:
        Conflict: no provider with this KvK number.
    """
    with store.write() as session:
        row = session.exec(select(ProviderRow).where(col(ProviderRow.kvk_hash) == _kvk_hash(store, kvk))).first()
        if row is None:
            raise Conflict("no provider with this KvK number is registered")
        id = f"PW-{secrets.token_hex(8)}"
        wrapped = _key(store, row).seal(f"password|{id}", password.encode("utf-8", "surrogatepass"))
        session.add(ProviderPasswordRow(id=id, provider=row.id, wrapped=wrapped, valid_from=valid_from, valid_until=valid_until))


def passwords_for(store: Store, address: str | None, kvk_numbers: Sequence[str], day: dt.date) -> tuple[str, ...]:
    """Passwords in force on a day of the providers with this address or one of these KvK numbers, newest first."""
    with store.read() as session:
        rows = session.exec(
            select(ProviderRow).where(
                or_(
                    col(ProviderRow.kvk_hash).in_([_kvk_hash(store, kvk) for kvk in kvk_numbers]),
                    col(ProviderRow.email_hash) == _email_hash(store, address or ""),
                )
            )
        ).all()
        return tuple(dict.fromkeys(password for row in rows for password in _passwords(store, session, row, day)))


def providers(store: Store) -> tuple[Registered, ...]:
    """All registered providers, oldest first."""
    with store.read() as session:
        rows = session.exec(select(ProviderRow).order_by(col(ProviderRow.created_at))).all()
        return tuple(
            Registered(unpack(PROVIDERS, _key(store, row).unseal("provider", row.details)), len(_passwords(store, session, row, store.today)))
            for row in rows
        )


def _passwords(store: Store, session: Session, provider: ProviderRow, day: dt.date) -> list[str]:
    key = _key(store, provider)
    rows = session.exec(
        select(ProviderPasswordRow)
        .where(
            col(ProviderPasswordRow.provider) == provider.id,
            col(ProviderPasswordRow.valid_from) <= day,
            or_(col(ProviderPasswordRow.valid_until).is_(None), col(ProviderPasswordRow.valid_until) >= day),
        )
        .order_by(col(ProviderPasswordRow.valid_from).desc())
    )
    return [key.unseal(f"password|{row.id}", row.wrapped).decode("utf-8", "surrogatepass") for row in rows]


def _key(store: Store, row: ProviderRow) -> DataKey:
    return store.vault.data_key(row.id, WrappedKey(row.key_period, row.wrapped_key))


def _kvk_hash(store: Store, kvk: str) -> str:
    return store.vault.hash("provider-kvk", fold(kvk))


def _email_hash(store: Store, email: str) -> str:
    return store.vault.hash("provider-email", fold(email))
