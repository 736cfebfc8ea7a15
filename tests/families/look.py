"""How one document looks, drawn apart from its facts: the ways in which numbers are written, and
what differs between two users of one template.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeVar

from tests.corpus import numbers
from tests.corpus.words import MONTHS
from tests.families import words
from tests.families.facts import Day, Facts

T = TypeVar("T")
SANS = ("Liberation Sans", "DejaVu Sans", "Liberation Sans Narrow", "DejaVu Sans Condensed")
SERIF = ("Liberation Serif", "DejaVu Serif", "DejaVu Serif Condensed")
_MONTHS = {
    **MONTHS,
    "fr": (
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ),
}
MONEY = {
    "nl": ("€ 1.234,56", "€ 1.234,56", "€1.234,56", "1.234,56", "EUR 1.234,56", "€ 1234,56"),
    "en": ("€1,234.56", "€ 1,234.56", "€1,234.56 EUR", "1,234.56", "€ 1.234,56", "EUR 1,234.56"),
    "de": ("1.234,56 €", "1.234,56 EUR", "1.234,56", "€ 1.234,56"),
    "fr": ("1 234,56 €", "1\u202f234,56\u00a0€", "1 234,56 EUR", "1.234,56 €"),
}
"""How an invoice with these words writes an amount of a thousand, as a pattern for ``Money``."""
DATES = {
    "nl": ("dd-mm-yyyy", "d-m-yyyy", "d mmmm yyyy", "dd/mm/yyyy", "yyyy-mm-dd", "d mmm yyyy"),
    "en": ("mmmm d, yyyy", "d mmmm yyyy", "mmm d, yyyy", "dd/mm/yyyy", "yyyy-mm-dd"),
    "de": ("dd.mm.yyyy", "d. mmmm yyyy", "dd.mm.yyyy"),
    "fr": ("dd/mm/yyyy", "d mmmm yyyy"),
}


@dataclass(frozen=True)
class Money:
    """One way to write amounts: a pattern such as ``€ 1.234,56``."""

    pattern: str

    def __call__(self, value: Decimal, *, sign: bool = True, places: int = 2) -> str:
        """``sign=False`` leaves the currency out, as many tables do."""
        text = f"{abs(value):,.{places}f}"
        start, end = self.pattern.index("1"), self.pattern.index("6") + 1
        core = self.pattern[start:end]
        thousand = "" if core[1] == "2" else core[1]
        text = text.replace(",", "\0").replace(".", core[-3]).replace("\0", thousand)
        text = f"-{text}" if value < 0 else text
        return f"{self.pattern[:start]}{text}{self.pattern[end:]}" if sign else text

    def bare(self, value: Decimal) -> str:
        return self(value, sign=False)


@dataclass(frozen=True)
class Look:
    """One draw. ``rng`` is for what only this template can vary."""

    language: str
    rng: random.Random
    font: str
    size: float
    """Of body text, in points."""
    spacing: float
    """Between letters, in points."""
    jitter: tuple[float, ...]
    """Factors around 1 for widths; see ``width``."""
    margin: float
    """Of the page, in millimetres."""
    scale: float
    """Of the printed page; 1 for none."""
    rotation: float
    """Of the printed page, in degrees anticlockwise: small, as of a skewed print; 0 for none."""
    turned: int
    """Quarter turns of the page's text that the viewer turns back; 0 for none."""
    accent: str
    """A colour, ``#rrggbb``."""
    keep_order: bool
    """False: blocks that may change places do (``ordered``)."""
    money: Money
    date_form: str
    iban_form: int
    kvk_form: int
    vat_form: int
    phone_form: int
    notes: tuple[str, ...]
    """Sentences that mention other numbers; to be printed all, in the language of the template."""

    def pick(self, *options: T) -> T:
        return self.rng.choice(options)

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def width(self, base: float, at: int = 0) -> float:
        """``base`` a little wider or narrower; ``at`` tells the columns of one template apart."""
        return round(base * self.jitter[at % len(self.jitter)], 2)

    def ordered(self, blocks: Sequence[T]) -> list[T]:
        """Blocks of which the order is the user's own choice."""
        found = list(blocks)
        if not self.keep_order:
            self.rng.shuffle(found)
        return found

    def writes(self, money: str = "", date: str = "", font: str = "") -> Look:
        """The same with what this template fixes: a pattern of amounts or dates, a font."""
        return replace(
            self,
            money=Money(money) if money else self.money,
            date_form=date or self.date_form,
            font=font or self.font,
        )

    def date(self, day: Day | None, form: str = "") -> str:
        """'' for no day. ``form``: dd d mm m mmm mmmm yy yyyy with what stands between."""
        if day is None:
            return ""
        months = _MONTHS[self.language]
        name = months[day.month - 1]
        short = "mrt" if name == "maart" else name[:3]
        parts = {
            "yyyy": f"{day.year:04d}",
            "yy": f"{day.year % 100:02d}",
            "mmmm": name,
            "mmm": short,
            "mm": f"{day.month:02d}",
            "m": f"{day.month}",
            "dd": f"{day.day:02d}",
            "d": f"{day.day}",
        }
        text, left = "", form or self.date_form
        while left:
            key = next((k for k in parts if left.startswith(k)), "")
            text, left = text + (parts[key] if key else left[0]), left[len(key) or 1 :]
        return text

    def iban(self, number: str) -> str:
        grouped = " ".join(number[i : i + 4] for i in range(0, len(number), 4))
        return (
            grouped,
            number,
            grouped.replace(" ", "."),
            f"{number[:4]} {number[4:8]} {number[8:]}",
        )[self.iban_form]

    def kvk(self, number: str) -> str:
        d = number
        if len(d) != 8:
            return d
        return (
            d,
            f"{d[:4]} {d[4:]}",
            f"{d[:2]}.{d[2:4]}.{d[4:6]}.{d[6:]}",
            f"{d[:2]} {d[2:5]} {d[5:]}",
        )[self.kvk_form]

    def vat(self, number: str) -> str:
        d, b = number[2:11], number[11:]
        if not number:
            return ""
        return (
            number,
            f"NL {d[:4]}.{d[4:6]}.{d[6:]}.{b}",
            f"NL{d[:4]}.{d[4:6]}.{d[6:]}.{b}",
            f"NL {d} {b}",
        )[self.vat_form]

    def phone(self, number: str) -> str:
        if not number:
            return ""
        area = 2 if number.startswith("06") else 4 if number[:4] in ("0341", "0320") else 3
        a, rest = number[:area], number[area:]
        pairs = f"{rest[:3]} {rest[3:5]} {rest[5:]}"
        if len(rest) % 2 == 0:
            pairs = " ".join(rest[i : i + 2] for i in range(0, len(rest), 2))
        return (
            f"{a}-{rest}",
            f"{a} {pairs}",
            f"({a}) {pairs}",
            f"+31 {a[1:]} {pairs}",
            f"+31 (0){a[1:]} {pairs}",
            f"{a} - {pairs}",
            number,
            f"+31{a[1:]}{rest}",
        )[self.phone_form]

    def postcode(self, compact: str) -> str:
        return f"{compact[:4]} {compact[4:]}".strip()

    def quantity(self, value: Decimal) -> str:
        """Without zeros behind the comma: ``3``, ``1,25``."""
        text = f"{value.normalize():f}"
        return text if "4.56" in self.money.pattern else text.replace(".", ",")


