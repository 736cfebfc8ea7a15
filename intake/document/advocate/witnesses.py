"""What could be each value after all: one witness a check, each by what a value *is*, never by where
it is expected.

A witness looks for anything of the right form that nothing certain explains. Certain is: a check
digit that fits (IBAN, btw), another label right before it, the form of another thing (a date, an
amount). A label with its own value explains no second one.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import combinations

import phonenumbers
import stdnum.eu.vat
import stdnum.iban
import stdnum.nl.btw

from intake.document.advocate import words
from intake.document.advocate.strips import CELL, Strip
from intake.model.plea import Plea
from intake.profile import Addressee
from intake.text.masking import masked

MAX_EACH = 3
"""Places told of one check."""
_LONGEST = 60
_PLAIN = frozenset({"issue-date", "net-amount", "vat-amount", "iban"})
"""What has the form of these is nobody's client number."""


@dataclass(frozen=True)
class Case:
    """All that the advocate read of one file."""

    strips: Sequence[Strip]
    buyer: Addressee

    @cached_property
    def certain_numbers(self) -> frozenset[str]:
        """Digits of numbers with a check digit that fits: an account, a btw number."""
        found = {number for _, number in (*_ibans(self), *_vat_ids(self))}
        return frozenset(re.sub(r"\D", "", number) for number in found)


@dataclass(frozen=True, slots=True)
class Hit:
    """Characters of a strip that could be a value."""

    strip: Strip
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.strip.text[self.start : self.end]

    @property
    def before(self) -> str:
        return self.strip.text[: self.start].rstrip()

    @property
    def after(self) -> str:
        return self.strip.text[self.end :].lstrip()

    @property
    def above(self) -> str:
        """The cell above, where this begins a cell."""
        return self.strip.between(self.start, self.end)[0].above

    @property
    def below(self) -> str:
        """The cell below, where this begins a cell: it may name this, and explains nothing away."""
        return self.strip.between(self.start, self.end)[0].below.rstrip()

    @property
    def contexts(self) -> tuple[str, str]:
        """What stands right before it, and above it."""
        return self.before, self.above.rstrip()


Witness = Callable[[Case], Iterator[Hit]]


def pleas(strips: Sequence[Strip], checks: Iterable[str], buyer: Addressee) -> Iterator[Plea]:
    """What could be the value of each of these checks after all."""
    case = Case(strips, buyer)
    for check in checks:
        told: set[str] = set()
        for hit in WITNESSES[check](case) if check in WITNESSES else ():
            key = re.sub(r"\W", "", hit.text)
            if key not in told:
                told.add(key)
                yield _plea(check, hit)
            if len(told) == MAX_EACH:
                break


def _plea(check: str, hit: Hit) -> Plea:
    tokens = hit.strip.between(hit.start, hit.end)
    boxes = [token.box for token in tokens if token.box and token.page == tokens[0].page]
    sides = list(zip(*boxes, strict=True))
    text = " ".join(hit.text.split())[:_LONGEST]
    box = (min(sides[0]), min(sides[1]), max(sides[2]), max(sides[3])) if boxes else None
    return Plea(
        check, tokens[0].page, box, text if check in _PLAIN else masked(text, near_client=True)
    )


def _hits(case: Case, pattern: re.Pattern[str], group: int = 0) -> Iterator[Hit]:
    for strip in case.strips:
        for match in pattern.finditer(strip.text):
            yield Hit(strip, match.start(group), match.end(group))


def _inside(strip: Strip, spans: Mapping[int, list[tuple[int, int]]], start: int, end: int) -> bool:
    return any(start < stop and begin < end for begin, stop in spans.get(id(strip), ()))


# --- KvK number

