"""A clerk and a mail of which a part is refused: what is shown, what is accepted, and what becomes
of the letter.
"""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from intake.model.invoice import Field
from intake.model.mail import ReplyKind
from intake.model.verdict import MailOutcome, ReadInvoice
from intake.store import Store, cases
from intake.store.tables import CaseState, InvoiceState, ReplyState
from tests.review.conftest import Clerk
from tests.review.filled import ANONYMOUS, NO_KVK, fill, invoice, verdict


def read(number: str, path: str, outcome: MailOutcome) -> ReadInvoice:
    """One invoice of a mail with several."""
    findings = (NO_KVK,) if outcome is MailOutcome.REJECTED else ()
    one = verdict(outcome, *findings, read=invoice(invoice_number=Field.of(number))).invoices[0]
    return replace(one, path=path)


BAD, GOOD = (
    read("2026-0021", "1.2", MailOutcome.REJECTED),
    read("2026-0022", "1.3", MailOutcome.QUEUED),
)
PARTLY = replace(verdict(MailOutcome.REJECTED, reply=ReplyKind.REFUSAL), invoices=(BAD, GOOD))


def numbers(text: str, pill: str) -> list[str]:
    """The invoices in the list above the case that have this word before them."""
    return re.findall(
        rf'<li class="row"><span class="pill [a-z]*">{pill}</span> Factuur ([\w-]+)', text
    )


def test_the_list_and_the_case_name_both(clerk: Clerk, store: Store) -> None:
    """A clerk who sees one number and one fault would think that all of the mail is refused."""
    reference = fill(store, PARTLY)

    good, bad, text = (
        clerk.get(path).text for path in ("/?tab=nieuw", "/?tab=geweigerd", f"/zaak/{reference}")
    )

    for row, own, other in ((good, "2026-0022", "2026-0021"), (bad, "2026-0021", "2026-0022")):
        assert (own in row, other in row) == (True, False)
    assert "Weigering ligt klaar" in bad
    assert (numbers(text, "Wacht op jou"), numbers(text, "Geweigerd")) == (
        ["2026-0022"],
        ["2026-0021"],
    )
    assert "Een deel van deze mail is geweigerd. De brief daarover:" in text
    assert re.search(r'aria-current="page">Factuur 2026-0022', text), "the one to decide on is open"


def test_accept_the_good_one_then_send_the_letter(clerk: Clerk, store: Store) -> None:
    """After the good one is accepted the letter about the other must not disappear from what there
    is to do.
    """
    reference = fill(store, PARTLY)

    clerk.post(f"/zaak/{reference}/akkoord", version=cases.get_case(store, reference).version)

    case = cases.get_case(store, reference)
    assert [each.state for each in case.invoices] == [InvoiceState.REJECTED, InvoiceState.ACCEPTED]
    assert reference in clerk.get("/?tab=geweigerd").text
    assert "Naar de crediteurenadministratie: 2026-0022" in clerk.get(f"/zaak/{reference}").text
    answer = clerk.post(f"/zaak/{reference}/versturen", reply=case.replies[0].id)
    assert answer.status_code == 303
    assert cases.get_case(store, reference).replies[0].state is ReplyState.READY
    assert reference not in clerk.get("/?tab=geweigerd").text
    assert clerk.get("/?tab=afgehandeld").text.count('class="open"') == 2


def button(text: str, words: str) -> tuple[str, str]:
    """What the form of this button would send: the version and the path of an invoice."""
    found = re.search(
        r'name="version" value="(\d+)">(?:(?!</form>).)*?name="stuk" value="([^"]*)">\s*'
        rf'<button[^>]*aria-label="{words}"',
        text,
        re.DOTALL,
    )
    assert found
    return found[1], found[2]


@pytest.mark.parametrize("good_first", [False, True])
def test_accept_the_refused_one_too(clerk: Clerk, store: Store, good_first: bool) -> None:
    """A clerk who knows better than the rules needs a button that says what it does."""
    reference = fill(store, PARTLY)
    if good_first:
        clerk.post(f"/zaak/{reference}/akkoord", version=cases.get_case(store, reference).version)
    version, path = button(clerk.get(f"/zaak/{reference}").text, "Toch akkoord: 2026-0021")

    clerk.post(f"/zaak/{reference}/akkoord", version=version, stuk=path)

    good = InvoiceState.ACCEPTED if good_first else InvoiceState.TO_DECIDE
    after = [each.state for each in cases.get_case(store, reference).invoices]
    assert after == [InvoiceState.ACCEPTED, good]
    text = clerk.get(f"/zaak/{reference}").text
    assert "Toch akkoord" not in text
    assert "door anna" in text


