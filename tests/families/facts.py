"""What a provider's program knows about one invoice, without a label word and without an order:
the words around it and its place on the paper are the template's.
"""

from __future__ import annotations

import datetime as dt
import random
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from tests.corpus import numbers
from tests.corpus.bill import TODAY, Truth
from tests.corpus.numbers import CENT
from tests.corpus.words import CITIES, EXEMPT_DE, EXEMPT_EN, KOR, STREETS
from tests.families import words

ZERO = Decimal(0)
ASKS = ("two-accounts", "draft", "two-numbers")
"""Situations of a good invoice about which a person must be asked."""
_AMOUNT_FAULTS = frozenset({"vat-sum", "old-rate", "wrong-total", "lines-differ"})
_BANKS = {
    "INGB": ("ING", "INGBNL2A"),
    "RABO": ("Rabobank", "RABONL2U"),
    "ABNA": ("ABN AMRO", "ABNANL2A"),
    "TRIO": ("Triodos Bank", "TRIONL2U"),
    "SNSB": ("SNS", "SNSBNL2A"),
    "KNAB": ("Knab", "KNABNL2H"),
    "BUNQ": ("bunq", "BUNQNL2A"),
    "ASNB": ("ASN Bank", "ASNBNL21"),
}
"""Code in the IBAN → name of the bank and its BIC."""


class AnyOf(tuple[object, ...]):
    """A truth with several right readings."""


class Day(NamedTuple):
    """A day as digits; it need not exist."""

    year: int
    month: int
    day: int

    @classmethod
    def of(cls, date: dt.date) -> Day:
        return cls(date.year, date.month, date.day)


@dataclass(frozen=True)
class Account:
    iban: str
    bank: str
    bic: str


@dataclass(frozen=True)
class Supplier:
    """A fact that is not there is an empty text."""

    name: str
    """As registered, with "h.o.d.n." and the trade name where there is one."""
    owner: str
    """Who signs; of a sole trader the owner."""
    street: str
    """Street and house number."""
    postcode: str
    """Compact: ``1315AB``."""
    city: str
    po_box: str
    """A PO box in one line, beside the street or instead of it."""
    phone: str
    """National digits with the leading zero."""
    email: str
    web: str
    kvk: str
    vat_id: str
    agb: str
    branch: str
    """Vestigingsnummer."""
    accounts: tuple[Account, ...]
    """The account to pay to; two when it is unclear which."""
    g_account: str
    """A blocked account for payroll taxes beside the account to pay to."""

    @property
    def iban(self) -> str:
        return self.accounts[0].iban if self.accounts else ""

    @property
    def bank(self) -> str:
        return self.accounts[0].bank if self.accounts else ""

    @property
    def bic(self) -> str:
        return self.accounts[0].bic if self.accounts else ""


@dataclass(frozen=True)
class Line:
    """One line; amounts after the line's own discount."""

    description: str
    quantity: Decimal
    unit: str
    """A word in the invoice's language; may be empty."""
    price: Decimal
    """Of one unit, without btw."""
    discount: int
    """Percent taken off this line; 0 for none."""
    rate: int
    """Percent btw; 0 when exempt."""
    net: Decimal
    vat: Decimal
    date: Day

    @property
    def gross(self) -> Decimal:
        return self.net + self.vat


@dataclass(frozen=True)
class Share:
    """What one rate comes to, discounts taken off."""

    rate: int
    net: Decimal
    vat: Decimal


