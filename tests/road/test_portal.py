"""A message that waits in a portal: its notice is a case, a clerk brings what she fetched there, and the
same case goes on as if the message had come by mail.
"""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from intake.mail.portals import hosts_of
from intake.sandbox.client import Sandbox
from intake.store import cases, journal, users
from intake.store.cases import Case
from intake.store.tables import CaseState, Role
from tests.review.conftest import PASSWORD, Clerk, sandbox
from tests.road.installation import Installation, eventually, installed

__all__ = ["sandbox"]


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    environment = {"INTAKE_REPLIES__MODE": "automatic", "INTAKE_REVIEW__SECURE_COOKIE": "false"}
    with installed(tmp_path_factory.mktemp("portal") / "home", **environment) as made:
        users.set_user(made.store, "anna", PASSWORD, tuple(Role))
        made.serve("receive", "work")
        yield made


@pytest.fixture
def clerk(installation: Installation, sandbox: Sandbox) -> Clerk:
    made = Clerk(installation.store, sandbox)
    assert made.log_in().status_code == 303
    return made


def notice(
    number: int, subject: str = "Beveiligd bericht van Praktijk De Roos", text: str = ""
) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = (
        "noreply@zivver.com",
        "crediteuren@almere.nl",
        subject,
    )
    mail["Message-ID"] = f"<notice-{number}@zivver.com>"
    mail.set_content(text or f"Klik voor bericht {number} https://app.zivver.com/#/m/1\nZivver")
    return mail.as_bytes()


def arrived(installation: Installation, raw: bytes) -> Case:
    before = len(cases.list_cases(installation.store, limit=100))
    assert installation.deliver(raw)
    eventually(lambda: installation.all_decided(before + 1), "it is decided")
    return newest(installation)


def newest(installation: Installation) -> Case:
    rows = cases.list_cases(installation.store, limit=100)
    found = [cases.get_case(installation.store, row.reference) for row in rows]
    return max(found, key=lambda case: case.received_at)


def bring(
    clerk: Clerk, installation: Installation, case: Case, *files: tuple[str, bytes]
) -> tuple[int, Case]:
    """The clerk drops these files on the page of the case."""
    store = installation.store
    version = cases.get_case(store, case.reference).version
    answer = clerk.client.post(
        "/ophalen",
        data={"csrf": clerk.token(), "reference": case.reference, "version": version},
        files=[("bestand", (name, data, "application/octet-stream")) for name, data in files],
    )
    if answer.status_code == 303:
        assert answer.headers["location"] == "/?tab=&gedaan=opgehaald"
        eventually(
            lambda: cases.get_case(store, case.reference).version > version + 1,
            "it is decided again",
        )
    return answer.status_code, cases.get_case(store, case.reference)


def parts(raw: bytes) -> list[tuple[str, bytes]]:
    """The files of a mail, by name."""
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    return [
        (part.get_filename() or "", part.get_payload(decode=True))  # type: ignore[misc]
        for part in mail.iter_attachments()
    ]


def test_a_notice_asks_a_clerk_to_fetch_it_and_says_until_when(
    installation: Installation, clerk: Clerk
) -> None:
    """Nobody would fetch it, and the invoice would be deleted unread."""
    case = arrived(installation, notice(1))

    assert case.state is CaseState.WAITING
    assert not case.replies
    page = clerk.get(f"/zaak/{case.reference}").text
    assert "Ophalen in het portaal" in page
    assert "nog 15 dagen" in page
    assert "<strong>app.zivver.com</strong>" in page
    assert 'href="https://app.zivver.com' not in page
    assert "De aanbieder heeft tot" not in page
    assert "nog 15 dagen" in clerk.get("/?tab=post").text


def test_the_case_goes_on_with_the_whole_message(installation: Installation, clerk: Clerk) -> None:
    """A clerk would type over what came by a portal, or it would become a second case."""
    case = arrived(installation, notice(2))
    before = len(cases.list_cases(installation.store, limit=100))

    status, after = bring(
        clerk, installation, case, ("bericht.eml", installation.example("02-good-vat-21-zip"))
    )

    assert status == 303
    assert after.state is CaseState.QUEUED
    assert after.received_at == case.received_at
    assert len(cases.list_cases(installation.store, limit=100)) == before
    page = clerk.get(f"/zaak/{case.reference}").text
    assert "VH26-0438" in page
    assert "Opgehaald in het portaal" in page
    assert 'id="fetched"' not in page
    assert journal.raw_mail(installation.store, case.reference)[1].source == "portal"


