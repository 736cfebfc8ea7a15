"""Care that was declared before is known again, whoever declared it, and is forgotten with its
case.
"""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import delete, func, select
from sqlmodel import col

from intake.errors import Conflict
from intake.model.care import CareLine, EarlierCare
from intake.model.invoice import DocumentKind
from intake.model.verdict import MailOutcome
from intake.store import Store, cases, declared_care, work_queue
from intake.store.tables import CareRow, MailRow
from tests.checks.examples import LINE
from tests.store import things

SEPTEMBER = (dt.date(2026, 9, 1), dt.date(2026, 9, 30))


def line(row: int = 2, **changes: Any) -> CareLine:
    start, end = SEPTEMBER
    return replace(LINE, row=row, **{"period_start": start, "period_end": end, **changes})


def declared(
    store: Store,
    *lines: CareLine,
    number: int = 1,
    outcome: MailOutcome = MailOutcome.QUEUED,
    **invoice: Any,
) -> str:
    """A decided mail of some provider with these care lines."""
    judged = things.verdict(outcome, (things.invoice(f"R-{number}", **invoice),))
    return things.decided(store, number, things.decision(judged, care_lines=lines))


AGAIN = {
    "same": line(),
    "written otherwise": line(bsn="9999.90.019"),
    "same code": line(product_code="45 a52", product="anders"),
    "one day": line(period_start=dt.date(2026, 9, 30), period_end=dt.date(2026, 10, 31)),
    "description only": line(product_code=None, product="Begeleiding  individueel BASIS"),
    "other amount": line(amount=Decimal("9.99"), referrer="een ander"),
}
OTHER = {
    "client": line(bsn="999993653"),
    "no valid BSN": line(bsn="999990018"),
    "no BSN": line(bsn=None),
    "code": line(product_code="45A57"),
    "description": line(product_code=None, product="Behandeling"),
    "next month": line(period_start=dt.date(2026, 10, 1), period_end=dt.date(2026, 10, 31)),
    "open end": line(period_end=None),
    "credit": line(amount=Decimal("-492.00")),
}


def test_the_same_care_is_known_again_and_other_care_is_not(store: Store) -> None:
    """Two providers who declare the same days would both be paid; and a clerk who sees doubles that
    are none stops looking.
    """
    reference = declared(store, line())

    found = {
        name: declared_care.earlier(store, [other], before="other")
        for name, other in (AGAIN | OTHER).items()
    }

    assert found == {name: (EarlierCare(2, reference),) for name in AGAIN} | dict.fromkeys(
        OTHER, ()
    )


def test_only_what_may_be_paid_counts(store: Store) -> None:
    """A provider who sends a refused invoice again would be called a double of himself."""
    refused = declared(store, line(), number=1, outcome=MailOutcome.REJECTED)
    declared(store, line(), number=2, outcome=MailOutcome.IGNORED)
    declared(store, line(), number=3, kind=DocumentKind.CREDIT_NOTE)
    assert declared_care.earlier(store, [line()], before="other") == ()

    cases.accept(store, refused, "clerk", cases.get_case(store, refused).version)

    assert declared_care.earlier(store, [line()], before="other") == (EarlierCare(2, refused),)
    assert declared_care.earlier(store, [line()], before=refused) == ()


def test_a_new_decision_replaces_what_the_case_declared(store: Store) -> None:
    """Care that the first reading got wrong would haunt the client's next invoices."""
    reference = declared(store, line(), outcome=MailOutcome.WAITING)
    with store.write() as session:
        session.execute(MailRow.__table__.update().values(due=True))  # type: ignore[attr-defined]

    again = things.decision(
        things.verdict(MailOutcome.QUEUED, (things.invoice("R-1"),)),
        care_lines=(line(product_code="45A57"),),
    )
    work_queue.finish(store, things.claim(store), again)

    assert declared_care.earlier(store, [line()], before="other") == ()
    assert declared_care.earlier(store, [line(product_code="45A57")], before="other") == (
        EarlierCare(2, reference),
    )


def test_nothing_is_left_of_a_deleted_case(store: Store) -> None:
    """Hashes that outlive their case tell who was helped, after the term that the law gives."""
    declared(store, line(), line(3, product_code="45A57"))

    with store.write() as session:
        session.execute(delete(MailRow))

    with store.read() as session:
        assert session.execute(select(func.count()).select_from(CareRow)).scalar_one() == 0


def test_no_row_holds_the_number_or_a_hash_of_it_alone(store: Store) -> None:
    """One hash for all rows of a child would draw a map of the help it got."""
    declared(store, line(2), line(3, product_code="45A57", product="Begeleiding specialistisch"))

    with store.read() as session:
        rows = session.execute(
            select(*(col(c) for c in (CareRow.code_hash, CareRow.words_hash)))
        ).all()

    values = [value for row in rows for value in row]
    assert len(set(values)) == 4
    assert all(len(value) == 64 and "999990019" not in value for value in values)


def test_care_is_known_again_in_the_next_year(store: Store) -> None:
    """Each year has a hash key of its own; December's care is declared again in January."""
    reference = declared(store, line())
    store.vault.today = lambda: dt.date(2027, 2, 1)

    assert declared_care.earlier(store, [line(5)], before="other") == (EarlierCare(5, reference),)


def test_two_mails_at_once_do_not_miss_each_other(store: Store) -> None:
    """Two workers that decide on the same care in the same second would each find nothing."""
    for number in (1, 2):
        things.keep(store, number)
    first, second = things.claim(store), things.claim(store)
    made = [
        things.decision(
            things.verdict(MailOutcome.QUEUED, (things.invoice(f"R-{number}"),)),
            care_lines=(line(),),
        )
        for number in (1, 2)
    ]

    work_queue.finish(store, first, made[0])
    with pytest.raises(Conflict):
        work_queue.finish(store, second, made[1])

    work_queue.finish(store, things.claim(store), made[1])


def test_a_sheet_of_thousands_is_looked_up_quickly(store: Store) -> None:
    """A large provider's month would hold up everybody else's mail."""
    many = [
        line(row, product_code=f"{40 + row // 90}A{row % 90:02d}", product=None)
        for row in range(2, 1202)
    ]
    started = time.monotonic()
    declared(store, *many)

    found = declared_care.earlier(store, many[:300], before="other")

    assert len(found) == 300
    assert time.monotonic() - started < 30
