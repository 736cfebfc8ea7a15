"""The invoices of one mail: each is a case of its own, the mail is its envelope.

Each stands, is accepted and is refused by itself; where its mail stands follows from them. What a
person decided stays, also when the rules judge the mail again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import delete, exists, insert, or_, select, update
from sqlmodel import Session, col

from intake.errors import CannotOpen, Conflict
from intake.model.care import CareLine
from intake.model.invoice import Invoice
from intake.model.mail import Envelope
from intake.model.verdict import MailOutcome, ReadInvoice, Verdict
from intake.stages.decide import identity_of
from intake.store import Store, faults
from intake.store.business_facts import Arrival, Columns, care_of, columns
from intake.store.crypto.vault import DataKey
from intake.store.journal import history_of, history_within, invoice_hashes
from intake.store.tables import (
    CaseState,
    InvoiceRow,
    InvoiceState,
    MailRow,
    RevisionLink,
    RevisionRow,
)

OPEN = (
    InvoiceState.TO_DECIDE,
    InvoiceState.LATER,
    InvoiceState.WAITING,
    InvoiceState.QUARANTINED,
    InvoiceState.APPROVED_ONCE,
)
"""States of an invoice on which a person must decide still."""
PAID = (InvoiceState.ACCEPTED, InvoiceState.EXPORTED)
APPROVED = (*PAID, InvoiceState.APPROVED_ONCE)
"""States of an invoice that a person found good."""
SETTLED = (*PAID, InvoiceState.REVERSED)
"""States of an invoice that nobody can accept any more. One that was taken back after it left comes
again as a new invoice, if at all."""
_SETTLES = (InvoiceState.ACCEPTED, InvoiceState.REJECTED)
"""States in which an invoice is decided on, by a person or by the rules."""
LOCK = "invoices"
"""One lock for all numbers and care: their rows get ids in the order of the commits, so that none
hides below what was seen. Whoever holds it locks the row of its mail after it, so that no two wait
for each other."""

_ENDS = {
    InvoiceState.QUARANTINED: CaseState.QUARANTINED,
    InvoiceState.WAITING: CaseState.WAITING,
    InvoiceState.TO_DECIDE: CaseState.QUEUED,
    InvoiceState.LATER: CaseState.QUEUED,
    InvoiceState.APPROVED_ONCE: CaseState.QUEUED,
    InvoiceState.ACCEPTED: CaseState.ACCEPTED,
    InvoiceState.EXPORTED: CaseState.ACCEPTED,
    InvoiceState.REVERSED: CaseState.ACCEPTED,
    InvoiceState.REJECTED: CaseState.REJECTED,
    InvoiceState.IGNORED: CaseState.IGNORED,
}
WHY = "invoice-why"
BY_PERSONS = (
    "decided_by", "decided_at", "why", "first_by", "asks_second", "asks_content", "content_by",
    "content_at", "mandate_cents",
)  # fmt: skip
"""The columns that say what persons decided."""
Plan = tuple[str | None, dt.date | None]
"""Whose work an invoice is, and until which day it was put aside."""
_Place = tuple[str, str]
"""The mail of an invoice, and its path."""
_KEEP = insert(InvoiceRow)


@dataclass(frozen=True, slots=True)
class CaseInvoice:
    """One invoice of a mail, and how it stands itself."""

    path: str
    number: str | None = field(repr=False)
    state: InvoiceState
    version: int = 0
    assigned_to: str | None = None
    later_until: dt.date | None = None
    decided_by: str | None = None
    decided_at: dt.datetime | None = None
    why: str = field(default="", repr=False)
    """What the person wrote who decided."""
    first_by: str | None = None
    """Who gave the first accept, when two persons accepted."""
    asks_second: bool = False
    """Two persons must accept it."""
    asks_content: bool = False
    """A reviewer of care must agree with it; known from the first accept on."""
    content_by: str | None = None
    content_at: dt.datetime | None = None
    mandate_cents: int | None = None
    """Up to which total who accepted it may do so; None: nobody wrote it down."""

    @property
    def accepts_are_given(self) -> bool:
        """Whether nobody else must accept it, if it was accepted at all."""
        return not self.asks_second or self.first_by is not None

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a person decided on an invoice."""

    state: InvoiceState
    user: str
    why: str = field(default="", repr=False)
    first_by: str | None = None
    """Another person, who accepted it first."""
    asks_second: bool = False
    asks_content: bool = False
    content_by: str | None = None
    """The reviewer of care who agreed with it."""
    content_at: dt.datetime | None = None
    mandate_cents: int | None = None
    """Up to which total whoever accepted it may do so; None: nobody accepted it, or wrote it down."""


