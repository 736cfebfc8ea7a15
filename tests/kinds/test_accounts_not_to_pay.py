"""An account that stands on the invoice and must not be paid to, in every way to say so."""

from __future__ import annotations

import pytest
from reportlab.pdfgen.canvas import Canvas

from intake.checks import iban
from intake.model.finding import Severity
from intake.model.invoice import Invoice
from intake.model.verdict import History
from tests.kinds import drawn
from tests.kinds.drawn import ALMERE, HEAD, IBAN, OTHER, TODAY

GOOD = IBAN.replace(" ", "")


def codes(invoice: Invoice) -> list[str]:
    """What the check of the account asks; it must refuse nothing here."""
    findings = iban.check(invoice, ALMERE, TODAY, History()).findings
    assert all(finding.severity is Severity.REVIEW for finding in findings)
    return [finding.code for finding in findings]


def of(*foot: str, head: tuple[str, ...] = HEAD) -> Invoice:
    def page(canvas: Canvas) -> None:
        drawn.body(canvas, head, [line.format(old=OTHER, new=IBAN) for line in foot])

    return drawn.read(drawn.drawing(page))


NOT_TO_PAY = (
    "Betaling aan {old} is niet toegestaan.",
    "Betalingen op ons oude rekeningnummer {old} worden niet meer verwerkt.",
    "Ons rekeningnummer {old} is vervallen.",
    "Het rekeningnummer {old} is per 1 oktober 2026 opgeheven.",
    "{old} (niet meer gebruiken)",
    "{old} - vervallen",
    "Gebruik niet {old} maar {new}.",
    "Let op: betaal niet op {old}, maar op {new}!",
    "Betaal uitsluitend op {new} en niet op {old}.",
    "Ons rekeningnummer is gewijzigd van {old} in {new}.",
    "{old} is vervangen door {new}.",
    "{new} vervangt {old}.",
    "Betaal voortaan op {new} in plaats van {old}.",
    "Sinds 1 oktober 2026 is ons rekeningnummer {new} (voorheen {old}).",
    "Wij bankieren niet meer bij ABN AMRO ({old}).",
    "Betaal nooit op {old}.",
    "Please do not use account {old}.",
    "Account {old} is no longer valid.",
    "Payments to {old} will be returned.",
    "Our bank account has changed from {old} to {new}.",
    "Bitte überweisen Sie nicht mehr auf {old}.",
    "Tot 1 januari 2026 was ons rekeningnummer {old}.",
    "Onze rekening bij de ABN AMRO, {old}, is gesloten.",
    "Ons oude nummer, {old}, gebruiken wij niet meer.",
    "Voor donaties: {old}",
    "Pas op voor valse facturen met rekeningnummer {old}.",
    "Oud: {old} Nieuw: {new}",
    "IBAN (oud): {old}",
    "Stort niets meer op {old}.",
    "Maak geen gebruik meer van {old}.",
    "U mag {old} niet gebruiken.",
    "Per abuis vermeldden wij eerder {old}; dit moet zijn {new}.",
    "Dit bedrag wordt afgeschreven van uw rekening {old}.",
    "Wij hebben een nieuwe bank. Vanaf nu graag betalen op {new}. {old} vervalt.",
    "Let op: ons IBAN is gewijzigd! Was: {old}. Wordt: {new}.",
    "Het juiste rekeningnummer is {new}, niet {old}.",
    "As of 1 October 2026 our new account is {new}; {old} has been closed.",
    "Gelieve ons oude rekeningnummer {old} uit uw administratie te verwijderen.",
    "Gelieve {old} uit uw administratie te verwijderen.",
    "Please remove {old} from your records.",
    "Wij zijn overgestapt van bank. Verwijder {old} uit uw bestand.",
    "De rekening {old} is geblokkeerd na misbruik.",
    "De Rabobankrekening {old} stopt per 1 oktober 2026.",
    "{old} is bedoeld voor de huur, niet voor declaraties.",
    "{old} is vervangen door bovenstaand nummer.",
    "Wijziging bank per 1 oktober 2026: {old} wordt {new}.",
    "Onze bank is per 1 november 2026 gewijzigd. {old} wordt {new}.",
    "{old} (oud) / {new} (nieuw)",
    "Rekening {old} (oud), rekening {new} (nieuw)",
    "{old} (vervallen)",
    "Spaarrekening: {old}",
    "Alleen eigen bijdragen van ouders: {old}.",
    "Stort u nog op {old}? Dat nummer is per 1-10-2026 gesloten.",
)


