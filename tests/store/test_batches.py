"""What was accepted leaves for the finance package: each invoice once, and for ever the same."""

from __future__ import annotations

import datetime as dt
import itertools
from contextlib import suppress
from dataclasses import asdict, replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from intake import profile
from intake.errors import Conflict
from intake.export import ubl
from intake.model.booking import Batch
from intake.model.correction import Corrected
from intake.model.invoice import DocumentKind, Field, Sighting, SightingKind, VatLine
from intake.model.mail import ReplyKind
from intake.model.verdict import MailOutcome
from intake.profile import RecordKind, Retention
from intake.store import Store, batches, cases, corrections, journal, retention, reversals, sealed
from intake.store.business_facts import could_be_client
from intake.store.corrections import Typed
from intake.store.records import VERDICTS
from intake.store.retention import Approval
from intake.store.tables import BatchInvoiceRow, BatchState, InvoiceRow, InvoiceState, ReversalRow
from tests.store import things

_NUMBERS = itertools.count(1000)


def accepted(store: Store, number: int = 1, **changes: Any) -> str:
    """A mail with one invoice that a clerk accepted."""
    invoice = things.invoice(f"2026-{number:04}", **changes)
    judged = things.verdict(MailOutcome.QUEUED, (invoice,), reply=ReplyKind.RECEIPT)
    reference = things.decided(store, number, things.decision(judged))
    cases.accept(store, reference, "jan", cases.get_case(store, reference).version)
    return reference


def state(store: Store, reference: str) -> InvoiceState:
    (invoice,) = cases.get_case(store, reference).invoices
    return invoice.state


def made(store: Store) -> Batch:
    batch, held = batches.make(store, "almere", "els")
    assert batch is not None
    assert held == ()
    return batch


def test_what_was_accepted_leaves_with_what_a_bookkeeping_needs(store: Store) -> None:
    """The clerk would have to type it again."""
    reference = accepted(store)
    things.decided(
        store, 2, things.decision(things.verdict(MailOutcome.QUEUED, (things.invoice("X-2"),)))
    )

    (booking,) = made(store).bookings

    assert (booking.number, booking.gross) == ("2026-0001", Decimal("1493.82"))
    assert booking.supplier.iban == "NL91ABNA0417164300"
    assert booking.supplier.vat_id == "NL002455799B11"
    assert [(rate.rate, rate.net, rate.vat) for rate in booking.rates] == [
        (Decimal(21), Decimal("1234.56"), Decimal("259.26"))
    ]
    assert booking.accepted_by == "jan"
    assert state(store, reference) is InvoiceState.EXPORTED


def test_nothing_leaves_twice(store: Store) -> None:
    """It would be paid twice."""
    accepted(store)
    made(store)

    assert batches.make(store, "almere", "els") == (None, ())


def test_the_database_itself_refuses_the_same_invoice_in_a_second_batch(store: Store) -> None:
    """A fault in our own code would pay twice."""
    reference = accepted(store)
    batch = made(store)

    with pytest.raises(IntegrityError), store.write() as session:
        session.add(
            BatchInvoiceRow(
                batch=batch.number, position=9, reference=reference, path="1.2", checksum="x"
            )
        )


def test_a_batch_is_the_same_when_it_is_asked_for_again(store: Store) -> None:
    """What is delivered again after a failure would differ from what was announced."""
    accepted(store, 1)
    accepted(
        store,
        2,
        vat_exempt=Field.of(True),
        vat_amount=Field.of(Decimal(0)),
        net_amount=Field.of(Decimal("1493.82")),
    )
    batch = made(store)

    assert batches.load(store, batch.number) == batch


def test_an_invoice_that_was_changed_is_refused_by_the_checksum(store: Store) -> None:
    """Another account could be paid under a number that was approved."""
    reference = accepted(store)
    batch = made(store)
    with store.write() as session:
        row = session.exec(select(InvoiceRow).where(col(InvoiceRow.reference) == reference)).one()
        row.iban = "NL02ABNA0123456789"
        session.add(row)

    with pytest.raises(batches.BatchChanged):
        batches.load(store, batch.number)


