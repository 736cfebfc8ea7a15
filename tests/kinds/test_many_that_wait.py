"""A provider with many invoices waiting: the attachment that names its invoice is joined to it."""

from __future__ import annotations

import pytest

from intake.store.tables import CaseState
from tests.kinds.mails import HEADER, ROW, Provider, Town, secured, town

__all__ = ["town"]

MANY = 24
"""More than are looked at one by one."""


def named_inside(provider: Provider, number: str) -> tuple[str, bytes]:
    row = f"{provider.mark}-{number};{ROW}"
    return secured(inside=f"Factuurnummer;{HEADER}\r\n{row}\r\n".encode())


def named_outside(provider: Provider, number: str) -> tuple[str, bytes]:
    return secured(f"gegevens {provider.mark}-{number}.zip")


@pytest.mark.parametrize("tells", ["number inside", "file name", "subject", "thread"])
def test_the_newest_of_many_gets_its_attachment(town: Town, tells: str) -> None:
    """The oldest of a sender crowded out the only match that is certain: it waited for ever, and was
    refused.
    """
    provider = town.provider()
    waiting = [provider.send(provider.bill(str(100 + n))) for n in range(MANY)]
    assert provider.state(waiting[-1]) is CaseState.WAITING
    last = str(100 + MANY - 1)
    domain = provider.address.partition("@")[2]
    if tells == "number inside":
        second = provider.send(named_inside(provider, last), subject="Bijlage")
    elif tells == "file name":
        second = provider.send(named_outside(provider, last), subject="Bijlage")
    elif tells == "subject":
        second = provider.send(secured(), subject=f"Bijlage bij {provider.mark}-{last}")
    else:
        second = provider.send(secured(), subject="Bijlage", answers=f"<{MANY}@{domain}>")

    assert provider.state(second) is CaseState.IGNORED
    assert provider.state(waiting[-1]) is CaseState.QUEUED
    assert {provider.state(reference) for reference in waiting[:-1]} == {CaseState.WAITING}


def test_attachments_first(town: Town) -> None:
    """The same when the attachments came first: each names its invoice."""
    provider = town.provider()
    loose = [
        provider.send(named_inside(provider, str(100 + n)), subject="Bijlage") for n in range(MANY)
    ]
    invoice_mail = provider.send(provider.bill(str(100 + MANY - 1)))

    assert provider.state(invoice_mail) is CaseState.QUEUED
    assert provider.state(loose[-1]) is CaseState.IGNORED


def test_nothing_tells_which_of_many(town: Town) -> None:
    """Without anything that tells, a person chooses."""
    provider = town.provider()
    waiting = [provider.send(provider.bill(str(100 + n))) for n in range(3)]
    second = provider.send(secured(), subject="Bijlage")

    assert provider.state(second) is CaseState.QUARANTINED
    assert {provider.state(reference) for reference in waiting} == {CaseState.WAITING}
