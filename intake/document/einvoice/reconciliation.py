"""A PDF and its e-invoice laid side by side: one invoice, and where the two differ.

The e-invoice is the truth of its fields, the page shows where they stand. What only the e-invoice
has counts too, but a person is told; nothing here refuses. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, TypeVar

from intake.document.einvoice.reader import ReadEInvoice
from intake.model.invoice import (
    Account,
    DocumentKind,
    EInvoice,
    Evidence,
    Field,
    Found,
    Invoice,
    Presence,
)
from intake.text.folding import alphanumeric

T = TypeVar("T")

_TEXTS = (
    "supplier_name",
    "supplier_street",
    "supplier_postcode",
    "supplier_city",
    "supplier_phone",
    "kvk_number",
    "vat_id",
    "iban",
    "invoice_number",
)
"""Fields that agree when the page shows the value anywhere: then only our reading of the page was
at fault."""
_VALUES = ("issue_date", "net_amount", "vat_amount", "gross_amount")
_BILLS = (DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE)
_LEGAL_FORM = re.compile(
    r"\b(?:b\.?\s?v\.?|n\.?\s?v\.?|v\.?\s?o\.?\s?f\.?|stichting|st\.|maatschap|eenmanszaak|"
    r"u\.?\s?a\.?|c\.?\s?v\.?)(?!\w)",
    re.IGNORECASE,
)
_SHORTEST = 3
"""Letters below which a value proves nothing by standing somewhere on the page."""


def combined(page: Invoice, einvoice: ReadEInvoice) -> Invoice:
    """The invoice of both: ``e_invoice`` tells what differs and what is not on the page."""
    true, credit = einvoice.invoice, DocumentKind.CREDIT_NOTE in (page.kind, einvoice.invoice.kind)
    both: dict[str, tuple[Any, bool]] = {
        name: _one(name, page, true, einvoice.names, credit) for name in (*_TEXTS, *_VALUES)
    } | {"vat_exempt": _exempt(page, true)}
    apart = [name for name, (_, agrees) in both.items() if not agrees]
    return replace(
        page,
        **{name: field for name, (field, _) in both.items()},
        **_rates(page, true),
        kind=true.kind if page.kind in (*_BILLS, DocumentKind.OTHER) else page.kind,
        addressee=page.addressee if page.addressee.found or page.fully_read else true.addressee,
        corrects=page.corrects if page.corrects.found else true.corrects,
        line_amounts=true.line_amounts or page.line_amounts,
        accounts=_accounts(page, true),
        sightings=(*page.sightings, *true.sightings),
        reverse_charge=page.reverse_charge or true.reverse_charge,
        readers=(*page.readers, *true.readers),
        e_invoice=_compared(page, true, apart),
    )


def _accounts(page: Invoice, true: Invoice) -> tuple[Account, ...]:
    """The accounts of the page, and those that only the e-invoice has."""
    known = {account.iban for account in page.accounts}
    return (*page.accounts, *(account for account in true.accounts if account.iban not in known))


def _compared(page: Invoice, true: Invoice, apart: Sequence[str]) -> EInvoice | None:
    """Of the fields ``apart`` those of which the page has another value, and those that it
    certainly has not.
    """
    differs = [name for name in apart if _has_another(page, name)]
    absent = [name for name in apart if getattr(page, name).presence is Presence.ABSENT]
    missing = tuple(name for name in absent if page.fully_read and name not in differs)
    if page.kind in _BILLS and page.kind is not true.kind:
        differs.append("kind")
    return true.e_invoice and replace(true.e_invoice, differs=tuple(differs), not_on_page=missing)


def _has_another(page: Invoice, name: str) -> bool:
    return bool(getattr(page, name).found) or (name == "vat_exempt" and _charged(page))


_SHOWN = ("supplier_name", "supplier_street", "supplier_city", "supplier_phone")
"""Fields that are shown as the page writes them."""


_DERIVED = "berekend"
"""How the note of a value begins that the page does not print: what it prints counts then."""


def _one(
    name: str, page: Invoice, true: Invoice, names: Sequence[str], credit: bool
) -> tuple[Field[Any], bool]:
    """One field of both, and whether they agree."""
    shown: Field[Any] = getattr(page, name)
    wanted: Found[Any] | None = getattr(true, name).found
    if wanted is None:
        return shown, True
    note, printed = wanted.note, _printed(shown)
    alike = next((c for c in printed if _same(name, c.value, wanted.value, names, credit)), None)
    if alike is not None:
        value = alike.value if credit or name in _SHOWN else wanted.value
        return Field.of(value, alike.evidence, alike.note or note), True
    where = _on_page(name, page, wanted.value, names)
    if where is None and shown.found:
        note += "; op de PDF staat iets anders"
    return Field.of(wanted.value, where, note), where is not None


def _printed(shown: Field[T]) -> tuple[Found[T], ...]:
    """The values that the page may have for a field; not one that we computed beside others."""
    if shown.found is None or (shown.others and shown.found.note.startswith(_DERIVED)):
        return shown.others
    return (shown.found, *shown.others)


def _same(name: str, shown: Any, wanted: Any, names: Sequence[str], credit: bool) -> bool:
    if isinstance(shown, Decimal) and isinstance(wanted, Decimal):
        return (abs(abs(shown) - abs(wanted)) if credit else abs(shown - wanted)) < Decimal("0.005")
    one, other = _folded(name, shown), _folded(name, wanted)
    if name == "supplier_name":
        return any(_holds(one, _folded(name, known)) for known in names)
    if name in ("supplier_street", "supplier_city"):
        return _holds(one, other)
    return one == other


def _holds(one: str, other: str) -> bool:
    return one == other or (
        min(len(one), len(other)) > _SHORTEST and (one in other or other in one)
    )


def _folded(name: str, text: str) -> str:
    """Letters and digits only, without accents; numbers without what is often left out."""
    text = _LEGAL_FORM.sub(" ", text) if name == "supplier_name" else text
    plain = alphanumeric(text)
    if name == "supplier_phone":
        return re.sub(r"\D", "", text)[-9:]
    if name == "vat_id":
        return plain.removeprefix("nl")
    return plain.lstrip("0") if name == "kvk_number" else plain


def _on_page(name: str, page: Invoice, value: str, names: Sequence[str]) -> Evidence | None:
    """Where a line of the page shows the value of a field of ``_TEXTS``."""
    if name not in _TEXTS or not page.readers:
        return None
    for known in (*names, value) if name == "supplier_name" else (value,):
        wanted = _folded(name, known)
        if len(wanted) >= _SHORTEST:
            for line in page.lines:
                if wanted in _folded(name, line.text) or wanted in _folded("", line.text):
                    return Evidence(line.page, line.box, line.text, page.readers[0])
    return None


def _charged(invoice: Invoice) -> bool:
    return bool(invoice.vat_amount.value) or any(line.vat for line in invoice.vat_lines)


def _exempt(page: Invoice, true: Invoice) -> tuple[Field[bool], bool]:
    """Exempt when the e-invoice says so; a page that says nothing of it is told to a person."""
    if bool(true.vat_exempt.value) is bool(page.vat_exempt.value):
        return page.vat_exempt, True
    if true.vat_exempt.value:
        return true.vat_exempt, page.vat_exempt.presence is Presence.UNREADABLE
    return page.vat_exempt, not _charged(true)


def _rates(page: Invoice, true: Invoice) -> dict[str, Any]:
    """Rates with their bases: those of the e-invoice, with the place on the page when it shows the
    same rate.
    """
    if not true.vat_lines and not true.vat_exempt.value:
        return {"vat_rate": page.vat_rate, "vat_lines": page.vat_lines}
    known = true.vat_rate.value is not None and page.vat_rate.value == true.vat_rate.value
    rate = Field(Presence.FOUND, page.vat_rate.found) if known else true.vat_rate
    return {"vat_rate": rate, "vat_lines": true.vat_lines}