@dataclass(frozen=True)
class Facts:
    """One invoice. Print every fact that is not empty, except where it says "may be left out"."""

    language: str
    """Of the template's words: ``nl``, ``en``, ``de`` or ``fr``."""
    kind: str
    """``invoice`` or ``credit-note``."""
    fault: str | None
    ask: str | None
    """One of ``ASKS``."""
    supplier: Supplier
    addressee: tuple[str, ...]
    number: str
    second_number: str
    """Another invoice number, in one of the remarks; empty for none."""
    corrects: str
    """Number of the invoice that a credit note corrects."""
    date: Day | None
    due: Day
    """May be left out, as the four that follow."""
    period: tuple[Day, Day]
    customer: str
    """Number of the customer at the supplier."""
    order: str
    """The customer's order, contract or decision number."""
    reference: str
    """The supplier's own file number; empty when the number is missing, for which it might stand."""
    taxation: str
    """``medical``, ``youth``, ``kor`` (all exempt), ``taxed``, ``mixed`` or ``with-zero``."""
    exemption: str
    """The sentence with which the supplier states its exemption; empty when taxed."""
    lines: tuple[Line, ...]
    subtotal: Decimal
    """Sum of the lines without btw, before ``discount``."""
    discount: Decimal
    """Taken off the subtotal, without btw, above zero; 0 for none."""
    discount_percent: int
    """0 when ``discount`` is an amount of its own."""
    net: Decimal
    shares: tuple[Share, ...]
    """By rate, ascending, also a rate of 0 beside another; none when exempt."""
    vat: Decimal
    gross: Decimal
    """The invoice's own total with btw."""
    rounding: Decimal
    """Added to ``gross`` for what is to be paid; 0 for none."""
    paid: Decimal
    """Part already paid, above zero; 0 for none."""
    mark: str
    """CONCEPT, to be printed on the page; empty for none."""
    remarks: tuple[str, ...]
    """What the supplier typed below the lines; to be printed all."""

    @property
    def exempt(self) -> bool:
        return self.taxation in ("medical", "youth", "kor")

    @property
    def due_amount(self) -> Decimal:
        return self.gross + self.rounding - self.paid

    @property
    def expected(self) -> frozenset[str]:
        """Checks that may ask a person."""
        own = {"supplier-name"} if "h.o.d.n." in self.supplier.name else set()
        part_paid = {"net-amount"} if self.paid else set()  # who pays the total pays too much
        return frozenset(own | part_paid) | self.must_ask

    @property
    def must_ask(self) -> frozenset[str]:
        """Checks that must ask a person, or refuse."""
        return frozenset(
            {
                "two-accounts": ("iban",),
                "draft": ("invoice-number",),
                "two-numbers": ("invoice-number",),
            }.get(self.ask or "", ())
        )

    @property
    def truth(self) -> Truth:
        """Field → value, or ``AnyOf`` several; a field that has no certain truth is left out."""
        truth = {**self._who(), **self._amounts()}
        return {name: value for name, value in truth.items() if name not in self._unknown()}

    def _who(self) -> Truth:
        s = self.supplier
        accounts = AnyOf(a.iban for a in s.accounts) if len(s.accounts) > 1 else s.iban or None
        names = [s.name, *s.name.split(" h.o.d.n. ")]
        return {
            "supplier-name": AnyOf(names) if len(names) > 2 else s.name,
            "supplier-street": s.street or None,
            "supplier-postcode": s.postcode or None,
            "supplier-city": s.city or None,
            "supplier-phone": s.phone or None,
            "kvk-number": s.kvk or None,
            "vat-id": s.vat_id or None,
            "vat-exempt": bool(self.exemption),
            "iban": accounts,
            "invoice-number": AnyOf((self.number, self.second_number))
            if self.second_number
            else self.number or None,
            "issue-date": "{:04d}-{:02d}-{:02d}".format(*self.date) if self.date else None,
        }

    def _amounts(self) -> Truth:
        rates = [share for share in self.shares if share.rate]
        shown = [[str(s.rate), f"{s.net:.2f}", f"{s.vat:.2f}"] for s in rates]
        net, gross = f"{self.net:.2f}", f"{self.gross:.2f}"
        with_zero = [[str(s.rate), f"{s.net:.2f}", f"{s.vat:.2f}"] for s in self.shares]
        return {
            "net-amount": AnyOf((net, f"{self.due_amount:.2f}"))
            if self.rounding and self.exempt
            else net,
            "gross-amount": AnyOf((gross, f"{self.due_amount:.2f}")) if self.rounding else gross,
            "vat-amount": f"{self.vat:.2f}",
            "vat-rate": str(rates[0].rate) if len(self.shares) == 1 else None,
            "vat-lines": AnyOf((sorted(shown), sorted(with_zero)))
            if len(shown) < len(with_zero)
            else sorted(shown),
        }

    def _unknown(self) -> frozenset[str]:
        unknown = {
            "po-box-only": {"supplier-postcode", "supplier-city"},
            "impossible-date": {"issue-date"},
        }.get(self.fault or "", set())
        if self.fault in ("wrong-total", "vat-sum", "lines-differ"):
            unknown = {"net-amount", "gross-amount", "vat-amount", "vat-lines"}
        if self.fault == "no-vat" and self.exempt:
            unknown = {"vat-amount", "vat-rate", "vat-lines"}
        if self.taxation == "with-zero":
            unknown = unknown | {"vat-rate"}
        return frozenset(unknown)


