"""The figures of a period (dashboard): what came in and what became of it, as pictures, tables and
CSV.

Everybody who reads the lists may see them: they are sums of what stands there. Days and a
municipality are all that an address says.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import groupby
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.exceptions import RequestValidationError
from starlette.responses import Response

from intake import profile
from intake.checks import registry
from intake.errors import ConfigurationError
from intake.export import table
from intake.model.correction import Corrected
from intake.review import wording
from intake.review.context import Room, RoomOf
from intake.review.pages.login import Reader
from intake.store import Store, figures
from intake.store.figures import Day, FaultCount, Period
from intake.store.tables import InvoiceState

_USUAL_DAYS = 30
_SHOWN = 10
"""Rows of a list on the page; all of them stand in its CSV."""
_BY_DAY, _BY_WEEK = 45, 200
"""Days up to which a period is shown by day, and by week."""

router = APIRouter()

AskedDay = Annotated[str, Query(max_length=20)]
AskedMunicipality = Annotated[str, Query(max_length=60)]

_YEARS = 2000, 2999
"""A year before or after these is a typing error."""
_OUTCOMES = (InvoiceState.ACCEPTED, InvoiceState.REJECTED)


class Grain(StrEnum):
    """What one column of the picture stands for."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Bucket:
    """What came in on some days in a row, or at one municipality."""

    first: dt.date
    municipality: str = ""
    mails: int = 0
    invoices: int = 0
    accepted: int = 0
    refused: int = 0

    @property
    def waiting(self) -> int:
        return self.invoices - self.accepted - self.refused


class Figure(StrEnum):
    """What a CSV can be of, by its name in an address."""

    DAYS = "per-dag"
    STRAIGHT = "in-een-keer"
    TIMES = "tijd"
    PAID = "betaald"
    FAULTS = "fouten"
    SUPPLIERS = "fouten-per-leverancier"
    CORRECTIONS = "aanpassingen"
    OLDEST = "langst-open"


@router.get("/cijfers")
def show(
    room: RoomOf,
    login: Reader,
    van: AskedDay = "",
    tot: AskedDay = "",
    gemeente: AskedMunicipality = "",
) -> Response:
    """The last days, or the period that was chosen."""
    period, fault = _asked(room, van, tot, gemeente)
    store = room.store
    days = figures.by_day(store, period)
    grain = _grain(period)
    buckets = _buckets(days, period, grain)
    several = len(room.settings.municipalities) > 1 and not period.municipality
    return room.pages.html(
        "figures.html",
        400 if fault else 200,
        login=login,
        here="figures",
        period=period,
        fault=wording.PERIOD_FAULTS.get(fault),
        municipalities=room.settings.municipalities,
        choices=_choices(store.today),
        grain=grain.value,
        buckets=buckets,
        top=_round_up(max(bucket.invoices for bucket in buckets)),
        total=_summed(days, period.first),
        apart=_by_municipality(days, period.first) if several else [],
        straight=figures.straight(store, period),
        times=list(zip(_OUTCOMES, figures.times(store, period), strict=True)),
        paid=[(each, _payment_days(each.municipality)) for each in figures.paid(store, period)],
        faults=_named(figures.faults(store, period))[:_SHOWN],
        by_supplier=_named(figures.faults_by_supplier(store, period))[:_SHOWN],
        corrections=_by_fact(store, period)[:_SHOWN],
        facts=wording.CORRECTABLE,
        oldest=figures.oldest_open(store, period.municipality, _SHOWN),
        overdue=figures.overdue(store, period.municipality),
        today=store.today,
    )


