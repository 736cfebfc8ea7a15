"""Random invoices of fictitious care providers, with the exact truth and the many ways to write it."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

MONTHS = [
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
]

NAMES = (
    "Zorgpraktijk De Vlinder",
    "Stichting Samen Sterk",
    "Jeugdzorg Flevoland B.V.",
    "Buro Horizon",
    "Praktijk voor Kinderpsychologie Berends",
    "Thuiszorg Het Anker V.O.F.",
    "Van Dam & Partners Begeleiding",
    "De Regenboog Ambulante Hulp",
    "Logeerhuis 't Nest",
    "M. Bakker Coaching",
    "Orthopedagogisch Centrum Het Kompas",
    "Zorgboerderij Klaverweide",
    "Intensief Begeleid B.V.",
    "Kade 12 Jeugdhulp",
    "Zonnebloem Wonen en Zorg",
    "GGZ-praktijk Noorderlicht",
    "Wij Zijn Raak",
    "Talenta",
)
STREETS = (
    "Kerkstraat 12",
    "Plein 1944 12",
    "Dorpsweg 12-hs",
    "Industrieweg 4 unit 4",
    "Kanaaldijk t.o. 12",
    "Van der Helstplein 3a",
    "'t Hofje 7",
    "Laan van Meerdervoort 112-114",
    "1e Oosterparkstraat 88 II",
    "Burg. de Vlugtlaan 1",
    "Oude Rijksstraatweg 103",
    "Prins Bernhardlaan 22B",
    "De Steiger 9",
    "Transistorstraat 31-E",
)
PLACES = (
    ("3811 AB", "Amersfoort"),
    ("8232 JG", "Lelystad"),
    ("1271 EP", "Huizen"),
    ("2514 GL", "Den Haag"),
    ("5211 BD", "'s-Hertogenbosch"),
    ("1398 PX", "Muiden"),
    ("1316 BN", "Almere"),
    ("6717 LX", "Ede Gld"),
    ("3511 RC", "Utrecht"),
    ("8011 AA", "Zwolle"),
)
PHONES = (
    "036-5212345",
    "06-12345678",
    "06 12 34 56 78",
    "+31 36 521 23 45",
    "(036) 521 23 45",
    "+31 (0)6 1234 5678",
    "0320 - 123 456",
    "088 123 4567",
    "0365212345",
    "0031 36 5212345",
)
BTWS = ("NL002455799B11", "NL810433941B01", "NL854502130B01", "NL000099998B57")
EXEMPTIONS = (
    "Vrijgesteld van btw",
    (
        "Deze prestatie is vrijgesteld van omzetbelasting op grond van artikel 11, lid 1, onderdeel"
        " g van de Wet OB 1968."
    ),
    "Btw: vrijgesteld",
    "Medisch vrijgesteld",
    "Vrijgesteld van B.T.W.",
    "Wij zijn niet btw-plichtig.",
    "Factuur vrijgesteld van OB o.g.v. artikel 25 Wet OB (KOR)",
    "Over deze zorg is geen btw verschuldigd.",
    "BTW vrijgesteld conform art. 11-1-f",
)


@dataclass
class Facts:
    """One invoice; ``label`` picks one of the ways a producer names a fact, the same all through
    the document.
    """

    seed: int
    name: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    phone: str = ""
    kvk: str = ""
    btw: str = ""
    iban: str = ""
    number: str = ""
    date: dt.date = dt.date(2026, 11, 13)
    lines: list[tuple[str, Decimal, Decimal]] = field(default_factory=list)
    rate: int = 0
    exempt: bool = False
    exemption: str = ""
    rng: random.Random = field(default_factory=random.Random)

    @property
    def net(self) -> Decimal:
        return sum((cents(a * p) for _, a, p in self.lines), Decimal(0))

    @property
    def vat(self) -> Decimal:
        return cents(self.net * self.rate / 100)

    @property
    def gross(self) -> Decimal:
        return self.net + self.vat

    def label(self, *ways: str) -> str:
        return random.Random(f"{self.seed}{ways}").choice(ways)

    def money(self, value: Decimal, sign: bool = True) -> str:
        plain = f"{value:,.2f}".replace(",", "x").replace(".", ",").replace("x", ".")
        form = random.Random(f"{self.seed}money").randrange(5)
        if not sign or form == 4:
            return plain
        return (f"€ {plain}", f"€{plain}", f"EUR {plain}", f"€  {plain}")[form]

    @property
    def date_text(self) -> str:
        d = self.date
        return random.Random(f"{self.seed}date").choice(
            [
                f"{d.day} {MONTHS[d.month - 1]} {d.year}",
                f"{d:%d-%m-%Y}",
                f"{d.day}-{d.month}-{d.year}",
                f"{d:%d/%m/%Y}",
                f"{d:%d.%m.%Y}",
                f"{d.isoformat()}",
                f"{d.day} {MONTHS[d.month - 1][:3]}. {d.year}",
            ]
        )

    @property
    def kvk_text(self) -> str:
        k = self.kvk
        return random.Random(f"{self.seed}kvk").choice(
            [
                k,
                k,
                f"{k[:4]} {k[4:]}",
                f"{k[:2]}.{k[2:4]}.{k[4:6]}.{k[6:]}",
                f"{k[:2]} {k[2:5]} {k[5:]}",
            ]
        )

    @property
    def btw_text(self) -> str:
        b = self.btw
        return random.Random(f"{self.seed}btw").choice(
            [
                b,
                b,
                f"NL {b[2:11]} {b[11:]}",
                f"NL{b[2:6]}.{b[6:8]}.{b[8:11]}.{b[11:]}",
                b[2:],
                f"{b[:2]}.{b[2:6]}.{b[6:8]}.{b[8:11]}.{b[11:]}",
            ]
        )

    @property
    def iban_text(self) -> str:
        i = self.iban
        return random.Random(f"{self.seed}iban").choice(
            [
                i,
                " ".join(i[n : n + 4] for n in range(0, len(i), 4)),
                f"{i[:4]} {i[4:8]} {i[8:]}",
                " ".join(i[n : n + 4] for n in range(0, len(i), 4)),
            ]
        )

    @property
    def kvk_label(self) -> str:
        return self.label(
            "KvK",
            "KvK-nummer",
            "K.v.K.",
            "KVK nr.",
            "Handelsregister",
            "KvK nummer",
            "Kamer van Koophandel",
            "Inschrijfnummer KvK",
        )

    @property
    def btw_label(self) -> str:
        return self.label(
            "BTW",
            "Btw-nummer",
            "BTW nr.",
            "OB-nummer",
            "BTW-id",
            "B.T.W. nr",
            "Btw-identificatienummer",
            "VAT",
        )

    @property
    def iban_label(self) -> str:
        return self.label(
            "IBAN", "Rek.nr.", "Bankrekening", "IBAN-nummer", "Bank", "Rekeningnummer"
        )

    @property
    def number_label(self) -> str:
        return self.label(
            "Factuurnummer",
            "Factuurnr.",
            "Factuur nr.",
            "Nota nr.",
            "Declaratienummer",
            "Factuur-nummer",
            "Notanummer",
        )

    @property
    def date_label(self) -> str:
        return self.label("Factuurdatum", "Datum", "Datum factuur", "Notadatum", "Dagtekening")

    @property
    def net_label(self) -> str:
        return self.label(
            "Subtotaal", "Totaal excl. btw", "Totaal exclusief BTW", "Netto", "Bedrag excl. BTW"
        )

    @property
    def gross_label(self) -> str:
        return self.label(
            "Totaal",
            "Totaal incl. btw",
            "Te betalen",
            "Totaalbedrag",
            "Totaal te voldoen",
            "Factuurbedrag",
        )

    def expected(self) -> dict[str, object]:
        """The truth, by the keys of ``fields`` in the contract."""
        return {
            "supplier_name": self.name,
            "supplier_street": self.street,
            "supplier_postcode": self.postcode.replace(" ", ""),
            "supplier_city": self.city,
            "supplier_phone": self.phone,
            "kvk_number": self.kvk,
            "vat_id": self.btw,
            "vat_exempt": True if self.exempt else None,
            "iban": self.iban,
            "invoice_number": self.number,
            "issue_date": self.date.isoformat(),
            "net_amount": self.net,
            "vat_rate": None if self.exempt else Decimal(self.rate),
            "vat_amount": Decimal("0.00") if self.exempt else self.vat,
            "gross_amount": self.gross,
        }


def cents(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def iban(rng: random.Random) -> str:
    """A fictitious Dutch account with right check digits."""
    tail = (
        rng.choice(["ABNA", "INGB", "RABO", "TRIO", "KNAB", "SNSB"])
        + f"{rng.randrange(10**9, 10**10)}"[:10]
    )
    digits = "".join(str(int(c, 36)) for c in tail + "NL00")
    return f"NL{98 - int(digits) % 97:02d}{tail}"


def facts(seed: int) -> Facts:
    """A random invoice, the same for the same seed."""
    rng = random.Random(seed)
    postcode, city = rng.choice(PLACES)
    day = dt.date(2026, 1, 1) + dt.timedelta(days=rng.randrange(320))
    exempt = rng.random() < 0.55
    made = Facts(
        seed,
        rng.choice(NAMES),
        rng.choice(STREETS),
        postcode,
        city,
        rng.choice(PHONES),
        f"{rng.randrange(10**7, 9 * 10**7)}",
        rng.choice(BTWS),
        iban(rng),
        rng.choice(
            [
                f"{day.year}-{rng.randrange(1, 9999):04d}",
                f"{day.year}{rng.randrange(1, 9999):04d}",
                f"F{rng.randrange(1000, 99999)}",
                f"ZV/{day.year % 100}/{rng.randrange(1, 999)}",
                f"{rng.randrange(100, 99999)}",
                f"{day.year}.{rng.randrange(100, 999)}",
                f"INV-{day.year}-{rng.randrange(1, 999):03d}",
            ]
        ),
        day,
        [],
        0 if exempt else rng.choice([21, 9, 21]),
        exempt,
        rng.choice(EXEMPTIONS),
        rng,
    )
    for what in rng.sample(
        [
            "Begeleiding individueel",
            "Ambulante jeugdhulp",
            "Dagbesteding",
            "Diagnostiek",
            "Groepsbegeleiding",
            "Reiskosten",
            "Consult 45A04",
        ],
        rng.randrange(1, 4),
    ):
        made.lines.append(
            (
                what,
                Decimal(rng.randrange(1, 60)) / rng.choice([1, 1, 2, 4]),
                cents(Decimal(rng.randrange(2000, 14000)) / 100),
            )
        )
    return made
