"""What a person corrects on an invoice: kept for ever beside what was read, counted, and judged
again by the rules.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sqlmodel import Session, col, func, select

from intake.errors import Conflict
from intake.model.correction import Corrected, Correction
from intake.model.mail import ReplyKind
from intake.model.verdict import ReadInvoice, Verdict
from intake.stages.corrections import corrected, written
from intake.store import Store, cases, invoices, notify, outbox, sealed
from intake.store.business_facts import Columns
from intake.store.cases import Standing
from intake.store.crypto.vault import DataKey
from intake.store.decision import CARDS, SUMMARIES, card, terms
from intake.store.journal import find
from intake.store.lookup_hashes import TERM, rows
from intake.store.records import CORRECTIONS, ENVELOPES, VERDICTS
from intake.store.tables import CaseState, CorrectionRow, InvoiceRow, InvoiceState, TraitRow


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person typed, or chose, in the place of one fact."""

    fact: Corrected
    value: str = field(repr=False)
    """As ``stages.corrections.compact`` gives it."""
    remark: str = field(default="", repr=False)
    """What the history of the case says of it."""


def correct(store: Store, reference: str, path: str, user: str, version: int, typed: Typed) -> None:
    """A person corrects one fact of an invoice that stands open, or that the rules refused in a
    letter that waits.

    The value counts at once; the rules judge the whole mail again as soon as a worker is free.

    Args:
        version: of the invoice.

    Raises:
        Conflict: it changed since ``version``, a person decided on it, its letter left, or it has
            this value already.
    """
    with store.write() as session:
        case = cases.to_change(store, session, reference, version, path)
        read = _to_correct(session, case, path)
        was = written(read.invoice, typed.fact)
        if was == typed.value:
            raise Conflict(f"an invoice of {reference} has this value already")
        made = Correction(path, typed.fact, typed.value, was, user, store.clock())
        _keep(session, case, made)
        _count(store, session, case, read, typed.fact)
        _apply(store, session, case, path)
        _judge_again(store, session, case)
        words = sealed.words(case.key, typed.remark)
        sealed.note(store, session, reference, "corrected", user, words)


def of_case(store: Store, reference: str, path: str) -> tuple[Correction, ...]:
    """What persons corrected on one invoice, the oldest first.

    Raises:
        NotKept, KeyMissing: as ``cases.get_case``.
    """
    with store.read() as session:
        return _made(session, sealed.key_of(store, find(session, reference)), path)


def counted(
    store: Store, since: dt.datetime, until: dt.datetime | None = None, municipality: str = ""
) -> list[tuple[str, str | None, int]]:
    """How often each fact was corrected from this moment on, by supplier (KvK number), the most
    first.

    Args:
        until: what was corrected from this moment on is not counted.
        municipality: empty: all of them.
    """
    number = func.count()
    conditions = [col(CorrectionRow.at) >= since]
    if until is not None:
        conditions.append(col(CorrectionRow.at) < until)
    if municipality:
        conditions.append(col(CorrectionRow.municipality) == municipality)
    wanted = (
        select(CorrectionRow.fact, CorrectionRow.kvk, number)
        .where(*conditions)
        .group_by(col(CorrectionRow.fact), col(CorrectionRow.kvk))
        .order_by(number.desc(), col(CorrectionRow.fact))
    )
    with store.read() as session:
        return [(fact, kvk, count) for fact, kvk, count in session.exec(wanted)]


def _made(session: Session, key: DataKey, path: str) -> tuple[Correction, ...]:
    """What persons corrected on one invoice, the oldest first."""
    found = map(CORRECTIONS.unpack, reversed(sealed.get_all(session, key, sealed.CORRECTION)))
    return tuple(each for each in found if each.path == path)


def _to_correct(session: Session, case: Standing, path: str) -> ReadInvoice:
    """Raises Conflict."""
    (invoice,) = case.chosen(path)
    refused = invoice.state is InvoiceState.REJECTED and invoice.decided_by is None
    if not (invoice.is_open or (refused and _letter_waits(session, case, path))):
        raise Conflict(f"an invoice of {case.mail.reference} is {invoice.state}")
    assert case.verdict is not None
    return next(read for read in case.verdict.invoices if read.path == path)


