"""An invoice as the clerk sees it: each field with its value, how sure we are and why, and its box
on the page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from intake.checks import registry
from intake.model.basics import Box
from intake.model.correction import Corrected, Correction
from intake.model.finding import Finding, Severity
from intake.model.invoice import Evidence, Field, Found, Invoice, Presence
from intake.model.verdict import ReadInvoice
from intake.review import wording
from intake.stages.reasons import sentence
from intake.text.masking import masked, near_client_word


@dataclass(frozen=True, slots=True)
class Shown:
    """One row of the field list."""

    key: str
    label: str
    text: str = field(repr=False)
    why: str = field(repr=False)
    severity: Severity | None
    """The worst finding of the check of this field; None when there is none."""
    page: int | None
    changed: bool = False
    """A person corrected it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Another value that a field may have."""

    value: str = field(repr=False)
    """As it is kept."""
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Fact:
    """A field that a person may correct."""

    row: Shown
    fact: Corrected
    typed: str = field(repr=False)
    """What the input begins with, as a person would write it."""
    choices: tuple[Choice, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    rows: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Spot:
    """One box over the page's picture, in PDF points."""

    key: str
    label: str
    x: float
    y: float
    width: float
    height: float
    tone: str
    """``reject``, ``review`` or nothing."""


_PLAIN: Callable[[Any], str] = str
_GROUPS: Mapping[str, tuple[tuple[str, str, Callable[[Any], str]], ...]] = {
    "invoice": (
        ("invoice_number", "invoice-number", _PLAIN),
        ("issue_date", "issue-date", wording.day),
        ("addressee", "addressee", _PLAIN),
        ("corrects", "document", _PLAIN),
    ),
    "supplier": (
        ("supplier_name", "supplier-name", _PLAIN),
        ("second_name", "supplier-name", _PLAIN),
        ("supplier_street", "supplier-address", _PLAIN),
        ("supplier_po_box", "supplier-address", _PLAIN),
        ("supplier_postcode", "supplier-address", lambda code: f"{code[:4]} {code[4:]}".strip()),
        ("supplier_city", "supplier-address", _PLAIN),
        ("supplier_phone", "supplier-phone", _PLAIN),
        ("kvk_number", "kvk-number", _PLAIN),
        ("vat_id", "vat-id", _PLAIN),
        ("vat_exempt", "vat-id", lambda exempt: wording.FIELDS["yes" if exempt else "no"]),
    ),
    "payment": (
        ("net_amount", "net-amount", wording.money),
        ("vat_rate", "vat-amount", wording.percent),
        ("vat_amount", "vat-amount", wording.money),
        ("gross_amount", "net-amount", wording.money),
        ("iban", "iban", wording.grouped),
    ),
}
"""The fields of each group, with the check that speaks of each and how its value is written."""
PAID = (
    ("invoice_number", Corrected.NUMBER),
    ("issue_date", Corrected.DATE),
    ("gross_amount", Corrected.GROSS),
    ("iban", Corrected.IBAN),
    ("supplier_name", Corrected.SUPPLIER),
)
"""What is paid: under which number, of which day, how much, on which account, to whom."""
MORE = (
    ("net_amount", Corrected.NET),
    ("vat_amount", Corrected.VAT),
    ("kvk_number", Corrected.KVK),
    ("vat_id", Corrected.VAT_ID),
)
"""What else a person may correct."""
CHANGED = sentence("corrected", by="")
"""How the note of a corrected value begins."""
_ONLY_WHEN_FOUND = frozenset({"corrects", "second_name", "supplier_po_box", "vat_exempt"})
_FREE_TEXT = frozenset(
    {
        "invoice_number",
        "addressee",
        "corrects",
        "supplier_name",
        "second_name",
        "supplier_street",
        "supplier_city",
        "supplier_po_box",
    }
)
_FORMS = {"kvk_number": re.compile(r"\d{8}", re.ASCII)}
_WORST = (Severity.REJECT, Severity.REVIEW, Severity.INFO)


def groups(
    read: ReadInvoice, covered: bool, corrections: Sequence[Correction] = ()
) -> tuple[Group, ...]:
    """Every field of the invoice, in the order a clerk reads it.

    Args:
        covered: the page is not shown, so a number in free text that could be a client's is starred
            too.
        corrections: of this invoice, the oldest first.
    """
    corrected = {each.fact.value: each for each in corrections}
    shown = []
    for group, rows in _GROUPS.items():
        found = tuple(
            _shown(
                key,
                getattr(read.invoice, key),
                _starred(read.invoice, key, write) if covered else write,
                worst(read.findings, check),
                corrected.get(key),
            )
            for key, check, write in rows
            if key not in _ONLY_WHEN_FOUND or getattr(read.invoice, key).presence is Presence.FOUND
        )
        shown.append(
            Group(
                wording.FIELD_GROUPS[group],
                found + (_beside_amounts(read.invoice) if group == "payment" else ()),
            )
        )
    return tuple(shown)


def facts(
    read: ReadInvoice,
    covered: bool,
    which: tuple[tuple[str, Corrected], ...],
    corrections: Sequence[Correction] = (),
) -> tuple[Fact, ...]:
    """Fields that a person may correct, each with what else it could be.

    Args:
        covered, corrections: as for ``groups``; covered, nothing is offered but what is shown.
    """
    rows = {row.key: row for group in groups(read, covered, corrections) for row in group.rows}
    written = {key: write for each in _GROUPS.values() for key, _, write in each}
    return tuple(
        Fact(
            rows[key],
            fact,
            ""
            if covered and (key in _FREE_TEXT or "*" in rows[key].text)
            else _as_typed(read.invoice, key, written[key]),
            () if covered else _choices(read.invoice, key, written[key]),
        )
        for key, fact in which
    )


