"""The advocate: before a refusal, anything that could be the value after all goes to a person; what
is certainly another thing does not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake import profile
from intake.checks.support.agreement import PERHAPS, held_back
from intake.document.advocate import witnesses
from intake.document.advocate.client import HEARD
from intake.document.advocate.strips import of_text, of_words
from intake.model.document import Word
from intake.model.finding import CheckResult, Finding, Outcome, Severity
from intake.model.mail import Part, PartKind
from intake.pipeline import check_file
from intake.sandbox.client import Sandbox
from tests.cases.page import invoice

ALMERE = profile.load("almere")
TODAY = dt.date(2026, 11, 30)

SPEAKS = {
    "kvk-number": (
        "ingeschreven onder 61532874 te Lelystad",
        "Ondernemersnr: 6153 2874",
        "KvKnr.61532874",
        "K.v.K.61532874",
        "61.53.28.74",
        "Handelsregister Flevoland 61532874",
        "Klantnummer 4455 61532874",
        "KvK 6153287O",
        "KvK-nummer 6153\n2874",
        "Debiteur 10024 | 06153287",
        "Inschr.61532874",
        "61532874/Lelystad",
        "Lelystad,61532874",
        "nr-61532874-Flevoland",
        "Registratienummer: 61532874",
        "Code: 61532874",
    ),
    "iban": (
        "NL31 RABO 0317 4450 92",
        "BIC:RABONL2UNL31RABO0317445092",
        "IBANNL31RABO0317445092",
        "NL31.RABO.0317.4450.92 tnv Het Kompas",
        "rek. NL31-RABO-0317-4450-92",
        "NL31 RABO 0317\n4450 92",
        "nl31rabo0317445092",
        "N L 3 1 R A B O 0 3 1 7 4 4 5 0 9 2",
        "DE89 3704 0044 0532 0130 00",
        "(NL31RABO0317445092)",
    ),
    "vat-id": (
        "NL 7724 40414 B01",
        "btw: 772440414B01",
        "Wij zijn vrijgesteld van btw",
        "VRIJ VAN BTW ingevolge artikel 11",
        "factuur vrijgesteld o.g.v. art. 11 lid 1",
        "Kleineondernemersregeling",
        "VAT exempt",
        "Umsatzsteuerfrei nach § 4 UStG",
        "Exonération de TVA",
        "btw verlegd",
        "Niet contant te voldoen. Vrijgesteld van btw.",
        "Wij leveren niet op zondag | Vrijgesteld van btw",
        "Gemeente Almere  NL772440414B01",
        "Uw gemeente: Almere. Onze btw NL772440414B01",
        "Totaal zonder btw: € 1.250,00",
        "Totaal zonder btw: € 1.250,00\nTe betalen: € 1.250,00",
        "Totaal zonder btw: € 1.250,00\nBtw 21%: € 0,00\nTe betalen: € 1.250,00",
        "Totaal zonder btw: € 1.000,00\nTotaal: € 1.210,00\nDeels vrijgesteld van btw",
        "Totaal zonder btw: € 1.000,00\nTotaal: € 1.210,00\nWij factureren zonder btw",
    ),
    "issue-date": (
        "Factuurdatum: 13 novmber 2026",
        "Almere, 13 november 2026",
        "2026 okt 29",
        "Datum: 131126",
        "13.11.26",
        "13 november\n2026",
        "Nov 13, 2026",
        "den 13ten: 13-11-2026",
        "Factuurnummer/datum 80101911/13.11.2026",
        "Factuurnummer: 80101918/13 november 2026",
        "Datum van de  09/10/2026",
        "Leverancier De Linde 13 november 2026",
        "Opdrachtgever: Gemeente Almere 13-11-2026",
        "Ordernummer AB Lelystad 13-11-2026",
        "Graag betalen. Datum 13-11-2026",
        "Lever zo mogelijk. 13-11-2026",
        "Factuur 13-11-2026/2026011",
        "FACTUUR 13-11-2026-2026011",
        "Factuurnummer: 2026-11-13-001",
        "Factuur 13.11.2026.001",
        "Nota 20261113-001",
        "Lelystad, 13 november 202610/2026",
        "Almere, 13-11-202610/2026",
    ),
    "invoice-number": (
        "Rekening nr. HK-2026-2621",
        "Rekening 2026119",
        "Factuur 2026-0117",
        "Factuur 2026.11.07",
        "Notanr.: 117",
        "Ons kenmerk: HK/117",
        "Graag betalen o.v.v. 2026-117",
        "INVOICE #117",
        "Rechnungsnr. R-117",
        "Facture n° 2026/117",
        "Volgnummer 26117",
        "Uw kenmerk 4411  Factuurnr 2026-117",
        "Klant 4455 Factuur 2026-117",
        "Klantnummer Factuurnummer 2026-117",
        "Order factuur: 2026-117",
        "Uw factuurnummer: 2026-117",
        "Serienummer. F2026-117",
        "Zorgfactuur 2026-117",
        "Maandnota: 2026/11",
        "Handelsrechnung Nr. 471102 vom 05.03.2018",
        "Documentnummer  2026-117",
        "Stuknr 117",
        "Nr. 2026-117",
        "Nummer: 26117",
        "2026-0117",
        "Praktijk De Linde 20260117",
        "F260031",
        "Almere, 2026/117",
        "ZF-26-0031",
        "Betreft 26.0031",
    ),
    "supplier-phone": (
        "036-5212345",
        "06 12 34 56 78",
        "+31 6 12345678",
        "+31 (0)36 521 23 45",
        "0031365212345",
        "(036) 521 23 45",
        "Tel: 5212345",
        "T 036 5212345",
        "036.521.23.45",
        "Mobiel 6-12345678",
        "06 12 11 2026",
        "06-12 11 2026",
        "+31 6 12 11 2026",
        "0031 6 12 11 2026",
        "+31 (0)6 12 11 2026",
    ),
    "supplier-address": (
        "Lijsterbeslaan 14",
        "1338 AB Almere",
        "1338AB",
        "Almere 1338",
        "Grote Markt 3",
        "D-10115 Berlin",
        "Dorpsstraat 12-hs",
        "Kerkstr. 5",
        "2000 Antwerpen",
        "Rue de la Loi, Square 16",
    ),
    "supplier-name": (
        "Zorggroep Noord",
        "De Linde B.V.",
        "Stichting Welzijn",
        "V.O.F. Jansen",
        "Maatschap Peters",
        "Praktijk voor jeugd",
        "Coöperatie Thuis U.A.",
        "J. Jansen h.o.d.n. De Boom",
        "Jeugdzorg Almere-Haven",
        "Instituut De Brug",
    ),
    "addressee": (
        "Postbus 200",
        "1300 AE Almere",
        "1300AE ALMERE",
        "POSTBUS 200, 1300 AE",
        "P.O. Box 200",
        "PB 200",
        "Post bus 200",
        "Gemeente Almere 1300 AE",
        "1300 ae almere",
        "p.o.box 200",
    ),
    "net-amount": (
        "1.250,00",
        "€ 1’250,00",
        "1 250,00",
        "EUR 1250.00",
        "1.250:00",
        "€ 1´250,00",
        "1250,-",
        "1.250,--",
        "Total 1,250.00",
        "Te betalen € 0,00",
    ),
    "vat-amount": (
        "100,00 21,00 121,00",
        "Netto 400,00\nbtw 84,00\nTotaal 484,00",
        "100.00 9.00 109.00",
        "1.000,00 210,00 1.210,00",
        "200,00 42,00\n100,00 9,00\n351,00",
        "50,00 | 4,50 | 54,50",
        "€ 33,33 € 7,00 € 40,33",
        "10,00 2,10 12,10 21",
        "begeleiding 9% 160,00\nhulpmiddelen 21% 336,00\n496,00\n84,96\n580,96",
        "84,00 400,00 484,00",
    ),
}
"""Check → texts in which its value may stand after all, each without a place that a finder knows."""

SILENT = {
    "kvk-number": (
        "Klantnummer 61532874",
        "AGB-code ........ 61532874",
        "NL31 RABO 0317 4450 92",
        "13-11-2026",
        "Tel. 036-5212345",
        "Factuurnummer: 20260117",
        "€ 1234567,00",
        "Vestigingsnummer 000012345678",
        "JW61532874",
        "1234567890",
    ),
    "iban": ("NL32 RABO 0317 4450 92", "G-rekening NL31 RABO 0317 4450 92", "NL31 RABO 0317"),
    "vat-id": (
        "Deze zorg is niet vrijgesteld van btw",
        "NL772440415B01",
        "Uw btw-nummer NL772440414B01",
        "BTW afnemer: NL772440414B01",
        "Btw-nummer van de gemeente: NL772440414B01",
        "excl. btw",
        "Totaal zonder btw: € 1.000,00\nBtw 21%: € 210,00\nTotaal: € 1.210,00",
        "Subtotaal (zonder btw) € 100,00 | btw € 9,00 | totaal € 109,00",
        "Bedrag zonder btw\n€ 1.000,00\nTotaal met btw\n€ 1.210,00",
        "No VAT number",
    ),
    "issue-date": (
        "Vervaldatum 13-12-2026",
        "Periode 01-10-2026 t/m 31-10-2026",
        "03-10-2026 Begeleiding 2 uur 120,00",
        "Te betalen vóór 13-12-2026",
        "Due date: 13-12-2026",
        "Geboortedatum: 03-03-2010",
        "geb. 03-03-2010",
        "Leverdatum  03-10-2026",
        "Uw order van 03-10-2026",
        "Startdatum zorg 01-10-2026",
        "31-06-2026",
        "036-5212345",
        "1.250,00",
        "Periode 01-10-2026/31-10-2026",
        "Factuur 31-06-2026/001",
    ),
    "invoice-number": (
        "Lev.nr: 549910",
        "Factuurdatum 13-11-2026",
        "Rekening NL31 RABO 0317 4450 92",
        "Uw factuurnummer vermelden",
        "Factuur 13-11-2026",
        "Factuurbedrag 1.250,00",
        "Vendor no 44",
        "Oude factuurnummer: 2026-110",
        "Klantnummer 4455",
        "o.v.v. uw klantnummer 4455",
        "KvK-nummer: 61532874",
        "Btw-nummer NL002455799B11",
        "Ordernummer 2026-117",
        "Telefoonnummer 5212345",
        "Beschikkingsnummer 2026-117",
        "AGB-nr 94001234",
        "Relatienr. 2026-117",
        "Huisnummer 12",
        "Bladnr. 1",
        "Rekeningnummer NL31 RABO 0317 4450 92",
        "SKJ-registratienummer 110023456",
        "K.v.K.-nummer: 61532874",
        "nr. 16 79 72 16",
        "Week 2026-44",
        "oktober 2026",
        "art. 2.3.6 Wmo 2015",
        "Dorpsstraat 1234",
        "1338 AB Almere",
        "1012 Amsterdam",
        "45A04 Begeleiding  25 uur  50,00  1.250,00",
        "2026-44A Begeleiding  1.250,00",
        "036-5212345",
        "06-12345678",
        "01-10-2026 t/m 31-10-2026",
        "Toewijzing 5512345",
        "1500 minuten",
        "info@zorg2026-12.nl",
    ),
    "supplier-phone": (
        "Klantnummer 0612345678",
        "NL31 RABO 0317 4450 92",
        "01-10-2026",
        "01-10-2026 31",
        "06-10-2026 12",
        "Vestigingsnummer 000012345678",
        "0,00",
    ),
    "supplier-address": ("Postbus 200", "1300 AE Almere", "Stadhuisplein 1", "november 2026"),
    "supplier-name": ("Gemeente Almere Crediteurenadministratie/zorg", "Totaal"),
    "addressee": (
        "Postbus 2000",
        "1300 AB Almere",
        "Gemeente Almere",
        "Postbus 91 3500 AB Utrecht",
    ),
    "net-amount": ("21%", "Begeleiding 2 uur", "13.11.2026"),
    "vat-amount": ("100,00 21,50 121,50", "100,00 19,00 119,00", "100,00 21,00 131,00"),
}
"""Check → texts that say nothing for it: another thing for certain, or nothing that is one."""


def spoken(check: str, text: str) -> list[str]:
    strips = list(of_text(1, text))
    return [plea.text for plea in witnesses.pleas(strips, [check], ALMERE.addressee)]


@pytest.mark.parametrize(("check", "text"), [(c, t) for c, ts in SPEAKS.items() for t in ts])
def test_what_could_be_the_value_is_heard(check: str, text: str) -> None:
    """A provider would be refused for something that stands on the page."""
    assert spoken(check, text)


@pytest.mark.parametrize(("check", "text"), [(c, t) for c, ts in SILENT.items() for t in ts])
def test_what_is_certainly_another_thing_is_not(check: str, text: str) -> None:
    """Every refusal would end at a person, and nobody would be helped by the program."""
    assert not spoken(check, text)


def test_every_check_that_is_heard_has_a_witness() -> None:
    """A refusal would wait for somebody who never speaks."""
    assert set(witnesses.WITNESSES) == HEARD


@given(
    st.integers(1, 99_999_999).map("{:08d}".format),
    st.sampled_from(("", " ", ".")),
    st.sampled_from(("bij", "reg", "•", "(", "|", "Flevoland", "Nijverheid nr", "hr")),
)
@settings(max_examples=200)
def test_eight_free_digits_speak_however_they_are_written(
    number: str, mark: str, before: str
) -> None:
    """A KvK number in a form that nobody thought of would be called absent."""
    written = mark.join((number[:4], number[4:]))
    assert spoken("kvk-number", f"{before} {written} Almere")


@given(st.text("abcdefgh ,;", max_size=12), st.text("ijklmnop ,;", max_size=12))
@settings(max_examples=100)
def test_an_account_speaks_wherever_it_stands(before: str, after: str) -> None:
    """An account within a sentence, a word or a mark would be called absent."""
    assert spoken("iban", f"{before}NL31RABO0317445092{after}")


def _row(top: float, *cells: tuple[float, str]) -> Iterator[Word]:
    for left, text in cells:
        at = left
        for word in text.split():
            yield Word(word, (at, top, at + 6.0 * len(word), top + 10), 10)
            at += 6.0 * len(word) + 3


def test_a_heading_explains_the_number_beneath_it() -> None:
    """The number of a client in a table would hold back the refusal of an invoice without a KvK
    number, and a number under no heading would not.
    """
    words = [
        *_row(100, (50, "Klantnummer"), (200, "Datum"), (350, "Opmerking")),
        *_row(114, (50, "61532874"), (200, "13-11-2026"), (350, "70123456")),
    ]
    found = witnesses.pleas(list(of_words(1, words)), ["kvk-number"], ALMERE.addressee)
    assert [plea.text for plea in found] == ["70123456"]


BENEATH = {
    "kvk-number": ("61532874", "KvK-nummer", "Klantnummer"),
    "issue-date": ("13-11-2026", "Factuurdatum", "Vervaldatum"),
    "invoice-number": ("HK-2026-117", "Factuurnummer", "Ordernummer"),
}
"""Check → a value, its label, another's label."""


