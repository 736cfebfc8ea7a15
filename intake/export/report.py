"""The JSON objects of ``intake check`` and ``intake process`` (public: shapes change only with a
major version).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from intake.model.explanation import Claim, Explanation, Reason
from intake.model.finding import Finding, Severity
from intake.model.invoice import DocumentKind, Evidence, Field, Invoice
from intake.model.mail import Reply
from intake.model.verdict import CheckedDocument, ReadInvoice, Verdict
from intake.text import redaction

JSON = dict[str, Any]

_TEXT_FIELDS = (
    "supplier-name",
    "supplier-street",
    "supplier-postcode",
    "supplier-city",
    "supplier-phone",
    "kvk-number",
    "vat-id",
    "vat-exempt",
    "iban",
    "invoice-number",
    "issue-date",
    "net-amount",
    "vat-rate",
    "vat-amount",
    "gross-amount",
)


def check_line(
    file: str, document: CheckedDocument, explanations: Sequence[Explanation] | None = None
) -> JSON:
    """One line of ``check --json``; with ``--explain`` it has one key more."""
    invoice = document.invoice
    explained = {"explanation": {e.name: explanation(e) for e in explanations or ()}}
    return {
        "file": redaction.path(file),
        "outcome": check_outcome(document),
        "kind": (invoice.kind if invoice else DocumentKind.OTHER).value,
        "fields": fields(invoice),
        "evidence": evidence(invoice),
        "findings": [finding(f) for f in document.findings],
    } | (explained if explanations is not None else {})


def explanation(explained: Explanation) -> JSON:
    """The winner and the runner-up of one field, and what made the difference."""
    return {
        "winner": _claim(explained.winner),
        "runner_up": _claim(explained.runner_up),
        "difference": [_reason(reason) for reason in explained.difference],
    }


def _claim(claim: Claim | None) -> JSON | None:
    if claim is None:
        return None
    return {
        "value": redaction.unsigned(claim.value),
        "weight": round(claim.weight, 3),
        "note": redaction.unsigned(claim.note),
        "features": [_reason(reason) for reason in claim.reasons],
        "evidence": _evidence(claim.evidence) if claim.evidence else None,
    }


def _reason(reason: Reason) -> JSON:
    return {"feature": reason.name, "gain": round(reason.gain, 3), "why": reason.why}


def check_outcome(document: CheckedDocument) -> str:
    """``rejected``, ``unreadable`` or ``accepted``."""
    if any(f.severity is Severity.REJECT for f in document.findings):
        return "rejected"
    return "accepted" if document.invoice is not None and document.fault is None else "unreadable"


def process_line(
    file: str, message_id: str | None, verdict: Verdict, reply: Reply | None, held: str | None
) -> JSON:
    """One line of ``process --json``."""
    return {
        "file": redaction.path(file),
        "message_id": redaction.message_id(message_id),
        "outcome": verdict.outcome.value,
        "reason": verdict.reason,
        "invoices": [_invoice_line(i) for i in verdict.invoices],
        "findings": [finding(f) for f in verdict.findings],
        "care_lines": verdict.care_lines,
        "reply": {"to": reply.to, "subject": reply.subject, "text": reply.text} if reply else None,
        "reply_held": held if reply else None,
    }


def _invoice_line(read: ReadInvoice) -> JSON:
    return {
        "file": redaction.file_name(read.file_name) if read.file_name else None,
        "kind": read.invoice.kind.value,
        "outcome": read.outcome.value,
        "fields": fields(read.invoice),
        "evidence": evidence(read.invoice),
        "findings": [finding(f) for f in read.findings],
    }


def fields(invoice: Invoice | None) -> JSON:
    """Every key of the contract; null where the document has no such value."""
    values: JSON = {name: _value(name, _field(invoice, name)) for name in _TEXT_FIELDS}
    values["vat-exempt"] = bool(invoice and invoice.vat_exempt.value)
    values["vat-lines"] = [
        {"rate": _rate(line.rate), "net": _amount(line.net), "vat": _amount(line.vat)}
        for line in (invoice.vat_lines if invoice else ())
    ]
    return values


def evidence(invoice: Invoice | None) -> JSON:
    """Page, box, text as read and reader of each field that was found on a page."""
    found = {name: _field(invoice, name).evidence for name in _TEXT_FIELDS}
    return {name: _evidence(where) for name, where in found.items() if where is not None}


def finding(found: Finding) -> JSON:
    return {
        "check": found.check,
        "severity": found.severity.value,
        "message": found.message,
        "page": found.page,
        "box": _box(found.box),
    }


def _field(invoice: Invoice | None, name: str) -> Field[Any]:
    return getattr(invoice, name.replace("-", "_")) if invoice else Field.absent()


def _value(name: str, field: Field[Any]) -> object:
    if name == "vat-rate":
        return _rate(field.value)
    if name == "vat-id":
        return field.value  # a firm's own number is shown
    return (
        _amount(field.value)
        if isinstance(field.value, Decimal)
        else redaction.unsigned(field.value)
        if isinstance(field.value, str)
        else field.value
    )


def _evidence(where: Evidence) -> JSON:
    return {
        "page": where.page,
        "box": _box(where.box),
        "text": redaction.unsigned(where.text),
        "reader": where.reader.value,
    }


def _box(box: Iterable[float] | None) -> list[float] | None:
    return [round(edge, 1) for edge in box] if box is not None else None


def _amount(value: Decimal | None) -> str | None:
    return f"{value:.2f}" if value is not None else None


def _rate(value: Decimal | None) -> str | None:
    return f"{value.normalize():f}" if value is not None else None
