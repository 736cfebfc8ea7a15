"""What was fetched in a portal waits for its attachment as long as any invoice, from the day of fetching."""

from __future__ import annotations

import datetime as dt
from email.message import EmailMessage

import pytest

from intake import profile
from intake.mail.fetched import FetchedFile
from intake.model.mail import Envelope, ReplyKind
from intake.store import cases, journal
from intake.store.cases import Case
from intake.store.tables import CaseState, ReplyState
from tests.road.test_halves import NOW, Provider, opened, provider

__all__ = ["opened", "provider"]

WAIT = profile.load("almere").attachment_wait_days


def notice(provider: Provider, text: str) -> tuple[str, bytes]:
    """The reference of a portal's notice that came today, and its bytes."""
    mail = EmailMessage()
    mail["From"], mail["To"] = "noreply@zivver.com", "crediteuren@almere.nl"
    mail["Subject"] = "Beveiligd bericht van Praktijk"
    mail["Message-ID"] = f"<{provider.name.lower()}@zivver.com>"
    mail.set_content(
        f"Klik voor bericht https://app.zivver.com/#/m/{provider.name}\nZivver\n{text}"
    )
    store = provider.desk.store
    envelope = Envelope("smtp", store.clock(), "noreply@zivver.com")
    reference = journal.keep(store, mail.as_bytes(), envelope).reference
    provider.desk.settle()
    return reference, mail.as_bytes()


def message(provider: Provider) -> bytes:
    """A provider's message out of the portal, with an invoice and no attachment."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = provider.address, "crediteuren@almere.nl", "Factuur"
    mail["Message-ID"] = f"<fetched@{provider.name.lower()}.example>"
    mail.set_content("Zie de bijlage.")
    name, data = provider.bill("{p}-501")
    mail.add_attachment(data, "application", "pdf", filename=name)
    return mail.as_bytes()


def bring(provider: Provider, reference: str, data: bytes) -> None:
    store = provider.desk.store
    version = cases.get_case(store, reference).version
    cases.go_on_with(store, reference, "anna", version, [FetchedFile("bericht.eml", data)])


def on_day(provider: Provider, day: int, reference: str) -> Case:
    provider.desk.days = day
    provider.desk.settle()
    return cases.get_case(provider.desk.store, reference)


def the_day(day: int) -> dt.date:
    return NOW.date() + dt.timedelta(days=day)


def stand(case: Case) -> list[tuple[ReplyKind, ReplyState]]:
    return [
        (each.kind, each.state) for each in case.replies if each.state is not ReplyState.DROPPED
    ]


@pytest.mark.parametrize(
    ("text", "fetched", "decided"),
    [
        ("", 0, 0),
        ("", 4, 4),
        ("", 15, 15),
        ("", 15, 16),
        ("", 17, 17),
        ("Het bericht is 2 dagen beschikbaar.", 2, 2),
        ("Het bericht is 0 dagen beschikbaar.", 0, 0),
    ],
)
def test_an_invoice_waits_for_its_attachment_from_the_day_of_fetching(
    provider: Provider, text: str, fetched: int, decided: int
) -> None:
    """An invoice that was fetched on the last day would be refused the next, before the provider could
    send what misses."""
    reference, _ = notice(provider, text)
    on_day(provider, fetched, reference)
    bring(provider, reference, message(provider))

    case = on_day(provider, decided, reference)
    assert (case.state, case.deadline) == (CaseState.WAITING, the_day(decided + WAIT))
    assert stand(case) == [(ReplyKind.QUESTION, ReplyState.PREPARED)]
    asked = case.replies[0].id

    for day in range(decided + 1, decided + WAIT + 1):
        case = on_day(provider, day, reference)
        assert (case.state, case.deadline) == (CaseState.WAITING, the_day(decided + WAIT))
    assert asked in {each.id for each in case.replies}
    kinds = [each.kind for each in case.replies]
    assert kinds.count(ReplyKind.QUESTION) == 1
    assert kinds.count(ReplyKind.REMINDER) <= 1

    case = on_day(provider, decided + WAIT + 1, reference)
    assert case.state is CaseState.REJECTED


@pytest.mark.parametrize("fetched", [3, 15])
def test_the_wrong_mail_gives_a_notice_no_more_days(provider: Provider, fetched: int) -> None:
    """The message would be deleted in the portal while its case still says that there is time."""
    reference, itself = notice(provider, "")
    before = on_day(provider, fetched, reference)
    bring(provider, reference, itself)

    case = on_day(provider, fetched, reference)
    assert (case.state, case.deadline) == (CaseState.WAITING, before.deadline)
    assert on_day(provider, 16, reference).state is CaseState.QUARANTINED
