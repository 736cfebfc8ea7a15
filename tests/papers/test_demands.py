"""What the page for providers asks is what the checks refuse: no more, and no less."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

import pytest

from intake import profile
from intake.checks import registry
from intake.children import open_sandbox
from intake.model.attachment import Attachments
from intake.model.finding import Severity
from intake.model.mail import Part, PartKind
from intake.papers import demands
from intake.pipeline import check_file
from intake.profile import Profile
from intake.sandbox.client import Sandbox
from intake.sandbox.task import ChildKind
from intake.secure_attachment.care_lines import reader
from tests.cases import page
from tests.checks.examples import INVOICE, ZIP
from tests.document import typed

ALMERE = profile.load("almere")
TILBURG = profile.load("hart-van-brabant")
TODAY = dt.date(2026, 11, 22)
ASKED = {demand.check: demand for demand in demands.on_invoice(ALMERE)}
RIGHT = {check: demand.right[0] for check, demand in ASKED.items() if demand.right}
LEFT_OUT = "een factuur zonder "
NO_WORDS = {"document", "anonymity.client-data-inside"}
"""A kind of file, and what is hidden in a PDF, are no words on a page."""
MOST = max(len(demand.wrong) for demand in ASKED.values() if demand.check not in NO_WORDS)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with open_sandbox(ChildKind.READING) as made:
        yield made


def written(told: Mapping[str, str | None]) -> list[str]:
    """The lines of an invoice with these words at their places; what is None is left out."""

    def lines(check: str) -> list[str]:
        return (told[check] or "").split(", ") if told[check] else []

    amounts = [*lines("net-amount"), told["vat-amount"] or ""]
    total = ["Totaal te betalen: € 1.493,82"] if told["net-amount"] else []
    head = ("supplier-name", "supplier-address", "supplier-phone", "kvk-number", "vat-id", "iban")
    return [
        *(line for check in head for line in lines(check)),
        *("", *lines("addressee"), "", "FACTUUR"),
        *(*lines("invoice-number"), *lines("issue-date"), ""),
        *(told["anonymity"] or "", "", *amounts, *total),
        *("", "Graag betalen binnen 30 dagen."),
    ]


def with_wrong(place: int) -> dict[str, str | None]:
    """What stands on an invoice with the wrong examples at this place, and right ones elsewhere."""
    told: dict[str, str | None] = dict(RIGHT)
    for (check, _), example in wrong(place).items():
        told[check] = None if example.startswith(LEFT_OUT) else example.partition(", zonder")[0]
    return told


def by_the_rules(lines: list[str]) -> dict[tuple[str, str], Severity]:
    """What the checks say of an invoice with these lines."""
    results = registry.on_invoice(typed.read("\n".join(lines)), ALMERE, TODAY, None)
    found = (each for result in results for each in result.findings)
    return {(each.check, each.code): each.severity for each in found}


def down_the_road(lines: list[str], sandbox: Sandbox) -> dict[tuple[str, str], Severity]:
    """What is said of a PDF with these lines, after the advocate of the provider looked at it."""
    part = Part("1", PartKind.PDF, page.pdf(lines), "factuur")
    found = check_file(part, TODAY, ALMERE, sandbox).findings
    return {(each.check, each.code): each.severity for each in found}


def wrong(place: int) -> dict[tuple[str, str], str]:
    """The wrong examples at this place of every check, by check and situation."""
    found: dict[tuple[str, str], str] = {}
    for check, demand in ASKED.items():
        texts = registry.requirement(check).texts.situations
        refused = [code for code, words in texts.items() if words.wrong][place : place + 1]
        found |= {(check, code): demand.wrong[place].wrong for code in refused}
    return {key: text for key, text in found.items() if not NO_WORDS & {key[0], ".".join(key)}}


def test_an_invoice_of_all_right_examples_is_not_refused(sandbox: Sandbox) -> None:
    """A provider who copies the page's examples would get a refusal."""
    found = down_the_road(written(RIGHT), sandbox)

    assert found == {("kvk-number", "example-number"): Severity.REVIEW}  # it is an example


@pytest.mark.parametrize("place", range(MOST))
def test_every_wrong_example_is_refused_for_its_own_reason(place: int) -> None:
    """The page would call something wrong that the rules let pass, or for another reason."""
    found = by_the_rules(written(with_wrong(place)))

    assert {key: found.get(key) for key in wrong(place)} == dict.fromkeys(
        wrong(place), Severity.REJECT
    )


@pytest.mark.long
@pytest.mark.parametrize("place", range(MOST))
def test_no_advocate_speaks_for_a_wrong_example(place: int, sandbox: Sandbox) -> None:
    """The page would call something wrong that in truth is only looked at by a person.

    Of an invoice without a name or a number the advocate may still find words that could be it.
    """
    told = with_wrong(place)
    found = down_the_road(written(told), sandbox)

    for check, code in wrong(place):
        left_out = told[check] is None
        refuses = found[check, code] is Severity.REJECT
        assert refuses or (left_out and (check, "perhaps") in found), check


TITLES = {
    "bsn": "BSN",
    "referrer": "Verwijzer",
    "product": "Productomschrijving",
    "care-period": "Zorgperiode",
}
CARE = {demand.check: demand for demand in demands.on_attachment(ALMERE) if demand.check in TITLES}
IN_WORDS = {
    "een lege cel": "",
    "zorg van december op een factuur van november": "01-12-2026 t/m 31-12-2026",
    "9 cijfers, zoals het testnummer 999990019": "999990019",
}
"""What a provider types, where the page tells it in words."""


def refused(**typed: str) -> list[tuple[str, str]]:
    """The situations that refuse a sheet of one line, with some cells typed otherwise."""
    told = {check: demand.right[0] for check, demand in CARE.items()} | typed
    cells = [IN_WORDS.get(told[check], told[check]) for check in TITLES]
    sheet = reader.read(
        PartKind.CSV, f"{';'.join(TITLES.values())};Bedrag\n{';'.join(cells)};500,00\n".encode()
    )
    assert sheet.understood
    beside = Attachments(containers=(ZIP,), care_lines=sheet.lines)
    results = registry.on_attachments(beside, [INVOICE], ALMERE, TODAY)
    found = (each for result in results for each in result.findings)
    return [(each.check, each.code) for each in found if each.severity is Severity.REJECT]


def test_every_wrong_cell_is_refused_for_its_own_reason_and_no_right_one() -> None:
    """A provider would mend a cell that was right, or send one that the page calls right in vain."""
    for check, demand in CARE.items():
        for example in demand.right:
            assert refused(**{check: example}) == []
        texts = registry.requirement(check).texts.situations
        codes = [code for code, words in texts.items() if words.wrong]
        for code, each in zip(codes, demand.wrong, strict=True):
            assert refused(**{check: each.wrong}) == [(check, code)]


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
