"""What public registers said of suppliers, kept with the day on which they were asked.

A register is asked outside any transaction, in bounded time, and not again for a minute after it gave
no answer. What leaves is one number: never one that could be a client's or an owner's BSN.
"""

from __future__ import annotations

import datetime as dt
import re

import structlog
from sqlmodel import Session, col, delete
from stdnum.eu import vat as eu_vat

from intake.model.basics import local_date
from intake.model.invoice import Invoice
from intake.model.supplier import AnswerKind, RegisterAnswer, Registered, RegisterSource
from intake.registers.base import NoAnswer, PublicRegister
from intake.store import Store, row_terms
from intake.store.business_facts import could_be_client
from intake.store.tables import RegisterAnswerRow
from intake.text.folding import compact

PAUSE = dt.timedelta(minutes=1)
"""How long a register that gave no answer is left alone."""
_SILENT = ""
"""Stands for a number in the row that says when a register gave no answer."""

log = structlog.get_logger()


def number_to_ask(source: RegisterSource, invoice: Invoice, known: Registered | None) -> str:
    """The number of an invoice's supplier that may leave; empty: nothing is asked.

    A KvK number that could be a BSN leaves only when the register of suppliers has it; from an
    invoice that shows a client nothing leaves but that. Of a btw number that passes the 11-test
    only that of a legal entity leaves: an old one of a sole trader holds a BSN.
    """
    if source is RegisterSource.KVK:
        return _kvk_to_ask(invoice, known)
    value = compact(invoice.vat_id.value or "")
    value = f"NL{value}" if value[:1].isdigit() else value
    if invoice.sightings or invoice.vat_id.others or could_be_client("vat_id", value):
        return ""
    return value if eu_vat.is_valid(value) else ""


def _kvk_to_ask(invoice: Invoice, known: Registered | None) -> str:
    value = invoice.kvk_number.value or ""
    if invoice.kvk_number.others or not re.fullmatch(r"[0-9]{8}", value):
        return ""
    if known is not None and known.kvk == value:
        return value
    return "" if invoice.sightings or could_be_client("kvk", value) else value


def of(store: Store, register: PublicRegister, number: str) -> RegisterAnswer:
    """What a register says of a number: what it said lately, or else what it says now."""
    source, now = register.source, store.clock()
    with store.read() as session:
        known = session.get(RegisterAnswerRow, (source.value, number))
        silent = session.get(RegisterAnswerRow, (source.value, _SILENT))
    if known is not None and known.asked_at > now - dt.timedelta(
        days=store.settings.registers.days
    ):
        return _answer(known)
    if silent is None or silent.asked_at <= now - PAUSE:
        try:
            answer = register.ask(number, store.today)
        except NoAnswer as error:
            log.warning("a public register gave no answer", register=source.value, why=error.why)
            _keep(store, RegisterAnswer(source, _SILENT, AnswerKind.NO_ANSWER, store.today))
        else:
            _keep(store, answer)
            return answer
    if known is not None:
        return _answer(known)
    return RegisterAnswer(source, number, AnswerKind.NO_ANSWER, store.today)


def latest(store: Store, registered: Registered) -> tuple[RegisterAnswer, ...]:
    """What is kept of a supplier, for whoever looks at it; nothing is asked."""
    asked = ((RegisterSource.KVK, registered.kvk), (RegisterSource.VIES, registered.vat_id))
    with store.read() as session:
        rows = [session.get(RegisterAnswerRow, (s.value, n)) for s, n in asked if n]
    return tuple(_answer(row) for row in rows if row is not None)


def _keep(store: Store, answer: RegisterAnswer) -> None:
    with store.write() as session:
        store.lock(session, "register-answers")
        _forget(session, answer, row_terms.before(store, "register_answer"))
        session.add(
            RegisterAnswerRow(
                source=answer.source.value,
                number=answer.number,
                asked_at=store.clock(),
                kind=answer.kind.value,
                names="\n".join(answer.names),
                postcodes="\n".join(answer.postcodes),
                cities="\n".join(answer.cities),
                ended_on=answer.ended_on,
                inactive=answer.inactive,
            )
        )


def _forget(session: Session, answer: RegisterAnswer, before: dt.datetime) -> None:
    """What was said of the number before, and all that is past its term."""
    session.execute(
        delete(RegisterAnswerRow).where(
            col(RegisterAnswerRow.source) == answer.source.value,
            col(RegisterAnswerRow.number) == answer.number,
        )
    )
    session.execute(delete(RegisterAnswerRow).where(col(RegisterAnswerRow.asked_at) < before))


def _answer(row: RegisterAnswerRow) -> RegisterAnswer:
    return RegisterAnswer(
        RegisterSource(row.source),
        row.number,
        AnswerKind(row.kind),
        local_date(row.asked_at),
        tuple(row.names.splitlines()),
        tuple(row.postcodes.splitlines()),
        tuple(row.cities.splitlines()),
        row.ended_on,
        row.inactive,
    )
