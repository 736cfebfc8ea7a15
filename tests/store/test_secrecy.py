"""What a mail says stands nowhere in the open."""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import logging

import pytest
from starlette.testclient import TestClient

from intake import profile
from intake.api.app import create_app
from intake.model.attachment import Container, Opening, Protection
from intake.model.care import CareLine
from intake.model.correction import Corrected
from intake.model.invoice import Field, Sighting, SightingKind
from intake.model.mail import MailboxFolder, MessageState, Reply, ReplyKind
from intake.model.verdict import MailOutcome
from intake.secure_attachment.pairing.model import Bundle, Gist
from intake.settings import Api, Settings
from intake.store import (
    Store,
    audit,
    cases,
    corrections,
    drafts,
    journal,
    legal_holds,
    mailbox_ledger,
    open_store,
    outbox,
    providers,
    retention,
    rotation,
    sealed,
    tokens,
    work_queue,
)
from intake.store.tokens import Scope
from tests.conftest import Cluster, SettingsOn
from tests.store import things

TERMS = profile.load("almere").retention
_NAMES = (
    "praktijk.example",
    "geheim wachtwoord",
    "192.0.2.7",
    "Met Een Kind",
    "R-2026-77",
    "NL71RABO0442012645",
)
"""Of a provider they stand in the open where no client does."""
_SHOWS_A_CLIENT = {
    "sightings": (Sighting(SightingKind.FIRST_NAME, 1, None),),
    "supplier_name": Field.of("Praktijk Met Een Kind"),
    "iban": Field.of("NL71RABO0442012645"),
}


def forms(secret: str) -> list[bytes]:
    """Plain, grouped as a BSN is written, UTF-16, hex, and base64 at each of its three offsets."""
    plain = secret.encode()
    shifted = [
        base64.b64encode(b"\0" * shift + plain)[4 if shift else 0 : -4] for shift in range(3)
    ]
    grouped = (
        [f"{secret[:4]}{mark}{secret[4:6]}{mark}{secret[6:]}".encode() for mark in ".- "]
        if secret.isdigit()
        else []
    )
    return [
        plain,
        *grouped,
        secret.encode("utf-16-le"),
        secret.encode("utf-16-be"),
        plain.hex().encode(),
        plain.hex().upper().encode(),
        *shifted,
    ]


def use_everything(store: Store) -> None:
    store.clock = lambda: things.NOW
    judged = things.verdict(
        MailOutcome.REJECTED, invoices=(things.invoice(),), reply=ReplyKind.REFUSAL
    )
    reference = things.decided(store, 1, things.decision(judged))
    journal.keep(store, things.mail(), things.envelope("imap"))
    outbox.mark_sent(store, outbox.mark_sending(store, things.only_reply(store)))
    case = cases.get_case(store, reference)
    audit.record(store, "anna", reference, "case", f"vraag over {things.BSN}")
    cases.accept(store, reference, "anna", case.version, f"klopt, {things.BSN}")
    second = things.decided(
        store, 2, things.decision(things.verdict(invoices=(things.invoice("2"),)))
    )
    cases.refuse(
        store,
        second,
        "anna",
        cases.get_case(store, second).version,
        cases.Refusal(f"nee, {things.BSN}", Reply(things.SENDER, "x", f"{things.BSN}")),
    )
    client = things.invoice("R-2026-77", **_SHOWS_A_CLIENT)
    things.decided(store, 7, things.decision(things.verdict(invoices=(client,))))
    numbered = things.invoice(things.BSN)
    eighth = things.decided(store, 8, things.decision(things.verdict(invoices=(numbered,))))
    cases.refuse(store, eighth, "anna", cases.get_case(store, eighth).version, cases.Refusal("nee"))
    ninth = things.decided(store, 9, things.decision(things.verdict(invoices=(numbered,))))
    use_the_desk(store, ninth)
    mailbox_ledger.MailboxLedger(store).record(
        MailboxFolder("postbus", "INBOX", 1), 1, MessageState.KEPT, reference, things.mail()
    )
    providers.add_provider(store, "01234567", "De Vlinder", things.SENDER, "geheim wachtwoord")
    journal.keep(store, things.mail(3, f"{things.BSN} " * 5000), things.envelope())
    third = things.decided(
        store,
        4,
        things.decision(
            care_lines=(CareLine(2, things.BSN, "huisarts", "45A52", "Begeleiding", None, None),)
        ),
    )
    legal_holds.add(store, third, "anna", f"bezwaar over {things.BSN}")
    things.decided(store, 5, things.decision(things.verdict(MailOutcome.IGNORED)))
    loose = Bundle(
        Container("2", "zip", Opening.OPENED, Protection.STRONG),
        names=(f"2026-0011 {things.BSN}.zip",),
    )
    things.decided(
        store,
        6,
        things.decision(
            things.verdict(MailOutcome.QUARANTINED), gist=Gist(f"Bijlage {things.BSN}", (loose,))
        ),
    )
    rotation.begin(store)
    list(rotation.rewrap(store))
    moment = things.NOW + dt.timedelta(days=500)
    store.clock = lambda: moment
    list(
        retention.destroy(
            store, TERMS, retention.due(store, TERMS), retention.Approval("VL-1", "archivaris")
        )
    )


