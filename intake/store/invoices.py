"""The invoices of one mail: each is a case of its own, the mail is its envelope.

Each stands, is accepted and is refused by itself; where its mail stands follows from them. What a
person decided stays, also when the rules judge the mail again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import delete, exists, insert, select
from sqlmodel import Session, col

from intake.errors import CannotOpen, Conflict
from intake.model.invoice import Invoice
from intake.model.mail import Envelope
from intake.model.verdict import MailOutcome, ReadInvoice, Verdict
from intake.stages.decide import identity_of
from intake.store import Store
from intake.store.business_facts import Arrival, Columns, columns
from intake.store.crypto.vault import DataKey
from intake.store.journal import history_of, history_within, invoice_hashes
from intake.store.tables import CaseState, InvoiceRow, InvoiceState

OPEN = (InvoiceState.TO_DECIDE, InvoiceState.LATER, InvoiceState.WAITING, InvoiceState.QUARANTINED)
"""States of an invoice that nobody decided on yet."""
PAID = (InvoiceState.ACCEPTED, InvoiceState.EXPORTED)
LOCK = "invoices"
"""One lock for all numbers and care: their rows get ids in the order of the commits, so that none
hides below what was seen. Whoever holds it locks the row of its mail after it, so that no two wait
for each other."""

_ENDS = {
    InvoiceState.QUARANTINED: CaseState.QUARANTINED,
    InvoiceState.WAITING: CaseState.WAITING,
    InvoiceState.TO_DECIDE: CaseState.QUEUED,
    InvoiceState.LATER: CaseState.QUEUED,
    InvoiceState.ACCEPTED: CaseState.ACCEPTED,
    InvoiceState.EXPORTED: CaseState.ACCEPTED,
    InvoiceState.REJECTED: CaseState.REJECTED,
    InvoiceState.IGNORED: CaseState.IGNORED,
}
_WHY = "invoice-why"
_KEEP = insert(InvoiceRow)


@dataclass(frozen=True, slots=True)
class CaseInvoice:
    """One invoice of a mail, and how it stands itself."""

    path: str
    number: str | None = field(repr=False)
    state: InvoiceState
    version: int = 0
    decided_by: str | None = None
    decided_at: dt.datetime | None = None
    why: str = field(default="", repr=False)
    """What the person wrote who decided."""

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a person decided on an invoice."""

    state: InvoiceState
    user: str
    why: str = field(default="", repr=False)


def end_of(states: Iterable[InvoiceState]) -> CaseState:
    """Where a mail with these invoices stands: open as long as one of them is; then accepted as
    soon as one is.
    """
    standing = set(states)
    return next(end for state, end in _ENDS.items() if state in standing)


def rows(
    store: Store,
    reference: str,
    envelope: Envelope,
    states: Iterable[tuple[ReadInvoice, InvoiceState]],
    decided: Columns | None = None,
) -> list[Columns]:
    """A row for every invoice that is this mail's own: not for one that was in hand already.

    Args:
        decided: the columns that say which person decided.
    """
    arrival = Arrival.of(store, envelope)
    by_rules: Columns = {"decided_by": None, "decided_at": None, "why": None}
    return [
        {
            "reference": reference,
            "path": read.path,
            "state": state.value,
            **(decided or by_rules),
            **invoice_hashes(store, read.invoice),
            **columns(read.invoice, arrival, state in PAID if decided else None),
        }
        for read, state in states
        if state is not InvoiceState.IGNORED
    ]


def judged(verdict: Verdict) -> list[tuple[ReadInvoice, InvoiceState]]:
    """Every invoice with what the rules made of it. One that waits in a mail that has no last day
    would wait for ever: a clerk decides.
    """
    states = {
        MailOutcome.QUARANTINED: InvoiceState.QUARANTINED,
        MailOutcome.WAITING: (
            InvoiceState.WAITING if verdict.deadline else InvoiceState.QUARANTINED
        ),
        MailOutcome.REJECTED: InvoiceState.REJECTED,
        MailOutcome.QUEUED: InvoiceState.TO_DECIDE,
        MailOutcome.IGNORED: InvoiceState.IGNORED,
    }
    return [(read, states[read.outcome]) for read in verdict.invoices]