@pytest.mark.parametrize("sentence", NOT_TO_PAY)
def test_an_account_that_is_said_not_to_be_used_is_no_candidate(sentence: str) -> None:
    """Else the municipality pays to an account that the invoice says is closed."""
    invoice = of(sentence)

    assert invoice.iban.value == GOOD
    assert codes(invoice) == []


LINES = (
    ("IBAN: {old} (oud)", "IBAN: {new} (nieuw)"),
    ("IBAN: {old} (oude rekening)", "IBAN: {new} (nieuwe rekening)"),
    ("IBAN: {old} (vervallen)", "IBAN: {new}"),
    ("Gebruik onderstaand rekeningnummer niet meer:", "{old}"),
    ("Onderstaande rekening is opgeheven.", "IBAN: {old}"),
    ("{old}", "Dit rekeningnummer is niet meer in gebruik."),
    ("Oude rekening", "IBAN: {old}"),
    ("Betalingen op het rekeningnummer", "{old}", "worden niet meer verwerkt."),
    ("Wij wijzen u erop dat u vanaf heden geen betalingen meer mag", "doen op {old}."),
)


@pytest.mark.parametrize("lines", LINES, ids=" / ".join)
def test_what_the_line_before_or_behind_says_counts_too(lines: tuple[str, ...]) -> None:
    """Else a sentence that breaks over two lines lets the closed account through."""
    invoice = of(*lines)

    assert invoice.iban.value == GOOD
    assert codes(invoice) == []


IN_DOUBT = (
    "Per 1 januari 2027 wijzigt ons rekeningnummer. {new} wordt {old}.",
    "Per 1 januari 2027 verandert onze bank. {new} wordt {old}.",
    "{new} wordt {old}. Wij laten u weten wanneer dit ingaat.",
    "Binnenkort stappen wij over naar een andere bank. {new} wordt {old}.",
    "{new} wordt {old}. Dit geldt vanaf 1 januari 2027.",
    "{new} wordt {old}. De wijziging gaat in op 1 januari 2027.",
    "Wijziging bank: {new} wordt {old}.",
    "Our bank changes on 1 January 2027. {new} becomes {old}.",
    "Wij wijzigen van {new} in {old}. Dit gaat in op 1 januari 2027.",
    "Ons rekeningnummer verandert van {new} in {old}.",
    "{new} wordt vervangen door {old}.",
    "Voor declaraties en eigen bijdragen: {old}",
    "De eigen bijdrage kunt u overmaken op {old}.",
    "Rekening {old} is uitsluitend voor betalingen vanuit het buitenland.",
    "Please use {old} only for international payments, reserved for refunds.",
    "Rekeningnummer {old} is geen eigendom van onze praktijk.",
    "Let op! {old} hoort niet bij ons.",
    "Per 1 januari 2027 vervalt {old}.",
    "{old} was geldig tot 1 januari.",
    "U kunt tot 1 januari 2027 betalen op {old}.",
    "Andere rekening: {old}",
    "Rabobank {old}",
    "Rekening-courant {old} (intern gebruik)",
    "Betaalrekening particulieren: {old}",
    "Betalingen voor cursussen: {old}",
    "Derdengelden: {old} t.n.v. Stichting Derdengelden",
    "Het rekeningnummer {old} staat op naam van een ander.",
    "Betalingen naar {old} zijn voor rekening van onze moedermaatschappij.",
)


@pytest.mark.parametrize("sentence", IN_DOUBT)
def test_what_cannot_be_told_for_certain_asks_about_both(sentence: str) -> None:
    """Else a payment goes to one of two accounts without anybody having looked."""
    invoice = of(sentence)
    (finding,) = iban.check(invoice, ALMERE, TODAY, History()).findings

    assert finding.code == "several"
    assert "5092" in finding.what
    assert "4300" in finding.what