def use_the_desk(store: Store, reference: str) -> None:
    """What a clerk, and then the finance package, does with an invoice whose number is a BSN."""

    def version() -> int:
        return cases.get_case(store, reference).invoices[0].version

    for fact, value in (
        (Corrected.SUPPLIER, f"Praktijk {things.BSN}"),
        (Corrected.SUPPLIER, "Zorgpraktijk De Vlinder"),
        (Corrected.NUMBER, "2026-9"),
    ):
        typed = corrections.Typed(fact, value, f"Factuurnummer: {value}, was {things.BSN}")
        corrections.correct(store, reference, "1.2", "anna", version(), typed)
    told = ("0.kvk-number.absent", f"Het gaat om {things.BSN}.")
    written = drafts.Draft((told[0],), told[1], store.clock(), (told,))
    for path in ("1.2", drafts.POST):
        drafts.save(store, reference, "anna", path, written)
    for path in (f"bsn {things.BSN}", f"1.2|{_NAMES[3]}"):
        with pytest.raises(journal.NotKept):
            drafts.save(store, reference, "anna", path, written)
    cases.accept(store, reference, "anna", version(), path="1.2")
    finance = TestClient(
        create_app(store.settings.model_copy(update={"api": Api(listen="127.0.0.1:8020")}), store),
        base_url="http://127.0.0.1:8020",
        headers={
            "Authorization": f"Bearer {tokens.make(store, 'finance', tuple(Scope), store.today)}"
        },
    )
    assert finance.post("/v1/batches", json={"municipality": "almere"}).status_code == 201
    payment = "/v1/batches/1/invoices/1/payment"
    for blocked in (things.BSN, f"bsn-{things.BSN}"):
        assert finance.put(payment, json={"blocked": blocked}).status_code == 422
    assert finance.put(payment, json={"blocked": "dispute-7"}).status_code == 204


def test_no_bsn_and_no_name_in_any_byte_of_the_database(
    settings: Settings, request: pytest.FixtureRequest
) -> None:
    """Whoever copies the database, its log or a backup of it learns nothing about a client."""
    store = open_store(settings)
    use_everything(store)

    if store.on_postgresql:
        cluster: Cluster = request.getfixturevalue("postgresql")
        found = cluster.dump(settings.database_url.partition("?")[0].rpartition("/")[2])
        store.close()
    else:
        found = b"".join(file.read_bytes() for file in settings.home.rglob("*") if file.is_file())
        store.close()
        found += b"".join(file.read_bytes() for file in settings.home.rglob("*") if file.is_file())

    assert b"audit" in found
    assert b"IN-" in found
    assert b"Zorgpraktijk De Vlinder" in found, "business facts stand in the open"
    assert [
        (secret, form)
        for secret in (things.BSN, *_NAMES)
        for form in forms(secret)
        if form in found or form.hex().encode() in found
    ] == []


def test_nothing_is_left_in_a_page_of_what_was_destroyed(settings_on: SettingsOn) -> None:
    """Whoever gets the key store later must not find the sealed bytes either: freed pages and the
    log are written over.
    """
    store = open_store(settings_on("sqlite"))
    store.clock = lambda: things.NOW
    reference = things.decided(store, 1, things.decision(things.verdict(MailOutcome.IGNORED)))
    with store.read() as session:
        kept = [
            sealed.fetch(session, reference, kind) or b""
            for kind in (sealed.RAW, sealed.VERDICT, sealed.CARD)
        ]
    moment = things.NOW + dt.timedelta(days=500)
    store.clock = lambda: moment

    list(
        retention.destroy(
            store, TERMS, retention.due(store, TERMS), retention.Approval("VL-1", "archivaris")
        )
    )

    found = b"".join(file.read_bytes() for file in store.settings.home.rglob("*") if file.is_file())
    store.close()
    assert all(len(piece) > 50 for piece in kept)
    assert [piece for piece in kept if piece[20:50] in found] == []


def test_the_log_of_sqlite_is_emptied_at_the_end(settings_on: SettingsOn) -> None:
    """What was deleted must not live on in the write-ahead log."""
    store = open_store(settings_on("sqlite"))
    use_everything(store)

    store.close()

    log = store.settings.home / "intake.db-wal"
    assert not log.exists() or log.stat().st_size == 0


def test_no_content_in_what_python_prints_or_logs(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    """A traceback or a debug line must not show a client."""
    caplog.set_level(logging.DEBUG)
    reference = things.keep(store)
    claim = things.claim(store)
    made = things.decision(things.verdict(MailOutcome.REJECTED, reply=ReplyKind.REFUSAL))
    work_queue.finish(store, claim, made)

    shown = "".join(
        map(
            repr,
            (
                claim,
                made.summary,
                made.documents,
                things.only_reply(store),
                cases.list_cases(store),
            ),
        )
    )
    case = cases.get_case(store, reference)
    shown += "".join(
        repr(getattr(case, field.name))
        for field in dataclasses.fields(case)
        if field.name not in ("verdict", "deadline")
    )
    assert things.BSN not in shown + caplog.text
    assert things.SENDER not in shown + caplog.text
