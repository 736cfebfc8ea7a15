"""Opens what came beside the invoices, in this mail and in others, and finds out whose it is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial

from intake.checks.document import check_link_only
from intake.mail import message
from intake.mail.mention import (
    announces_invoice,
    is_meant_as_invoice,
    is_named_as_invoice,
    links_to_file,
    only_links_to_invoice,
)
from intake.model.mail import Automation, PartKind
from intake.model.verdict import CheckedDocument
from intake.secure_attachment.containers.format import Opener
from intake.secure_attachment.opening import open_attachments, open_later_mail
from intake.secure_attachment.pairing.across_mails import with_invoices, without_invoice
from intake.secure_attachment.pairing.model import Bundle, MailContents, Unrecognised
from intake.stages.documents import DocumentReader, is_unread, unread
from intake.stages.lookups import Lookups
from intake.stages.values import Opened, Paired, Parsed, Read


@dataclass(frozen=True)
class AttachmentOpener:
    """Opens attachments for one mail: with our keys, and with the passwords of its provider."""

    read: Read
    opener: Opener
    reader: DocumentReader
    lookups: Lookups

    @cached_property
    def _passwords(self) -> tuple[str, ...]:
        """Those that persons typed for this mail, then those agreed with its provider."""
        received, sender = self.read.parsed.received, self.read.parsed.sender
        agreed = self.lookups.passwords(sender.address, self.read.kvk_numbers)
        return tuple(dict.fromkeys((*received.passwords, *agreed)))

    def _secrets(self) -> tuple[str, ...]:
        return self._passwords

    def open_own(self) -> MailContents:
        """What came in the mail itself."""
        files, documents = self.read.parsed.files, self.read.documents
        return open_attachments(files, documents, self._secrets, self.opener, self.reader.read)

    def open_other(self, reference: str, number: int) -> tuple[str, tuple[Bundle, ...]]:
        """The subject of another kept mail and what came in it, as the ``number``-th later one."""
        mail = message.parse(self.lookups.raw(reference))
        bundles = open_later_mail(mail, number, self._secrets, self.opener, self.reader.read)
        return mail.subject, bundles


def open_all(opener: AttachmentOpener) -> Opened:
    """Open what came in the mail, and in the later ones that brought what it waited for."""
    found = opener.open_own()
    for number, reference in enumerate(opener.read.parsed.received.companions, 1):
        _, bundles = opener.open_other(reference, number)
        found += MailContents(bundles)
    return Opened(opener.read, found)


def pair_all(opened: Opened, opener: AttachmentOpener) -> Paired:
    """Pair invoices and attachments, of this mail and of those that wait for it or it for them."""
    parsed, found = opened.read.parsed, opened.found
    mail, reference = parsed.mail, parsed.received.reference
    loose = partial(opener.lookups.loose, mail, reference)
    found, pairs, elsewhere = with_invoices(found, reference, loose, opener.open_other)
    if not pairs:
        waiting = partial(opener.lookups.waiting, mail, reference)
        unrecognised = _may_hold_invoice(opened.read, found)
        found, elsewhere = without_invoice(found, mail.subject, waiting, unrecognised)
    documents = found.documents or _other_documents(parsed, opener.reader)
    return Paired(opened, found, pairs, elsewhere, documents)


def _may_hold_invoice(read: Read, found: MailContents) -> Unrecognised:
    """Whether a mail in which no invoice was recognised may bring one all the same."""
    mail = read.parsed.mail
    opened = {b.container.path for b in found.bundles if b.opened}
    seen = opened.union(bundle.container.path for bundle in found.closed)
    documents = (each for each in read.documents if each.path not in seen)
    files = (p for p in read.parsed.parts if p.kind is not PartKind.PDF and p.path not in opened)
    unread = any(map(is_unread, documents))
    if unread or any(map(is_named_as_invoice, files)) or links_to_file(mail):
        return Unrecognised.CERTAIN
    return Unrecognised.ANNOUNCED if announces_invoice(mail) else Unrecognised.NOTHING


def _other_documents(parsed: Parsed, reader: DocumentReader) -> tuple[CheckedDocument, ...]:
    """What was meant as the invoice in a mail without any: a photo, another form, a mere link."""
    documents = tuple(
        reader.read(part) if part.kind is PartKind.IMAGE else unread(part, None, 0, reader.profile)
        for part in parsed.files.other_forms
        if is_meant_as_invoice(parsed.mail, part)
    )
    if documents or parsed.sender.automation is not Automation.PERSON:
        return documents
    if not only_links_to_invoice(parsed.mail):
        return ()
    link = check_link_only(reader.profile)
    return (CheckedDocument("", PartKind.HTML, None, None, None, 0, (link,)),)
