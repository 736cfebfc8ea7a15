"""What the privacy officer and the administrator type: readings, incidents, passwords, a new
certificate.
"""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from intake import settings
from intake.store import Store, audit, audit_heads, incidents, open_store
from intake.store.tables import Judgement
from tests.commands.conftest import Intake
from tests.store import things

PASSWORD = "correct paard batterij"


@pytest.fixture
def store(installed: Intake) -> Iterator[Store]:
    opened = open_store(settings.load())
    yield opened
    opened.close()


@pytest.fixture
def case(store: Store) -> str:
    return things.decided(store)


class TestAudit:
    def test_an_untouched_chain_is_whole_and_its_head_can_be_kept(
        self, installed: Intake, store: Store, case: str
    ) -> None:
        """A false alarm costs a day of somebody's life."""
        audit.record(store, "anna", case, "case", "controle")
        audit_heads.write(store)
        head = json.loads(installed("audit", "head").out)
        audit.record(store, "anna", case, "case")

        done = installed("audit", "verify", "--head", f"{head['sequence']}:{head['hash']}")

        assert (done.code, head["sequence"]) == (0, 1)
        assert "2 readings" in done.out

    def test_a_cut_off_end_and_a_changed_row_end_with_1(
        self, installed: Intake, store: Store, case: str, home: Path
    ) -> None:
        """A script that watches the chain must see it without reading words."""
        for who in ("anna", "piet", "kees"):
            audit.record(store, who, case, "case")
        audit_heads.write(store)
        with sqlite3.connect(home / "intake.db") as database:
            database.execute("DELETE FROM audit WHERE sequence = 3")
        cut = installed("audit", "verify")
        with sqlite3.connect(home / "intake.db") as database:
            database.execute("UPDATE audit SET who = 'kees' WHERE sequence = 1")
        changed = installed("audit", "verify")

        assert (cut.code, changed.code) == (1, 1)
        assert "row 3" in cut.err
        assert "row 1" in changed.err

    @pytest.mark.parametrize("head", ["3", "x:y", "3:" + "a" * 63])
    def test_a_head_that_is_none_is_bad_usage(
        self, installed: Intake, store: Store, head: str
    ) -> None:
        """A typing fault must not look like a broken chain."""
        assert installed("audit", "verify", "--head", head).code == 2

    def test_the_export_has_the_fields_of_nen_7513_and_says_who_exported(
        self, installed: Intake, store: Store, case: str
    ) -> None:
        """The officer answers a client's question from it, and the officer's own reading stands on
        record.
        """
        audit.record(store, "=cmd()", case, "uncover", "controle")

        lines = [json.loads(line) for line in installed("audit", "export").out.splitlines()]
        rows = list(csv.DictReader(io.StringIO(installed("audit", "export", "--csv").out)))

        assert {name: lines[0][name] for name in ("sequence", "who", "case", "what", "why", "result")} == {
            "sequence": 1, "who": "=cmd()", "case": case, "what": "uncover", "why": "controle",
            "result": "shown"
        }  # fmt: skip
        assert [line["what"] for line in lines] == ["uncover", "audit-export"]
        assert lines[1]["who"].startswith("os:")
        assert rows[0]["who"] == "'=cmd()"
        assert [row["what"] for row in rows] == ["uncover", "audit-export", "audit-export"]
        assert installed("audit", "export", "--since", "2999-01-01").out == ""


