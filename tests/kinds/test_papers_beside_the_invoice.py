"""A second PDF beside an invoice: terms, letters, declarations and timesheets are judged as nothing;
an invoice is one, whatever it lacks and however it is written."""

from __future__ import annotations

import pytest

from intake.model.invoice import DocumentKind
from intake.model.verdict import MailOutcome
from tests.cases.page import GOOD, invoice, pdf
from tests.document.typed import ADDRESSEE, LETTERHEAD, MONEY, read
from tests.kinds.mails import Town, mail, secured, town

__all__ = ["town"]

OPENING = "Almere, 16 november 2026\n\n"
CLOSING = "\n\nMet vriendelijke groet,\nJ. de Wit\n"

OTHER = {
    "terms": """Algemene voorwaarden Praktijk De Vlinder

Artikel 1. Betaling binnen 30 dagen na factuurdatum.
Artikel 2. Bij niet tijdige betaling ontvangt u een herinnering, daarna een aanmaning.
Artikel 3. Het factuurbedrag is te betalen op IBAN NL91 ABNA 0417 1643 00.
""",
    "terms without a title": LETTERHEAD
    + """
Artikel 1  Begrippen
Opdrachtgever: degene die een factuur ontvangt.
Artikel 2  Tarieven
De tarieven zijn exclusief btw. Een bedrag van € 50,00 wordt in rekening gebracht bij afwezigheid.
Artikel 3  Betaling
Te betalen binnen 14 dagen na factuurdatum.
Artikel 4  Geschillen
""",
    "covering letter": LETTERHEAD
    + OPENING
    + "Betreft: factuur oktober\n\nGeachte heer, mevrouw,\n\n"
    + "Hierbij ontvangt u onze factuur voor de maand oktober."
    + CLOSING,
    "covering letter with all facts": LETTERHEAD
    + ADDRESSEE
    + OPENING
    + "Betreft: factuur 2026-0011\n\nGeachte heer, mevrouw,\n\n"
    + "Hierbij ontvangt u factuur 2026-0011 van € 1.250,00. De gegevens staan in de bijlage."
    + CLOSING,
    "covering letter that asks to pay": LETTERHEAD
    + ADDRESSEE
    + OPENING
    + "Beste crediteurenadministratie,\n\nBijgaand vindt u onze factuur 2026-0011.\n"
    + "Wij verzoeken u het bedrag van € 1.250,00 binnen 30 dagen over te maken op\n"
    + "rekening NL91 ABNA 0417 1643 00 onder vermelding van factuurnummer 2026-0011."
    + CLOSING,
    "covering letter with a list": LETTERHEAD
    + ADDRESSEE
    + OPENING
    + "Geachte heer, mevrouw,\n\nBijgevoegd treft u onze factuur aan:\n\n"
    + "Factuurnummer: 2026-0011\nFactuurdatum: 13 november 2026\nBedrag: € 1.250,00"
    + CLOSING,
    "covering letter headed Factuur": LETTERHEAD
    + ADDRESSEE
    + OPENING
    + "Factuur oktober\n\nGeachte mevrouw,\n\nIn de bijlage vindt u onze factuur."
    + CLOSING,
    "English covering letter": LETTERHEAD
    + OPENING
    + "Subject: invoice 2026-0011\n\nDear Sir or Madam,\n\n"
    + "Please find enclosed our invoice 2026-0011 of € 1.250,00.\n\nKind regards,\nJ. de Wit\n",
    "German covering letter": LETTERHEAD
    + "Sehr geehrte Damen und Herren,\n\nanbei erhalten Sie unsere Rechnung 2026-0011.\n\n"
    + "Mit freundlichen Grüßen\nJ. de Wit\n",
    "letter about new tariffs": LETTERHEAD
    + ADDRESSEE
    + "Geachte heer, mevrouw,\n\nVanaf 1 januari is ons tarief € 95,00 per uur, vrij van btw.\n"
    + "Op de factuur ziet u ons nieuwe IBAN."
    + CLOSING,
    "privacy statement": """Privacyverklaring

Wij verwerken persoonsgegevens voor behandeling, administratie en facturatie.
Bewaartermijn facturen: 7 jaar na factuurdatum.
""",
    "privacy statement on letterhead": LETTERHEAD
    + "\nPrivacy statement\n\nWij bewaren factuurnummer, IBAN en bedrag. Zie ook btw.\n",
    "declaration of care": """Prestatieverklaring

Ondergetekende verklaart dat in oktober 2026 25 uur begeleiding is geleverd.
Factuurnummer: 2026-0011
Datum: 13-11-2026
Handtekening:
""",
    "declaration of care with an amount": LETTERHEAD
    + """
Verklaring geleverde zorg oktober 2026

Factuurnummer: 2026-0011
Factuurdatum: 13-11-2026
Ondergetekende verklaart dat 25 uur is geleverd voor een bedrag van € 1.250,00.
Handtekening ouder:
""",
    "timesheet": LETTERHEAD
    + """
Urenstaat oktober 2026

Datum          Van     Tot     Uren
01-10-2026     9:00    11:30   2,50
08-10-2026     9:00    11:30   2,50
Totaal uren                    5,00
Factuurnummer: 2026-0011
""",
    "timesheet with amounts": LETTERHEAD
    + """
Urenverantwoording bij factuur 2026-0011

Datum          Uren     Tarief      Bedrag
01-10-2026     2,50     € 50,00     € 125,00
Totaal                              € 125,00
Factuurnummer: 2026-0011
""",
    "specification": LETTERHEAD
    + """
Specificatie bij factuur 2026-0011

Omschrijving                 Bedrag
Begeleiding week 40          € 125,00
Totaal                       € 125,00
""",
    "price list": LETTERHEAD
    + """
Tarievenlijst 2026

Begeleiding individueel      € 50,00 per uur
Behandeling                  € 95,00 per uur
Alle bedragen zijn vrijgesteld van btw. IBAN zie boven.
""",
    "brochure": """Zorgpraktijk De Vlinder

Wij begeleiden kinderen en gezinnen. Onze tarieven zijn vrijgesteld van btw.
Een intake kost € 95,00. U hoeft niets te betalen als de gemeente een beschikking geeft.
Bel 033-4612345 of kijk op www.devlinder.example. IBAN NL91 ABNA 0417 1643 00
""",
    "contract": LETTERHEAD
    + "\nOvereenkomst van opdracht\n\nHet tarief is € 50,00 per uur.\nFactuurdatum: maandelijks\n",
    "delivery note": LETTERHEAD + "\nPakbon\n\nOrdernummer: 12\nFactuurnummer: volgt\n",
    "order": "Inkooporder 4500012345\n\nLeverancier: De Vlinder\nBesteldatum 01-09-2026\n\n"
    "Begeleiding         10     € 500,00\nTotaal excl. btw           € 500,00\nBTW 0%   € 0,00\n",
    "giro slip": "Acceptgiro\n\nBedrag    € 500,00\nBetalingskenmerk 1234 5678 9012 3456\n"
    "Rekening NL91 ABNA 0417 1643 00\nNaar: De Vlinder\n",
    "guide": "Invoice guide\n\nHow to read your invoice: the invoice number is at the top.\n"
    "Total amount due: see the last line.\n",
    "extract of the register": "Uittreksel Kamer van Koophandel\n\nKvK-nummer 24330087\n"
    "Rekening NL91 ABNA 0417 1643 00, bedrag € 15,00, te betalen: niets\n",
}
BILLS = {
    "plain": LETTERHEAD
    + ADDRESSEE
    + "FACTUUR\n\nFactuurnummer: 2026-0011\nFactuurdatum: 13 november 2026\n"
    + MONEY,
    "in a letter": LETTERHEAD
    + ADDRESSEE
    + OPENING
    + "Betreft: factuur 2026-0011\n\nGeachte heer, mevrouw,\n\nHierbij ontvangt u onze factuur.\n\n"
    + MONEY
    + CLOSING,
    "in a letter, in words": LETTERHEAD
    + ADDRESSEE
    + OPENING
    + "Factuur 2026-0011\n\nGeachte heer, mevrouw,\n\n"
    + "Voor de begeleiding in oktober breng ik u 25 uur à € 50,00 in rekening.\n"
    + "Te betalen: € 1.250,00. Vrijgesteld van btw."
    + CLOSING,
    "in a letter, all in words": LETTERHEAD
    + ADDRESSEE
    + OPENING
    + "Betreft: factuur 2026-0011\n\nGeachte heer, mevrouw,\n\n"
    + "Wij brengen u 4 uur tolk à € 50,00 in rekening, samen € 200,00. Daarbij komt 21% btw, € 42,00.\n"
    + "Maak dit bedrag over op NL91 ABNA 0417 1643 00, onder vermelding van factuurnummer 2026-0011."
    + CLOSING,
    "brings to account": LETTERHEAD
    + ADDRESSEE
    + OPENING
    + "Betreft: factuur 2026-0011\n\nGeachte heer, mevrouw,\n\n"
    + "Hierbij brengen wij u in rekening over de periode oktober:\n\n"
    + MONEY.replace("Vrijgesteld van btw", "")
    + CLOSING,
    "without title": LETTERHEAD
    + ADDRESSEE
    + "Factuurnummer: 2026-0011\nFactuurdatum: 13 november 2026\n\n"
    + MONEY,
    "without title and number": LETTERHEAD + ADDRESSEE + "Datum: 13 november 2026\n\n" + MONEY,
    "without amounts": LETTERHEAD + ADDRESSEE + "FACTUUR\n\nFactuurnummer: 2026-0011\n",
    "without number and account": "Zorgpraktijk De Vlinder\n\nFACTUUR\n\n" + MONEY,
    "with terms under it": LETTERHEAD
    + ADDRESSEE
    + "FACTUUR\n\nFactuurnummer: 2026-0011\n"
    + MONEY
    + "\n\n\n\n\n\nAlgemene voorwaarden\nArtikel 1. Betaling\nArtikel 2. Rente\nArtikel 3. Overig\n",
    "says where the timesheet is": LETTERHEAD
    + ADDRESSEE
    + "FACTUUR\n\nFactuurnummer: 2026-0011\nUrenstaat: zie bijlage\n"
    + MONEY,
    "credit note": LETTERHEAD + ADDRESSEE + "CREDITNOTA\n\nFactuurnummer: C-12\n" + MONEY,
    "title of a decision beside it": LETTERHEAD
    + ADDRESSEE
    + "Factuur\nBeschikking: 12345\nFactuurnummer: 2026-0011\n"
    + MONEY,
}


