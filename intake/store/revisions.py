"""A corrected invoice (verbeterde factuur) meets the refused one in whose place it comes.

It has the same number, or a number that names the refused one; or another number, with the same amount
for the same days of care. Of the last, and of a number that may be a series of its own, a person says
whether it is so. When it is sure, a letter about the refused one that has not left tells of it no more:
of the other invoices of its mail it does.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session, col

from intake.errors import CannotOpen, Conflict
from intake.model.care import CareLine
from intake.model.invoice import DocumentKind, Invoice
from intake.model.verdict import MailOutcome, ReadInvoice
from intake.store import Store, invoices, letters, outbox, restrictions, sealed
from intake.store.business_facts import cents, plain
from intake.store.decision import Decision
from intake.store.journal import find, is_same_supplier, number_hashes, was_imported
from intake.store.lookup_hashes import DOMAIN, SENDER, domain_of, trait_hashes
from intake.store.records import CARES, VERDICTS
from intake.store.tables import (
    InvoiceRow,
    InvoiceState,
    MailRow,
    RevisionLink,
    RevisionRow,
    TraitRow,
)
from intake.text.vocabulary import words

_WORDS = "|".join(words("invoice_numbers")["corrected"])
_ANYBODYS = frozenset(words("mail_domains")["anybodys"])
_NAMED = (
    re.compile(rf"(?P<number>.*\d)[\W_]*(?P<word>{_WORDS})[\W_]*\d?", re.IGNORECASE),
    re.compile(rf"(?P<word>{_WORDS})[\W_]+(?P<number>.*\d.*)", re.IGNORECASE),
    re.compile(r"(?P<number>.*\d)[\W_]?(?P<letter>[a-z])", re.IGNORECASE),
    re.compile(r"(?P<number>.*\d)[\W_](?P<digit>\d)"),
)
"""How the number of a corrected invoice names the refused one. A letter or digit alone can be a series
of the supplier's own."""
_LATEST = 200
"""Invoices, the newest first, among which one of the same supplier is looked for."""
_MOST = 5


@dataclass(frozen=True, slots=True)
class Revision:
    """An invoice, and the refused one in whose place it comes, or may come."""

    reference: str
    path: str
    of_reference: str
    of_path: str
    link: RevisionLink


def meet(
    store: Store,
    session: Session,
    mail: Row[*tuple[Any, ...]],
    decision: Decision,
    decided: Collection[str],
) -> None:
    """Find the refused invoices in whose place those of a mail come, in the transaction of its
    decision; under ``invoices.LOCK``.

    Args:
        decided: paths of invoices on which persons decided: what was found of them stays, as does
            what a person said.
    """
    reference = mail.reference
    before = _rows(session, reference) if mail.decided_at else []
    stays = {row.path for row in before if row.said_by or row.path in decided}
    was_sure = {_target(row) for row in before if _is_sure(row) and row.path not in stays}
    for row in before:
        if row.path not in stays:
            session.delete(row)
    session.flush()
    own = [read for read in decision.verdict.invoices if read.path not in stays]
    looked_for = (_found(store, session, reference, read, decision) for read in own)
    found = [row for row in looked_for if row is not None]
    _doubt_what_two_claim(found)
    session.add_all(found)
    session.flush()
    sure = {_target(row) for row in found if _is_sure(row)}
    for target in sorted(was_sure - sure):
        _give_back(store, session, *target)
    for target in sorted(sure - was_sure):
        _take_place(store, session, reference, *target)


def of_invoice(store: Store, reference: str, path: str) -> Revision | None:
    """The refused invoice in whose place this one comes, or may come, or was held to come."""
    with store.read() as session:
        found = (_opened(row) for row in _rows(session, reference) if row.path == path)
        return next(found, None)


def say(
    store: Store, reference: str, path: str, user: str, is_so: bool, shown: RevisionLink
) -> None:
    """A person says whether an invoice comes in the place of the refused one that was found.

    Args:
        shown: how it stood when the person saw it.

    Raises:
        NotKept: no such mail.
        RestrictedError: nothing of it is decided for now.
        Conflict: there is none any more, it does not stand as it was shown, or the other is not
            refused any more.
    """
    with store.write() as session:
        store.lock(session, invoices.LOCK)
        key = sealed.key_of(store, find(session, reference))
        restrictions.refuse_to_decide(session, reference)
        row = next((each for each in _rows(session, reference) if each.path == path), None)
        link = RevisionLink.SURE if is_so else RevisionLink.APART
        if row is None or row.link == link or row.link != shown:
            raise Conflict(f"an invoice of {reference} follows no other, or that changed")
        if is_so and not _is_refused(session, *_target(row)):
            raise Conflict(f"an invoice of {row.of_reference} is not refused any more")
        was_sure = _is_sure(row)
        row.link, row.said_by = link, user
        session.flush()
        code = "revision-sure" if is_so else "revision-apart"
        sealed.note(store, session, reference, code, user, sealed.words(key, row.of_reference))
        if is_so:
            _take_place(store, session, reference, *_target(row))
        elif was_sure:
            _give_back(store, session, *_target(row))