_GROUP = re.compile(
    r"(?<![\w€$£%])(?<!\d[.,/+-])\d{7,8}(?![\w%]|[.,:/-]\d)"
    r"|(?<![\w€$£%,/+.-])(?<!\d )(?:\d[. \-]?){6,7}\d(?![\w%]|[.,:/-]\w|[ -]\d| ?[A-Z]{2}\b)"
)
"""Digits in one run beside any mark, or in groups that nothing goes on from."""
_PART_OF_LONGER = re.compile(r"\d\s*[-–/.()]\s*$")
_GLUED = re.compile(r"(?:kvk|k\.v\.k\.?|handelsreg\w*)[^\d\s]{0,12}\d{7,8}(?!\d)", re.I)
_SPLIT = re.compile(
    rf"{words.KVK}[^\d]{{0,30}}((?:\d[. -]?){{1,6}}\d?\s+(?:\d[. -]?){{1,6}}\d?)(?!\d)", re.I
)
_LOOKALIKE = re.compile(
    rf"{words.KVK}[^\w]{{0,4}}(?:n\w*)?[^\w]{{0,4}}([0-9OoIlSBZ]{{7,8}})\b", re.I
)
_DATE_FORM = re.compile(
    r"\d{1,2}[. -]\d{1,2}[. -](?:19|20)\d\d|(?:19|20)\d\d[. -]\d{1,2}[. -]\d{1,2}"
)


def _kvk(case: Case) -> Iterator[Hit]:
    """A free group of seven or eight digits, however it is written."""
    free: dict[str, Hit] = {}
    explained: set[str] = set()
    named: set[str] = set()
    for hit in _hits(case, _GROUP):
        if hit.strip.is_pair or _PART_OF_LONGER.search(hit.before):
            continue
        digits = re.sub(r"\D", "", hit.text)
        if any(words.ends_with_kvk(context) for context in (*hit.contexts, hit.below)):
            named.add(digits)
        elif _is_other_number(hit, digits, case):
            explained.add(digits)
        free.setdefault(digits, hit)
    for digits, hit in free.items():
        if digits in named or digits not in explained:
            yield hit
    yield from _hits(case, _GLUED)
    yield from (hit for hit in _hits(case, _LOOKALIKE, 1) if not hit.text.isdigit())
    yield from (hit for hit in _hits(case, _SPLIT, 1) if len(re.sub(r"\D", "", hit.text)) in (7, 8))


def _is_other_number(hit: Hit, digits: str, case: Case) -> bool:
    return (
        bool(_DATE_FORM.fullmatch(hit.text))
        or any(digits in number for number in case.certain_numbers)
        or any(words.ends_with_other_label(context) for context in hit.contexts)
        or bool(words.MONEY_AFTER.match(hit.after))
    )


# --- IBAN

_IBAN_START = re.compile(r"(?=[A-Z]{2}\d{2}[A-Z0-9]{11,30})")
_NOISE = re.compile(r"[\s.:;\-_/()·•|]+")


def _iban(case: Case) -> Iterator[Hit]:
    """Any window of characters that is a valid account number, but for a G-account."""
    for hit, _ in _ibans(case):
        if not any(words.BLOCKED.search(context[-30:]) for context in hit.contexts):
            yield hit


def _ibans(case: Case) -> Iterator[tuple[Hit, str]]:
    for strip in case.strips:
        compact, places = _compact(strip.text)
        for match in _IBAN_START.finditer(compact):
            start = match.start()
            for length in range(15, min(34, len(compact) - start) + 1):
                window = compact[start : start + length]
                if stdnum.iban.is_valid(window, check_country=False):
                    yield Hit(strip, places[start], places[start + length - 1] + 1), window


def _compact(text: str) -> tuple[str, list[int]]:
    """The text without spaces and marks, in capitals, and where each character stood."""
    kept = [
        (c.upper(), at) for at, c in enumerate(text) if not _NOISE.match(c) and len(c.upper()) == 1
    ]
    return "".join(c for c, _ in kept), [at for _, at in kept]


# --- btw

_VAT_START = re.compile(r"(?<!NL)(?=((?:NL)?\d{9}B\d{2})(?!\d))")
_EU_VAT = re.compile(
    r"\b(?:AT ?U|BE|BG|CY|CZ|DE|DK|EE|EL|ES|FI|FR|HR|HU|IE|IT|LT|LU|LV|MT|PL|PT|RO|SE|SI|SK)"
    r"(?:[ .-]?[0-9A-Z]){8,12}\b"
)