def end_of(states: Iterable[InvoiceState], rest_open: bool | None = False) -> CaseState:
    """Where a mail with these invoices stands: open as long as one of them is; then accepted as
    soon as one is.

    Args:
        rest_open: whether it is open anyhow, for what could not be read beside them.
    """
    standing = set(states)
    end = next(end for state, end in _ENDS.items() if state in standing)
    is_open = end in (CaseState.QUARANTINED, CaseState.WAITING, CaseState.QUEUED)
    return CaseState.QUARANTINED if rest_open and not is_open else end


def rows(
    store: Store,
    reference: str,
    envelope: Envelope,
    states: Iterable[tuple[ReadInvoice, InvoiceState]],
    decided: Columns | None = None,
    care: Sequence[CareLine] = (),
) -> list[Columns]:
    """A row for every invoice that is this mail's own: not for one that was in hand already.

    Args:
        decided: the columns that say which person decided.
        care: the care lines of the mail.
    """
    arrival = Arrival.of(store, envelope)
    by_rules = dict.fromkeys(BY_PERSONS) | {"asks_second": False, "asks_content": False}
    since_receipt = max(0, int((store.clock() - envelope.received_at).total_seconds()))
    return [
        {
            "reference": reference,
            "path": read.path,
            "state": state.value,
            "settled_after": since_receipt if state in _SETTLES else None,
            **(decided or by_rules),
            **invoice_hashes(store, read.invoice),
            **columns(read.invoice, arrival, state in APPROVED if decided else None, care),
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


def move(session: Session, row: InvoiceRow, state: InvoiceState) -> None:
    """An invoice that was decided on goes further on its way.

    It gets a new id, and its mail a new version, so that whoever still decides on what they saw
    before is told.
    """
    values = row.model_dump(exclude={"id"})
    session.delete(row)
    session.flush()
    keep(session, [{**values, "state": state.value}])
    session.execute(
        update(MailRow)
        .where(col(MailRow.reference) == values["reference"])
        .values(version=col(MailRow.version) + 1)
    )


def plans(session: Session, reference: str) -> dict[str, Plan]:
    """By path: what persons planned with the invoices of this mail, also before they decided."""
    wanted = select(
        col(InvoiceRow.path), col(InvoiceRow.assigned_to), col(InvoiceRow.later_until)
    ).where(col(InvoiceRow.reference) == reference)
    return {row.path: (row.assigned_to, row.later_until) for row in session.execute(wanted)}


def as_planned(made: Sequence[Columns], plans: Mapping[str, Plan]) -> list[Columns]:
    """The rows with what persons planned; what is to be decided stays aside."""
    return [_planned(row, *plans.get(row["path"], (None, None))) for row in made]


def _planned(row: Columns, assigned_to: str | None, later_until: dt.date | None) -> Columns:
    aside = later_until is not None and row["state"] == InvoiceState.TO_DECIDE
    return {
        **row,
        "state": InvoiceState.LATER.value if aside else row["state"],
        "assigned_to": assigned_to,
        "later_until": later_until if aside else None,
    }


def forget(session: Session, reference: str) -> None:
    """Take away what the rules decided earlier; what a person decided stays."""
    by_rules = col(InvoiceRow.decided_by).is_(None)
    paths = select(col(InvoiceRow.path)).where(col(InvoiceRow.reference) == reference, by_rules)
    faults.forget(session, reference, session.execute(paths).scalars().all())
    session.execute(delete(InvoiceRow).where(col(InvoiceRow.reference) == reference, by_rules))


def remove(session: Session, reference: str, paths: Collection[str]) -> None:
    """Take the rows of these invoices away, with why they stood refused, to be written anew with
    another id."""
    faults.forget(session, reference, paths)
    gone = delete(InvoiceRow).where(
        col(InvoiceRow.reference) == reference, col(InvoiceRow.path).in_(tuple(paths))
    )
    session.execute(gone)


def decide(
    store: Store,
    session: Session,
    key: DataKey,
    envelope: Envelope,
    chosen: Sequence[tuple[ReadInvoice, Ruling]],
) -> None:
    """A person decides on these invoices, at one moment.

    Their rows are written anew: who judges the same number at this moment sees the new ids, and
    judges once more.
    """
    now, care = store.clock(), care_of(session, key)
    planned = plans(session, key.reference)
    remove(session, key.reference, [read.path for read, _ in chosen])
    for read, ruling in chosen:
        assigned_to, later_until = planned.get(read.path, (None, None))
        if ruling.state is InvoiceState.APPROVED_ONCE:
            later_until = None  # whoever must accept it too sees it now
        by_person = {
            "decided_by": ruling.user,
            "decided_at": now,
            "why": key.seal(WHY, ruling.why.encode("utf-8", "replace")) if ruling.why else None,
            "first_by": ruling.first_by,
            "asks_second": ruling.asks_second,
            "asks_content": ruling.asks_content,
            "content_by": ruling.content_by,
            "content_at": ruling.content_at,
            "mandate_cents": ruling.mandate_cents,
            "assigned_to": assigned_to,
            "later_until": later_until,
        }
        standing = [(read, ruling.state)]
        keep(session, rows(store, key.reference, envelope, standing, by_person, care))


def undecide(
    store: Store,
    session: Session,
    key: DataKey,
    envelope: Envelope,
    judgements: Sequence[tuple[ReadInvoice, InvoiceState]],
) -> None:
    """What a person decided on these invoices is undone: they stand as the rules judged them, and as
    persons had planned."""
    planned = plans(session, key.reference)
    remove(session, key.reference, [read.path for read, _ in judgements])
    care = care_of(session, key)
    made = rows(store, key.reference, envelope, judgements, care=care)
    keep(session, as_planned(made, planned))


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
        why = key.unseal(WHY, row.why).decode() if row.why else ""
    except CannotOpen:
        why = ""
    state = InvoiceState(row.state)
    return CaseInvoice(
        row.path,
        number,
        state,
        row.id or 0,
        row.assigned_to,
        row.later_until,
        row.decided_by,
        row.decided_at,
        why,
        row.first_by,
        row.asks_second,
        row.asks_content,
        row.content_by,
        row.content_at,
        row.mandate_cents,
    )


def states_of(session: Session, references: Collection[str]) -> dict[str, dict[str, InvoiceState]]:
    """By reference and path: how each invoice stands that is the mail's own."""
    wanted = select(col(InvoiceRow.reference), col(InvoiceRow.path), col(InvoiceRow.state))
    found: dict[str, dict[str, InvoiceState]] = {}
    for row in session.execute(wanted.where(col(InvoiceRow.reference).in_(tuple(references)))):
        found.setdefault(row.reference, {})[row.path] = InvoiceState(row.state)
    return found


def by_persons(session: Session, reference: str) -> dict[str, bool | None]:
    """By path: whether a person accepted (if only once, of two) or refused this invoice; None: it was
    accepted, left, and was taken back.
    """
    wanted = select(col(InvoiceRow.path), col(InvoiceRow.state)).where(
        col(InvoiceRow.reference) == reference, col(InvoiceRow.decided_by).is_not(None)
    )
    return {row.path: _is_good(row.state) for row in session.execute(wanted)}


def revised(session: Session, reference: str) -> dict[str, str]:
    """By path of the invoices of this mail in whose place a corrected one came for certain: the mail
    with that one (``revisions.py``).
    """
    wanted = select(col(RevisionRow.of_path), col(RevisionRow.reference)).where(
        col(RevisionRow.of_reference) == reference, col(RevisionRow.link) == RevisionLink.SURE.value
    )
    return {row.of_path: row.reference for row in session.execute(wanted)}


def as_told(revised: Iterable[str], decided: Mapping[str, bool | None]) -> dict[str, bool | None]:
    """By path, what a letter takes as decided: what persons decided; and None, as of what nothing is
    said, for an invoice in whose place a corrected one came, unless a person accepted it.

    Args:
        revised: paths of those.
        decided: as ``by_persons``.
    """
    accepted = {path for path, is_good in decided.items() if is_good}
    return {**decided, **dict.fromkeys(set(revised) - accepted)}


def decided(invoices: Iterable[CaseInvoice]) -> dict[str, bool | None]:
    """As ``by_persons``, of invoices at hand."""
    return {each.path: _is_good(each.state) for each in invoices if each.decided_by}


def _is_good(state: str) -> bool | None:
    return None if state == InvoiceState.REVERSED else state in APPROVED


def refused_by_rules(verdict: Verdict, decided: Collection[str]) -> tuple[str, ...] | None:
    """Paths of what the rules refuse in a mail; None: in a mail in which none was read.

    Args:
        decided: paths of what persons decided on, which the rules leave alone.
    """
    refused = [read.path for read in verdict.invoices if read.outcome is MailOutcome.REJECTED]
    return tuple(path for path in refused if path not in decided) if verdict.invoices else None


def last_person(session: Session, reference: str) -> str | None:
    """Who decided last on an invoice of this mail; None when the rules decided on all."""
    wanted = select(col(InvoiceRow.decided_by)).where(
        col(InvoiceRow.reference) == reference, col(InvoiceRow.decided_by).is_not(None)
    )
    newest = wanted.order_by(col(InvoiceRow.id).desc()).limit(1)
    return session.execute(newest).scalar_one_or_none()


def refused_at(session: Session, reference: str, path: str) -> dt.datetime | None:
    """When a person refused this invoice; None when it does not stand so."""
    wanted = select(col(InvoiceRow.decided_at)).where(
        col(InvoiceRow.reference) == reference,
        col(InvoiceRow.path) == path,
        col(InvoiceRow.state) == InvoiceState.REJECTED.value,
        col(InvoiceRow.decided_by).is_not(None),
    )
    return session.execute(wanted).scalar_one_or_none()


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
    if standing or any(each.state in SETTLED for each in invoices):
        return tuple(standing)
    refused = [each for each in invoices if each.state is InvoiceState.REJECTED]
    return tuple(refused or invoices)


def first(verdict: Verdict) -> ReadInvoice | None:
    """The invoice by which a mail is known: the first that is good, else the first of its own."""
    own = [read for read in verdict.invoices if read.outcome is not MailOutcome.IGNORED]
    good = [read for read in own if read.outcome is MailOutcome.QUEUED]
    return next(iter((*good, *own, *verdict.invoices)), None)


def elsewhere(store: Store, reference: str, verdict: Verdict | None) -> dict[str, str]:
    """By path: the other mail in which the same invoice number is in hand, or another try of the
    same invoice."""
    with store.read() as session:
        found = _as_another(session, reference)
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
            or _as_another(session, key.reference).get(each.path)
        ):
            raise Conflict(f"an invoice of {key.reference} is in hand in {other}")


def _as_another(session: Session, reference: str) -> dict[str, str]:
    """By path: the mail with another try of the same invoice (``revisions.py``) that is, or may still
    be, paid: one that came in its place unless that is refused too, or any that a person accepted.
    """
    links = _revisions_around(session, reference)
    states = states_of(session, {mail for link in links for mail, _ in link}) if links else {}
    found = {}
    for own in {each for link in links for each in link if each[0] == reference}:
        after = _reached(own, links)
        for other in _reached(own, links | {(old, new) for new, old in links}) - {own}:
            state = states.get(other[0], {}).get(other[1])
            refused = state in (None, InvoiceState.REJECTED)
            if state in APPROVED or (other in after and not refused):
                found[own[1]] = other[0]
    return found


def _revisions_around(session: Session, reference: str) -> set[tuple[_Place, _Place]]:
    """Each sure revision, and what it came in the place of: of this mail, and of those that these
    lead to."""
    found: set[tuple[_Place, _Place]] = set()
    known: set[str] = set()
    new = {reference}
    while new:
        wanted = select(RevisionRow).where(
            col(RevisionRow.link) == RevisionLink.SURE.value,
            or_(col(RevisionRow.reference).in_(new), col(RevisionRow.of_reference).in_(new)),
        )
        rows = session.execute(wanted).scalars().all()
        found |= {((row.reference, row.path), (row.of_reference, row.of_path)) for row in rows}
        known |= new
        new = {mail for link in found for mail, _ in link} - known
    return found


def _reached(start: _Place, links: Collection[tuple[_Place, _Place]]) -> set[_Place]:
    """What came in the place of this one, and in the place of that, and so on."""
    found: set[_Place] = set()
    new = {start}
    while new:
        found |= new
        new = {later for later, earlier in links if earlier in new} - found
    return found


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
