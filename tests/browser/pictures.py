"""Writes ``docs/pictures``, the pictures of README and docs/handleiding:
``python -m tests.browser.pictures``.

What is seen are the example mails of ``templates/_examples``, down the whole road: fictitious providers and
test numbers only.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from unittest.mock import patch

from PIL import Image
from playwright.sync_api import Page

from intake import profile, worker
from intake.mail import example
from intake.model.mail import Envelope
from intake.pipeline import Desk
from intake.profile import FastLane, SecondPerson, templates_folder
from intake.secure_attachment import keys
from intake.store import Store, batches, cases, health, journal, providers, users, work_queue
from intake.store.tables import Role
from tests.browser.serving import browser, free_port, log_in, served
from tests.examples.bills import BILLS
from tests.examples.make import PRODUCERS
from tests.review.conftest import PASSWORD, make_store

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
EXAMPLES = templates_folder() / "_examples"
NOW = dt.datetime(2026, 12, 1, 9, 12, tzinfo=dt.UTC)
COLOURS = 48
_BORDER = "border.example"
_TWICE = "care declared twice"
_KNOWN = {
    "01-good-exempt-smime": "2026-0129",
    "05-good-word-printed": "2026-36",
    "06-good-web-printed": "NL-202611/131",
}
"""Providers of whom some invoices were accepted before, and the number of one that may go through the fast
lane."""
_BEFORE = dt.timedelta(days=45)
_MONTHS_BEFORE = (2, 3, 4)
_HIGH = Decimal(1_500)
"""Euros above which two persons accept."""

Look = Callable[[Page], object]


def _still(_page: Page) -> None:
    """Nothing is done before the picture."""


def write(folder: Path) -> None:
    """Every picture, of a desk that is half done with its morning."""
    folder.mkdir(parents=True, exist_ok=True)
    own = profile.load("almere").model_copy(
        update={"fast_lane": FastLane(sample=0), "second_person": SecondPerson(above=_HIGH)}
    )
    with ExitStack() as stack:
        stack.enter_context(patch.object(profile, "load", lambda _name: own))
        home = stack.enter_context(tempfile.TemporaryDirectory())
        store = _store(Path(home))
        stack.callback(store.close)
        known = _filled(store)
        address = stack.enter_context(served(store))
        context = stack.enter_context(browser()).new_context(
            viewport={"width": 1280, "height": 720}, color_scheme="light", locale="nl-NL"
        )
        page = context.new_page()
        page.goto(f"{address}/inloggen")
        _keep(page, folder / "inloggen.png")
        log_in(page, address)
        for name, (path, look) in _views(known).items():
            page.goto(address + path)
            page.wait_for_load_state("networkidle")
            look(page)
            _keep(page, folder / f"{name}.png")


def _views(known: Mapping[str, str]) -> Mapping[str, tuple[str, Look]]:
    """What is seen, by the name of its picture."""

    def case(name: str) -> str:
        return f"/zaak/{known[name]}"

    typo = case("10-iban-typo")
    return {
        "werkvoorraad": ("/", _still),
        "toetsen": ("/", lambda page: page.keyboard.press("?")),
        "factuur": (case(_TWICE), _still),
        "aanpassen": (typo, lambda page: page.keyboard.press("4")),
        "weigeren": (typo, _letter),
        "snelle-rij": ("/snel", _still),
        "post": (f"/post/{known['16-question']}", _still),
        "wachtwoord": (case("14-locked-zip"), _down_to("#try-password")),
        "afgeschermd": (case("11-bsn-on-invoice"), _still),
        "tweede-akkoord": (case("04-good-two-pages"), _still),
        "leveranciers": ("/leveranciers", _still),
        "leverancier": ("/leverancier/99900634", _still),
        "betaalbatches": ("/betaalbatches", _still),
        "betrokkene": ("/betrokkene", _search),
        "tweede-stap": ("/tweede-stap", _still),
    }


def _down_to(selector: str) -> Look:
    return lambda page: page.locator(selector).scroll_into_view_if_needed()


def _letter(page: Page) -> None:
    page.keyboard.press("w")
    page.locator("#letter-text:not([hidden])").wait_for()
    _down_to("#refuse-now")(page)


def _search(page: Page) -> None:
    """For a test number of one of the examples."""
    page.fill("#bsn", "999990548")
    page.get_by_role("button", name="Zoeken").click()
    page.locator("#cases").wait_for()


def _store(home: Path) -> Store:
    store = make_store(
        home,
        review__listen=f"127.0.0.1:{free_port()}",
        smtp__listen="",
        smtp__lmtp_listen="",
        border__authserv_ids=(_BORDER,),
        border__hosts=(_BORDER,),
    )
    own = profile.load("almere")
    keys.create(store.settings.key_folder, own.municipality, own.mailbox, NOW)
    for each in example.providers(EXAMPLES):
        providers.add_provider(store, each.kvk, each.name, each.email, each.password)
    for name in ("bram", "els"):
        users.set_user(store, name, PASSWORD, (Role.SENIOR,))
    return store


def _filled(store: Store) -> Mapping[str, str]:
    """The references of the mails, by the names of their folders."""
    mails = {mail.name: mail for mail in example.load(EXAMPLES)}
    with worker.open_desk(store.settings, store) as desk:
        _at(store, NOW - _BEFORE)
        before = [
            _like(mails[name], f"{number} {months}", 30 * months)
            for name, number in _KNOWN.items()
            for months in _MONTHS_BEFORE
        ]
        for reference in _arrive(store, desk, before).values():
            cases.accept(store, reference, "bram", cases.get_case(store, reference).version)
        batches.make(store, "almere", "els")
        _at(store, NOW - dt.timedelta(days=27))
        first = _arrive(store, desk, _doubtful(mails))
        _at(store, NOW - dt.timedelta(hours=2))
        again = [_like(mails[name], number, -30) for name, number in _KNOWN.items()]
        known = first | _arrive(store, desk, [*mails.values(), *again])
    _at(store, NOW)
    for name in ("02-good-vat-21-zip", "03-good-vat-9-and-21", "04-good-two-pages"):
        cases.accept(store, known[name], "bram", cases.get_case(store, known[name]).version)
    health.report(store, "worker", True)
    return known


def _doubtful(mails: Mapping[str, example.Example]) -> list[example.Example]:
    """What asks a person: care that was declared before, and a date in the future."""
    care, date = mails["01-good-exempt-smime"], mails["05-good-word-printed"]
    twice = _like(care, "2026-0123", 0)
    shown = _like(care, "", 30 * _MONTHS_BEFORE[0]).attachment
    late = _like(date, "2026-33", -35)
    return [replace(twice, name=_TWICE, attachment=shown), late]


def _at(store: Store, moment: dt.datetime) -> None:
    store.clock = lambda: moment


def _like(mail: example.Example, number: str, earlier: int) -> example.Example:
    """Another mail of the same provider, with an invoice of another number, so many days earlier."""
    bill = next(each for each in BILLS if each.folder == mail.name)
    issued = bill.issued - dt.timedelta(days=earlier)
    drawn = replace(bill, number=number.replace(" ", "-"), issued=issued)
    producer = "canvas" if bill.producer in {"chromium", "libreoffice"} else bill.producer
    rows = tuple(
        tuple(
            cell - dt.timedelta(days=earlier) if isinstance(cell, dt.date) else cell for cell in row
        )
        for row in mail.attachment.rows
    )
    return replace(
        mail,
        name=f"{mail.name} {number}",
        issued=issued,
        files=((f"factuur {number.replace('/', '-')}.pdf", PRODUCERS[producer](drawn)),),
        subject=f"Factuur {number}",
        attachment=replace(mail.attachment, rows=rows),
    )


def _arrive(store: Store, desk: Desk, mails: Iterable[example.Example]) -> dict[str, str]:
    """Take mails in and judge them, as the municipality's own mail server brings them."""
    own = profile.load("almere")
    certificate = keys.load(store.settings.key_folder)[0].certificate
    passwords = {each.kvk: each.password for each in example.providers(EXAMPLES)}
    known = {}
    for mail in mails:
        now = store.clock()
        domain = mail.sender.partition("@")[2]
        trace = (
            f"Authentication-Results: {_BORDER}; dmarc=pass header.from={domain}\r\nReceived: from"
            f" mail.{domain} by {_BORDER}; {now:%a, %d %b %Y %H:%M:%S +0000}\r\n"
        )
        raw = trace.encode() + example.assemble(mail, certificate, passwords, own.mailbox, now)
        envelope = Envelope("smtp", now, mail.envelope_sender, (own.mailbox,))
        known[mail.name] = journal.keep(store, raw, envelope).reference
        with worker.Leases(store, 600) as leases:
            while claim := work_queue.claim(store, "pictures", 600):
                worker.handle(store, desk, leases, claim)
    return known


def _keep(page: Page, file: Path) -> None:
    """The window as it is, in few colours: a page of text needs no more."""
    picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)


if __name__ == "__main__":
    write(FOLDER)