def _vat(case: Case) -> Iterator[Hit]:
    """A btw number that is valid, or any wording of an exemption that its own line does not deny."""
    for hit, _ in _vat_ids(case):
        if not any(words.BUYERS.search(context[-60:]) for context in hit.contexts):
            yield hit
    labels: dict[int, list[tuple[int, int]]] = {}
    for label in _net_labels(case):
        labels.setdefault(id(label.strip), []).append((label.start, label.end))
    for hit in _hits(case, words.EXEMPTION):
        denied = words.DENIAL.search(_clause(hit))
        if not denied and not _inside(hit.strip, labels, hit.start, hit.end):
            yield hit


def _net_labels(case: Case) -> list[Hit]:
    """Every "totaal zonder btw", where it has an amount and a total with btw stands on the page: it
    says of no invoice that no btw is charged.
    """
    labels = list(_hits(case, words.NET_TOTAL))
    behind = (_MONEY.match(re.sub(r"^\W+", "", label.after)) for label in labels)
    nets = {net for amount in behind if amount and (net := _amount(amount[0]))}
    totals = {_amount(hit.text) or 0 for hit in _hits(case, _MONEY)} if nets else set()
    charged = any(
        abs(net * (1 + rate) - total) <= _ROUNDING
        for net in nets
        for rate in _RATES
        for total in totals
    )
    return labels if charged else []


_CLAUSE_END = re.compile(rf"[.;:!?|](?=\s)|{CELL}")


def _clause(hit: Hit) -> str:
    """What stands beside it in its own clause: a "niet" of the sentence before denies nothing."""
    before = _CLAUSE_END.split(hit.strip.text[max(0, hit.start - 30) : hit.start])[-1]
    after = _CLAUSE_END.split(hit.strip.text[hit.end : hit.end + 15])[0]
    return f"{before} | {after}"


def _vat_ids(case: Case) -> Iterator[tuple[Hit, str]]:
    for strip in case.strips:
        compact, places = _compact(strip.text)
        for match in _VAT_START.finditer(compact):
            start, end = match.span(1)
            if stdnum.nl.btw.is_valid(compact[start:end]):
                yield Hit(strip, places[start], places[end - 1] + 1), compact[start:end]
        for match in _EU_VAT.finditer(strip.text):
            number = re.sub(r"[ .-]", "", match.group())
            if words.VAT.search(strip.text[: match.start()]) and stdnum.eu.vat.is_valid(number):
                yield Hit(strip, *match.span()), number


# --- phone

_PHONE = re.compile(
    r"(?:(?<![\w,.€])|(?<=(?<![^\W_])[A-Za-z]))(?:\+|\(\+?)?\d(?:[\s()./\-]{0,3}\d){8,13}(?!\w)"
)
_AT_PHONE = re.compile(rf"{words.PHONE}\W{{0,6}}(\(?\+?\d[\d\s()./-]{{4,18}}\d)", re.I)


def _phone(case: Case) -> Iterator[Hit]:
    """A text with a phone's form, outside accounts and other labelled numbers."""
    yield from _hits(case, _AT_PHONE, 1)
    for hit in _hits(case, _PHONE):
        digits = re.sub(r"\D", "", hit.text)
        if (
            CELL not in hit.text
            and not digits.startswith("000")
            and (hit.text[:1] in "+(" or digits.startswith("0"))
            and (_is_mobile(hit.text) or not _DATE_FORM.search(hit.text))
            and not any(
                digits in number or number in digits for number in case.certain_numbers if number
            )
            and not any(words.ends_with_other_label(context) for context in hit.contexts)
            and _possible_phone(hit.text)
        ):
            yield hit


_MOBILE = re.compile(r"\D*(?:(?:00)?31\D*)?(?:0\D*)?6\D*(?=\d\d?[. -])")
"""The begin of a mobile number, before digits in groups."""


