"""How the rows of the worklist follow from a case: written anew at each of its events.

The list is looked at all day, in any order and by any filter, among all that was ever kept: it has
one row for each invoice, with what it is sorted and found by, and the view that it stands in. A row
says nothing that does not stand elsewhere.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update
from sqlmodel import col

from intake import profile
from intake.checks.usual_amount import LEAST_KNOWN, TIMES
from intake.errors import ConfigurationError
from intake.model.basics import local_date
from intake.model.invoice import DocumentKind
from intake.model.mail import PostKind, ReplyKind
from intake.profile import ContentApproval, FastLane, SecondPerson
from intake.store.tables import (
    CONFIRMABLE,
    IMPORTED,
    NEVER,
    ArrivalKind,
    ArrivalRow,
    CaseState,
    IncidentRow,
    InvoiceRow,
    InvoiceState,
    Judgement,
    MailRow,
    ReplyRow,
    RestrictionRow,
    View,
    WorklistRow,
    WorklistWordRow,
    cols,
)
from intake.text import folding

AT_ONCE = 100
"""Rows of one supplier that are looked at again when an invoice of it was accepted."""
LATEST = 24
"""Accepted invoices of a supplier by which its account and its amounts are known."""
LONGEST_WORD = 20
_SHORTEST_PART = 3
"""Of a number every end of so many characters is a word: what stands in it is found."""
_TO_DECIDE = (View.LOOK, View.NEW)
_MAY_CHANGE = ("new-supplier", "new-account", "unusual")
"""Why an invoice is not in the fast lane, where one that was accepted may put it there."""
SECOND = "second"
"""Why a row waits for a second accept; who gave the first follows after a colon."""
CONTENT = "content"
"""Why it waits for a reviewer of care; who accepted it follows after a colon."""
_PAID = (InvoiceState.ACCEPTED, InvoiceState.EXPORTED)

_VIEWS = {
    InvoiceState.LATER: View.LATER,
    InvoiceState.WAITING: View.WAITING,
    InvoiceState.QUARANTINED: View.UNCLEAR,
    InvoiceState.ACCEPTED: View.DONE,
    InvoiceState.EXPORTED: View.DONE,
    InvoiceState.REVERSED: View.DONE,
    InvoiceState.REJECTED: View.DONE,
}
_NOBODYS = (View.DONE, View.LETTER, View.IGNORED)
"""Where an invoice stands that is nobody's work any more, whose it was before."""
_VIEWS_OF_MAILS = {
    CaseState.RECEIVED: View.UNREAD,
    CaseState.WAITING: View.WAITING,
    CaseState.QUEUED: View.POST,
    CaseState.QUARANTINED: View.POST,
    CaseState.ACCEPTED: View.DONE,
    CaseState.REJECTED: View.DONE,
    CaseState.IGNORED: View.IGNORED,
}

