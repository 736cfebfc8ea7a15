"""The door to reading an invoice: the child reads and finds, the parent validates all that came
back.

What a child says is a stranger's word until pydantic has built the types from it and the bounds
below hold. The modules that parse documents are imported in the child only.
"""

from __future__ import annotations

import base64
import binascii
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from intake.document.ocr.regions import Region, Seen
from intake.document.readers.file_header import is_pdf
from intake.errors import SandboxFailed
from intake.model.document import Document, Line, Reader
from intake.model.explanation import Explanation
from intake.model.invoice import Evidence, Invoice, Sighting
from intake.profile import Addressee
from intake.sandbox.client import Children

SECONDS = {Reader.PDFIUM: 20.0, Reader.PDFPLUMBER: 30.0}
"""Wall clock of one reading; both engines stop beginning new pages after 12."""
PICTURE_SECONDS = 20.0
MAX_TEXT = 20_000
"""Letters in one text of an answer (a block of lines is the longest)."""
MAX_ITEMS = 60_000
"""Values in one list (lines of the longest documents)."""
MAX_POINTS = 100_000.0
"""A coordinate further out than this is on no page (the format allows 14,400)."""
MAX_PAGE_COUNT = 10_000_000
MAX_AMOUNT = Decimal(10) ** 15
MAX_DECIMALS = 10
MAX_PICTURE_SIDE = 10_000
_PLACED = frozenset({Evidence, Line, Region, Sighting})
PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """What became of reading one file, without its content."""

    reader: Reader
    page_count: int
    pages_with_text: int = 0
    """Pages with at least one word that a person sees."""
    pages_with_unread_pictures: int = 0
    """Pages with a picture that could hold text, or with letters that may be drawn as shapes."""
    fault: str | None = None
    """Why nothing could be read: ``encrypted``, ``damaged``, ``not-a-pdf``, or the child's end:
    ``timeout``, ``memory``, ``crash`` …"""
    encrypted: bool = False
    unread: tuple[Region, ...] = ()
    """Where tekstherkenning (OCR) should look."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """The child's answer."""

    summary: DocumentSummary
    invoice: Invoice | None
    explanations: tuple[Explanation, ...] = ()


@cache
def _adapter() -> TypeAdapter[_Reading]:
    return TypeAdapter(_Reading)


@cache
def _seen_adapter() -> TypeAdapter[tuple[Seen, ...]]:
    return TypeAdapter(tuple[Seen, ...])


def task_read(data: bytes, arguments: dict[str, Any], secrets: list[bytes]) -> bytes:
    """Child's side: read with one engine and find the fields.

    ``arguments``: ``reader``, ``buyer`` and ``seen`` (by OCR).
    """
    from intake.document.readers import pdf, pdf_traits

    return _answer(
        pdf_traits.judged(pdf.read(data, Reader(arguments["reader"])), data), data, arguments
    )


def task_read_photo(data: bytes, arguments: dict[str, Any], secrets: list[bytes]) -> bytes:
    """Child's side of a file without the header of a PDF: a photo, or nothing that can be read."""
    from intake.document.readers import pdf, photo

    reader = Reader(arguments["reader"])
    return _answer(
        photo.read(data, reader) if photo.is_photo(data) else pdf.read(data, reader),
        data,
        arguments,
    )


def _answer(document: Document, data: bytes, arguments: dict[str, Any]) -> bytes:
    from intake.document import file_remarks
    from intake.document.anonymity import hidden_content
    from intake.document.extract.explaining import explain
    from intake.document.extract.invoice import find_invoice
    from intake.document.ocr import overlay

    all_seen = _seen_adapter().validate_python(arguments.get("seen", ()))
    summary, invoice = _summary(document, overlay.regions(document)), None
    explanations: tuple[Explanation, ...] = ()
    if not document.fault:
        whole, mended = overlay.with_seen(document, all_seen)
        buyer = Addressee.model_validate(arguments["buyer"])
        invoice = hidden_content.with_inside(find_invoice(whole, buyer), data, document, buyer)
        invoice = file_remarks.remarked(invoice, document, buyer, all_seen, mended)
        explanations = explain(whole, buyer) if arguments.get("explain") else ()
    return _adapter().dump_json(_Reading(summary, invoice, explanations))


def _summary(document: Document, unread: Iterator[Region]) -> DocumentSummary:
    return DocumentSummary(
        document.reader,
        document.page_count,
        sum(any(not word.hidden for word in page.words) for page in document.pages),
        sum(bool(page.pictures) or page.drawn for page in document.pages),
        document.fault,
        document.encrypted,
        tuple(unread),
    )


