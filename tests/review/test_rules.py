"""The page with all checks."""

from __future__ import annotations

from intake import profile
from intake.checks import catalogue
from intake.model.basics import local_today
from tests.review.conftest import Clerk


def test_every_check_stands_there_with_its_source(clerk: Clerk) -> None:
    """A clerk who is asked "waarom eigenlijk?" would have to ask a programmer."""
    text = clerk.get("/controles").text

    for rule in catalogue.rules(profile.load("almere"), local_today()):
        assert f'id="{rule.check}"' in text
        assert rule.source in text


def test_a_day_that_is_none_is_refused_in_words(clerk: Clerk) -> None:
    """A slip in the address would show an error of the program."""
    assert clerk.get("/controles?dag=morgen").status_code == 400


def test_another_municipality_than_ours_is_not_shown(clerk: Clerk) -> None:
    """The address would open the rules of a municipality that this installation does not serve."""
    assert "Almere" in clerk.get("/controles?gemeente=hart-van-brabant").text