@pytest.mark.parametrize("text", OTHER.values(), ids=OTHER)
def test_is_no_invoice(text: str) -> None:
    """A good invoice would be refused for what its covering letter lacks."""
    assert read(text).kind is DocumentKind.OTHER


@pytest.mark.parametrize("text", BILLS.values(), ids=BILLS)
def test_is_an_invoice(text: str) -> None:
    """An invoice would be passed over in silence, because it lacks something or is a letter too."""
    assert read(text).kind in (DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE)


@pytest.mark.parametrize("text", OTHER.values(), ids=OTHER)
def test_beside_a_good_invoice(town: Town, text: str) -> None:
    """The mail is judged by its invoice alone."""
    files = (("factuur.pdf", invoice("2026-11")), ("stuk.pdf", pdf(text.split("\n"))), secured())
    verdict = town.decide(mail(*files)).verdict

    assert verdict.outcome is MailOutcome.QUEUED
    assert [read.file_name for read in verdict.invoices] == ["factuur.pdf"]
    assert verdict.care_lines == 1


@pytest.mark.parametrize("missing", ["kvk", "iban", "number", "date", "total", "vat", "phone"])
def test_a_second_invoice_with_a_fault_is_one(town: Town, missing: str) -> None:
    """A second invoice that lacks something would be taken for a paper, and nobody would answer."""
    blocks = dict(GOOD)
    blocks["number"] = ("Factuurnummer: 2026-12",)
    blocks[missing] = ()
    second = pdf([line for lines in blocks.values() for line in lines])
    files = (("factuur.pdf", invoice("2026-11")), ("factuur 2.pdf", second), secured())
    verdict = town.decide(mail(*files)).verdict

    assert [read.file_name for read in verdict.invoices] == ["factuur.pdf", "factuur 2.pdf"]
    assert verdict.invoices[1].outcome is not MailOutcome.IGNORED


