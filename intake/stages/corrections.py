"""What a person corrected on an invoice takes the place of what was read, and the checks that
depend on it run again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from intake.checks.support.presence import unreadable
from intake.checks.support.vat_arithmetic import charged, rounding
from intake.model.correction import Corrected, Correction
from intake.model.finding import CheckResult, Finding, Severity
from intake.model.invoice import Account, AccountRole, DocumentKind, Field, Invoice
from intake.model.verdict import CheckedDocument
from intake.stages.invoice_checks import InvoiceChecks
from intake.stages.reasons import sentence
from intake.stages.values import Opened
from intake.text.dates import dates_in, exists
from intake.text.identifiers import iban_valid, vat_valid

_LONGEST = 200
_MOST = Decimal(10**12)
_CENT = Decimal("0.01")
_AMOUNT = re.compile(
    r"(?:€|EUR)? ?(?P<sign>[-\u2212])? ?(?:€|EUR)? ?"
    r"(?:(?P<dutch>\d{1,3}(?:[.' ]\d{3})+(?:,(?:\d{1,2}|-))?)"
    r"|(?P<english>\d{1,3}(?:,\d{3})+\.\d{2})"
    r"|(?P<plain>\d{1,12}(?:[.,]\d{1,2}|,-)?))(?: ?(?:€|EUR))?",
    re.ASCII | re.IGNORECASE,
)
"""``1.234`` is a thousand and some; ``1,234`` could be either, and is nothing."""
_NO_THOUSANDS = re.compile(r"[.' ]")
_AMOUNTS = (Corrected.GROSS, Corrected.NET, Corrected.VAT)
KINDS = (DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE)
"""What a person may call an invoice: anything else is no invoice, and is refused or accepted so."""


class NotAValueError(ValueError):
    """What was typed cannot be the value of this fact. Its text is the name of the fact."""


def compact(fact: Corrected, typed: str) -> str:
    """A typed value as it is kept.

    >>> compact(Corrected.GROSS, "€ 1.234,5")
    '1234.50'
    >>> compact(Corrected.DATE, "3 nov 2026")
    '2026-11-03'

    Raises:
        NotAValueError: it is no date, amount, account … at all.
    """
    plain = " ".join(typed.split())
    value = _READ.get(fact, _words)(plain)
    if not value or not value.isprintable():
        raise NotAValueError(fact.value)
    return value


def written(invoice: Invoice, fact: Corrected) -> str:
    """What an invoice has now, as ``compact`` gives it; empty when there is nothing."""
    if fact is Corrected.KIND:
        return invoice.kind.value
    value = getattr(invoice, fact.value).value
    return "" if value is None else str(value)


def corrected(invoice: Invoice, corrections: Sequence[Correction]) -> Invoice:
    """The invoice as persons corrected it.

    Args:
        corrections: of this invoice, the oldest first.
    """
    for each in corrections:
        invoice = _with(invoice, each)
    facts = {each.fact for each in corrections}
    if facts.isdisjoint(_AMOUNTS):
        return invoice
    told = replace(invoice, vat_lines=()) if Corrected.VAT in facts else invoice
    if Corrected.GROSS in facts and Corrected.NET not in facts and _has_no_vat(told):
        invoice = replace(invoice, net_amount=invoice.gross_amount)
    return invoice if _rates_fit(invoice) else replace(invoice, vat_lines=())


def correct_all(opened: Opened, corrections: Sequence[Correction], checks: InvoiceChecks) -> Opened:
    """Every document of the mail as persons corrected it."""
    if not corrections:
        return opened
    documents = tuple(_corrected(each, corrections, checks) for each in opened.found.documents)
    return replace(opened, found=replace(opened.found, documents=documents))


def _corrected(
    document: CheckedDocument, corrections: Sequence[Correction], checks: InvoiceChecks
) -> CheckedDocument:
    own = [each for each in corrections if each.path == document.path]
    if document.invoice is None or not own:
        return document
    invoice = corrected(document.invoice, own)
    before = _by_check(checks.run(document.invoice))
    after = _by_check(checks.run(invoice))
    results = tuple(
        _milder(after[result.check]) if _differs(result.check, before, after) else result
        for result in document.results
    )
    return replace(document, invoice=invoice, results=results)


def _by_check(results: Sequence[CheckResult]) -> dict[str, CheckResult]:
    return {result.check: result for result in results}


def _differs(
    check: str, before: Mapping[str, CheckResult], after: Mapping[str, CheckResult]
) -> bool:
    """Whether the correction changes what a check says. What second readers and the advocate found
    of all others stands."""
    return check in after and before.get(check) != after[check]


def _milder(result: CheckResult) -> CheckResult:
    """Of what a person typed nothing refuses by itself: a person looks."""
    return replace(result, findings=tuple(map(_doubt, result.findings)))


def _doubt(finding: Finding) -> Finding:
    if finding.severity is not Severity.REJECT:
        return finding
    return replace(finding, severity=Severity.REVIEW)


def _with(invoice: Invoice, correction: Correction) -> Invoice:
    fact, value = correction.fact, correction.value
    if fact is Corrected.KIND:
        return replace(invoice, kind=DocumentKind(value))
    note = sentence("corrected", by=correction.by)
    field: Field[Any] = Field.of(Decimal(value) if fact in _AMOUNTS else value, note=note)
    changes: dict[str, Any] = {fact.value: field}
    invoice = replace(invoice, **changes)
    return _paid_to(invoice, value) if fact is Corrected.IBAN else invoice


def _has_no_vat(invoice: Invoice) -> bool:
    """Whether the total is what it comes to without btw, for certain."""
    return not charged(invoice) and not unreadable(invoice, invoice.vat_amount)


def _rates_fit(invoice: Invoice) -> bool:
    """Whether the rates as read are those of the amounts as they stand now; each as large as it is
    below zero on a credit note.
    """
    nets, vats = [each.net for each in invoice.vat_lines], [each.vat for each in invoice.vat_lines]
    if None in nets or None in vats:
        return False
    net, vat = (sum(filter(None, some), Decimal(0)) for some in (nets, vats))
    summed = (
        (invoice.net_amount, net),
        (invoice.vat_amount, vat),
        (invoice.gross_amount, net + vat),
    )
    return all(
        field.value is None or abs(abs(field.value) - abs(amount)) <= rounding(invoice)
        for field, amount in summed
    )


def _paid_to(invoice: Invoice, iban: str) -> Invoice:
    """A person chose the account: the others on the page are not to be paid to."""
    others = tuple(
        each if each.role in _NEVER_PAID else replace(each, role=AccountRole.OTHER)
        for each in invoice.accounts
        if each.iban != iban
    )
    return replace(invoice, accounts=(Account(iban, AccountRole.PAYMENT), *others))


_NEVER_PAID = (AccountRole.BLOCKED, AccountRole.FACTORING)


def _words(plain: str) -> str:
    return plain if len(plain) <= _LONGEST else ""


def _date(plain: str) -> str:
    found = dates_in(plain)
    if len(found) != 1:
        return ""
    start, end, date = found[0]
    alone = not any(map(str.isdigit, plain[:start] + plain[end:]))
    return date if alone and exists(date) else ""


def _amount(plain: str) -> str:
    """As people write it: with points, spaces or apostrophes for thousands, with or without cents."""
    match = _AMOUNT.fullmatch(plain)
    if match is None:
        return ""
    number = match["dutch"] or match["english"] or match["plain"]
    if match["english"]:
        number = number.replace(",", "")
    else:
        number = (_NO_THOUSANDS.sub("", number) if match["dutch"] else number).replace(",", ".")
    amount = Decimal(number.rstrip(".-"))
    sign = -1 if match["sign"] else 1
    return str((sign * amount).quantize(_CENT)) if amount < _MOST else ""


def _iban(plain: str) -> str:
    number = plain.replace(" ", "").replace(".", "").upper()
    return number if iban_valid(number) else ""


def _kvk(plain: str) -> str:
    digits = plain.replace(" ", "").replace(".", "")
    return digits if digits.isascii() and digits.isdigit() and len(digits) == 8 else ""


def _vat_id(plain: str) -> str:
    number = plain.replace(" ", "").replace(".", "").upper()
    return number if vat_valid(number) else ""


def _kind(plain: str) -> str:
    return plain if plain in KINDS else ""


_READ: Mapping[Corrected, Callable[[str], str]] = {
    Corrected.DATE: _date,
    **dict.fromkeys(_AMOUNTS, _amount),
    Corrected.IBAN: _iban,
    Corrected.KVK: _kvk,
    Corrected.VAT_ID: _vat_id,
    Corrected.KIND: _kind,
}
