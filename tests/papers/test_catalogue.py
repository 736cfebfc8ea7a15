"""The catalogue of checks says what the checks do, for who decides on rules without reading code."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import replace

import pytest
from typer.testing import CliRunner, Result

from intake import profile
from intake.checks import catalogue, kvk_number, registry
from intake.cli import app
from intake.model.finding import Severity
from intake.papers import pages
from intake.profile import SupplierRules

OURS = profile.load("almere")
REGION = profile.load("hart-van-brabant")
DAY = dt.date(2026, 12, 1)


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["checks", *words])


@pytest.mark.parametrize("own", [OURS, REGION], ids=lambda own: own.name)
def test_every_check_and_situation_is_told_with_what_it_weighs_here(own: profile.Profile) -> None:
    """Somebody would decide on a rule that works otherwise than the catalogue says."""
    rules = {rule.check: rule for rule in catalogue.rules(own, DAY)}

    assert list(rules) == list(registry.requirements())
    for check, requirement in registry.requirements().items():
        told = {way.code: way.severity for way in rules[check].ways}
        assert told == {
            code: registry.severity(check, code, own) for code in requirement.situations
        }
        assert all(way.what for way in rules[check].ways)


def test_what_refuses_has_a_source(subtests: pytest.Subtests) -> None:
    """A provider would be refused on nobody's authority."""
    for own in (OURS, REGION):
        for rule in catalogue.rules(own, DAY):
            with subtests.test(own.name, check=rule.check):
                assert rule.source or not rule.refuses


def test_a_milder_municipality_is_told_as_such() -> None:
    """A policy officer would think that her own choice is the law."""
    phone = catalogue.rule("supplier-phone", REGION, DAY)

    assert not phone.refuses
    assert Severity.REJECT in {way.lowered_from for way in phone.ways}
    assert "zonder eigen keuze: fout" in pages.of_check("supplier-phone", REGION, DAY)


def test_what_a_municipality_does_not_ask_refuses_nobody() -> None:
    """The catalogue would say that contracts are looked at where nobody keeps a register of them."""
    asking = OURS.model_copy(update={"suppliers": SupplierRules(contracts=True)})

    assert catalogue.rule("contracted-supplier", asking, DAY).refuses
    assert not catalogue.rule("contracted-supplier", OURS, DAY).refuses
    assert "vraagt het niet" in pages.of_check("contracted-supplier", OURS, DAY)


def test_a_rule_of_next_year_is_told_with_its_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """A change of law would be found out by its letters."""
    later = replace(kvk_number.REQUIREMENT, in_force_from=dt.date(2027, 1, 1))
    monkeypatch.setitem(registry._REQUIREMENTS, "kvk-number", later)

    before, after = (
        pages.of_check("kvk-number", OURS, day)
        for day in (dt.date(2026, 12, 31), dt.date(2027, 1, 1))
    )

    assert "vanaf 1 januari 2027 (niet voor een factuur van 31 december 2026)" in before
    assert "niet voor een factuur" not in after
    assert "not in force" in run("list", "--date", "2026-12-31").output
    assert json.loads(run("explain", "kvk-number", "--date", "2027-01-01", "--json").output)[
        "in_force"
    ]


def test_the_command_tells_of_each_check_and_of_a_slip() -> None:
    """An administrator would have to guess the name of a check."""
    listed = [json.loads(line) for line in run("list", "--json").output.splitlines()]
    whole = json.loads(run("explain", "iban", "--json").output)

    assert [line["check"] for line in listed] == list(registry.requirements())
    assert {each["situation"] for each in whole["situations"]} == set(
        registry.requirement("iban").situations
    )
    wrong = run("explain", "ibann")
    assert wrong.exit_code != 0
    assert "did you mean iban?" in str(wrong.exception)


def test_no_table_of_the_catalogue_is_torn() -> None:
    """A stray mark in a sentence would shift the columns."""
    rows = re.findall(r"^\|.*$", pages.catalogue_of_checks(OURS, DAY), re.MULTILINE)

    assert {row.count("|") for row in rows} == {6}
