"""A corrected invoice on the page, beside the refused one in whose place it comes."""

from __future__ import annotations

from decimal import Decimal

from intake.model.finding import Finding, Severity
from intake.model.invoice import Field
from intake.model.mail import ReplyKind
from intake.model.verdict import MailOutcome
from intake.review import wording
from intake.store import Store, audit, cases
from intake.store.tables import ReplyState
from tests.review.conftest import Clerk
from tests.review.filled import BSN, CLIENT, NO_KVK, PATH, care_line, fill, invoice, verdict

AMOUNT = {"gross_amount": Field.of(Decimal("1500.00"))}


def refused(store: Store, *findings: Finding, **changes: object) -> str:
    read = invoice(**changes)
    judged = verdict(MailOutcome.REJECTED, NO_KVK, *findings, read=read, reply=ReplyKind.REFUSAL)
    return fill(store, judged, care_lines=(care_line(),))


def corrected(store: Store, old: str, **changes: object) -> str:
    """With the same number."""
    follows = Finding("duplicate-invoice", "after-refusal", Severity.INFO, "Zij volgt.", case=old)
    return fill(store, verdict(MailOutcome.QUEUED, follows, read=invoice(**changes)))


def test_the_new_case_shows_the_refused_one_and_that_one_the_new(
    clerk: Clerk, store: Store
) -> None:
    """A clerk would judge it without knowing what was wrong before, or send the old letter."""
    old = refused(store)
    new = corrected(store, old, **AMOUNT)

    page, before = clerk.get(f"/zaak/{new}").text, clerk.get(f"/zaak/{old}").text

    assert f'<a href="/zaak/{old}">{old}</a> om KvK-nummer' in page
    assert "Nu anders: Totaal." in page
    assert f'kwam een verbeterde: <a href="/zaak/{new}">{new}</a>' in before
    assert 'id="send"' not in before
    assert cases.get_case(store, old).replies[0].state is ReplyState.DROPPED


def test_both_pages_stand_beside_each_other_with_what_differs(clerk: Clerk, store: Store) -> None:
    """The clerk would look for the difference by eye, in two windows."""
    old = refused(store)
    new = corrected(store, old, **AMOUNT)

    page = clerk.get(f"/zaak/{new}/naast-elkaar?stuk={PATH}").text

    for reference in (old, new):
        assert f'src="/zaak/{reference}/blad/{PATH}/1.png"' in page
        assert [row.what for row in audit.readings(store, reference)] == ["case"]
    table = page.partition("<tbody>")[2].partition("</tbody>")[0]
    assert table.count("<tr>") == 1
    assert "1.493,82" in table
    assert "1.500,00" in table


def test_of_a_covered_page_nothing_is_seen_beside_the_other(clerk: Clerk, store: Store) -> None:
    """The client would be seen without a reason."""
    old = refused(store, CLIENT, supplier_city=Field.of(f"Almere {BSN}"))
    new = corrected(store, old)

    page = clerk.get(f"/zaak/{new}/naast-elkaar?stuk={PATH}").text

    assert f"/zaak/{old}/blad/" not in page
    assert f"/zaak/{new}/blad/" in page
    assert "afgeschermd" in page
    assert BSN not in page
    assert BSN not in clerk.get(f"/zaak/{new}").text


def test_a_clerk_says_whether_it_is_the_corrected_one(clerk: Clerk, store: Store) -> None:
    """What the rules are not sure of stays a question for ever, and a slip cannot be mended."""
    old = refused(store)
    number = Field.of("2027-1")
    new = fill(
        store,
        verdict(MailOutcome.QUEUED, read=invoice(invoice_number=number)),
        care_lines=(care_line(),),
    )
    assert "Misschien een verbeterde factuur" in clerk.get(f"/zaak/{new}").text
    assert 'id="send"' in clerk.get(f"/zaak/{old}").text

    for shown, answer, heading, letters in (
        ("possible", "ja", "Verbeterde factuur", 0),
        ("sure", "nee", "Geen verbeterde factuur", 1),
    ):
        assert f'name="getoond" value="{shown}"' in clerk.get(f"/zaak/{new}").text
        done = clerk.post(f"/zaak/{new}/verbetering", stuk=PATH, zo=answer, getoond=shown)
        page = clerk.get(done.headers["location"]).text
        assert f'id="earlier">{heading}<' in page
        assert wording.DONE["verbetering" if answer == "ja" else "geen-verbetering"] in page
        assert clerk.get(f"/zaak/{old}").text.count('id="send"') == letters


def test_an_invoice_that_follows_none_leads_back_to_its_case(clerk: Clerk, store: Store) -> None:
    """An old bookmark would show an error."""
    reference = fill(store, verdict(MailOutcome.QUEUED))

    answer = clerk.get(f"/zaak/{reference}/naast-elkaar")

    assert answer.headers["location"].startswith(f"/zaak/{reference}?")
