"""A supplier (leverancier) as the municipality's own register has it, and what public registers say."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class ContractScope(StrEnum):
    """Who made the contract, or that there is none."""

    MUNICIPALITY = "gemeente"
    REGION = "regio"
    NATIONAL = "landelijk"
    NONE = "geen"
    """Known to have no contract in this period: its invoices may come by mail."""


class AgreementKind(StrEnum):
    """By which agreement care without a contract is paid."""

    INTERVENTION_TEAM = "interventieteam"
    COMPLETION = "afronding"
    """Afrondingsovereenkomst: care that had begun may be finished."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days of something that is in force; without a last day until further notice."""

    first_day: dt.date
    last_day: dt.date | None = None

    def holds(self, first: dt.date, last: dt.date) -> bool:
        """Whether all these days are in it."""
        return self.first_day <= first and (self.last_day is None or last <= self.last_day)

    def touches(self, first: dt.date, last: dt.date) -> bool:
        """Whether one of these days is in it."""
        return self.first_day <= last and (self.last_day is None or first <= self.last_day)


@dataclass(frozen=True, slots=True)
class Contract:
    scope: ContractScope
    period: Period


@dataclass(frozen=True, slots=True)
class Agreement:
    """One agreement for one product, or for every product."""

    kind: AgreementKind
    number: str
    product: str
    """Code; empty: every product."""
    period: Period
    ceiling: Decimal | None = None
    """Euros in all; None: no ceiling was agreed."""
    spent: Decimal = Decimal(0)
    """Accepted before of invoices with a date in its period; on what product is not known."""


@dataclass(frozen=True, slots=True)
class SupplierAccount:
    """An account of the supplier; it is known once a second person approved it."""

    iban: str = field(repr=False)
    since: dt.date
    last_day: dt.date | None = None
    """None: in use."""
    added_by: str = ""
    """Who typed it, imported it, or accepted the first invoice with it."""
    approved_by: str | None = None
    approved_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Registered:
    """One supplier in the register of one municipality."""

    name: str
    kvk: str = ""
    vat_id: str = ""
    """Never an old one of a sole trader, which holds a BSN."""
    street: str = ""
    postcode: str = ""
    city: str = ""
    creditor_number: str = ""
    """Crediteurnummer: by which the finance package knows it."""
    notes: str = field(default="", repr=False)
    cost_centre: str = ""
    """How its invoices are booked, where that is not as for others; so are the four that follow."""
    cost_type: str = ""
    task_field: str = ""
    vat_code: str = ""
    order_number: str = ""
    other_names: tuple[str, ...] = ()
    other_addresses: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    """Of its mail addresses."""
    accounts: tuple[SupplierAccount, ...] = ()
    contracts: tuple[Contract, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    number: int = 0
    """In the register; 0: not yet."""
    version: int = 0

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.other_names)


class RegisterSource(StrEnum):
    """A public register."""

    KVK = "kvk"
    VIES = "vies"


class AnswerKind(StrEnum):
    FOUND = "found"
    UNKNOWN = "unknown"
    """The register does not know the number."""
    NO_ANSWER = "no-answer"
    """It could not be asked, or did not answer in time: that says nothing of the supplier."""


@dataclass(frozen=True, slots=True)
class RegisterAnswer:
    """What a public register said of one number."""

    source: RegisterSource
    number: str
    kind: AnswerKind
    asked_on: dt.date
    names: tuple[str, ...] = ()
    """Statutory and trade names; empty when it tells none."""
    postcodes: tuple[str, ...] = ()
    """Compact; empty when addresses are shielded or not told."""
    cities: tuple[str, ...] = ()
    ended_on: dt.date | None = None
    inactive: bool = False
    """It stands there as one that is no longer active, without a day."""


@dataclass(frozen=True, slots=True)
class KnownSupplier:
    """What is known of the supplier of an invoice beside its invoices."""

    registered: Registered | None = None
    """None: it does not stand in the register."""
    answers: tuple[RegisterAnswer, ...] = ()
