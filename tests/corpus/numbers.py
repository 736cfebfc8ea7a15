"""Random numbers with right (or, on demand, wrong) check digits, and the ways people write them."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal

from tests.corpus.words import CHAMBERS, DAYS, MONTHS

BANKS = ("INGB", "RABO", "ABNA", "TRIO", "SNSB", "KNAB", "BUNQ", "ASNB")
CENT = Decimal("0.01")


def digits(rng: random.Random, count: int) -> str:
    return "".join(str(rng.randrange(10)) for _ in range(count))


def passes_eleven(number: str) -> bool:
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(w * int(d) for w, d in zip(weights, number.zfill(9), strict=True)) % 11 == 0


def plain_number(rng: random.Random, count: int) -> str:
    """A number that is nobody's BSN."""
    while True:
        number = str(rng.randrange(1, 10)) + digits(rng, count - 1)
        if count not in (8, 9) or not passes_eleven(number):
            return number


def kvk(rng: random.Random) -> str:
    return rng.choice("0123456789") + plain_number(rng, 7)


def iban(rng: random.Random) -> str:
    account = rng.choice(BANKS) + "0" + plain_number(rng, 9)
    number = "".join(str(int(c, 36)) for c in account + "NL00")
    return f"NL{98 - int(number) % 97:02d}{account}"


def vat_id(rng: random.Random, entity: bool) -> str:
    """An entity's number (RSIN, 11-test) or a sole trader's of 2020 (ISO 7064 mod 97-10)."""
    while True:
        if entity:
            body = "8" + digits(rng, 8)
            if passes_eleven(body):
                return f"NL{body}B0{rng.randrange(1, 4)}"
        else:
            body = plain_number(rng, 9)
            check = 98 - int("".join(str(int(c, 36)) for c in f"NL{body}B") + "00") % 97
            if 2 <= check <= 98:
                return f"NL{body}B{check:02d}"


def mistyped(rng: random.Random, number: str) -> str:
    """Two neighbouring unlike digits changed places, or one digit changed, behind the letters: mod
    97 always notices.
    """
    places = [i for i in range(8, len(number) - 3) if number[i].isdigit()]
    at = rng.choice(places)
    return number[:at] + str((int(number[at]) + rng.randrange(1, 9)) % 10) + number[at + 1 :]


def written_kvk(rng: random.Random, number: str) -> str:
    d = number
    ways = [
        d,
        d,
        d,
        f"{d[:4]} {d[4:]}",
        f"{d[:2]}.{d[2:4]}.{d[4:6]}.{d[6:]}",
        f"{d[:2]} {d[2:4]} {d[4:6]} {d[6:]}",
        f"{rng.choice(CHAMBERS)} {d}",
    ]
    return rng.choice(ways) if len(d) == 8 else d


def written_vat(rng: random.Random, number: str) -> str:
    c, d, b = number[:2], number[2:11], number[11:]
    return rng.choice(
        (
            number,
            number,
            f"NL {d[:4]}.{d[4:6]}.{d[6:]}.{b}",
            f"{c}{d[:4]}.{d[4:6]}.{d[6:]}.{b[0]}.{b[1:]}",
            f"{d[:4]}.{d[4:6]}.{d[6:]}.{b}",
            f"NL {d} {b}",
            f"{c} {d}{b}",
        )
    )


def written_iban(rng: random.Random, number: str) -> str:
    grouped = " ".join(number[i : i + 4] for i in range(0, len(number), 4))
    return rng.choice(
        (
            grouped,
            grouped,
            grouped,
            number,
            number,
            grouped.replace(" ", "."),
            f"{number[:4]} {number[4:8]} {number[8:]}",
            f"{number[:4]} {number[4:8]} {number[8:10]} {number[10:13]} {number[13:]}",
        )
    )


def phone(rng: random.Random) -> str:
    """National digits with the leading zero."""
    start = rng.choice(
        ("06", "036", "033", "0341", "088", "020", "085", "0320", "06", "030", "073")
    )
    return start + plain_number(rng, 10 - len(start))