def test_files_apart_are_the_same_and_nobody_unknown_is_answered(
    installation: Installation, clerk: Clerk
) -> None:
    """A portal that gives files only would leave its invoice undone, or our letter go to the portal."""
    case = arrived(installation, notice(3))
    invoice = next(
        each for each in parts(installation.example("07-kvk-missing")) if "pdf" in each[0]
    )

    status, after = bring(clerk, installation, case, invoice)

    assert status == 303
    assert after.state is CaseState.REJECTED
    assert not after.replies
    assert after.verdict is not None
    assert [read.invoice.invoice_number.value for read in after.verdict.invoices] == ["88"]


def test_what_comes_later_goes_beside_what_was_fetched(
    installation: Installation, clerk: Clerk
) -> None:
    """The attachment of the second portal message would take the place of the invoice."""
    case = arrived(installation, notice(4))
    files = parts(installation.example("14-locked-zip"))
    pdf = next(each for each in files if each[0].endswith(".pdf"))

    _, first = bring(clerk, installation, case, pdf)
    assert first.state is CaseState.WAITING
    assert "Ophalen in het portaal" in clerk.get(f"/zaak/{case.reference}").text
    status, after = bring(clerk, installation, case, *(each for each in files if each != pdf))

    assert status == 303
    assert after.verdict is not None
    assert len(after.verdict.invoices) == 1
    assert [f.code for f in after.verdict.findings if f.check == "secure-attachment"] == ["locked"]


def test_an_open_attachment_out_of_a_portal_is_no_leak(
    installation: Installation, clerk: Clerk
) -> None:
    """The provider would be refused, and a data leak be told, for what it did right."""
    case = arrived(installation, notice(5))
    raw = installation.example("12-attachment-unprotected")

    _, after = bring(clerk, installation, case, ("bericht.eml", raw))

    assert after.verdict is not None
    assert after.state is not CaseState.REJECTED
    assert not after.verdict.incidents


def test_the_notice_itself_goes_on_waiting(installation: Installation, clerk: Clerk) -> None:
    """Who saves the wrong mail would close the case with nothing fetched."""
    case = arrived(installation, notice(6))

    _, after = bring(clerk, installation, case, ("melding.eml", notice(6)))

    assert after.state is CaseState.WAITING
    assert 'id="fetched"' in clerk.get(f"/zaak/{case.reference}").text


def test_a_code_is_no_case_that_waits(installation: Installation) -> None:
    """Each code would stand on the list for two weeks."""
    case = arrived(installation, notice(7, "Uw Zivver verificatiecode", "Uw code is 123456."))

    assert case.state is CaseState.IGNORED
    assert case.verdict is not None
    assert "code van Zivver" in case.verdict.reason


def test_nothing_can_be_brought_to_a_case_that_asks_for_nothing(
    installation: Installation, clerk: Clerk
) -> None:
    """A file could be put into a case that the rules decided on by what a provider sent."""
    waits = arrived(installation, installation.example("13-no-attachment"))
    notice_case = arrived(installation, notice(8))

    assert bring(clerk, installation, waits, ("x.pdf", b"%PDF-1.7"))[0] == 400
    assert bring(clerk, installation, notice_case, ("x.pdf", b""))[0] == 400
    old = {"csrf": clerk.token(), "reference": notice_case.reference, "version": 1}
    files = {"bestand": ("x.pdf", b"%PDF-1.7")}
    assert clerk.client.post("/ophalen", data=old, files=files).status_code == 409
    assert clerk.client.post("/ophalen", data=old | {"csrf": ""}, files=files).status_code == 403


def test_nothing_large_is_read_of_who_is_not_logged_in(
    installation: Installation, clerk: Clerk, sandbox: Sandbox
) -> None:
    """A stranger could fill the memory of the page with files that nobody asked for."""
    files = {"bestand": ("x.pdf", b"%PDF-1.7" + bytes(2_000_000))}
    fields = {"csrf": clerk.token(), "reference": "IN-2222-2222", "version": 1}
    stranger = Clerk(installation.store, sandbox)

    assert stranger.client.post("/ophalen", data=fields, files=files).status_code == 413
    assert clerk.client.post("/ophalen", data=fields, files=files).status_code == 404


def test_a_host_is_that_of_the_link_and_not_of_its_words() -> None:
    """A clerk would trust a link that only looks like that of the portal."""
    told = hosts_of(
        "https://app.zivver.com.kwaad.example/x\nhttps://app.zivver.com@kwaad.example/y"
        "\nhttps://eur05.safelinks.protection.outlook.com/?url=https%3A%2F%2Fkwaad.example%2F"
    )

    assert told == ["kwaad.example", "app.zivver.com.kwaad.example"]