@pytest.mark.parametrize("check", BENEATH)
def test_a_label_beneath_speaks_and_explains_nothing_away(check: str) -> None:
    """A form with its labels beneath the lines would be refused for what it has, or what is free
    would be taken for the thing of the next row's label.
    """
    value, label, other = BENEATH[check]

    def heard(above: str, below: str) -> bool:
        words = [*_row(100, (50, above)), *_row(114, (50, value)), *_row(128, (50, below))]
        return any(witnesses.pleas(list(of_words(1, words)), [check], ALMERE.addressee))

    assert heard(other, label)
    assert heard("Almere", other)


@pytest.mark.parametrize(
    ("label", "speaks"),
    [("Serienummer.", True), ("Volg nr", True), ("Klantnummer", False), ("KvK-nummer", False)],
)
def test_a_number_under_a_label_that_names_nothing_else_may_be_the_invoices(
    label: str, speaks: bool
) -> None:
    """A program that calls it otherwise would have all its invoices refused."""
    words = [*_row(100, (50, label)), *_row(114, (50, "HK-2026-117"))]
    pleas = witnesses.pleas(list(of_words(1, words)), ["invoice-number"], ALMERE.addressee)

    assert any(pleas) is speaks


@pytest.mark.parametrize(
    ("check", "text"),
    [("iban", "IBANNL31RABO0317445092"), ("kvk-number", "KvK61532874"), ("kvk-number", "61532874")],
)
@pytest.mark.parametrize("flush_left", [True, False])
def test_letters_under_each_other_in_the_margin(check: str, text: str, flush_left: bool) -> None:
    """A good invoice would be refused for what its margin says from top to bottom."""
    words = [
        Word(
            char, (left := 20 + (0 if flush_left else char in "1IJ") * 1.5, y, left + 6, y + 10), 10
        )
        for y, char in zip(range(100, 700, 12), text, strict=False)
    ]
    assert any(witnesses.pleas(list(of_words(1, words)), [check], ALMERE.addressee))


