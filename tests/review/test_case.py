"""One case: what is shown, what is covered, and who decides."""

from __future__ import annotations

import datetime as dt
import re
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from httpx import Response

from intake.model.document import Reader
from intake.model.finding import CheckResult, Finding, Outcome, Severity
from intake.model.invoice import Evidence, Field, Found, Invoice
from intake.model.mail import ReplyKind
from intake.model.verdict import MailOutcome, ReadInvoice
from intake.review import disclosure
from intake.sandbox.client import Sandbox
from intake.store import Store, audit, cases, outbox, restores
from intake.store.tables import CaseState, ReplyState
from tests.review.conftest import Clerk
from tests.review.filled import CLIENT, LATE, NO_KVK, PATH, fill, incident, invoice, verdict

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


def test_the_page_shows_fields_why_findings_letter_and_history(clerk: Clerk, store: Store) -> None:
    """Whatever is missing here, a clerk must open the mail by hand for."""
    reference = fill(store, verdict(MailOutcome.QUEUED, LATE, reply=ReplyKind.RECEIPT))

    text = clerk.get(f"/zaak/{reference}").text

    for words in (
        "NL91 ABNA 0417 1643 00",
        "in de betaalzin",
        "13 november 2026",
        "3811 AB",
        "€\N{NO-BREAK SPACE}259,26",
        "2 zorgregels",
    ):
        assert words in text
    for words in (
        "De factuurdatum ligt in de toekomst",
        "Wet OB 1968",
        "Twijfel",
        "De ontvangstbevestiging",
        f"het antwoord op {reference}",
        "Ontvangen",
    ):
        assert words in text


def test_not_there_and_not_to_be_read_are_told_apart(clerk: Clerk, store: Store) -> None:
    """A clerk who believes that a number is absent asks the provider for nothing."""
    read = invoice(
        kvk_number=Field.absent(),
        vat_id=Field.unreadable(),
        iban=Field.of("NL91ABNA0417164300", others=(Found("NL20INGB0001234567"),)),
    )
    text = clerk.get(f"/zaak/{fill(store, verdict(MailOutcome.QUEUED, read=read))}").text

    assert "Niet gevonden" in text
    assert "Niet goed te lezen" in text
    assert "ook mogelijk: NL20 INGB 0001 2345 67" in text


def test_boxes_stand_where_the_words_were_read(clerk: Clerk, store: Store) -> None:
    """A box at another place makes the clerk check the wrong number."""
    reference = fill(store, verdict(MailOutcome.QUEUED, LATE), pages=2)
    box = invoice().iban.evidence.box  # type: ignore[union-attr]

    first, second = (clerk.get(f"/zaak/{reference}?blad={page}").text for page in (1, 2))

    rect = re.search(
        r'<rect id="vak-iban"[^>]* x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"',
        first,
    )
    assert rect
    x, y, width, height = map(float, rect.groups())
    assert (x, y) == (box[0] - 2, box[1] - 2)
    assert (x + width, y + height) == pytest.approx((box[2] + 2, box[3] + 2), abs=0.2)
    assert 'id="vak-finding-0"' in first
    assert "<rect" not in second
    assert "blad=1#vak-iban" in second.replace("&amp;", "&")


def test_a_hostile_document_writes_no_page(clerk: Clerk, store: Store) -> None:
    """Anybody can mail us a document; its words must never become part of the page."""
    evidence = Evidence(1, (0, 0, 10, 10), EVIL, Reader.PDFIUM)
    read = invoice(
        supplier_name=Field.of(EVIL, evidence, EVIL, (Found(EVIL),)), invoice_number=Field.of(EVIL),
        addressee=Field.of(EVIL),
        kvk_number=Field.of(EVIL), iban=Field.of(EVIL),
        supplier_postcode=Field.of(EVIL), issue_date=Field.of(EVIL),
    )  # fmt: skip
    finding = Finding("iban", "x", Severity.REVIEW, EVIL, EVIL, EVIL, source=EVIL)
    reference = fill(
        store,
        verdict(MailOutcome.QUEUED, finding, read=read, reply=ReplyKind.RECEIPT, reason=EVIL),
        subject="x" + EVIL,
        text=EVIL,
    )

    for path in (
        "/",
        "/vandaag",
        f"/zaak/{reference}",
        f"/zaak/{reference}?tab={EVIL}&stuk={EVIL}",
        f"/zaak/{reference}/weigeren?tab={EVIL}",
    ):
        text = clerk.get(path).text
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "&lt;script&gt;" in text or "?tab=" in path


