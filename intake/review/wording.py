"""The words of the review page: states, fields and severities in Dutch (B1), dates and amounts as a
clerk writes them.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from intake.model.basics import AMSTERDAM
from intake.model.completeness import GapKind
from intake.model.correction import Corrected
from intake.model.finding import Severity
from intake.model.invoice import AccountRole, DocumentKind, Presence
from intake.model.mail import LeftOutWhy, PostKind, ReplyKind
from intake.model.supplier import AgreementKind, ContractScope, RegisterSource
from intake.profile import templates_folder
from intake.sections import ReplyMode
from intake.store.coding import Origin
from intake.store.figures import PaidBy
from intake.store.tables import BatchState, CaseState, InvoiceState, Judgement, ReplyState
from intake.text.dates import MONTHS

_DAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")

REFERENCE = re.compile(r"IN-[0-9A-Z]{4}-[0-9A-Z]{4}")
"""A reference in an address."""

_K = TypeVar("_K", bound=StrEnum)
_WORDS = tomllib.loads(
    (templates_folder() / "_default" / "pages" / "words.toml").read_text(encoding="utf-8")
)


def _each(table: str, kind: type[_K], *without: _K) -> Mapping[_K, str]:
    """The words of every member of a kind, but for those that are never shown."""
    return {key: str(_WORDS[table][key.value]) for key in kind if key not in without}


def _pairs(table: str, kind: type[_K]) -> Mapping[_K, tuple[str, str]]:
    """Two words of every member: the second is a tone, or follows a sign."""
    return {key: tuple(_WORDS[table][key.value]) for key in kind}


SEVERITIES = _pairs("severities", Severity)
KINDS = _each("kinds", DocumentKind)
STATES = _each("states", CaseState)
REPLIES = _pairs("replies", ReplyState)
REPLY_KINDS = _each("reply-kinds", ReplyKind)
HELD: Mapping[str, str] = _WORDS["held"]
JUDGED = _each("judged", CaseState, CaseState.RECEIVED, CaseState.ACCEPTED)
INVOICES = _pairs("invoices", InvoiceState)
EVENTS: Mapping[str, str] = _WORDS["events"]
INCIDENTS: Mapping[str, str] = _WORDS["incidents"]
LEFT_OUT = _each("left-out", LeftOutWhy)
GAPS = _each("gaps", GapKind)
DAY_SOURCES: Mapping[str, str] = _WORDS["day-sources"]
JUDGEMENTS = _pairs("judgements", Judgement)
POST = _each("post", PostKind)
BATCHES = _pairs("batches", BatchState)
BATCH_FORMATS: Mapping[str, str] = _WORDS["batch-formats"]
BATCH_MISSES: Mapping[str, str] = _WORDS["batch-misses"]
UNUSUAL: Mapping[str, str] = _WORDS["unusual"]
READINGS: Mapping[str, str] = _WORDS["readings"]
MESSAGES: Mapping[str, tuple[str, str]] = {
    key: (title, text) for key, (title, text) in _WORDS["messages"].items()
}
FORM_FAULTS: Mapping[str, str] = _WORDS["form-faults"]
AFTER_REFUSAL = _each("after-refusal", ReplyMode)
SENTENCES: Mapping[str, str] = _WORDS["sentences"]
PARTS: Mapping[str, str] = _WORDS["parts"]
PART_FAULTS: Mapping[str, str] = _WORDS["part-faults"]
PART_CODES: Mapping[str, str] = _WORDS["part-codes"]


@dataclass(frozen=True, slots=True)
class ViewWords:
    """What a view of the worklist is called."""

    slug: str
    """In an address."""
    title: str
    empty: str
    """What an empty list says."""


VIEWS: Mapping[str, ViewWords] = {key: ViewWords(*words) for key, words in _WORDS["views"].items()}
VIEW_OF_SLUG = {words.slug: view for view, words in VIEWS.items()}
POINTS: Mapping[str, str] = _WORDS["points"]
WITHOUT_POINT: Mapping[str, str] = _WORDS["without-point"]
FOUND_IN: Mapping[str, str] = _WORDS["found-in"]
ROW_STATES: Mapping[str, str] = _WORDS["row-states"]
CUT_OUTS: Mapping[str, str] = _WORDS["cut-outs"]
LEFT_OVER: Mapping[str, str] = _WORDS["left-over"]
REPLY_TITLES = _each("reply-titles", ReplyKind)
FIELD_GROUPS: Mapping[str, str] = _WORDS["field-groups"]
FIELDS: Mapping[str, str] = _WORDS["fields"]
READERS: Mapping[str, str] = _WORDS["readers"]
ACCOUNT_ROLES = _each("account-roles", AccountRole)
DONE: Mapping[str, str] = _WORDS["done"]
CORRECTABLE = _each("correctable", Corrected)
CORRECTION_FAULTS = _each("correction-faults", Corrected)
EXPLAINED: Mapping[str, str] = _WORDS["explained"]
UNCOVER: Mapping[str, str] = _WORDS["uncover"]
RESTRICTIONS: Mapping[str, str] = _WORDS["restrictions"]
SUBJECT_PLACES: Mapping[str, str] = _WORDS["subject-places"]
PEOPLE_KINDS: Mapping[str, str] = _WORDS["people-kinds"]
DATA_KINDS: Mapping[str, str] = _WORDS["data-kinds"]
TOLD: Mapping[str, str] = _WORDS["told"]
UNCOVER_CARE: Mapping[str, str] = _WORDS["uncover-care"]
CONTRACT_SCOPES = _each("contract-scopes", ContractScope)
CODES: Mapping[str, str] = _WORDS["codes"]
ORIGINS = _each("origins", Origin)
CODING_FAULTS: Mapping[str, str] = _WORDS["coding-faults"]
IMPORT_FAULTS: Mapping[str, str] = _WORDS["import-faults"]
AGREEMENT_KINDS = _each("agreement-kinds", AgreementKind)
REGISTERS = _each("registers", RegisterSource)
SUPPLIER_CHANGES: Mapping[str, str] = _WORDS["supplier-changes"]
SUPPLIER_FAULTS: Mapping[str, str] = _WORDS["supplier-faults"]
PERIOD_FAULTS: Mapping[str, str] = _WORDS["period-faults"]
PAID_BY = _each("paid-by", PaidBy)
REFUSED_FOR: Mapping[str, str] = _WORDS["refused-for"]
PRESENCES = _each("presences", Presence, Presence.FOUND)


def local(moment: dt.datetime) -> dt.datetime:
    """Amsterdam's clock; a moment without zone is UTC."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).astimezone(AMSTERDAM)


