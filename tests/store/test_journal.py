"""A mail is kept once, whole and sealed, or not at all."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as rules
from hypothesis import strategies as st
from sqlalchemy import event, text

from intake.errors import KeyMissing, StoreFull, StoreUnavailable
from intake.model.invoice import Field
from intake.model.verdict import MailOutcome
from intake.settings import Settings
from intake.store import Store, cases, journal, open_store
from intake.store.crypto.vault import Vault, create_keys
from intake.store.engine import make_engine
from intake.store.mail_identity import identities
from tests.conftest import SettingsOn
from tests.store import steps, things
from tests.timing import cpu_seconds

_BODIES = st.lists(
    st.sampled_from([b"a", b"b", b" ", b"\t", b"\r\n", b"\n", b"\r"]), max_size=6
).map(b"".join)


class TestKeep:
    def test_bytes_and_envelope_come_back_as_they_were(self, store: Store) -> None:
        """A mail whose bytes changed would break its signature and its S/MIME attachment."""
        raw = bytes(range(256)) * 100

        kept = journal.keep(store, raw, things.envelope())

        assert (raw, things.envelope()) == journal.raw_mail(store, kept.reference)
        assert kept.new

    def test_an_empty_mail_is_kept(self, store: Store) -> None:
        """A mail of nothing is still a mail that somebody sent."""
        kept = journal.keep(store, b"", things.envelope())

        assert journal.raw_mail(store, kept.reference)[0] == b""

    def test_the_same_bytes_again_give_the_same_reference_and_an_event(self, store: Store) -> None:
        """A provider who sends twice would get two letters."""
        first = journal.keep(store, things.mail(), things.envelope())

        second = journal.keep(store, things.mail(), things.envelope("imap"))

        assert (second.reference, second.new) == (first.reference, False)
        assert [event.code for event in cases.get_case(store, first.reference).events] == [
            "received",
            "came-again",
        ]

    def test_the_copy_in_the_mailbox_is_the_mail_that_came_by_lmtp(self, store: Store) -> None:
        """One mail that two doors see would become two cases."""
        raw = things.mail()
        copy = (
            b"Return-Path: <x@y.example>\nReceived: from a by b;\n\tFri, 20 Nov 2026\n"
            + raw.replace(b"\r\n", b"\n").replace(b"From: ", b"From:\n ")
        )

        first = journal.keep(store, raw, things.envelope("lmtp"))

        assert journal.keep(store, copy, things.envelope("imap")) == journal.Kept(
            first.reference, new=False
        )
        assert journal.keep(store, copy, things.envelope("imap")).new is False

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            (b"mail-1@", b"mail-2@"),
            (b"10:00:00", b"10:00:01"),
            (b"jansen@", b"janssen@"),
            (b"Factuur 9", b"Correctie 9"),
            (b"Hierbij", b"Hierbij ook"),
            (b"Message-ID: <mail-1@praktijk.example>\r\n", b""),
        ],
        ids=["message-id", "date", "from", "subject", "body", "no-message-id"],
    )
    def test_a_mail_that_differs_is_another_mail(
        self, store: Store, old: bytes, new: bytes
    ) -> None:
        """Two mails taken for one would lose an invoice."""
        first = journal.keep(store, things.mail(), things.envelope())

        second = journal.keep(store, things.mail().replace(old, new), things.envelope())

        assert second.new
        assert second.reference != first.reference

    def test_mails_without_message_id_are_the_same_only_byte_for_byte(self, store: Store) -> None:
        """Scanners send the same empty text every day, with another Date or none."""
        raw = b"From: scanner@praktijk.example\r\n\r\nScan\r\n"

        assert journal.keep(store, raw, things.envelope()).new
        assert journal.keep(store, b"X-Run: 2\r\n" + raw, things.envelope()).new

    def test_two_doors_at_the_same_moment_keep_one_mail(self, store: Store) -> None:
        """Both LMTP and IMAP may deliver within one millisecond."""
        start, found = threading.Barrier(6), []

        def door() -> None:
            start.wait()
            found.append(journal.keep(store, things.mail(), things.envelope()))

        threads = [threading.Thread(target=door) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert len({kept.reference for kept in found}) == 1
        assert sum(kept.new for kept in found) == 1

    def test_an_unknown_reference_is_not_kept(self, store: Store) -> None:
        """The page says 'not found' instead of breaking."""
        with pytest.raises(journal.NotKept):
            journal.raw_mail(store, "IN-AAAA-AAAA")

    def test_without_the_periods_key_nothing_is_kept(
        self, store: Store, settings: Settings
    ) -> None:
        """A mail accepted while it cannot be sealed would be lost or stand there in plain."""
        for key in settings.key_folder.glob("content-*.key"):
            key.unlink()

        with pytest.raises(KeyMissing):
            things.keep(store)

        assert sum(cases.counts(store).values()) == 0

    def test_the_same_mail_is_known_when_its_key_was_lost(
        self, store: Store, settings: Settings
    ) -> None:
        """A lost key must not make the mailbox come in a second time."""
        reference = things.keep(store)
        for key in settings.key_folder.glob("content-*.key"):
            key.unlink()

        assert things.keep(open_store_with_new_periods(settings)) == reference


class TestTrouble:
    @pytest.mark.parametrize("failpoint", ["before-keep", "after-keep"])
    def test_killed_around_the_commit_then_sent_again_it_is_kept_once(
        self, settings: Settings, failpoint: str
    ) -> None:
        """The sending server repeats a mail it got no answer for."""
        assert steps.run(settings, "keep", failpoint)

        assert not steps.run(settings, "keep")

        store = open_store(settings)
        assert sum(cases.counts(store).values()) == 1
        store.close()

    def test_a_failure_halfway_leaves_nothing(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Half a mail would be claimed and could not be opened."""
        monkeypatch.setattr("intake.store.sealed.note", _fail)

        with pytest.raises(ZeroDivisionError):
            things.keep(store)

        with store.read() as session:
            rows = [
                session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
                for table in ("mail", "sealed", "identity", "event")
            ]
        assert rows == [0, 0, 0, 0]

    def test_no_space_is_told_as_such_and_keeping_goes_on_after_it(
        self, settings_on: SettingsOn, tmp_path: Path
    ) -> None:
        """The relay gets 452 and tries again, instead of a mail that is half on the disk."""
        settings = settings_on("sqlite")
        store = open_store(settings)
        things.keep(store, 1)
        with store.read() as session:
            pages = session.execute(text("PRAGMA page_count")).scalar_one()
        limited = _limited(store, pages + 20)

        with pytest.raises(StoreFull):
            journal.keep(limited, b"x" * 1_000_000, things.envelope())
        assert journal.keep(store, b"x" * 1_000_000, things.envelope()).new
        store.close()

    def test_a_file_that_cannot_grow_keeps_what_was_kept(self, settings_on: SettingsOn) -> None:
        """RLIMIT_FSIZE stands for a quota: no acknowledged mail is lost, and the database stays
        whole.
        """
        settings = settings_on("sqlite")
        script = (
            "import resource, signal, sys\n"
            "from intake.errors import StoreUnavailable\n"
            "from intake.settings import load\n"
            "from intake.store import open_store, journal\n"
            "from tests.store import things\n"
            "store = open_store(load())\n"
            "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))\n"
            "for number in range(100):\n"
            "    try:\n"
            "        journal.keep(store, things.mail(number, 'x' * 20_000), things.envelope())\n"
            "    except StoreUnavailable:\n"
            "        sys.exit(number)\n"
        )
        environment = {
            "PATH": "/usr/bin:/bin",
            "INTAKE_HOME": str(settings.home),
            "PYTHONPATH": ":".join(sys.path),
        }
        kept = subprocess.run(
            [sys.executable, "-c", script],
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
        )

        store = open_store(settings)
        with store.read() as session:
            whole = session.execute(text("PRAGMA integrity_check")).scalar_one()
        assert kept.returncode in range(1, 100), kept.stderr
        assert whole == "ok"
        assert sum(cases.counts(store).values()) == kept.returncode
        store.close()

    def test_a_locked_database_is_our_fault_for_now(
        self, settings_on: SettingsOn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The relay gets 451 and tries again; no text of the mail stands in the error."""
        monkeypatch.setattr("intake.store.engine.BUSY_SECONDS", 0.05)
        store = open_store(settings_on("sqlite"))
        other = open_store(store.settings)

        with other.write() as session:
            session.execute(text("SELECT 1"))
            with pytest.raises(StoreUnavailable) as caught:
                things.keep(store)

        assert things.BSN not in repr(caught.value)
        assert caught.value.__cause__ is None
        store.close()
        other.close()


class TestIdentity:
    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"\r\n",
            b"a",
            b"a \t\r\nb\x0b \r\n \r\n",
            b"regel \r\n" * 9,
            b"a\r \n\r\n\tb\x0c\r",
            b" \n" * 20 + b"x" * 30,
        ],
    )
    @pytest.mark.parametrize("size", [1, 2, 7])
    def test_a_body_is_the_same_in_whatever_parts_it_is_hashed(
        self, monkeypatch: pytest.MonkeyPatch, body: bytes, size: int
    ) -> None:
        """A large mail that came by two roads would be two mails."""
        vault, raw = _vault(), b"Message-ID: <1@a.example>\r\nFrom: a@a.example\r\n\r\n" + body
        at_once = identities(vault, raw)

        monkeypatch.setattr("intake.store.mail_identity._PART_BYTES", size)

        assert identities(vault, raw) == at_once

    @rules(max_examples=500)
    @given(body=_BODIES, other=_BODIES)
    def test_only_line_ends_and_space_at_them_may_differ(self, body: bytes, other: bytes) -> None:
        """A body that says something else is another mail, whatever its headers say."""
        vault = _vault()
        head = b"Message-ID: <1@a.example>\r\nFrom: a@a.example\r\n\r\n"
        same = _bare(body) == _bare(other)

        common = set(identities(vault, head + body).new) & set(
            identities(vault, head + other).known
        )

        assert bool(common) is same

    @given(st.binary(max_size=2000))
    def test_any_bytes_have_an_identity(self, raw: bytes) -> None:
        """A mail that breaks the comparison could not be kept."""
        assert 1 <= len(identities(_vault(), raw).new) <= 2

    def test_a_body_of_blanks_costs_little(self) -> None:
        """One mail of millions of spaces would hold the endpoint for hours, and every mail behind
        it.
        """
        raw = b"Message-ID: <a@b.example>\r\n\r\n" + b" " * 3_000_000 + b"x"

        assert cpu_seconds(lambda: identities(_vault(), raw), enough=2) < 2

    def test_a_header_without_end_costs_little(self) -> None:
        """A header of 30 MB must not hold the door."""
        assert len(identities(_vault(), b"X: " + b"a\r\n " * 8_000_000).new) == 1


class TestHistory:
    def test_a_number_in_hand_is_found_by_its_supplier(self, store: Store) -> None:
        """A second invoice with the same number would be paid twice."""
        first = things.decided(
            store, 1, things.decision(things.verdict(invoices=(things.invoice(),)))
        )

        (earlier,) = journal.history_of(
            store, things.invoice(" 2026-0011 "), before="IN-AAAA-AAAA"
        ).earlier

        assert (earlier.reference, earlier.outcome, earlier.same_content) == (
            first,
            "to-decide",
            True,
        )
        assert earlier.received_on.isoformat() == "2026-11-20"

    def test_case_and_spaces_are_folded_and_nothing_else(self, store: Store) -> None:
        """'f 12' is 'F12'; 'F-12' is another number and must not be taken for it."""
        things.decided(
            store, 1, things.decision(things.verdict(invoices=(things.invoice("F 12"),)))
        )

        assert journal.history_of(store, things.invoice("f12"), before="").earlier
        assert not journal.history_of(store, things.invoice("F-12"), before="").earlier
        assert not journal.history_of(store, things.invoice("F012"), before="").earlier

    def test_other_content_is_told_apart(self, store: Store) -> None:
        """Same number with another amount is a question, not a double."""
        things.decided(store, 1, things.decision(things.verdict(invoices=(things.invoice(),))))

        (earlier,) = journal.history_of(
            store, things.invoice(gross_amount=Field.of(Decimal("1.00"))), before=""
        ).earlier

        assert earlier.same_content is False

    def test_an_unread_amount_is_never_the_same_content(self, store: Store) -> None:
        """Two invoices of which nothing could be read would be taken for one."""
        unread = things.invoice(gross_amount=Field.unreadable())
        things.decided(store, 1, things.decision(things.verdict(invoices=(unread,))))

        (earlier,) = journal.history_of(store, unread, before="").earlier

        assert earlier.same_content is False

    def test_another_supplier_with_the_same_name_is_another_supplier(self, store: Store) -> None:
        """Two practices named Jansen both number from 1; the KvK number decides when both have one."""
        things.decided(store, 1, things.decision(things.verdict(invoices=(things.invoice(),))))

        assert not journal.history_of(
            store, things.invoice(kvk_number=Field.of("76543210")), before=""
        ).earlier
        assert journal.history_of(
            store, things.invoice(kvk_number=Field.absent()), before=""
        ).earlier

    def test_its_own_mail_and_what_was_ignored_are_no_history(self, store: Store) -> None:
        """An invoice would be its own double when it is judged again."""
        own = things.decided(
            store, 1, things.decision(things.verdict(invoices=(things.invoice(),)))
        )
        things.decided(
            store,
            2,
            things.decision(things.verdict(MailOutcome.IGNORED, invoices=(things.invoice(),))),
        )

        assert not journal.history_of(store, things.invoice(), before=own).earlier

    def test_what_a_person_decided_is_the_outcome(self, store: Store) -> None:
        """A refused invoice that a clerk accepted is in hand."""
        reference = things.decided(
            store,
            1,
            things.decision(things.verdict(MailOutcome.REJECTED, invoices=(things.invoice(),))),
        )
        cases.accept(store, reference, "jan", cases.get_case(store, reference).version)

        assert (
            journal.history_of(store, things.invoice(), before="").earlier[0].outcome == "accepted"
        )


def open_store_with_new_periods(settings: Settings) -> Store:
    create_keys(settings.key_folder, dt.date(2026, 1, 1))
    return open_store(settings)


def _limited(store: Store, pages: int) -> Store:
    engine = make_engine(store.settings.database)
    event.listen(
        engine,
        "connect",
        lambda connection, _: connection.execute(f"PRAGMA max_page_count = {pages}"),
    )
    return Store(store.settings, engine, store.vault)


def _fail(*_: object, **__: object) -> None:
    raise ZeroDivisionError


def _bare(body: bytes) -> bytes:
    return re.sub(rb"[ \t]*\r?\n", b"\n", body).rstrip()


_KEYS: list[Vault] = []


def _vault() -> Vault:
    if not _KEYS:
        folder = Path(tempfile.mkdtemp())
        create_keys(folder, dt.date(2026, 1, 1))
        _KEYS.append(Vault(folder))
        _KEYS[0].today = lambda: things.NOW.date()
        _KEYS[0].hash("warm")
        shutil.rmtree(folder)
    return _KEYS[0]
