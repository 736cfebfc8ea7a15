"""The care lines of the secured attachment: a client's number is masked until the clerk says why it
must be seen.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.exceptions import RequestValidationError
from starlette.responses import RedirectResponse, Response

from intake.model.care import CareLine
from intake.review import disclosure, wording
from intake.review.context import RoomOf
from intake.review.list_state import LONGEST, passed_on
from intake.review.pages.login import CareReader
from intake.store import cases
from intake.text.masking import masked

AT_ONCE = 100
"""Lines on one page."""
_LAST_DIGITS = 4

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Row:
    """One care line as it is shown."""

    number: int
    """Row in the attachment, which the findings name."""
    bsn: str = field(repr=False)
    client: tuple[str, ...] = field(repr=False)
    """Name, birth date and address, left out while they are masked; and whether the address is
    secret."""
    referrer: str = field(repr=False)
    product: str = field(repr=False)
    period: str = field(repr=False)
    care: str = field(repr=False)
    """Units and rate; empty when neither is told."""
    amount: Decimal | None = field(repr=False)
    decision: str = field(repr=False)


@router.post("/zaak/{reference}/zorgregels")
def uncover(
    room: RoomOf,
    login: CareReader,
    reference: str,
    why: Annotated[str, Form(max_length=20)] = "",
    tab: Annotated[str, Form(max_length=LONGEST)] = "",
) -> Response:
    """Show the care lines in full for a while; the reason stands in the audit."""
    if why not in wording.UNCOVER_CARE:
        raise RequestValidationError([])
    response = RedirectResponse(f"/zaak/{reference}?tab={passed_on(tab)}#zorgregels", 303)
    disclosure.allow(response, room, login, reference, why, disclosure.Scope.CARE)
    return response


def rows(room: RoomOf, reference: str, part: int, shown: bool) -> tuple[tuple[Row, ...], int]:
    """One part of the care lines, and how many parts there are.

    Args:
        part: counts from 1.
        shown: a reason was given; else numbers are masked and names left out.
    """
    lines = cases.care_lines(room.store, reference)
    here = lines[(part - 1) * AT_ONCE : part * AT_ONCE]
    return tuple(_row(line, shown) for line in here), -(-len(lines) // AT_ONCE)


def dotted(bsn: str) -> str:
    """A client's number with only its end to be seen; one of another length shows nothing.

    >>> dotted("999996782")
    '•••••6782'
    """
    seen = bsn[-_LAST_DIGITS:] if len(bsn) in (8, 9) and bsn.isdigit() else ""
    return "•" * (len(bsn) - len(seen)) + seen


def _row(line: CareLine, shown: bool) -> Row:
    def text(value: str | None) -> str:
        return (value if shown else masked(value, near_client=True)) if value else ""

    return Row(
        number=line.row,
        bsn=(line.bsn if shown else dotted(line.bsn)) if line.bsn else "–",
        client=tuple(_client(line, shown)),
        referrer=" · ".join(
            filter(None, (text(line.referrer), text(line.referrer_details) if shown else ""))
        )
        or "–",
        product=" · ".join(filter(None, (text(line.product_code), text(line.product)))) or "–",
        period=_period(line.period_start, line.period_end) or text(line.period_text) or "–",
        care=_care(line),
        amount=line.amount,
        decision=text(line.decision_number) or "–",
    )


def _client(line: CareLine, shown: bool) -> Iterator[str]:
    if shown:
        yield from filter(
            None,
            (
                line.client_name,
                wording.day(line.birth_date) if line.birth_date else None,
                line.client_address,
            ),
        )
    if line.secret_address:
        yield "geheim adres"


def _period(start: dt.date | None, end: dt.date | None) -> str:
    if start is None or end is None:
        return ""
    return f"{start:%d-%m-%Y}" if start == end else f"{start:%d-%m-%Y} t/m {end:%d-%m-%Y}"


def _care(line: CareLine) -> str:
    units = f"{line.units.normalize():f}".replace(".", ",") if line.units is not None else ""
    amount = " ".join(
        filter(None, (units, masked(line.unit, near_client=True) if line.unit else ""))
    )
    return " × ".join(
        filter(None, (amount, wording.money(line.rate) if line.rate is not None else ""))
    )