@router.get("/cijfers.csv")
def take(
    room: RoomOf,
    login: Reader,
    figuur: Figure = Figure.DAYS,
    van: AskedDay = "",
    tot: AskedDay = "",
    gemeente: AskedMunicipality = "",
) -> Response:
    """One figure as a table for a spreadsheet."""
    period, fault = _asked(room, van, tot, gemeente)
    if fault:
        raise RequestValidationError([])
    columns, rows = _TABLES[figuur]
    name = f"cijfers-{figuur.value}-{period.first}-{period.last}.csv"
    return Response(
        table.written(columns, rows(room.store, period)),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _asked(room: Room, first: str, last: str, municipality: str) -> tuple[Period, str]:
    """The period that an address names, or the last days; and what is wrong with it, a code.

    Raises:
        RequestValidationError: the municipality is none of this installation.
    """
    if municipality and municipality not in room.settings.municipalities:
        raise RequestValidationError([])
    today = room.store.today
    try:
        until = dt.date.fromisoformat(last) if last else today
        since = dt.date.fromisoformat(first) if first else until - dt.timedelta(_USUAL_DAYS - 1)
    except (ValueError, OverflowError):
        since = until = dt.date.min
    if fault := _fault(since, until):
        return Period(today - dt.timedelta(_USUAL_DAYS - 1), today, municipality), fault
    return Period(since, until, municipality), ""


def _fault(since: dt.date, until: dt.date) -> str:
    if not all(_YEARS[0] <= day.year <= _YEARS[1] for day in (since, until)):
        return "day"
    days = (until - since).days + 1
    return "order" if days < 1 else "too-long" if days > figures.MOST_DAYS else ""


def _choices(today: dt.date) -> Mapping[str, tuple[dt.date, dt.date]]:
    """Periods that are asked for often."""
    return {
        "month": (today - dt.timedelta(_USUAL_DAYS - 1), today),
        "quarter": (today - dt.timedelta(3 * _USUAL_DAYS - 1), today),
        "year": (today.replace(month=1, day=1), today),
    }


def _grain(period: Period) -> Grain:
    days = (period.last - period.first).days + 1
    return Grain.DAY if days <= _BY_DAY else Grain.WEEK if days <= _BY_WEEK else Grain.MONTH


def _begin(day: dt.date, grain: Grain) -> dt.date:
    """The first day of what this day is shown with."""
    if grain is Grain.WEEK:
        return day - dt.timedelta(day.weekday())
    return day.replace(day=1) if grain is Grain.MONTH else day


def _buckets(days: Iterable[Day], period: Period, grain: Grain) -> list[Bucket]:
    """Every part of the period in its order, those without mail too."""
    length = (period.last - period.first).days + 1
    every = (period.first + dt.timedelta(number) for number in range(length))
    begins = dict.fromkeys(_begin(day, grain) for day in every)
    found: dict[dt.date, list[Day]] = {begin: [] for begin in begins}
    for day in days:
        found[_begin(day.on, grain)].append(day)
    return [_summed(own, max(begin, period.first)) for begin, own in found.items()]


def _by_municipality(days: Iterable[Day], first: dt.date) -> list[Bucket]:
    own = groupby(sorted(days, key=_municipality), _municipality)
    return [_summed(list(each), first, name) for name, each in own]


def _municipality(day: Day) -> str:
    return day.municipality


def _summed(days: Sequence[Day], first: dt.date, municipality: str = "") -> Bucket:
    return Bucket(
        first,
        municipality,
        sum(day.mails for day in days),
        sum(day.invoices for day in days),
        sum(day.accepted for day in days),
        sum(day.refused for day in days),
    )


def _round_up(most: int) -> int:
    """The top of a picture: the next even number that is easily read."""
    size = 1
    while True:
        for step in (2, 4, 6, 8, 10):
            if most <= step * size:
                return step * size
        size *= 10


def _payment_days(municipality: str) -> int | None:
    """Its own term; None when there is no profile of it any more."""
    try:
        return profile.load(municipality).payment_days
    except ConfigurationError:
        return None


def _named(found: Iterable[FaultCount]) -> list[tuple[str, FaultCount]]:
    return [(_reason(each.check), each) for each in found]


def _reason(check: str) -> str:
    return wording.REFUSED_FOR.get(check) or registry.heading(check)


def _by_fact(store: Store, period: Period) -> list[tuple[str, int]]:
    """The most often corrected first."""
    found: dict[str, int] = {}
    for each in figures.corrected(store, period):
        found[each.fact] = found.get(each.fact, 0) + each.times
    return sorted(found.items(), key=lambda item: (-item[1], item[0]))


def _days(store: Store, period: Period) -> Iterator[Sequence[table.Cell]]:
    for day in figures.by_day(store, period):
        counts = (day.mails, day.invoices, day.accepted, day.refused, day.waiting)
        yield day.on, day.municipality, *counts


def _straight(store: Store, period: Period) -> Iterator[Sequence[table.Cell]]:
    found = figures.straight(store, period)
    yield found.straight, found.accepted, found.refused


def _times(store: Store, period: Period) -> Iterator[Sequence[table.Cell]]:
    for state, found in zip(_OUTCOMES, figures.times(store, period), strict=True):
        word, _tone = wording.INVOICES[state]
        yield (word, found.count, _hours(found.median), _hours(found.p90)) if found else (word, 0)


def _hours(duration: dt.timedelta) -> Decimal:
    return Decimal(int(duration.total_seconds())) / 3600


def _paid(store: Store, period: Period) -> Iterator[Sequence[table.Cell]]:
    for each in figures.paid(store, period):
        days = _payment_days(each.municipality) or ""
        by = wording.PAID_BY[each.by]
        yield each.municipality, days, by, each.in_time, each.late, each.pending


def _faults(store: Store, period: Period) -> Iterator[Sequence[table.Cell]]:
    for reason, each in _named(figures.faults(store, period)):
        yield reason, each.invoices


def _suppliers(store: Store, period: Period) -> Iterator[Sequence[table.Cell]]:
    for reason, each in _named(figures.faults_by_supplier(store, period)):
        yield each.kvk, each.supplier, reason, each.invoices


def _corrections(store: Store, period: Period) -> Iterator[Sequence[table.Cell]]:
    for each in figures.corrected(store, period):
        yield wording.CORRECTABLE[Corrected(each.fact)], each.kvk, each.times


def _oldest(store: Store, period: Period) -> Iterator[Sequence[table.Cell]]:
    for each in figures.oldest_open(store, period.municipality, figures.MOST_ROWS):
        word, _tone = wording.INVOICES[each.state]
        days = (each.received_on, each.due_on or "")
        yield each.reference, each.municipality, *days, word, each.supplier


_TABLES: Mapping[
    Figure, tuple[Sequence[str], Callable[[Store, Period], Iterator[Sequence[table.Cell]]]]
] = {
    Figure.DAYS: (("dag", "gemeente", "mails", "facturen", "akkoord", "geweigerd", "wacht"), _days),
    Figure.STRAIGHT: (("in-een-keer-akkoord", "akkoord", "geweigerd"), _straight),
    Figure.TIMES: (("uitkomst", "facturen", "mediaan-uren", "negen-van-tien-uren"), _times),
    Figure.PAID: (
        ("gemeente", "termijn-dagen", "gemeten", "op-tijd", "te-laat", "nog-te-betalen"),
        _paid,
    ),
    Figure.FAULTS: (("reden", "facturen"), _faults),
    Figure.SUPPLIERS: (("kvk-nummer", "leverancier", "reden", "facturen"), _suppliers),
    Figure.CORRECTIONS: (("gegeven", "kvk-nummer", "keer"), _corrections),
    Figure.OLDEST: (
        ("kenmerk", "gemeente", "ontvangen", "uiterlijk-betalen", "stand", "leverancier"),
        _oldest,
    ),
}
"""The title of each column, and what the rows are."""
