"""How checks are run: guarded, in force, with severities that a municipality may lower and never
raise.
"""

from __future__ import annotations

import datetime as dt
import re
import string
from dataclasses import replace
from pathlib import Path

import pytest
import structlog

from intake import profile
from intake.checks import addressee, anonymity, document, kvk_number, supplier_phone
from intake.checks import registry as checks
from intake.checks.support.requirement import finding
from intake.model.attachment import Attachments
from intake.model.finding import Outcome, Severity
from intake.model.invoice import Field
from intake.model.mail import PartKind
from tests.checks.examples import ABSENT, ALMERE, INVOICE, TODAY, codes, on_attachments, on_invoice

ALL = (*checks.ON_INVOICE, *checks.WITH_HISTORY, *checks.ON_ATTACHMENTS, *checks.ON_SUPPLIER)


@pytest.mark.parametrize("setting", ["kvk-number", "kvk-number.absent"])
@pytest.mark.parametrize("lower", [Severity.REVIEW, Severity.INFO])
def test_a_municipality_may_lower_a_severity(setting: str, lower: Severity) -> None:
    """A municipality that only wants to look must not have invoices refused."""
    mild = ALMERE.model_copy(update={"severities": {setting: lower}})
    result = on_invoice("kvk-number", replace(INVOICE, kvk_number=ABSENT), of=mild)

    assert codes(result) == [("absent", lower)]
    assert result.outcome is not Outcome.FAILED


def test_a_municipality_cannot_raise_a_severity() -> None:
    """Where the page does not demand it, no setting may make an invoice be refused."""
    harsh = ALMERE.model_copy(
        update={"severities": {"kvk-number": Severity.REJECT, "secure-attachment": Severity.REJECT}}
    )

    assert codes(
        on_invoice("kvk-number", replace(INVOICE, kvk_number=Field.of("3012345")), of=harsh)
    ) == [("seven-digits", Severity.REVIEW)]
    assert codes(on_attachments("secure-attachment", Attachments(), of=harsh)) == [
        ("waiting", Severity.REVIEW)
    ]


def test_a_broken_check_asks_a_person_and_logs_no_content(monkeypatch: pytest.MonkeyPatch) -> None:
    """Our own bug must never refuse an invoice, pass for a good one, or write the invoice into a
    log.
    """

    def broken(*arguments: object) -> None:
        raise ValueError("999990019")

    monkeypatch.setattr(supplier_phone, "check", broken)
    with structlog.testing.capture_logs() as logs:
        result = on_invoice("supplier-phone", INVOICE)

    assert (result.outcome, codes(result)) == (Outcome.UNDETERMINED, [("fault", Severity.REVIEW)])
    assert result.findings[0].internal
    assert logs == [
        {
            "event": "check-failed",
            "check": "supplier-phone",
            "error": "ValueError",
            "log_level": "error",
        }
    ]


def test_a_demand_that_was_not_in_force_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """An invoice is judged by the rules of its own date, and the record says that the rule was not
    asked.
    """
    later = replace(kvk_number.REQUIREMENT, in_force_from=dt.date(2027, 1, 1))
    monkeypatch.setattr(kvk_number, "REQUIREMENT", later)

    assert (
        on_invoice("kvk-number", replace(INVOICE, kvk_number=ABSENT)).outcome
        is Outcome.NOT_IN_FORCE
    )
    assert (
        on_invoice(
            "kvk-number", replace(INVOICE, kvk_number=ABSENT, issue_date=Field.of("2027-01-01"))
        ).outcome
        is Outcome.FAILED
    )


@pytest.mark.parametrize("module", ALL, ids=lambda m: m.REQUIREMENT.check)
def test_one_name_everywhere(module: checks.InvoiceCheck | checks.AttachmentCheck) -> None:
    """File, check id and texts belong together, or a clerk looks for a check that is not there, and
    a situation without a text could not be told.
    """
    check_id = module.REQUIREMENT.check

    assert Path(str(vars(module)["__file__"])).stem == check_id.replace("-", "_")
    assert checks.requirement(check_id) is module.REQUIREMENT
    assert list(module.REQUIREMENT.texts.situations) == list(module.REQUIREMENT.situations)


