"""Two municipalities in one installation: two mailboxes, one database, one worker, one page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from intake import profile
from intake.store import cases, retention, users
from intake.store.cases import Case
from intake.store.tables import CaseState, Role
from tests.municipality import NAME, checkout_with_municipality
from tests.review.conftest import PASSWORD, Clerk, sandbox
from tests.road.installation import Installation, eventually, installed
from tests.servers import Dovecot, Sink, run_dovecot, run_sink

__all__ = ["sandbox"]

OWN = {"almere": "crediteuren@almere.nl", NAME: "zorgfacturen@bergendal.example"}


@dataclass
class Region:
    installation: Installation
    dovecot: Dovecot
    sink: Sink

    def cases(self) -> dict[str, list[Case]]:
        store = self.installation.store
        found: dict[str, list[Case]] = {name: [] for name in OWN}
        for row in cases.list_cases(store):
            found[row.municipality].append(cases.get_case(store, row.reference))
        return found


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Region]:
    """The same three mails lie in both mailboxes, and are taken down the road."""
    folder = tmp_path_factory.mktemp("region")
    checkout = checkout_with_municipality(folder)
    with pytest.MonkeyPatch.context() as patch, run_dovecot() as dovecot, run_sink() as sink:
        patch.setattr(profile, "templates_folder", lambda: checkout / "templates")
        profile.load.cache_clear()
        profile.folders.cache_clear()
        environment = {
            "PYTHONPATH": str(checkout),
            "INTAKE_REPLIES__MODE": "automatic",
            "INTAKE_SMARTHOST__ADDRESS": f"127.0.0.1:{sink.port}",
            "INTAKE_SMARTHOST__TLS": "none",
            "INTAKE_REVIEW__SECURE_COOKIE": "false",
            "INTAKE_MAILBOX__2__MUNICIPALITY": NAME,
        }
        for number, name in enumerate(OWN, 1):
            environment |= {
                f"INTAKE_MAILBOX__{number}__HOST": "127.0.0.1",
                f"INTAKE_MAILBOX__{number}__PORT": str(dovecot.imap_port),
                f"INTAKE_MAILBOX__{number}__TLS": "false",
                f"INTAKE_MAILBOX__{number}__USER": name,
                f"INTAKE_MAILBOX__{number}__PASSWORD": "pw",
                f"INTAKE_MAILBOX__{number}__SINCE": "2020-01-01T00:00:00+00:00",
            }
        with installed(folder / "home", **environment) as installation:
            users.set_user(installation.store, "anna", PASSWORD, tuple(Role))
            for example in ("02-good-vat-21-zip", "07-kvk-missing", "13-no-attachment"):
                raw = installation.example(example)
                for name in OWN:
                    dovecot.append(name, raw)
            for command in ("watch", "work", "send"):
                installation.start(command)
            eventually(lambda: installation.all_decided(6), "six mails are decided")
            eventually(lambda: len(sink.messages) >= 4, "the letters leave")
            yield Region(installation, dovecot, sink)
    profile.load.cache_clear()
    profile.folders.cache_clear()


def test_the_same_mail_to_both_is_a_case_of_both(region: Region) -> None:
    """The second municipality would never see what the first one has, and never pay it."""
    assert {name: len(found) for name, found in region.cases().items()} == {"almere": 3, NAME: 3}


def test_each_letter_is_in_the_name_of_its_municipality(region: Region) -> None:
    """A provider would be answered by a municipality that it never wrote to."""
    for name, found in region.cases().items():
        own = profile.load(name)
        (refused,) = [case for case in found if case.state is CaseState.REJECTED and case.reply]
        assert refused.reply is not None
        assert own.municipality in refused.reply.text
        assert own.phone in refused.reply.text
        domain = OWN[name].partition("@")[2]
        (sent,) = [raw for _, _, raw in region.sink.messages if refused.reference.encode() in raw]
        assert f"<{OWN[name]}>".encode() in sent
        assert f"@{domain}>".encode() in sent.partition(b"Message-ID:")[2].partition(b"\n")[0]


def test_an_invoice_in_the_hands_of_one_is_no_double_for_the_other(region: Region) -> None:
    """It would be called "already received" and never be paid."""
    found = region.cases()
    (queued,) = [case for case in found["almere"] if case.state is CaseState.QUEUED]
    assert queued.verdict is not None

    for case in (case for each in found.values() for case in each):
        assert case.verdict is not None
        assert case.state is not CaseState.IGNORED
        findings = [f for read in case.verdict.invoices for f in read.findings]
        assert not [f for f in findings if f.check == "duplicate-invoice"]


def test_terms_are_those_of_the_municipality(region: Region) -> None:
    """An invoice would be refused, or destroyed, before its own term."""
    for name, days in (("almere", 5), (NAME, 9)):
        (waiting,) = [case for case in region.cases()[name] if case.deadline]
        assert waiting.deadline is not None
        assert (waiting.deadline - region.installation.store.today).days == days
    store = region.installation.store
    clock = store.clock
    store.clock = lambda: clock() + dt.timedelta(days=2 * 365 + 200)
    rules = [rule for name in OWN for rule in profile.load(name).retention]
    due = {item.reference for item in retention.due(store, rules) if item.kind == "refused"}
    store.clock = clock
    refused = {
        name: {case.reference for case in found if case.state is CaseState.REJECTED}
        for name, found in region.cases().items()
    }
    assert due >= refused["almere"]
    assert not due & refused[NAME]


def test_the_page_names_the_municipality_of_each_case(region: Region, sandbox: object) -> None:
    """A clerk would refuse or accept in the name of the wrong one."""
    clerk = Clerk(region.installation.store, sandbox)  # type: ignore[arg-type]
    assert clerk.log_in().status_code == 303
    assert "Gemeente Almere, Gemeente Bergendal" in clerk.get("/").text
    for name, found in region.cases().items():
        town = profile.load(name).municipality
        for case in found:
            page = clerk.get(f"/zaak/{case.reference}").text
            assert f"· {town}" in page.partition("</h1>")[2].partition("</div>")[0]
