"""The door to reading an invoice: the tasks of the children that read and find.

The modules that parse documents are imported in the child only.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from intake.document.ocr.regions import Region, Seen, Spot
from intake.document.readers.file_header import is_pdf
from intake.errors import SandboxFailed
from intake.model.basics import Box
from intake.model.document import Document, Reader
from intake.model.explanation import Explanation
from intake.model.invoice import Invoice
from intake.profile import Addressee
from intake.sandbox.client import Children
from intake.sandbox.task import Attached, ChildKind, Task, within_bounds

MAX_PAGE_COUNT = 10_000_000
MAX_PICTURE_SIDE = 10_000
MOST_WORDS = 5_000
"""On one page; a person points at none of more."""
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
    shown: tuple[Region, ...] = ()
    """Whole pages whose text may be another than what is drawn: to be looked at before a refusal."""


@dataclass(frozen=True, slots=True)
class ReadArguments:
    """How a file is read."""

    reader: Reader
    buyer: Addressee
    seen: tuple[Seen, ...] = ()
    """What OCR saw of it."""
    as_drawn: bool = False
    """What OCR saw stands in the place of the text of those pages."""
    explain: bool = False
    """Whether to say why each field has its value."""


@dataclass(frozen=True, slots=True)
class ReadFile:
    """What a child read of one file."""

    summary: DocumentSummary
    invoice: Invoice | None
    explanations: tuple[Explanation, ...] = ()
    differs: bool = False
    """A page shows another text than its text layer has."""
    spots: tuple[Spot, ...] = ()
    """Words of the text layer in whose place something else is drawn."""


@dataclass(frozen=True, slots=True)
class PictureArguments:
    """Which page is drawn, from 1, and how finely (dots an inch)."""

    page: int
    dpi: int
    box: Box | None = None
    """The part of it, in points from the top left; None: the whole page."""


@dataclass(frozen=True, slots=True)
class WordsArguments:
    """Of which page the words are wanted, from 1."""

    page: int


@dataclass(frozen=True, slots=True)
class PageWord:
    """One word that a person sees on a page, in its box."""

    text: str
    box: Box


@dataclass(frozen=True, slots=True)
class PageWords:
    """What a person can point at on one page."""

    words: tuple[PageWord, ...]


def _read(data: bytes, arguments: ReadArguments, secrets: Sequence[bytes]) -> ReadFile:
    from intake.document.readers import pdf, pdf_traits

    document = pdf_traits.judged(pdf.read(data, arguments.reader), data)
    found = _as_drawn if arguments.as_drawn and not document.fault else _found
    return found(document, data, arguments)


def _read_photo(data: bytes, arguments: ReadArguments, secrets: Sequence[bytes]) -> ReadFile:
    """A file without the header of a PDF: a photo, or nothing that can be read."""
    from intake.document.readers import pdf, photo

    read = photo.read if photo.is_photo(data) else pdf.read
    return _found(read(data, arguments.reader), data, arguments)


def _found(document: Document, data: bytes, arguments: ReadArguments) -> ReadFile:
    from intake.document import file_remarks
    from intake.document.anonymity import hidden_content
    from intake.document.extract.explaining import explain
    from intake.document.extract.invoice import find_invoice
    from intake.document.ocr import overlay

    summary = _summary(document, data)
    if document.fault:
        return ReadFile(summary, None)
    buyer, seen = arguments.buyer, arguments.seen
    whole, mended = overlay.with_seen(document, seen)
    invoice = hidden_content.with_inside(find_invoice(whole, buyer), data, document, buyer)
    invoice = file_remarks.remarked(invoice, document, buyer, seen, mended)
    explanations = explain(whole, buyer) if arguments.explain else ()
    return ReadFile(summary, invoice, explanations)


def _as_drawn(document: Document, data: bytes, arguments: ReadArguments) -> ReadFile:
    """The invoice that the pages show, whatever their text layer says."""
    from intake.document.anonymity import hidden_content
    from intake.document.extract.invoice import find_invoice
    from intake.document.ocr.drawn import as_drawn

    drawn = as_drawn(document, arguments.seen)
    invoice = find_invoice(drawn.document, arguments.buyer)
    invoice = hidden_content.with_inside(invoice, data, document, arguments.buyer)
    remarks = (*document.remarks, *(("text-differs",) if drawn.differs else ()))
    invoice = replace(invoice, file_remarks=remarks, readers=(*invoice.readers, Reader.OCR))
    summary = _summary(document, data)
    return ReadFile(summary, invoice, differs=drawn.differs, spots=drawn.spots)


def _summary(document: Document, data: bytes) -> DocumentSummary:
    from intake.document.ocr import drawn, overlay

    return DocumentSummary(
        document.reader,
        document.page_count,
        sum(any(not word.hidden for word in page.words) for page in document.pages),
        sum(bool(page.pictures) or page.drawn for page in document.pages),
        document.fault,
        document.encrypted,
        tuple(overlay.regions(document)),
        tuple(drawn.pages_to_look_at(document, data)),
    )


def _draw(data: bytes, arguments: PictureArguments, secrets: Sequence[bytes]) -> Attached:
    from intake.document.readers import pdf

    return pdf.picture(data, arguments.page, arguments.dpi, arguments.box)


def _words(data: bytes, arguments: WordsArguments, secrets: Sequence[bytes]) -> PageWords:
    from intake.document.readers import pdf

    pages = pdf.read(data, Reader.PDFIUM).pages
    words = (word for page in pages if page.number == arguments.page for word in page.words)
    seen = [PageWord(word.text, word.box) for word in words if not word.hidden]
    return PageWords(tuple(seen[:MOST_WORDS]))


def _are_words(answer: PageWords) -> bool:
    return len(answer.words) <= MOST_WORDS and all(len(each.text) < 1000 for each in answer.words)


def _first_words() -> Iterator[tuple[bytes, WordsArguments, Sequence[bytes]]]:
    from intake.document.readers import warmup

    yield warmup.tiny_pdf(), WordsArguments(page=1), ()


def _is_sound(answer: ReadFile) -> bool:
    summary, invoice = answer.summary, answer.invoice
    counts = (summary.page_count, summary.pages_with_text, summary.pages_with_unread_pictures)
    if min(counts) < 0 or not max(counts[1:]) <= summary.page_count <= MAX_PAGE_COUNT:
        return False
    if (invoice is None) != (summary.fault is not None):
        return False
    if invoice is not None and invoice.page_count != summary.page_count:
        return False
    return within_bounds(answer, summary.page_count)


def _is_png(content: bytes) -> bool:
    if not content.startswith(PNG) or len(content) < 45 or content[12:16] != b"IHDR":
        return False
    sides: tuple[int, int] = struct.unpack(">II", content[16:24])
    return min(sides) >= 1 and max(sides) <= MAX_PICTURE_SIDE


def _first_documents(reader: Reader) -> Iterator[tuple[bytes, ReadArguments, Sequence[bytes]]]:
    from intake.document.readers import warmup

    warmup.load_phone_numbers()
    yield warmup.tiny_pdf(), ReadArguments(reader, warmup.BUYER), ()
    warmup.keep_open()


def _first_photos() -> Iterator[tuple[bytes, ReadArguments, Sequence[bytes]]]:
    from intake.document.readers import warmup

    for photo in warmup.pictures():
        yield photo, ReadArguments(Reader.PDFIUM, warmup.BUYER), ()


def _first_page() -> Iterator[tuple[bytes, PictureArguments, Sequence[bytes]]]:
    from intake.document.readers import warmup

    yield warmup.tiny_pdf(), PictureArguments(page=1, dpi=20), ()


READ = Task(
    "read-invoice", ChildKind.READING, _read, partial(_first_documents, Reader.PDFIUM), _is_sound
)
READ_AGAIN = Task(
    "read-invoice-again",
    ChildKind.SECOND,
    _read,
    partial(_first_documents, Reader.PDFPLUMBER),
    _is_sound,
    seconds=30,
)
"""With pdfplumber; both engines stop beginning new pages after 12 seconds."""
READ_PHOTO = Task("read-photo", ChildKind.PICTURES, _read_photo, _first_photos, _is_sound)
PAGE_WORDS = Task("page-words", ChildKind.READING, _words, _first_words, _are_words)
DRAW_PAGE = Task("page-picture", ChildKind.READING, _draw, _first_page, _is_png)


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
        read = _call(sandbox, data, ReadArguments(reader, buyer, tuple(seen)))
    except SandboxFailed as failure:
        return DocumentSummary(reader, 0, fault=failure.code), None
    return read.summary, read.invoice


def read_as_drawn(
    sandbox: Children, data: bytes, buyer: Addressee, seen: Sequence[Seen]
) -> ReadFile | None:
    """Read one PDF as its pages are drawn.

    Args:
        seen: what OCR saw on ``DocumentSummary.shown``.

    Returns:
        None when the child failed or nothing could be read.
    """
    arguments = ReadArguments(Reader.PDFIUM, buyer, tuple(seen), as_drawn=True)
    try:
        read = _call(sandbox, data, arguments)
    except SandboxFailed:
        return None
    return read if read.invoice else None


def explain_invoice(
    sandbox: Children, data: bytes, buyer: Addressee, seen: Sequence[Seen]
) -> tuple[Explanation, ...]:
    """As :func:`read_invoice` by the first reader: why each field has its value.

    Raises:
        SandboxFailed: the child failed.
    """
    arguments = ReadArguments(Reader.PDFIUM, buyer, tuple(seen), explain=True)
    return _call(sandbox, data, arguments).explanations


def _call(sandbox: Children, data: bytes, arguments: ReadArguments) -> ReadFile:
    again = READ_AGAIN if arguments.reader is Reader.PDFPLUMBER else READ
    task = again if is_pdf(data) else READ_PHOTO
    read = sandbox.call(task, data, arguments, seconds=again.seconds)
    if read.summary.reader is not arguments.reader:
        raise SandboxFailed("garbage")
    return read


def page_picture(
    sandbox: Children, data: bytes, page: int, dpi: int, box: Box | None = None
) -> bytes:
    """Draw one page (from 1), or a part of it, as PNG in a child.

    Raises:
        SandboxFailed: there is no such page, or the child failed; ``garbage`` when what came back
            is no picture.
    """
    return sandbox.call(DRAW_PAGE, data, PictureArguments(page, dpi, box))


def page_words(sandbox: Children, data: bytes, page: int) -> tuple[PageWord, ...]:
    """The words on one page (from 1) that a person sees, as their boxes stand in the file.

    Raises:
        SandboxFailed: the child failed.
    """
    return sandbox.call(PAGE_WORDS, data, WordsArguments(page)).words
