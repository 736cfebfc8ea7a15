"""What is past its term goes for good, after a person approved it; what is not, stays."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from intake import profile
from intake.errors import ConfigurationError, Conflict, KeyMissing
from intake.mail.fetched import FetchedFile
from intake.model.care import CareLine
from intake.model.mail import MailboxFolder, MessageState, ReplyKind
from intake.model.verdict import MailOutcome
from intake.profile import RecordKind, Retention
from intake.settings import Settings
from intake.store import (
    Store,
    audit,
    cases,
    journal,
    legal_holds,
    mailbox_ledger,
    open_store,
    pairing,
    retention,
    subject,
    work_queue,
)
from intake.store.crypto.vault import Vault, WrappedKey
from intake.store.journal import NotKept, find
from intake.store.retention import RESTORED, Approval, Item
from intake.store.sealed import fetch
from intake.store.tables import CaseState, DestroyedRow
from tests.conftest import SettingsOn
from tests.store import steps, things

RULES = profile.load("almere").retention
APPROVAL = Approval("VL-1", "archivaris")
PLACE = MailboxFolder("postbus", "INBOX", 1)


def past(store: Store, days: int) -> None:
    moment = things.NOW + dt.timedelta(days=days)
    store.clock = lambda: moment


def decided(store: Store, number: int, outcome: MailOutcome) -> str:
    store.clock = lambda: things.NOW
    kind = ReplyKind.REFUSAL if outcome is MailOutcome.REJECTED else None
    care = (CareLine(2, things.BSN, None, None, None, None, None),)
    return things.decided(
        store, number, things.decision(things.verdict(outcome, reply=kind), care_lines=care)
    )


def names(items: tuple[Item, ...]) -> set[tuple[str, str]]:
    return {(item.reference, item.kind.value) for item in items}


def purge(store: Store) -> tuple[Item, ...]:
    due = retention.due(store, RULES)
    return tuple(item for batch in retention.destroy(store, RULES, due, APPROVAL) for item in batch)


def wrapped(store: Store, reference: str) -> WrappedKey:
    with store.read() as session:
        mail = find(session, reference)
        return WrappedKey(mail.key_period, mail.wrapped_key)


class TestTerms:
    def test_each_kind_has_its_own_term_and_ground(self, store: Store) -> None:
        """An invoice that goes after six years breaks the law; a child's data that stays longer
        than needed too.
        """
        queued, refused, ignored = (
            decided(store, n, o)
            for n, o in enumerate((MailOutcome.QUEUED, MailOutcome.REJECTED, MailOutcome.IGNORED))
        )
        seen = {}
        for days in (300, 366, 731, 773, 2598, 2599):  # NOW is 20 November 2026
            past(store, days)
            seen[days] = names(retention.due(store, RULES))

        assert seen[300] == set()
        assert seen[366] == {(queued, "raw-mail"), (refused, "raw-mail"), (ignored, "other")}
        assert seen[731] == {(queued, "raw-mail"), (refused, "refused"), (ignored, "other")}
        assert seen[773] == {
            (queued, "raw-mail"),
            (queued, "attachment"),
            (refused, "refused"),
            (ignored, "other"),
        }
        assert (queued, "invoice") not in seen[2598]
        assert (queued, "invoice") in seen[2599], "1 January 2034"
        assert all("artikel" in item.ground for item in retention.due(store, RULES))

    @given(
        st.dates(dt.date(2016, 1, 1), dt.date(2040, 1, 1)),
        st.integers(0, 20),
        st.integers(0, 400),
        st.sampled_from(["decision", "year-end"]),
        st.integers(-3, 3),
    )
    def test_what_the_database_is_asked_agrees_with_the_term(
        self, decision: dt.date, years: int, days: int, starts: str, shift: int
    ) -> None:
        """A leap day that counts otherwise in two places destroys a day too early."""
        rule = Retention(kind=RecordKind.OTHER, years=years, days=days, starts=starts, ground="x")
        today = retention.ends(rule, decision) + dt.timedelta(days=shift)

        assert (decision < retention.decided_before(rule, today)) is (shift >= 0)

    def test_what_waits_is_new_or_is_looked_at_stays(self, store: Store) -> None:
        """A mail that nobody decided on is not past any term."""
        store.clock = lambda: things.NOW
        things.decided(store, 1, things.decision(things.verdict(MailOutcome.WAITING)))
        things.keep(store, 2)
        past(store, 10_000)

        assert retention.due(store, RULES) == ()

    def test_a_quarantined_mail_is_kept_whole(self, store: Store) -> None:
        """A person may still let the rules look at it again, which needs its bytes."""
        reference = decided(store, 1, MailOutcome.QUARANTINED)
        past(store, 360)
        assert retention.due(store, RULES) == ()
        past(store, 366)
        assert names(retention.due(store, RULES)) == {(reference, "other")}

    def test_a_mail_with_a_paid_invoice_is_kept_as_one(self, store: Store) -> None:
        """What could not be read beside it would destroy the invoice after a year, and the books
        would have none for what was paid."""
        store.clock = lambda: things.NOW
        read = things.verdict(MailOutcome.QUEUED, (things.invoice(),), reply=None)
        care = (CareLine(2, things.BSN, None, None, None, None, None),)
        made = things.decision(read, rest=True, care_lines=care)
        reference = things.decided(store, 1, made)
        cases.accept(store, reference, "jan", cases.get_case(store, reference).version)
        assert cases.get_case(store, reference).state is CaseState.QUARANTINED

        (found,) = subject.find(store, things.BSN, "fiona").cases
        assert found.kept_until == dt.date(2034, 1, 1)
        past(store, 2598)
        assert (reference, "other") not in names(retention.due(store, RULES))
        past(store, 2599)
        assert names(retention.due(store, RULES)) == {(reference, "invoice")}

    def test_the_second_mail_stays_as_long_as_what_it_completed(self, store: Store) -> None:
        """The attachment came in a mail of its own, and belongs to an invoice that is kept for
        years.
        """
        store.clock = lambda: things.NOW
        waiting = things.decided(store, 1, things.decision(things.verdict(MailOutcome.WAITING)))
        things.keep(store, 2)
        claim = things.claim(store)
        work_queue.finish(
            store, claim, things.decision(things.verdict(MailOutcome.IGNORED, completes=(waiting,)))
        )
        past(store, 5000)
        assert retention.due(store, RULES) == (), (
            "its invoice still waits, and is looked at with it"
        )

        store.clock = lambda: things.NOW
        work_queue.finish(
            store, things.claim(store), things.decision(things.verdict(MailOutcome.QUEUED))
        )
        past(store, 400)
        assert names(retention.due(store, RULES)) == {
            (waiting, "raw-mail"),
            (claim.reference, "raw-mail"),
        }


class TestDestroy:
    def test_a_whole_case_goes_with_everything_that_was_made_of_it(self, store: Store) -> None:
        """A hash, a picture or a letter that stays behind is still the child's data."""
        reference = decided(store, 1, MailOutcome.REJECTED)
        other = decided(store, 2, MailOutcome.QUEUED)
        mailbox_ledger.MailboxLedger(store).record(
            PLACE, 7, MessageState.DONE, reference, things.mail(1)
        )
        audit.record(store, "anna", reference, "case", "vraag van de aanbieder")
        key = wrapped(store, reference)
        past(store, 800)

        assert (reference, "refused") in names(purge(store))

        with pytest.raises(NotKept):
            cases.get_case(store, reference)
        with pytest.raises(KeyMissing):
            Vault(store.settings.key_folder).data_key(reference, key)
        with store.read() as session:
            for table in ("sealed", "identity", "trait", "invoice", "event", "reply", "care"):
                assert (
                    session.execute(
                        text(f"SELECT count(*) FROM {table} WHERE reference = :r"), {"r": reference}
                    ).scalar()
                    == 0
                )
            assert session.execute(text("SELECT content_hash FROM ledger")).scalar() is None
        assert mailbox_ledger.MailboxLedger(store).to_delete(PLACE, 30) == (7,), (
            "the mailbox's own copy goes too"
        )
        assert audit.verify(store).whole
        assert journal.keep(store, things.mail(1), things.envelope()).new, (
            "nothing is left to know it by"
        )
        assert cases.get_case(store, other).documents

    def test_the_mail_and_the_attachment_go_before_the_invoice(self, store: Store) -> None:
        """The invoice is kept for seven years, the BSN in its attachment must not be."""
        reference = decided(store, 1, MailOutcome.QUEUED)
        backup = wrapped(store, reference)
        with store.read() as session:
            sealed_raw, sealed_care = (
                fetch(session, reference, "raw"),
                fetch(session, reference, "care"),
            )
        past(store, 1200)

        assert names(purge(store)) == {(reference, "raw-mail"), (reference, "attachment")}

        assert cases.document(store, reference, "1.2")
        assert cases.care_lines(store, reference) == ()
        with pytest.raises(NotKept):
            journal.raw_mail(store, reference)
        key = Vault(store.settings.key_folder).data_key(reference, backup)
        for kind, data in (("raw|", sealed_raw), ("care|", sealed_care)):
            with pytest.raises(KeyMissing):
                key.unseal(kind, data or b"")

    def test_what_was_fetched_in_a_portal_goes_with_the_mail(self, store: Store) -> None:
        """The message, with a client's data in it, would be kept after the mail that told of it."""
        store.clock = lambda: things.NOW
        reference = decided(store, 1, MailOutcome.WAITING)
        files = [FetchedFile("factuur.pdf", b"%PDF-1.7")]
        version = cases.get_case(store, reference).version
        cases.go_on_with(store, reference, "anna", version, files)
        claim = work_queue.claim(store, "worker", 60)
        assert claim is not None
        assert b"filename*=UTF-8''factuur.pdf" in claim.raw
        invoice = things.verdict(MailOutcome.QUEUED, (things.invoice(),))
        work_queue.finish(store, claim, things.decision(invoice))
        past(store, 366)
        rule = [rule for rule in RULES if rule.kind is RecordKind.RAW_MAIL]

        list(retention.destroy(store, rule, retention.due(store, rule), APPROVAL))

        with store.read() as session:
            left = session.execute(text("SELECT DISTINCT kind FROM sealed")).scalars().all()
        assert not {"raw", "fetched"} & set(left)

    def test_what_lost_its_bytes_is_not_given_to_the_rules_again(self, store: Store) -> None:
        """A case without its mail would be tried again and again, and never end."""
        store.clock = lambda: things.NOW
        invoice = things.decided(
            store, 1, things.decision(things.verdict(MailOutcome.QUEUED, (things.invoice(),)))
        )
        attachment = decided(store, 2, MailOutcome.QUARANTINED)
        past(store, 366)
        rule = [rule for rule in RULES if rule.kind is RecordKind.RAW_MAIL]
        list(retention.destroy(store, rule, retention.due(store, rule), APPROVAL))

        with pytest.raises(Conflict, match="not kept any more"):
            pairing.pair(store, attachment, invoice, "anna")

        assert cases.get_case(store, invoice).state == "queued"

    def test_what_is_held_stays_until_it_is_released(self, store: Store) -> None:
        """A case before the court must be there when the judge asks for it."""
        reference = decided(store, 1, MailOutcome.REJECTED)
        legal_holds.add(store, reference, "anna", f"bezwaar over {things.BSN}")
        past(store, 5000)
        assert purge(store) == ()
        with pytest.raises(IntegrityError), store.write() as session:
            session.execute(text("DELETE FROM mail"))
        with pytest.raises(Conflict):
            legal_holds.add(store, reference, "bob", "x")
        assert [(hold.reference, hold.who, hold.why) for hold in legal_holds.list_holds(store)] == [
            (reference, "anna", f"bezwaar over {things.BSN}")
        ]

        legal_holds.remove(store, reference, "anna")

        assert {item.reference for item in purge(store)} == {reference}
        with pytest.raises(Conflict):
            legal_holds.remove(store, reference, "anna")

    def test_a_hold_after_the_list_was_approved_counts(self, store: Store) -> None:
        """Between the signature and the command a letter of a lawyer comes in."""
        reference = decided(store, 1, MailOutcome.REJECTED)
        past(store, 800)
        due = retention.due(store, RULES)
        legal_holds.add(store, reference, "anna", "bezwaar")

        assert list(retention.destroy(store, RULES, due, APPROVAL)) == [()]
        assert journal.raw_mail(store, reference)[0] == things.mail(1)

    def test_an_unwritable_key_store_destroys_nothing_in_the_database(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Rows without their key destroyed would come back with the next restore, and nobody would
        know.
        """
        reference = decided(store, 1, MailOutcome.REJECTED)
        past(store, 800)

        def full(*_: object) -> None:
            raise ConfigurationError("the key store cannot be written")

        monkeypatch.setattr(Vault, "destroy", full)
        with pytest.raises(ConfigurationError):
            purge(store)
        assert journal.raw_mail(store, reference)[0] == things.mail(1)
        declared = retention.declared(store, "VL-1")
        assert declared
        assert names(declared.still_open) == {(reference, "refused")}

        monkeypatch.undo()
        retention.mend(store, RULES)
        with pytest.raises(NotKept):
            journal.raw_mail(store, reference)

    def test_every_item_stands_in_the_declaration_of_its_list(self, store: Store) -> None:
        """The archive law asks what was destroyed, on which ground, and how."""
        references = {decided(store, n, MailOutcome.IGNORED) for n in range(3)}
        past(store, 800)
        number = retention.list_number(retention.due(store, RULES), store.today)
        assert number != retention.list_number(retention.due(store, RULES)[1:], store.today)
        purge(store)

        declared = retention.declared(store, "VL-1")

        assert declared
        assert {item.reference for item in declared.items} == references
        assert declared.still_open == ()
        assert retention.declared(store, "VL-2") is None


class TestCrashAndRestore:
    @pytest.mark.parametrize(
        "failpoint", ["before-destroy", "after-declared", "after-keys-destroyed", "after-destroy"]
    )
    def test_killed_at_any_step(self, settings: Settings, failpoint: str) -> None:
        """A power cut in the middle: the next time it is finished, and the declaration is whole."""
        store = open_store(settings)
        doomed, lives = decided(store, 1, MailOutcome.REJECTED), things.keep(store, 2)
        key = wrapped(store, doomed)

        assert steps.run(settings, "purge", failpoint)
        assert journal.raw_mail(store, lives)[0] == things.mail(2)
        assert not steps.run(settings, "purge")

        assert journal.raw_mail(store, lives)[0] == things.mail(2)
        with pytest.raises(KeyMissing):
            store.vault.data_key(doomed, key)
        declared = retention.declared(store, "VL-1")
        assert declared
        assert doomed in {item.reference for item in declared.items}
        assert retention.came_back(store) == 0
        store.close()

    def test_an_old_copy_of_the_database_opens_nothing_and_is_cleaned(
        self, settings_on: SettingsOn
    ) -> None:
        """Somebody restores last year's backup: what was destroyed since must not be there again."""
        store = open_store(settings_on("sqlite"))
        doomed, lives = (
            decided(store, 1, MailOutcome.REJECTED),
            decided(store, 2, MailOutcome.QUEUED),
        )
        store.close()
        file = store.settings.home / "intake.db"
        shutil.copy(file, file.with_suffix(".backup"))
        past(store, 800)
        purge(store)
        store.close()
        shutil.copy(file.with_suffix(".backup"), file)

        restored = open_store(store.settings)
        past(restored, 800)
        for door in (journal.raw_mail, cases.get_case):
            with pytest.raises(KeyMissing):
                door(restored, doomed)
        assert retention.came_back(restored) >= 1
        retention.mend(restored, RULES)

        with pytest.raises(NotKept):
            cases.get_case(restored, doomed)
        assert cases.get_case(restored, lives).documents
        with restored.read() as session:
            assert {row.list_number for row in session.exec(select(DestroyedRow))} == {RESTORED}
        restored.close()

    def test_an_old_copy_of_the_key_store_is_cut_again(self, store: Store, tmp_path: Path) -> None:
        """The key store's own backup would bring every destroyed key back."""
        reference = decided(store, 1, MailOutcome.REJECTED)
        key = wrapped(store, reference)
        shutil.copytree(store.settings.key_folder, tmp_path / "older")
        past(store, 800)
        purge(store)
        for file in (tmp_path / "older").iterdir():
            shutil.copy(file, store.settings.key_folder / file.name)
        declared = retention.declared(store, "VL-1")
        assert declared
        assert declared.still_open

        assert retention.mend(store, RULES) > 0

        with pytest.raises(KeyMissing):
            store.vault.data_key(reference, key)


class TestHashYears:
    def test_a_hash_key_goes_when_nothing_of_its_year_is_left(self, store: Store) -> None:
        """Whoever has the key can try every BSN there is within a day: it must not outlive what it
        was for.
        """
        reference = decided(store, 1, MailOutcome.QUEUED)
        legal_holds.add(store, reference, "anna", "bezwaar")
        past(store, 366 * 9)
        retention.forget_years(store, RULES)
        assert 2026 in store.vault.hash_years(), "a held case still needs it"
        assert journal.known(store, things.mail(1)) == reference

        legal_holds.remove(store, reference, "anna")
        purge(store)
        assert retention.forget_years(store, RULES) == ()

        assert 2026 not in store.vault.hash_years()
        assert not (store.settings.key_folder / "hash-2026.key").exists()

    def test_what_was_written_last_year_is_found_this_year(self, store: Store) -> None:
        """On New Year's Day every invoice that comes again would be new, and be paid twice."""
        reference = things.decided(
            store, 1, things.decision(things.verdict(invoices=(things.invoice(),)))
        )
        past(store, 100)

        assert journal.keep(store, things.mail(1), things.envelope()) == journal.Kept(
            reference, new=False
        )
        assert [
            e.reference for e in journal.history_of(store, things.invoice(), "IN-X").earlier
        ] == [reference]
        assert [row.reference for row in cases.list_cases(store, search="2026-0011")] == [reference]