def test_each_showing_is_one_row_in_the_audit(clerk: Clerk, store: Store) -> None:
    """The privacy officer must be able to tell who saw what."""
    reference = fill(store, verdict(MailOutcome.QUEUED))
    clerk.get(f"/zaak/{reference}")
    clerk.get(f"/zaak/{reference}/blad/{PATH}/1.png")
    clerk.get(f"/zaak/{reference}/weigeren")

    assert [(row.who, row.what) for row in audit.readings(store, reference)] == [
        ("anna", "case"),
        ("anna", f"page {PATH} 1"),
        ("anna", "refusal"),
    ]
    assert audit.verify(store).whole


def test_a_picture_is_drawn_and_never_kept(clerk: Clerk, store: Store) -> None:
    """Without the picture nobody can check what was read; a kept one would outlive its key."""
    reference = fill(store, verdict(MailOutcome.QUEUED))

    answer = clerk.get(f"/zaak/{reference}/blad/{PATH}/1.png")

    assert answer.status_code == 200
    assert answer.content.startswith(b"\x89PNG")
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "place", ["9.9/1", f"{PATH}/99", f"{PATH}/0", f"{PATH}/x", "../../etc/passwd/1"]
)
def test_a_picture_that_is_not_there_is_not_found(clerk: Clerk, store: Store, place: str) -> None:
    """A wrong address is the clerk's to mend and no fault of ours."""
    reference = fill(store, verdict(MailOutcome.QUEUED))

    assert clerk.get(f"/zaak/{reference}/blad/{place}.png").status_code in (400, 404)


def test_a_page_not_found_anonymous_is_covered_until_a_reason_is_given(
    clerk: Clerk, store: Store
) -> None:
    """A client's data is shown to who needs it, and the reason stands on record (AVG art. 5)."""
    reference = fill(
        store,
        verdict(MailOutcome.QUARANTINED, CLIENT, incidents=(incident(),)),
        text="Cliënt Fien Fictief",
    )
    picture = f"/zaak/{reference}/blad/{PATH}/1.png"

    covered = clerk.get(f"/zaak/{reference}").text
    assert "afgeschermd" in covered
    assert "<img" not in covered
    assert "<rect" not in covered
    assert "Fien Fictief" not in covered
    assert clerk.get(picture).status_code == 403
    assert clerk.post(f"/zaak/{reference}/tonen", why="zomaar", paper=PATH).status_code == 400
    assert clerk.get(picture).status_code == 403

    assert clerk.post(f"/zaak/{reference}/tonen", why="controle", paper=PATH).status_code == 303

    assert clerk.get(picture).status_code == 200
    assert "Fien Fictief" in clerk.get(f"/zaak/{reference}").text
    assert [row.why for row in audit.readings(store, reference) if row.what == "uncover"] == [
        "controle"
    ]