def written_phone(rng: random.Random, number: str) -> str:
    area = 2 if number.startswith("06") else 4 if number[:4] in ("0341", "0320") else 3
    a, rest = number[:area], number[area:]
    pairs = (
        " ".join(rest[i : i + 2] for i in range(0, len(rest), 2))
        if len(rest) % 2 == 0
        else f"{rest[:3]} {rest[3:5]} {rest[5:]}"
    )
    return rng.choice(
        (
            f"{a}-{rest}",
            f"{a}-{rest}",
            f"{a} {pairs}",
            f"({a}) {pairs}",
            f"+31 {a[1:]} {pairs}",
            f"+31 (0){a[1:]} {pairs}",
            f"{a} - {pairs}",
            number,
            f"+31{a[1:]}{rest}",
            f"0031 {a[1:]} {rest}",
        )
    )


def invoice_number(rng: random.Random, date: dt.date) -> str:
    y, n = date.year, rng.randrange(1, 400)
    return rng.choice(
        (
            f"{y}-{n:04d}",
            f"{y}{n:04d}",
            f"F{y}.{n:03d}",
            f"{y}/{n:03d}",
            f"VF-{y % 100}-{n:05d}",
            f"{y % 100}7{n:05d}",
            f"{y}{n:05d}",
            f"INV-{n:06d}",
            f"{n:04d}",
            f"{y}{n:03d}",
            f"{y}.{n:04d}-A",
            f"ZD{date:%Y%m%d}-{n % 90 + 10}",
            f"D{n:05d}",
            f"{y % 100}-{n:03d}",
            f"ALM{y}{n:03d}",
            f"{n}",
            f"V{y % 100}.{n:04d}",
            f"{y} {n:04d}",
            f"RG{y}-{n:03d}",
        )
    )


class Money:
    """One way to write amounts, kept for a whole document."""

    def __init__(self, rng: random.Random, language: str) -> None:
        ways = [
            "€ 1.234,56",
            "€ 1.234,56",
            "€1.234,56",
            "1.234,56",
            "EUR 1.234,56",
            "1234,56",
            "€ 1234,56",
            "1.234,56 EUR",
            "€ dash",
        ]
        self.way = rng.choice(
            [*ways, "€1,234.56", "EUR 1,234.56", "1,234.56"] if language == "en" else ways
        )
        self.minus = rng.choice(("before", "after-sign", "behind"))

    def __call__(self, value: Decimal, sign: bool = True) -> str:
        text = f"{abs(value):,.2f}"
        if "1,234" not in self.way:
            text = text.translate(str.maketrans(",.", ".,"))
        if "1234" in self.way:
            text = text.replace(".", "")
        if self.way == "€ dash" and text.endswith(",00"):
            text = text[:-2] + "-"
        negative = value < 0
        if not sign or self.way in ("1.234,56", "1234,56", "1,234.56"):
            return f"-{text}" if negative else text
        if self.way.endswith("EUR"):
            return f"-{text} EUR" if negative else f"{text} EUR"
        lead = self.way[
            : 4 if self.way.startswith("EUR") else 2 if self.way.startswith("€ ") else 1
        ]
        if not negative:
            return lead + text
        return {
            "before": f"-{lead}{text}",
            "after-sign": f"{lead}-{text}",
            "behind": f"{lead}{text}-",
        }[self.minus if not text.endswith("-") else "after-sign"]


def written_date(rng: random.Random, date: dt.date, language: str, long: bool = False) -> str:
    d, m, y, month = date.day, date.month, date.year, MONTHS[language][date.month - 1]
    named = {
        "nl": [
            f"{d} {month} {y}",
            f"{d} {month[:3]} {y}" if m != 3 else f"{d} mrt {y}",
            f"{d} {month[:3]}. {y}" if m != 3 else f"{d} mrt. {y}",
            f"{DAYS[date.weekday()]} {d} {month} {y}",
        ],
        "en": [
            f"{month} {d}, {y}",
            f"{d} {month} {y}",
            f"{month[:3]} {d}, {y}",
            f"{d} {month[:3]} {y}",
        ],
        "de": [f"{d}. {month} {y}", f"{d:02d}. {month} {y}"],
    }[language]
    if long:
        return named[0]
    return rng.choice(
        [
            f"{d:02d}-{m:02d}-{y}",
            f"{d}-{m}-{y}",
            f"{d:02d}/{m:02d}/{y}",
            f"{d:02d}.{m:02d}.{y}",
            f"{y}-{m:02d}-{d:02d}",
            f"{d}-{m}-'{y % 100}",
            f"{d:02d}-{m:02d}-{y % 100}",
            *named,
        ]
    )