def test_a_changed_record_is_refused_too(store: Store) -> None:
    """An address or a rate could change unseen."""
    reference = accepted(store)
    batch = made(store)
    with store.write() as session:
        key = sealed.key_of(store, journal.find(session, reference))
        verdict = sealed.record(session, key, VERDICTS, sealed.VERDICT)
        assert verdict is not None
        (read,) = verdict.invoices
        other = replace(read.invoice, supplier_street=Field.of("Dorpsweg 9"))
        changed = replace(verdict, invoices=(replace(read, invoice=other),))
        sealed.clear(session, reference, sealed.VERDICT)
        sealed.put(session, key, [sealed.Piece(sealed.VERDICT, VERDICTS.pack(changed))])

    with pytest.raises(batches.BatchChanged):
        batches.load(store, batch.number)


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"supplier_name": Field.absent()}, "supplier-name"),
        ({"invoice_number": Field.absent()}, "invoice-number"),
        ({"gross_amount": Field.unreadable()}, "gross-amount"),
        ({"iban": Field.absent()}, "iban"),
        ({"issue_date": Field.unreadable()}, "issue-date"),
    ],
)
def test_without_what_a_payment_needs_it_stays_and_is_told(
    store: Store, changes: dict[str, Any], missing: str
) -> None:
    """A payment without account or amount would be refused by the bank, or go astray."""
    whole, half = accepted(store, 1), accepted(store, 2, **changes)

    batch, held = batches.make(store, "almere", "els")

    assert batch is not None
    assert [booking.reference for booking in batch.bookings] == [whole]
    assert [(each.reference, each.why) for each in held] == [(half, (missing,))]
    assert state(store, half) is InvoiceState.ACCEPTED


def test_a_credit_note_needs_no_account(store: Store) -> None:
    """It is settled with what is paid, and would never be."""
    accepted(
        store, kind=DocumentKind.CREDIT_NOTE, iban=Field.absent(), corrects=Field.of("2026-0001")
    )

    (booking,) = made(store).bookings

    assert booking.is_credit
    assert booking.corrects == "2026-0001"


def test_no_number_that_could_be_of_a_client_leaves(store: Store) -> None:
    """A BSN would stand in the bookkeeping of the whole municipality."""
    seen = Sighting(SightingKind.BSN_LABELLED, 1, None)
    accepted(store, vat_id=Field.of(f"NL{things.BSN}B01"))
    accepted(store, 2, sightings=(seen,), invoice_number=Field.of(things.BSN))

    batch, held = batches.make(store, "almere", "els")

    assert batch is not None
    assert things.BSN not in str([asdict(booking) for booking in batch.bookings])
    assert [each.why for each in held] == [("invoice-number",)]


def test_an_ordinary_number_whose_digits_fit_a_bsn_leaves(store: Store) -> None:
    """One number in eleven passes the 11-test: such an invoice, on which a first name stands too,
    could never be paid, or not be handed over again after its care lines were destroyed.
    """
    seen = Sighting(SightingKind.FIRST_NAME, 1, None)
    number = next(
        text for text in map(str, range(20260001, 20260099)) if could_be_client("number", text)
    )
    accepted(store, sightings=(seen,), invoice_number=Field.of(number))

    assert batches.standing(store, "almere").held == ()
    batch = made(store)

    assert [booking.number for booking in batch.bookings] == [number]
    care = Retention(kind=RecordKind.ATTACHMENT, starts="decision", ground="AVG")
    gone = retention.due(store, [care])
    assert list(retention.destroy(store, [care], gone, Approval("VL-1", "archivaris")))
    assert batches.load(store, batch.number) == batch


_21 = Decimal(21)


def _amounts(net: str | None, vat: str | None, gross: str) -> dict[str, Any]:
    def field(value: str | None) -> Field[Decimal]:
        return Field.absent() if value is None else Field.of(Decimal(value))

    return {"net_amount": field(net), "vat_amount": field(vat), "gross_amount": field(gross)}


@pytest.mark.parametrize(
    ("shown", "more", "leaves"),
    [
        (("100", "21", "121"), {}, ("100", "21", "121")),
        ((None, "21", "121"), {}, ("100", "21", "121")),
        (("100", None, "121"), {}, ("100", "21", "121")),
        ((None, None, "121"), {"vat_exempt": Field.of(True)}, ("121", "0", "121")),
        (("100", "21", "-121"), {"kind": DocumentKind.CREDIT_NOTE}, ("-100", "-21", "-121")),
        (("-100", "-21", "121"), {"kind": DocumentKind.CREDIT_NOTE}, ("-100", "-21", "-121")),
        (("100", "21", "242"), {}, None),
        (("100", None, "50"), {"vat_exempt": Field.of(True)}, None),
        (("100", None, "50"), {}, None),
    ],
)
def test_what_leaves_adds_up_or_stays(
    store: Store,
    shown: tuple[str | None, str | None, str],
    more: dict[str, Any],
    leaves: tuple[str, str, str] | None,
) -> None:
    """A package that books base and btw of each row would book, and pay, another total than the one
    that was accepted.
    """
    accepted(store, **_amounts(*shown), **more)

    ready = batches.standing(store, "almere")
    batch, held = batches.make(store, "almere", "els")

    assert (ready.count, ready.held) == (0 if batch is None else 1, held)
    if leaves is None:
        assert [each.why for each in held] == [("amounts",)]
        return
    assert batch is not None
    (booking,) = batch.bookings
    assert (booking.net, booking.vat, booking.gross) == tuple(map(Decimal, leaves))
    parts = [part or 0 for rate in booking.rates for part in (rate.net, rate.vat)]
    assert sum(parts) in (0, booking.gross)


