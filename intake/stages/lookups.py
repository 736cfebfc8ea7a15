"""What the stages look up of earlier mails."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from intake.model.care import CareLine, EarlierCare
from intake.model.invoice import Invoice
from intake.model.mail import Mail
from intake.model.supplier import KnownSupplier
from intake.model.verdict import History
from intake.secure_attachment.pairing.model import Loose, Waiting


class Lookups(Protocol):
    """What is kept of earlier mails; the mail with the reference given is left out of each answer."""

    def history(self, invoice: Invoice, reference: str, sender: str | None = None) -> History:
        """What we hold of this supplier and number, and of the domain that it sends from."""
        ...

    def supplier(self, invoice: Invoice, reference: str) -> KnownSupplier:
        """What our register and public ones say of the supplier of this invoice; bounded in time."""
        ...

    def passwords(self, sender: str | None, kvk_numbers: Sequence[str]) -> Sequence[str]:
        """Passwords agreed with the provider of this address or of one of these KvK numbers."""
        ...

    def waiting(self, mail: Mail, reference: str, numbers: Sequence[str]) -> Sequence[Waiting]:
        """Mails that wait for the attachment in this one, which names these numbers, and those that
        it was given to before."""
        ...

    def loose(self, mail: Mail, reference: str, invoices: Sequence[Invoice]) -> Sequence[Loose]:
        """Mails whose attachment waits for these invoices of this mail."""
        ...

    def raw(self, reference: str) -> bytes:
        """The bytes of another kept mail."""
        ...

    def earlier_care(self, lines: Sequence[CareLine], reference: str) -> Sequence[EarlierCare]:
        """Which of these care lines other mails declared before."""
        ...