def _is_mobile(text: str) -> bool:
    """Whether what has the form of a date is what follows the begin of a mobile number."""
    begun = _MOBILE.match(text)
    rest = text[begun.end() :] if begun else ""
    return bool(_DATE_FORM.fullmatch(rest)) and len(re.sub(r"\D", "", rest)) == _MOBILE_DIGITS


_MOBILE_DIGITS = 8


def _possible_phone(text: str) -> bool:
    try:
        number = phonenumbers.parse(text.replace("(0)", ""), "NL")
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_possible_number(number)


# --- date

_MONTH = r"[A-Za-zéûäçÀ-ÿ]{3,10}\.?"
_NUMERIC = re.compile(
    r"(?<![\d.,-])(?:(\d{1,2})(\s?[-/.–' ]\s?)(\d{1,2})\2'?(\d{4}|(?<! )[0-3]\d)"
    r"|(\d{4})([-/. ])(\d{1,2})\6(\d{1,2}))(?!\d(?!\d?/20\d\d)|-|[.,/]\d)"
)
"""A month may be stuck to it: "13-11-202610/2026"."""
_IN_WORDS = re.compile(
    rf"(?<!\d)(?:(\d{{1,2}})(?:e|ste|de|st|nd|rd|th|er|\.)?[\s\-./']*(?:of |van )?({_MONTH})[\s,.'\-/]*"
    rf"(\d{{4}}|\d{{2}})|(\d{{4}})[\s,.-]+({_MONTH})[\s,.-]+(\d{{1,2}})|({_MONTH})\s+(\d{{1,2}})"
    r"(?:st|nd|rd|th)?,?\s+(\d{4}))(?!\d(?!\d?/20\d\d))"
)
_AT_DATE = re.compile(rf"{words.DATE}\W{{0,4}}([^\s,;:][^,;:]{{2,22}})", re.I)


def _date(case: Case) -> Iterator[Hit]:
    """Any date that only a guess explains away, and what stands at a date's label unread."""
    seen: dict[tuple[int, int, int], Hit] = {}
    explained: set[tuple[int, int, int]] = set()
    for hit, day in _dates(case):
        if day is None:
            continue
        if any(words.ends_with_date_label(context) for context in (*hit.contexts, hit.below)):
            yield hit
        elif _is_other_date(hit):
            explained.add(day)
        seen.setdefault(day, hit)
    yield from (hit for day, hit in seen.items() if day not in explained)
    yield from _dates_in_numbers(case)
    for hit in _hits(case, _AT_DATE, 1):
        value = hit.text.split(CELL)[0]
        if _begins_a_date(value) and not any(True for _ in _forms(value)):
            yield Hit(hit.strip, hit.start, hit.start + len(value))
    for hit in _hits(case, re.compile(r"(?<![\w.,-])\d{6}(?:\d\d)?(?![\w.,-])")):
        if words.ends_with_date_label(hit.above.rstrip()):
            yield hit


_BEGINS_NUMBER = re.compile(
    r"(?<![\w.,/-])(?:(\d{1,2})([-/.])(\d{1,2})\2(20\d\d)|(20\d\d)([-/.]?)(\d\d)\6(\d\d))"
    r"(?=[-/.]\d)(?![-/.]\s?\d{1,4}[-/.]\d{1,2}[-/.]\d)"
)
"""A date that a number goes on from, but no period: "13-11-2026/2026011"."""


def _dates_in_numbers(case: Case) -> Iterator[Hit]:
    """A date that exists at the begin of a number: the invoice may have been numbered by its day."""
    for strip in case.strips:
        for match in _BEGINS_NUMBER.finditer(strip.text):
            day, _, month, year, year_first, _, month_second, day_last = match.groups()
            if _day(year or year_first, month or month_second, day or day_last):
                yield Hit(strip, *match.span())


def _begins_a_date(text: str) -> bool:
    """A digit, or a month, comes first."""
    first = re.match(r"\d|[^\W\d]+", text)
    if first is None or not re.search(r"\d", text):
        return False
    if text.strip().isdigit():
        return len(text.strip()) in (6, 8)
    return first.group().isdigit() or words.month(first.group()) is not None


