"""What the page for providers asks is what the checks refuse: no more, and no less."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pytest

from intake import profile
from intake.checks import registry
from intake.children import open_sandbox
from intake.model.finding import Severity
from intake.model.mail import Part, PartKind
from intake.papers import demands
from intake.pipeline import check_file
from intake.profile import Profile
from intake.sandbox.client import Sandbox
from intake.sandbox.task import ChildKind
from tests.cases import page

ALMERE = profile.load("almere")
TILBURG = profile.load("hart-van-brabant")
TODAY = dt.date(2026, 12, 1)
ASKED = {demand.check: demand for demand in demands.on_invoice(ALMERE)}
RIGHT = {check: demand.right[0] for check, demand in ASKED.items() if demand.right}
LEFT_OUT = "een factuur zonder "
TOGETHER: tuple[Mapping[str, int], ...] = (
    dict.fromkeys(
        (
            "supplier-name",
            "supplier-address",
            "supplier-phone",
            "kvk-number",
            "vat-id",
            "issue-date",
        ),
        0,
    ),
    dict.fromkeys(("invoice-number", "addressee", "net-amount", "iban", "anonymity"), 0),
    {"addressee": 1, "kvk-number": 1, "vat-id": 1, "issue-date": 1, "iban": 1, "vat-amount": 0},
    {"addressee": 2, "kvk-number": 2, "vat-id": 2, "vat-amount": 2},
    {"addressee": 3, "vat-amount": 3},
    {"addressee": 4, "vat-amount": 1},
)
"""Which wrong examples stand together on one invoice, by check and their place in its list."""
ELSEWHERE = {"document", "anonymity"}
"""A kind of file, and what is inside a PDF, are no words on a page."""


@pytest.fixture(scope="module")
def sandbox() -> Sandbox:
    with open_sandbox(ChildKind.READING) as made:
        yield made


def written(told: Mapping[str, str | None]) -> bytes:
    """An invoice with these words at their places; what is None is left out."""

    def lines(check: str) -> list[str]:
        return (told[check] or "").split(", ") if told[check] else []

    amounts = [*lines("net-amount"), told["vat-amount"] or ""]
    total = ["Totaal te betalen: € 1.493,82"] if told["net-amount"] else []
    head = ("supplier-name", "supplier-address", "supplier-phone", "kvk-number", "vat-id", "iban")
    return page.pdf(
        [
            *(line for check in head for line in lines(check)),
            *("", *lines("addressee"), "", "FACTUUR"),
            *(*lines("invoice-number"), *lines("issue-date"), ""),
            *(told["anonymity"] or "", "", *amounts, *total),
            *("", "Graag betalen binnen 30 dagen."),
        ]
    )


def findings(told: Mapping[str, str | None], sandbox: Sandbox) -> dict[tuple[str, str], Severity]:
    part = Part("1", PartKind.PDF, written(told), "factuur")
    found = check_file(part, TODAY, ALMERE, sandbox).findings
    return {(each.check, each.code): each.severity for each in found}


def code_of(check: str, place: int) -> str:
    """The situation of the wrong example at this place."""
    requirement = registry.requirement(check)
    refused = [code for code in requirement.situations if requirement.texts.situations[code].wrong]
    return refused[place]


def test_an_invoice_of_all_right_examples_is_not_refused(sandbox: Sandbox) -> None:
    """A provider who copies the page's examples would get a refusal."""
    found = findings(RIGHT, sandbox)

    assert found == {("kvk-number", "example-number"): Severity.REVIEW}  # it is an example


@pytest.mark.parametrize("places", TOGETHER, ids=lambda places: f"{'-'.join(places)[:60]}")
def test_every_wrong_example_is_refused_for_its_own_reason(
    places: Mapping[str, int], sandbox: Sandbox
) -> None:
    """The page would call something wrong that the rules let pass, or for another reason.

    Of an invoice without a name or a number the advocate may still find words that could be it.
    """
    told: dict[str, str | None] = dict(RIGHT)
    for check, place in places.items():
        example = ASKED[check].wrong[place].example
        told[check] = None if example.startswith(LEFT_OUT) else example.partition(", zonder")[0]

    found = findings(told, sandbox)

    for check, place in places.items():
        severity = found[check, code_of(check, place)]
        left_out = told[check] is None
        assert severity is Severity.REJECT or (left_out and (check, "perhaps") in found), check


def test_every_example_stands_on_one_of_those_invoices() -> None:
    """A wrong example that is added later would be on the page without anybody having tried it."""
    tried = {(check, place) for places in TOGETHER for check, place in places.items()}
    shown = {
        (check, place)
        for check, demand in ASKED.items()
        if check not in ELSEWHERE
        for place in range(len(demand.wrong))
    }

    assert shown == tried - {("anonymity", 0)}


@pytest.mark.parametrize("check", registry.requirements())
def test_whatever_refuses_has_its_example_and_nothing_else_has(check: str) -> None:
    """The page would leave out what a provider is refused for, or ask what nobody is refused for."""
    requirement = registry.requirement(check)
    texts = requirement.texts
    told = {
        code
        for code, situation in requirement.situations.items()
        if situation.severity is Severity.REJECT and not situation.internal
    }

    assert {code for code, words in texts.situations.items() if words.wrong} == told
    assert bool(texts.asked) == bool(texts.right) == bool(told)


@pytest.mark.parametrize("own", [ALMERE, TILBURG], ids=lambda own: own.name)
def test_what_only_asks_a_person_here_is_no_demand_here(own: Profile) -> None:
    """Tilburg's page would demand a phone number for which nobody is refused there."""
    for demand in (*demands.on_invoice(own), *demands.on_attachment(own)):
        situations = registry.requirement(demand.check).situations
        assert demand.refuses == any(registry.refuses(demand.check, c, own) for c in situations)
    soft = {demand.check for demand in demands.on_invoice(own) if not demand.refuses}
    assert ("supplier-phone" in soft) == (own is TILBURG)


def test_a_contract_is_spoken_of_where_the_register_knows_contracts() -> None:
    """A provider with a contract would not read that mailing an invoice is of no use."""
    rules = ALMERE.suppliers.model_copy(update={"contracts": True})

    (demand,) = demands.on_supplier(ALMERE.model_copy(update={"suppliers": rules}))

    assert demand.refuses
    assert demands.on_supplier(ALMERE) == []