class TestIncidents:
    def test_the_register_goes_out_with_what_was_decided(
        self, installed: Intake, store: Store, case: str
    ) -> None:
        """The Autoriteit Persoonsgegevens asks for the register; each showing of it is a reading."""
        (entry,) = incidents.listed(store)
        report = incidents.Report(
            "BSN op de factuur", "één jeugdige", "gewone mail", "gebeld", "niet gemeld: geen risico"
        )
        assessment = incidents.Assessment(Judgement.RECORDED, things.NOW, report)
        incidents.judge(store, entry.id, "fg", 1, assessment)

        (line,) = [json.loads(text) for text in installed("incidents", "export").out.splitlines()]
        (row,) = csv.DictReader(io.StringIO(installed("incidents", "export", "--csv").out))

        assert (line["case"], line["judgement"], line["decided_by"], line["known_at"]) == (
            case,
            "recorded",
            "fg",
            "2026-11-20T09:30:00+00:00",
        )
        assert (row["nature"], row["people"], row["grounds"]) == (
            report.nature,
            report.people,
            report.grounds,
        )
        assert [reading.what for reading in audit.readings(store, case)] == [
            "incident-recorded",
            "incident-export",
            "incident-export",
        ]

    def test_an_empty_register_is_an_empty_answer(self, installed: Intake, store: Store) -> None:
        """Nothing happened is an answer too."""
        assert (
            installed("incidents", "export").code,
            installed("incidents", "export", "--csv").out,
        ) == (0, "")


class TestPasswords:
    def test_agreed_listed_and_ended(self, installed: Intake, tmp_path: Path) -> None:
        """Next month's password is agreed beforehand, and last month's goes on opening until its
        day.
        """
        secret = tmp_path / "secret.txt"
        secret.write_text(PASSWORD)
        installed(
            "provider",
            "add",
            "--kvk",
            "99900634",
            "--name",
            "De Vlinder",
            "--email",
            "info@vlinder.example",
            "--attachment-password-file",
            str(secret),
        )
        added = installed(
            "provider",
            "password",
            "add",
            "--kvk",
            "99900634",
            "--file",
            str(secret),
            "--from",
            "2026-12-01",
            "--until",
            "2999-12-31",
        )
        listed = installed("provider", "password", "list", "--kvk", "99900634")

        id = next(line.split()[0] for line in listed.out.splitlines() if "it is ended" in line)
        ended = installed("provider", "password", "end", id, "--last-day", "2026-01-31")

        assert (added.code, len(listed.out.splitlines()), ended.code) == (0, 2, 0)
        assert "until 2999-12-31" in listed.out
        assert f"{id}" in next(
            line
            for line in installed(
                "provider", "password", "list", "--kvk", "99900634"
            ).out.splitlines()
            if "(over)" in line
        )
        assert (
            PASSWORD not in added.out + added.err + listed.out + listed.err + ended.out + ended.err
        )

    @pytest.mark.parametrize(
        "arguments",
        [
            ("add", "--kvk", "99900634", "--file", "secret.txt"),
            ("list", "--kvk", "99900634"),
            ("end", "PW-1"),
        ],
    )
    def test_an_unknown_provider_or_password_is_told(
        self, installed: Intake, tmp_path: Path, arguments: tuple[str, ...]
    ) -> None:
        """A typing fault in a KvK number must not be taken silently."""
        (tmp_path / "secret.txt").write_text(PASSWORD)

        assert installed("provider", "password", *arguments).code == 2

    def test_a_last_day_before_the_first_is_refused(
        self, installed: Intake, tmp_path: Path
    ) -> None:
        """A password that is never in force looks agreed and opens nothing."""
        (tmp_path / "secret.txt").write_text(PASSWORD)

        done = installed(
            "provider",
            "password",
            "add",
            "--kvk",
            "1",
            "--file",
            "secret.txt",
            "--from",
            "2026-12-01",
            "--until",
            "2026-11-30",
        )

        assert (done.code, "--until" in done.err) == (2, True)


def test_a_new_certificate_comes_beside_the_old_one(intake: Intake) -> None:
    """Providers encrypt to the old one for weeks after a new one is published."""
    first = intake("keys", "create")
    assert "--renew" in intake("keys", "create").out

    second = intake("keys", "create", "--renew")

    listed = intake("keys", "list").out.splitlines()
    prints = [
        next(line.split()[-1] for line in done.out.splitlines() if line.startswith("Certificate"))
        for done in (first, second)
    ]
    assert sorted(line.split()[0] for line in listed) == sorted(prints)
    assert len(set(prints)) == 2
