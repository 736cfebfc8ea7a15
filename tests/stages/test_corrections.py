"""What a clerk types in the place of what was read, and what the checks say of it then."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake import profile
from intake.model.correction import Corrected, Correction
from intake.model.finding import CheckResult, Finding, Outcome, Severity
from intake.model.invoice import Account, AccountRole, Field, Invoice, VatLine
from intake.model.mail import PartKind
from intake.model.verdict import CheckedDocument
from intake.secure_attachment.pairing.model import MailContents
from intake.stages import corrections
from intake.stages.corrections import NotAValueError, compact
from intake.stages.invoice_checks import InvoiceChecks
from intake.stages.values import Opened
from tests.store import things

GOOD = {
    Corrected.GROSS: {
        "1.234,56": "1234.56",
        "€ 1.234,56": "1234.56",
        "1 234,56": "1234.56",
        "1'234,56": "1234.56",
        "1234,56": "1234.56",
        "1234.56": "1234.56",
        "1,234.56": "1234.56",
        "1.234": "1234.00",
        "1.234.567": "1234567.00",
        "12,5": "12.50",
        "12,-": "12.00",
        "1.234,-": "1234.00",
        "€ -12,50": "-12.50",
        "- 12,50": "-12.50",
        "12,50 EUR": "12.50",
        "0": "0.00",
    },
    Corrected.DATE: {
        "13-11-2026": "2026-11-13",
        "13 november 2026": "2026-11-13",
        "13 nov. 2026": "2026-11-13",
        "2026-11-13": "2026-11-13",
        "13/11/2026": "2026-11-13",
        "Almere, 13-11-2026": "2026-11-13",
    },
    Corrected.IBAN: {"nl91 abna 0417 1643 00": "NL91ABNA0417164300"},
    Corrected.KVK: {"01 23 45 67": "01234567"},
    Corrected.VAT_ID: {"NL 0024.55.799.B11": "NL002455799B11"},
    Corrected.NUMBER: {"  2026  - 0011 ": "2026 - 0011"},
    Corrected.SUPPLIER: {"Praktijk  'De Vlinder'": "Praktijk 'De Vlinder'"},
    Corrected.KIND: {"credit-note": "credit-note"},
}
BAD = {
    Corrected.GROSS: ("", "x", "1,234", "12,345", "1.23.45", "12 13", "12,50 en 13,50", "1e3", "∞"),
    Corrected.DATE: ("", "31-02-2026", "november", "13-11-2026 of 14-11-2026", "13-11-2026 7"),
    Corrected.IBAN: ("", "NL92ABNA0417164300", "NL91", "0417164300"),
    Corrected.KVK: ("", "1234567", "123456789", "KvK", "١٢٣٤٥٦٧٨"),
    Corrected.VAT_ID: ("", "NL002455799B", "n.v.t."),
    Corrected.NUMBER: ("", "  ", "x" * 201, "a\x00b"),
    Corrected.SUPPLIER: ("",),
    Corrected.KIND: ("", "reminder", "other"),
}


def test_every_fact_is_read_in_the_forms_that_people_write() -> None:
    """A clerk who types what the page says would be told that it is wrong."""
    read = {fact: {typed: compact(fact, typed) for typed in forms} for fact, forms in GOOD.items()}

    assert read == GOOD
    assert set(GOOD) == set(BAD) == set(Corrected) - {Corrected.NET, Corrected.VAT}


def test_what_could_be_two_things_or_none_is_asked_again() -> None:
    """A slip of the finger would be paid: 1,234 is no thousand."""
    for fact, forms in BAD.items():
        for typed in forms:
            with pytest.raises(NotAValueError):
                compact(fact, typed)


@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_an_amount_as_a_dutch_page_writes_it_is_read_back(amount: Decimal) -> None:
    """Another amount would be paid than was typed."""
    written = f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))

    assert Decimal(compact(Corrected.GROSS, written)) == amount


@given(st.text(max_size=30))
def test_whatever_is_typed_is_a_value_or_a_kind_word(typed: str) -> None:
    """A page would break on what somebody pasted."""
    for fact in Corrected:
        try:
            value = compact(fact, typed)
        except NotAValueError:
            continue
        assert compact(fact, value) == value


def made(fact: Corrected, value: str, was: str = "") -> Correction:
    return Correction("1.2", fact, value, was, "jan", dt.datetime(2026, 11, 20, tzinfo=dt.UTC))


def judged(invoice: Invoice, *corrected: Correction, given: CheckResult) -> CheckedDocument:
    """The document as it is checked after these corrections; ``given``: what was found before."""
    checks = InvoiceChecks(profile.load("almere"), dt.date(2026, 11, 20))
    results = [given if r.check == given.check else r for r in checks.run(invoice)]
    document = CheckedDocument("1.2", PartKind.PDF, None, invoice, None, 1, tuple(results))
    opened = Opened(None, MailContents(documents=(document,)))  # type: ignore[arg-type]
    (after,) = corrections.correct_all(opened, corrected, checks).found.documents
    return after


def refusing(check: str) -> CheckResult:
    finding = Finding(check, "absent", Severity.REJECT, "Wij vinden dit niet.")
    return CheckResult(check, Outcome.FAILED, (finding,))


def test_a_fault_that_was_mended_is_gone_and_all_others_stay() -> None:
    """A refusal would be sent for what the clerk typed, or a real fault vanish with it."""
    invoice = things.invoice(kvk_number=Field.absent(), iban=Field.absent())

    after = judged(invoice, made(Corrected.KVK, "01234567"), given=refusing("kvk-number"))

    severities = {found.check: found.severity for found in after.findings}
    assert severities.get("kvk-number") is not Severity.REJECT
    assert severities["iban"] is Severity.REJECT


def test_what_second_readers_found_of_other_facts_stands() -> None:
    """A doubt that two readers had would be forgotten because the number was corrected."""
    doubt = CheckResult(
        "iban", Outcome.UNDETERMINED, (Finding("iban", "several", Severity.REVIEW, "?"),)
    )

    after = judged(things.invoice(), made(Corrected.NUMBER, "X-1"), given=doubt)

    assert doubt in after.results


def test_nothing_that_a_person_typed_refuses_by_itself() -> None:
    """A slip of the finger would refuse a good invoice."""
    right = CheckResult("vat-amount", Outcome.PASSED)

    after = judged(things.invoice(), made(Corrected.VAT, "1.00"), given=right)

    own = [found for found in after.findings if found.check == "vat-amount"]
    assert own
    assert {found.severity for found in own} == {Severity.REVIEW}


def test_the_account_that_a_person_chose_is_the_only_one_to_pay_to() -> None:
    """The other account on the page would keep the doubt alive."""
    invoice = things.invoice(
        accounts=(
            Account("NL91ABNA0417164300", AccountRole.UNKNOWN),
            Account("NL55RABO0300065264", AccountRole.BLOCKED),
        )
    )

    after = corrections.corrected(invoice, [made(Corrected.IBAN, "NL02ABNA0123456789")])

    assert [(each.iban[-4:], each.role) for each in after.accounts] == [
        ("6789", AccountRole.PAYMENT),
        ("4300", AccountRole.OTHER),
        ("5264", AccountRole.BLOCKED),
    ]


RATES = (
    VatLine(Decimal(9), Decimal(50), Decimal("4.50")),
    VatLine(Decimal(21), Decimal(50), Decimal("10.50")),
)


@pytest.mark.parametrize(
    "changes",
    [
        {"vat_amount": Field.unreadable()},
        {"vat_amount": Field.absent(), "fully_read": False, "vat_rate": Field.absent()},
        {"vat_amount": Field.absent()},
        {"vat_amount": Field.absent(), "vat_rate": Field.absent(), "vat_lines": RATES},
    ],
)
def test_the_total_is_no_amount_without_btw_where_btw_may_be_charged(
    changes: dict[str, Any],
) -> None:
    """The municipality would book no btw, of an invoice of which only the total was misread."""
    invoice = things.invoice(net_amount=Field.of(Decimal(100)), **changes)

    after = corrections.corrected(invoice, [made(Corrected.GROSS, "115.00")])

    assert (after.net_amount.value, after.gross_amount.value) == (Decimal(100), Decimal(115))


@pytest.mark.parametrize("turned", [False, True])
def test_an_amount_that_a_person_typed_stays_as_it_was_typed(turned: bool) -> None:
    """What the clerk typed would be written over by what they type next."""
    invoice = things.invoice(vat_amount=Field.of(Decimal(0)))
    typed = [made(Corrected.NET, "100.00"), made(Corrected.GROSS, "121.00")]

    after = corrections.corrected(invoice, typed[::-1] if turned else typed)

    assert (after.net_amount.value, after.gross_amount.value) == (Decimal(100), Decimal(121))


@pytest.mark.parametrize(("gross", "kept"), [("115.00", RATES), ("116.00", ())])
def test_the_rates_stay_that_add_up_to_what_was_corrected(gross: str, kept: object) -> None:
    """The bookkeeping would get no rates, or those of other amounts."""
    invoice = things.invoice(
        net_amount=Field.of(Decimal(100)),
        vat_amount=Field.of(Decimal(15)),
        gross_amount=Field.unreadable(),
        vat_lines=RATES,
    )

    after = corrections.corrected(invoice, [made(Corrected.GROSS, gross)])

    assert after.vat_lines == kept
