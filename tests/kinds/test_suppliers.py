"""A supplier with a contract, without an agreement, or with an unapproved account, down the whole road."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from intake import pipeline
from intake.model.finding import Severity
from intake.model.mail import Envelope
from intake.model.supplier import Contract, ContractScope, Period, Registered
from intake.model.verdict import MailOutcome
from intake.profile import SupplierRules
from intake.stages.values import Decided, Received
from intake.store import supplier_changes, supplier_register
from tests.cases.page import invoice
from tests.kinds.mails import NOW, Town, mail, secured, town

__all__ = ["town"]

KVK = "99970001"


def decide(town: Town, *, with_attachment: bool = True) -> Decided:
    """The verdict of a municipality that asks for contracts and agreements."""
    own = town.desk.profile.model_copy(
        update={"suppliers": SupplierRules(contracts=True, agreements=True)}
    )
    bill = ("factuur.pdf", invoice("R-1", kvk=(f"KvK-nummer: {KVK}",)))
    letter = mail(bill, *([secured()] if with_attachment else []))
    received = Received(letter.as_bytes(), Envelope("smtp", NOW, "zorg@roos.example"), "IN-TEST")
    lookups = town.lookups()
    return pipeline.process(received, replace(town.desk, profile=own, lookups=lookups), NOW.date())


def points(decided: Decided) -> list[tuple[str, str]]:
    (read,) = decided.verdict.invoices
    asked = [f for f in read.findings if f.severity is not Severity.INFO]
    return [(f.check, f.code) for f in asked]


@pytest.fixture
def number(town: Town) -> int:
    name = decide(town).verdict.invoices[0].invoice.supplier_name.value or ""
    known = supplier_register.find(town.store, "almere", KVK)
    supplier = Registered(name, KVK)
    return known.number if known else supplier_changes.add(town.store, "jan", "almere", supplier)


def test_a_supplier_that_is_not_known_waits_for_a_person(town: Town) -> None:
    """The first invoice of each supplier would be refused, or paid without anybody looking."""
    decided = decide(town)

    assert decided.verdict.outcome is MailOutcome.QUEUED
    assert points(decided) == [("contracted-supplier", "unknown"), ("municipal-agreement", "none")]


def test_care_under_a_contract_goes_back_with_its_own_letter(town: Town, number: int) -> None:
    """The letter would ask for the attachment once more, as if that were wrong."""
    contract = Contract(ContractScope.REGION, Period(dt.date(2026, 1, 1)))
    supplier_changes.put_contract(town.store, "jan", number, contract)
    try:
        decided = decide(town)
        waiting = decide(town, with_attachment=False)
    finally:
        supplier_changes.remove_contract(
            town.store, "jan", number, contract.scope, contract.period.first_day
        )

    assert decided.verdict.outcome is MailOutcome.REJECTED
    assert ("contracted-supplier", "contracted") in points(decided)
    assert decided.reply is not None
    assert "VECOZO" in decided.reply.text
    assert "declareren via het berichtenverkeer" in decided.reply.subject
    assert "Beantwoord deze mail met" not in decided.reply.text
    assert "interventieteam" not in decided.reply.text
    assert waiting.verdict.outcome is MailOutcome.WAITING