def _dates(case: Case) -> Iterator[tuple[Hit, tuple[int, int, int] | None]]:
    for strip in case.strips:
        for match, day in _forms(strip.text):
            yield Hit(strip, *match.span()), day


def _forms(text: str) -> Iterator[tuple[re.Match[str], tuple[int, int, int] | None]]:
    """Everything with the form of a date; None for one that does not exist."""
    for match in _NUMERIC.finditer(text):
        day, _, month, year, year_first, _, month_second, day_last = match.groups()
        yield match, _day(year or year_first, month or month_second, day or day_last)
    for match in _IN_WORDS.finditer(text):
        parts = match.groups()
        day, word, year = next(
            (d, w, y)
            for d, w, y in (
                (parts[0], parts[1], parts[2]),
                (parts[5], parts[4], parts[3]),
                (parts[7], parts[6], parts[8]),
            )
            if d
        )
        if month := words.month(word):
            yield match, _day(year, month, day)


def _day(year: str, month: str | int, day: str) -> tuple[int, int, int] | None:
    number = int(year) + (2000 if len(year) == 2 else 0)
    try:
        found = dt.date(number, int(month), int(day))
    except ValueError:
        return None
    return (found.year, found.month, found.day) if 2000 <= found.year <= 2099 else None


def _is_other_date(hit: Hit) -> bool:
    """Due, of a period, of a birth, or of a line that has an amount."""
    return (
        any(words.ends_with_other_date(context) for context in hit.contexts)
        or bool(words.RANGE_AFTER.match(hit.after))
        or bool(words.RANGE_BEFORE.search(hit.before))
        or (not hit.strip.is_pair and bool(_LINE.search(hit.after)))
    )


_LINE = re.compile(r"[A-Za-z]{3}.*\d[.,]\d\d")
"""After the date of a line: what was done, and an amount."""

# --- invoice number

_VALUE = r"([#\w][\w./\-_#]*(?: ?[-/] ?[\w.]+)*)"
_AT_NUMBER = re.compile(rf"(?<!\w){words.NUMBER_LABEL}[\s.:#°º=\-]{{0,6}}{_VALUE}", re.I)
_AT_ANY_NUMBER = re.compile(
    rf"(?<![^\W_])(?P<label>{words.ANY_NUMBER_LABEL})[\s.:#°º=\-]{{0,6}}{_VALUE}", re.I
)
_IN_SENTENCE = re.compile(rf"(?:{words.QUOTING})\W{{0,4}}(?:[a-z]+ ){{0,3}}{_VALUE}", re.I)
_NOT_A_NUMBER = re.compile(r"\d{1,3}(?:[.,\s]\d{3})*[.,]\d{2}|\d+(?:[.,]\d+)?%")


def _number(case: Case) -> Iterator[Hit]:
    """What stands at a label of an invoice number, or is written as one and explained by nothing."""
    yield from _at_number_label(case)
    free: dict[str, Hit] = {}
    explained: set[str] = set()
    for hit in _hits(case, _FREE_NUMBER):
        key = re.sub(r"\W", "", hit.text)
        if hit.strip.is_pair or len(re.sub(r"\D", "", key)) < _LEAST_DIGITS:
            continue
        if _is_no_number(hit, case):
            explained.add(key)
        free.setdefault(key, hit)
    yield from (hit for key, hit in free.items() if key not in explained)


def _at_number_label(case: Case) -> Iterator[Hit]:
    for hit in (*_hits(case, _AT_NUMBER, 1), *_hits(case, _IN_SENTENCE, 1)):
        if re.match(r"[.,]\d", hit.after):
            continue
        if _could_number(hit.text) and not words.OTHERS.search(hit.before[-60:]):
            yield hit
    for hit in _hits(case, _AT_ANY_NUMBER, 2):
        if re.match(r"[ .,]?\d", hit.after) or not _could_number(hit.text):
            continue
        if not any(map(words.ends_with_label_of_another, hit.contexts)):
            yield hit
    for strip in case.strips:
        for token, start in zip(strip.tokens, strip.starts, strict=True):
            labels = (token.above.strip(), token.below.strip())
            if any(map(words.could_announce_number, labels)) and _could_number(token.text):
                yield Hit(strip, start, start + len(token.text))