LATER = (
    "Vanaf 1 januari 2027 is ons nieuwe rekeningnummer {old}.",
    "Ons rekeningnummer wijzigt per 1 januari 2027. Het nieuwe rekeningnummer is {old}.",
    "Ons nieuwe rekeningnummer is {old}. Dit geldt vanaf 1 januari 2027.",
)


@pytest.mark.parametrize("sentence", LATER)
def test_an_account_of_next_year_is_not_paid_to_yet(sentence: str) -> None:
    """Else an announcement would move a payment to an account that is not open yet."""
    invoice = of(sentence)

    assert invoice.iban.value == GOOD
    assert codes(invoice) == ["several"]


DAYS = {
    "nl": ("1 december 2026", "01-12-2026", "1 januari", "januari 2027", "2027", "volgend jaar"),
    "en": ("1 December 2026", "2026-12-01", "January 2027", "2027", "next month"),
    "de": ("1. Dezember 2026", "01.12.2026", "Januar 2027", "nächstem Monat"),
}
"""Days and times behind that of the invoice, or of which nobody can tell."""
ANNOUNCED = {
    "nl": (
        "Wij gaan per {day} over naar {old}.",
        "Per {day} gaan wij over naar {old}.",
        "Wij stappen per {day} over op {old}.",
        "Onze praktijk stapt met ingang van {day} over naar {old}.",
        "Vanaf {day} graag betalen op {old}.",
        "Vanaf {day}: betaal op {old}.",
        "Betaal vanaf {day} op {old}.",
        "Betaal op {old} vanaf {day}.",
        "Gelieve met ingang van {day} over te maken op {old}.",
        "Gelieve m.i.v. {day} te betalen op {old}.",
        "Ingaande {day} te betalen op {old}.",
        "Betalingen na {day} graag overmaken naar {old}.",
        "Per {day} wijzigt onze bank, betaal dan op {old}.",
        "Per {day} wijzigt ons rekeningnummer. Betaal dan op {old}.",
        "Vanaf {day} is ons nieuwe rekeningnummer {old}.",
        "Per {day} is het juiste IBAN {old}.",
        "Het nieuwe rekeningnummer is {old}. Dit geldt vanaf {day}.",
        "Facturen vanaf {day} te betalen op {old}.",
        "Wij verzoeken u per {day} over te stappen naar {old}.",
        "Let op: per {day} niet meer op {new} betalen maar op {old}.",
    ),
    "en": (
        "From {day} please pay to {old}.",
        "As of {day} please pay to {old}.",
        "Please pay to {old} as from {day}.",
        "Effective {day}, please transfer to {old}.",
        "Starting {day} please use account {old} for payments.",
        "With effect from {day}, please pay into {old}.",
        "Our new account is {old}, valid from {day}.",
        "Our account changes from {day}. Please then pay to {old}.",
    ),
    "de": (
        "Ab {day} bitte auf {old} überweisen.",
        "Bitte überweisen Sie ab {day} auf {old}.",
        "Mit Wirkung vom {day} bitte auf {old} überweisen.",
        "Unsere neue Kontonummer ab {day}: {old}.",
    ),
}
SOON = (
    "Binnenkort graag betalen op {old}.",
    "Wij gaan binnenkort over naar {old}.",
    "Binnenkort stappen wij over naar een andere bank. Betaal dan op {old}.",
    "Op 1 december 2026 gaan wij over naar {old}.",
    "Vanaf maandag 1 december 2026 graag betalen op {old}.",
    "Vanaf begin januari 2027 graag betalen op {old}.",
    "Onze rekening wijzigt op 1 december 2026; graag betalen op {old}.",
    "Wij gaan over naar {old}. Dit gaat in op 1 december 2026.",
    "Soon please pay to {old}.",
    "Our account will change on 1 December 2026, please pay to {old}.",
    "Wir wechseln zum 1. Dezember 2026 die Bank, bitte auf {old} überweisen.",
    "Demnächst bitte auf {old} überweisen.",
)
TO_COME = tuple(
    dict.fromkeys(
        sentence.replace("{day}", day)
        for language, sentences in ANNOUNCED.items()
        for at, sentence in enumerate(sentences)
        for day in (DAYS[language][0], DAYS[language][1 + at % (len(DAYS[language]) - 1)])
    )
)