def test_several_papers_at_once(town: Town) -> None:
    """Providers send their terms, their letter and their timesheet with every invoice."""
    papers = [
        (f"{n}.pdf", pdf(text.split("\n"))) for n, text in enumerate(list(OTHER.values())[:6])
    ]
    verdict = town.decide(mail(("f.pdf", invoice("2026-11")), *papers, secured())).verdict

    assert verdict.outcome is MailOutcome.QUEUED
    assert len(verdict.invoices) == 1


ANNEXES = {
    "with days of its own": (
        *GOOD["supplier"],
        *GOOD["kvk"],
        "FACTUURSPECIFICATIE",
        "Factuurnummer: {}",
        "Datum|Activiteit|Uren|Bedrag",
        "01-09-2026|Gesprek|10|€ 500,00",
        "Totaal|||€ 500,00",
    ),
    "specification": (
        "Specificatie factuur {}",
        "Begeleiding week 40|||€ 500,00",
        "Totaal|||€ 500,00",
    ),
    "copy without a letterhead": ("FACTUUR", "Factuurnummer: {}", "Totaal te betalen|||€ 500,00"),
    "without amounts": ("FACTUUR", "Factuurnummer: {}", "Begeleiding individueel, 10 uur"),
}


@pytest.mark.parametrize("lines", ANNEXES.values(), ids=ANNEXES)
def test_an_annex_with_the_same_number(town: Town, lines: tuple[str, ...]) -> None:
    """A specification that looks like an invoice would have the invoice itself refused."""
    annex = pdf([line.format("2026-11") for line in lines])
    verdict = town.decide(mail(("f.pdf", invoice("2026-11")), ("s.pdf", annex), secured())).verdict

    assert verdict.outcome is MailOutcome.QUEUED
    assert [read.file_name for read in verdict.invoices] == ["f.pdf"]