def read_invoice(
    sandbox: Children,
    data: bytes,
    buyer: Addressee,
    reader: Reader = Reader.PDFIUM,
    seen: Sequence[Seen] = (),
) -> tuple[DocumentSummary, Invoice | None]:
    """Read one PDF or photo in a child. A child that fails is a fault of the summary, never an
    exception.

    Args:
        seen: what OCR saw where text readers see nothing; its words count with those of ``reader``.

    Returns:
        The summary, and the invoice when anything could be read.
    """
    try:
        reading = _read(sandbox, data, buyer, reader, seen)
    except SandboxFailed as failure:
        return DocumentSummary(reader, 0, fault=failure.code), None
    return reading.summary, reading.invoice


def explain_invoice(
    sandbox: Children,
    data: bytes,
    buyer: Addressee,
    reader: Reader = Reader.PDFIUM,
    seen: Sequence[Seen] = (),
) -> tuple[Explanation, ...]:
    """As :func:`read_invoice`: why each field has its value.

    Raises:
        SandboxFailed: the child failed.
    """
    return _read(sandbox, data, buyer, reader, seen, explain=True).explanations


def _read(
    sandbox: Children,
    data: bytes,
    buyer: Addressee,
    reader: Reader,
    seen: Sequence[Seen],
    *,
    explain: bool = False,
) -> _Reading:
    arguments = {
        "reader": reader.value,
        "buyer": buyer.model_dump(mode="json"),
        "seen": _seen_adapter().dump_python(tuple(seen), mode="json"),
        "explain": explain,
    }
    again = "read-invoice-again" if reader is Reader.PDFPLUMBER else "read-invoice"
    task = again if is_pdf(data) else "read-photo"
    answer = sandbox.call(task, data, arguments, seconds=SECONDS.get(reader, 20.0))
    return _validated(answer, reader)


def _validated(answer: object, reader: Reader) -> _Reading:
    """Build the types from what the child said.

    Raises:
        SandboxFailed: ``garbage``.
    """
    try:
        reading = _adapter().validate_python(answer)
    except (ValidationError, ValueError, ArithmeticError, RecursionError):
        raise SandboxFailed("garbage") from None  # the words of the error hold content
    summary, invoice = reading.summary, reading.invoice
    counts = (summary.page_count, summary.pages_with_text, summary.pages_with_unread_pictures)
    sound = (
        summary.reader is reader
        and min(counts) >= 0
        and max(counts[1:]) <= summary.page_count <= MAX_PAGE_COUNT
    )
    if invoice is None or summary.fault is not None:
        sound = sound and invoice is None and summary.fault is not None
    else:
        sound = sound and invoice.page_count == summary.page_count
    if not sound or not within_bounds(reading, summary.page_count):
        raise SandboxFailed("garbage")
    return reading


def within_bounds(answer: object, page_count: int) -> bool:
    """Whether everything in an answer lies within what a document of so many pages can hold."""
    waiting: list[Any] = [answer]
    while waiting:
        value = waiting.pop()
        kind = value.__class__
        if kind is str:
            sound = len(value) <= MAX_TEXT and "\0" not in value
        elif kind is tuple:
            sound = len(value) <= MAX_ITEMS
            waiting.extend(value)
        elif kind is float:
            sound = -MAX_POINTS <= value <= MAX_POINTS
        elif kind is Decimal:
            exponent = value.as_tuple().exponent
            sound = (
                abs(value) < MAX_AMOUNT and isinstance(exponent, int) and exponent >= -MAX_DECIMALS
            )
        else:
            sound = kind not in _PLACED or value.page is None or 1 <= value.page <= page_count
            waiting.extend([getattr(value, name) for name in _names(kind)])
        if not sound:
            return False
    return True


@cache
def _names(kind: type) -> tuple[str, ...]:
    """The fields of a dataclass; none of another type."""
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) else ()


def page_picture(sandbox: Children, data: bytes, page: int, dpi: int = 100) -> bytes:
    """Draw one page (from 1) as PNG in a child.

    Raises:
        SandboxFailed: there is no such page, or the child failed; ``garbage`` when what came back
            is no picture.
    """
    answer = sandbox.call("page-picture", data, {"page": page, "dpi": dpi}, seconds=PICTURE_SECONDS)
    try:
        content = base64.b64decode(answer, validate=True)
    except (binascii.Error, TypeError, ValueError):
        raise SandboxFailed("garbage") from None
    if not content.startswith(PNG) or len(content) < 45 or content[12:16] != b"IHDR":
        raise SandboxFailed("garbage")
    width, height = struct.unpack(">II", content[16:24])
    if not (1 <= width <= MAX_PICTURE_SIDE and 1 <= height <= MAX_PICTURE_SIDE):
        raise SandboxFailed("garbage")
    return content
