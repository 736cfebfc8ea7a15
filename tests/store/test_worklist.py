"""The worklist in the store, on SQLite and PostgreSQL."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake import worker
from intake.model.finding import CheckResult, Finding, Outcome, Severity
from intake.model.invoice import Field, Invoice
from intake.model.mail import ReplyKind
from intake.model.verdict import MailOutcome, Verdict
from intake.store import (
    Store,
    cases,
    journal,
    outbox,
    plans,
    work_queue,
    worklist,
    worklist_rows,
    worklist_search,
)
from intake.store.tables import IMPORTED, View
from intake.store.worklist import Filters, Sort, Wanted
from tests.store import things

EVERYWHERE = frozenset(View)
IBAN_NEW = Finding("iban-changed", "other-account", Severity.REVIEW, "Bel de aanbieder eerst.")
OTHER = "NL31RABO0317445092"


def judged(*invoices: Invoice, findings: Sequence[Finding] = (), **changes: Any) -> Verdict:
    """A verdict on these invoices, with these points on each and no others."""
    whole = things.verdict(invoices=invoices, incidents=(), **changes)
    results: tuple[CheckResult, ...] = (CheckResult("anonymity", Outcome.PASSED),)
    if findings:
        results += (CheckResult(findings[0].check, Outcome.FAILED, tuple(findings)),)
    read = tuple(replace(each, results=results) for each in whole.invoices)
    return replace(whole, invoices=read)


def came(store: Store, number: int, verdict: Verdict, held: str | None = None) -> str:
    """A mail of that number, judged so."""
    return things.decided(store, number, things.decision(verdict, held))


def accept(store: Store, reference: str) -> None:
    for each in cases.get_case(store, reference).invoices:
        cases.accept(store, reference, "anna", each.version, path=each.path)


def known(store: Store, days: int = 60, times: int = 3) -> None:
    """The supplier was paid some times, first so many days ago."""
    for number in range(times):
        store.clock = lambda: things.NOW - dt.timedelta(days=days)
        accept(store, came(store, 900 + number, judged(things.invoice(f"OUD-{number}"))))
    store.clock = lambda: things.NOW


def not_sampled(store: Store, number: int, verdict: Verdict) -> str:
    """As ``came``, until it is none of those that are looked at in full all the same."""
    while worklist_rows.is_sample(reference := came(store, number, verdict), "1.2", 20):
        number += 1000
    return reference


def searched(store: Store, text: str) -> dict[str, set[str]]:
    """By reference: in what a search found it."""
    found = worklist.find(store, Wanted(EVERYWHERE, search=text)).items
    return {item.reference: set(item.found_in) for item in found}


def test_each_invoice_is_a_row_and_a_mail_without_one_too(store: Store) -> None:
    """An invoice without a row is never paid; one with two is paid twice."""
    several = came(store, 1, judged(*(things.invoice(f"F-{number}") for number in range(11))))
    none = came(store, 2, things.verdict(MailOutcome.QUARANTINED))
    unread = things.keep(store, 3)

    items = worklist.find(store, Wanted(EVERYWHERE)).items

    shown = [(item.reference, item.path, item.position, item.together) for item in items]
    assert shown == [
        *((several, f"1.{number + 1}", number, 11) for number in range(1, 12)),
        (none, "", 1, 1),
        (unread, "", 1, 1),
    ]
    assert [item.number for item in items[:11]] == [f"F-{number}" for number in range(11)]
    assert (items[11].view, items[12].view) == (View.POST, View.UNREAD)


def test_a_row_says_the_heaviest_point_of_its_own_invoice(store: Store) -> None:
    """A clerk would open each of three invoices to find the one with a new account."""
    first, second = things.invoice("A"), things.invoice("B")
    verdict = judged(first, second)
    point = CheckResult("iban-changed", Outcome.FAILED, (IBAN_NEW, replace(IBAN_NEW, code="x")))
    with_point = replace(verdict.invoices[1], results=(point,))
    came(store, 1, replace(verdict, invoices=(verdict.invoices[0], with_point)))

    one, other = worklist.find(store, Wanted(EVERYWHERE)).items

    assert one.point is None
    assert other.point is not None
    assert (other.point.check, other.point.code, other.point.others) == (
        "iban-changed",
        "other-account",
        1,
    )


def test_only_a_known_supplier_account_and_amount_are_fast(store: Store) -> None:
    """What is accepted ten at a time must hold nothing that a person ought to look at."""
    known(store)
    fine = not_sampled(store, 1, judged(things.invoice("F-1")))
    beside = {
        "another account": judged(things.invoice("F-2", iban=Field.of(OTHER))),
        "another supplier": judged(things.invoice("F-3", kvk_number=Field.of("87654321"))),
        "a point": judged(things.invoice("F-4"), findings=(replace(IBAN_NEW, check="vat-id"),)),
        "far more": judged(things.invoice("F-5", gross_amount=Field.of(Decimal("9999.00")))),
        "no total": judged(things.invoice("F-6", gross_amount=Field.absent())),
        "no account": judged(things.invoice("F-7", iban=Field.absent())),
        "a client": judged(things.invoice("F-8", supplier_name=Field.of("999990019"))),
        "waits": judged(things.invoice("F-9"), outcome=MailOutcome.WAITING),
    }
    others = {
        why: came(store, number, each) for number, (why, each) in enumerate(beside.items(), 2)
    }

    assert worklist.views_of(store, fine) == (View.FAST,)
    for why, reference in others.items():
        assert worklist.views_of(store, reference) != (View.FAST,), why
    assert worklist.views_of(store, others["another account"]) == (View.NEW,)
    assert worklist.views_of(store, others["another supplier"]) == (View.NEW,)


def test_an_invoice_of_old_mail_is_never_fast(store: Store) -> None:
    """What was paid years ago, outside this program, would be paid again with ten others."""
    known(store)
    kept = journal.keep(store, things.mail(1), things.envelope(IMPORTED), IMPORTED)
    made = things.decision(judged(things.invoice("F-1")))
    work_queue.finish(store, things.claim(store), made)

    (item,) = worklist.of_case(store, kept.reference)

    assert (item.view, item.why) == (View.LOOK, "imported")


@pytest.mark.parametrize(
    ("days", "times", "why"), [(29, 3, "first-days"), (30, 2, "unusual"), (60, 1, "unusual")]
)
def test_nothing_is_fast_in_the_first_days_of_a_supplier_or_with_few_amounts(
    store: Store, days: int, times: int, why: str
) -> None:
    """A swindler who got one invoice through would get the rest through unseen."""
    known(store, days, times)
    early = came(store, 1, judged(things.invoice("F-1")))

    (item,) = worklist.of_case(store, early)

    assert (item.view, item.why) == (View.LOOK, why)


def test_one_in_so_many_is_looked_at_in_full() -> None:
    """Nobody would notice that the fast lane lets something through; and nobody may choose which."""
    drawn = [worklist_rows.is_sample(f"IN-{n:04}-AAAA", "1.2", 20) for n in range(4000)]

    assert 120 < sum(drawn) < 280
    assert not any(worklist_rows.is_sample(f"IN-{n:04}-AAAA", "1.2", 0) for n in range(50))
    assert all(worklist_rows.is_sample(f"IN-{n:04}-AAAA", "1.2", 1) for n in range(50))


def test_an_accepted_invoice_makes_its_supplier_known(store: Store) -> None:
    """The second invoice of a supplier would be new for ever."""
    first, second = (came(store, n, judged(things.invoice(f"F-{n}"))) for n in (1, 2))
    assert worklist.views_of(store, second) == (View.NEW,)

    accept(store, first)

    assert worklist.views_of(store, second) == (View.LOOK,)
    assert worklist.views_of(store, first) == (View.DONE,)


def test_what_is_taken_back_stands_where_it_stood(store: Store) -> None:
    """A slip of the finger would be paid."""
    known(store)
    reference = not_sampled(store, 1, judged(things.invoice("F-1")))
    accept(store, reference)
    (paid,) = cases.get_case(store, reference).invoices

    cases.take_back(store, reference, "anna", paid.version, paid.path)

    assert worklist.views_of(store, reference) == (View.FAST,)
    assert cases.get_case(store, reference).decided_by is None


TYPED = (
    ("2026-0011", "number"),
    ("26-00", "number"),
    ("0011", "number"),
    ("1.493,82", "amount"),
    ("€ 1493,82", "amount"),
    ("1493.82", "amount"),
    ("1 493,82", "amount"),
    ("NL91 ABNA 0417 1643 00", "iban"),
    ("nl91abna0417164300", "iban"),
    ("4300", "iban"),
    ("417164300", "iban"),
    ("01234567", "kvk"),
    ("NL002455799B11", "vat"),
    ("zorgpraktijk vlinder", "supplier"),
    ("VLIND", "supplier"),
    ("vlínder", "supplier"),
    (things.SENDER, "sender"),
    ("praktijk.example", "sender"),
)


def test_a_search_finds_in_every_state_and_says_where(store: Store) -> None:
    """Who has a provider on the phone has a piece of a number, and does not know the state."""
    reference = came(store, 1, judged(things.invoice()))
    other = things.invoice(
        "ANDERS",
        supplier_name=Field.of("Het Anker"),
        kvk_number=Field.of("87654321"),
        vat_id=Field.absent(),
        iban=Field.of(OTHER),
        gross_amount=Field.of(Decimal("12.00")),
    )
    came(store, 2, judged(other))
    accept(store, reference)

    for typed, found_in in TYPED:
        found = searched(store, typed)
        assert found_in in found[reference], typed
        assert len(found) == (2 if found_in == "sender" else 1), typed


@pytest.mark.parametrize(
    "outcome", [MailOutcome.QUARANTINED, MailOutcome.IGNORED, MailOutcome.WAITING]
)
def test_a_mail_without_an_invoice_is_found_by_its_sender_and_the_number_that_it_names(
    store: Store, outcome: MailOutcome
) -> None:
    """ "Heeft u mijn factuur ontvangen?" would be answered with no, while a mail about it lies here."""
    made = things.decision(things.verdict(outcome), numbers=("2026-0877",))
    reference = things.decided(store, 1, made)

    assert searched(store, "2026 - 0877 ".replace(" ", "")) == {reference: {"mentioned"}}
    for typed in (things.SENDER, "praktijk.example"):
        assert searched(store, typed) == {reference: {"sender"}}, typed
    assert "reference" in searched(store, reference[3:7])[reference]


def test_a_mail_that_could_not_be_processed_is_found_by_its_sender(store: Store) -> None:
    """Of a mail out of a mailbox only its own header tells the sender: nobody would find it."""
    reference = things.keep(store, 1)
    claim = things.claim(store)
    nobody = replace(claim.envelope, sender=None)
    failed = replace(claim, attempt=worker.MAX_ATTEMPTS + 1, envelope=nobody)
    none: Any = None

    worker.handle(store, none, none, failed)

    assert searched(store, things.SENDER) == {reference: {"sender"}}


def test_an_invoice_that_was_here_already_is_found_in_both_mails(store: Store) -> None:
    """The provider says that he sent it twice, and the clerk would see one."""
    first = came(store, 1, judged(things.invoice()))
    again = things.verdict(MailOutcome.IGNORED, invoices=(things.invoice(),))
    second = things.decided(store, 2, things.decision(again))

    assert searched(store, "2026-0011").keys() == {first, second}


def test_a_reference_is_found_whole_and_in_part(store: Store) -> None:
    """A provider reads half of it over the phone."""
    reference = came(store, 1, judged(things.invoice()))

    for typed in (reference, reference.lower(), reference[3:], reference[3:7]):
        assert searched(store, typed) == {reference: {"reference"}}, typed


def test_of_a_sealed_invoice_nothing_lies_open_and_it_is_found(store: Store) -> None:
    """A BSN that was read as a number would stand in a plain column; or nobody found the case."""
    sealed_one = judged(things.invoice(things.BSN))
    reference = came(store, 1, sealed_one)
    with store.read() as session:
        words = session.connection().exec_driver_sql("SELECT word FROM worklist_word").all()
        rows = session.connection().exec_driver_sql("SELECT supplier, kvk FROM worklist").all()

    assert {word for (word,) in words} == {reference.replace("-", "").lower()} | {
        reference.replace("-", "").lower()[2:]
    }
    assert [tuple(row) for row in rows] == [("", "")]
    for typed in (things.BSN, "vlinder", "1.493,82", "NL91 ABNA 0417 1643 00"):
        assert searched(store, typed) == {reference: {"term"}}, typed


@given(st.integers(0, 10**12), st.sampled_from(["", "€", "EUR ", "€ "]))
def test_an_amount_is_one_in_every_spelling(cents: int, sign: str) -> None:
    """A clerk types what stands on the letter that she has in hand."""
    euros, rest = divmod(cents, 100)
    spellings = {f"{euros:,}".replace(",", mark) for mark in (".", " ", "'", "")}
    for whole in spellings:
        for comma in (",", "."):
            assert worklist_search.cents_in(f"{sign}{whole}{comma}{rest:02}") == cents
        if rest == 0:
            assert worklist_search.cents_in(f"{sign}{whole},-") == cents
    if rest % 10 == 0:
        assert worklist_search.cents_in(f"{euros},{rest // 10}") == cents


def several(store: Store) -> dict[str, str]:
    """Invoices of two suppliers, with amounts and days of their own; by their numbers."""
    found = {}
    for number, (name, kvk, euros) in enumerate(
        [("Anker", "87654321", 30), ("Vlinder", "01234567", 10), ("anemoon", "87654321", 20)], 1
    ):
        invoice = things.invoice(
            f"F-{number}",
            supplier_name=Field.of(name),
            kvk_number=Field.of(kvk),
            gross_amount=Field.of(Decimal(euros)),
        )
        found[f"F-{number}"] = came(store, number, judged(invoice))
    return found


def test_a_list_is_sorted_by_its_columns(store: Store) -> None:
    """The list would be in an order that its head does not say."""
    several(store)
    orders = {
        Sort.RECEIVED: ["F-1", "F-2", "F-3"],
        Sort.DUE: ["F-1", "F-2", "F-3"],
        Sort.SUPPLIER: ["F-3", "F-1", "F-2"],
        Sort.AMOUNT: ["F-2", "F-3", "F-1"],
    }

    assert orders.keys() == set(Sort)
    for sort, order in orders.items():
        for downwards in (False, True):
            items = worklist.find(store, Wanted(EVERYWHERE, sort=sort, downwards=downwards)).items
            assert [item.number for item in items] == (order[::-1] if downwards else order)


FILTERED: tuple[tuple[Filters, set[str]], ...] = (
    (Filters(supplier="an"), {"F-1", "F-3"}),
    (Filters(supplier="ÁNK"), {"F-1"}),
    (Filters(kvk="01234567"), {"F-2"}),
    (Filters(kvk="87654321", cents_from=2500), {"F-1"}),
    (Filters(cents_from=1000, cents_until=2000), {"F-2", "F-3"}),
    (Filters(received_from=dt.date(2026, 11, 20)), {"F-1", "F-2", "F-3"}),
    (Filters(received_from=dt.date(2026, 11, 21)), set()),
    (Filters(received_until=dt.date(2026, 11, 19)), set()),
    (Filters(municipality="almere"), {"F-1", "F-2", "F-3"}),
    (Filters(municipality="tilburg"), set()),
    (Filters(state="accepted"), {"F-2"}),
    (Filters(assigned="bram"), {"F-3"}),
)


def test_a_filter_shows_what_fits_and_nothing_else(store: Store) -> None:
    """An invoice that a filter hides wrongly is paid too late."""
    made = several(store)
    accept(store, made["F-2"])
    (invoice,) = cases.get_case(store, made["F-3"]).invoices
    plans.hand_over(store, made["F-3"], invoice.path, "anna", invoice.version, "bram")

    for filters, numbers in FILTERED:
        for sort in Sort:
            items = worklist.find(store, Wanted(EVERYWHERE, filters, sort=sort)).items
            assert {item.number for item in items} == numbers, (filters, sort)


def test_after_a_decision_the_next_of_the_list_opens(store: Store) -> None:
    """The place in the list would be lost after each decision."""
    made = several(store)
    wanted = Wanted(frozenset({View.NEW, View.LOOK}), sort=Sort.AMOUNT)
    order = [made[number] for number in ("F-2", "F-3", "F-1")]

    accept(store, order[1])
    assert worklist.next_in_view(store, wanted, order[1], "anna") == order[2]

    worklist.opened(store, order[2], "bram")
    assert worklist.next_in_view(store, wanted, order[1], "anna") == order[0]
    assert worklist.next_in_view(store, wanted, order[1], "bram") == order[2]

    accept(store, order[0])
    accept(store, order[2])
    assert worklist.next_in_view(store, wanted, order[2], "bram") is None


def test_who_has_a_case_open_is_seen_for_some_minutes(store: Store) -> None:
    """Two clerks would do the same work; or a case was blocked for ever by a closed window."""
    reference = came(store, 1, judged(things.invoice()))
    worklist.opened(store, reference, "anna")
    worklist.opened(store, reference, "anna")
    assert worklist.opened_by(store, reference) == ("anna",)

    later = things.NOW + dt.timedelta(minutes=worklist.OPEN_MINUTES + 1)
    store.clock = lambda: later
    assert worklist.opened_by(store, reference) == ()

    worklist.opened(store, reference, "bram")
    worklist.closed(store, reference, "bram")
    assert worklist.opened_by(store, reference) == ()


def test_a_refusal_stands_among_the_letters_until_its_letter_is_done(store: Store) -> None:
    """A letter that nobody sends is a provider who never hears why nothing is paid."""
    refusal = judged(things.invoice(), outcome=MailOutcome.REJECTED, reply=ReplyKind.REFUSAL)
    reference = came(store, 1, refusal, "confirm")
    assert worklist.views_of(store, reference) == (View.LETTER,)

    outbox.confirm(store, cases.get_case(store, reference).replies[0].id, "anna")

    assert worklist.views_of(store, reference) == (View.DONE,)


def test_an_older_store_gets_its_rows(store: Store) -> None:
    """After an upgrade the list would be empty, and the invoices in it forgotten."""
    made = several(store)
    before = worklist.find(store, Wanted(EVERYWHERE)).items
    with store.write() as session:
        for table in ("worklist", "worklist_word"):
            session.connection().exec_driver_sql(f"DELETE FROM {table}")
    assert worklist.find(store, Wanted(EVERYWHERE)).items == ()

    worklist.fill(store)

    assert worklist.find(store, Wanted(EVERYWHERE)).items == before
    assert searched(store, "F-1").keys() == {made["F-1"]}
