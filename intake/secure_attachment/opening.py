"""Opens what came beside the invoices: containers, their care lines, and invoices that came inside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from intake.document.recognise import Files, recognise
from intake.document.sandbox import Sandbox
from intake.secure_attachment import open_container
from intake.secure_attachment.care_lines import read_care_lines
from intake.secure_attachment.container import Opener as Opener
from intake.types import Attachments, CareLine, CheckedDocument, Container, Opening, Part, Protection


@dataclass(slots=True)
class _Found:
    containers: list[Container] = field(default_factory=list)
    lines: list[CareLine] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    documents: list[CheckedDocument] = field(default_factory=list)
    invoice_inside: bool = False

    @property
    def has_invoice(self) -> bool:
        return any(document.is_invoice for document in self.documents)


def open_attachments(
    files: Files,
    documents: Sequence[CheckedDocument],
    passwords: Sequence[str],
    opener: Opener,
    read: Callable[[Part], CheckedDocument],
) -> tuple[Attachments, tuple[CheckedDocument, ...]]:
    """All attachments of a mail, and every document of the mail with those found inside containers.

    Args:
        documents: what was read of the PDF files that lay in the open.
        read: reads and checks one more PDF; an invoice inside a container is an invoice.
    """
    found = _Found()
    has_invoice = any(d.is_invoice for d in documents)
    for part in files.containers:
        container = open_container(part, opener, passwords)
        if container is not None:
            _look_inside(container, has_invoice, opener.reading, read, found)
    in_the_open = {p.path: p for p in (*files.sheets, *files.documents)}
    for document in documents:
        if document.is_invoice:
            in_the_open.pop(document.path, None)
            continue
        file = in_the_open.get(document.path) if document.fault == "encrypted" else None
        locked = open_container(file, opener, passwords) if file else None
        if locked and (has_invoice or found.has_invoice or locked.opening is Opening.OPENED):
            in_the_open.pop(document.path, None)
            _look_inside(locked, has_invoice, opener.reading, read, found)
        else:
            found.documents.append(document)
    for part in in_the_open.values():
        sheet = read_care_lines(opener.reading, part)
        if sheet.names_clients:
            found.lines.extend(sheet.lines)
            found.unread.extend(() if sheet.understood else (part.path,))
            found.containers.append(Container(part.path, "plain", Opening.OPENED, Protection.NONE, (part,)))
    invoices = [d for d in documents if d.is_invoice]
    attachments = Attachments(tuple(found.containers), tuple(found.lines), tuple(found.unread), invoice_inside=found.invoice_inside)
    return attachments, (*invoices, *found.documents)


def _look_inside(
    container: Container, has_invoice: bool, reading: Sandbox, read: Callable[[Part], CheckedDocument], found: _Found
) -> None:
    """A PDF inside that names clients is the invoice only when there is no other; else it is their data sheet."""
    files = recognise(container.parts)
    sheets = {p.path: read_care_lines(reading, p) for p in (*files.documents, *files.sheets)}
    documents = {p.path: read(p) for p in files.documents}
    invoices = [path for path, document in documents.items() if document.is_invoice]
    anonymous = [path for path in invoices if not sheets[path].names_clients]
    if has_invoice or anonymous:
        invoices = anonymous
    found.documents.extend(documents[path] for path in invoices)
    found.invoice_inside |= bool(invoices) and container.protection is not Protection.NONE

    read_as_sheet = {path: sheet for path, sheet in sheets.items() if path not in anonymous}
    unread = [path for path, sheet in read_as_sheet.items() if not sheet.understood and path not in invoices]
    found.unread.extend(unread)
    found.unread.extend(p.path for p in files.other_forms if p.path not in sheets)
    if container.opening is Opening.OPENED and container.protection is Protection.NONE and not any(s.names_clients for s in read_as_sheet.values()):
        return  # mere packing, such as a zip around the invoice
    found.lines.extend(line for sheet in read_as_sheet.values() for line in sheet.lines)
    found.containers.append(container)