@pytest.mark.parametrize("sentence", (*TO_COME, *SOON))
def test_a_change_that_is_still_to_come_is_a_doubt_however_it_is_said(sentence: str) -> None:
    """Else the municipality pays to an account that is not open yet, or no longer when it should."""
    assert codes(of(sentence)) == ["several"]


ENDS_LATER = (
    "Rekening {new} vervalt vanaf januari 2027.",
    "Rekening {new} vervalt binnenkort.",
    "Vanaf 2027: betaal niet meer op {new}.",
    "Met ingang van volgend jaar is {new} opgeheven.",
    "Rekening {new} is gesloten vanaf 1 december 2026.",
    "Vanaf volgend jaar betalen op {old} in plaats van {new}.",
    "Vanaf 2027: {new} is vervangen door {old}.",
    "Our account {new} is closed from next month.",
    "Ab Januar 2027 bitte nicht mehr auf {new} überweisen.",
    "Vanaf januari 2027 kunt u alleen bevrijdend betalen op {old}.",
)


@pytest.mark.parametrize("sentence", ENDS_LATER)
def test_an_account_that_ends_later_is_a_doubt_until_then(sentence: str) -> None:
    """Else an account that still holds would be dropped, and another paid in its place."""
    assert codes(of(sentence, "Andere rekening: {old}")) == ["several"]


BEGUN = (
    "Wij zijn per 1 oktober 2026 over naar {new}, graag betalen op {new}.",
    "Vanaf 1 oktober 2026 graag betalen op {new}.",
    "Sinds januari 2026 graag betalen op {new}.",
    "Met ingang van oktober 2026 te betalen op {new}.",
    "Gelieve vanaf 2026 te betalen op {new}.",
    "Vanaf heden graag betalen op {new}.",
    "Vanaf nu te betalen op {new}.",
    "From 1 October 2026 please pay to {new}.",
    "Ab 1. Oktober 2026 bitte auf {new} überweisen.",
    "Betaal uiterlijk 13-12-2026 op {new}.",
    "Graag voor 13 december 2026 over te maken op {new}.",
    "Wij gaan ervan uit dat u voor 13 december 2026 betaalt: over te maken op {new}.",
    "Maak het bedrag voor 13-12-2026 over op {new}.",
    "Gelieve per bank te betalen op {new}, uiterlijk op 13-12-2026.",
    "Please pay as soon as possible to {new}.",
    "Please pay to {new} before 13 December 2026.",
    "Onze tarieven wijzigen per 1 januari 2027. Te betalen op {new}.",
    "Voor de zorg van oktober 2026 te betalen op {new} voor 13-12-2026.",
)


@pytest.mark.parametrize("sentence", BEGUN)
def test_an_account_that_holds_already_is_certain_whatever_day_the_term_ends(sentence: str) -> None:
    """Else every invoice with a last day to pay and an old letterhead would wait for a person."""
    invoice = of(sentence, head=(*HEAD[:-1], f"IBAN: {OTHER}"))

    assert invoice.iban.value == GOOD
    assert codes(invoice) == []


TOLD = (
    "Ons nieuwe rekeningnummer is {new}.",
    "Let op, ons rekeningnummer is gewijzigd. Het nieuwe IBAN is {new}.",
    "Gelieve het bedrag binnen 30 dagen over te maken op {new}.",
    "Please note our new bank account: {new}",
)


@pytest.mark.parametrize("sentence", TOLD)
def test_the_account_that_is_told_goes_before_that_of_the_letterhead(sentence: str) -> None:
    """Else old letter paper wins from the sentence that corrects it."""
    invoice = of(sentence, head=(*HEAD[:-1], f"IBAN: {OTHER}"))

    assert invoice.iban.value == GOOD
    assert codes(invoice) == []


