"""What a person types or imports of a supplier, checked and made alike.

Each function returns the value as the register keeps it, or raises ``SupplierFault`` with a code: what
is wrong is said in Dutch on the page, and in English by a command.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from stdnum import iban as iban_number
from stdnum.eu import vat as eu_vat
from stdnum.exceptions import ValidationError

from intake.errors import IntakeError
from intake.model.supplier import AgreementKind, ContractScope, Period
from intake.store.business_facts import could_be_client, plain
from intake.text.bsn import passes_eleven_test
from intake.text.client_data import signs
from intake.text.folding import compact, digits_of

LONGEST = 200
LONGEST_NOTE = 2000
_MOST_EUROS = Decimal(10**9)
_DUTCH_DAY = re.compile(r"(\d{1,2})-(\d{1,2})-(\d{4})")
_DOMAIN = re.compile(r"(?=.{4,100}$)([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")
_E = TypeVar("_E", ContractScope, AgreementKind)


class SupplierFault(IntakeError):
    """Something of a supplier that the register does not take."""

    def __init__(self, code: str, row: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.row = row
        """Of the file that is imported, counted from 1; 0: typed on the page."""


def line(typed: str, longest: int = LONGEST) -> str:
    """One line of text, such as a name or a street.

    Raises:
        SupplierFault: it is too long, or holds what could be a BSN.
    """
    value = plain(typed) or ""
    if len(value) > longest:
        raise SupplierFault("too-long")
    if could_be_client("name", value):
        raise SupplierFault("bsn")
    return value


def note(typed: str) -> str:
    """Notes of several lines; faults as of ``line``."""
    return "\n".join(line(each, LONGEST_NOTE) for each in typed.strip().splitlines()[:50])


def lines(typed: str) -> tuple[str, ...]:
    """One value a line, each once; faults as of ``line``."""
    return tuple(dict.fromkeys(filter(None, map(line, typed.splitlines()))))


def code(typed: str) -> str:
    """A number that another system gave, such as a cost centre: with letters its digits say nothing.

    Raises:
        SupplierFault: it is too long, or could be a BSN by itself.
    """
    value = plain(typed) or ""
    if len(value) > LONGEST:
        raise SupplierFault("too-long")
    if _could_be_bsn(value):
        raise SupplierFault("bsn-code")
    return value


def creditor_number(typed: str, kvk: str) -> str:
    """As ``code``; the supplier's own KvK number, which one in eleven times passes too, is taken."""
    value = plain(typed) or ""
    return value if value and value == kvk else code(value)


def _could_be_bsn(value: str) -> bool:
    """A value without letters that is a BSN in any spacing, or one with a word for it."""
    if any(map(str.isalpha, value)):
        return any(sign.digits for sign in signs(value))
    return passes_eleven_test(digits_of(value))


def kvk(typed: str) -> str:
    """Eight digits, or nothing; seven have lost a zero somewhere, and are not guessed at."""
    value = compact(typed)
    if value and not re.fullmatch(r"[0-9]{8}", value):
        raise SupplierFault("kvk")
    return value


def vat_id(typed: str) -> str:
    """A btw number with its country; never one that holds the BSN of a sole trader."""
    value = compact(typed)
    if not value:
        return ""
    if value[0].isdigit():
        value = f"NL{value}"
    if could_be_client("vat_id", value):
        raise SupplierFault("vat-id-bsn")
    if not eu_vat.is_valid(value):
        raise SupplierFault("vat-id")
    return value


def iban(typed: str) -> str:
    try:
        return str(iban_number.validate(typed, check_country=False))
    except ValidationError:
        raise SupplierFault("iban") from None


def domain(typed: str) -> str:
    value = typed.strip().lower().removeprefix("@")
    if not _DOMAIN.fullmatch(value):
        raise SupplierFault("domain")
    return line(value)


def day(typed: str) -> dt.date | None:
    """``31-12-2026`` or ``2026-12-31``; None when nothing was typed."""
    if not typed.strip():
        return None
    dutch = _DUTCH_DAY.fullmatch(typed.strip())
    written = f"{dutch[3]}-{dutch[2]:0>2}-{dutch[1]:0>2}" if dutch else typed.strip()
    try:
        return dt.date.fromisoformat(written)
    except ValueError:
        raise SupplierFault("day") from None


def period(first: str, last: str) -> Period:
    begins, ends = day(first), day(last)
    if begins is None:
        raise SupplierFault("first-day")
    if ends is not None and ends < begins:
        raise SupplierFault("period")
    return Period(begins, ends)


def euros(typed: str) -> Decimal | None:
    """``1.234,56`` or ``1234.56``; None when nothing was typed."""
    text = typed.strip().removeprefix("€").strip()
    if not text:
        return None
    if "," in text:
        text = text.replace(".", "").replace(",", ".")
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise SupplierFault("amount") from None
    if not amount.is_finite() or not 0 < amount < _MOST_EUROS or amount != round(amount, 2):
        raise SupplierFault("amount")
    return amount


def agreement_number(typed: str) -> str:
    value = line(typed)
    if not value:
        raise SupplierFault("agreement-number")
    return value


def product(typed: str) -> str:
    """A product code; empty: every product."""
    value = compact(typed)
    if len(value) > 10:
        raise SupplierFault("product")
    return code(value)


def member(kind: type[_E], typed: str) -> _E:
    """A word of a list."""
    try:
        return kind(typed.strip().lower())
    except ValueError:
        raise SupplierFault("kind") from None
