"""What a mail without an invoice is, by its own words."""

from __future__ import annotations

import pytest

from intake.mail import post
from intake.model.mail import Mail, PostKind


@pytest.mark.parametrize(
    ("subject", "body", "kind"),
    [
        ("Vraag", "Goedemorgen, hebben jullie mijn factuur ontvangen?", PostKind.QUESTION),
        ("Factuur 2026-12", "Kunt u laten weten wanneer u betaalt.", PostKind.QUESTION),
        ("Factuur 2026-12", "Is dit nu goed?", PostKind.QUESTION),
        ("Re: nog niet betaald", "Ik ben het hier niet mee eens.", PostKind.OBJECTION),
        ("Bezwaar", "Hierbij maken wij bezwaar tegen de weigering.", PostKind.OBJECTION),
        ("Betalingsherinnering", "Onze factuur staat nog open.", PostKind.REMINDER),
        ("Factuur 17", "Uw betaling hebben wij nog niet ontvangen.", PostKind.REMINDER),
        ("Tweede aanmaning", "Wij rekenen wettelijke rente.", PostKind.REMINDER_WITH_COSTS),
        ("Herinnering", "Anders volgen incassokosten.", PostKind.REMINDER_WITH_COSTS),
        ("Ingebrekestelling", "Zie bijlage.", PostKind.REMINDER_WITH_COSTS),
        ("Verhuizing", "Ons nieuwe adres is Kerkstraat 12.", PostKind.OTHER),
        ("Overdue invoice", "Our invoice has not been paid.", PostKind.REMINDER),
        ("Verhuisbezwaarschriftformulier", "Ter kennisname.", PostKind.OTHER),
        ("", "", PostKind.OTHER),
    ],
)
def test_by_its_own_words(subject: str, body: str, kind: PostKind) -> None:
    """A clerk would find a reminder with costs among the questions, a week later."""
    mail = Mail("<a@b.example>", (), (), "a@b.example", None, subject, None, body, ())

    assert post.kind_of(mail) is kind


def test_what_it_quotes_says_nothing() -> None:
    """Each answer to our own letter would be called an objection, as that letter speaks of one."""
    body = "Dank u wel.\n\n> Bent u het niet eens met ons? Antwoord op deze mail.\n> aanmaning"
    mail = Mail("<a@b.example>", (), (), "a@b.example", None, "Re: kenmerk", None, body, ())

    assert post.kind_of(mail) is PostKind.OTHER