ASKED = (
    "Maak het bedrag over op {new} voordat de zorg stopt.",
    "Betaal tijdig op {new} om te voorkomen dat de zorg wordt geblokkeerd.",
    "Om vertraging te voorkomen kunt u betalen op {new}.",
    "Graag het bedrag zonder de ouderbijdrage overmaken op {new}.",
    "Gelieve het factuurbedrag inclusief eigen bijdrage te voldoen op {new}",
    "Gelieve het bedrag na aftrek van de eigen bijdrage over te maken op {new}.",
    "Betaling op {new} zonder inhouding van de eigen bijdrage",
    "Gelieve deze factuur te betalen op {new}; verwijder deze mail daarna.",
    "Eigen bijdrage is niet van toepassing, betaal op {new}",
    "Please remit to {new} before access is blocked",
    "Please pay to {new} to avoid delays.",
)


@pytest.mark.parametrize("sentence", ASKED)
def test_an_account_that_the_page_asks_to_pay_to_is_never_dropped(sentence: str) -> None:
    """Else a word about the care, the amount or the mail moves the payment to another account."""
    invoice = of(sentence, head=(*HEAD[:-1], f"IBAN: {OTHER}"))

    assert GOOD in (invoice.iban.value, *(other.value for other in invoice.iban.others))
    assert invoice.iban.value == GOOD or codes(invoice) == ["several"]


@pytest.mark.parametrize("sentence", ["Bij betaling op {new} verdwijnt het risico op aanmaning"])
def test_a_word_about_something_else_drops_no_account(sentence: str) -> None:
    """Else one of two accounts would pass as certain because of a word that is not about it."""
    assert codes(of(sentence, head=(*HEAD[:-1], f"IBAN: {OTHER}"))) == ["several"]


HARMLESS = (
    "Gelieve te betalen op {new}, niet contant.",
    "Betaal niet later dan 13 december 2026 op {new}.",
    "Vergeet niet bij betaling op {new} het factuurnummer te vermelden.",
    "Als u niet binnen 14 dagen betaalt op {new} sturen wij een herinnering.",
    "Wij verzoeken u het bedrag voor 13 december 2026 over te maken op {new}.",
    "Wij verwijderden onze oude website; betaal op {new}.",
    "Onze oude rekening is opgeheven, betaal op {new}.",
    "Wij zijn niet btw-plichtig; IBAN {new}",
    "Oude Gracht 12, 3511 AB Utrecht, IBAN {new}",
    "Zorgboerderij De Oude Hoeve, IBAN: {new}",
    "Betalingen zonder factuurnummer kunnen wij niet verwerken. Rekening: {new}",
    "Het bedrag kunt u overmaken van uw bankrekening naar {new}.",
    "Wij hebben geen andere rekening dan {new}.",
    "Bij betaling op {new} worden geen incassokosten berekend.",
    "U ontvangt geen herinnering, betaal daarom op tijd op {new}.",
    "Gelieve niet te wachten met betalen op {new}.",
)


@pytest.mark.parametrize("sentence", HARMLESS)
def test_a_denial_of_something_else_leaves_the_account_as_it_is(sentence: str) -> None:
    """Else every invoice with the word "niet" beside its account would wait for a person."""
    invoice = of(sentence, head=HEAD[:-1])

    assert invoice.iban.value == GOOD
    assert codes(invoice) == []


NOT_PLAINLY_ASKED = (
    "Alleen voor deze factuur te betalen op {old}.",
    "Graag uitsluitend voor deze factuur betalen op {old}.",
    "Uitsluitend voor deze factuur: betaal op {old}.",
    "Please pay to {old}, only for this invoice.",
    "Betaal op {old}; uitsluitend voor deze factuur.",
    "Te betalen op rekening {old} is niet van toepassing.",
    "Betaal nog niet op {old}.",
    "Te betalen op {old}, dit rekeningnummer is nog niet actief.",
    "Betalen op {old} is niet nodig.",
    "Te betalen op {old}; of dit nummer klopt is nog niet duidelijk.",
)


