"""Destroying what is past its term, after a person approved the list: written down, then the key,
for good, then the rows.

The key of a case stands in the key list of its quarter (key_tree.py), outside the database: once it
is cut out there, the case opens nowhere any more, neither here nor from a restored backup. What a
crash left undone, ``mend`` does; so it does with what comes back from a backup.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from hashlib import sha256
from itertools import chain, groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, exists, func, insert, select, update
from sqlalchemy.orm import Mapped, aliased
from sqlmodel import Session, col

from intake.errors import KeyMissing
from intake.failpoints import failpoint
from intake.model.basics import AMSTERDAM, local_date
from intake.profile import RecordKind, Retention, Term
from intake.store import Store, declared_care, empty_log, invoices, sealed
from intake.store.crypto.key_tree import Part
from intake.store.crypto.vault import Vault
from intake.store.tables import (
    CaseState,
    CompanionRow,
    DestroyedRow,
    HoldRow,
    InvoiceRow,
    LedgerRow,
    MailRow,
    RestrictionRow,
    SealedRow,
    cols,
)

BATCH = 100
RESTORED = "hersteld"
"""List number of what came back after it was destroyed, and was taken away again."""

_STATES = {
    RecordKind.INVOICE: (CaseState.QUEUED, CaseState.ACCEPTED),
    RecordKind.REFUSED: (CaseState.REJECTED,),
    RecordKind.OTHER: (CaseState.IGNORED, CaseState.QUARANTINED),
}
"""What a mail is by its end, unless an invoice of it was accepted (``kind_of``)."""
_DECIDED = (CaseState.QUEUED, CaseState.ACCEPTED, CaseState.REJECTED, CaseState.IGNORED)
"""A quarantined mail is kept whole: a person may still let the rules look at it again."""
_UNFINISHED = (CaseState.RECEIVED, CaseState.WAITING, CaseState.QUARANTINED)
_PIECES: Mapping[RecordKind, Mapping[Part, tuple[str, ...]]] = {
    RecordKind.RAW_MAIL: {Part.RAW_MAIL: (sealed.RAW, sealed.FETCHED, sealed.PASSWORD)},
    RecordKind.ATTACHMENT: {
        Part.RAW_MAIL: (sealed.RAW, sealed.FETCHED, sealed.PASSWORD),
        Part.ATTACHMENT: (sealed.CARE, sealed.GIST),
    },
}
_COLUMNS = cols(
    MailRow.reference,
    MailRow.state,
    MailRow.key_period,
    MailRow.municipality,
    MailRow.received_at,
    MailRow.decided_at,
)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing whose term has ended: a case, or a part of one that lives on."""

    reference: str
    kind: RecordKind
    state: CaseState
    key_period: str
    received_on: dt.date
    decided_on: dt.date
    ended_on: dt.date
    """The first day on which it may be destroyed."""
    ground: str

    @property
    def name(self) -> tuple[str, RecordKind]:
        return self.reference, self.kind


@dataclass(frozen=True, slots=True)
class Approval:
    """Who agreed to which list (vernietigingslijst)."""

    list_number: str
    by: str


@dataclass(frozen=True, slots=True)
class Destroyed:
    """What a declaration (verklaring van vernietiging) tells of one list."""

    approval: Approval
    first: dt.datetime
    last: dt.datetime
    items: tuple[Item, ...]
    still_open: tuple[Item, ...]
    """What can be opened still: always empty, or the key store is an older one."""


def ends(rule: Term, decided: dt.date) -> dt.date:
    """The first day on which a record may be destroyed."""
    start = decided if rule.starts == "decision" else dt.date(decided.year + 1, 1, 1)
    try:
        return start.replace(year=start.year + rule.years) + dt.timedelta(days=rule.days)
    except ValueError:  # 29 February
        return dt.date(start.year + rule.years, 3, 1) + dt.timedelta(days=rule.days)


def due(
    store: Store, rules: Sequence[Retention], among: Collection[str] | None = None
) -> tuple[Item, ...]:
    """What may be destroyed today: nothing under a legal hold or a restriction, nothing that a
    living case still needs. Oldest first.

    Args:
        among: only these cases; None: all.
    """
    with store.read() as session:
        return _due(session, rules, store.today, among)


