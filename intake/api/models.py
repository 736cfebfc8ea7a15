"""What the API takes and gives (public: shapes change only with a major version)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from intake.model.booking import Batch, Booking
from intake.store.batches import BatchLine
from intake.store.tables import BatchState
from intake.text.masking import masked


class _Given(BaseModel):
    model_config = ConfigDict(frozen=True)


class BatchHead(_Given):
    """One batch in a list."""

    number: int
    municipality: str
    state: BatchState
    made_by: str
    made_at: dt.datetime
    invoices: int
    total: Decimal = Field(description="Euros; credit notes are taken off.")

    @classmethod
    def of(cls, line: BatchLine) -> BatchHead:
        return cls(
            number=line.number,
            municipality=line.municipality,
            state=line.state,
            made_by=line.made_by,
            made_at=line.made_at,
            invoices=line.count,
            total=line.total,
        )


class Rate(_Given):
    """Base and btw of one rate."""

    rate: Decimal = Field(description="Per cent.")
    net: Decimal
    vat: Decimal


class Invoice(_Given):
    """One invoice or credit note to be booked. Amounts are euros, negative on a credit note."""

    position: int = Field(description="In the batch, counted from 1.")
    reference: str
    credit: bool
    number: str
    corrects: str
    issued_on: dt.date
    received_on: dt.date
    due_on: dt.date
    supplier_name: str
    supplier_street: str
    supplier_postcode: str
    supplier_city: str
    supplier_kvk: str
    supplier_vat_id: str
    supplier_iban: str
    net: Decimal
    vat: Decimal
    gross: Decimal
    rates: list[Rate] = Field(description="Empty when the supply is exempt.")
    cost_centre: str
    cost_type: str
    task_field: str
    vat_code: str
    order_number: str
    creditor_number: str = ""

    @classmethod
    def of(cls, position: int, booking: Booking) -> Invoice:
        supplier, coding, zero = booking.supplier, booking.coding, Decimal(0)
        return cls(
            position=position,
            reference=booking.reference,
            credit=booking.is_credit,
            number=booking.number,
            corrects=booking.corrects,
            issued_on=booking.issued_on,
            received_on=booking.received_on,
            due_on=booking.due_on,
            supplier_name=supplier.name,
            supplier_street=supplier.street,
            supplier_postcode=supplier.postcode,
            supplier_city=supplier.city,
            supplier_kvk=supplier.kvk,
            supplier_vat_id=supplier.vat_id,
            supplier_iban=supplier.iban,
            net=booking.net,
            vat=booking.vat,
            gross=booking.gross,
            rates=[Rate(rate=r.rate, net=r.net or zero, vat=r.vat or zero) for r in booking.rates],
            cost_centre=coding.cost_centre,
            cost_type=coding.cost_type,
            task_field=coding.task_field,
            vat_code=coding.vat_code,
            order_number=coding.order_number,
            creditor_number=coding.creditor_number,
        )


class WholeBatch(_Given):
    """A batch with its invoices."""

    number: int
    municipality: str
    made_by: str
    made_at: dt.datetime
    total: Decimal
    invoices: list[Invoice]

    @classmethod
    def of(cls, batch: Batch) -> WholeBatch:
        invoices = [Invoice.of(at, each) for at, each in enumerate(batch.bookings, start=1)]
        return cls(
            number=batch.number,
            municipality=batch.municipality,
            made_by=batch.made_by,
            made_at=batch.made_at,
            total=batch.total,
            invoices=invoices,
        )


class Wanted(BaseModel):
    """Which batch is to be made."""

    model_config = ConfigDict(extra="forbid")
    municipality: str = Field(description="The name of its profile.")


class Held(_Given):
    """An accepted invoice that cannot leave yet."""

    reference: str
    why: list[str]


class Made(_Given):
    """What was made, and what stays behind."""

    batch: WholeBatch | None = Field(description="Null when nothing can leave.")
    held: list[Held]


class Fate(BaseModel):
    """How a batch fared."""

    model_config = ConfigDict(extra="forbid")
    state: BatchState


class BatchFile(_Given):
    """One file of a batch."""

    name: str = Field(description="As it would be called in a folder: 000012-003.xml.")
    sha256: str = Field(pattern="^[0-9a-f]{64}$", description="Of the bytes, in hexadecimal.")
    content: str = Field(
        description="The bytes, in base64.", json_schema_extra={"contentEncoding": "base64"}
    )


class FileMessage(_Given):
    """What the webhook brings: a message for each file of a batch, its manifest last."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    type: Literal["batch.file"]
    data: BatchFile


def _nobodys(code: str) -> str:
    """Raises ValueError for what could be a client's number: it would stand in the open."""
    if masked(code, near_client=True) != code:
        raise ValueError("could be the number of a client")
    return code


class Payment(BaseModel):
    """What became of one invoice; without either, it is open again."""

    model_config = ConfigDict(extra="forbid")
    paid_on: dt.date | None = None
    blocked: Annotated[str, AfterValidator(_nobodys)] | None = Field(
        None,
        pattern=r"^[a-z0-9-]{1,40}$",
        description="A code of your own: no words, and no number that could be a BSN.",
    )