def _as_typed(invoice: Invoice, key: str, write: Callable[[Any], str]) -> str:
    value = getattr(invoice, key)
    if value.found is None:
        return ""
    return write(value.found.value).replace("€\N{NO-BREAK SPACE}", "")


def _choices(invoice: Invoice, key: str, write: Callable[[Any], str]) -> tuple[Choice, ...]:
    """What else the page has for it: the runners-up, and of the account all others."""
    field_of: Field[Any] = getattr(invoice, key)
    values = [other.value for other in field_of.others]
    if key == "iban":
        values += [account.iban for account in invoice.accounts]
    others = dict.fromkeys(value for value in values if value != field_of.value)
    return tuple(Choice(str(value), write(value)) for value in others)


def _starred(invoice: Invoice, key: str, write: Callable[[Any], str]) -> Callable[[Any], str]:
    """Writes free text with client numbers starred; numbers with a form of their own stay as they
    are, as long as they have it.
    """
    if key in _FORMS:
        return lambda value: (
            write(value) if _FORMS[key].fullmatch(value) else masked(write(value), True)
        )
    if key not in _FREE_TEXT:
        return write
    return lambda value: masked(
        write(value), near_client_word(invoice, write(value), getattr(invoice, key).evidence)
    )


def worst(findings: tuple[Finding, ...], check: str) -> Severity | None:
    """The heaviest severity that a check gave."""
    given = {finding.severity for finding in findings if finding.check == check}
    return next((severity for severity in _WORST if severity in given), None)


def _shown(
    key: str,
    value: Field[Any],
    write: Callable[[Any], str],
    severity: Severity | None,
    correction: Correction | None,
) -> Shown:
    if value.found is None:
        return Shown(
            key, wording.FIELDS[key], wording.PRESENCES.get(value.presence, "–"), "", severity, None
        )
    return Shown(
        key,
        wording.FIELDS[key],
        write(value.found.value),
        _why(value, value.found, write, correction),
        severity,
        value.evidence.page if value.evidence else None,
        value.found.note.startswith(CHANGED),
    )


def _why(
    value: Field[Any], found: Found[Any], write: Callable[[Any], str], correction: Correction | None
) -> str:
    """How sure, and why: the place, the reader when it was not the plain text, and what else could
    be meant; of a corrected value who says so, and what stood there.

    A value stands in it as ``write`` shows it, and in a note no number that could be a client's.
    """
    if correction is not None and found.note.startswith(CHANGED):
        was = wording.READERS["was" if correction.was else "was-nothing"]
        value_before = write(correction.was) if correction.was else ""
        return f"{sentence('corrected', by=correction.by)}; {was.format(value=value_before)}"
    notes = [masked(found.note, near_client=True)] if found.note else []
    if found.evidence is None:
        notes += [] if found.note else [wording.READERS["derived"]]
    elif found.evidence.reader in wording.READERS:
        notes.append(wording.READERS[found.evidence.reader])
    if value.others:
        values = ", ".join(write(other.value) for other in value.others)
        notes.append(wording.READERS["also"].format(values=values))
    return "; ".join(notes)


def _beside_amounts(invoice: Invoice) -> tuple[Shown, ...]:
    rates = tuple(
        Shown(
            f"rate-{i}",
            wording.FIELDS["rate"].format(rate=wording.percent(line.rate)),
            wording.FIELDS["rate-amounts"].format(
                vat=wording.money(line.vat), net=wording.money(line.net)
            ),
            "",
            None,
            None,
        )
        for i, line in enumerate(invoice.vat_lines)
        if len(invoice.vat_lines) > 1
    )
    accounts = tuple(
        Shown(
            f"account-{i}",
            wording.FIELDS["other-account"],
            wording.grouped(account.iban),
            wording.ACCOUNT_ROLES[account.role],
            None,
            account.evidence.page if account.evidence else None,
        )
        for i, account in enumerate(invoice.accounts)
        if account.iban != invoice.iban.value
    )
    return rates + accounts


def spots(read: ReadInvoice, page: int) -> tuple[Spot, ...]:
    """The boxes to draw over one page: each field, and each finding that has a place of its own."""
    drawn = []
    for rows in _GROUPS.values():
        for key, check, _ in rows:
            evidence: Evidence | None = getattr(read.invoice, key).evidence
            if evidence and evidence.page == page:
                drawn.append(
                    _spot(
                        key, wording.FIELDS[key], evidence.box, _tone(worst(read.findings, check))
                    )
                )
    for i, account in enumerate(read.invoice.accounts):
        evidence = account.evidence if account.iban != read.invoice.iban.value else None
        if evidence and evidence.page == page:
            drawn.append(_spot(f"account-{i}", wording.FIELDS["other-account"], evidence.box, ""))
    return (*drawn, *_spots_of_findings(read, page))


def _spots_of_findings(read: ReadInvoice, page: int) -> Iterator[Spot]:
    for i, finding in enumerate(read.findings):
        if finding.box and finding.page == page:
            title, tone = registry.heading(finding.check), _tone(finding.severity)
            yield _spot(f"finding-{i}", title, finding.box, tone)


def _spot(key: str, label: str, box: Box, tone: str) -> Spot:
    margin = 2.0
    x0, top, x1, bottom = box
    return Spot(
        key, label, x0 - margin, top - margin, x1 - x0 + 2 * margin, bottom - top + 2 * margin, tone
    )


def _tone(severity: Severity | None) -> str:
    return severity.value if severity in (Severity.REJECT, Severity.REVIEW) else ""
