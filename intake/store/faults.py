"""Why invoices stand refused, to count by: names of checks, in the open and without a word of what
was found (docs/decisions/45).

The rows go with the refusal: an invoice that is accepted, or stands open again, has none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress

from sqlalchemy import delete, insert
from sqlmodel import Session, col, select

from intake.errors import CannotOpen
from intake.model.finding import Severity
from intake.model.verdict import Verdict
from intake.store import Store, sealed
from intake.store.journal import find
from intake.store.records import VERDICTS
from intake.store.tables import FaultRow, InvoiceRow, InvoiceState

OWN_WORDS = "own-words"
"""In the place of a check: a clerk said it in words of their own."""
Faults = Mapping[str, Collection[str]]
"""By path of an invoice: the checks for which it is refused."""
_AT_ONCE = 100
_KEEP = insert(FaultRow)


def by_rules(verdict: Verdict, refused: Iterable[str]) -> dict[str, set[str]]:
    """The checks for which a verdict refuses these invoices: what they found on the invoice itself,
    or in the mail and its attachments about it.

    Args:
        refused: paths.
    """
    return {path: set(_checks(verdict, path)) for path in refused}


def _checks(verdict: Verdict, path: str) -> Iterable[str]:
    own = (each.findings for each in verdict.invoices if each.path == path)
    of_mail = (each for each in verdict.findings if path in (each.invoices or (path,)))
    findings = (*(finding for found in own for finding in found), *of_mail)
    return (each.check for each in findings if each.severity is Severity.REJECT)


def keep(session: Session, reference: str, faults: Faults) -> None:
    """Write why these invoices stand refused; there is nothing of them yet."""
    rows = [
        {"reference": reference, "path": path, "check_id": check}
        for path, checks in faults.items()
        for check in sorted(set(checks))
    ]
    if rows:
        session.connection().execute(_KEEP, rows)


def forget(session: Session, reference: str, paths: Collection[str]) -> None:
    """These invoices are decided on anew."""
    gone = delete(FaultRow).where(
        col(FaultRow.reference) == reference, col(FaultRow.path).in_(tuple(paths))
    )
    session.execute(gone)


def fill(store: Store) -> None:
    """Write why the invoices stand refused that an older version kept, as their rules judged them;
    a case that does not open is left as it is.
    """
    last = ""
    while references := _refused_after(store, last):
        last = references[-1]
        with store.write() as session:
            for reference in references:
                with suppress(CannotOpen):
                    _fill(store, session, reference)


def of_invoice(store: Store, reference: str, path: str) -> Sequence[str]:
    """For which checks an invoice stands refused."""
    wanted = select(FaultRow.check_id).where(
        col(FaultRow.reference) == reference, col(FaultRow.path) == path
    )
    with store.read() as session:
        return session.exec(wanted.order_by(col(FaultRow.check_id))).all()


def is_empty(store: Store) -> bool:
    with store.read() as session:
        return session.exec(select(FaultRow.reference).limit(1)).first() is None


def _refused_after(store: Store, last: str) -> Sequence[str]:
    wanted = select(InvoiceRow.reference).where(
        col(InvoiceRow.state) == InvoiceState.REJECTED.value, col(InvoiceRow.reference) > last
    )
    with store.read() as session:
        first = wanted.distinct().order_by(col(InvoiceRow.reference)).limit(_AT_ONCE)
        return session.exec(first).all()


def _fill(store: Store, session: Session, reference: str) -> None:
    key = sealed.key_of(store, find(session, reference))
    verdict = sealed.record(session, key, VERDICTS, sealed.VERDICT)
    refused = select(InvoiceRow.path).where(
        col(InvoiceRow.reference) == reference, col(InvoiceRow.state) == InvoiceState.REJECTED.value
    )
    if verdict is not None:
        keep(session, reference, by_rules(verdict, session.exec(refused).all()))
