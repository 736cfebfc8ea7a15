"""Every table has one rule of how long its rows stay, and what is past it goes for good."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import text
from sqlmodel import SQLModel, select

from intake import profile
from intake.model.supplier import AnswerKind, RegisterAnswer, RegisterSource
from intake.model.verdict import MailOutcome
from intake.profile import default_texts
from intake.store import (
    Store,
    audit,
    day_reports,
    incidents,
    providers,
    register_answers,
    retention,
    row_terms,
)
from intake.store.retention import Approval
from intake.store.tables import (
    BatchRow,
    BatchState,
    CorrectionRow,
    Judgement,
    ProviderPasswordRow,
    ProviderRow,
    RegisterAnswerRow,
)
from tests.store import things

TABLES = SQLModel.metadata.tables
RULES = default_texts("retention")
YEAR = 365
KVK, ADDRESS = "01234567", "zorg@roos.example"


def later(store: Store, days: int) -> None:
    moment = things.NOW + dt.timedelta(days=days)
    store.clock = lambda: moment


def past(store: Store) -> dict[str, int]:
    return {each.table: each.count for each in row_terms.due(store)}


def rows_of(store: Store, table: str) -> int:
    with store.read() as session:
        return int(session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def destroy_cases(store: Store) -> None:
    rules = profile.load("almere").retention
    tuple(retention.destroy(store, rules, retention.due(store, rules), Approval("VL-1", "a")))


class TestEveryTable:
    def test_has_one_rule_or_a_reason_to_stay(self) -> None:
        """A new table would keep what stands in it for ever, and nobody would have chosen that."""
        named = [table for kind in RULES.values() for table in kind]

        assert sorted(named) == sorted(TABLES)
        assert all(len(reason) > 20 for reason in RULES["kept"].values())

    @pytest.mark.parametrize("table", RULES["goes-with"])
    def test_goes_with_the_row_that_it_belongs_to(self, table: str) -> None:
        """The paper would say that it is gone, and it would still stand there."""
        owner = RULES["goes-with"][table]
        keys = (key for column in TABLES[table].columns for key in column.foreign_keys)

        assert (owner, "CASCADE") in {(key.column.table.name, key.ondelete) for key in keys}
        assert owner not in RULES["goes-with"]

    def test_with_a_term_has_a_ground_and_is_carried_out(self, store: Store) -> None:
        """A rule that no code knows would never destroy anything."""
        assert set(row_terms.terms()) == set(RULES["rows"])
        assert past(store) == {}
        assert row_terms.destroy(store, list(RULES["rows"]), "anna") == ()


class TestWhatProvesThatNoMailWasLost:
    def test_goes_when_the_mail_is_gone_and_its_term_is_over(self, store: Store) -> None:
        """A mail that is still kept would be called one that nobody ever took in."""
        things.decided(store, 1, things.decision(things.verdict(MailOutcome.IGNORED)))
        day_reports.make(store, store.today, "smtp")
        assert rows_of(store, "arrival") == 1

        later(store, 8 * YEAR)
        assert "arrival" not in past(store)

        destroy_cases(store)
        assert rows_of(store, "mail") == 0
        assert {"day_report", "arrival"} <= past(store).keys()
        row_terms.destroy(store, ["arrival", "day_report"], "anna")
        assert rows_of(store, "arrival") == rows_of(store, "day_report") == 0


class TestRowsOfNoCase:
    @pytest.fixture
    def filled(self, store: Store) -> Store:
        with store.write() as session:
            session.add(
                CorrectionRow(at=store.clock(), fact="iban", municipality="almere", kvk=KVK)
            )
            session.add(
                BatchRow(
                    municipality="almere", state=BatchState.BOOKED, made_by="anna",
                    made_at=store.clock(), count=1, total_cents=100, checksum="0" * 64,
                    cost_centre="", cost_type="", task_field="", vat_code="",
                )
            )  # fmt: skip
            session.add(
                RegisterAnswerRow(
                    source="kvk", number=KVK, asked_at=store.clock(), kind=AnswerKind.FOUND,
                    names="Jansen",
                )
            )  # fmt: skip
        providers.add_provider(store, KVK, "De Roos", ADDRESS)
        providers.add_password(store, KVK, "geheim", store.today, store.today)
        return store

    def test_each_goes_after_its_own_term(self, filled: Store) -> None:
        """Names and numbers of sole traders would be kept for ever, or gone while still needed."""
        seen = {}
        for days in (300, 366, 731, 773, 2598, 2599):  # NOW is 20 November 2026
            later(filled, days)
            seen[days] = set(past(filled))

        assert seen[300] == set()
        assert seen[366] == {"register_answer"}
        assert seen[731] == {"register_answer", "provider_password"}
        assert seen[773] == seen[731] | {"correction", "provider"}
        assert "batch" not in seen[2598]
        assert "batch" in seen[2599], "1 January 2034"

    def test_it_is_gone_and_only_in_the_tables_that_were_approved(self, filled: Store) -> None:
        """What an archivist struck from the list would be destroyed all the same."""
        later(filled, 8 * YEAR)

        done = row_terms.destroy(filled, ["correction", "register_answer"], "anna")

        assert {each.table: each.count for each in done} == {"correction": 1, "register_answer": 1}
        left = {
            table: rows_of(filled, table) for table in ("correction", "register_answer", "batch")
        }
        assert left == {"correction": 0, "register_answer": 0, "batch": 1}
        notes = {(each.who, each.result) for each in audit.changes(filled, "table correction", 5)}
        assert notes == {("anna", "purged 1")}

    def test_an_answer_is_not_kept_longer_when_another_comes(self, filled: Store) -> None:
        """The term would be said in two places, and be two terms."""
        later(filled, 2 * YEAR)
        answer = RegisterAnswer(
            RegisterSource.VIES, "NL002455799B11", AnswerKind.FOUND, filled.today
        )

        register_answers._keep(filled, answer)

        assert rows_of(filled, "register_answer") == 1


class TestProviders:
    def test_one_that_still_mails_stays_with_its_password(self, store: Store) -> None:
        """Its next attachment could not be opened."""
        providers.add_provider(store, "87654321", "Jansen", things.SENDER, "geheim")
        providers.add_provider(store, KVK, "De Roos", ADDRESS, "geheim")
        later(store, 3 * YEAR)
        assert past(store)["provider"] == 2
        things.with_invoice(store)

        assert past(store) == {}, "one by its address, the other by its KvK number"
        assert providers.attachment_passwords(store, things.SENDER, []) == ("geheim",)

    def test_its_key_goes_so_that_no_backup_opens_it(self, store: Store) -> None:
        """Whoever has an old backup would read names and passwords of providers that are gone."""
        providers.add_provider(store, KVK, "De Roos", ADDRESS, "geheim")
        with store.read() as session:
            tables = (ProviderRow, ProviderPasswordRow)
            backup = [session.exec(select(table)).one().model_dump() for table in tables]
        later(store, 3 * YEAR)
        row_terms.destroy(store, ["provider"], "anna")
        assert (rows_of(store, "provider"), rows_of(store, "provider_password")) == (0, 0)

        with store.write() as session:
            session.add(ProviderRow(**backup[0]))
            session.flush()
            session.add(ProviderPasswordRow(**backup[1]))
        assert providers.attachment_passwords(store, ADDRESS, [KVK]) == ()
        assert providers.list_providers(store) == ()
        assert row_terms.mend(store) == 1
        assert rows_of(store, "provider_password") == 0


class TestIncidents:
    def test_it_goes_five_years_after_it_was_judged_and_never_before_its_case(
        self, store: Store
    ) -> None:
        """A page that shows a client would be shown uncovered; or the register never ends."""
        reference = things.with_invoice(store)
        (entry,) = incidents.listed(store)
        judged = incidents.Assessment(Judgement.RECORDED, store.clock(), incidents.Report())
        incidents.judge(store, entry.id, "fg", 1, judged)
        later(store, 7 * YEAR)
        assert "incident" not in past(store), "its case is kept"
        destroy_cases(store)
        later(store, 8 * YEAR)
        destroy_cases(store)
        assert "incident" not in past(store), "the newest stays: no number is given twice"
        other = things.with_invoice(store, 2)

        assert past(store)["incident"] == 1
        row_terms.destroy(store, ["incident"], "anna")
        assert {entry.reference for entry in incidents.listed(store)} == {other} != {reference}


class TestAudit:
    def test_the_oldest_rows_go_and_the_chain_stays_whole(self, store: Store) -> None:
        """The privacy officer would be told that somebody tampered, or readings never end."""
        reference = things.with_invoice(store)
        audit.record(store, "anna", reference, "case")
        older = audit.head(store)
        audit.record(store, "anna", "", "incident-export")
        old = audit.head(store)
        later(store, 8 * YEAR)
        assert "audit" not in past(store), "who saw a case is told as long as the case is kept"
        destroy_cases(store)
        audit.record(store, "piet", "", "incident-export")
        young = audit.head(store)

        count = past(store)["audit"]
        row_terms.destroy(store, ["audit"], "archivaris")

        assert count == old.sequence
        assert rows_of(store, "audit") == 3, (
            "the young one, where the old ones ended, and who agreed"
        )
        assert audit.verify(store, older, old, young) == audit.Verified(3, None, older=1)
        assert audit.readings(store, reference) == ()
        assert "audit" not in past(store)

    def test_more_that_goes_is_seen_still(self, store: Store) -> None:
        """Somebody could hide what they read by calling it old."""
        for _ in range(5):
            audit.record(store, "anna", "", "incident-export")
        old = audit.head(store)
        later(store, 9 * YEAR)
        audit.record(store, "piet", "", "incident-export")
        row_terms.destroy(store, ["audit"], "archivaris")
        forged = audit.Head(old.sequence, "f" * 64)
        assert not audit.verify(store, forged).whole

        with store.write() as session:
            session.execute(text("DELETE FROM audit WHERE who = 'piet'"))

        assert not audit.verify(store).whole

    def test_it_goes_on_after_all_of_it_was_old(self, store: Store) -> None:
        """Numbers would begin anew, and the heads of other machines would fit no more."""
        audit.record(store, "anna", "", "incident-export")
        old = audit.head(store)
        later(store, 9 * YEAR)

        row_terms.destroy(store, ["audit"], "archivaris")

        assert audit.head(store).sequence > old.sequence
        assert audit.verify(store, old, audit.head(store)).whole