def test_single_figures_in_a_column_are_no_number() -> None:
    """A column of quantities would hold back that the KvK number is missing."""
    words = [Word(str(1 + n % 3), (400, 200 + 40 * n, 406, 210 + 40 * n), 10) for n in range(8)]
    assert not any(witnesses.pleas(list(of_words(1, words)), ["kvk-number"], ALMERE.addressee))


def test_the_place_is_shown() -> None:
    """The clerk would have to look for what the program saw."""
    words = list(_row(100, (50, "onder"), (200, "6153 2874"), (350, "te Almere")))
    (plea,) = witnesses.pleas(list(of_words(3, words)), ["kvk-number"], ALMERE.addressee)
    assert (plea.page, plea.box) == (3, (200, 100, 251, 110))


def test_a_number_of_a_client_is_not_told() -> None:
    """A BSN would stand in a finding that everybody on the page reads."""
    assert spoken("kvk-number", "onder 111222333") == []
    assert all("99999001" not in text for text in spoken("kvk-number", "onder 99990019"))


def _refused(check: str) -> CheckResult:
    return CheckResult(
        check, Outcome.FAILED, (Finding(check, "absent", Severity.REJECT, "Wij vinden niets."),)
    )


def test_nobody_is_refused_when_the_advocate_cannot_look() -> None:
    """A file on which the second opinion breaks down would be refused on one opinion."""
    results = (_refused("kvk-number"), _refused("anonymity"))
    kept = held_back(results, frozenset({"kvk-number"}), None, ALMERE)
    assert [r.outcome for r in kept] == [Outcome.UNDETERMINED, Outcome.FAILED]


@pytest.fixture(scope="module")
def box(reading: Sandbox) -> Sandbox:
    return reading


def test_free_digits_hold_the_refusal_of_a_whole_document(box: Sandbox) -> None:
    """The advocate would exist and nobody would call him: a number in a form that the reader does
    not know would be refused as absent.
    """
    data = invoice("2026-0117", kvk=("Lid van de branche, onder 99952775.",))
    document = check_file(Part("1", PartKind.PDF, data, "factuur.pdf"), TODAY, ALMERE, box)
    told = [(f.check, f.code, f.severity, f.internal) for f in document.findings]
    assert ("kvk-number", PERHAPS, Severity.REVIEW, True) in told
    assert all(severity is not Severity.REJECT for _, _, severity, _ in told)


def test_a_document_without_the_number_is_still_refused(box: Sandbox) -> None:
    """A provider would never hear what is missing."""
    data = invoice("2026-0117", kvk=())
    document = check_file(Part("1", PartKind.PDF, data, "factuur.pdf"), TODAY, ALMERE, box)
    assert [(f.check, f.severity) for f in document.findings] == [("kvk-number", Severity.REJECT)]
