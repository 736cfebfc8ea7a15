"""A password told on the phone: the clerk types it on the page, the attachment opens, and its
client is seen by nobody without a reason.
"""

from __future__ import annotations

from pathlib import Path

from intake import worker
from intake.model.mail import Envelope
from intake.sandbox.client import Sandbox
from intake.store import cases, journal, users, work_queue
from intake.store.tables import CaseState, Role
from tests.cases.build import EMAIL, KVK, aes_zip, sheet, with_invoice
from tests.review.conftest import PASSWORD, Clerk
from tests.road.installation import installed
from tests.store.things import NOW

TOLD = "kåasplankje 21!"
BSN = "999990019"


def test_the_attachment_opens_with_what_the_clerk_typed(tmp_path: Path) -> None:
    """A provider who forgot to agree a password first is helped with one phone call, now and next
    month.
    """
    raw = [
        with_invoice(
            f"told-{number}",
            f"R-98{number}",
            ("bijlage.zip", aes_zip(("bijlage.csv", sheet()), password=TOLD)),
        )
        for number in (1, 2)
    ]
    with (
        installed(tmp_path / "home", INTAKE_REVIEW__SECURE_COOKIE="false") as town,
        worker.open_desk(town.settings, town.store) as desk,
    ):

        def decide(mail: bytes | None = None) -> None:
            if mail is not None:
                decided.append(
                    journal.keep(town.store, mail, Envelope("lmtp", NOW, EMAIL)).reference
                )
            claim = work_queue.claim(town.store, "test", 60)
            assert claim is not None
            with worker.Leases(town.store, 60) as leases:
                worker.handle(town.store, desk, leases, claim)

        decided: list[str] = []
        decide(raw[0])
        users.set_user(town.store, "anna", PASSWORD, tuple(Role))
        assert isinstance(desk.opener.reading, Sandbox)
        clerk = Clerk(town.store, desk.opener.reading)
        clerk.log_in()
        case = cases.get_case(town.store, decided[0])
        assert case.state is CaseState.WAITING
        assert f'value="{KVK}"' in clerk.get(f"/zaak/{decided[0]}").text

        clerk.post(f"/zaak/{decided[0]}/wachtwoord", version=case.version, password=TOLD, keep=KVK)
        decide()
        decide(raw[1])

        assert [cases.get_case(town.store, reference).state for reference in decided] == [
            CaseState.QUEUED
        ] * 2
        assert [line.bsn for line in cases.care_lines(town.store, decided[0])] == [BSN]
        page = clerk.get(f"/zaak/{decided[0]}").text
        assert "•••••0019" in page
        assert BSN not in page
        assert not [
            file
            for file in town.home.rglob("*")
            if file.is_file() and TOLD.encode() in file.read_bytes()
        ]