@pytest.mark.parametrize("name", profile.names())
@pytest.mark.parametrize("module", ALL, ids=lambda m: m.REQUIREMENT.check)
def test_every_sentence_can_be_said_and_is_short(
    module: checks.InvoiceCheck | checks.AttachmentCheck, name: str
) -> None:
    """A sentence with a hole in it, or one that is too long to follow, does not help a provider."""
    of = profile.load(name)
    for code in module.REQUIREMENT.situations:
        told = finding(module.REQUIREMENT, of, code, None, **facts(module, code))
        said = f"{told.what} {told.remedy} {checks.tip(told.check, code, of)}"
        for sentence in re.split(r"(?<=[.?!])\s", said.replace(of.addressee.written, "adres")):
            assert len(sentence.split()) <= 21, sentence
        assert "{" not in told.message + told.in_english
        if told.severity is Severity.REJECT:
            assert told.remedy and told.in_english, code


def facts(module: checks.InvoiceCheck | checks.AttachmentCheck, code: str) -> dict[str, str]:
    """What the Dutch sentences of a situation may name, and the twins of it in English."""
    wording = module.REQUIREMENT.texts.situations[code]
    named = {
        name
        for text in (wording.what, wording.remedy, wording.example)
        for _, name, _, _ in string.Formatter().parse(text)
        if name
    }
    return dict.fromkeys([*named, *(f"{name}_en" for name in named)], "7")


def test_both_ways_of_address_are_kept() -> None:
    """Almere says je, Tilburg says u: a letter that mixes them reads like a machine's."""
    je = finding(kvk_number.REQUIREMENT, ALMERE, "absent")
    u = finding(kvk_number.REQUIREMENT, profile.load("hart-van-brabant"), "absent")

    assert "op je factuur" in je.what
    assert "op uw factuur" in u.what


def test_settings_of_the_municipalities_name_existing_checks() -> None:
    """A severity under a name that does not exist would silently do nothing."""
    for name in profile.names():
        for setting in profile.load(name).severities:
            assert checks.is_known(*setting.split(".", 1)), setting


def test_what_tilburgs_page_does_not_ask_never_refuses_there() -> None:
    """Its page asks no phone number, IBAN or address on an invoice."""
    bare = replace(
        INVOICE,
        supplier_phone=ABSENT,
        iban=ABSENT,
        addressee=Field.of("Gemeente Almere\nPostbus 200\n1300 AE Almere"),
    )
    results = checks.on_invoice(bare, profile.load("hart-van-brabant"), TODAY, None)

    assert [f.check for r in results for f in r.findings if f.severity is Severity.REJECT] == []


@pytest.mark.parametrize(
    ("kind", "fault", "expected"),
    [
        (PartKind.WORD, None, ("word", Severity.REJECT)),
        (PartKind.EXCEL, None, ("excel", Severity.REJECT)),
        (PartKind.HTML, None, ("html", Severity.REJECT)),
        (PartKind.PDF, "encrypted", ("encrypted-pdf", Severity.REJECT)),
        (PartKind.PDF, "damaged", ("damaged", Severity.REVIEW)),
        (PartKind.PDF, "crash", ("damaged", Severity.REVIEW)),
        (PartKind.PDF, "timeout", ("timeout", Severity.REVIEW)),
        (PartKind.PDF, "memory", ("too-large", Severity.REVIEW)),
        (PartKind.PDF, "form", ("form", Severity.REVIEW)),
        (PartKind.PDF, "portfolio", ("portfolio", Severity.REVIEW)),
        (PartKind.PDF, "empty", ("empty", Severity.REVIEW)),
        (PartKind.IMAGE, "no-text", ("image-unread", Severity.REVIEW)),
        (PartKind.IMAGE, "too-large", ("image-too-large", Severity.REVIEW)),
        (PartKind.IMAGE, "damaged", ("damaged", Severity.REVIEW)),
        (PartKind.WORD, "timeout", ("damaged", Severity.REVIEW)),
        (PartKind.IMAGE, None, ("image", Severity.REVIEW)),
        (PartKind.XML, None, ("xml-only", Severity.REVIEW)),
        (PartKind.OFFICE_ENCRYPTED, None, ("unclear", Severity.REVIEW)),
        (PartKind.UNKNOWN, None, ("unclear", Severity.REVIEW)),
    ],
)
def test_the_form_of_what_should_have_been_an_invoice(
    kind: PartKind, fault: str | None, expected: tuple[str, Severity]
) -> None:
    """A damaged PDF must reach a person and not come back as 'no KvK number'."""
    assert codes(document.check_part(kind, fault, ALMERE)) == [expected]