@pytest.mark.parametrize("sentence", NOT_PLAINLY_ASKED)
def test_words_that_take_an_account_back_are_heard(sentence: str) -> None:
    """Else an account for one payment, or one that does not hold, takes the place of the supplier's."""
    invoice = of(sentence)

    assert codes(invoice) == ["several"] or invoice.iban.value == GOOD


OF_SOMETHING_ELSE = (
    "Btw is niet van toepassing, te betalen op {new}.",
    "Btw: niet van toepassing. Betaal op {new}.",
    "Eigen bijdrage is niet van toepassing, betaal op {new}",
    "Heeft u nog niet betaald, maak het bedrag dan over op {new}.",
    "Bent u het niet eens met de factuur, bel ons; te betalen op {new}.",
)


@pytest.mark.parametrize("sentence", OF_SOMETHING_ELSE)
def test_a_denial_in_a_clause_without_an_account_is_not_of_the_account(sentence: str) -> None:
    """Else every exempt invoice with an old letterhead would wait for a person."""
    invoice = of(sentence, head=(*HEAD[:-1], f"IBAN: {OTHER}"))

    assert invoice.iban.value == GOOD
    assert codes(invoice) == []


def test_the_only_account_that_is_said_to_be_closed_asks_a_person() -> None:
    """Else we pay to a closed account because there is no other, or refuse what may be right."""
    invoice = of("Ons rekeningnummer {new} is vervallen.", head=HEAD[:-1])

    assert invoice.iban.value == GOOD
    assert codes(invoice) == ["not-used"]


def test_a_crossed_out_account_is_no_candidate() -> None:
    """Else a pen through the old account on old paper is not seen."""

    def page(canvas: Canvas) -> None:
        drawn.body(canvas, foot=(f"IBAN: {OTHER}",))
        width = canvas.stringWidth(f"IBAN: {OTHER}", "Helvetica", 10)
        canvas.line(60, 353.5, 60 + width, 353.5)

    invoice = drawn.read(drawn.drawing(page))

    assert invoice.iban.value == GOOD
    assert codes(invoice) == []


def test_an_underlined_account_is_not_crossed_out() -> None:
    """Else the account that is stressed most would be left out."""

    def page(canvas: Canvas) -> None:
        drawn.body(canvas, HEAD[:-1], foot=(f"IBAN: {IBAN}",))
        width = canvas.stringWidth(f"IBAN: {IBAN}", "Helvetica", 10)
        canvas.line(60, 348.5, 60 + width, 348.5)
        canvas.line(60, 362, 60 + width, 362)

    assert codes(drawn.read(drawn.drawing(page))) == []


BUYERS_PAGE = ("Algemene voorwaarden Branchevereniging Zorg", "Postbus 12, 3500 AA Utrecht")
ELSEWHERE = {
    "terms": (*BUYERS_PAGE, f"IBAN: {OTHER}", "KvK: 40123456"),
    "factoring": (
        "Voorwaarden Factoring Maatschappij Noord B.V.",
        "KvK 40123456  btw NL002455799B11",
        f"Betalingen uitsluitend op rekening {OTHER}",
        "Totaal te betalen: € 9.999,00",
    ),
    "letterhead-without-numbers": (
        "Factoring Noord B.V.",
        "Stationsplein 1, 3511 AA Utrecht",
        "Telefoon 030-2345678  www.factoringnoord.example",
        f"Totaal te betalen: € 9.999,00 op {OTHER}",
    ),
    "brochure": (
        "Zorgbeurs 2026: kom ook!",
        "Kaarten bestelt u door € 15,00 over te maken op " + OTHER,
        "Handelsregister 40123456",
    ),
}


@pytest.mark.parametrize("first", [False, True], ids=["behind", "before"])
@pytest.mark.parametrize("other", ELSEWHERE)
def test_the_account_of_another_partys_page_is_not_the_suppliers(other: str, first: bool) -> None:
    """Else the terms behind an invoice move the payment to whoever wrote them."""

    def page(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 10)
        for row, line in enumerate(ELSEWHERE[other]):
            canvas.drawString(60, 780 - 15 * row, line)

    pages = (page, drawn.body) if first else (drawn.body, page)
    invoice = drawn.read(drawn.drawing(*pages))

    assert drawn.values(invoice) == drawn.FACTS
    assert invoice.gross_amount.value == 1250
    assert codes(invoice) == []


