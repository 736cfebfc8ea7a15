"""What the road of a mail looks up of earlier ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from intake.model.care import CareLine, EarlierCare
from intake.model.invoice import Invoice
from intake.model.mail import Mail
from intake.model.supplier import KnownSupplier, Registered
from intake.model.verdict import History
from intake.registers.base import PublicRegister
from intake.secure_attachment.pairing.model import Loose, Waiting
from intake.store import (
    Store,
    declared_care,
    journal,
    municipality,
    paid,
    pairing,
    providers,
    register_answers,
    supplier_register,
)
from intake.store.business_facts import plain
from intake.store.pairing import Marks
from intake.store.register_answers import number_to_ask


@dataclass(frozen=True, slots=True)
class StoreLookups:
    """Looks up in the store that is worked in; a dry run also looks into the installation's own.

    Args:
        store: where the mail in hand is kept.
        others: further stores that are only looked into.
        registers: public ones that may be asked.
    """

    store: Store
    others: tuple[Store, ...] = ()
    registers: tuple[PublicRegister, ...] = ()

    @property
    def _all(self) -> tuple[Store, ...]:
        return (self.store, *self.others)

    def history(self, invoice: Invoice, reference: str, sender: str | None = None) -> History:
        earlier = [journal.history_of(store, invoice, before=reference) for store in self._all]
        found = [paid.history(store, invoice, reference, sender) for store in self._all]
        own = municipality.name_of(self.store, reference)
        registered = self._registered(own, invoice, reference)
        other_domain = next((each.other_domain for each in found if each.other_domain), None)
        if registered and other_domain in registered.domains:
            other_domain = None
        return History(
            tuple(one for each in earlier for one in each.earlier),
            tuple(one for each in found for one in each.paid),
            tuple(one for each in found for one in each.same_account),
            other_domain,
            accounts=registered.accounts if registered else (),
            account_of=self._owners(own, invoice, registered),
        )

    def supplier(self, invoice: Invoice, reference: str) -> KnownSupplier:
        own = municipality.name_of(self.store, reference)
        known = self._registered(own, invoice, reference)
        asked = ((each, number_to_ask(each.source, invoice, known)) for each in self.registers)
        answers = (
            register_answers.of(self.store, each, number) for each, number in asked if number
        )
        return KnownSupplier(known, tuple(answers))

    def _registered(self, own: str, invoice: Invoice, reference: str) -> Registered | None:
        """As the register of the municipality of this mail has the supplier."""
        found = (
            supplier_register.of_invoice(store, own, invoice, reference) for store in self._all
        )
        return next(filter(None, found), None)

    def _owners(self, own: str, invoice: Invoice, registered: Registered | None) -> tuple[str, ...]:
        """Of whom else the register says that this account is theirs."""
        account = plain(invoice.iban.value)
        if not account:
            return ()
        number = registered.number if registered else 0
        found = (supplier_register.others_with(store, own, account, number) for store in self._all)
        return tuple(owner for each in found for owner in each)

    def passwords(self, sender: str | None, kvk_numbers: Sequence[str]) -> Sequence[str]:
        found = (providers.attachment_passwords(s, sender, kvk_numbers) for s in self._all)
        return [password for each in found for password in each]

    def waiting(self, mail: Mail, reference: str, numbers: Sequence[str]) -> Sequence[Waiting]:
        return pairing.waiting_for(self.store, self.marks(mail, reference, numbers))

    def loose(self, mail: Mail, reference: str, invoices: Sequence[Invoice]) -> Sequence[Loose]:
        return pairing.loose_for(self.store, self.marks(mail, reference, numbers_of(invoices)))

    def raw(self, reference: str) -> bytes:
        return journal.raw_mail(self.store, reference)[0]

    def earlier_care(self, lines: Sequence[CareLine], reference: str) -> Sequence[EarlierCare]:
        found = (declared_care.earlier(store, lines, before=reference) for store in self._all)
        return [earlier for each in found for earlier in each]

    def marks(self, mail: Mail, reference: str, numbers: Sequence[str]) -> Marks:
        """By what other halves of this mail are found."""
        return pairing.marks(self.store, reference, mail.thread, mail.sender, numbers, mail.subject)


def numbers_of(invoices: Sequence[Invoice]) -> list[str]:
    return [number for invoice in invoices if (number := invoice.invoice_number.value)]
