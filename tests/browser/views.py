"""Every page of the clerk with something on it: what is looked at, by axe and by people."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from fastapi.routing import APIRoute

from intake.model.completeness import Stock
from intake.model.invoice import Field
from intake.model.mail import ReplyKind
from intake.model.verdict import MailOutcome
from intake.review.pages import PAGES
from intake.store import Store, audit, batches, cases, day_reports, drafts, incidents, worklist
from tests.browser.serving import free_port
from tests.review.conftest import make_store
from tests.review.filled import (
    CLIENT,
    LATE,
    LOCKED,
    NO_KVK,
    care_line,
    fill,
    incident,
    invoice,
    verdict,
)
from tests.review.test_good_beside_bad import PARTLY
from tests.review.test_revision import AMOUNT, corrected


def gallery(home: Path) -> Store:
    """A store for the pages, in which three cases in an hour are unusually many."""
    address = f"127.0.0.1:{free_port()}"
    return make_store(home, review__listen=address, readings__cases_an_hour=3)


NO_PAGE = re.compile(r"/health|/inloggen/.*|.*\.(?:png|json|csv)")
"""Addresses that give no page of HTML, or none without another login."""


def routes() -> list[str]:
    """The address of every page, from the registry."""
    return [
        route.path
        for page in PAGES
        for route in page.router.routes
        if isinstance(route, APIRoute)
        and "GET" in (route.methods or ())
        and not NO_PAGE.fullmatch(route.path)
    ]


def parameters(path: str) -> set[str]:
    """The names between braces."""
    return {name for _, name, _, _ in string.Formatter().parse(path) if name}


def views(store: Store) -> Mapping[str, str]:
    """Fills the store; name and address of every page in the registry, and of what a page looks
    like in other situations.
    """
    known, more = _filled(store)
    registered = {_name(path): path.format(**known) for path in routes()}
    return registered | more


def _name(path: str) -> str:
    return path.strip("/").replace("/", "-").replace("{", "").replace("}", "") or "werkvoorraad"


def _filled(store: Store) -> tuple[dict[str, object], dict[str, str]]:
    """What stands in the parameters of addresses, and further views."""
    whole = verdict(MailOutcome.QUEUED, LATE, reply=ReplyKind.RECEIPT)
    reference = fill(store, whole, pages=2, care_lines=(care_line(), care_line(3)))
    for number, amount in (("2026-0012", "840.00"), ("VH26-0438", "12420.50")):
        read = invoice(invoice_number=Field.of(number), gross_amount=Field.of(Decimal(amount)))
        fill(store, verdict(MailOutcome.QUEUED, read=read))
    refused = fill(store, verdict(MailOutcome.REJECTED, NO_KVK, reply=ReplyKind.REFUSAL))
    partly = fill(store, PARTLY)
    locked = fill(store, verdict(MailOutcome.WAITING, LOCKED, reply=ReplyKind.QUESTION))
    covered = fill(
        store, replace(verdict(MailOutcome.QUARANTINED, CLIENT), incidents=(incident(),))
    )
    fill(store, verdict(MailOutcome.IGNORED), pages=0)
    question = fill(store, verdict(MailOutcome.QUARANTINED, invoices=()), subject="Vraag")
    left = fill(store, verdict(MailOutcome.QUEUED, read=invoice(invoice_number=Field.of("26-7"))))
    cases.accept(store, left, "bram", cases.get_case(store, left).version)
    batch, _held = batches.make(store, "almere", "els")
    assert batch is not None
    day = day_reports.last_day(store)
    day_reports.make(store, day, "smtp")
    day_reports.make(store, day, "zorg@imap.example", Stock(frozenset(), ("Archief/7/12",), 2))
    reported = incidents.report_by_hand(store, reference, "anna")
    better = corrected(
        store, fill(store, verdict(MailOutcome.REJECTED, NO_KVK, reply=ReplyKind.REFUSAL)), **AMOUNT
    )
    letter, unsent = _letters(store)
    for each in (refused, partly, locked, covered):
        audit.record(store, "bram", each, "case")
    known: dict[str, object] = {
        "reference": reference,
        "number": reported,
        "kvk": "01234567",
        "mail": question,
        "batch": batch.number,
    }
    return known, {
        "zaak-geweigerd": f"/zaak/{refused}",
        "zaak-deels-geweigerd": f"/zaak/{partly}",
        "zaak-brief": f"/zaak/{letter}",
        "zaak-niet-verstuurd": f"/zaak/{unsent}",
        "zaak-verbeterd": f"/zaak/{better}",
        "naast-elkaar": f"/zaak/{better}/naast-elkaar",
        "zaak-wachtwoord": f"/zaak/{locked}",
        "zaak-afgeschermd": f"/zaak/{covered}",
        "niet-gevonden": "/bestaat-niet",
    }


def _letters(store: Store) -> tuple[str, str]:
    """A case with a letter that anna is writing, and one on which a colleague decided meanwhile."""
    found = []
    for number in ("26-8", "26-9"):
        read = invoice(invoice_number=Field.of(number))
        reference = fill(store, verdict(MailOutcome.QUEUED, NO_KVK, LATE, read=read))
        told = ("0.kvk-number.absent", "Het KvK-nummer heeft 4 cijfers.")
        draft = drafts.Draft((told[0],), "Bel ons even.", store.clock(), (told,))
        drafts.save(store, reference, "anna", drafts.WHOLE, draft)
        worklist.opened(store, reference, "bram")
        found.append(reference)
    letter, unsent = found
    cases.accept(store, unsent, "bram", cases.get_case(store, unsent).version)
    return letter, unsent