def test_a_pdf_that_opens_has_the_right_form() -> None:
    """The usual case."""
    assert document.check_part(PartKind.PDF, None, ALMERE).outcome is Outcome.PASSED


def test_only_a_link_is_refused_with_what_to_do() -> None:
    """A link is never followed, so the provider must be told to send the file."""
    (found,) = document.check_link_only(ALMERE).findings

    assert found.severity is Severity.REJECT
    assert "bijlage" in found.remedy


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("BSN 999990019", True),
        ("bsn: 9999.90.019", True),
        ("Burgerservicenummer van de cliënt: 999 990 019.", True),
        ("zie 1112.22.333", True),
        ("factuur 999990019", False),
        ("BSN 999990018", False),
        ("bel 036-5212345 of 0612345678", False),
        ("", False),
    ],
)
def test_a_bsn_in_the_mail_itself_asks_a_person(text: str, seen: bool) -> None:
    """Client data in a subject is an incident to judge; it never refuses the invoice."""
    assert codes(anonymity.check_texts(["onderwerp", text], ALMERE)) == (
        [("in-mail", Severity.REVIEW)] if seen else []
    )


def test_the_right_address_is_told_in_the_refusal() -> None:
    """Whoever sent it to the wrong place must read the right one."""
    (found,) = on_invoice(
        "addressee",
        replace(INVOICE, addressee=Field.of("Gemeente Lelystad, Postbus 91, 8200 AB Lelystad")),
    ).findings

    assert (
        "Gemeente Almere, Crediteurenadministratie/zorg, Postbus 200, 1300 AE Almere"
        in found.remedy
    )
    assert addressee.REQUIREMENT.law == ""
    assert found.source == ALMERE.source


COVERAGE = Path(__file__).parents[2] / "docs" / "coverage.md"


def test_what_is_asked_and_why_is_written_down() -> None:
    """Nobody at a municipality could say which sentence a check comes from, or would look for one
    that is not there.
    """
    on_invoices = (*checks.ON_INVOICE, *checks.WITH_HISTORY)
    ids = {module.REQUIREMENT.check for module in on_invoices}
    ids |= {module.REQUIREMENT.check for module in checks.ON_ATTACHMENTS}
    ids |= {module.REQUIREMENT.check for module in checks.ON_SUPPLIER}
    settings = {field.alias or name for name, field in profile.Profile.model_fields.items()}
    named = set(re.findall(r"`\[?([^`\]]+)\]?`", COVERAGE.read_text(encoding="utf-8")))

    assert ids - named == set()
    rest = named - ids - settings - set(profile.names())
    assert {name for name in rest if not (COVERAGE.parents[1] / name).exists()} == set()


def test_what_no_page_asks_refuses_nobody() -> None:
    """Only a sentence of the page, or the law, may send an invoice back."""
    _, _, own = COVERAGE.read_text(encoding="utf-8").partition("## Demands from neither page")
    rows = re.findall(r"^\| (`.*`) \|", own, re.MULTILINE)

    for check in re.findall("`([^`]+)`", "".join(rows)):
        severities = {each.severity for each in checks.requirement(check).situations.values()}
        assert Severity.REJECT not in severities, check
    assert rows