@pytest.mark.parametrize(
    "lines",
    [
        ("FACTUUR", "Factuurnummer: 2026-12", "Totaal te betalen|||€ 500,00"),
        ("FACTUUR", "Factuurnummer: 2026-11", "Totaal te betalen|||€ 750,00"),
        (
            "FACTUUR",
            "Factuurnummer: 2026-11",
            "KvK-nummer: 24330087",
            "Totaal te betalen|||€ 500,00",
        ),
    ],
    ids=["number", "amount", "supplier"],
)
def test_what_differs_is_an_invoice(town: Town, lines: tuple[str, ...]) -> None:
    """A second invoice would be passed over for its neighbour."""
    files = (("f.pdf", invoice("2026-11")), ("s.pdf", pdf(lines)), secured())
    assert len(town.decide(mail(*files)).verdict.invoices) == 2


def test_a_paper_of_nobody_asks_a_person(town: Town) -> None:
    """A table of hours with a total would be refused as an invoice without a number."""
    hours = ("Datum|Van|Tot|Uren", "01-09-2026|9:00|11:00|2,00", "Totaal|||2,00")
    paper = pdf([*GOOD["supplier"], *GOOD["kvk"], *GOOD["iban"], *hours])
    verdict = town.decide(mail(("f.pdf", invoice("2026-11")), ("u.pdf", paper), secured())).verdict

    assert verdict.outcome is MailOutcome.QUEUED
    assert [read.file_name for read in verdict.invoices] == ["f.pdf"]
    assert [(f.check, f.code) for f in verdict.findings] == [("document", "unclear")]


def test_a_list_of_what_was_sent_is_a_statement() -> None:
    """Each line of it would be asked for its address and account, and the mail be refused."""
    listed = (
        "Factuurnummer      Datum           Bedrag\n2026-08      01-07-2026      € 400,00\n"
        "2026-09      01-08-2026      € 300,00\nTotaal       € 700,00\n"
    )
    for title in ("Overzicht verzonden facturen", "Factuurlijst", "Verzendlijst facturen"):
        assert read(f"{title}\n\n{listed}").kind is DocumentKind.STATEMENT


def test_a_list_of_open_invoices_is_a_statement() -> None:
    """A column "Factuur" would make a title of it, and an invoice of the list."""
    listed = (
        "Openstaande posten per 1 oktober 2026\n\n"
        "Factuur      Datum           Vervaldatum      Bedrag\n"
        "2026-08      01-07-2026      31-07-2026       € 400,00\n"
    )
    assert read(LETTERHEAD + ADDRESSEE + listed).kind is DocumentKind.STATEMENT


def test_the_same_invoice_twice_is_paid_once(town: Town) -> None:
    """Its care lines would be compared with twice the amount, and a person asked for nothing."""
    files = (("f.pdf", invoice("2026-11")), ("f (1).pdf", invoice("2026-11")), secured())
    verdict = town.decide(mail(*files)).verdict

    assert (verdict.outcome, verdict.findings) == (MailOutcome.QUEUED, ())
