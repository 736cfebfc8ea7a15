"""What was paid before: another account of a known supplier, or a known account of another one, is
seen by a person before money leaves.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from intake import profile
from intake.checks import registry
from intake.model.finding import Outcome, Severity
from intake.model.invoice import Field, Invoice
from intake.store import Store, cases
from intake.store.lookups import StoreLookups
from tests.store import things

OTHER_IBAN = Field.of("NL31 RABO 0317 4450 92")
OTHER_KVK = Field.of("61532874")
CHECKS = ("iban-changed", "usual-amount")


def accepted(store: Store, number: int, **changes: Any) -> None:
    invoice = things.invoice(f"2026-{number:04}", **changes)
    made = things.decision(things.verdict(invoices=(invoice,)))
    reference = things.decided(store, number, made)
    cases.accept(store, reference, "anna", cases.get_case(store, reference).version)


def told(store: Store, sender: str = "", **changes: Any) -> list[str]:
    """Codes of what is said of one more invoice; each asks a person and is never told outside."""
    invoice: Invoice = things.invoice("2026-0900", **changes)
    history = StoreLookups(store).history(invoice, "IN-0000-0000", sender)
    results = registry.on_invoice(invoice, profile.load("almere"), things.NOW.date(), history)
    found = [f for r in results if r.check in CHECKS for f in r.findings]
    assert all(f.severity is Severity.REVIEW and f.internal for f in found)
    return [f.code for f in found]


def test_an_account_that_was_paid_before_is_fine(store: Store) -> None:
    """Every invoice of a known supplier would go to a person."""
    accepted(store, 1)
    assert told(store) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"iban": OTHER_IBAN}, ["other-account"]),
        ({"kvk_number": OTHER_KVK}, ["other-supplier"]),
        ({"kvk_number": Field.absent(), "iban": OTHER_IBAN}, ["other-account"]),
        ({"iban": OTHER_IBAN, "kvk_number": OTHER_KVK, "vat_id": Field.absent()}, []),
    ],
)
def test_another_account_than_before_asks_a_person(
    store: Store, changes: dict[str, Any], expected: list[str]
) -> None:
    """A fraudster's account under a known name would be called in order and paid."""
    accepted(store, 1)
    assert told(store, **changes) == expected


@pytest.mark.parametrize(
    ("sender", "expected"),
    [
        (things.SENDER.upper(), ["other-account"]),
        ("zorg@roos-zorg.example", ["other-account", "other-domain"]),
        ("", ["other-account"]),
    ],
)
def test_another_domain_is_told_beside_another_account(
    store: Store, sender: str, expected: list[str]
) -> None:
    """The clerk would not see that the mail with the new account came from somewhere else; or be
    asked about every supplier that changed its mail only.
    """
    accepted(store, 1)
    assert told(store, sender, iban=OTHER_IBAN) == expected
    assert told(store, sender) == []


def test_what_nobody_accepted_makes_no_account_known(store: Store) -> None:
    """A fraudster would only have to send two invoices."""
    accepted(store, 1)
    things.decided(
        store, 2, things.decision(things.verdict(invoices=(things.invoice(iban=OTHER_IBAN),)))
    )
    assert told(store, iban=OTHER_IBAN) == ["other-account"]


def test_a_new_account_that_a_person_accepted_is_known(store: Store) -> None:
    """The clerk would be asked again with every invoice after a supplier changed its bank."""
    accepted(store, 1)
    accepted(store, 2, iban=OTHER_IBAN)
    assert told(store, iban=OTHER_IBAN) == []


@pytest.mark.parametrize(
    ("known", "total", "expected"),
    [(3, "4481.46", []), (3, "149382.00", ["far-above"]), (2, "149382.00", [])],
)
def test_a_total_far_above_the_usual_asks_a_person(
    store: Store, known: int, total: str, expected: list[str]
) -> None:
    """A comma in the wrong place would be paid a hundredfold."""
    for number in range(1, known + 1):
        accepted(store, number)
    assert told(store, gross_amount=Field.of(Decimal(total))) == expected


def test_a_file_without_its_mail_knows_no_history(store: Store) -> None:
    """The check on a provider's own computer would pretend to know what was paid."""
    results = registry.on_invoice(things.invoice(), profile.load("almere"), things.NOW.date(), None)
    assert not [r for r in results if r.check in CHECKS]
    assert {r.outcome for r in results} <= set(Outcome)