def kind_of(session: Session, reference: str, state: CaseState) -> RecordKind | None:
    """What a mail is kept as: as an invoice when one of it is or was paid, whatever its own end; None
    while it has no end.
    """
    kind = next((kind for kind, states in _STATES.items() if state in states), None)
    if kind is None or not session.execute(select(_is_paid(reference))).scalar_one():
        return kind
    return RecordKind.INVOICE


def list_number(items: Sequence[Item], today: dt.date) -> str:
    """The number of a list: its day, and a mark of what stands on it."""
    lines = "\n".join(f"{item.reference} {item.kind}" for item in items)
    return f"VL-{today:%Y%m%d}-{sha256(lines.encode()).hexdigest()[:8]}"


def destroy(
    store: Store, rules: Sequence[Retention], items: Sequence[Item], approval: Approval
) -> Iterator[tuple[Item, ...]]:
    """Destroy the approved items that may still be destroyed; yields those of each commit.

    Raises:
        KeyMissing: a key list is not there; its cases stay.
        ConfigurationError: a key list cannot be written; its cases stay.
    """
    for start in range(0, len(items), BATCH):
        yield _destroy(store, rules, items[start : start + BATCH], approval)
    if not store.on_postgresql:
        empty_log(store)


def mend(store: Store, rules: Sequence[Retention]) -> int:
    """After a crash or a restored backup: destroy what was to be destroyed. Returns how much there
    was.

    Keys of what was declared destroyed are cut out of the key lists, where a crash left them or an
    older copy of the key store brought them back; rows whose key is gone are taken away.
    """
    back = _keys_that_came_back(store)
    for period, names in back.items():
        store.vault.destroy(period, names)
    return sum(map(len, back.values())) + _remove_unopenable(store, rules)


def came_back(store: Store) -> int:
    """How much of what was destroyed is there (again), after a crash or a restored backup; ``mend``
    takes it away.
    """
    with store.read() as session:
        rows = len(_unopenable(store, session))
        return rows + sum(map(len, _keys_that_came_back(store).values()))


def declared(store: Store, number: str) -> Destroyed | None:
    """What was destroyed by a list, checked against the key store as it lies there now; None when
    there is no such list.
    """
    on_list = select(DestroyedRow).where(col(DestroyedRow.list_number) == number)
    with store.read() as session:
        rows = session.execute(on_list.order_by(col(DestroyedRow.id))).scalars().all()
    if not rows:
        return None
    fresh = Vault(store.settings.key_folder)
    items = {row.id: _destroyed_item(row) for row in rows}
    still_open = tuple(items[row.id] for row in rows if _opens(fresh, row))
    return Destroyed(
        Approval(number, rows[0].approved_by),
        rows[0].at,
        rows[-1].at,
        tuple(items.values()),
        still_open,
    )


def forget_years(store: Store, rules: Sequence[Retention]) -> tuple[str, ...]:
    """Destroy the hash keys of years of which nothing is left and every term has ended.

    Returns the names of those that are systemd credentials, to be taken away by hand.
    """
    with store.read() as session:
        oldest = session.execute(
            select(func.min(func.substr(col(MailRow.key_period), 1, 4)))
        ).scalar_one()
    ended = [
        year
        for year in store.vault.hash_years()[:-1]
        if (oldest is None or year < int(oldest))
        and all(ends(rule, dt.date(year, 12, 31)) <= store.today for rule in rules)
    ]
    return tuple(f"hash-{year}.key" for year in ended if not store.vault.remove(f"hash-{year}"))


def _due(
    session: Session,
    rules: Sequence[Retention],
    today: dt.date,
    among: Collection[str] | None = None,
) -> tuple[Item, ...]:
    found: dict[tuple[str, RecordKind], Item] = {}
    whole: set[str] = set()
    for rule in sorted(rules, key=lambda rule: rule.kind in _PIECES):
        query = select(*_COLUMNS).where(*_past(rule, today)).order_by(col(MailRow.sequence))
        if among is not None:
            query = query.where(col(MailRow.reference).in_(among))
        items = [_item(row, rule) for row in session.execute(query) if row.reference not in whole]
        found |= {item.name: item for item in items}
        whole |= {item.reference for item in items if item.kind in _STATES}
    return tuple(
        sorted(found.values(), key=lambda item: (item.received_on, item.reference, item.kind))
    )