def _short(value: dt.date) -> str:
    """``nov``; of March its usual short form."""
    name = MONTHS[value.month - 1]
    return "mrt" if value.month == 3 else name[:3]


def moment(value: dt.datetime | None) -> str:
    """``13 nov 09:12``; with the year when it is another one."""
    if value is None:
        return "–"
    at = local(value)
    year = "" if at.year == dt.datetime.now(AMSTERDAM).year else f" {at.year}"
    return f"{at.day} {_short(at)}{year} {at:%H:%M}"


def clock(value: dt.datetime) -> str:
    """``09:12``."""
    return f"{local(value):%H:%M}"


def day(value: dt.date | str | None) -> str:
    """``13 november 2026``; an ISO text that is no date stays as it is."""
    if value is None:
        return "–"
    try:
        date = dt.date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return str(value)
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}"


def short_day(value: dt.date) -> str:
    """``13 nov``; with the year when it is another one."""
    year = "" if value.year == dt.datetime.now(AMSTERDAM).year else f" {value.year}"
    return f"{value.day} {_short(value)}{year}"


def month(value: dt.date) -> str:
    """``nov 2026``."""
    return f"{_short(value)} {value.year}"


def weekday(value: dt.date) -> str:
    """``vrijdag 13 november 2026``."""
    return f"{_DAYS[value.weekday()]} {day(value)}"


def money(value: Decimal | str | None) -> str:
    """``€ 1.234,56``; a dash when there is none."""
    if value is None or value == "":
        return "–"
    amount = Decimal(value)
    sign = "-" if amount < 0 else ""
    return f"€\N{NO-BREAK SPACE}{sign}{abs(amount):,.2f}".translate(str.maketrans(",.", ".,"))


def percent(value: Decimal) -> str:
    """``21 %``; no needless zeros."""
    text = f"{value.normalize():f}".replace(".", ",")
    return f"{text}\N{NO-BREAK SPACE}%"


def grouped(value: str, size: int = 4) -> str:
    """An IBAN in groups, as on a bank card."""
    return " ".join(value[i : i + size] for i in range(0, len(value), size))


def megabytes(size: int | None) -> str:
    """``62 MB``; a dash when it is not known."""
    if size is None:
        return "–"
    return (
        f"{size / 1e6:.0f}\N{NO-BREAK SPACE}MB"
        if size >= 1e6
        else f"{max(size, 1000) / 1e3:.0f}\N{NO-BREAK SPACE}kB"
    )


def number(value: int) -> str:
    """``12.345``."""
    return f"{value:,}".replace(",", ".")


def many(number: int, one: str, more: str) -> str:
    """``1 fout``, ``3 fouten``."""
    return f"{number} {one if number == 1 else more}"


def reading(what: str) -> str:
    """What somebody read or did."""
    kind, _, number = what.partition(" ")
    is_of_batch = kind.startswith("batch") and bool(number)
    known = kind if kind == "page" or is_of_batch else what
    word = READINGS.get(known) or EVENTS.get(known, what)
    return f"{word} {number}" if is_of_batch else word


def event(code: str, detail: str) -> str:
    """What happened, with the reason that belongs to it."""
    word = EVENTS.get("failed" if code.startswith("failed-") else code, code)
    return f"{word}: {detail}" if detail else word