def keep(session: Session, made: Sequence[Columns]) -> None:
    """Write the rows, in the transaction of the decision."""
    if made:
        session.connection().execute(_KEEP, list(made))


def forget(session: Session, reference: str) -> None:
    """Take away what the rules decided earlier; what a person decided stays."""
    by_rules = col(InvoiceRow.decided_by).is_(None)
    session.execute(delete(InvoiceRow).where(col(InvoiceRow.reference) == reference, by_rules))


def decide(
    store: Store,
    session: Session,
    key: DataKey,
    envelope: Envelope,
    chosen: Sequence[ReadInvoice],
    ruling: Ruling,
) -> None:
    """A person decides on these invoices.

    Their rows are written anew: who judges the same number at this moment sees the new ids, and
    judges once more.
    """
    sealed_why = key.seal(_WHY, ruling.why.encode("utf-8", "replace")) if ruling.why else None
    by_person = {"decided_by": ruling.user, "decided_at": store.clock(), "why": sealed_why}
    gone = delete(InvoiceRow).where(
        col(InvoiceRow.reference) == key.reference,
        col(InvoiceRow.path).in_(tuple(read.path for read in chosen)),
    )
    session.execute(gone)
    new = ((read, ruling.state) for read in chosen)
    keep(session, rows(store, key.reference, envelope, new, by_person))


def undecide(
    store: Store,
    session: Session,
    reference: str,
    envelope: Envelope,
    judged_anew: Sequence[tuple[ReadInvoice, InvoiceState]],
) -> None:
    """What a person decided on these invoices is no more: they stand as the rules judged them."""
    gone = delete(InvoiceRow).where(
        col(InvoiceRow.reference) == reference,
        col(InvoiceRow.path).in_(tuple(read.path for read, _ in judged_anew)),
    )
    session.execute(gone)
    keep(session, rows(store, reference, envelope, judged_anew))


def of_case(session: Session, key: DataKey, verdict: Verdict | None) -> tuple[CaseInvoice, ...]:
    """The invoices of one mail in its own order, those included that were in hand already."""
    wanted = select(InvoiceRow).where(col(InvoiceRow.reference) == key.reference)
    standing = {row.path: row for row in session.execute(wanted).scalars()}
    found = []
    for read, state in judged(verdict) if verdict else ():
        number, row = read.invoice.invoice_number.value, standing.get(read.path)
        found.append(
            CaseInvoice(read.path, number, state) if row is None else _opened(key, row, number)
        )
    return tuple(found)


def _opened(key: DataKey, row: InvoiceRow, number: str | None) -> CaseInvoice:
    try:
        why = key.unseal(_WHY, row.why).decode() if row.why else ""
    except CannotOpen:
        why = ""
    state = InvoiceState(row.state)
    return CaseInvoice(row.path, number, state, row.id or 0, row.decided_by, row.decided_at, why)


def states_of(session: Session, references: Collection[str]) -> dict[str, dict[str, InvoiceState]]:
    """By reference and path: how each invoice stands that is the mail's own."""
    wanted = select(col(InvoiceRow.reference), col(InvoiceRow.path), col(InvoiceRow.state))
    found: dict[str, dict[str, InvoiceState]] = {}
    for row in session.execute(wanted.where(col(InvoiceRow.reference).in_(tuple(references)))):
        found.setdefault(row.reference, {})[row.path] = InvoiceState(row.state)
    return found


def by_persons(session: Session, reference: str) -> dict[str, bool]:
    """By path: whether a person accepted or refused this invoice."""
    wanted = select(col(InvoiceRow.path), col(InvoiceRow.state)).where(
        col(InvoiceRow.reference) == reference, col(InvoiceRow.decided_by).is_not(None)
    )
    return {row.path: row.state in PAID for row in session.execute(wanted)}