_FREE_NUMBER = re.compile(
    r"(?<![\w.,+€$£@/()\-])(?<!\d )[A-Z]{0,6}[-/.]?\d+(?:[-/.][A-Z0-9]+)*(?![\w@%)]|[.,:/-]\w| ?\d)"
)
"""Letters at most in front, digits in groups: how programs number what they make."""
_LEAST_DIGITS = 4
_YEAR = re.compile(r"(?:19|20)\d\d")
_LINE_MONEY = re.compile(r"\d[.,]\d\d(?!\d)")
_PLACE_AFTER = re.compile(r"\s?[A-Z]{2}\b|\s+[A-Z][a-zé]{2,}")


def _is_no_number(hit: Hit, case: Case) -> bool:
    """Something else explains it: its own label, its form, the row that it stands in."""
    digits = re.sub(r"\D", "", hit.text)
    return (
        not _could_number(hit.text)
        or bool(_YEAR.fullmatch(hit.text))
        or hit.text[0] == "0"
        or _is_other_number(hit, digits, case)
        or any(map(words.ends_with_label_of_another, hit.contexts))
        or bool(words.AT_PERIOD.search(hit.before))
        or any(_around(hit, place) for place in (_STREET, _POSTCODE))
        or (len(digits) == 4 and bool(_PLACE_AFTER.match(hit.strip.text[hit.end :])))
        or bool(_LINE_MONEY.search(hit.after))
        or bool(words.RANGE_AFTER.match(hit.after) or words.RANGE_BEFORE.search(hit.before))
    )


def _around(hit: Hit, pattern: re.Pattern[str]) -> bool:
    return any(
        match.start() <= hit.start < match.end() for match in pattern.finditer(hit.strip.text)
    )


_YEAR_FIRST = re.compile(r"\d{4}\.\d\d?\.\d\d?")
"""No date is written so in Dutch."""


def _could_number(text: str) -> bool:
    text = text.strip(".:#")
    return (
        bool(re.search(r"\d", text))
        and not _NOT_A_NUMBER.fullmatch(text)
        and (
            bool(_YEAR_FIRST.fullmatch(text))
            or not any(match.span() == (0, len(text)) for match, _ in _forms(text))
        )
        and not stdnum.iban.is_valid(text, check_country=False)
        and not re.match(r"[A-Z]{2}\d\d(?:[A-Z]{4}|$)", text)
    )


# --- name and address

_STREET = re.compile(words.STREET, re.I)
_POSTCODE = re.compile(r"(?<![\w.,-])[1-9]\d{3}\s{0,2}(?-i:[A-Z]{2})(?!\w)")
_FOUR_AT_END = re.compile(r"[A-Za-z)][\s,]{1,3}([1-9]\d{3})\s*$")
_FOUR_AT_START = re.compile(r"^\s*((?:[A-Z]{1,2}-)?[1-9]\d{3,4}) {1,2}[A-Z][a-zé]{2,}")


def _name(case: Case) -> Iterator[Hit]:
    """A legal form or a word of the trade."""
    for hit in _hits(case, words.FIRM):
        if not _is_buyers(hit.strip.text, case.buyer):
            yield hit


def _address(case: Case) -> Iterator[Hit]:
    """A street, a postcode, or four digits at the end of a line, that are not the addressee's."""
    own = {case.buyer.postcode, *(place.postcode for place in case.buyer.visiting)}
    for hit in _hits(case, _POSTCODE):
        if re.sub(r"\s", "", hit.text) not in own:
            yield hit
    for hit in _hits(case, _STREET):
        if not any(place.street.casefold() in hit.text.casefold() for place in case.buyer.visiting):
            yield hit
    for pattern in (_FOUR_AT_END, _FOUR_AT_START):
        for hit in _hits(case, pattern, 1):
            if not re.fullmatch(r"20[1-3]\d", hit.text) and not (
                hit.text == case.buyer.postcode[:4] or (hit.strip.is_row and CELL in hit.strip.text)
            ):
                yield hit


