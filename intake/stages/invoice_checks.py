"""The checks of one invoice, as one mail has them run."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from intake.checks import registry
from intake.model.finding import CheckResult
from intake.model.invoice import Invoice
from intake.profile import Profile
from intake.stages.lookups import Lookups


@dataclass(frozen=True, slots=True)
class InvoiceChecks:
    """Runs the checks by the rules of one municipality and day.

    Without ``lookups`` (a file without its mail) the checks that need what is known from before do
    not appear.
    """

    profile: Profile
    day: dt.date
    """The mail's receipt, Europe/Amsterdam."""
    lookups: Lookups | None = None
    reference: str = ""
    """The mail in hand, which is not its own history."""
    sender: str | None = None
    """Its address of From."""

    def run(self, invoice: Invoice) -> tuple[CheckResult, ...]:
        history = (
            self.lookups.history(invoice, self.reference, self.sender) if self.lookups else None
        )
        return registry.on_invoice(invoice, self.profile, self.day, history)
