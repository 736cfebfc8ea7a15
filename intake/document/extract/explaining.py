"""Explains each field: its value, the next best, and the features that decided between them.

Asked on request only: the candidates are drawn up once more, by the functions that chose them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from intake.document.anonymity.sightings import Masker
from intake.document.extract.accounts import ibans
from intake.document.extract.candidates import Candidate, ranked
from intake.document.extract.company_numbers import kvk_numbers, vat_ids
from intake.document.extract.document_kind import document_titles
from intake.document.extract.invoice import Reading, read
from intake.document.extract.invoice_number import invoice_numbers
from intake.document.extract.issue_date import issue_date, issue_dates
from intake.document.extract.parties import Parties
from intake.document.extract.phones import phone_numbers
from intake.document.extract.supplier import supplier_names
from intake.document.extract.totals import amount_claims
from intake.document.extract.weights import (
    Iban,
    InvoiceNumber,
    IssueDate,
    KvkNumber,
    Phone,
    SupplierName,
    VatId,
)
from intake.document.layout.cells import evidence
from intake.document.layout.scoring import Score
from intake.model.document import Document
from intake.model.explanation import Claim, Explanation, Reason
from intake.model.invoice import DocumentKind, Evidence, Field, Found
from intake.profile import Addressee

_DERIVED = ("vat_exempt", "vat_rate")
"""Fields that are not chosen from weighed candidates."""


def explain(document: Document, buyer: Addressee) -> tuple[Explanation, ...]:
    """Explain every field of the contract, and the addressee, in the invoice's order."""
    reading = read(document, buyer)
    mask = Masker(reading.masked)
    claims = _claims(reading)
    return tuple(
        _explanation(name, getattr(reading.invoice, name), claims.get(name, []), mask)
        for name in (*claims, *_DERIVED)
    )


def _claims(reading: Reading) -> dict[str, list[Claim]]:
    """For each field its claims, the heaviest first."""
    pages, invoice = reading.pages, reading.invoice
    amounts = amount_claims(pages, invoice.vat_exempt.value is True, not invoice.vat_id.found)
    return {
        "kind": _of(document_titles(pages)),
        "supplier_name": _of(ranked(supplier_names(pages, reading.parties), SupplierName)),
        "supplier_street": _addresses(reading.parties, "street"),
        "supplier_postcode": _addresses(reading.parties, "postcode"),
        "supplier_city": _addresses(reading.parties, "city"),
        "supplier_phone": _of(ranked(phone_numbers(pages), Phone)),
        "kvk_number": _of(ranked(kvk_numbers(pages), KvkNumber)),
        "vat_id": _of(ranked(vat_ids(pages), VatId)),
        "iban": _of(ranked(ibans(pages, issue_date(pages).value), Iban)),
        "invoice_number": _of(ranked(invoice_numbers(pages, invoice.kind), InvoiceNumber)),
        "issue_date": _of(ranked(issue_dates(pages), IssueDate)),
        "net_amount": _of(amounts["net"]),
        "vat_amount": _of(amounts["vat"]),
        "gross_amount": _of(amounts["gross"]),
        "addressee": _blocks(reading),
    }


def _of(candidates: Iterable[Candidate[Any]]) -> list[Claim]:
    return [
        _claim(found.value, candidate.score, found.note, found.evidence)
        for candidate in candidates
        for found in [candidate.found()]
    ]


def _addresses(parties: Parties, name: str) -> list[Claim]:
    """What each address that can be the supplier's has for a field."""
    return [
        _claim(
            getattr(address, name),
            why,
            "adres van de afzender",
            evidence(address.index.sheet, address.cell, 0, len(address.cell.text)),
        )
        for address, why in parties.claims
        if getattr(address, name)
    ]


def _blocks(reading: Reading) -> list[Claim]:
    """Blocks that can be the addressee's; the first is as the invoice has it."""
    claims: list[Claim] = []
    for block in reading.parties.blocks:
        first = not claims and reading.invoice.addressee.value
        text = first or "\n".join(cell.text for cell in block.cells)
        where = evidence(block.index.sheet, block.cells[0], 0, len(block.cells[0].text))
        claims.append(_claim(text, block.score, "adresblok", where))
    return claims


def _claim(value: object, why: Score, note: str, where: Evidence | None) -> Claim:
    reasons = tuple(Reason(feature.name, gain, feature.why) for feature, gain in why.gains)
    return Claim(_text(value), why.weight, note, reasons, where)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "ja" if value else "nee"
    return f"{value:.2f}" if isinstance(value, Decimal) else str(value)


def _explanation(
    name: str, field: Field[Any] | DocumentKind, claims: list[Claim], mask: Masker
) -> Explanation:
    """The claim of the field's own value, and the heaviest with another."""
    found = field.found if isinstance(field, Field) else Found(field, None, "soort document")
    winner = None
    if found is not None:
        own = Claim(_text(found.value), 0.0, found.note, (), found.evidence)
        winner = next((claim for claim in claims if claim.value == own.value), own)
    others = (claim for claim in claims if winner is None or claim.value != winner.value)
    second = next(others, None)
    if name != "vat_id":  # a firm's own number is shown
        winner, second = _masked(winner, mask), _masked(second, mask)
    return Explanation(name.replace("_", "-"), winner, second)


def _masked(claim: Claim | None, mask: Masker) -> Claim | None:
    if claim is None:
        return None
    where = mask.evidence(claim.evidence)
    return replace(claim, value=mask(claim.value), note=mask(claim.note), evidence=where)
