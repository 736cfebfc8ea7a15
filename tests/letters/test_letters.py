"""No letter promises what the state does not hold: every mixture of invoices, attachments and
history is judged by the real rules, and its letter is held against what was decided.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

import pytest

from intake import profile
from intake.model.finding import Severity
from intake.model.invoice import DocumentKind, Invoice
from intake.model.mail import ReplyKind
from intake.model.verdict import MailOutcome, ReadInvoice
from intake.profile import Profile
from intake.stages.reply import _day
from intake.text.bsn import passes_eleven_test
from tests.letters import make
from tests.letters import situations as s
from tests.letters.situations import Incoming, Told

ALMERE = profile.load("almere")
TILBURG = profile.load("hart-van-brabant")
ANEW = ALMERE.model_copy(update={"term_starts_anew": True})
OWN = ALMERE.model_copy(update={"names_law": False})

BILLS: tuple[tuple[Invoice, ...], ...] = (
    (s.GOOD,),
    (s.PLAIN,),
    (s.DOUBTED,),
    (s.CREDIT,),
    (s.BAD_CREDIT,),
    (s.WITH_BSN,),
    (s.NO_DATE,),
    (s.NO_NUMBER,),
    s.TWO,
    (s.numbered(s.PLAIN, "2026-0011"), s.TWO[1]),
    (s.TWO[0], s.numbered(s.CREDIT, "2026-0012")),
)
BESIDE = {
    "none": (),
    "good": (s.SECURED,),
    "weak": (s.WEAK,),
    "locked": (s.LOCKED,),
    "open": (s.OPEN,),
    "wrong": (s.BAD_BSN,),
    "of the first": (s.sheet("2026-0011"),),
    "each, one wrong": (s.sheet("2026-0011"), s.sheet("2026-0012", path="3", bsn="999990018")),
}
BEFORE = {
    "nothing": s.NOTHING_BEFORE,
    "refused": s.known("rejected"),
    "waits": s.known("waiting"),
    "in hand": s.known("queued"),
    "other content": s.known("queued", same=False),
}


def every(of: Profile) -> Iterator[tuple[str, Told]]:
    for bills, (beside, bundles), (before, history), waited in itertools.product(
        BILLS, BESIDE.items(), BEFORE.items(), (0, 6)
    ):
        if waited and beside not in ("none", "of the first"):
            continue
        given = Incoming(s.english(*bills), bundles, history=history, waited=waited)
        if s.judge(given, of).reply is None:
            continue
        named = "+".join(str(bill.invoice_number.value) for bill in bills)
        yield f"{named}, {beside}, {before}, {waited}", s.tell(given, of)


def flat(told: Told) -> tuple[str, str]:
    """The Dutch half and the English half, each on one line."""
    dutch, _, english = told.letter.text.partition("--- English ---")
    return " ".join(dutch.split()), " ".join(english.split())


def told_of(told: Told) -> list[ReadInvoice]:
    return [read for read in told.verdict.invoices if read.outcome is not MailOutcome.IGNORED]


def rejects(read: ReadInvoice) -> bool:
    return any(f.severity is Severity.REJECT for f in read.findings)


def doubted(read: ReadInvoice) -> bool:
    return any(f.severity is Severity.REVIEW for f in read.findings)


@pytest.mark.parametrize("of", [ALMERE, ANEW, TILBURG], ids=["almere", "anew", "tilburg"])
def test_no_letter_promises_what_the_state_does_not_hold(of: Profile) -> None:
    """A provider would wait for money, leave out what we need, or send in vain what we have."""
    count = 0
    for situation, told in every(of):
        count += 1
        wrong = [rule.__name__ for rule in RULES if not rule(told, of)]
        assert not wrong, f"{situation}: {wrong}\n{told.verdict.outcome}\n{told.letter.text}"
    assert count > 300


def handled_is_queued(told: Told, of: Profile) -> bool:
    dutch, english = flat(told)
    queued = [read for read in told_of(told) if read.outcome is MailOutcome.QUEUED]
    unpaid = len(queued) < len(told_of(told))
    receipt = told.verdict.reply is ReplyKind.RECEIPT
    said = len(re.findall("Deze (?:credit)?factuur nemen wij in behandeling", dutch))
    return (
        said == len(re.findall("We are processing this", english)) == len(queued) * unpaid
        and ("mail in behandeling" in dutch) is receipt
        and (not receipt or told.verdict.outcome is MailOutcome.QUEUED)
    )


def good_is_good(told: Told, of: Profile) -> bool:
    said = len(re.findall("Deze (?:credit)?factuur is goed", flat(told)[0]))
    fine = [
        read
        for read in told_of(told)
        if read.outcome is not MailOutcome.QUEUED and not rejects(read) and not doubted(read)
    ]
    return said <= len(fine) and said == flat(told)[1].count("nothing wrong with this")


def only_the_attachment_is_asked_when_it_can_come_alone(told: Told, of: Profile) -> bool:
    dutch, english = flat(told)
    unpaid = [read for read in told_of(told) if read.outcome is not MailOutcome.QUEUED]
    alone = all(r.lacks_attachment or r.outcome is MailOutcome.WAITING for r in unpaid)
    asked = bool(re.search("alleen de bijlage|alleen die bijlage", dutch))
    if told.verdict.reply is ReplyKind.REFUSAL:
        again = re.search("Beantwoord deze mail met (?!alleen de bijlage)", dutch)
        return (
            asked is alone and (again is None) is alone and ("attachment only" in english) is alone
        )
    waits = bool(told.verdict.reply is ReplyKind.DUPLICATE and _code(told, "in-hand-waiting"))
    return asked is (told.verdict.reply is ReplyKind.QUESTION or waits)


def _code(told: Told, code: str) -> bool:
    own = (f for read in told.verdict.invoices for f in read.findings)
    return any(f.code == code for f in (*told.verdict.findings, *own))


def what_is_kept_need_not_come_again(told: Told, of: Profile) -> bool:
    """What is refused for itself must come again; all else is said to need it not, or is asked."""
    said = len(re.findall(r"hoeft (?:haar|ze)(?: nu)? niet opnieuw te sturen", flat(told)[0]))
    bad = sum(rejects(read) for read in told_of(told))
    return told.verdict.reply is ReplyKind.RECEIPT or said <= max(len(told_of(told)) - bad, 1)


def nothing_to_do_is_said_in_a_receipt_only(told: Told, of: Profile) -> bool:
    dutch, english = flat(told)
    said = "nu niets te doen" in dutch
    return said is (told.verdict.reply is ReplyKind.RECEIPT) is ("nothing you need" in english)


def a_receipt_accuses_nobody(told: Told, of: Profile) -> bool:
    if told.verdict.reply is not ReplyKind.RECEIPT:
        return True
    findings = [*told.verdict.findings, *(f for r in told_of(told) for f in r.findings)]
    dutch = flat(told)[0]
    return not any(f.what in dutch for f in findings) and "klopt niet" not in dutch


def a_term_is_promised_only_from_the_first_receipt(told: Told, of: Profile) -> bool:
    dutch, english = flat(told)
    again = any(_code(told, c) for c in ("after-refusal", "in-hand-waiting", "other-content"))
    promised = "30 dagen" in dutch
    if promised is not ("30 days" in english):
        return False
    if told.verdict.reply is ReplyKind.RECEIPT:
        return not (promised and again)
    return not promised or of.term_starts_anew


def a_credit_note_is_never_paid(told: Told, of: Profile) -> bool:
    dutch, english = flat(told)
    kinds = {read.invoice.kind for read in told_of(told)}
    if told.verdict.reply is ReplyKind.DUPLICATE or not kinds:
        return True
    if kinds == {DocumentKind.CREDIT_NOTE}:
        return "verrekenen" in dutch and "betalen" not in dutch and "pay" not in english.lower()
    return DocumentKind.CREDIT_NOTE in kinds or "verrekenen" not in dutch


def the_last_day_is_the_state_s(told: Told, of: Profile) -> bool:
    said = re.findall(r"uiterlijk op (\d+ \w+ \d{4})", flat(told)[0])
    day = told.verdict.deadline
    return set(said) <= ({_day(day, "nl")} if day else set())


def a_data_breach_is_told_when_there_is_one(told: Told, of: Profile) -> bool:
    dutch, english = flat(told)
    breach = _code(told, "unprotected") or _code(told, "client-data")
    deleted = "Verwijder de verzonden mail" in dutch
    return (
        ("datalek" in dutch) is breach
        and ("data breach" in english) is breach
        and deleted is _code(told, "unprotected")
    )


def the_law_is_named_where_it_asks(told: Told, of: Profile) -> bool:
    dutch = flat(told)[0]
    exempt = all(read.invoice.vat_amount.value is None for read in told_of(told))
    return not (exempt and "omzetbelasting" in dutch)


def no_number_of_a_client_is_told(told: Told, of: Profile) -> bool:
    text = f"{told.letter.subject} {told.letter.text}"
    return not any(map(passes_eleven_test, re.findall(r"(?<!\d)\d{9}(?!\d)", text)))


RULES = (
    handled_is_queued,
    good_is_good,
    only_the_attachment_is_asked_when_it_can_come_alone,
    what_is_kept_need_not_come_again,
    nothing_to_do_is_said_in_a_receipt_only,
    a_receipt_accuses_nobody,
    a_term_is_promised_only_from_the_first_receipt,
    a_credit_note_is_never_paid,
    the_last_day_is_the_state_s,
    a_data_breach_is_told_when_there_is_one,
    the_law_is_named_where_it_asks,
    no_number_of_a_client_is_told,
)


def test_a_municipality_that_speaks_for_itself_names_no_law() -> None:
    """Its lawyer chose so, and a letter would claim a duty that the provider may not have."""
    for situation, told in every(OWN):
        assert "eis van de wet" not in flat(told)[0], situation
        assert "The law requires" not in flat(told)[1], situation


@pytest.mark.parametrize("name", make.PROFILES)
def test_the_letters_in_docs_are_those_that_are_sent(name: str) -> None:
    """Who reads them aloud would approve others than the providers get. `make letters` writes them."""
    kept = (make.FOLDER / f"{name}.md").read_text(encoding="utf-8")

    assert kept == make.book(name)


def test_a_letter_by_a_person_asks_for_everything_again() -> None:
    """What a person refused no rule decides anew, so an attachment alone would mend nothing."""
    text = " ".join(s.by_clerk(ALMERE).text.split())

    assert "met de verbeterde factuur én de beveiligde bijlage" in text
    assert "alleen de bijlage" not in text


def test_client_data_is_told_by_kind_page_and_place() -> None:
    """A provider who cannot find it sends it again; a value in our mail would be a leak of ours."""
    told = s.tell(Incoming(s.english(s.WITH_BSN), (s.SECURED,)), ALMERE)

    dutch, english = flat(told)
    assert "een burgerservicenummer (bladzijde 1, bovenaan)" in dutch
    assert "een naam met andere gegevens van een cliënt (bladzijde 2, onderaan)" in dutch
    assert "a citizen service number, BSN (page 1, at the top)" in english


def test_a_sentence_without_english_points_to_the_dutch_one() -> None:
    """A Dutch sentence in the English half helps nobody."""
    text = " ".join(s.by_clerk(ALMERE).text.partition("--- English ---")[2].split())

    assert "This point is explained above, in Dutch." in text
    assert "factuurdatum" not in text


def test_a_letter_written_for_other_municipalities_links_to_no_page() -> None:
    """A municipality without an address of its page would send an empty line, or another's page."""
    of = ALMERE.model_copy(update={"page_address": ""})
    told = s.tell(Incoming((s.PLAIN,), (s.SECURED,)), of)

    assert "Meer hierover" not in told.letter.text
    assert "http" not in told.letter.text


def test_the_try_out_is_named_where_an_invoice_must_come_again() -> None:
    """A provider would send a second faulty invoice, or be told to try one that is right."""
    address = "https://proef.almere.example/"
    of = ALMERE.model_copy(update={"precheck_address": address})

    refused = s.tell(Incoming((s.NO_DATE,), (s.SECURED,)), of)
    asked = s.tell(Incoming((s.GOOD,)), of)

    assert address in refused.letter.text.splitlines()
    assert address not in asked.letter.text
