"""Random invoices with a table of care whose rows hold what stands elsewhere on an invoice too:
dates, numbers, places, phone numbers.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

Strokes = list[tuple[float, float, str]]
"""x, y from below, text."""

RATE = Decimal("49.20")
NUMBER, DATE, VAT = "2026-0113", "2026-11-13", "NL002455799B11"
TRUTH = {
    "invoice_number": NUMBER,
    "issue_date": DATE,
    "kvk_number": "24330087",
    "iban": "NL91ABNA0417164300",
    "supplier_name": "Zorgpraktijk De Vlinder",
    "supplier_street": "Kerkstraat 12",
    "supplier_postcode": "3811AB",
    "supplier_phone": "0334612345",
}
KINDS: dict[str, tuple[str, Callable[[int], str]]] = {
    "time": ("Datum|Tijd|Bedrag", lambda i: f"{1 + i % 28:02}-09-2026|10:00 - 11:00 Dagbesteding"),
    "hours-of-one-day": ("Datum|Uren|Bedrag", lambda i: "12-09-2026|1,00 uur x € 49,20"),
    "minutes": ("Datum|Minuten|Bedrag", lambda i: "12-09-26|60 min"),
    "period": ("Periode|Omschrijving|Bedrag", lambda i: "01-09-2026 t/m 30-09-2026|Begeleiding"),
    "week": (
        "Week|Omschrijving|Bedrag",
        lambda i: f"week {36 + i % 4} 2026|Begeleiding individueel 45A52",
    ),
    "decision": ("Beschikking|Omschrijving|Bedrag", lambda i: "2026-00331|Begeleiding"),
    "reference": ("Kenmerk|Omschrijving|Bedrag", lambda i: "BES-20260101|Begeleiding"),
    "client": ("Cliëntnummer|Omschrijving|Bedrag", lambda i: "100345|Begeleiding"),
    "order": ("Opdrachtnr|Omschrijving|Bedrag", lambda i: "55120034|Begeleiding"),
    "eight-digits": ("Nr|Omschrijving|Bedrag", lambda i: "30221188|Begeleiding"),
    "agb": ("AGB code|Omschrijving|Bedrag", lambda i: "94012345|Begeleiding"),
    "invoice": ("Factuur|Omschrijving|Bedrag", lambda i: "2026-09|Begeleiding"),
    "worker": ("Medewerker|Omschrijving|Bedrag", lambda i: "J. de Vries|Begeleiding"),
    "phone": ("Locatie|Omschrijving|Bedrag", lambda i: "Almere 036-1234567|Begeleiding"),
    "postcode": ("Locatie|Omschrijving|Bedrag", lambda i: "1315 AB Almere|Begeleiding"),
    "rate": ("Omschrijving|Btw|Bedrag", lambda i: "Begeleiding|0%"),
    "no-vat": ("Omschrijving|Btw|Bedrag", lambda i: "Begeleiding|€ 0,00"),
}
_HEADS: dict[str, Strokes] = {
    "line": [
        (60, 790, "Zorgpraktijk De Vlinder"), (60, 772, "Kerkstraat 12, 3811 AB Amersfoort"),
        (60, 760, "Telefoon 033-4612345 | KvK 24330087 | IBAN NL91 ABNA 0417 1643 00{pipe}"),
    ],
    "stack": [
        (60, 800, "Zorgpraktijk De Vlinder"), (60, 788, "Kerkstraat 12"),
        (60, 776, "3811 AB Amersfoort"), (60, 764, "Tel: 033 - 461 23 45"),
        (60, 752, "KvK: 24330087"), (60, 740, "Bank: NL91ABNA0417164300"), (60, 728, "{line}"),
    ],
    "right": [
        (380, 800, "Zorgpraktijk De Vlinder"), (380, 788, "Kerkstraat 12"),
        (380, 776, "3811 AB Amersfoort"), (380, 764, "T 033-4612345"),
        (380, 752, "KvK-nummer 24330087"), (380, 740, "IBAN NL91 ABNA 0417 1643 00"), (380, 728, "{line}"),
    ],
    "foot": [
        (200, 800, "Zorgpraktijk De Vlinder"),
        (60, 30, "Zorgpraktijk De Vlinder • Kerkstraat 12 • 3811 AB Amersfoort • 033-4612345"
                 " • KvK 24330087 • IBAN NL91ABNA0417164300{dot}"),
    ],
    "pairs": [
        (60, 800, "Zorgpraktijk De Vlinder"), (60, 786, "Adres"), (160, 786, "Kerkstraat 12"),
        (60, 774, "Postcode"), (160, 774, "3811 AB Amersfoort"),
        (60, 762, "Telefoon"), (160, 762, "033-4612345"), (60, 750, "KvK-nr."),
        (160, 750, "24330087"), (60, 738, "Rekeningnr."),
        (160, 738, "NL91 ABNA 0417 1643 00"), (60, 726, "{line}"),
    ],
}  # fmt: skip
_REFERENCES: dict[str, Strokes] = {
    "plain": [(60, 610, "Factuur"), (60, 590, "Datum: 13-11-2026"), (60, 576, "Nummer: 2026-0113")],
    "full": [(60, 610, "Factuur"), (60, 590, "Factuurnummer: 2026-0113"),
             (60, 576, "Factuurdatum: 13-11-2026")],
    "title": [(60, 610, "FACTUUR 2026-0113"), (60, 590, "Amersfoort, 13 november 2026")],
    "columns": [
        (60, 610, "FACTUUR"), (60, 592, "Factuurnummer"), (200, 592, "Factuurdatum"),
        (330, 592, "Vervaldatum"),
        (60, 578, "2026-0113"), (200, 578, "13-11-2026"), (330, 578, "13-12-2026"),
    ],
    "right": [
        (60, 610, "FACTUUR"), (350, 700, "Factuurnummer"), (460, 700, "2026-0113"),
        (350, 686, "Factuurdatum"), (460, 686, "13-11-2026"),
        (350, 672, "Betalen voor"), (460, 672, "13-12-2026"), (350, 658, "Debiteurnummer"),
        (460, 658, "20045"),
    ],
    "letter": [
        (60, 610, "Amersfoort, 13-11-2026"), (60, 592, "Betreft: factuur 2026-0113 over september 2026"),
        (60, 576, "Geachte heer, mevrouw, hierbij sturen wij u onze factuur."),
    ],
}  # fmt: skip
_EXEMPT = (
    "Vrijgesteld van btw op grond van artikel 11, lid 1, onderdeel g, Wet OB 1968.",
    "Deze prestatie is vrijgesteld van btw.",
    "Vrijgesteld van omzetbelasting (art. 11 Wet OB)",
)
_TO: Strokes = [
    (60, 700, "Gemeente Almere"),
    (60, 686, "Crediteurenadministratie/zorg"),
    (60, 672, "Postbus 200"),
    (60, 658, "1300 AE Almere"),
]


@dataclass(frozen=True)
class Listed:
    """One invoice, and what in it depends on the draw."""

    what: tuple[object, ...]
    gross: Decimal
    vat_id: str | None
    pdf: bytes = field(repr=False)


def draw(seed: int) -> Listed:
    """A good invoice of one page with up to 31 lines of care."""
    rng = random.Random(seed)
    head, references, kind = (rng.choice(list(choices)) for choices in (_HEADS, _REFERENCES, KINDS))
    if (head, references) == ("right", "right"):
        references = "columns"
    taxes, count, sign = (
        rng.choice(("none", "nil", "high")),
        rng.choice((1, 3, 9, 20, 31)),
        rng.choice(("€ ", "", "EUR ", "€")),
    )
    net = count * RATE
    vat = (net * 21 / 100).quantize(Decimal("0.01")) if taxes == "high" else Decimal(0)
    vat_id = VAT if taxes == "high" else None
    own = {
        name: f"{lead}{vat_id}" if vat_id else ""
        for name, lead in (("pipe", " | Btw "), ("dot", " • btw "), ("line", "Btw-nummer "))
    }
    titles, row = KINDS[kind]
    columns = (60, 190, 480)
    strokes = (
        [(x, y, text.format(**own)) for x, y, text in _HEADS[head]] + _TO + _REFERENCES[references]
    )
    strokes += [(x, 540, title) for x, title in zip(columns, titles.split("|"), strict=True)]
    strokes += [
        (x, 524 - 13 * i, text)
        for i in range(count)
        for x, text in zip(columns, (*row(i).split("|"), _money(RATE, sign)), strict=True)
    ]
    strokes += _totals(rng, taxes, net, vat, sign)
    strokes += [(60, 50, rng.choice(_EXEMPT))] if taxes != "high" else []
    return Listed(
        (seed, head, references, kind, taxes, count), net + vat, vat_id, _printed(strokes)
    )


def _totals(rng: random.Random, taxes: str, net: Decimal, vat: Decimal, sign: str) -> Strokes:
    total = rng.choice(
        ("Totaal te betalen", "Totaal", "Te voldoen", "Factuurbedrag", "Totaalbedrag", "Te betalen")
    )
    rows = {
        "none": [(total, net)],
        "nil": [("Subtotaal", net), ("Btw (vrijgesteld)", vat), (total, net)],
        "high": [
            (rng.choice(("Totaal exclusief btw", "Subtotaal", "Totaal excl. BTW")), net),
            (rng.choice(("21% btw", "Btw 21%", "BTW (21%)")), vat),
            (
                rng.choice(("Totaal inclusief btw", "Totaal incl. BTW", "Totaal te betalen")),
                net + vat,
            ),
        ],
    }[taxes]
    return [
        stroke
        for i, (label, amount) in enumerate(rows)
        for stroke in ((360, 104 - 14 * i, label), (480, 104 - 14 * i, _money(amount, sign)))
    ]


def _money(amount: Decimal, sign: str) -> str:
    return sign + f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))


def _printed(strokes: Strokes) -> bytes:
    file = io.BytesIO()
    page = Canvas(file, pagesize=A4, invariant=1)
    for x, y, text in strokes:
        page.setFont("Helvetica", 7 if y == 30 else 9)
        page.drawString(x, y, text)
    page.save()
    return file.getvalue()