def _letter_waits(session: Session, case: Standing, path: str) -> bool:
    """Whether nobody was told yet that the rules refuse this invoice."""
    return outbox.is_untold(outbox.letters_of(session, case.mail.reference), path)


def _keep(session: Session, case: Standing, made: Correction) -> None:
    number = len(sealed.get_all(session, case.key, sealed.CORRECTION)) + 1
    piece = sealed.Piece(sealed.CORRECTION, CORRECTIONS.pack(made), str(number))
    sealed.put(session, case.key, [piece])


def _count(
    store: Store, session: Session, case: Standing, read: ReadInvoice, fact: Corrected
) -> None:
    row = _row(session, case, read.path)
    session.add(
        CorrectionRow(
            at=store.clock(),
            fact=fact.value,
            municipality=case.mail.municipality,
            kvk=row.kvk if row else None,
        )
    )


def _row(session: Session, case: Standing, path: str) -> InvoiceRow | None:
    wanted = select(InvoiceRow).where(
        col(InvoiceRow.reference) == case.mail.reference, col(InvoiceRow.path) == path
    )
    return session.exec(wanted).first()


def _apply(store: Store, session: Session, case: Standing, path: str) -> None:
    """Let the record, the columns and the search say what the person says. The invoice is the
    person's to decide until the rules have judged it again.
    """
    assert case.verdict is not None
    verdict = _with(case.verdict, path, _made(session, case.key, path))
    summary = sealed.record(session, case.key, SUMMARIES, sealed.SUMMARY)
    sealed.clear(session, case.mail.reference, sealed.VERDICT, sealed.CARD)
    shown = card(verdict, summary.mail.sender if summary else None)
    pieces = [
        sealed.Piece(sealed.VERDICT, VERDICTS.pack(verdict)),
        sealed.Piece(sealed.CARD, CARDS.pack(shown)),
    ]
    sealed.put(session, case.key, pieces)
    read = next(each for each in verdict.invoices if each.path == path)
    _rewrite(store, session, case, read)
    found = rows(store, case.mail.reference, TERM, terms(read.invoice))
    known = set(_hashes(session, case.mail.reference))
    new = [each for each in found if each["hash"] not in known]
    session.add_all(TraitRow(reference=r["reference"], kind=r["kind"], hash=r["hash"]) for r in new)


def _with(verdict: Verdict, path: str, made: Sequence[Correction]) -> Verdict:
    def mended(read: ReadInvoice) -> ReadInvoice:
        own = read.path == path
        return replace(read, invoice=corrected(read.invoice, made)) if own else read

    return replace(verdict, invoices=tuple(map(mended, verdict.invoices)))


def _rewrite(store: Store, session: Session, case: Standing, read: ReadInvoice) -> None:
    (invoice,) = case.chosen(read.path)
    envelope = ENVELOPES.unpack(case.key.unseal(sealed.ENVELOPE, case.mail.envelope))
    plans = invoices.plans(session, case.mail.reference)
    waits = invoice.state is InvoiceState.WAITING
    state = invoice.state if waits else InvoiceState.TO_DECIDE
    made: list[Columns] = invoices.rows(store, case.mail.reference, envelope, [(read, state)])
    invoices.remove(session, case.mail.reference, [read.path])
    invoices.keep(session, invoices.as_planned(made, plans))


def _hashes(session: Session, reference: str) -> Sequence[str]:
    wanted = select(TraitRow.hash).where(
        col(TraitRow.reference) == reference, col(TraitRow.kind) == TERM
    )
    return session.exec(wanted).all()


def _judge_again(store: Store, session: Session, case: Standing) -> None:
    """Wake a worker; the rules' own letter waits for what they say then. A mail whose bytes were
    destroyed after their term stays as the person says.
    """
    mail, reference = case.mail, case.mail.reference
    outbox.overtake(store, session, reference, spare=(ReplyKind.RECEIPT,))
    if mail.state != CaseState.WAITING:
        cases.change(mail, CaseState.QUEUED)
    else:
        mail.version += 1
    mail.decided_by = None
    if sealed.is_there(session, reference, sealed.RAW):
        mail.due = True
        mail.wakes += 1
        mail.attempts = 0
        notify.tell(store, session, notify.MAIL)
