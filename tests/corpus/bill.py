"""One random invoice as its writer sees it: words, numbers and their order; how it lies on the
paper is the layout's affair.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from tests.corpus import numbers
from tests.corpus.numbers import CENT, Money, written_date
from tests.corpus.words import (
    CARE,
    CITIES,
    EXEMPT,
    EXEMPT_DE,
    EXEMPT_EN,
    INTRO,
    KOR,
    NAMES,
    PAY,
    REVERSE,
    STREETS,
    TAXED_9,
    TAXED_21,
    L,
)

TODAY = dt.date(2026, 11, 22)
"""The day on which the whole corpus is received."""

FAULTS = {
    "no-kvk": "kvk-number",
    "long-kvk": "kvk-number",
    "no-address": "supplier-address",
    "no-street": "supplier-address",
    "po-box-only": "supplier-address",
    "no-phone": "supplier-phone",
    "no-vat": "vat-id",
    "vat-typo": "vat-id",
    "no-date": "issue-date",
    "impossible-date": "issue-date",
    "future-date": "issue-date",
    "no-number": "invoice-number",
    "other-municipality": "addressee",
    "visiting-address": "addressee",
    "to-a-person": "addressee",
    "iban-typo": "iban",
    "no-iban": "iban",
    "vat-sum": "vat-amount",
    "old-rate": "vat-amount",
    "wrong-total": "vat-amount",
    "lines-differ": "net-amount",
    "bsn": "anonymity",
}
"""Planted single faults and the check that must name each."""
TAXED_FAULTS = frozenset({"vat-typo", "vat-sum", "old-rate", "wrong-total"})

Truth = dict[str, object]


@dataclass
class Row:
    what: str
    count: Decimal
    price: Decimal
    rate: int
    amount: Decimal


@dataclass
class Bill:
    """Everything a layout may place; a fact that is not there is an empty text or an absent pair."""

    rng: random.Random
    language: str
    title: str
    name: str
    street: str
    place: str
    """Postcode and city as written."""
    po_box: str
    """A PO box beside the street, or instead of it."""
    contact: list[tuple[str, str]]
    ids: list[tuple[str, str]]
    """Register, btw and bank numbers with decoys, in random order."""
    to_label: str
    to: list[str]
    meta: list[tuple[str, str]]
    heads: tuple[str, ...]
    rows: list[tuple[str, ...]]
    """Text cells that agree with ``heads``; the last is the amount."""
    totals: list[tuple[str, str]]
    intro: list[str]
    notes: list[str]
    truth: Truth
    kind: str = "invoice"
    expected: frozenset[str] = frozenset()
    """Checks that ask a person about this document even without a planted fault."""
    fault: str | None = None
    said: dict[str, str] = field(default_factory=dict)
    """number, date, gross, iban, kvk, vat, phone as written ('' when left out), for sentences."""

    @property
    def address(self) -> list[str]:
        return [line for line in (self.street, self.place, self.po_box) if line]

    def facts(self) -> list[str]:
        """Everything of the supplier as "label value"."""
        return [
            *self.address,
            *(f"{label} {value}".strip() for label, value in (*self.contact, *self.ids)),
        ]


def draw(
    rng: random.Random, rows: int | None = None, fault: str | None = None, kind: str = "invoice"
) -> Bill:
    """A random bill.

    Args:
        rows: how many invoice lines; None for one to six.
        fault: one of ``FAULTS`` to plant.
        kind: ``invoice`` or ``credit-note``.
    """
    return _Writer(rng, rows, fault, kind).bill()


class _Writer:
    def __init__(self, rng: random.Random, rows: int | None, fault: str | None, kind: str) -> None:
        self.rng, self.fault, self.kind = rng, fault, kind
        self.language = rng.choices(("nl", "en", "de"), (88, 9, 3))[0]
        self.words = L[self.language]
        kinds = ("exempt", "kor", "taxed", "mixed", "reverse")
        self.vat = rng.choices(
            ("taxed", "mixed") if fault in TAXED_FAULTS else kinds,
            (3, 1) if fault in TAXED_FAULTS else (46, 10, 26, 14, 4),
        )[0]
        if fault in ("old-rate", "vat-sum", "wrong-total", "vat-typo") or (
            fault == "no-vat" and self.vat == "reverse"
        ):
            self.vat = "taxed"
        if fault == "lines-differ":
            self.vat = "exempt"
        if self.vat == "kor" and self.language != "nl":
            self.vat = "exempt"
        self.money = Money(rng, self.language)
        self.date = TODAY - dt.timedelta(days=rng.randrange(1, 300))
        if fault == "future-date":
            self.date = TODAY + dt.timedelta(days=rng.randrange(20, 300))
        self.number = numbers.invoice_number(rng, self.date)
        self.name = rng.choice(NAMES)
        self.vat_id = numbers.vat_id(
            rng,
            any(w in self.name for w in ("B.V", "Stichting", "Co", "Maatschap", "U.A", "V.O.F"))
            or rng.random() < 0.5,
        )
        self.kvk = numbers.kvk(rng)
        self.iban, self.phone = numbers.iban(rng), numbers.phone(rng)
        self.city = rng.choice(CITIES)
        digits = rng.randrange(1011, 9998)
        letters = [rng.choice("ABCDEGHJKLMNPRTVWXZ") for _ in range(2)]
        self.postcode = f"{digits}{''.join(letters)}"
        self.street = rng.choice(STREETS).format(
            n=rng.randrange(1, 400), m=rng.randrange(401, 440), k=rng.randrange(1, 9)
        )
        self.sign = -1 if kind == "credit-note" and rng.random() < 0.7 else 1
        self.items = self._items(rows or rng.randrange(1, 7))
        self.said: dict[str, str] = {}

    def pick(self, what: str) -> str:
        return self.rng.choice(self.words[what])

    def _items(self, count: int) -> list[Row]:
        rows = []
        for _ in range(count):
            rate = {"taxed": 21, "mixed": self.rng.choice((9, 21))}.get(self.vat, 0)
            what = self.rng.choice(
                {0: CARE if self.vat != "reverse" else TAXED_21, 9: TAXED_9, 21: TAXED_21}[rate]
            )
            if self.rng.random() < 0.3:
                what += self.rng.choice(
                    (
                        " week 36",
                        " oktober",
                        " (cliëntgebonden tijd)",
                        " (groep)",
                        " 45 min",
                        " dossier 7",
                        " fase 2",
                    )
                )
            units = Decimal(self.rng.choice((1, 2, 3, 4, 5, 8, 12, 16))) + (
                Decimal(self.rng.choice((25, 50, 75))) / 100 if self.rng.random() < 0.25 else 0
            )
            price = (
                (Decimal(self.rng.randrange(1500, 14000)) / 100)
                if self.rng.random() < 0.6
                else Decimal(self.rng.randrange(15, 140))
            )
            rows.append(
                Row(
                    what,
                    units,
                    price,
                    rate,
                    (units * price * self.sign).quantize(CENT, ROUND_HALF_UP),
                )
            )
        if self.vat == "mixed" and count > 1 and len({r.rate for r in rows}) == 1:
            rows[0].rate = 9 if rows[0].rate == 21 else 21
        if self.vat == "taxed" and self.rng.random() < 0.3:
            for row in rows:
                row.rate = 9
        return rows

    def _sums(self) -> None:
        rates = sorted({r.rate for r in self.items})
        self.net = sum((r.amount for r in self.items), Decimal(0))
        self.bases = {
            rate: sum((r.amount for r in self.items if r.rate == rate), Decimal(0))
            for rate in rates
            if rate
        }
        self.shown_rate = {rate: rate for rate in rates}
        if self.fault == "old-rate":
            only = next(iter(self.bases))
            self.shown_rate[only] = {21: 19, 9: 6}[only]
        self.taxes = {
            rate: (base * self.shown_rate[rate] / 100).quantize(CENT, ROUND_HALF_UP)
            for rate, base in self.bases.items()
        }
        if self.fault == "vat-sum":
            only = next(iter(self.taxes))
            self.taxes[only] += Decimal(self.rng.choice((3, 5, 10, -3, -7))) + Decimal("0.30")
        self.vat_sum = sum(self.taxes.values(), Decimal(0))
        self.gross = self.net + self.vat_sum
        if self.fault in ("wrong-total", "lines-differ"):
            self.gross += Decimal(self.rng.choice((10, 25, 100, 7)))
        if self.fault == "lines-differ":
            self.net = self.gross

    def bill(self) -> Bill:
        rng = self.rng
        self._sums()
        date_text = written_date(rng, self.date, self.language)
        if self.fault == "impossible-date":
            date_text = rng.choice(
                ("31-06-2026", "30 februari 2026", "31/09/2026", "31 april 2026")
            )
        due = written_date(rng, self.date + dt.timedelta(days=rng.choice((14, 30))), self.language)
        iban = numbers.mistyped(rng, self.iban) if self.fault == "iban-typo" else self.iban
        kvk = numbers.plain_number(rng, 10) if self.fault == "long-kvk" else self.kvk
        kvk = kvk.lstrip("0") or kvk if self.fault == "long-kvk" else kvk
        vat = numbers.mistyped(rng, self.vat_id) if self.fault == "vat-typo" else self.vat_id
        while self.fault == "vat-typo" and _vat_ok(vat):
            vat = numbers.mistyped(rng, self.vat_id)
        self.iban, self.kvk, self.vat_id = iban, kvk, vat
        show_vat = self.fault != "no-vat" and (
            self.vat in ("taxed", "mixed", "reverse") or rng.random() < 0.4
        )
        self.said = {
            "number": "" if self.fault == "no-number" else self.number,
            "date": "" if self.fault == "no-date" else date_text,
            "due": due,
            "gross": self.money(self.gross),
            "iban": "" if self.fault == "no-iban" else numbers.written_iban(rng, iban),
            "kvk": "" if self.fault == "no-kvk" else numbers.written_kvk(rng, kvk),
            "vat": numbers.written_vat(rng, vat) if show_vat else "",
            "phone": "" if self.fault == "no-phone" else numbers.written_phone(rng, self.phone),
            "name": self.name,
        }
        rows, heads = self._table()
        postcode = rng.choice(
            (
                f"{self.postcode[:4]} {self.postcode[4:]}",
                f"{self.postcode[:4]} {self.postcode[4:]}",
                self.postcode,
            )
        )
        upper = rng.random() < 0.15
        place = f"{postcode} {self.city.upper() if upper else self.city}"
        with_box = self.fault == "po-box-only" or (
            self.fault != "no-address" and rng.random() < 0.08
        )
        box = (
            f"Postbus {rng.randrange(10, 9000)}, {rng.randrange(1011, 9998)}"
            f" {rng.choice(('AB', 'CD', 'HK'))} {self.city}"
            if with_box
            else ""
        )
        gone = self.fault in ("no-address", "po-box-only")
        return Bill(
            rng,
            self.language,
            self.pick("title" if self.kind == "invoice" else "credit"),
            self.name,
            "" if gone or self.fault == "no-street" else self.street,
            "" if gone else place,
            box,
            self._contact(),
            self._ids(),
            self.pick("to"),
            self._addressee(),
            self._meta(),
            heads,
            rows,
            self._totals(),
            [rng.choice(INTRO[self.language])],
            self._notes(),
            self._truth(),
            self.kind,
            self._expected(),
            self.fault,
            self.said,
        )

    def _contact(self) -> list[tuple[str, str]]:
        slug = "".join(c for c in self.name.lower() if c.isalnum())[:14]
        pairs = [(self.pick("mail"), f"info@{slug}.nl")]
        if self.said["phone"]:
            pairs.append((self.pick("phone"), self.said["phone"]))
        if self.rng.random() < 0.5:
            pairs.append((self.pick("web"), f"www.{slug}.nl"))
        self.rng.shuffle(pairs)
        return pairs

    def _ids(self) -> list[tuple[str, str]]:
        rng, said = self.rng, self.said
        pairs = [(self.pick(name), said[name]) for name in ("kvk", "vat", "iban") if said[name]]
        if rng.random() < 0.3:
            pairs.append(
                (rng.choice(("AGB-code", "AGB", "AGB code praktijk")), numbers.plain_number(rng, 8))
            )
        if rng.random() < 0.15 and said["iban"]:
            pairs.append((rng.choice(("BIC", "BIC-code", "Swift")), self.iban[4:8] + "NL2A"))
        rng.shuffle(pairs)
        if rng.random() < 0.08 and self.language == "nl" and said["iban"]:
            pairs.append(
                (
                    rng.choice(("G-rekening", "G-rek.nr.")),
                    numbers.written_iban(rng, numbers.iban(rng)),
                )
            )
        if rng.random() < 0.06 and self.language == "nl" and said["kvk"]:
            pairs.append(("Vestigingsnummer", "0000" + numbers.plain_number(rng, 8)))
        return pairs

    def _addressee(self) -> list[str]:
        rng = self.rng
        if self.fault == "other-municipality":
            city = rng.choice(("Lelystad", "Zeewolde", "Utrecht", "Hilversum", "Dronten"))
            return [
                f"Gemeente {city}",
                rng.choice(
                    ("t.a.v. Crediteurenadministratie", "Afdeling Financiën", "Jeugd en Wmo")
                ),
                f"Postbus {rng.randrange(10, 99)}",
                f"{rng.randrange(3000, 8300)} AB {city}",
            ]
        if self.fault == "visiting-address":
            return [
                "Gemeente Almere",
                *rng.choice((["Stadhuisplein 1"], ["Afdeling Jeugd", "Stadhuisplein 1"])),
                "1315 HR Almere",
            ]
        if self.fault == "to-a-person":
            person = rng.choice(
                (
                    "Mevrouw A. Bakker",
                    "Familie de Groot",
                    "De heer P. Smit",
                    "Dhr. K. Visser",
                    "Mw. L. Mulder",
                )
            )
            return [
                person,
                f"Grachtstraat {rng.randrange(1, 90)}",
                f"{rng.randrange(1301, 1363)} {rng.choice(('KL', 'BX'))} Almere",
            ]
        department = rng.choice(
            (
                "t.a.v. Crediteurenadministratie/zorg",
                "Crediteurenadministratie/zorg",
                "T.a.v. Crediteurenadministratie/zorg",
                "Afd. Crediteurenadministratie/zorg",
                "Crediteurenadministratie zorg",
            )
        )
        return rng.choice(
            (
                ["Gemeente Almere", department, "Postbus 200", "1300 AE Almere"],
                ["Gemeente Almere", department, "Postbus 200", "1300 AE  Almere"],
                [f"Gemeente Almere, {department}", "Postbus 200", "1300AE Almere"],
                ["Gemeente Almere", department, "Postbus 200, 1300 AE Almere"],
                ["Gemeente Almere", department, "Postbus 200", "1300 AE ALMERE", "Nederland"],
                ["GEMEENTE ALMERE", department.upper(), "POSTBUS 200", "1300 AE ALMERE"],
            )
        )

    def _meta(self) -> list[tuple[str, str]]:
        rng, said = self.rng, self.said
        pairs = (
            [(self.pick("number" if self.kind == "invoice" else "credit-number"), said["number"])]
            if said["number"]
            else []
        )
        if said["date"]:
            pairs.append((self.pick("date"), said["date"]))
        if rng.random() < 0.5:
            pairs.append((self.pick("due"), said["due"]))
        if rng.random() < 0.4:
            pairs.append(
                (self.pick("client-no"), numbers.plain_number(rng, rng.choice((5, 6, 8, 9))))
            )
        if rng.random() < 0.4:
            pairs.append(
                (
                    self.pick("order"),
                    rng.choice(
                        (
                            numbers.plain_number(rng, 8),
                            numbers.plain_number(rng, 9),
                            f"JW-{numbers.plain_number(rng, 6)}",
                        )
                    ),
                )
            )
        if rng.random() < 0.3:
            first = self.date.replace(day=1)
            pairs.append(
                (
                    self.pick("period"),
                    (
                        f"{first - dt.timedelta(days=30):%d-%m-%Y} t/m"
                        f" {first - dt.timedelta(days=1):%d-%m-%Y}"
                    ),
                )
            )
        if self.vat == "reverse" or rng.random() < 0.04:
            pairs.append(
                (
                    {
                        "nl": rng.choice(("Uw btw-nummer", "Btw-nummer afnemer")),
                        "en": "Your VAT number",
                        "de": "Ihre USt-IdNr.",
                    }[self.language],
                    numbers.vat_id(rng, True),
                )
            )
        rng.shuffle(pairs)
        if self.kind == "credit-note":
            self.corrects = numbers.invoice_number(rng, self.date - dt.timedelta(days=20))
            pairs.append((self.pick("corrects"), self.corrects))
        return pairs

    def _table(self) -> tuple[list[tuple[str, ...]], tuple[str, ...]]:
        rng = self.rng
        heads = self.pick("heads").split("|")
        with_rate = self.vat in ("taxed", "mixed") and (self.vat == "mixed" or rng.random() < 0.4)
        sign = rng.random() < 0.4
        if with_rate:
            heads.insert(3, self.pick("rate"))
        rows = []
        for item in self.items:
            units = (
                f"{item.count:g}"
                if item.count == int(item.count) or self.language == "en"
                else f"{item.count:.2f}".replace(".", ",")
            )
            cells = [item.what, units, self.money(item.price, sign), self.money(item.amount, sign)]
            if with_rate:
                cells.insert(3, f"{self.shown_rate[item.rate]}%")
            rows.append(tuple(cells))
        return rows, tuple(heads)

    def _totals(self) -> list[tuple[str, str]]:
        if self.vat in ("exempt", "kor"):
            total = self.pick("total")
            rows = [
                (
                    "Totaal" if "vrij" in total and self.fault == "no-vat" else total,
                    self.money(self.gross),
                )
            ]
            if self.language == "nl" and self.rng.random() < 0.3 and self.fault != "no-vat":
                rows.insert(
                    0, (self.rng.choice(("Subtotaal", "Totaal excl. btw")), self.money(self.gross))
                )
                if self.rng.random() < 0.5:
                    rows.insert(
                        1,
                        (
                            self.rng.choice(("Btw vrijgesteld", "BTW (vrijgesteld)")),
                            self.money(Decimal(0)),
                        ),
                    )
            return rows
        rows = [(self.pick("net"), self.money(self.net))]
        if self.vat == "reverse":
            rows.append(
                (self.rng.choice(("Btw verlegd", "BTW 0% (verlegd)")), self.money(Decimal(0)))
            )
        over = self.pick("vat-row")
        for rate, tax in self.taxes.items():
            label = over.replace("hoog", "laag") if rate == 9 else over
            if len(self.taxes) > 1 and "{b}" not in label:
                label = label + (" over {b}" if self.language == "nl" else " {b}")
            rows.append(
                (
                    label.format(r=self.shown_rate[rate], b=self.money(self.bases[rate])),
                    self.money(tax),
                )
            )
        rows.append((self.pick("gross"), self.money(self.gross)))
        return rows

    def _notes(self) -> list[str]:
        rng, notes = self.rng, []
        if self.fault != "no-vat":
            texts = {
                "exempt": {"nl": EXEMPT, "en": EXEMPT_EN, "de": EXEMPT_DE}[self.language],
                "kor": KOR,
                "reverse": REVERSE,
            }.get(self.vat)
            if texts:
                notes.append(rng.choice(texts))
        pay = [
            p
            for p in PAY[self.language]
            if all(self.said[k] for k in ("number", "iban", "gross", "due") if "{" + k + "}" in p)
        ]
        if pay and (rng.random() < 0.85 or not self.said["iban"]):
            notes.append(rng.choice(pay).format(**self.said))
        rng.shuffle(notes)
        if self.fault == "bsn":
            bsn = rng.choice(("999990019", "999993653", "999999990", "111222333", "123456782"))
            notes.insert(
                0,
                rng.choice(
                    ("BSN cliënt: {}", "Burgerservicenummer {}", "BSN: {}", "Cliënt bsn-nummer {}")
                ).format(rng.choice((bsn, f"{bsn[:4]}.{bsn[4:6]}.{bsn[6:]}"))),
            )
        return notes

    def _expected(self) -> frozenset[str]:
        return frozenset({"vat-amount"}) if self.vat == "reverse" else frozenset()

    def _truth(self) -> Truth:
        exempt = self.vat in ("exempt", "kor") and self.fault != "no-vat"
        gone = self.fault in ("no-address", "po-box-only")
        truth: Truth = {
            "supplier-name": self.name,
            "supplier-street": None if gone or self.fault == "no-street" else self.street,
            "supplier-postcode": None if gone else self.postcode,
            "supplier-city": None if gone else self.city,
            "supplier-phone": self.phone if self.said["phone"] else None,
            "kvk-number": self.kvk if self.said["kvk"] else None,
            "vat-id": self.vat_id if self.said["vat"] else None,
            "vat-exempt": exempt,
            "iban": self.iban if self.said["iban"] else None,
            "invoice-number": self.number if self.said["number"] else None,
            "issue-date": self.date.isoformat() if self.said["date"] else None,
            "net-amount": f"{self.net:.2f}",
            "gross-amount": f"{self.gross:.2f}",
            "vat-amount": "0.00" if exempt else f"{self.vat_sum:.2f}",
            "vat-rate": (
                None
                if exempt or len(self.taxes) > 1
                else str(self.shown_rate[next(iter(self.taxes))])
                if self.taxes
                else None
            ),
            "vat-lines": sorted(
                [str(self.shown_rate[r]), f"{self.bases[r]:.2f}", f"{self.taxes[r]:.2f}"]
                for r in self.taxes
            ),
        }
        if self.kind == "credit-note":
            truth["corrects"] = None
        unknown = {"reverse": ("vat-rate", "vat-amount", "vat-lines")}.get(self.vat, ())
        if self.fault in ("no-vat",) and self.vat in ("exempt", "kor"):
            unknown = ("vat-amount", "vat-rate", "vat-lines")
        if self.fault == "po-box-only":
            unknown = (*unknown, "supplier-postcode", "supplier-city")
        if self.fault in ("impossible-date",):
            unknown = (*unknown, "issue-date")
        if self.fault in ("wrong-total", "vat-sum", "lines-differ"):
            unknown = (*unknown, "net-amount", "gross-amount", "vat-amount", "vat-lines")
        truth.pop("corrects", None)
        return {name: value for name, value in truth.items() if name not in unknown}


def _vat_ok(number: str) -> bool:
    value = int("".join(str(int(c, 36)) for c in number)) % 97
    return value == 1 or numbers.passes_eleven(number[2:11])