@pytest.mark.parametrize(
    "line",
    [
        f"Betalen op IBAN {OTHER}",
        f"Factoring Noord: u kunt alleen bevrijdend betalen op {OTHER}",
        f"Gelieve te betalen op {OTHER}",
        f"Onze bank: {OTHER}",
    ],
)
def test_an_account_on_a_page_that_nobody_signs_asks_about_both(line: str) -> None:
    """Else a slip behind the invoice could carry another account, and nobody would compare them."""

    def page(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 10)
        canvas.drawString(60, 780, line)

    invoice = drawn.read(drawn.drawing(drawn.body, page))

    assert invoice.iban.value == GOOD
    assert codes(invoice) == ["several"]


def test_what_only_another_partys_page_has_is_not_called_absent() -> None:
    """Else an invoice whose own numbers stand on a page that seems another's would be refused."""

    def page(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 10)
        for row, line in enumerate(ELSEWHERE["terms"]):
            canvas.drawString(60, 780 - 15 * row, line)

    def without(canvas: Canvas) -> None:
        drawn.body(canvas, HEAD[:-1])

    assert codes(drawn.read(drawn.drawing(without, page))) == ["unreadable"]


def test_the_next_page_of_the_same_supplier_is_read_too() -> None:
    """Else the account at the foot of the last page would be lost."""

    def page(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 10)
        canvas.drawString(60, 60, f"Praktijk Het Kompas  KvK 61532874  IBAN {IBAN}")

    def without(canvas: Canvas) -> None:
        drawn.body(canvas, HEAD[:-1])

    invoice = drawn.read(drawn.drawing(without, page))

    assert invoice.iban.value == GOOD
    assert codes(invoice) == []


UNREADABLE = (
    "IBAN: 0317445092",
    "IBAN: NL31 RABO 0317",
    "IBAN: NL31 RAB0 O317 44S0 9Z",
    "IBAN: 31 RABO 0317 4450 92",
    "IBAN nummer NLxx RABO 0317 4450 92",
    "IBAN: 4450.92.317 (Rabobank)",
)


@pytest.mark.parametrize("line", UNREADABLE)
def test_another_account_does_not_take_the_place_of_one_that_cannot_be_read(line: str) -> None:
    """Else a typing error in the supplier's account moves the payment to another on the page."""
    invoice = of("Onze huisbankier: {old}", head=(*HEAD[:-1], line))

    assert "several" in codes(invoice)


def test_an_account_that_cannot_be_read_is_not_absent() -> None:
    """Else a supplier whose account we do not understand is told that there is none."""
    assert codes(of(head=(*HEAD[:-1], "IBAN: 0317445092"))) == ["unreadable"]


def test_an_account_whose_digits_go_on_in_the_next_cell_is_one_account() -> None:
    """Else an account in columns would ask a person each time."""

    def page(canvas: Canvas) -> None:
        drawn.body(canvas, HEAD[:-1])
        for x, text in ((60, "IBAN:"), (140, "NL31 RABO"), (240, "0317 4450 92")):
            canvas.drawString(x, 705, text)

    invoice = drawn.read(drawn.drawing(page))

    assert invoice.iban.value == GOOD
    assert codes(invoice) == []


@pytest.mark.parametrize("joint", ["of", "of op"])
def test_a_choice_of_two_accounts(joint: str) -> None:
    """The municipality would pay to one of two accounts, and nobody choose which."""
    asked = of(
        f"Maak het bedrag over op {{old}} {joint} {{new}} o.v.v. uw factuurnummer 2026-0011."
    )
    assert codes(asked) == ["several"]


def test_an_old_street_beside_the_account() -> None:
    """A practice in a street called "Oude Dijk" would be asked whether its account is the old one."""
    assert codes(of("Oude Dijk 131        IBAN {new}")) == []