_COLOURS = ("#1a5276", "#333333", "#7d3c98", "#117a65", "#b03a2e", "#0b5394", "#5d6d7e", "#ca6f1e")


def draw(rng: random.Random, facts: Facts) -> Look:
    """A random look for these facts."""
    own = random.Random(rng.getrandbits(64))
    return Look(
        language=facts.language,
        rng=own,
        font=rng.choice(SANS if rng.random() < 0.75 else SERIF),
        size=rng.choice((8.5, 9, 9, 9.5, 10, 10, 10.5, 11)),
        spacing=rng.choice((0, 0, 0, 0, 0, 0.1, 0.2, -0.1)),
        jitter=tuple(round(rng.uniform(0.85, 1.2), 3) for _ in range(8)),
        margin=rng.choice((10, 12, 15, 15, 18, 20, 25)),
        scale=rng.choice((1, 1, 1, 1, 1, 0.97, 0.94, 0.86)),
        rotation=rng.choice((0.4, -0.6, 0.9)) if rng.random() < 0.03 else 0,
        turned=rng.choice((1, 2, 3)) if rng.random() < 0.03 else 0,
        accent=rng.choice(_COLOURS),
        keep_order=rng.random() < 0.6,
        money=Money(rng.choice(MONEY[facts.language])),
        date_form=rng.choice(DATES[facts.language]),
        iban_form=rng.choice((0, 0, 0, 1, 1, 2, 3)),
        kvk_form=rng.choice((0, 0, 0, 0, 1, 2, 3)),
        vat_form=rng.choice((0, 0, 0, 1, 2, 3)),
        phone_form=rng.randrange(8),
        notes=tuple(_notes(rng, facts)) if rng.random() < 0.35 else (),
    )


def _notes(rng: random.Random, facts: Facts) -> list[str]:
    """One or two sentences that mention a number that is none of the invoice's own facts."""
    kinds = ["order", "room", "years"]
    if facts.fault != "no-phone":
        kinds.append("colleague")
    if facts.fault != "no-number" and facts.ask != "two-numbers":
        kinds.append("earlier")
    chosen = rng.sample(kinds, rng.choice((1, 1, 2)))
    say = words.NOTES[facts.language]
    phone = numbers.phone(rng)
    values = {
        "phone": f"{phone[:2]}-{phone[2:]}"
        if phone.startswith("06")
        else f"{phone[:3]}-{phone[3:]}",
        "person": words.person(rng),
        "number": _earlier(rng, facts),
        "order": numbers.plain_number(rng, 8),
        "room": rng.randrange(101, 499),
    }
    return [say[kind].format(**values) for kind in chosen]


def _earlier(rng: random.Random, facts: Facts) -> str:
    """A number like the invoice's own, but another."""
    digits = [i for i, c in enumerate(facts.number) if c.isdigit()]
    if not digits:
        return numbers.plain_number(rng, 6)
    at = digits[-1]
    return facts.number[:at] + str((int(facts.number[at]) + 3) % 10) + facts.number[at + 1 :]