def _past(rule: Retention, today: dt.date) -> list[ColumnElement[bool]]:
    parent = aliased(MailRow)
    needed = exists().where(
        col(CompanionRow.companion) == col(MailRow.reference),
        col(CompanionRow.reference) == col(parent.reference),
        ~col(CompanionRow.apart),
    )
    past = [
        ~col(MailRow.due),
        col(MailRow.decided_at)
        < dt.datetime.combine(decided_before(rule, today), dt.time(), AMSTERDAM),
        ~exists().where(col(HoldRow.reference) == col(MailRow.reference)),
        ~exists().where(col(RestrictionRow.reference) == col(MailRow.reference)),
    ]
    if rule.municipality:
        past.append(col(MailRow.municipality) == rule.municipality)
    if rule.kind in _STATES:
        return [*past, _is_kept_as(rule.kind), ~needed]
    unfinished = needed.where(col(parent.state).in_(_UNFINISHED))
    lies_there = _lies_there(col(MailRow.reference), rule.kind)
    return [*past, col(MailRow.state).in_(_DECIDED), lies_there, ~unfinished]


def _is_kept_as(kind: RecordKind) -> ColumnElement[bool]:
    """As ``kind_of``, asked of all mails."""
    by_end, paid = col(MailRow.state).in_(_STATES[kind]), _is_paid(col(MailRow.reference))
    if kind is not RecordKind.INVOICE:
        return by_end & ~paid
    return by_end | (col(MailRow.state).in_([*chain.from_iterable(_STATES.values())]) & paid)


def _is_paid(reference: str | Mapped[str]) -> ColumnElement[bool]:
    return exists().where(
        col(InvoiceRow.reference) == reference, col(InvoiceRow.state).in_(invoices.SETTLED)
    )


def decided_before(rule: Term, today: dt.date) -> dt.date:
    """What was decided before this day is past its term: the other way round of ``ends``."""
    last = today - dt.timedelta(days=rule.days)
    year = last.year - rule.years
    if rule.starts == "year-end":
        return dt.date(year, 1, 1)
    try:
        return last.replace(year=year) + dt.timedelta(days=1)
    except ValueError:  # 29 February
        return dt.date(year, 3, 1)


def _item(row: Row[*tuple[Any, ...]], rule: Retention) -> Item:
    decided = local_date(row.decided_at or row.received_at)
    return Item(
        row.reference,
        rule.kind,
        CaseState(row.state),
        row.key_period,
        local_date(row.received_at),
        decided,
        ends(rule, decided),
        rule.ground,
    )


def _destroyed_item(row: DestroyedRow) -> Item:
    values = {each.name: getattr(row, each.name) for each in fields(Item)}
    return Item(**values | {"kind": RecordKind(row.kind), "state": CaseState(row.state)})


def _destroy(
    store: Store, rules: Sequence[Retention], items: Sequence[Item], approval: Approval
) -> tuple[Item, ...]:
    references = {item.reference for item in items}
    approved = {item.name for item in items}
    failpoint("before-destroy")
    with store.write() as session:
        session.execute(
            select(col(MailRow.sequence))
            .where(col(MailRow.reference).in_(references))
            .order_by(col(MailRow.sequence))
            .with_for_update()
        )
        doomed = tuple(
            item for item in _due(session, rules, store.today, references) if item.name in approved
        )
        for item in doomed:
            _declare(store, session, item, approval)
    failpoint("after-declared")
    by_period = attrgetter("key_period")
    for period, group in groupby(sorted(doomed, key=by_period), key=by_period):
        store.vault.destroy(
            period, [(item.reference, part) for item in group for part in _parts(item.kind)]
        )
    failpoint("after-keys-destroyed")
    with store.write() as session:
        for item in doomed:
            _remove(store, session, item)
    failpoint("after-destroy")
    return doomed