def _found(
    store: Store, session: Session, reference: str, read: ReadInvoice, decision: Decision
) -> RevisionRow | None:
    if read.outcome is MailOutcome.IGNORED or read.invoice.kind is not DocumentKind.INVOICE:
        return None
    link = RevisionLink.SURE
    row = _same_number(store, session, reference, read)
    if row is None:
        row, link = _named(store, session, reference, read.invoice)
    if row is None:
        link = RevisionLink.POSSIBLE
        row = _same_care(store, session, reference, read.invoice, decision.care_lines)
    if row is None:
        return None
    same = _same_sender(store, session, row.reference, decision)
    if not same or not _is_told(session, reference, read, decision):
        link = RevisionLink.POSSIBLE
    return RevisionRow(
        reference=reference,
        path=read.path,
        of_reference=row.reference,
        of_path=row.path,
        link=link.value,
    )


def _doubt_what_two_claim(found: Sequence[RevisionRow]) -> None:
    """Two invoices of one mail do not both come in the place of one: a person says which."""
    targets = [_target(row) for row in found]
    for row in found:
        if targets.count(_target(row)) > 1:
            row.link = RevisionLink.POSSIBLE.value


def _same_sender(store: Store, session: Session, refused: str, decision: Decision) -> bool:
    """Whether a mail came for certain from the domain of the refused one, or from its address where
    anybody may have one: a stranger withdraws no letter.
    """
    address = decision.summary.sender or ""
    domain = domain_of(address)
    if not decision.authenticated or not domain:
        return False
    kind, value = (SENDER, address) if domain in _ANYBODYS else (DOMAIN, domain)
    wanted = select(col(TraitRow.id)).where(
        col(TraitRow.reference) == refused,
        col(TraitRow.kind) == kind,
        col(TraitRow.hash).in_(trait_hashes(store, kind, value)),
    )
    return session.execute(wanted.limit(1)).first() is not None


def _is_told(session: Session, reference: str, read: ReadInvoice, decision: Decision) -> bool:
    """Whether the provider hears of this one: if it is refused too, with a letter that can leave."""
    if read.outcome is not MailOutcome.REJECTED:
        return True
    return decision.reply is not None and not was_imported(session, reference)


def _same_number(
    store: Store, session: Session, reference: str, read: ReadInvoice
) -> InvoiceRow | None:
    """When the check for doubles found refused ones only."""
    number = read.invoice.invoice_number.value
    if not number or not any(each.code == "after-refusal" for each in read.findings):
        return None
    refused = _refused(session, number_hashes(store, number))
    same = _of_the_same(store, session, reference, read.invoice, refused)
    return next(iter(same), None)


def _named(
    store: Store, session: Session, reference: str, invoice: Invoice
) -> tuple[InvoiceRow | None, RevisionLink]:
    """By the number of another one that its own number is made of."""
    number, gross = plain(invoice.invoice_number.value) or "", cents(invoice.gross_amount.value)
    for pattern in _NAMED:
        match = pattern.fullmatch(number)
        named = number_hashes(store, match["number"]) if match else []
        for row in _of_the_same(store, session, reference, invoice, _refused(session, named)):
            if match and "word" in match.groupdict():
                return row, RevisionLink.SURE
            same = gross is not None and row.gross_cents == gross
            return row, RevisionLink.SURE if same else RevisionLink.POSSIBLE
    return None, RevisionLink.POSSIBLE


def _same_care(
    store: Store, session: Session, reference: str, invoice: Invoice, lines: Sequence[CareLine]
) -> InvoiceRow | None:
    """By the amount and the days of care."""
    days, gross, kvk = _days(lines), cents(invoice.gross_amount.value), invoice.kvk_number.value
    if days is None or gross is None or not kvk:
        return None
    newest = select(col(InvoiceRow.id)).where(col(InvoiceRow.kvk) == plain(kvk))
    latest = newest.order_by(col(InvoiceRow.id).desc()).limit(_LATEST).subquery()
    wanted = select(InvoiceRow).where(
        col(InvoiceRow.id).in_(select(latest.c.id)),
        col(InvoiceRow.state) == InvoiceState.REJECTED.value,
        col(InvoiceRow.gross_cents) == gross,
    )
    rows = session.execute(wanted.order_by(col(InvoiceRow.id).desc()).limit(_MOST)).scalars().all()
    for row in _of_the_same(store, session, reference, invoice, rows):
        with suppress(CannotOpen):
            key = sealed.key_of(store, find(session, row.reference))
            cared = sealed.record(session, key, CARES, sealed.CARE)
            if _days(cared or ()) == days:
                return row
    return None