def _addressee(case: Case) -> Iterator[Hit]:
    """A line of the prescribed address: its PO box or its postcode."""
    buyer = case.buyer
    code = rf"{buyer.postcode[:4]}\s*{buyer.postcode[4:]}"
    box = rf"(?:post\s*bus|p\.?\s?o\.?\s?box|pb\.?)\W{{0,3}}{buyer.po_box}(?!\d)"
    yield from _hits(case, re.compile(rf"(?<!\w)(?:{code}|{box})", re.I))


def _is_buyers(text: str, buyer: Addressee) -> bool:
    return any(name.casefold() in text.casefold() for name in buyer.names)


# --- amounts

_MONEY = re.compile(
    r"(?<![\w.,])-?(?:\d{1,3}(?:[.,'’´\s]\d{3})+|\d+)(?:[.,:]\d{2}|,-{1,2})(?![\d%]|[.,]\d)"
)
_RATES = (Decimal("0.21"), Decimal("0.09"))
_ROUNDING = Decimal("0.03")
_MAX_AMOUNTS, _MAX_LINES = 40, 14


def _net(case: Case) -> Iterator[Hit]:
    """Any amount at all."""
    yield from _hits(case, _MONEY)


def _arithmetic(case: Case) -> Iterator[Hit]:
    """A set of amounts that fits net + btw = total at a legal rate, whatever stands beside them."""
    amounts: dict[Decimal, Hit] = {}
    for hit in _hits(case, _MONEY):
        if value := _amount(hit.text):
            amounts.setdefault(value, hit)
    values = sorted(amounts, reverse=True)[:_MAX_AMOUNTS]
    parts = [(net, tax) for net in values for tax in values if _fits(net, tax)]
    totals = {net + tax for net, tax in parts}
    totals |= {sum((*one, *other), Decimal(0)) for one, other in combinations(parts, 2)}
    totals |= {
        net + tax
        for net in values
        for tax in values
        if net + tax in amounts and _fits_mixed(net, tax, values)
    }
    yield from (amounts[total] for total in values if total in totals)


def _fits(net: Decimal, tax: Decimal) -> bool:
    return any(abs(net * rate - tax) <= _ROUNDING for rate in _RATES)


def _fits_mixed(net: Decimal, tax: Decimal, amounts: Sequence[Decimal]) -> bool:
    """One sum of btw over lines of two rates: some lines together are what the higher one must be
    over.
    """
    for low, high in ((Decimal(0), _RATES[0]), (Decimal(0), _RATES[1]), (_RATES[1], _RATES[0])):
        base = (tax - low * net) / (high - low)
        if 0 < base < net and any(
            abs(sum(some) - base) <= _ROUNDING / (high - low)
            for count in (1, 2, 3)
            for some in combinations(
                [value for value in amounts[:_MAX_LINES] if value < net], count
            )
        ):
            return True
    return False


def _amount(text: str) -> Decimal | None:
    whole, _, cents = (
        re.sub(r"[\s'’´]", "", text)
        .replace("-", "")
        .rpartition(text[-3] if len(text) > 2 and text[-3] in ".,:" else ",")
    )
    digits = re.sub(r"\D", "", whole or cents)
    return Decimal(f"{digits}.{cents if whole and cents.isdigit() else '00'}") if digits else None


WITNESSES: Mapping[str, Witness] = {
    "addressee": _addressee,
    "supplier-name": _name,
    "supplier-address": _address,
    "supplier-phone": _phone,
    "kvk-number": _kvk,
    "vat-id": _vat,
    "issue-date": _date,
    "invoice-number": _number,
    "net-amount": _net,
    "vat-amount": _arithmetic,
    "iban": _iban,
}
"""Check → what speaks for the provider; a check that is not here is refused for what is there."""
