"""E-invoices on the road: read, validated, checked alone, or laid beside the PDF they belong to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from intake.checks.support.agreement import confirmed, rejects
from intake.document.einvoice import validator
from intake.document.einvoice.reader import ReadEInvoice, may_hold_einvoice, read_einvoice
from intake.document.einvoice.reconciliation import combined
from intake.model.finding import CheckResult
from intake.model.invoice import EInvoice, Field, Invoice, Presence
from intake.model.mail import Part, PartKind
from intake.model.verdict import CheckedDocument
from intake.profile import Profile
from intake.sandbox.client import Children
from intake.stages.invoice_checks import InvoiceChecks

MAX_INSIDE = 5
"""PDF files inside an e-invoice that are read."""


@dataclass(frozen=True, slots=True)
class Attached:
    """An e-invoice that came as a file of its own."""

    part: Part
    said: ReadEInvoice
    inside: tuple[Part, ...] = ()
    """PDF files that the e-invoice itself carries (BG-24): many programs put the invoice there."""


def read_attached(parts: Iterable[Part], profile: Profile, reading: Children) -> list[Attached]:
    """Every XML file that is an e-invoice."""
    said = ((part, _read(part, profile, reading)) for part in parts if part.kind is PartKind.XML)
    return [Attached(part, one, _inside(part, one)) for part, one in said if one is not None]


def _inside(part: Part, said: ReadEInvoice) -> tuple[Part, ...]:
    return tuple(
        Part(f"{part.path}/{number}", PartKind.PDF, data)
        for number, data in enumerate(said.pdfs[:MAX_INSIDE], 1)
    )


def with_embedded(
    document: CheckedDocument, part: Part, reading: Children, checks: InvoiceChecks
) -> CheckedDocument:
    """A PDF compared with the e-invoice inside it (Factur-X, ZUGFeRD); the document as it was when
    it has none.
    """
    if (
        document.invoice is None
        or part.kind is not PartKind.PDF
        or not may_hold_einvoice(part.data)
    ):
        return document
    said = _read(part, checks.profile, reading)
    return document if said is None else _compared(document, said, checks)


def with_attached(
    documents: Sequence[CheckedDocument],
    attached: Sequence[Attached],
    read: Callable[[Part], CheckedDocument],
    checks: InvoiceChecks,
) -> tuple[CheckedDocument, ...]:
    """PDFs compared with the e-invoices that came beside them; an e-invoice without a PDF is a
    document of its own.

    Args:
        read: reads and checks one more PDF; an e-invoice can carry its own.
    """
    found, alone = list(documents), []
    left = set(range(len(found)))
    for one in sorted(attached, key=lambda a: not any(_same_number(d, a) for d in documents)):
        place = _partner(found, left, one, len(attached))
        if place is None:
            alone.append(_with_inside(one, read, checks))
        else:
            left.discard(place)
            found[place] = _compared(found[place], one.said, checks)
    return (*found, *alone)


def _with_inside(
    one: Attached, read: Callable[[Part], CheckedDocument], checks: InvoiceChecks
) -> CheckedDocument:
    """An e-invoice compared with the PDF that it carries; its other files must be as anonymous as
    the invoice.
    """
    files = [read(part) for part in one.inside]
    bill = next((file for file in files if file.is_invoice), None)
    leaks = tuple(
        replace(s, page=None, box=None)
        for file in files
        if file.invoice and file is not bill
        for s in file.invoice.sightings
    )
    said = replace(
        one.said, invoice=replace(one.said.invoice, sightings=(*one.said.invoice.sightings, *leaks))
    )
    if bill is None:
        return check_alone(replace(one, said=said), checks)
    return replace(_compared(bill, said, checks), file_name=one.part.file_name)


def check_alone(one: Attached, checks: InvoiceChecks) -> CheckedDocument:
    """An e-invoice without a PDF. Before anything is refused its texts have been searched too; what
    breaks its schema was not read with confidence, and an address inside it is a register's as
    often as the addressee's."""
    invoice, as_text = one.said.invoice, one.said.as_text
    results = checks.run(invoice)
    if rejects(results):
        again = checks.run(replace(as_text, fully_read=invoice.fully_read))
        results = confirmed(
            results, [*(r for r in again if r.check != "addressee"), *_leaks(results, one.said)]
        )
    return CheckedDocument(
        one.part.path, one.part.kind, one.part.file_name, invoice, None, 0, results
    )


def _read(part: Part, profile: Profile, reading: Children) -> ReadEInvoice | None:
    """One e-invoice, with the rules that it breaks."""
    said = read_einvoice(reading, part.data, profile.addressee)
    if said is None or said.invoice.e_invoice is None:
        return None
    broken = validator.broken(reading, said.xml, said.standard)
    about = replace(
        said.invoice.e_invoice,
        validated=broken is not None,
        broken=tuple(dict.fromkeys((*(broken or ()), *said.invoice.e_invoice.broken))),
    )
    return replace(said, invoice=_confident(said.invoice, about))


def _confident(invoice: Invoice, about: EInvoice) -> Invoice:
    """Without its schema an e-invoice is not read with confidence: nothing in it is absent then."""
    invoice = replace(invoice, e_invoice=about)
    if about.validated and validator.SCHEMA not in about.broken and invoice.fully_read:
        return invoice
    unsure: dict[str, Any] = {
        name: Field.unreadable()
        for name in Invoice.__dataclass_fields__
        if isinstance(value := getattr(invoice, name), Field) and value.presence is Presence.ABSENT
    }
    return replace(invoice, fully_read=False, **unsure)


def _compared(
    document: CheckedDocument, said: ReadEInvoice, checks: InvoiceChecks
) -> CheckedDocument:
    """Only what the page alone refuses, and both together too, is refused; a client's data in the
    e-invoice counts as on the page.
    """
    page = document.invoice
    assert page is not None
    both = combined(page, said)
    results = checks.run(both)
    return replace(
        document,
        invoice=both,
        results=confirmed(results, [*document.results, *_leaks(results, said)]),
    )


def _leaks(results: Iterable[CheckResult], said: ReadEInvoice) -> list[CheckResult]:
    """What the e-invoice tells of a client needs no second reading: nobody misreads XML."""
    return [
        r
        for r in results
        if r.check == "anonymity" and any(s.kind.certain for s in said.invoice.sightings)
    ]


def _partner(
    documents: Sequence[CheckedDocument], left: set[int], one: Attached, count: int
) -> int | None:
    """The PDF an e-invoice belongs to: the same number, or the only invoice beside the only
    e-invoice.
    """
    by_number = [place for place in sorted(left) if _same_number(documents[place], one)]
    if by_number:
        return by_number[0]
    open_ones = [place for place in sorted(left) if _could_be_invoice(documents[place])]
    return open_ones[0] if len(open_ones) == 1 and count == 1 else None


def _could_be_invoice(document: CheckedDocument) -> bool:
    return document.is_invoice or (document.invoice is not None and not document.invoice.fully_read)


def _same_number(document: CheckedDocument, one: Attached) -> bool:
    shown = document.invoice.invoice_number.value if document.invoice else None
    wanted = one.said.invoice.invoice_number.value
    return bool(
        document.is_invoice
        and shown
        and wanted
        and "".join(shown.split()).casefold() == "".join(wanted.split()).casefold()
    )
