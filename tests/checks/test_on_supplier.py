"""Who invoices: contracts, agreements, registers and approved accounts, each way they can end."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.checks import registry as checks
from intake.checks.support.firm_names import is_one_of
from intake.model.attachment import Attachments
from intake.model.finding import CheckResult, Outcome, Severity
from intake.model.invoice import DocumentKind, Field, Invoice
from intake.model.supplier import (
    Agreement,
    AgreementKind,
    AnswerKind,
    Contract,
    ContractScope,
    KnownSupplier,
    Period,
    RegisterAnswer,
    Registered,
    RegisterSource,
    SupplierAccount,
)
from intake.model.verdict import History, Paid
from intake.profile import SupplierRules
from tests.checks.examples import ABSENT, ALMERE, INVOICE, LINE, TODAY, codes, field

ASKS = ALMERE.model_copy(update={"suppliers": SupplierRules(contracts=True, agreements=True)})
JAN, SEP, OCT, NOV, DEC = (dt.date(2026, month, 1) for month in (1, 9, 10, 11, 12))
END = dt.date(2026, 10, 31)
WHOLE = Attachments(care_lines=(LINE,))
OURS = Registered("Zorgpraktijk De Vlinder B.V.", kvk="30123456")
REJECT, REVIEW, INFO = Severity.REJECT, Severity.REVIEW, Severity.INFO


def ask(
    check: str,
    supplier: Registered | None = OURS,
    *answers: RegisterAnswer,
    invoice: Invoice = INVOICE,
    attachments: Attachments = WHOLE,
    profile: Any = ASKS,
) -> CheckResult:
    known = KnownSupplier(supplier, answers)
    results = checks.on_supplier(invoice, attachments, profile, TODAY, known)
    return next(result for result in results if result.check == check)


def contract(scope: ContractScope, first: dt.date, last: dt.date | None = None) -> Contract:
    return Contract(scope, Period(first, last))


def contracted(*contracts: Contract, **changes: Any) -> Registered:
    return replace(OURS, contracts=contracts, **changes)


def lines(*changes: dict[str, Any]) -> Attachments:
    return Attachments(
        care_lines=tuple(replace(LINE, row=n, **c) for n, c in enumerate(changes, 2))
    )


REGION = contract(ContractScope.REGION, JAN)
NONE = contract(ContractScope.NONE, JAN)


class TestContract:
    @pytest.mark.parametrize(
        "scope", [ContractScope.MUNICIPALITY, ContractScope.REGION, ContractScope.NATIONAL]
    )
    def test_care_under_a_contract_goes_back_with_the_way_to_declare(
        self, scope: ContractScope
    ) -> None:
        """It would be paid here and through the berichtenverkeer."""
        (found,) = ask("contracted-supplier", contracted(contract(scope, JAN))).findings

        assert (found.code, found.severity, found.internal) == ("contracted", REJECT, False)
        assert "VECOZO" in found.remedy
        assert "{" not in found.message + found.in_english

    @pytest.mark.parametrize(
        ("supplier", "changes"),
        [
            pytest.param(contracted(contract(ContractScope.REGION, JAN, SEP)), {}, id="ended"),
            pytest.param(
                contracted(contract(ContractScope.REGION, dt.date(2026, 10, 15))), {}, id="partly"
            ),
            pytest.param(contracted(REGION, NONE), {}, id="also none"),
            pytest.param(
                contracted(
                    REGION,
                    agreements=(Agreement(AgreementKind.COMPLETION, "A-1", "", Period(JAN)),),
                ),
                {},
                id="agreement too",
            ),
            pytest.param(contracted(REGION), {"attachments": Attachments()}, id="no lines"),
            pytest.param(
                contracted(REGION),
                {"attachments": replace(WHOLE, unread=("2.1",))},
                id="another part unread",
            ),
            pytest.param(
                contracted(REGION),
                {"attachments": replace(WHOLE, doubt="whose")},
                id="whose lines is not certain",
            ),
            pytest.param(
                contracted(REGION), {"attachments": lines({"period_end": None})}, id="no last day"
            ),
            pytest.param(
                contracted(REGION),
                {"attachments": lines({"unread": ("care-period",)})},
                id="period not read",
            ),
            pytest.param(
                contracted(REGION),
                {"invoice": replace(INVOICE, kvk_number=field("30123456", "30123465"))},
                id="two KvK numbers",
            ),
            pytest.param(
                contracted(REGION),
                {"invoice": replace(INVOICE, supplier_name=Field.of("Thuiszorg Merel"))},
                id="another name",
            ),
            pytest.param(
                contracted(REGION),
                {"invoice": replace(INVOICE, supplier_name=ABSENT)},
                id="no name",
            ),
            pytest.param(
                contracted(REGION),
                {"invoice": replace(INVOICE, fully_read=False)},
                id="page not read whole",
            ),
            pytest.param(
                replace(contracted(REGION), kvk=""),
                {"invoice": replace(INVOICE, kvk_number=ABSENT)},
                id="known by its btw number only",
            ),
        ],
    )
    def test_a_doubt_refuses_nobody(self, supplier: Registered, changes: dict[str, Any]) -> None:
        """A good invoice would go back for a contract that does not hold it."""
        for found in ask("contracted-supplier", supplier, **changes).findings:
            assert found.severity is REVIEW
            assert found.internal

    def test_each_line_must_be_under_a_contract(self) -> None:
        """Care of before the contract would go back with the rest."""
        two = lines({}, {"period_start": dt.date(2025, 12, 1), "period_end": dt.date(2025, 12, 31)})

        given = ask("contracted-supplier", contracted(REGION), attachments=two)

        assert codes(given) == [("perhaps", REVIEW)]

    @pytest.mark.parametrize(
        ("supplier", "found"),
        [
            (None, [("unknown", REVIEW)]),
            (OURS, [("unknown", REVIEW)]),
            (contracted(NONE), []),
            (contracted(contract(ContractScope.NONE, JAN, SEP)), [("unknown", REVIEW)]),
            (contracted(contract(ContractScope.REGION, NOV), NONE), []),
        ],
    )
    def test_whether_there_is_a_contract_must_be_known(
        self, supplier: Registered | None, found: list[tuple[str, Severity]]
    ) -> None:
        """Nobody would look it up; or everybody for each invoice."""
        assert codes(ask("contracted-supplier", supplier)) == found

    def test_a_credit_note_and_a_municipality_without_a_register_ask_nothing(self) -> None:
        """A credit note would go back, and stay paid; or every invoice would wait for a person."""
        credit = replace(INVOICE, kind=DocumentKind.CREDIT_NOTE)
        for result in (
            ask("contracted-supplier", contracted(REGION), invoice=credit),
            ask("contracted-supplier", contracted(REGION), profile=ALMERE),
            ask("municipal-agreement", OURS, profile=ALMERE),
            ask("municipal-agreement", OURS, invoice=credit),
            ask("kvk-register"),
        ):
            assert result.outcome is Outcome.NOT_APPLICABLE


def agreement(**changes: Any) -> Agreement:
    values: dict[str, Any] = {
        "kind": AgreementKind.INTERVENTION_TEAM,
        "number": "IT-12",
        "product": "",
        "period": Period(JAN, END),
    }
    return Agreement(**(values | changes))


class TestAgreement:
    @pytest.mark.parametrize(
        ("agreements", "attachments", "found"),
        [
            ((), WHOLE, ["none"]),
            ((agreement(),), WHOLE, []),
            ((agreement(product="45A52"),), WHOLE, []),
            ((agreement(product="45A57"),), WHOLE, ["other-product"]),
            ((agreement(product="45A57"), agreement(product="45A52")), WHOLE, []),
            ((agreement(period=Period(NOV)),), WHOLE, ["other-period"]),
            ((agreement(period=Period(JAN, SEP)),), WHOLE, ["other-period"]),
            ((agreement(kind=AgreementKind.COMPLETION),), WHOLE, []),
            ((agreement(),), Attachments(), []),
            ((agreement(period=Period(dt.date(2020, 1, 1), dt.date(2020, 2, 1))),), Attachments(),
             ["other-period"]),
            ((agreement(product="45A57"),), lines({"product_code": None}), []),
            ((agreement(period=Period(NOV)),), lines({"period_start": None}), []),
            ((agreement(ceiling=Decimal(1500)),), WHOLE, []),
            ((agreement(ceiling=Decimal(1400)),), WHOLE, ["over-ceiling"]),
            ((agreement(ceiling=Decimal(5000), spent=Decimal(4000)),), WHOLE, ["over-ceiling"]),
            ((agreement(ceiling=Decimal(100)), agreement(number="IT-13")), WHOLE, []),
            ((agreement(ceiling=Decimal(1000)), agreement(number="IT-13", ceiling=Decimal(1000))),
             WHOLE, []),
        ],
    )  # fmt: skip
    def test_a_person_looks_at_what_fits_no_agreement(
        self, agreements: tuple[Agreement, ...], attachments: Attachments, found: list[str]
    ) -> None:
        """Care that nobody agreed to would be paid."""
        given = ask(
            "municipal-agreement", replace(OURS, agreements=agreements), attachments=attachments
        )

        assert codes(given) == [(code, REVIEW) for code in found]
        for each in given.findings:
            assert each.internal
            assert "{" not in each.message

    def test_the_lines_that_fit_none_are_named(self) -> None:
        """The clerk would compare every line by hand."""
        two = lines({}, {"product_code": "45A57"})
        supplier = replace(OURS, agreements=(agreement(product="45A52"),))

        (found,) = ask("municipal-agreement", supplier, attachments=two).findings

        assert "regel 3" in found.what
        assert "IT-12" in found.what


def answer(kind: AnswerKind = AnswerKind.FOUND, **changes: Any) -> RegisterAnswer:
    values: dict[str, Any] = {
        "source": RegisterSource.KVK,
        "number": "30123456",
        "kind": kind,
        "asked_on": NOV,
    }
    return RegisterAnswer(**(values | changes))


class TestRegister:
    @pytest.mark.parametrize(
        ("said", "found"),
        [
            (answer(names=("Zorgpraktijk de Vlinder BV",)), []),
            (answer(names=("Holding X B.V.", "De Vlinder")), []),
            (answer(names=("Thuiszorg Merel",)), [("other-name", REVIEW)]),
            (answer(), []),
            (answer(AnswerKind.UNKNOWN), [("not-found", REVIEW)]),
            (answer(AnswerKind.NO_ANSWER), [("no-answer", INFO)]),
            (answer(ended_on=SEP), [("ended", REVIEW)]),
            (answer(ended_on=NOV), []),
            (answer(postcodes=("1315HR",), cities=("Almere",)), [("other-address", REVIEW)]),
            (answer(postcodes=("3811AB",), cities=("Utrecht",)), []),
            (answer(postcodes=("3812ZZ",), cities=("AMERSFOORT",)), []),
            (answer(cities=("Almere",)), []),
            (answer(AnswerKind.UNKNOWN, source=RegisterSource.VIES), [("vat-not-found", REVIEW)]),
            (answer(AnswerKind.NO_ANSWER, source=RegisterSource.VIES), [("no-answer", INFO)]),
            (
                answer(names=("Thuiszorg Merel",), source=RegisterSource.VIES),
                [("vat-other-name", REVIEW)],
            ),
        ],
    )
    def test_what_differs_is_shown_and_refuses_nobody(
        self, said: RegisterAnswer, found: list[tuple[str, Severity]]
    ) -> None:
        """An invoice of a firm that is not there would be paid; or a good one go back."""
        given = ask("kvk-register", None, said)

        assert codes(given) == found
        for each in given.findings:
            assert each.internal
            assert "{" not in each.message
            if each.code == "other-name":
                assert "Zorgpraktijk De Vlinder" in each.what
                assert "Thuiszorg Merel" in each.what

    @given(st.builds(
        answer,
        kind=st.sampled_from(list(AnswerKind)),
        source=st.sampled_from(list(RegisterSource)),
        names=st.lists(st.text(max_size=8), max_size=2).map(tuple),
        cities=st.lists(st.text(max_size=8), max_size=2).map(tuple),
        postcodes=st.lists(st.text(max_size=8), max_size=2).map(tuple),
        ended_on=st.none() | st.dates(),
    ))  # fmt: skip
    def test_no_answer_of_a_register_can_refuse(self, said: RegisterAnswer) -> None:
        """A fault of a register would send good invoices back."""
        given = ask("kvk-register", None, said)

        assert given.outcome is not Outcome.FAILED


def account(iban: str, approved: bool = True, last_day: dt.date | None = None) -> SupplierAccount:
    by, on = ("anna", JAN) if approved else (None, None)
    return SupplierAccount(iban, JAN, last_day, "jan", by, on)


IBAN, OTHER = str(INVOICE.iban.value), "NL02ABNA0123456789"
PAID_OTHER = (Paid("30123456", OTHER, None),)


@pytest.mark.parametrize(
    ("history", "found"),
    [
        (History(paid=PAID_OTHER), ["other-account"]),
        (History(paid=PAID_OTHER, accounts=(account(IBAN),)), []),
        (History(paid=PAID_OTHER, accounts=(account(IBAN, approved=False),)), ["other-account"]),
        (History(accounts=(account(OTHER),)), ["other-registered"]),
        (History(accounts=(account(OTHER, approved=False),)), ["other-registered"]),
        (History(accounts=(account(IBAN, approved=False),)), []),
        (History(accounts=(account(OTHER, False), account(IBAN, False))), []),
        (History(accounts=(account(OTHER), account(IBAN, False))), ["other-registered"]),
        (History(accounts=(account(IBAN, last_day=OCT),)), ["ended"]),
        (History(accounts=(account(IBAN, last_day=DEC),)), []),
        (
            History(paid=(Paid("30123456", IBAN, None),), accounts=(account(IBAN, last_day=OCT),)),
            ["ended"],
        ),
        (History(same_account=(Paid("12345678", IBAN, None),)), ["other-supplier"]),
        (
            History(same_account=(Paid("12345678", IBAN, None),), accounts=(account(IBAN),)),
            [],
        ),
        (History(account_of=("12345678",)), ["other-supplier"]),
        (History(account_of=("12345678",), other_domain="x.example"),
         ["other-supplier", "other-domain"]),
    ],
)  # fmt: skip
def test_an_account_is_known_once_a_second_person_approved_it(
    history: History, found: list[str]
) -> None:
    """A fraudster's account would be paid to, or a new one asked about for ever."""
    results = checks.on_invoice(INVOICE, ALMERE, TODAY, history)
    given = next(result for result in results if result.check == "iban-changed")

    assert codes(given) == [(code, REVIEW) for code in found]
    assert all("{" not in each.what for each in given.findings)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Zorgpraktijk De Vlinder", "De Vlinder Zorgpraktijk B.V.", True),
        ("Stichting Café Één", "cafe een", True),
        ("J.B. Begeleiding", "JB Begeleiding", True),
        ("Praktijk Jansen", "Praktijk Pietersen", False),
        ("Zorg", "Zorg Merel", True),
        ("De", "De Vlinder", False),
        ("", "", False),
        ("B.V.", "Stichting", False),
    ],
)
def test_names_of_one_firm(one: str, other: str, same: bool) -> None:
    """Every other spelling would ask a person, or another firm's name pass."""
    assert is_one_of(one, (other,)) is same
    assert is_one_of(other, (one,)) is same


def test_a_line_is_never_in_a_sentence() -> None:
    """A client's number would stand on the list of points."""
    secret = replace(LINE, bsn="999990019", product_code="999990019")
    given = ask("municipal-agreement", replace(OURS, agreements=(agreement(product="X"),)),
                attachments=Attachments(care_lines=(secret,)))  # fmt: skip

    assert given.findings
    assert "999990019" not in "".join(each.message for each in given.findings)
