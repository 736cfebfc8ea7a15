"""All documents of the example mails, as data."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

from tests.examples import suppliers as s
from tests.examples.bill import Bill, Item, item

IBAN_TYPO = "NL06 RABO 0431 0923 41"
"""What the mail 10-iban-typo prints: two digits of the account have changed places."""

_FIRST = Bill(
    "01-good-exempt-smime",
    "factuur-2026-0117.pdf",
    "canvas",
    s.ZILVERLINDE,
    "2026-0117",
    dt.date(2026, 10, 2),
    (
        item("Behandeling individueel basis, september 2026", "6.5", "uur", "98.40"),
        item("Begeleiding individueel specialistisch", "3", "uur", "76.00"),
    ),
    remarks=("Zie voor de gegevens per cliënt de beveiligde bijlage.",),
)


def _months() -> tuple[Item, ...]:
    rows = (
        "Begeleiding individueel basis",
        "Begeleiding individueel specialistisch",
        "Begeleiding groep basis",
    )
    prices, weeks = ("51.20", "76.00", "54.10"), tuple(range(31, 44))
    lines = tuple(zip(rows, prices, strict=True))
    return tuple(
        item(f"{text}, week {week}", str(Decimal("1.25") + week % 4), "uur", price)
        for week in weeks
        for text, price in lines
    )


BILLS: tuple[Bill, ...] = (
    _FIRST,
    Bill(
        "02-good-vat-21-zip",
        "Factuur VH26-0438.pdf",
        "platypus",
        s.VAN_HOUTEN,
        "VH26-0438",
        dt.date(2026, 9, 18),
        (
            item("Plaatsen van drempelhulpen en douchebeugels", "1", "stuks", "845.00", 21),
            item("Montage traplift, rechte trap", "7.5", "uur", "62.50", 21),
        ),
        remarks=("Op onze levering zijn onze voorwaarden van toepassing.",),
    ),
    Bill(
        "03-good-vat-9-and-21",
        "20260093.pdf",
        "fpdf2",
        s.POLDERRIJDERS,
        "20260093",
        dt.date(2026, 10, 5),
        (
            item("Ritten naar dagbesteding, rolstoelbus", "34", "rit", "21.75", 9),
            item("Aanpassing rolstoelvergrendeling bus", "1", "stuk", "312.40", 21),
        ),
    ),
    Bill(
        "04-good-two-pages",
        "KJ-2026-10-0071.pdf",
        "weasyprint",
        s.KOMPAS,
        "KJ-2026-10-0071",
        dt.date(2026, 11, 2),
        _months(),
        remarks=("Periode: 27 juli 2026 tot en met 25 oktober 2026.",),
    ),
    Bill(
        "05-good-word-printed",
        "Factuur 2026-31.pdf",
        "libreoffice",
        s.BRUGWACHTER,
        "2026-31",
        dt.date(2026, 10, 30),
        (item("Individuele begeleiding midden, oktober 2026", "18.75", "uur", "52.00"),),
    ),
    Bill(
        "06-good-web-printed",
        "factuur_NL-202610-118.pdf",
        "chromium",
        s.NOORDERLICHT,
        "NL-202610/118",
        dt.date(2026, 11, 1),
        (
            item("Huishoudelijke hulp 1", "22", "uur", "29.80"),
            item("Huishoudelijke hulp 2", "8.5", "uur", "32.10"),
        ),
    ),
    Bill(
        "07-kvk-missing",
        "Sterrenkind factuur 88.pdf",
        "weasyprint",
        s.STERRENKIND,
        "88",
        dt.date(2026, 10, 9),
        (item("Speltherapie, individueel", "4", "sessie", "95.00"),),
    ),
    Bill(
        "08-wrong-addressee",
        "LW-2026-205.pdf",
        "chromium",
        s.LETTERWIJS,
        "LW-2026-205",
        dt.date(2026, 10, 12),
        (item("Dyslexiebehandeling, sessie van 45 minuten", "6", "sessie", "88.15"),),
        addressee=(
            "Gemeente Lelystad",
            "Financiële administratie",
            "Postbus 91",
            "8200 AB Lelystad",
        ),
    ),
    Bill(
        "09-no-vat-no-exemption",
        "factuur 0012.pdf",
        "libreoffice",
        s.HET_TIJ,
        "0012",
        dt.date(2026, 10, 14),
        (item("Individuele begeleiding licht, september 2026", "9", "uur", "50.00"),),
    ),
    Bill(
        "10-iban-typo",
        "KH2026045.pdf",
        "fpdf2",
        replace(s.KIEVITSHOEVE, iban=IBAN_TYPO),
        "KH2026-045",
        dt.date(2026, 10, 15),
        (item("Dagbesteding licht, september 2026", "12", "dagdeel", "33.50"),),
    ),
    Bill(
        "11-bsn-on-invoice",
        "factuur-M26-19.pdf",
        "canvas",
        s.MEREL,
        "M26-19",
        dt.date(2026, 10, 16),
        (item("Behandeling individueel basis", "5", "uur", "97.00"),),
        remarks=("Cliënt BSN: 999992466, behandeld door drs. I. Merel.",),
    ),
    Bill(
        "12-attachment-unprotected",
        "Atelier-F00231.pdf",
        "platypus",
        s.ATELIER,
        "F00231",
        dt.date(2026, 10, 19),
        (item("Arbeidsmatige dagbesteding, september 2026", "16", "dagdeel", "31.25"),),
    ),
    Bill(
        "13-no-attachment",
        "DW-9926.pdf",
        "fpdf2",
        s.DUINWAARD,
        "DW-9926",
        dt.date(2026, 10, 20),
        (item("Kortdurend verblijf specialistisch", "4", "etmaal", "271.00"),),
    ),
    Bill(
        "14-locked-zip",
        "wilgenbos-1043.pdf",
        "chromium",
        s.WILGENBOS,
        "1043",
        dt.date(2026, 10, 21),
        (item("Behandeling individueel bij crisis", "2", "uur", "108.00"),),
    ),
    Bill(
        "15-reminder",
        "Herinnering-NL-202609-097.pdf",
        "platypus",
        s.NOORDERLICHT,
        "NL-202609/097",
        dt.date(2026, 11, 10),
        (item("Openstaande factuur NL-202609/097 van 1 september 2026", "1", "stuk", "911.00"),),
        title="Aanmaning",
        remarks=(
            (
                "Volgens onze administratie is deze factuur nog niet betaald. Dit is een"
                " herinnering, geen nieuwe factuur."
            ),
        ),
    ),
    Bill(
        "18-word-document",
        "Factuur ZO-77.docx",
        "docx",
        s.ZANDOEVER,
        "ZO-77",
        dt.date(2026, 10, 26),
        (item("Kortdurend verblijf, weekend", "2", "etmaal", "105.00"),),
    ),
    Bill(
        "19-two-invoices-one-wrong",
        "RV-2026-140.pdf",
        "platypus",
        s.RIETVELD,
        "RV-2026-140",
        dt.date(2026, 10, 27),
        (item("Begeleiding individueel basis, september 2026", "10", "uur", "50.60"),),
    ),
    Bill(
        "19-two-invoices-one-wrong",
        "RV-2026-141.pdf",
        "platypus",
        replace(s.RIETVELD, phone=None),
        "RV-2026-141",
        dt.date(2026, 10, 27),
        (item("Begeleiding groep basis, september 2026", "8", "dagdeel", "53.00"),),
    ),
    Bill(
        "20-credit-note",
        "credit_NL-202611-C02.pdf",
        "chromium",
        s.NOORDERLICHT,
        "NL-202611/C02",
        dt.date(2026, 11, 12),
        (item("Correctie: Huishoudelijke hulp 2, te veel berekend", "-2", "uur", "32.10"),),
        title="Creditfactuur",
        remarks=("Deze creditfactuur hoort bij factuur NL-202610/118 van 01-11-2026.",),
    ),
    Bill(
        "21-whole-mail-smime",
        "factuur KW-2026-054.pdf",
        "fpdf2",
        s.WADWIJK,
        "KW-2026-054",
        dt.date(2026, 11, 3),
        (item("Persoonlijke verzorging basis, oktober 2026", "14", "uur", "47.90"),),
    ),
    replace(_FIRST, folder="22-duplicate-of-first"),
)