_MAIL = select(
    *cols(
        MailRow.sequence,
        MailRow.reference,
        MailRow.state,
        MailRow.received_at,
        MailRow.municipality,
        MailRow.rejects,
        MailRow.reviews,
        MailRow.rest_open,
        MailRow.post,
    )
).where(col(MailRow.reference) == bindparam("reference"))
_INVOICES = select(
    *cols(
        InvoiceRow.path,
        InvoiceRow.state,
        InvoiceRow.decided_by,
        InvoiceRow.kind,
        InvoiceRow.due_on,
        InvoiceRow.municipality,
        InvoiceRow.facts_sealed,
        InvoiceRow.supplier_name,
        InvoiceRow.kvk,
        InvoiceRow.vat_id,
        InvoiceRow.iban,
        InvoiceRow.number,
        InvoiceRow.gross_cents,
        InvoiceRow.assigned_to,
        InvoiceRow.later_until,
        InvoiceRow.first_by,
        InvoiceRow.asks_second,
        InvoiceRow.asks_content,
        InvoiceRow.content_by,
    )
).where(col(InvoiceRow.reference) == bindparam("reference"))
_WAITING_KINDS = select(*cols(ReplyRow.kind)).where(
    col(ReplyRow.reference) == bindparam("reference"),
    col(ReplyRow.state).in_(CONFIRMABLE),
    func.coalesce(col(ReplyRow.held), "") != "overtaken",
)
"""Of the replies that wait for a clerk (``outbox.waits``)."""
_ROWS = select(*WorklistRow.__table__.columns).where(  # type: ignore[attr-defined]
    col(WorklistRow.reference) == bindparam("reference")
)
_WORDS = select(*cols(WorklistWordRow.word, WorklistWordRow.path, WorklistWordRow.kind)).where(
    col(WorklistWordRow.reference) == bindparam("reference")
)
_INSERT, _INSERT_WORDS = insert(WorklistRow), insert(WorklistWordRow)
_UPDATE = update(WorklistRow).where(col(WorklistRow.id) == bindparam("row"))
_DELETE = delete(WorklistRow).where(col(WorklistRow.id) == bindparam("row"))
_DELETE_WORD = delete(WorklistWordRow).where(
    col(WorklistWordRow.word) == bindparam("a_word"),
    col(WorklistWordRow.reference) == bindparam("reference"),
    col(WorklistWordRow.path) == bindparam("a_path"),
    col(WorklistWordRow.kind) == bindparam("a_kind"),
)
_ACCEPTED = select(*cols(InvoiceRow.iban, InvoiceRow.gross_cents, InvoiceRow.decided_at)).where(
    col(InvoiceRow.state).in_(_PAID),
    # by its index most of all invoices are found
    func.coalesce(col(InvoiceRow.municipality), "") == bindparam("municipality"),
    col(InvoiceRow.reference) != bindparam("reference"),
)
_APART = (
    select(col(RestrictionRow.reference)).where(
        col(RestrictionRow.reference) == bindparam("reference")
    ),
    select(col(IncidentRow.id)).where(
        col(IncidentRow.reference) == bindparam("reference"),
        col(IncidentRow.judgement) != Judgement.NONE.value,
    ),
)
"""A case that the privacy officer has to do with is looked at in full."""
_WAS_IMPORTED = select(col(ArrivalRow.id)).where(
    col(ArrivalRow.reference) == bindparam("reference"),
    col(ArrivalRow.kind) == ArrivalKind.FIRST,
    col(ArrivalRow.source) == IMPORTED,
)
_BY_KVK = _ACCEPTED.where(col(InvoiceRow.kvk) == bindparam("value"))
_BY_VAT = _ACCEPTED.where(col(InvoiceRow.vat_id) == bindparam("value"))
_OF_SUPPLIER = (
    select(*cols(WorklistRow.reference))
    .where(
        col(WorklistRow.kvk) == bindparam("kvk"),
        col(WorklistRow.view).in_(_TO_DECIDE),
        col(WorklistRow.why).in_(_MAY_CHANGE),
    )
    .limit(AT_ONCE)
)


def renew(connection: Connection, references: Collection[str], today: dt.date) -> None:
    """Write the rows of these cases anew, and those of open invoices of a supplier that is better
    known by what was accepted just now.
    """
    suppliers: set[str] = set()
    for reference in references:
        suppliers |= _renew(connection, reference, today)
    for kvk in suppliers:
        others = connection.execute(_OF_SUPPLIER, {"kvk": kvk}).scalars().all()
        for reference in set(others) - set(references):
            _renew(connection, reference, today)


def folded(text: str | None) -> str:
    """A name as it is sorted and filtered by."""
    return folding.plain(text or "")


def natural(path: str) -> list[tuple[int, str]]:
    """By which the invoices of a mail have their order: 1.10 follows 1.9."""
    return [(int(part) if part.isdecimal() else 0, part) for part in path.split(".")]


def _renew(connection: Connection, reference: str, today: dt.date) -> set[str]:
    """Returns the KvK numbers of suppliers of which an invoice was paid by this."""
    mail = connection.execute(_MAIL, {"reference": reference}).first()
    if mail is None:
        return set()
    invoices = sorted(
        connection.execute(_INVOICES, {"reference": reference}), key=lambda row: natural(row.path)
    )
    kinds = connection.execute(_WAITING_KINDS, {"reference": reference}).scalars().all()
    letter = _letter_waits(kinds, mail, invoices)
    wanted = (
        [
            _of_invoice(connection, mail, each, letter, today)
            | {"position": position, "together": len(invoices)}
            for position, each in enumerate(invoices, 1)
        ]
        if invoices
        else [_of_mail(mail, letter)]
    )
    if invoices:
        wanted += _of_rest(mail, kinds)
    paid = _write(connection, reference, wanted)
    _write_words(connection, reference, {word for each in invoices for word in _words(each)})
    return paid


def _letter_waits(kinds: Collection[str], mail: Row[Any], invoices: Sequence[Row[Any]]) -> bool:
    """Whether a reply of it waits for a clerk; of an accepted mail only a refusal counts, of what
    stays refused (``cases.Case.needs_a_letter``).

    Args:
        kinds: of the replies that wait.
    """
    if mail.state != CaseState.ACCEPTED:
        return bool(kinds)
    refused = any(each.state == InvoiceState.REJECTED for each in invoices)
    return refused and ReplyKind.REFUSAL in kinds