def draw(
    rng: random.Random,
    fault: str | None = None,
    ask: str | None = None,
    kind: str = "invoice",
    *,
    languages: Sequence[str] = ("nl",),
    vat_by_line: bool = False,
) -> Facts:
    """One random invoice.

    Args:
        fault: one of ``bill.FAULTS`` to plant.
        ask: one of ``ASKS``.
        kind: ``invoice`` or ``credit-note``.
        languages: those that the template has; Dutch is drawn most.
        vat_by_line: btw is rounded a line, so that a column of it adds up.
    """
    return _Writer(rng, fault, ask, kind, tuple(languages), vat_by_line).facts()


class _Writer:
    def __init__(
        self,
        rng: random.Random,
        fault: str | None,
        ask: str | None,
        kind: str,
        languages: tuple[str, ...],
        by_line: bool,
    ) -> None:
        self.rng, self.fault, self.ask, self.kind, self.by_line = rng, fault, ask, kind, by_line
        self.language = rng.choices(languages, [6 if x == "nl" else 1 for x in languages])[0]
        self.taxation = self._taxation()
        days = rng.randrange(1, 300)
        self.date = TODAY - dt.timedelta(days=days)
        if fault == "future-date":
            self.date = TODAY + dt.timedelta(days=rng.randrange(20, 300))
        self.number = words.invoice_number(rng, self.date)
        self.plain = kind == "invoice" and fault not in _AMOUNT_FAULTS

    @property
    def exempt(self) -> bool:
        return self.taxation in ("medical", "youth", "kor")

    def _taxation(self) -> str:
        rng = self.rng
        if self.fault == "lines-differ":
            return rng.choice(("medical", "youth"))
        if self.fault in ("vat-typo", "vat-sum", "old-rate", "wrong-total"):
            return "taxed"
        kinds = ("medical", "youth", "kor", "taxed", "mixed", "with-zero")
        chosen = rng.choices(kinds, (18, 20, 8, 30, 16, 8))[0]
        return "youth" if chosen == "kor" and self.language != "nl" else chosen

    def facts(self) -> Facts:
        rng = self.rng
        second = self._second_number()
        lines = self._lines()
        subtotal = sum((line.net for line in lines), ZERO)
        discount, percent = self._discount(subtotal)
        shares = self._shares(lines, subtotal, discount)
        net, vat = subtotal - discount, sum((s.vat for s in shares), ZERO)
        gross = net + vat
        if self.fault in ("wrong-total", "lines-differ"):
            gross += rng.choice((10, 25, 100, 7))
        if self.fault == "lines-differ":
            net = gross
        first = self.date.replace(day=1)
        return Facts(
            language=self.language,
            kind=self.kind,
            fault=self.fault,
            ask=self.ask,
            supplier=self._supplier(),
            addressee=self._addressee(),
            number="" if self.fault == "no-number" else self.number,
            second_number=second,
            corrects=""
            if self.kind == "invoice"
            else words.invoice_number(rng, self.date - dt.timedelta(days=20)),
            date=self._day(),
            due=Day.of(self.date + dt.timedelta(days=rng.choice((14, 21, 30)))),
            period=(
                Day.of((first - dt.timedelta(days=1)).replace(day=1)),
                Day.of(first - dt.timedelta(days=1)),
            ),
            customer=rng.choice(
                (
                    numbers.plain_number(rng, rng.choice((4, 5, 6, 8))),
                    f"D{rng.randrange(100, 9999)}",
                )
            ),
            order=rng.choice(
                (
                    numbers.plain_number(rng, 9),
                    f"JW-{numbers.plain_number(rng, 6)}",
                    f"PO{rng.randrange(100, 99999)}",
                )
            ),
            reference=self._reference(),
            taxation=self.taxation,
            exemption=self._exemption(),
            lines=lines,
            subtotal=subtotal,
            discount=discount,
            discount_percent=percent,
            net=net,
            shares=shares,
            vat=vat,
            gross=gross,
            **self._to_pay(gross),
            mark=words.DRAFT[self.language] if self.ask == "draft" else "",
            remarks=self._remarks(second),
        )

    def _day(self) -> Day | None:
        if self.fault == "no-date":
            return None
        if self.fault == "impossible-date":
            return Day(2026, *self.rng.choice(((6, 31), (2, 30), (9, 31), (4, 31))))
        return Day.of(self.date)

    def _reference(self) -> str:
        year, rng = self.date.year % 100, self.rng
        found = rng.choice((f"{year}.{rng.randrange(100, 999)}", f"ZT/{rng.randrange(10, 99)}"))
        return "" if self.fault == "no-number" else found

    def _to_pay(self, gross: Decimal) -> dict[str, Decimal]:
        chance = self.rng.random()
        part = (gross * self.rng.choice((10, 25, 50)) / 100).quantize(Decimal(1))
        steps = self.rng.choice((1, 20))
        if self.plain and chance < 0.07 and part > 0:
            return {"paid": part, "rounding": ZERO}
        if self.plain and chance > 0.97:
            return {"paid": ZERO, "rounding": (gross * steps).quantize(Decimal(1)) / steps - gross}
        return {"paid": ZERO, "rounding": ZERO}

    def _rates(self, count: int) -> list[int]:
        if self.exempt:
            return [0] * count
        if self.taxation == "taxed":
            return [self.rng.choice((21, 21, 9))] * count
        both = (9, 21) if self.taxation == "mixed" else (0, self.rng.choice((9, 21)))
        return [both[at % 2] if at < 2 else self.rng.choice(both) for at in range(count)]

    def _lines(self) -> tuple[Line, ...]:
        rng = self.rng
        count = rng.choice((1, 1, 2, 2, 3, 4, 5, 6, 8))
        if rng.random() < 0.07:
            count = rng.randrange(28, 75)
        if self.taxation in ("mixed", "with-zero"):
            count = max(2, count)
        off = rng.choice((5, 10, 15, 20)) if self.plain and rng.random() < 0.12 else 0
        rates = self._rates(count)
        rng.shuffle(rates)
        old = {21: 19, 9: 6} if self.fault == "old-rate" else {}
        sign = -1 if self.kind == "credit-note" and rng.random() < 0.7 else 1
        return tuple(self._line(rate, old.get(rate, rate), off, sign) for rate in rates)

    def _line(self, rate: int, shown: int, off: int, sign: int) -> Line:
        rng = self.rng
        own = "nl" if rng.random() < 0.3 else self.language
        what, unit = words.item(rng, own, "care" if self.exempt else str(rate))
        quantity = Decimal(rng.choice((1, 2, 3, 4, 5, 8, 12, 16)))
        if rng.random() < 0.25:
            quantity += Decimal(rng.choice((25, 50, 75))) / 100
        price = Decimal(rng.randrange(15, 140))
        if rng.random() < 0.6:
            price = Decimal(rng.randrange(1500, 14000)) / 100
        off = off if rng.random() < 0.6 else 0
        net = (sign * quantity * price * (100 - off) / 100).quantize(CENT, ROUND_HALF_UP)
        vat = (net * shown / 100).quantize(CENT, ROUND_HALF_UP) + ZERO
        date = Day.of(self.date - dt.timedelta(days=rng.randrange(3, 40)))
        return Line(what, sign * quantity, unit, price, off, shown, net, vat, date)

    def _discount(self, subtotal: Decimal) -> tuple[Decimal, int]:
        if not self.plain or self.rng.random() > 0.14:
            return ZERO, 0
        if self.rng.random() < 0.6:
            percent = self.rng.choice((2, 5, 10, 15))
            return (subtotal * percent / 100).quantize(CENT, ROUND_HALF_UP), percent
        return (subtotal * self.rng.choice((3, 7, 12)) / 100).quantize(Decimal(1)) + 0, 0

    def _shares(
        self, lines: Sequence[Line], subtotal: Decimal, discount: Decimal
    ) -> tuple[Share, ...]:
        if self.exempt:
            return ()
        shares, left = [], discount
        rates = sorted({line.rate for line in lines})
        for rate in rates:
            base = sum((line.net for line in lines if line.rate == rate), ZERO)
            off = (
                left
                if rate == rates[-1]
                else (discount * base / subtotal).quantize(CENT, ROUND_HALF_UP)
            )
            left -= off
            vat = ((base - off) * rate / 100).quantize(CENT, ROUND_HALF_UP) + ZERO
            if self.by_line and not discount:
                vat = sum((line.vat for line in lines if line.rate == rate), ZERO)
            shares.append(Share(rate, base - off, vat))
        if self.fault == "vat-sum":
            wrong = Decimal(self.rng.choice((3, 5, 10, -3, -7))) + Decimal("0.30")
            shares[-1] = replace(shares[-1], vat=shares[-1].vat + wrong)
        return tuple(shares)

    def _supplier(self) -> Supplier:
        rng, fault = self.rng, self.fault
        name = words.supplier_name(rng)
        entity = any(x in name for x in ("B.V", "BV", "Stichting", "U.A", "V.O.F", "Maatschap"))
        vat_id = numbers.vat_id(rng, entity)
        typed = numbers.mistyped(rng, vat_id)
        while _passes(typed):
            typed = numbers.mistyped(rng, vat_id)
        show_vat = fault != "no-vat" and (not self.exempt or rng.random() < 0.4)
        letters = "".join(rng.choice("ABCDEGHJKLMNPRTVWXZ") for _ in range(2))
        city = rng.choice(CITIES)
        box = (
            f"Postbus {rng.randrange(10, 9000)}, {rng.randrange(1011, 9998)} {letters} {city}"
            if fault == "po-box-only" or (fault != "no-address" and rng.random() < 0.06)
            else ""
        )
        gone = fault in ("no-address", "po-box-only")
        street = rng.choice(STREETS).format(
            n=rng.randrange(1, 400), m=rng.randrange(401, 440), k=rng.randrange(1, 9)
        )
        ascii_name = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
        site = "".join(c for c in ascii_name if c.isalnum())[:16]
        kvk = numbers.kvk(rng)
        if fault == "long-kvk":
            kvk = numbers.plain_number(rng, 10)
        return Supplier(
            name=name,
            owner=words.person(rng),
            street="" if gone or fault == "no-street" else street,
            postcode="" if gone else f"{rng.randrange(1011, 9998)}{letters}",
            city="" if gone else city,
            po_box=box,
            phone="" if fault == "no-phone" else numbers.phone(rng),
            email=f"{rng.choice(('info', 'administratie', 'facturen'))}@{site}.nl",
            web=f"www.{site}.nl" if rng.random() < 0.6 else "",
            kvk="" if fault == "no-kvk" else kvk,
            vat_id=(typed if fault == "vat-typo" else vat_id) if show_vat else "",
            agb=numbers.plain_number(rng, 8) if self.exempt and rng.random() < 0.4 else "",
            branch="0000" + numbers.plain_number(rng, 8)
            if fault != "no-kvk" and rng.random() < 0.05
            else "",
            accounts=self._accounts(),
            g_account=numbers.iban(rng) if fault != "no-iban" and rng.random() < 0.05 else "",
        )

    def _accounts(self) -> tuple[Account, ...]:
        if self.fault == "no-iban":
            return ()
        ibans = [numbers.iban(self.rng)]
        if self.ask == "two-accounts":
            ibans.append(numbers.iban(self.rng))
        if self.fault == "iban-typo":
            ibans[0] = numbers.mistyped(self.rng, ibans[0])
        return tuple(Account(iban, *_BANKS[iban[4:8]]) for iban in ibans)

    def _addressee(self) -> tuple[str, ...]:
        rng = self.rng
        if self.fault == "other-municipality":
            city = rng.choice(("Lelystad", "Zeewolde", "Utrecht", "Hilversum", "Dronten"))
            room = rng.choice(("t.a.v. Crediteurenadministratie", "Afdeling Financiën", "Jeugd"))
            box = f"Postbus {rng.randrange(10, 99)}"
            return (f"Gemeente {city}", room, box, f"{rng.randrange(3000, 8300)} AB {city}")
        if self.fault == "visiting-address":
            rooms: tuple[str, ...] = rng.choice(((), ("Afdeling Jeugd",)))
            return ("Gemeente Almere", *rooms, "Stadhuisplein 1", "1315 HR Almere")
        if self.fault == "to-a-person":
            who = rng.choice(
                ("Mevrouw A. Bakker", "Familie de Groot", "De heer P. Smit", "Dhr. K. Visser")
            )
            street = f"Grachtstraat {rng.randrange(1, 90)}"
            return (who, street, f"{rng.randrange(1301, 1363)} KL Almere")
        room = rng.choice(
            (
                "t.a.v. Crediteurenadministratie/zorg",
                "Crediteurenadministratie/zorg",
                "Crediteurenadministratie/zorg",
                "T.a.v. Crediteurenadministratie/zorg",
                "Afd. Crediteurenadministratie/zorg",
                "Crediteurenadministratie zorg",
                "Crediteurenadministratie / Zorg",
            )
        )
        country = {"nl": "Nederland", "en": "Netherlands", "de": "Niederlande", "fr": "Pays-Bas"}
        return rng.choice(
            (
                ("Gemeente Almere", room, "Postbus 200", "1300 AE Almere"),
                ("Gemeente Almere", room, "Postbus 200", "1300 AE  Almere"),
                (f"Gemeente Almere, {room}", "Postbus 200", "1300AE Almere"),
                ("Gemeente Almere", room, "Postbus 200, 1300 AE Almere"),
                ("Gemeente Almere", room, "Postbus 200", "1300 AE ALMERE", country[self.language]),
                ("GEMEENTE ALMERE", room.upper(), "POSTBUS 200", "1300 AE ALMERE"),
            )
        )

    def _exemption(self) -> str:
        if not self.exempt or self.fault == "no-vat":
            return ""
        texts: Iterable[str] = {
            "en": EXEMPT_EN,
            "de": EXEMPT_DE,
            "fr": words.EXEMPT_FR,
            "nl": {"kor": KOR, "youth": words.EXEMPT_YOUTH, "medical": words.EXEMPT_MEDICAL}[
                self.taxation
            ],
        }[self.language]
        return self.rng.choice(tuple(texts))

    def _second_number(self) -> str:
        if self.ask != "two-numbers":
            return ""
        found = self.number
        while found == self.number:
            found = words.invoice_number(self.rng, self.date)
        return found

    def _remarks(self, second: str) -> tuple[str, ...]:
        rng, remarks = self.rng, []
        if self.fault == "bsn":
            bsn = rng.choice(("999990019", "999993653", "999999990", "999990123"))
            shown = rng.choice((bsn, f"{bsn[:4]}.{bsn[4:6]}.{bsn[6:]}"))
            label = rng.choice(("BSN cliënt: {}", "Burgerservicenummer {}", "BSN: {}"))
            remarks.append(label.format(shown))
        if second:
            remarks.append(words.OTHER_NUMBER[self.language].format(second))
        return tuple(remarks)


def _passes(vat_id: str) -> bool:
    """Some rule for a Dutch btw number holds."""
    value = int("".join(str(int(c, 36)) for c in vat_id)) % 97
    return value == 1 or numbers.passes_eleven(vat_id[2:11])
