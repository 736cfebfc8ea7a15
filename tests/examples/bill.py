"""What an example invoice says, apart from how a producer draws it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
MONTHS = (
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
)
ALMERE = ("Gemeente Almere", "Crediteurenadministratie/zorg", "Postbus 200", "1300 AE Almere")


@dataclass(frozen=True)
class Supplier:
    """A fictitious provider. ``None`` means that its invoices leave this out."""

    name: str
    street: str
    postcode: str
    city: str
    phone: str | None
    kvk: str | None
    iban: str
    """As printed, with its spaces."""
    vat_id: str | None = None
    exempt: str | None = None
    """The sentence about btw exemption as printed."""
    email: str = ""


@dataclass(frozen=True)
class Item:
    """One line of an invoice; ``rate`` is the btw percentage, None when exempt."""

    text: str
    quantity: Decimal
    unit: str
    price: Decimal
    rate: int | None = None

    @property
    def net(self) -> Decimal:
        return (self.quantity * self.price).quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class Bill:
    """One document and where it is kept."""

    folder: str
    file: str
    producer: str
    supplier: Supplier
    number: str
    issued: dt.date
    items: tuple[Item, ...]
    addressee: tuple[str, ...] = ALMERE
    title: str = "Factuur"
    remarks: tuple[str, ...] = ()

    @property
    def due(self) -> dt.date:
        return self.issued + dt.timedelta(days=30)

    @property
    def net(self) -> Decimal:
        return sum((item.net for item in self.items), Decimal(0))

    @property
    def vat_lines(self) -> tuple[tuple[int, Decimal, Decimal], ...]:
        """(rate, base, btw) for each rate charged, lowest first."""
        bases: dict[int, Decimal] = {}
        for item in self.items:
            if item.rate is not None:
                bases[item.rate] = bases.get(item.rate, Decimal(0)) + item.net
        return tuple(
            (rate, base, (base * rate / 100).quantize(CENT, ROUND_HALF_UP))
            for rate, base in sorted(bases.items())
        )

    @property
    def gross(self) -> Decimal:
        return self.net + sum((vat for _, _, vat in self.vat_lines), Decimal(0))


def item(text: str, quantity: str, unit: str, price: str, rate: int | None = None) -> Item:
    return Item(text, Decimal(quantity), unit, Decimal(price), rate)


def money(amount: Decimal) -> str:
    """``1.234,56``, the Dutch way; minus in front."""
    return f"{amount:,.2f}".replace(",", " ").replace(".", ",").replace(" ", ".")


def count(quantity: Decimal) -> str:
    return str(
        quantity.normalize().quantize(Decimal(1))
        if quantity == quantity.to_integral()
        else quantity.normalize()
    ).replace(".", ",")


def long_date(day: dt.date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def short_date(day: dt.date) -> str:
    return f"{day:%d-%m-%Y}"