def _of_rest(mail: Row[Any], kinds: Collection[str]) -> list[dict[str, Any]]:
    """The row of what could not be read beside the invoices of a mail, while there is something to do
    with it: to close it, or to send its answer."""
    if mail.rest_open:
        return [_row(mail, View.POST, path="", state=mail.state)]
    is_ended = _VIEWS_OF_MAILS[CaseState(mail.state)] in _NOBODYS
    if mail.rest_open is False and is_ended and ReplyKind.ANSWER in kinds:
        return [_row(mail, View.LETTER, path="", state=mail.state)]
    return []


def _of_mail(mail: Row[Any], letter: bool) -> dict[str, Any]:
    state = CaseState(mail.state)
    view = _VIEWS_OF_MAILS[state]
    if state is CaseState.WAITING and mail.post == PostKind.PORTAL:
        view = View.POST
    if letter and view in (View.DONE, View.IGNORED):
        view = View.LETTER
    return _row(mail, view, path="", state=state.value)


def _of_invoice(
    connection: Connection, mail: Row[Any], invoice: Row[Any], letter: bool, today: dt.date
) -> dict[str, Any]:
    state = InvoiceState(invoice.state)
    if mail.state == CaseState.IGNORED.value:
        view, why = View.IGNORED, ""
    elif state is InvoiceState.TO_DECIDE:
        view, why = _lane(connection, mail, invoice, today)
    elif state is InvoiceState.REJECTED and letter:
        view, why = View.LETTER, ""
    elif state is InvoiceState.APPROVED_ONCE:
        view, why = _approved_once(invoice)
    else:
        view, why = _VIEWS[state], ""
    return _row(
        mail,
        view,
        path=invoice.path,
        state=state.value,
        why=why,
        due_on=invoice.due_on or NEVER,
        supplier=folded(invoice.supplier_name),
        kvk=invoice.kvk or "",
        cents=invoice.gross_cents or 0,
        assigned="" if view in _NOBODYS else invoice.assigned_to or "",
        content=_asks_content(mail.municipality, invoice, state),
    )


def _approved_once(invoice: Row[Any]) -> tuple[View, str]:
    """Where an invoice stands that was accepted and waits for somebody else, and for whom."""
    whole = not invoice.asks_second or invoice.first_by
    view, why = (View.CONTENT, CONTENT) if whole else (View.LOOK, SECOND)
    return View.LATER if invoice.later_until else view, f"{why}:{invoice.decided_by}"


def _asks_content(municipality: str, invoice: Row[Any], state: InvoiceState) -> bool:
    """Whether a reviewer of care must agree with it still (``content_approval.is_asked``)."""
    if invoice.content_by is not None:
        return False
    if state is InvoiceState.APPROVED_ONCE:
        return bool(invoice.asks_content)
    is_open = state in (InvoiceState.TO_DECIDE, InvoiceState.LATER)
    return is_open and _own(municipality).content_approval.is_above(invoice.gross_cents)


def _row(mail: Row[Any], view: View, **own: Any) -> dict[str, Any]:
    empty = {"why": "", "due_on": NEVER, "supplier": "", "kvk": "", "cents": 0}
    return {
        "view": view.value,
        "sequence": mail.sequence,
        "received_on": local_date(mail.received_at),
        "municipality": mail.municipality,
        "assigned": "",
        "content": False,
        "position": 1,
        "together": 1,
        **empty,
        **own,
    }


def _lane(
    connection: Connection, mail: Row[Any], invoice: Row[Any], today: dt.date
) -> tuple[View, str]:
    """Where an invoice stands that a clerk decides on, and why it has no place in the fast lane."""
    has_points = mail.rejects > 0 or mail.reviews > 0
    by, value = (_BY_KVK, invoice.kvk) if invoice.kvk else (_BY_VAT, invoice.vat_id)
    if not value:
        return View.LOOK, "" if has_points else "sealed"
    asked = {
        "value": value,
        "municipality": invoice.municipality or "",
        "reference": mail.reference,
    }
    latest = by.order_by(col(InvoiceRow.id).desc()).limit(LATEST)
    paid = connection.execute(latest, asked).all()
    if not paid:
        return View.NEW, "new-supplier"
    if invoice.iban and invoice.iban not in {each.iban for each in paid}:
        return View.NEW, "new-account"
    if has_points or invoice.kind != DocumentKind.INVOICE:
        return View.LOOK, ""
    if connection.execute(_WAS_IMPORTED.limit(1), {"reference": mail.reference}).first():
        return View.LOOK, "imported"
    first = connection.execute(by.order_by(col(InvoiceRow.id)).limit(1), asked).one()
    own = _own(mail.municipality)
    rules, second = own.fast_lane, own.second_person
    if local_date(first.decided_at) + dt.timedelta(days=rules.from_day) > today:
        return View.LOOK, "first-days"
    too_much = second.is_above(invoice.gross_cents)
    if not invoice.iban or too_much or not _is_usual(invoice, paid):
        return View.LOOK, "unusual"
    if is_sample(mail.reference, invoice.path, rules.sample):
        return View.LOOK, "sample"
    if any(connection.execute(each, {"reference": mail.reference}).first() for each in _APART):
        return View.LOOK, "apart"
    return View.FAST, ""