def _refused(session: Session, numbers: Sequence[str]) -> Sequence[InvoiceRow]:
    """Refused invoices with this number, the newest first.

    Args:
        numbers: its hashes.
    """
    if not numbers:
        return ()
    wanted = select(InvoiceRow).where(
        col(InvoiceRow.number_hash).in_(numbers),
        col(InvoiceRow.state) == InvoiceState.REJECTED.value,
    )
    newest = wanted.order_by(col(InvoiceRow.id).desc()).limit(_LATEST)
    return session.execute(newest).scalars().all()


def _of_the_same(
    store: Store, session: Session, reference: str, invoice: Invoice, rows: Iterable[InvoiceRow]
) -> Iterable[InvoiceRow]:
    """Those of the same supplier and municipality, of earlier mails, in whose place nothing came."""
    own = find(session, reference)
    for row in rows:
        if row.reference == reference or not is_same_supplier(store, invoice, row):
            continue
        theirs = find(session, row.reference)
        earlier = (theirs.sequence or 0) < (own.sequence or 0)
        free = row.path not in invoices.revised(session, row.reference)
        if earlier and free and theirs.municipality == own.municipality:
            yield row


def _days(lines: Sequence[CareLine]) -> tuple[dt.date, dt.date] | None:
    """The first and the last day of the care; None when some of them are not known."""
    first, last = [each.period_start for each in lines], [each.period_end for each in lines]
    starts, ends = [day for day in first if day], [day for day in last if day]
    if not lines or len(starts) < len(first) or len(ends) < len(last):
        return None
    return min(starts), max(ends)


def _take_place(store: Store, session: Session, by: str, reference: str, path: str) -> None:
    """Nobody is told any more that an invoice is refused: another came in its place."""
    mail = _locked(session, reference)
    with suppress(CannotOpen):
        key = sealed.key_of(store, mail)
        written = outbox.by_persons(session, reference)
        telling = [letter for letter in written if outbox.tells(letter, (path,))]
        if all(letter.tells_of == path for letter in telling):
            outbox.retract(store, session, reference, (path,))
        if verdict := sealed.record(session, key, VERDICTS, sealed.VERDICT):
            others = set(invoices.revised(session, reference)) - {path}
            before = invoices.as_told(others, invoices.by_persons(session, reference))
            letters.rewrite(store, session, key, mail, verdict, before)
        sealed.note(store, session, reference, "revised", None, sealed.words(key, by))


def _give_back(store: Store, session: Session, reference: str, path: str) -> None:
    """It comes in the place of none after all: the letter that told of that one lies ready again."""
    mail = _locked(session, reference)
    with suppress(CannotOpen):
        key = sealed.key_of(store, mail)
        outbox.overtake(store, session, reference)
        outbox.put_back(session, reference, path, invoices.refused_at(session, reference, path))
        letters.restore(
            store, session, key, mail, sealed.record(session, key, VERDICTS, sealed.VERDICT)
        )
        sealed.note(store, session, reference, "revised-not")


def _is_refused(session: Session, reference: str, path: str) -> bool:
    states = invoices.states_of(session, [reference]).get(reference, {})
    return states.get(path) is InvoiceState.REJECTED


def _locked(session: Session, reference: str) -> MailRow:
    wanted = select(MailRow).where(col(MailRow.reference) == reference).with_for_update()
    mail: MailRow = session.execute(wanted).scalar_one()
    return mail


def _rows(session: Session, reference: str) -> list[RevisionRow]:
    wanted = select(RevisionRow).where(col(RevisionRow.reference) == reference)
    return list(session.execute(wanted).scalars())


def _opened(row: RevisionRow) -> Revision:
    link = RevisionLink(row.link)
    return Revision(row.reference, row.path, row.of_reference, row.of_path, link)


def _target(row: RevisionRow) -> tuple[str, str]:
    return row.of_reference, row.of_path


def _is_sure(row: RevisionRow) -> bool:
    return row.link == RevisionLink.SURE
