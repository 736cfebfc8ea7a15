"""``intake checks``: which rules there are, why, since when, and what each of them does."""

from __future__ import annotations

import difflib
from typing import Annotated, Any

import typer

from intake import profile
from intake.checks import catalogue
from intake.checks.catalogue import Rule, Way
from intake.commands.options import DAY, Day, Json, Whose
from intake.commands.output import print_json, say
from intake.errors import ConfigurationError
from intake.model.basics import local_today
from intake.papers import pages
from intake.settings import load

app = typer.Typer()
Date = Annotated[
    Day, typer.Option("--date", formats=DAY, help="Date of the invoice; today unless given.")
]


@app.command("list")
def list_checks(municipality: Whose = "", date: Date = None, as_json: Json = False) -> None:
    """Every check: its name, whether it is in force, whether it may refuse, and on which ground."""
    own = profile.load(municipality or load().profile)
    for each in catalogue.rules(own, date.date() if date else local_today()):
        if as_json:
            print_json(_line(each))
        else:
            say(f"{each.check:<22} {_state(each):<13} {each.heading}: {each.source or 'geen eis'}")


@app.command("explain")
def explain(
    check: Annotated[str, typer.Argument(help="Its name, as `intake checks list` gives it.")],
    municipality: Whose = "",
    date: Date = None,
    as_json: Json = False,
) -> None:
    """One check in Dutch, for who decides on rules: source, days, examples, and every situation."""
    own = profile.load(municipality or load().profile)
    day = date.date() if date else local_today()
    names = [each.check for each in catalogue.rules(own, day)]
    if check not in names:
        near = difflib.get_close_matches(check, names, 1)
        hint = f"; did you mean {near[0]}?" if near else "; see `intake checks list`"
        raise ConfigurationError(f"there is no check {check}{hint}")
    if as_json:
        found = catalogue.rule(check, own, day)
        print_json(_line(found) | {"situations": [_way(way) for way in found.ways]})
    else:
        say(pages.of_check(check, own, day).rstrip())


def _state(rule: Rule) -> str:
    if not rule.is_asked:
        return "not asked"
    if not rule.is_in_force:
        return "not in force"
    return "refuses" if rule.refuses else "asks"


def _line(rule: Rule) -> dict[str, Any]:
    return {
        "check": rule.check,
        "heading": rule.heading,
        "asked": rule.asked,
        "source": rule.source,
        "by_law": rule.by_law,
        "asked_here": rule.is_asked,
        "in_force": rule.is_in_force,
        "from": rule.first_day.isoformat() if rule.first_day else None,
        "until": rule.last_day.isoformat() if rule.last_day else None,
        "refuses": rule.refuses,
    }


def _way(way: Way) -> dict[str, Any]:
    return {
        "situation": way.code,
        "severity": way.severity,
        "default_severity": way.lowered_from or way.severity,
        "what": way.what,
        "remedy": way.remedy,
        "english": way.english,
        "wrong": way.wrong,
        "told_to_provider": not way.internal,
    }
