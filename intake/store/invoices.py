"""The invoices of one mail, each with its own end: which stand open before a person, which are
refused or accepted.

A mail is one case with one state, yet a good invoice does not share the end of a bad one beside it.
So each invoice has a row of its own, and a case stands open while one of its invoices does.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import delete, exists, insert, select
from sqlmodel import Session, col

from intake.errors import Conflict
from intake.model.invoice import Invoice
from intake.model.mail import Envelope
from intake.model.verdict import MailOutcome, ReadInvoice, Verdict
from intake.store import Store
from intake.store.business_facts import Arrival, Columns, columns
from intake.store.journal import history_of, history_within, invoice_hashes
from intake.store.tables import CaseState, InvoiceRow

OPEN = (CaseState.QUEUED, CaseState.WAITING, CaseState.QUARANTINED)
"""States of an invoice that nobody decided on yet."""
LOCK = "invoices"
"""One lock for all numbers and care: their rows get ids in the order of the commits, so that none
hides below what was seen. Whoever holds it locks the row of its mail after it, so that no two wait
for each other."""

_KEEP = insert(InvoiceRow)


@dataclass(frozen=True, slots=True)
class CaseInvoice:
    """One invoice of a mail, and how it stands itself."""

    path: str
    number: str | None = field(repr=False)
    state: CaseState

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


def rows(
    store: Store,
    reference: str,
    envelope: Envelope,
    states: Sequence[tuple[ReadInvoice, CaseState]],
    by_person: bool = False,
) -> list[Columns]:
    """A row for every invoice that is this mail's own: not for one that was in hand already."""
    arrival = Arrival.of(store, envelope)
    return [
        {
            "reference": reference,
            "path": read.path,
            "outcome": state.value,
            **invoice_hashes(store, read.invoice),
            **columns(read.invoice, arrival, state is CaseState.ACCEPTED if by_person else None),
        }
        for read, state in states
        if state is not CaseState.IGNORED
    ]


def judged(verdict: Verdict) -> list[tuple[ReadInvoice, CaseState]]:
    """Every invoice with what the rules made of it."""
    return [(read, CaseState(read.outcome.value)) for read in verdict.invoices]


def keep(session: Session, made: Sequence[Columns]) -> None:
    """Write the rows, in the transaction of the decision."""
    if made:
        session.connection().execute(_KEEP, list(made))


def forget(session: Session, reference: str) -> None:
    """Take away what an earlier decision wrote."""
    session.execute(delete(InvoiceRow).where(col(InvoiceRow.reference) == reference))


def decided(
    store: Store,
    session: Session,
    reference: str,
    envelope: Envelope,
    verdict: Verdict,
    chosen: Mapping[str, CaseState],
) -> None:
    """Give the invoices with these paths the state that a person chose.

    Their rows are written anew: who judges the same number at this moment sees the new ids, and
    judges once more.
    """
    gone = delete(InvoiceRow).where(col(InvoiceRow.reference) == reference)
    session.execute(gone.where(col(InvoiceRow.path).in_(tuple(chosen))))
    new = [(read, chosen[read.path]) for read in verdict.invoices if read.path in chosen]
    keep(session, rows(store, reference, envelope, new, by_person=True))


def of_case(session: Session, reference: str, verdict: Verdict | None) -> tuple[CaseInvoice, ...]:
    """The invoices of one mail in its own order, those included that were in hand already."""
    states = states_of(session, (reference,)).get(reference, {})
    return tuple(
        CaseInvoice(read.path, read.invoice.invoice_number.value, states.get(read.path, judged_as))
        for read, judged_as in (judged(verdict) if verdict else ())
    )


def states_of(session: Session, references: Collection[str]) -> dict[str, dict[str, CaseState]]:
    """By reference and path: how each invoice stands that is the mail's own."""
    wanted = select(col(InvoiceRow.reference), col(InvoiceRow.path), col(InvoiceRow.outcome))
    found: dict[str, dict[str, CaseState]] = {}
    for row in session.execute(wanted.where(col(InvoiceRow.reference).in_(tuple(references)))):
        found.setdefault(row.reference, {})[row.path] = CaseState(row.outcome)
    return found


def is_refused_in_part(session: Session, reference: str) -> bool:
    """Whether an invoice of this mail stands refused, whatever became of those beside it."""
    refused = exists().where(
        col(InvoiceRow.reference) == reference, col(InvoiceRow.outcome) == CaseState.REJECTED.value
    )
    return bool(session.execute(select(refused)).scalar_one())


def to_accept(
    invoices: Sequence[CaseInvoice], refused_too: bool = False
) -> tuple[CaseInvoice, ...]:
    """What a person who accepts a mail accepts: what stands open, never beside it what the rules
    refused, unless asked to.

    Where nothing stands open it is what the rules refused, or else what they held for a double: a
    person may know better.
    """
    standing = [each for each in invoices if each.is_open]
    refused = [each for each in invoices if each.state is CaseState.REJECTED]
    if refused_too:
        return (*standing, *refused)
    return tuple(
        standing or refused or [each for each in invoices if each.state is CaseState.IGNORED]
    )


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
    store: Store, session: Session, reference: str, verdict: Verdict, chosen: Sequence[CaseInvoice]
) -> None:
    """No invoice is accepted in two mails.

    Raises:
        Conflict: one of the chosen is in hand in another mail, where it is to be accepted, or was.
    """
    states = {each.path: each.state for each in chosen}
    for read in verdict.invoices:
        if read.path in states and (
            other := _in_hand(store, session, reference, read.invoice, states[read.path])
        ):
            raise Conflict(f"an invoice of {reference} is in hand in {other}")


def _in_hand(
    store: Store, session: Session, reference: str, invoice: Invoice, state: CaseState
) -> str | None:
    """The mail that holds this invoice, so that it is accepted there and not here.

    What was refused, or was a double, is in hand wherever its number is; what stands open only
    where the very same invoice was accepted, or came after this one with what this one waits for.
    """
    for earlier in history_within(store, session, invoice, before=reference).in_hand:
        accepted = earlier.outcome == CaseState.ACCEPTED
        overtaken = state is CaseState.WAITING and earlier.outcome != MailOutcome.WAITING
        if state not in OPEN or (earlier.same_content and (accepted or overtaken)):
            return earlier.reference
    return None