def decided(invoices: Iterable[CaseInvoice]) -> dict[str, bool]:
    """As ``by_persons``, of invoices at hand."""
    return {each.path: each.state in PAID for each in invoices if each.decided_by}


def last_person(session: Session, reference: str) -> str | None:
    """Who decided last on an invoice of this mail; None when the rules decided on all."""
    wanted = select(col(InvoiceRow.decided_by)).where(
        col(InvoiceRow.reference) == reference, col(InvoiceRow.decided_by).is_not(None)
    )
    newest = wanted.order_by(col(InvoiceRow.id).desc()).limit(1)
    return session.execute(newest).scalar_one_or_none()


def is_refused_in_part(session: Session, reference: str) -> bool:
    """Whether an invoice of this mail stands refused, whatever became of those beside it."""
    refused = exists().where(
        col(InvoiceRow.reference) == reference, col(InvoiceRow.state) == InvoiceState.REJECTED.value
    )
    return bool(session.execute(select(refused)).scalar_one())


def to_accept(invoices: Sequence[CaseInvoice]) -> tuple[CaseInvoice, ...]:
    """What a person accepts who accepts a mail as a whole: what stands open, never beside it what
    was refused.

    Where nothing stands open it is what was refused, or else what the rules held for a double: a
    person may know better.
    """
    standing = [each for each in invoices if each.is_open]
    if standing or any(each.state in PAID for each in invoices):
        return tuple(standing)
    refused = [each for each in invoices if each.state is InvoiceState.REJECTED]
    return tuple(refused or invoices)


def first(verdict: Verdict) -> ReadInvoice | None:
    """The invoice by which a mail is known: the first that is good, else the first of its own."""
    own = [read for read in verdict.invoices if read.outcome is not MailOutcome.IGNORED]
    good = [read for read in own if read.outcome is MailOutcome.QUEUED]
    return next(iter((*good, *own, *verdict.invoices)), None)


def elsewhere(store: Store, reference: str, verdict: Verdict | None) -> dict[str, str]:
    """By path: the other mail in which the same invoice number is in hand."""
    found = {}
    for read in verdict.invoices if verdict else ():
        in_hand = history_of(store, read.invoice, before=reference).in_hand
        if in_hand:
            found[read.path] = in_hand[-1].reference
    return found


def refuse_doubles(
    store: Store,
    session: Session,
    key: DataKey,
    verdict: Verdict,
    own: Sequence[CaseInvoice],
    chosen: Sequence[CaseInvoice],
) -> None:
    """No invoice is accepted in two mails, or twice in one.

    Raises:
        Conflict: one of the chosen is in hand in another mail, where it is to be accepted, or was;
            or the same was accepted in this one.
    """
    states = {each.path: each.state for each in chosen}
    paid = {*states, *(each.path for each in own if each.state in PAID)}
    read = (identity_of(each.invoice) for each in verdict.invoices if each.path in paid)
    same = list(filter(None, read))
    if len(set(same)) < len(same):
        raise Conflict(f"an invoice of {key.reference} is in that mail twice")
    for each in verdict.invoices:
        if each.path in states and (
            other := _in_hand(store, session, key.reference, each.invoice, states[each.path])
        ):
            raise Conflict(f"an invoice of {key.reference} is in hand in {other}")


def _in_hand(
    store: Store, session: Session, reference: str, invoice: Invoice, state: InvoiceState
) -> str | None:
    """The mail that holds this invoice, so that it is accepted there and not here.

    What was refused, or was a double, is in hand wherever its number is; what stands open only
    where the very same invoice was accepted, or came after this one with what this one waits for.
    """
    for earlier in history_within(store, session, invoice, before=reference).in_hand:
        accepted = earlier.outcome in PAID
        overtaken = state is InvoiceState.WAITING and earlier.outcome != InvoiceState.WAITING
        if state not in OPEN or (earlier.same_content and (accepted or overtaken)):
            return earlier.reference
    return None