def _parts(kind: RecordKind) -> Collection[Part]:
    return _PIECES.get(kind, (Part.CASE,))


def _remove(store: Store, session: Session, item: Item) -> None:
    """The rows of what cannot be opened any more: with a case go its hashes, pictures, search
    terms, events and letters.
    """
    if item.kind in _PIECES:
        for kinds in _PIECES[item.kind].values():
            sealed.clear(session, item.reference, *kinds)
        sealed.note(store, session, item.reference, f"destroyed-{item.kind.value}")
        if item.kind is RecordKind.ATTACHMENT:
            declared_care.forget(session, item.reference)
        return
    in_ledger = update(LedgerRow).where(col(LedgerRow.reference) == item.reference)
    session.execute(in_ledger.values(content_hash=None))
    session.execute(delete(HoldRow).where(col(HoldRow.reference) == item.reference))
    session.execute(delete(MailRow).where(col(MailRow.reference) == item.reference))


def _declare(store: Store, session: Session, item: Item, approval: Approval) -> None:
    known = exists().where(
        col(DestroyedRow.reference) == item.reference, col(DestroyedRow.kind) == item.kind.value
    )
    if session.execute(select(known)).scalar_one():
        return
    on_list = {"list_number": approval.list_number, "approved_by": approval.by}
    row = asdict(item) | {"kind": item.kind.value, "state": item.state.value, **on_list}
    session.execute(insert(DestroyedRow).values(row | {"at": store.clock()}))


def _opens(vault: Vault, row: DestroyedRow | Row[*tuple[Any, ...]]) -> bool:
    with suppress(KeyMissing):
        left = vault.parts(row.reference, row.key_period)
        return not set(_parts(RecordKind(row.kind))).isdisjoint(left)
    return False


def _keys_that_came_back(store: Store) -> dict[str, list[tuple[str, Part]]]:
    """By period: keys that were destroyed, and stand in the key lists again."""
    back: dict[str, list[tuple[str, Part]]] = {}
    with store.read() as session:
        for row in session.execute(
            select(*cols(DestroyedRow.reference, DestroyedRow.kind, DestroyedRow.key_period))
        ):
            if _opens(store.vault, row):
                back.setdefault(row.key_period, []).extend(
                    (row.reference, part) for part in _parts(RecordKind(row.kind))
                )
    return back


def _unopenable(store: Store, session: Session) -> list[tuple[Row[*tuple[Any, ...]], RecordKind]]:
    """Cases, or parts, whose rows stand here while their key was destroyed."""
    in_punctured = func.substr(col(MailRow.key_period), 1, 6).in_(store.vault.punctured())
    found = []
    for row in session.execute(select(*_COLUMNS).where(in_punctured)):
        parts = store.vault.parts(row.reference, row.key_period)
        if Part.CASE not in parts:
            kind = kind_of(session, row.reference, CaseState(row.state))
            found.append((row, kind or RecordKind.OTHER))
        elif len(parts) < len(Part):
            found += [
                (row, kind)
                for kind in _PIECES
                if set(_PIECES[kind]).isdisjoint(parts)
                and session.execute(select(_lies_there(row.reference, kind))).scalar_one()
            ]
    return found


def _lies_there(reference: str | Mapped[str], kind: RecordKind) -> ColumnElement[bool]:
    """Whether a case still has pieces of this kind of record."""
    kinds = [*chain.from_iterable(_PIECES[kind].values())]
    return exists().where(col(SealedRow.reference) == reference, col(SealedRow.kind).in_(kinds))


def _remove_unopenable(store: Store, rules: Sequence[Retention]) -> int:
    by_kind = {rule.kind: rule for rule in rules}
    of_its_own = {(rule.municipality, rule.kind): rule for rule in rules}
    with store.read() as session:
        found = _unopenable(store, session)
    with store.write() as session:
        for row, kind in found:
            item = _item(row, of_its_own.get((row.municipality, kind), by_kind[kind]))
            _remove(store, session, item)
            _declare(store, session, item, Approval(RESTORED, ""))
    return len(found)
