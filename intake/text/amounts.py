"""Amounts of money as they are written: "€ 1.234,56", "EUR 49,99", "1.234,-", "1,234.56", "€
-9,32", "9,32-", "€ 1’250,00", "1.250:00", "€ 1. 250,00", "€ l.25O,OO".

What looks like an amount and cannot be read whole is unread: never a part of it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal

from intake.text.caching import remembered

_FILL = "\u2060"
"""Stands where a sign was left out, so that places in the text stay what they are."""
_AMOUNT = re.compile(
    r"(?<![\w.,/])(?<!\d[^\w\s€()|=+*×–−-])(?P<open>\()?(?P<s1>[-–−]\s?)?"
    r"(?P<cur>(?:€|(?:EUR|EURO|euro|eur|Euro|Eur)(?![A-Za-z]))\.?\s{0,3})?(?P<s2>[-–−]\s?)?"
    rf"(?P<num>(?!0[.,'])\d{{1,3}}{_FILL}?(?P<sep>[.,' \u00a0]){_FILL}?\d{{3}}"
    rf"(?:(?P=sep){_FILL}?\d{{3}}){{0,3}}(?!\d)"
    rf"(?:{_FILL}?[.,]{_FILL}?\d{{1,2}}(?!\d))?|\d{{1,9}}(?:{_FILL}?[.,]{_FILL}?\d{{1,2}}(?!\d))?)"
    r"(?P<dash>[.,][-–—=]{1,2})?(?P<after>\s?(?:€|EURO?\b|euro\b|"
    r"eur\b)(?!\s?[-–−]?\s?\d))?(?P<s3>\s?[-–−](?![\w\d"
    r" ])|[-–−](?=\s))?"
    r"(?P<close>\))?(?P<cr>\s?(?:CR|cr)\b)?"
)
_SIGN = re.compile(r"[.,€:;']|[Ee]ur|EUR")
"""Without one of these a number has no currency sign, no decimals and no dash, so it is no
amount."""
_WHOLE = re.compile(
    r"(?:€|(?<![A-Za-z])(?:EURO?|[Ee]uro?))\.?\s{0,3}[-–−]?\s?(?P<run>[^\s€|]*\d[^\s€|]*)"
)
"""Everything up to the next space behind a currency sign."""
_LOOSE = re.compile(
    r"(?:€|(?<![A-Za-z])(?:EURO?|[Ee]uro?))\.?\s{0,3}(?P<run>\d[\d.]*\s[.,':]\s?[\d.,]*\d)"
)
"""Digits behind a currency sign with a mark between spaces."""
_VOID = re.compile(r"(?:€|\bEUR)\s{0,3}(?P<run>[^\w\s€()+–—-]{2,14}|[Xx?□.,]{2,14})\s*$")
"""Signs without a digit behind a currency sign: the font has lost them. Of one sign it is a blank."""
_LOOKS_LIKE = re.compile(
    r"\d[\dOoIl.,':;?!_^~\"“”°\u2060]*[^\w\s%/–−-][\dOo]{2}(?![\w%]|[.,:/-]\d)"
)
"""What has the form of an amount, with any sign between its digits."""
_PERCENT = re.compile(r"(?<![\d.,])(?P<num>\d{1,2}(?:[.,]\d{1,2})?)\s?(?:%|procent|percent|pct)")
_PLAIN_NUMBER = re.compile(r"(?<![\w.,])\d{1,6}(?:[.,]\d{1,4})?(?![\w]|[.,]\d)")
_LEADER = re.compile(r"(?:[.·_…](?: ?[.·_…]){2,}|…)(?=\s?(?:[-–−€]|EUR|[Ee]uro?|\d))")
"""Dots that lead the eye from a label to its amount."""
_NIL = re.compile(r"^(?:€|EUR)\s{0,20}[-–—]{1,2}\s*$")
"""How a spreadsheet shows nothing: "€ -"."""
LARGEST = Decimal("99999999.99")

_SIGNS = str.maketrans(
    dict.fromkeys("’‘´`′ʼʹˈ＇·˙", "'")
    | dict.fromkeys(
        "\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", "\u00a0"
    )
    | {
        "‚": ",",
        "٬": "'",
        "٫": ",",
        "″": '"',
        "“": '"',
        "”": '"',
        "，": ",",
        "．": ".",
        "：": ":",
        "；": ";",
        "＋": "+",
        "－": "-",
        "％": "%",
        "￥": "¥",
    }
)
_ODD = re.compile(
    r"\d[:;/-][\dOo]{2}|\d[.,'] \d|\d ,\d|\d \.\d{3}|\d:\d{3}[.,]|[€RrOo]\s?[*+]"
    r"|[\dOoIl][.,'][\dOoIl]*[OoIl]|[OoIl][.,'\dOoIl]*\d"
)
_COLON = re.compile(
    r"(?:(?<=[€RrOo])\s{0,3}\d{1,3}(?:[.' \u00a0]?\d{3})*|(?<![\w.,:;])\d{1,3}(?:[.']\d{3})+)"
    r"[:;]\d\d(?![\w:;])|(?<=[€RrOo])\s{0,3}\d{1,3}(?:\.\d{3})+[/-]00(?![\w/-])"
)
"""Another sign where the comma of the cents should stand; a time of day is none."""
_THOUSAND = re.compile(
    r"(?<![\w.,])(?<!chaal )(?<!ouding )(?<!scale )\d{1,3}:(?=\d{3}[.,]\d\d(?!\d))"
)
"""A sign that parts no thousands, where one should stand; a scale ("schaal 1:100,00") has it too."""
_FILLED = re.compile(r"(?P<cur>€|EUR|[Ee]uro?)(?P<run>\s?[*+]+)(?=\d)")
"""What keeps others from writing before an amount: "€ ***1.250,00"."""
_SPLIT = re.compile(
    r"(?P<cur>€|(?:EUR|[Ee]uro?)\b)\s{0,3}\d{1,3}[.,'](?P<a> )\d{3}(?=[.,]\d\d(?!\d))"
    r"|(?P<cur2>€|(?:EUR|[Ee]uro?)\b)\s{0,3}\d[\d.']*(?:(?P<b> ),|,(?P<c> ))\d\d(?![\d,.])"
    r"|(?<![\w.,])\d{1,3}\.\d{3}(?:(?P<d> ),|,(?P<e> ))\d\d(?![\d,.])"
    r"|(?P<cur3>€|(?:EUR|[Ee]uro?)\b)\s{0,3}\d{1,3}(?P<h> )\.\d{3},\d\d(?!\d)"
    r"|(?P<f>[A-Za-z][:\s]\s{0,3}|^)\d{1,3}[.'](?P<g> )\d{3},\d\d\s*$"
)
"""A space behind or before a mark within an amount."""
_LETTERS = re.compile(
    r"(?<![A-Za-z\d.,])(?=[.,'OoIl]*\d)(?P<num>[\dOoIl](?:[\dOoIl.,']*[\dOoIl])?[.,][\dOo]{2})(?![\w.,])"
)
_DIGITS = str.maketrans("OoIl", "0011")


@remembered
def amounts_in(text: str) -> Iterator[tuple[int, int, Decimal, bool]]:
    """Yield (start, end, value, has a currency sign) of every amount in ``text``.

    A number without a currency sign counts only with two decimals or with ",-".
    """
    for start, end, value, currency in _scanned(text):
        if value is not None:
            yield start, end, value, currency


@remembered
def unread_in(text: str) -> Iterator[tuple[int, int, bool]]:
    """Yield (start, end, has a currency sign) of what stands there as an amount and cannot be read."""
    for start, end, value, currency in _scanned(text):
        if value is None:
            yield start, end, currency


@remembered
def _scanned(text: str) -> Iterator[tuple[int, int, Decimal | None, bool]]:
    """The amounts, and with None for a value what looks like one, from left to right."""
    if nil := _NIL.search(text):
        yield *nil.span(), Decimal(0), True
    if not any(map(str.isdigit, text)):
        if (void := _VOID.search(text)) and len(set(void["run"])) > 1:
            yield *void.span("run"), None, True
        return
    plain = _plain(text)
    if not _SIGN.search(plain):
        return
    found: list[tuple[int, int, Decimal | None, bool]] = list(_read(plain))
    for pattern, currency in ((_WHOLE, True), (_LOOSE, True), (_LOOKS_LIKE, False)):
        for match in pattern.finditer(plain):
            start, end = match.span("run" if currency else 0)
            end -= len(plain[start:end]) - len(plain[start:end].rstrip(".,;:!?)'\""))
            whole = any(first <= start < last for first, last, *_ in found)
            if whole or not _is_cut(plain, start, end):
                continue
            found = [each for each in found if each[1] <= start or each[0] >= end]
            found.append((start, end, None, currency))
    yield from sorted(found, key=lambda each: each[0])


def _read(plain: str) -> Iterator[tuple[int, int, Decimal, bool]]:
    for match in _AMOUNT.finditer(plain):
        start, number = _number(match)
        currency = bool(match["cur"] or match["after"])
        if _GOES_ON.match(plain, match.end()) or not number:
            continue
        if not (currency or match["dash"] or _decimals(number) == 2):
            continue
        value = _value(number)
        if value <= LARGEST:
            negative = _is_negative(match, plain, start)
            yield start, match.end(), -value if negative else value, currency


def _is_cut(plain: str, start: int, end: int) -> bool:
    """True when this is no date, percentage, time, or number with a unit."""
    run = plain[start:end]
    if not any(map(str.isdigit, run)) or "%" in plain[start : end + 2]:
        return False
    marks = [char for char in run if not char.isalnum() and char not in _FILL]
    return bool(marks) and not (set(marks) <= set("-/") or _DATE_OR_TIME.fullmatch(run))


_DATE_OR_TIME = re.compile(
    r"\d{1,4}([-./:])\d{1,2}(?:\1\d{1,4})?(?:u|uur)?|\d[\d.]*,\d\d[-–/]\d[\d.]*,\d\d"
)


def _plain(text: str) -> str:
    """The text with the digits, spaces and marks of an amount as usual; as long as it was."""
    if not text.isascii():
        text = text.translate(_SIGNS)
        text = "".join(
            str(unicodedata.decimal(char)) if char.isdecimal() and not char.isascii() else char
            for char in text
        )
    text = _LEADER.sub(lambda match: " " * len(match[0]), text)
    if not _ODD.search(text):
        return text
    text = _FILLED.sub(lambda match: " " * len(match["run"]) + match["cur"], text)
    text = _THOUSAND.sub(lambda match: match[0][:-1] + ".", text)
    text = _LETTERS.sub(lambda match: match["num"].translate(_DIGITS), text)
    text = _COLON.sub(lambda match: match[0][:-3] + "," + match[0][-2:], text)
    return _SPLIT.sub(_closed, text)


def _closed(match: re.Match[str]) -> str:
    """The amount with a filler for the space within it."""
    at = next(match.start(name) for name in "abcdegh" if match[name]) - match.start()
    return match[0][:at] + _FILL + match[0][at + 1 :]


_GOES_ON = re.compile(r"\s?%|\w|[^\s€(|=+*×;]\d|\s[.,]\s?\d{2,3}(?!\d)")
"""What makes it a percentage, a date, or another number."""


def _number(match: re.Match[str]) -> tuple[int, str]:
    """Where the amount starts, and its number: without a sign in front the last of several numbers
    with spaces between; empty when that is none.
    """
    number = match["num"]
    if " " not in number or match["cur"]:
        return match.start(), number
    last = number.rsplit(" ", 1)[1]
    return match.end("num") - len(last), last if _decimals(last) else ""


def joined_amount(text: str, start: int, end: int) -> Decimal | None:
    """The amount that ``text[start:end]`` is when the digits with a space before it belong to it ("1
    250,00"); None when it stands alone.
    """
    before = _THOUSANDS.search(text, 0, start)
    number = _HUNDREDS.match(text, start, end)
    return _value(before["num"] + number[0]) if before and number else None


_THOUSANDS = re.compile(r"(?<![\w.,/-])(?P<num>\d{1,3}(?: \d{3})*) $")
_HUNDREDS = re.compile(r"\d{3}[.,]\d\d(?!\d)")


def with_cents(text: str, start: int, end: int) -> Decimal | None:
    """The amount that ``text[start:end]`` is when a comma before its last two digits, or the two
    behind it, was not seen ("€ 125000", "€ 1.250 00"); None when it has cents or ",-".
    """
    whole, behind = _WHOLE_EUROS.fullmatch(text, start, end), _CENTS_BEHIND.match(text, end)
    if whole and behind:
        return _value(f"{whole[0]},{behind['cents']}")
    run = _RUN.fullmatch(text, start, end)
    return _value(f"{run['euros']},{run['cents']}") if run else None


_RUN = re.compile(r"[^\d.,]*(?P<euros>\d+)(?P<cents>\d\d)[^\d.,]*")
_WHOLE_EUROS = re.compile(r"[^\d.,]*\d{1,3}(?:[. ]?\d{3})*")
_CENTS_BEHIND = re.compile(r" (?P<cents>\d\d)(?!\S)")


def _is_negative(match: re.Match[str], text: str, start: int) -> bool:
    if match["s1"] and not match["cur"] and start and text[:start].rstrip()[-1:].isalnum():
        # a dash behind a word: a minus only when it stands at its number, and apart from the word
        return match["s1"] == match["s1"].rstrip() and text[start - 1 : start] == " "
    signs = (match["s1"], match["s2"], match["s3"], match["cr"])
    return any(signs) or _in_brackets(match, text)


def _in_brackets(match: re.Match[str], text: str) -> bool:
    """True for "(20,00)", as a ledger writes less than nothing; "met 21% btw (€ 84,00)" is a remark."""
    remark = match["cur"] and any(map(str.isalpha, text[: match.start()]))
    return bool(match["open"] and match["close"]) and not remark


@remembered
def rates_in(text: str) -> Iterator[tuple[int, int, Decimal]]:
    """Yield (start, end, percentage) of every percentage from 0 to 30."""
    if "%" not in text and "pro" not in text and "per" not in text and "pct" not in text:
        return
    for match in _PERCENT.finditer(text):
        rate = Decimal(match["num"].replace(",", "."))
        if rate <= 30:
            yield (
                match.start(),
                match.end(),
                rate.normalize() if rate == rate.to_integral() else rate,
            )


def numbers_in(text: str) -> Iterator[Decimal]:
    """Yield every plain number of at most six digits before its decimals: a quantity, a price."""
    for match in _PLAIN_NUMBER.finditer(text.replace("€", " ")):
        yield Decimal(match[0].replace(",", "."))


def _decimals(number: str) -> int:
    """Digits behind the last separator, when it is a decimal one."""
    at = max(number.rfind("."), number.rfind(","))
    digits = len(number.replace(_FILL, "")) - len(number[: at + 1].replace(_FILL, ""))
    return digits if at >= 0 and digits in (1, 2) else 0


def _value(number: str) -> Decimal:
    cents = "".join(filter(str.isdigit, number)) + "0" * (2 - _decimals(number))
    return Decimal(f"{cents[:-2]}.{cents[-2:]}")


def in_dutch(amount: Decimal) -> str:
    """``1.234,56``."""
    return f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))