def test_the_permission_is_of_one_session_one_case_and_for_a_while(
    clerk: Clerk, store: Store, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A permission that could be copied would make the reason worthless."""
    first, second = (fill(store, verdict(MailOutcome.QUARANTINED, CLIENT)) for _ in range(2))
    cookie = clerk.post(f"/zaak/{first}/tonen", why="controle", paper=PATH).headers["set-cookie"]
    value = re.search(r"intake-tonen=([^;]+)", cookie)[1]  # type: ignore[index]
    assert "HttpOnly" in cookie
    assert f"Path=/zaak/{first}" in cookie

    def shown(who: Clerk, reference: str, value: str = value) -> int:
        session = who.client.cookies["intake"]
        return who.get(
            f"/zaak/{reference}/blad/{PATH}/1.png",
            headers={"cookie": f"intake={session}; intake-tonen={value}".encode()},
        ).status_code

    other = Clerk(store, sandbox)
    other.log_in()
    later = f"{int(value.partition('.')[0]) + 1000}.{value.partition('.')[2]}"
    assert shown(clerk, first) == 200
    assert [
        shown(clerk, second),
        shown(other, first),
        shown(clerk, first, later),
        shown(clerk, first, "x"),
        shown(clerk, first, "²³.a"),
    ] == [403] * 5
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + disclosure.SECONDS + 1)
    assert shown(clerk, first) == 403


@pytest.mark.parametrize(
    "read",
    [
        ReadInvoice(PATH, None, invoice(), (), MailOutcome.QUEUED, "x"),
        ReadInvoice(
            PATH,
            None,
            invoice(fully_read=False),
            (CheckResult("anonymity", Outcome.PASSED),),
            MailOutcome.QUEUED,
            "x",
        ),
        ReadInvoice(
            PATH,
            None,
            invoice(),
            (CheckResult("anonymity", Outcome.UNDETERMINED),),
            MailOutcome.QUEUED,
            "x",
        ),
        None,
    ],
    ids=["not checked", "not wholly read", "undetermined", "no invoice"],
)
def test_what_nobody_checked_is_covered(read: ReadInvoice | None) -> None:
    """A scan that no reader understood may show a client's name."""
    assert read is None or not read.shows_no_client


def test_an_e_invoice_has_fields_and_no_page(clerk: Clerk, store: Store) -> None:
    """An invoice that came as XML only has nothing to draw: its fields must be seen all the same."""
    reference = fill(store, verdict(MailOutcome.QUEUED, LATE), pages=0)

    text = clerk.get(f"/zaak/{reference}").text

    assert "NL91 ABNA 0417 1643 00" in text
    assert "De factuurdatum ligt in de toekomst" in text
    assert "Geen document om te tonen" in text
    assert ".png" not in text


def test_several_invoices_have_tabs(clerk: Clerk, store: Store) -> None:
    """A second invoice in the same mail must not stay unseen."""
    judged = verdict(MailOutcome.QUEUED)
    other_invoice = invoice(
        invoice_number=Field.of("2026-0012"), iban=Field.of("NL20INGB0001234567")
    )
    second = replace(
        judged.invoices[0],
        path="1.3",
        invoice=other_invoice,
        outcome=MailOutcome.REJECTED,
        reason="Er ontbreekt een IBAN.",
    )
    reference = fill(
        store, replace(judged, outcome=MailOutcome.REJECTED, invoices=(*judged.invoices, second))
    )

    text = clerk.get(f"/zaak/{reference}").text
    other = clerk.get(f"/zaak/{reference}?stuk=1.3").text

    assert "Factuur 2026-0011" in text
    assert "Factuur 2026-0012" in text
    assert "Deze factuur is in orde" in text
    assert "Deze factuur wordt geweigerd" in other
    assert "Er ontbreekt een IBAN." in other
    assert "Je beslist nu over de andere factuur. De geweigerde factuur blijft geweigerd." in text
    assert "1 factuur naar de crediteurenadministratie" in text
    assert "Toch akkoord" in text
    assert "NL20 INGB 0001 2345 67" in other
    assert "NL91 ABNA 0417 1643 00" not in other.partition("Eerdere facturen")[0]


def test_good_invoices_are_decided_on_together(clerk: Clerk, store: Store) -> None:
    """A clerk who sees one of two pages must know that the button is for both."""
    judged = verdict(MailOutcome.QUEUED)
    second = replace(
        judged.invoices[0], path="1.3", invoice=invoice(invoice_number=Field.of("2026-0012"))
    )
    reference = fill(store, replace(judged, invoices=(*judged.invoices, second)))

    text = clerk.get(f"/zaak/{reference}").text

    assert "of met één knop over alle 2 die op jou wachten" in text
    assert "Alle 2 naar de crediteurenadministratie" in text
    assert text.count(">Akkoord</button>") == text.count(">Weigeren…</a>") == 2
    assert "Toch akkoord" not in text


def test_accept(clerk: Clerk, store: Store) -> None:
    """The button that the whole day is about."""
    reference = fill(store, verdict(MailOutcome.QUEUED, reply=ReplyKind.RECEIPT))

    answer = clerk.post(
        f"/zaak/{reference}/akkoord",
        version=cases.get_case(store, reference).version,
        tab="wachtrij",
    )

    after = cases.get_case(store, reference)
    assert (after.state, after.decided_by) == (CaseState.ACCEPTED, "anna")
    assert answer.headers["location"].startswith("/?tab=wachtrij")
    assert (
        "De factuur staat bij de crediteurenadministratie."
        in clerk.get(answer.headers["location"]).text
    )
    assert "Beslist door anna" in clerk.get(f"/zaak/{reference}").text


def test_accepting_sends_the_receipt_that_was_shown(clerk: Clerk, store: Store) -> None:
    """Otherwise the receipt of an accepted invoice lies ready for ever, and the provider calls."""
    reference = fill(store, verdict(MailOutcome.QUEUED, reply=ReplyKind.RECEIPT))
    case = cases.get_case(store, reference)
    assert "en bevestigen" in clerk.get(f"/zaak/{reference}").text

    clerk.post(f"/zaak/{reference}/akkoord", version=case.version, receipt=case.replies[0].id)

    after = cases.get_case(store, reference)
    assert (after.state, after.replies[0].state, after.replies[0].confirmed_by) == (
        CaseState.ACCEPTED,
        ReplyState.READY,
        "anna",
    )


def test_accepting_sends_no_receipt_that_a_clerk_holds(clerk: Clerk, store: Store) -> None:
    """The clerk said that it must wait."""
    reference = fill(store, verdict(MailOutcome.QUEUED, reply=ReplyKind.RECEIPT))
    case = cases.get_case(store, reference)
    clerk.post(f"/zaak/{reference}/vasthouden", reply=case.replies[0].id)
    assert "en bevestigen" not in clerk.get(f"/zaak/{reference}").text

    clerk.post(f"/zaak/{reference}/akkoord", version=case.version, receipt=case.replies[0].id)

    assert cases.get_case(store, reference).replies[0].state is ReplyState.HELD


def test_a_receipt_that_somebody_stopped_meanwhile_hides_no_accept(
    clerk: Clerk, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clerk would read that nothing was accepted, while it is on its way to be paid."""
    reference = fill(store, verdict(MailOutcome.QUEUED, reply=ReplyKind.RECEIPT))
    case = cases.get_case(store, reference)
    receipt = case.replies[0].id
    outright = cases.accept

    def slower(*given: Any, **named: Any) -> bool:
        whole = outright(*given, **named)
        outbox.drop(store, receipt, "piet")
        return whole

    monkeypatch.setattr(cases, "accept", slower)

    answer = clerk.post(f"/zaak/{reference}/akkoord", version=case.version, receipt=receipt)

    assert answer.status_code == 303
    assert "Akkoord" in clerk.get(answer.headers["location"]).text


def test_a_letter_can_be_put_away(clerk: Clerk, store: Store) -> None:
    """After a phone call the letter is not needed, and the case must leave the list."""
    reference = fill(store, verdict(MailOutcome.REJECTED, NO_KVK, reply=ReplyKind.REFUSAL))
    reply = cases.get_case(store, reference).replies[0]

    answer = clerk.post(f"/zaak/{reference}/niet-versturen", reply=reply.id, tab="geweigerd")

    assert cases.get_case(store, reference).replies[0].state is ReplyState.DROPPED
    assert reference not in clerk.get(answer.headers["location"]).text
    assert reference in clerk.get("/?tab=afgehandeld").text


def test_an_accepted_case_offers_no_refusal_to_send(clerk: Clerk, store: Store) -> None:
    """One wrong key would tell the provider that we do not pay what we pay."""
    reference = fill(store, verdict(MailOutcome.REJECTED, NO_KVK, reply=ReplyKind.REFUSAL))
    outbox.confirm(store, cases.get_case(store, reference).replies[0].id, "anna")
    (due,) = outbox.due(store)
    outbox.mark_failed(store, outbox.mark_sending(store, due))
    assert "Weigering opnieuw versturen" in clerk.get(f"/zaak/{reference}").text

    cases.accept(store, reference, "anna", cases.get_case(store, reference).version)

    text = clerk.get(f"/zaak/{reference}").text
    assert 'id="send"' not in text
    assert 'id="drop"' not in text


def test_two_clerks_decide_at_once_and_one_decision_stands(store: Store, sandbox: Sandbox) -> None:
    """The second one must be told, not overwrite the first (409)."""
    reference = fill(store, verdict(MailOutcome.QUEUED))
    version = cases.get_case(store, reference).version
    clerks = [Clerk(store, sandbox) for _ in range(2)]
    for each in clerks:
        each.log_in()
    tokens = [each.token() for each in clerks]

    def press(each: Clerk, token: str) -> Response:
        answer: Response = each.client.post(
            f"/zaak/{reference}/akkoord", data={"csrf": token, "version": version}
        )
        return answer

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(press, clerks, tokens))

    assert sorted(answer.status_code for answer in answers) == [303, 409]
    late = next(answer for answer in answers if answer.status_code == 409)
    assert "Iemand was je voor" in late.text
    assert f"/zaak/{reference}" in late.text
    assert [event.code for event in cases.get_case(store, reference).events].count("accepted") == 1


def test_the_back_button_decides_nothing_twice(clerk: Clerk, store: Store) -> None:
    """A page from the history holds an old version."""
    reference = fill(store, verdict(MailOutcome.QUEUED, reply=ReplyKind.RECEIPT))
    version = cases.get_case(store, reference).version
    clerk.post(f"/zaak/{reference}/akkoord", version=version)

    assert clerk.post(f"/zaak/{reference}/akkoord", version=version).status_code == 409
    assert (
        clerk.post(
            f"/zaak/{reference}/weigeren", version=version, words="Nee.", step="refuse"
        ).status_code
        == 409
    )


def test_send_and_hold_the_prepared_reply(clerk: Clerk, store: Store) -> None:
    """In mode confirm nothing leaves without this button."""
    reference = fill(store, verdict(MailOutcome.REJECTED, NO_KVK, reply=ReplyKind.REFUSAL))
    reply = cases.get_case(store, reference).replies[0]
    assert reply.state is ReplyState.PREPARED

    assert clerk.post(f"/zaak/{reference}/vasthouden", reply=reply.id).status_code == 303
    assert cases.get_case(store, reference).replies[0].state is ReplyState.HELD
    assert clerk.post(f"/zaak/{reference}/versturen", reply=reply.id).status_code == 303

    sent = cases.get_case(store, reference).replies[0]
    assert (sent.state, sent.confirmed_by) == (ReplyState.READY, "anna")
    assert clerk.post(f"/zaak/{reference}/versturen", reply=reply.id).status_code == 409


def test_the_reply_of_another_case_is_not_sent(clerk: Clerk, store: Store) -> None:
    """A wrong number in a form would send a letter that nobody read."""
    first, second = (
        fill(store, verdict(MailOutcome.REJECTED, NO_KVK, reply=ReplyKind.REFUSAL))
        for _ in range(2)
    )
    other = cases.get_case(store, second).replies[0]

    assert clerk.post(f"/zaak/{first}/versturen", reply=other.id).status_code == 409
    assert cases.get_case(store, second).replies[0].state is ReplyState.PREPARED


def test_a_quarantined_mail_can_be_judged_again(clerk: Clerk, store: Store) -> None:
    """After a key is put back a person must not have to mail the provider."""
    reference = fill(store, verdict(MailOutcome.QUARANTINED, alarm="key missing"))

    assert (
        clerk.post(
            f"/zaak/{reference}/opnieuw", version=cases.get_case(store, reference).version
        ).status_code
        == 303
    )
    assert "again" in [event.code for event in cases.get_case(store, reference).events]


def test_a_mail_that_was_not_judged_is_not_called_in_order(clerk: Clerk, store: Store) -> None:
    """A green tick over a reminder makes a clerk put it away."""
    reference = fill(store, replace(verdict(MailOutcome.QUARANTINED), invoices=()))

    text = clerk.get(f"/zaak/{reference}").text

    assert "In orde" not in text
    assert "De reden staat boven aan deze pagina" in text


def test_a_mail_that_waits_shows_its_deadline(clerk: Clerk, store: Store) -> None:
    """The clerk tells it to the provider who calls."""
    reference = fill(store, verdict(MailOutcome.WAITING, deadline=dt.date(2030, 11, 27)))

    assert "27 november 2030" in clerk.get(f"/zaak/{reference}").text
    assert "27 november 2030" in clerk.get("/?tab=wacht").text


def test_a_case_from_before_a_restore_says_that_it_may_be_handled_already(
    clerk: Clerk, store: Store
) -> None:
    """What was accepted in the hours that were lost stands open again: it would be paid twice."""
    reference = fill(store, verdict(MailOutcome.QUEUED))
    assert "teruggezet" not in clerk.get(f"/zaak/{reference}").text

    restores.record(store, "os:root")
    clerk.log_in()
    assert "Kijk na of deze mail al is afgehandeld" in clerk.get(f"/zaak/{reference}").text

    cases.accept(store, reference, "anna", cases.get_case(store, reference).version)
    assert "teruggezet" not in clerk.get(f"/zaak/{reference}").text


def test_an_unknown_case_is_not_found(clerk: Clerk) -> None:
    """A typing fault in a reference."""
    assert clerk.get("/zaak/IN-AAAA-BBBB").status_code == 404
    assert clerk.get("/zaak/IN-AAAA-BBBB/blad/1/1.png").status_code == 404


def test_a_client_number_in_a_field_is_starred_while_the_page_is_covered(
    clerk: Clerk, store: Store
) -> None:
    """Covering the picture is of no use when the list beside it shows the same number."""
    read: Invoice = invoice(invoice_number=Field.of("BSN 999990019"))
    reference = fill(store, verdict(MailOutcome.QUARANTINED, CLIENT, read=read))

    assert "999990019" not in clerk.get(f"/zaak/{reference}").text
