"""Opens what came beside the invoices: containers, their care lines, and invoices that came inside."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from intake.mail.file_roles import Files, recognise
from intake.model.attachment import Container, Opening, Protection
from intake.model.care import CareSheet
from intake.model.mail import Mail, Part
from intake.model.verdict import CheckedDocument
from intake.sandbox.client import Children
from intake.secure_attachment.care_lines.client import names_clients, read_care_lines
from intake.secure_attachment.containers.format import Opener, Passwords
from intake.secure_attachment.containers.opener import open_container
from intake.secure_attachment.pairing.model import Bundle, MailContents
from intake.secure_attachment.unsupported import container_of, is_debris, is_emptied, is_unsupported

Reads = Callable[[Part], CheckedDocument]
_CLOSED = (Opening.LOCKED, Opening.NOT_FOR_US)


def open_attachments(
    files: Files,
    documents: Sequence[CheckedDocument],
    passwords: Passwords,
    opener: Opener,
    read: Reads,
    has_invoice: bool = False,
) -> MailContents:
    """Open all attachments of a mail.

    Args:
        documents: what was read of the PDF files that lay in the open.
        read: reads and checks one more PDF; an invoice inside a container is an invoice.
        has_invoice: the invoice came in another mail, if there is none among the documents.
    """
    found = MailContents(documents=tuple(d for d in documents if d.is_invoice))
    has_invoice = has_invoice or found.has_invoice
    in_the_open = {p.path: p for p in (*files.sheets, *files.documents)}
    for document in found.documents:
        in_the_open.pop(document.path, None)
    for part in files.non_pdf:
        container = open_container(part, opener, passwords)
        if container is not None:
            found += _look_inside(container, part, has_invoice, opener.reading, read)
        elif is_unsupported(part):
            found += _packed(part)
        else:
            continue
        in_the_open.pop(part.path, None)
    for document in (d for d in documents if not d.is_invoice):
        file = in_the_open.get(document.path) if document.fault == "encrypted" else None
        locked = open_container(file, opener, passwords) if file else None
        if file is None or locked is None:
            found += MailContents(documents=(document,))
        elif has_invoice or found.has_invoice or locked.opening not in _CLOSED:
            found += _look_inside(locked, file, has_invoice, opener.reading, read)
            del in_the_open[file.path]
        else:
            closed = Bundle(locked, names=_names(file))
            found += MailContents(documents=(document,), closed=(closed,))
    found += MailContents(tuple(_unsecured(opener.reading, in_the_open.values())))
    known = found.bundles or found.closed
    return found if known else found + _packed(*filter(is_emptied, files.non_pdf))


def _packed(*parts: Part, outer: tuple[Part, ...] = ()) -> MailContents:
    """Files that are containers which nobody can open, or were lost on the way."""
    return MailContents(
        tuple(Bundle(container_of(part), names=_names(*outer, part)) for part in parts)
    )


def _unsecured(reading: Children, files: Iterable[Part]) -> Iterator[Bundle]:
    """Files that name clients and lie in no container."""
    for part in files:
        sheet = read_care_lines(reading, part)
        if names_clients(sheet):
            container = Container(part.path, "plain", Opening.OPENED, Protection.NONE, (part,))
            yield Bundle(container, sheet.lines, _unread(sheet, part), _names(part))


def open_later_mail(
    mail: Mail, number: int, passwords: Passwords, opener: Opener, read: Reads
) -> tuple[Bundle, ...]:
    """The attachments in the ``number``th later mail, which brought them for an invoice in hand."""
    files = recognise([replace(part, path=f"{number}+{part.path}") for part in mail.parts])
    documents = [read(part) for part in files.documents]
    found = open_attachments(files, documents, passwords, opener, read, has_invoice=True)
    return tuple(replace(b, subject=mail.subject, mail=number) for b in found.bundles)


def _look_inside(
    container: Container, outer: Part, has_invoice: bool, reading: Children, read: Reads
) -> MailContents:
    """What a container holds; a PDF that names clients, beside an invoice, is their data sheet."""
    container = replace(container, parts=tuple(p for p in container.parts if not is_debris(p)))
    files = recognise(container.parts)
    sheets = {p.path: read_care_lines(reading, p) for p in (*files.documents, *files.sheets)}
    documents = {p.path: read(p) for p in files.documents}
    invoices = _invoices_inside(documents, sheets, has_invoice)
    protected = container.protection is not Protection.NONE
    found = MailContents(
        documents=tuple(documents[path] for path in invoices),
        invoice_inside=protected and bool(invoices),
    )
    open_to_all = container.opening is Opening.OPENED and not protected
    if open_to_all and not any(map(names_clients, sheets.values())):
        # Mere packing, such as a zip around the invoice; or around what nobody can open.
        return found + _packed(*filter(is_unsupported, container.parts), outer=(outer,))
    sheets |= {p: CareSheet(understood=True) for p in invoices if not names_clients(sheets[p])}
    bundles = []
    for part in {p.path: p for p in (*files.documents, *files.sheets, *files.other_forms)}.values():
        sheet = sheets.get(part.path, CareSheet())
        unread = () if part.path in invoices else _unread(sheet, part)
        if sheet.lines or unread:
            bundles.append(Bundle(container, sheet.lines, unread, _names(outer, part)))
    return found + MailContents(tuple(bundles) or (Bundle(container, names=_names(outer)),))


def _invoices_inside(
    documents: Mapping[str, CheckedDocument], sheets: Mapping[str, CareSheet], has_invoice: bool
) -> list[str]:
    """Paths of the invoices in a container: those that name clients only where there is no other."""
    invoices = [path for path, document in documents.items() if document.is_invoice]
    anonymous = [path for path in invoices if not names_clients(sheets[path])]
    return anonymous if has_invoice or anonymous else invoices


def _unread(sheet: CareSheet, part: Part) -> tuple[str, ...]:
    return () if sheet.understood or sheet.only_words else (part.path,)


def _names(*files: Part | CheckedDocument) -> tuple[str, ...]:
    return tuple(file.file_name for file in files if file.file_name)