def _is_usual(invoice: Row[Any], paid: Sequence[Row[Any]]) -> bool:
    """As the check ``usual-amount`` has it; too few to know is not usual."""
    totals = [Decimal(each.gross_cents) for each in paid if each.gross_cents is not None]
    total = invoice.gross_cents or 0
    return len(totals) >= LEAST_KNOWN and 0 < total <= TIMES * max(totals)


def is_sample(reference: str, path: str, one_in: int) -> bool:
    """Whether this invoice is looked at in full all the same: always the same ones, which nobody
    chooses.
    """
    drawn = hashlib.sha256(f"{reference}|{path}".encode()).digest()
    return one_in > 0 and int.from_bytes(drawn[:8]) % one_in == 0


@dataclass(frozen=True, slots=True)
class _Rules:
    """What the profile says of the places in the list."""

    fast_lane: FastLane
    second_person: SecondPerson
    content_approval: ContentApproval


def _own(municipality: str) -> _Rules:
    try:
        own = profile.load(municipality)
    except ConfigurationError:
        return _Rules(FastLane(sample=1), SecondPerson(), ContentApproval())
    return _Rules(own.fast_lane, own.second_person, own.content_approval)


def _write(connection: Connection, reference: str, wanted: list[dict[str, Any]]) -> set[str]:
    standing = {row.path: row for row in connection.execute(_ROWS, {"reference": reference})}
    paid = set()
    for row in wanted:
        before = standing.pop(row["path"], None)
        if row["state"] in _PAID and row["kvk"] and (before is None or before.state not in _PAID):
            paid.add(row["kvk"])
        if before is None:
            connection.execute(_INSERT, {"reference": reference, **row})
            continue
        changed = {name: value for name, value in row.items() if getattr(before, name) != value}
        if changed:
            connection.execute(_UPDATE.values(changed), {"row": before.id})
    for gone in standing.values():
        connection.execute(_DELETE, {"row": gone.id})
    return paid


def _write_words(connection: Connection, reference: str, wanted: set[tuple[str, str, str]]) -> None:
    whole = folding.squeeze(reference)
    forms = (whole, whole.removeprefix("in"))
    words = (*((form, "", "reference") for form in forms), *wanted)
    standing = set(map(tuple, connection.execute(_WORDS, {"reference": reference})))
    new = [
        {"word": word, "reference": reference, "path": path, "kind": kind}
        for word, path, kind in sorted({*words} - standing)
    ]
    if new:
        connection.execute(_INSERT_WORDS, new)
    gone = [
        {"a_word": word, "reference": reference, "a_path": path, "a_kind": kind}
        for word, path, kind in standing - {*words}
    ]
    if gone:
        connection.execute(_DELETE_WORD, gone)


def _words(invoice: Row[Any]) -> Iterator[tuple[str, str, str]]:
    """Word, path and kind of fact of everything that the invoice is found by."""
    found: dict[str, Iterable[str]] = {
        "number": ends_of(folding.squeeze(invoice.number or "")),
        "supplier": folded(invoice.supplier_name).split(),
        "kvk": [invoice.kvk or ""],
        "vat": _vat_words(invoice.vat_id or ""),
        "iban": _account_words(invoice.iban or ""),
    }
    for kind, words in found.items():
        for word in {word[:LONGEST_WORD] for word in words if word}:
            yield word, invoice.path, kind


def ends_of(number: str) -> list[str]:
    """Every end of a number, so that each part of it is the beginning of one."""
    last = max(1, len(number) - _SHORTEST_PART + 1)
    return [number[at:] for at in range(min(last, LONGEST_WORD))]


def _vat_words(vat_id: str) -> tuple[str, str]:
    whole = folding.squeeze(vat_id)
    return whole, whole.removeprefix("nl")


def _account_words(iban: str) -> tuple[str, ...]:
    """The whole, and what people know an account by: bank and number, the number, its last four."""
    whole = folding.squeeze(iban)
    return whole, whole[4:], whole[8:], whole[8:].lstrip("0"), whole[-4:]
