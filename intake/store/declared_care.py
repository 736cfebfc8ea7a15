"""Which care was declared before: keyed hashes of client and product with the days, of every
provider together.

No hash is of the BSN alone. The rows are written in the verdict's transaction and go with their
case, or with what stood in its attachment. What was refused or ignored does not count, so that an
invoice that comes again is no double.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, insert, select, union_all
from sqlmodel import Session, col

from intake.model.care import CareLine, EarlierCare
from intake.store import Store, municipality
from intake.store.tables import CareRow, CaseState, MailRow, cols
from intake.text.care_key import client_of, days_of, products_of

_COUNTS = (CaseState.WAITING, CaseState.QUEUED, CaseState.ACCEPTED)
_AT_ONCE = 500
_CARE = (
    select(
        *cols(
            CareRow.id,
            CareRow.reference,
            CareRow.code_hash,
            CareRow.words_hash,
            CareRow.first_day,
            CareRow.last_day,
            MailRow.state,
        )
    )
    .join(MailRow, col(MailRow.reference) == col(CareRow.reference))
    .where(
        col(CareRow.reference) != bindparam("before"),
        col(CareRow.id) > bindparam("seen"),
        municipality.same(bindparam("before"), bindparam("own")),
    )
)
_HASHES: BindParameter[str] = bindparam("hashes", expanding=True)
_BY_HASH = union_all(
    *(
        _CARE.where(hashed.in_(_HASHES))
        for hashed in (col(CareRow.code_hash), col(CareRow.words_hash))
    )
).order_by("id")
"""Each half by an index of its own, which one condition with "or" might not get. The state is looked
at afterwards: with many hashes SQLite would begin with all mails in those states."""
_KEEP = insert(CareRow)


@dataclass(frozen=True, slots=True)
class Care:
    """One care line as it is compared: hashes under every living key, the newest first."""

    row: int
    codes: Sequence[str]
    words: Sequence[str]
    first_day: dt.date
    last_day: dt.date


def hashed(store: Store, lines: Iterable[CareLine]) -> list[Care]:
    """The lines that can be compared: with a client, a product and days. Raises KeyMissing."""
    with store.vault.one_look():
        return list(_hashed(store, lines))


def keep(session: Session, reference: str, care: Sequence[Care]) -> None:
    """Write what a case declares, in the transaction of its verdict."""

    def newest(hashes: Sequence[str]) -> str | None:
        return hashes[0] if hashes else None

    rows = [
        {
            "reference": reference,
            "code_hash": newest(c.codes),
            "words_hash": newest(c.words),
            "first_day": c.first_day,
            "last_day": c.last_day,
        }
        for c in care
    ]
    if rows:
        session.connection().execute(_KEEP, rows)


def forget(session: Session, reference: str) -> None:
    """Take away what a case declared."""
    session.execute(delete(CareRow).where(col(CareRow.reference) == reference))


def earlier(store: Store, lines: Iterable[CareLine], before: str) -> tuple[EarlierCare, ...]:
    """Which lines overlap with care that another mail than ``before`` declared.

    Raises KeyMissing.
    """
    care = hashed(store, lines)
    if not care:
        return ()
    return tuple(dict.fromkeys(_overlapping(store.ask, care, before, own=store.settings.profile)))


def declared_since(session: Session, care: Sequence[Care], reference: str, seen: int) -> bool:
    """Whether another mail declared some of this care after row ``seen`` was the last."""
    return any(_overlapping(session.connection().execute, care, reference, seen))


def _hashed(store: Store, lines: Iterable[CareLine]) -> Iterator[Care]:
    for line in lines:
        client, days, (code, words) = client_of(line), days_of(line), products_of(line)
        if client and days and (code or words):
            codes = store.vault.hashes("care-code", client, code) if code else []
            yield Care(
                line.row,
                codes,
                store.vault.hashes("care-words", client, words) if words else [],
                *days,
            )


def _overlapping(
    ask: Callable[..., Iterable[Any]],
    care: Sequence[Care],
    before: str,
    seen: int = 0,
    own: str = "",
) -> Iterator[EarlierCare]:
    """The code decides where both have one, else the description."""
    by_hash: dict[str, list[Care]] = {}
    for line in care:
        for value in (*line.codes, *line.words):
            by_hash.setdefault(value, []).append(line)
    hashes = list(by_hash)
    for start in range(0, len(hashes), _AT_ONCE):
        wanted = {
            "hashes": hashes[start : start + _AT_ONCE],
            "before": before,
            "seen": seen,
            "own": own,
        }
        for found in ask(_BY_HASH, wanted):
            if found.state not in _COUNTS:
                continue
            for line in (*by_hash.get(found.code_hash, ()), *by_hash.get(found.words_hash, ())):
                if (
                    line.first_day <= found.last_day
                    and found.first_day <= line.last_day
                    and _same_product(line, found)
                ):
                    yield EarlierCare(line.row, found.reference)


def _same_product(line: Care, found: Any) -> bool:
    if line.codes and found.code_hash:
        return found.code_hash in line.codes
    return found.words_hash in line.words
