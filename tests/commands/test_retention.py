"""``intake purge``, ``hold`` and ``keys rotate``: what a sysadmin and an archivist see of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine

from intake.model.verdict import MailOutcome
from intake.settings import load
from intake.store import Store, cases, journal, open_store, retention
from intake.store.crypto.key_tree import Part
from intake.store.crypto.vault import Vault, ends_on
from intake.store.journal import NotKept
from tests.commands.conftest import Intake
from tests.commands.test_doctor import lines
from tests.commands.test_doctor import quick_sandbox as quick_sandbox
from tests.store import things

LATER = dt.datetime(2029, 6, 1, 12, tzinfo=dt.UTC)


@pytest.fixture
def store(installed: Intake) -> Iterator[Store]:
    opened = open_store(load())
    yield opened
    opened.close()


def refused(store: Store, number: int) -> str:
    store.clock = lambda: things.NOW
    return things.decided(store, number, things.decision(things.verdict(MailOutcome.REJECTED)))


class TestPurge:
    def test_a_list_is_approved_and_a_declaration_made(
        self, installed: Intake, store: Store, tmp_path: Path
    ) -> None:
        """The archivist signs a list; what is destroyed must be that, and be proven."""
        first, spared = refused(store, 1), refused(store, 2)
        with time_machine.travel(LATER):
            listed = installed("purge", "--dry-run")
            assert journal.raw_mail(store, first)[0] == things.mail(1), "a dry run destroys nothing"
            file = tmp_path / "lijst.txt"
            file.write_text(
                "\n".join(line for line in listed.out.splitlines() if spared not in line)
            )

            done = installed("purge", "--list", str(file), "--approve", "A. Archivaris")
            number = listed.out.split()[1]
            again = installed("purge", "--declaration", number)

        assert listed.code == done.code == again.code == 0
        assert listed.out.startswith("VERNIETIGINGSLIJST VL-20290601-")
        words = (
            first,
            spared,
            "Gemeente Almere",
            "artikel 5, eerste lid, onder e, AVG",
            "2 jaar, vanaf het besluit",
            "2028-11-2",
        )
        assert all(word in listed.out for word in words)
        assert done.out.startswith("VERKLARING VAN VERNIETIGING")
        assert all(
            word in done.out
            for word in (
                number,
                first,
                "A. Archivaris",
                "artikel 8 Archiefbesluit 1995",
                "niet meer te maken",
            )
        )
        assert spared not in done.out
        assert again.out == done.out
        with pytest.raises(NotKept):
            journal.raw_mail(store, first)
        assert journal.raw_mail(store, spared)[0] == things.mail(2)
        assert things.BSN not in listed.out + done.out

    def test_nothing_goes_without_a_name(self, installed: Intake, store: Store) -> None:
        """A command typed by mistake must not destroy an archive."""
        reference = refused(store, 1)

        with time_machine.travel(LATER):
            done = installed("purge")

        assert (done.code, done.out) == (2, "")
        assert "--dry-run" in done.err
        assert journal.raw_mail(store, reference)[0] == things.mail(1)

    def test_all_that_is_due_goes_when_no_list_is_given(
        self, installed: Intake, store: Store
    ) -> None:
        """A small municipality approves by name; the declaration still tells each case."""
        references = [refused(store, n) for n in range(3)]

        with time_machine.travel(LATER):
            done = installed("purge", "--approve", "anna")
            again = installed("purge", "--approve", "anna")
            assert again.out == "Nothing is past its term.\n"
            assert installed("purge", "--dry-run").out == "Nothing is past its term.\n"

        assert all(reference in done.out for reference in references)
        assert cases.list_cases(store) == ()
        assert '"event.action": "purge"' in done.err, "whoever watches over security is told"
        assert "purge" not in again.err

    @pytest.mark.parametrize("content", [None, "boodschappen", "\xff"])
    def test_a_file_that_is_no_list_destroys_nothing(
        self, installed: Intake, store: Store, tmp_path: Path, content: str | None
    ) -> None:
        """The wrong file must not be taken for 'everything'."""
        reference = refused(store, 1)
        if content is not None:
            (tmp_path / "lijst.txt").write_text(content, encoding="latin-1")

        with time_machine.travel(LATER):
            done = installed("purge", "--list", str(tmp_path / "lijst.txt"), "--approve", "anna")

        assert done.code == 2
        assert journal.raw_mail(store, reference)[0] == things.mail(1)

    def test_an_unknown_list_has_no_declaration(self, installed: Intake) -> None:
        """A declaration of nothing would be a false paper."""
        done = installed("purge", "--declaration", "VL-1")

        assert (done.code, done.out) == (2, "")


class TestHold:
    def test_a_held_case_is_on_no_list(self, installed: Intake, store: Store) -> None:
        """An objection was made: the case must be there when it is dealt with."""
        reference = refused(store, 1)
        held = installed(
            "hold",
            "add",
            reference.lower().replace("-", " "),
            "--why",
            "bezwaar van de aanbieder",
            "--by",
            "anna",
        )

        with time_machine.travel(LATER):
            assert installed("purge", "--dry-run").out == "Nothing is past its term.\n"
            listed = installed("hold", "list")
            assert installed("hold", "add", reference, "--why", "x", "--by", "bob").code == 2
            assert installed("hold", "remove", reference, "--by", "anna").code == 0
            assert reference in installed("purge", "--dry-run").out

        assert held.code == 0
        assert all(word in listed.out for word in (reference, "anna", "bezwaar van de aanbieder"))

    @pytest.mark.parametrize("reference", ["IN-0000-0000", "factuur 12"])
    def test_a_case_that_is_not_there_is_told(self, installed: Intake, reference: str) -> None:
        """A typing error would leave the right case unprotected."""
        assert installed("hold", "add", reference, "--why", "x", "--by", "anna").code == 2


class TestRotate:
    def test_new_keys_and_the_end_of_the_old(
        self, installed: Intake, store: Store, home: Path
    ) -> None:
        """After a leak of the key store a sysadmin wants new keys within the hour, with the service
        running.
        """
        references = [refused(store, n) for n in range(3)]
        before = Vault(home / "keys").periods()

        rotated, retired = installed("keys", "rotate"), installed("keys", "retire")

        assert (rotated.code, retired.code) == (0, 0)
        assert "keys retire" in rotated.out
        assert not set(before) & set(Vault(home / "keys").periods())
        assert [journal.raw_mail(store, reference)[0] for reference in references] == [
            things.mail(n) for n in range(3)
        ]
        assert "0 old keys" in installed("keys", "retire").out


class TestDoctor:
    def test_terms_and_keys_that_end_are_told(self, installed: Intake, store: Store) -> None:
        """Nobody looks at a term that nobody tells of."""
        reference = refused(store, 1)
        with time_machine.travel(things.NOW):
            assert lines(installed("doctor"), "retention")[0].startswith("ok")

        with time_machine.travel(LATER):
            (line,) = lines(installed("doctor"), "retention")
        assert line.startswith("note")
        assert "1 past" in line
        assert "intake purge --dry-run" in line
        with time_machine.travel(_noon(ends_on(store.settings.key_folder) - dt.timedelta(days=30))):
            assert any(
                "intake keys create" in line and "30 more days" in line
                for line in lines(installed("doctor"), "keys")
            )
        with time_machine.travel(things.NOW):
            assert not any("keys create" in line for line in lines(installed("doctor"), "keys"))

            period = next(item.key_period for item in _due(store) if item.reference == reference)
            store.vault.destroy(period, [(reference, Part.CASE)])
            (line,) = [
                line for line in lines(installed("doctor"), "retention") if line.startswith("WRONG")
            ]
            assert "restored backup" in line
            assert installed("purge", "--again").out == "1 destroyed again.\n"
            assert (
                installed("purge", "--again").out == "Nothing that was destroyed is here again.\n"
            )
            assert lines(installed("doctor"), "retention")[0].startswith("ok")


def _noon(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(12), dt.UTC)


def _due(store: Store) -> tuple[retention.Item, ...]:
    from intake import profile

    store.clock = lambda: LATER
    return retention.due(store, profile.load("almere").retention)