def test_each_is_decided_by_itself(clerk: Clerk, store: Store) -> None:
    """Two clerks share a mail with three invoices, and none of them decides for the other."""
    three = tuple(read(f"2026-003{n}", f"1.{n}", MailOutcome.QUEUED) for n in (2, 3, 4))
    mail = replace(verdict(MailOutcome.QUEUED, reply=ReplyKind.RECEIPT), invoices=three)
    reference = fill(store, mail)
    text = clerk.get(f"/zaak/{reference}").text
    first = button(text, "Akkoord: 2026-0032")
    second = button(text, "Akkoord: 2026-0033")

    answer = clerk.post(f"/zaak/{reference}/akkoord", version=first[0], stuk=first[1])
    assert answer.headers["location"].startswith(f"/zaak/{reference}?"), "the case stays open"
    assert (
        clerk.post(f"/zaak/{reference}/akkoord", version=first[0], stuk=first[1]).status_code == 409
    )
    form = {"version": second[0], "stuk": second[1], "words": "Het tarief klopt niet."}
    page = clerk.post(f"/zaak/{reference}/weigeren", **form).text
    shown = re.search(r'name="shown" value="(\w+)"', page)
    assert shown
    answer = clerk.post(f"/zaak/{reference}/weigeren", **form, step="refuse", shown=shown[1])

    assert answer.status_code == 303
    case = cases.get_case(store, reference)
    assert [each.state.value for each in case.invoices] == ["accepted", "rejected", "to-decide"]
    assert (case.state, case.invoices[1].why) == (CaseState.QUEUED, "Het tarief klopt niet.")
    said = " ".join(case.replies[0].text.split())
    assert "Wij betalen één van de 3 facturen nog niet." in said
    assert "Factuur 2026-0032 van 13 november 2026 Deze factuur nemen wij in behandeling." in said
    assert "Factuur 2026-0033 van 13 november 2026 Deze factuur betalen wij nog niet." in said


def test_refusing_by_hand_names_all_that_it_refuses(clerk: Clerk, store: Store) -> None:
    """A clerk who means the bad one only would refuse the good one without a word about it."""
    reference = fill(store, PARTLY)
    whole = clerk.get(f"/zaak/{reference}/weigeren").text
    single = clerk.get(f"/zaak/{reference}/weigeren?stuk=1.3").text

    assert "Je weigert de factuur die op jou wacht: 2026-0022." in re.sub(r"<[^>]+>", "", whole)
    assert "Je weigert alleen deze factuur: 2026-0022." in re.sub(r"<[^>]+>", "", single)
    assert clerk.get(f"/zaak/{reference}/weigeren?stuk=1.2").status_code == 409


def test_a_resend_leads_to_the_case_that_it_joins(clerk: Clerk, store: Store) -> None:
    """A clerk who opens one of two mails with the same invoices must see where each is accepted."""
    first = fill(store, PARTLY)
    mended = replace(BAD, outcome=MailOutcome.QUEUED, results=(ANONYMOUS,))
    known = replace(GOOD, outcome=MailOutcome.IGNORED)
    second = fill(store, replace(verdict(MailOutcome.QUEUED), invoices=(mended, known)))

    old, new = clerk.get(f"/zaak/{first}").text, clerk.get(f"/zaak/{second}").text

    assert (numbers(new, "Wacht op jou"), numbers(new, "Hadden wij al")) == (
        ["2026-0021"],
        ["2026-0022"],
    )
    assert f'href="/zaak/{first}"' in new
    assert f'href="/zaak/{second}"' in old
    assert "Toch akkoord" not in old, "its mended copy waits in the other case"


def test_a_mail_of_doubles_only_has_nothing_to_accept(clerk: Clerk, store: Store) -> None:
    """The button would pay what the first mail is paid for."""
    first = fill(store, replace(verdict(MailOutcome.QUEUED), invoices=(GOOD,)))
    known = replace(GOOD, outcome=MailOutcome.IGNORED)
    second = fill(store, replace(verdict(MailOutcome.IGNORED), invoices=(known,)))

    text = clerk.get(f"/zaak/{second}").text

    assert 'id="accept"' not in text
    assert f'href="/zaak/{first}"' in text
    answer = clerk.post(f"/zaak/{second}/akkoord", version=cases.get_case(store, second).version)
    assert answer.status_code == 409
    assert cases.get_case(store, second).state is CaseState.IGNORED