def test_what_a_person_corrected_leaves_without_the_rates_that_were_read(store: Store) -> None:
    """The package would book 121 by the table of rates, while 242 was accepted."""
    rates = (VatLine(_21, Decimal(100), Decimal(21)),)
    invoice = things.invoice("2026-0001", **_amounts("100", "21", "121"), vat_lines=rates)
    judged = things.verdict(MailOutcome.QUEUED, (invoice,), reply=ReplyKind.RECEIPT)
    reference = things.decided(store, 1, things.decision(judged))
    for fact, value in (
        (Corrected.NET, "200.00"),
        (Corrected.VAT, "42.00"),
        (Corrected.GROSS, "242.00"),
    ):
        (row,) = cases.get_case(store, reference).invoices
        corrections.correct(store, reference, "1.2", "jan", row.version, Typed(fact, value))
    cases.accept(store, reference, "jan", cases.get_case(store, reference).version)

    (booking,) = made(store).bookings

    amounts = Decimal(200), Decimal(42)
    assert (booking.net, booking.vat, booking.gross) == (*amounts, Decimal(242))
    assert [(rate.net, rate.vat) for rate in booking.rates] == [amounts]


def test_what_left_before_its_amounts_were_looked_at_can_be_taken_back(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would stay with the finance package for ever, and its batch could not be handed over again."""
    reference = accepted(store, **_amounts("100", "21", "242"))
    monkeypatch.setattr(batches, "MOST_MISSED", Decimal(1000))
    left = made(store)
    monkeypatch.undo()

    assert batches.load(store, left.number) == left
    reversals.ask(store, reference, "1.2", "jan", "dubbel")
    assert batches.standing(store, "almere").count == 1
    (booking,) = made(store).bookings
    assert booking.gross == Decimal(-242)


def test_what_stands_ready_takes_credit_notes_off(store: Store) -> None:
    """The senior would look for money that the batch does not hold."""
    accepted(store, 1)
    accepted(store, 2, kind=DocumentKind.CREDIT_NOTE, **_amounts("100", "21", "121"))

    ready = batches.standing(store, "almere").total

    assert ready == made(store).total == Decimal("1372.82")


def test_a_booked_batch_is_not_handed_over_again(store: Store) -> None:
    """The finance package would pay all of it a second time."""
    accepted(store)
    number = made(store).number
    batches.note(store, number, BatchState.DELIVERED, "els")
    assert batches.to_deliver(store, number).number == number
    batches.note(store, number, BatchState.BOOKED, "els")

    with pytest.raises(Conflict):
        batches.to_deliver(store, number)


def test_another_municipality_gets_nothing_of_it(store: Store) -> None:
    """Hart van Brabant would pay Almere's invoices."""
    accepted(store)

    assert batches.make(store, "hart-van-brabant", "els") == (None, ())


def test_one_that_left_can_no_longer_be_refused_or_accepted(store: Store) -> None:
    """The letter would say that it is not paid while it is."""
    reference = accepted(store)
    before = cases.get_case(store, reference)
    made(store)

    for version in (before.version, cases.get_case(store, reference).version):
        with pytest.raises(Conflict):
            cases.refuse(store, reference, "jan", version, cases.Refusal("nee"))
        with pytest.raises(Conflict):
            cases.accept(store, reference, "jan", version)


@pytest.mark.parametrize(
    ("steps", "fine"),
    [
        ((BatchState.DELIVERED, BatchState.BOOKED), True),
        ((BatchState.FAILED, BatchState.DELIVERED, BatchState.DELIVERED, BatchState.BOOKED), True),
        ((BatchState.BOOKED,), False),
        ((BatchState.DELIVERED, BatchState.BOOKED, BatchState.FAILED), False),
    ],
)
def test_a_batch_goes_from_made_to_booked(
    store: Store, steps: tuple[BatchState, ...], fine: bool
) -> None:
    """A batch that never arrived would be called booked, and its invoices stay unpaid."""
    accepted(store)
    number = made(store).number
    *first, last = steps
    for step in first:
        batches.note(store, number, step, "els")

    if fine:
        batches.note(store, number, last, "els")
        assert [line.state for line in batches.listed(store)] == [last]
    else:
        with pytest.raises(Conflict):
            batches.note(store, number, last, "els")


@pytest.mark.parametrize(
    "ask", [batches.load, lambda s, n: batches.note(s, n, BatchState.BOOKED, "els")]
)
def test_a_batch_that_never_was_is_told(store: Store, ask: Any) -> None:
    """A typing error would look like an empty batch."""
    with pytest.raises(journal.NotKept):
        ask(store, 99)


_STEPS = st.lists(
    st.tuples(
        st.sampled_from(["mail", "accept", "refuse", "reverse", "export", "crash"]),
        st.integers(0, 5),
    ),
    min_size=3,
    max_size=14,
)


@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(steps=_STEPS)
def test_in_any_order_each_accepted_invoice_leaves_at_most_once(
    store: Store, monkeypatch: pytest.MonkeyPatch, steps: list[tuple[str, int]]
) -> None:
    """Paid twice, or never: whatever is done in which order, and wherever a process dies."""
    mails: list[str] = []
    start = max((line.number for line in batches.listed(store)), default=0)

    for step, which in steps:
        chosen = mails[which % len(mails)] if mails else None
        if step == "mail" or chosen is None:
            mails.append(_open_mail(store))
        elif step in ("accept", "refuse", "reverse"):
            _decide(store, chosen, step)
        else:
            _export(store, monkeypatch, step)

    assert _export(store, monkeypatch, "export") == ()
    left = [
        booking
        for line in batches.listed(store)
        if line.number > start
        for booking in batches.load(store, line.number).bookings
    ]
    assert len({(each.reference, each.is_credit) for each in left}) == len(left)
    to_pay = {each: Decimal(0) for each in mails}
    for booking in left:
        to_pay[booking.reference] += booking.gross
    states = {each: state(store, each) for each in mails}
    paid = {each for each in mails if to_pay[each]}
    assert paid == {each for each in mails if states[each] is InvoiceState.EXPORTED}
    assert InvoiceState.ACCEPTED not in states.values()
    came_back = {each for each in mails if states[each] is InvoiceState.REVERSED}
    assert came_back == {booking.reference for booking in left if booking.is_credit}


def _open_mail(store: Store) -> str:
    number = next(_NUMBERS)
    judged = things.verdict(
        MailOutcome.QUEUED, (things.invoice(f"F{number}"),), reply=ReplyKind.RECEIPT
    )
    return things.decided(store, number, things.decision(judged))


def _decide(store: Store, reference: str, step: str) -> None:
    version = cases.get_case(store, reference).version
    with suppress(Conflict):
        if step == "accept":
            cases.accept(store, reference, "jan", version)
        elif step == "reverse":
            reversals.ask(store, reference, "1.2", "els", "vergissing")
        else:
            cases.refuse(store, reference, "jan", version, cases.Refusal("nee"))


def _export(store: Store, monkeypatch: pytest.MonkeyPatch, step: str) -> tuple[object, ...]:
    """``crash``: the process dies after it wrote, before the commit."""
    if step != "crash":
        return batches.make(store, "almere", "els")[1]
    with monkeypatch.context() as dying, suppress(_Died):
        dying.setattr(sealed, "note", _die)
        batches.make(store, "almere", "els")
    return ()


class _Died(BaseException):
    """As ``kill -9`` ends a process in the middle of a transaction."""


def _die(*_arguments: object) -> None:
    raise _Died


@pytest.mark.parametrize("shown", [1, -1])
def test_a_credit_note_is_taken_off_however_it_shows_its_amounts(store: Store, shown: int) -> None:
    """What is to come back would be paid once more."""
    accepted(
        store,
        kind=DocumentKind.CREDIT_NOTE,
        corrects=Field.of("2026-0001"),
        net_amount=Field.of(shown * Decimal("100.00")),
        vat_amount=Field.of(shown * Decimal("21.00")),
        gross_amount=Field.of(shown * Decimal("121.00")),
    )

    batch = made(store)

    (booking,) = batch.bookings
    assert batch.total == Decimal("-121.00")
    assert (booking.net, booking.vat) == (Decimal("-100.00"), Decimal("-21.00"))
    assert [(rate.net, rate.vat) for rate in booking.rates] == [
        (Decimal("-100.00"), Decimal("-21.00"))
    ]


def test_a_batch_stays_the_same_on_other_days_and_with_another_coding(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a change of the profile no older batch could be delivered again."""
    accepted(store)
    batch = made(store)
    own = profile.load("almere")
    other = own.model_copy(update={"finance": own.finance.model_copy(update={"vat_code": "9"})})
    monkeypatch.setattr(profile, "load", lambda _name: other)
    monkeypatch.setattr(store, "clock", lambda: things.NOW + dt.timedelta(days=90))

    assert batches.load(store, batch.number) == batch


def test_what_no_file_can_hold_is_left_out_of_a_name(store: Store) -> None:
    """One odd character of a PDF would hold up the whole batch, for ever."""
    accepted(store, supplier_name=Field.of("Praktijk\x00 De\x0bVlinder"))

    (booking,) = made(store).bookings

    assert booking.supplier.name.split() == ["Praktijk", "De", "Vlinder"]


def test_invoices_that_are_held_keep_no_other_behind(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thousand that cannot leave would fill the batch, and nothing would leave any more."""
    monkeypatch.setattr(batches, "MOST", 1)
    accepted(store, 1, iban=Field.absent())
    whole = accepted(store, 2)

    batch, held = batches.make(store, "almere", "els")

    assert batch is not None
    assert [booking.reference for booking in batch.bookings] == [whole]
    assert len(held) == 1


def test_btw_of_which_a_rate_is_not_known_is_not_called_exempt(store: Store) -> None:
    """The finance package would book no btw at all."""
    lines = (VatLine(Decimal(21), None, Decimal(21)), VatLine(Decimal(9), None, Decimal(9)))
    accepted(store, vat_lines=lines, vat_rate=Field.absent())

    (booking,) = made(store).bookings

    assert booking.rates == ()
    assert not booking.exempt
    assert "per tarief" in ubl.unfit(booking, profile.load("almere"))


def test_what_left_by_mistake_is_taken_off_in_the_next_batch(store: Store) -> None:
    """The finance package would pay it, whatever the clerk found out afterwards."""
    reference = accepted(store)
    first = made(store)

    reversals.ask(store, reference, "1.2", "els", "dubbel betaald")

    (storno,) = made(store).bookings
    assert (storno.number, storno.corrects) == (f"STORNO-{first.number:06}-001", "2026-0001")
    assert (storno.net, storno.vat, storno.gross) == (
        Decimal("-1234.56"),
        Decimal("-259.26"),
        Decimal("-1493.82"),
    )
    assert storno.is_credit
    assert storno.accepted_by == "els"
    assert ubl.unfit(storno, profile.load("almere")) == ""
    assert batches.load(store, first.number) == first
    assert batches.make(store, "almere", "els") == (None, ())


def test_what_was_taken_back_is_never_accepted_again(store: Store) -> None:
    """It would stand paid, and never leave: no invoice leaves twice."""
    reference = accepted(store)
    made(store)
    reversals.ask(store, reference, "1.2", "els", "dubbel")

    case = cases.get_case(store, reference)
    (invoice,) = case.invoices
    assert invoice.state is InvoiceState.REVERSED
    for path, version in ((None, case.version), ("1.2", invoice.version)):
        with pytest.raises(Conflict):
            cases.accept(store, reference, "jan", version, path=path)
    with pytest.raises(Conflict):
        reversals.ask(store, reference, "1.2", "els", "nog eens")


def test_what_never_left_needs_no_storno(store: Store) -> None:
    """The finance package would take off what it never had."""
    reference = accepted(store)

    with pytest.raises(Conflict):
        reversals.ask(store, reference, "1.2", "els", "vergissing")


def test_a_resend_of_what_was_taken_back_is_not_called_already_received(store: Store) -> None:
    """The provider would never be paid for the right invoice."""
    reference = accepted(store)
    made(store)
    reversals.ask(store, reference, "1.2", "els", "verkeerd bedrag")

    history = journal.history_of(store, things.invoice("2026-0001"), before="")

    assert [each.outcome for each in history.earlier] == ["reversed"]
    assert history.in_hand == ()


def test_why_it_was_taken_back_is_kept_sealed(store: Store) -> None:
    """What a clerk writes may name a client."""
    reference = accepted(store)
    made(store)
    reversals.ask(store, reference, "1.2", "els", "geheim woord")

    with store.read() as session:
        (row,) = session.exec(select(ReversalRow))
    assert b"geheim" not in row.why
    assert "geheim woord" in [each.detail for each in cases.get_case(store, reference).events]
