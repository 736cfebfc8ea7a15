"""Names and addresses of suppliers as templates break them, and municipalities that are not ours."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen import canvas

from intake.checks import addressee
from intake.document.extract.invoice import find_invoice
from intake.document.readers import pdf
from intake.model.document import Document, Page, Reader
from intake.model.finding import Severity
from intake.model.verdict import History
from intake.profile import load
from tests.document.typed import BUYER, LETTERHEAD, read, whole, words

REST = "Tel. 033-4612345\nKvK 24330087\nBtw NL002455799B11\nIBAN NL91 ABNA 0417 1643 00\n"
ADDRESS = "Kerkstraat 12\n3811 AB Amersfoort\n"


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (
            "Autisme Begeleiding Midden-\nNederland B.V.",
            "Autisme Begeleiding Midden-Nederland B.V.",
        ),
        ("Jeugdhulp Noord-\nHolland", "Jeugdhulp Noord-Holland"),
        ("Praktijk voor Ambulante Begelei-\nding", "Praktijk voor Ambulante Begeleiding"),
        ("Stichting Zorg- en\nWelzijnsgroep", "Stichting Zorg- en Welzijnsgroep"),
        ("Zorg-\nen Jeugdpraktijk Almere", "Zorg- en Jeugdpraktijk Almere"),
        (
            "Praktijk voor Ambulante Begeleiding\nNoorderwind",
            "Praktijk voor Ambulante Begeleiding Noorderwind",
        ),
        ("Orthopedagogisch Centrum\nB.V.", "Orthopedagogisch Centrum B.V."),
        ("Zorgcollectief Zuiderzee B.V.", "Zorgcollectief Zuiderzee B.V."),
        ("Coöperatie Thuis in Zorg U.A.", "Coöperatie Thuis in Zorg U.A."),
        ("Maatschap Bakker & Zn. V.O.F.", "Maatschap Bakker & Zn. V.O.F."),
    ],
)
@pytest.mark.parametrize("label", ["", "Bezoekadres\n", "Adres:\n"])
def test_a_name_on_two_lines(lines: str, name: str, label: str) -> None:
    """The letter would address a provider by half a name, and the ledger know it by another."""
    assert read(whole(f"{lines}\n{label}{ADDRESS}{REST}")).supplier_name.value == name


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("Zorgcollectief Zuiderzee B.V.", "t.n.v. Zorgcollectief Zuiderzee B.V."),
        ("Zorgcollectief Zuiderzee B.V.", "t.n.v. Zorgcollectief Zuiderzee B.V.."),
        ("Thuis in Zorg U.A.", "ten name van Thuis in Zorg U.A., onder vermelding van 7"),
        ("Bakker en Smit V.O.F.", "op naam van Bakker en Smit V.O.F."),
        ("De Vlinder", "t.n.v. De Vlinder."),
        ("Praktijk A.B. de Wit", "t.n.v. Praktijk A.B. de Wit"),
    ],
)
def test_the_dot_of_a_legal_form(name: str, sentence: str) -> None:
    """The name would lose its last dot, and differ from that of the earlier invoices."""
    text = whole(REST, foot=f"Graag betalen op NL91 ABNA 0417 1643 00 {sentence}")
    assert read(text).supplier_name.value == name


@pytest.mark.parametrize(
    "lines",
    [
        "Kerkstraat 12, 3811\nAB Amersfoort",
        "Kerkstraat 12\n3811\nAB Amersfoort",
        "Kerkstraat 12          3811\nAB Amersfoort",
        "Kerkstraat 12\n3811          AB          Amersfoort",
        "Kerkstraat 12\n3811          AB Amersfoort",
        "Kerkstraat 12\n3811 AB\nAmersfoort",
        "Kerkstraat 12, 3811AB\nAmersfoort",
        "Kerkstraat 12\n3811ABAmersfoort",
        "Kerkstraat 12,3811 AB Amersfoort",
        "Kerkstraat 12 3811\nABAmersfoort",
        "Kerkstraat 12\n3811 AB Amers-\nfoort",
        "Kerkstraat 12 | 3811\nAB Amersfoort",
        "Kerkstraat 12\nNL-3811 AB Amersfoort",
    ],
)
def test_a_postcode_broken_over_lines(lines: str) -> None:
    """A provider with a narrow letterhead would be refused for having no address."""
    invoice = read(whole(f"Zorgpraktijk De Vlinder\n{lines}\n{REST}"))
    found = (
        invoice.supplier_street.value,
        invoice.supplier_postcode.value,
        invoice.supplier_city.value,
    )
    assert found == ("Kerkstraat 12", "3811AB", "Amersfoort")


def test_a_year_over_a_word_in_capitals_is_no_postcode() -> None:
    """A date over a heading would be the address of a supplier that gives none."""
    foot = "Begeleiding november 2026\nAB Amersfoort"
    head = LETTERHEAD.replace(ADDRESS, "")
    assert read(whole(head, foot=foot)).supplier_postcode.value is None


@pytest.mark.parametrize("label", ["Aan,", "Aan:", "AAN", "Aan -"])
def test_the_word_before_the_addressee(label: str) -> None:
    """The clerk would see a comma as the name of the municipality."""
    to = f"{label}\nGemeente Almere\nCrediteurenadministratie/zorg\nPostbus 200\n1300 AE Almere"
    assert (read(whole(to=to)).addressee.value or "").startswith("Gemeente Almere")


ALMERE = load("almere")


def severity(text: str) -> Severity | None:
    """What the check of the addressee ends in."""
    invoice = read(text)
    findings = addressee.check(invoice, ALMERE, dt.date(2026, 11, 30), History()).findings
    return findings[0].severity if findings else None


@pytest.mark.parametrize(
    "name",
    [
        "Coöperatie Thuis in Zorg U.A.",
        "Zorg Almere B.V.",
        "Stichting Zorg en Welzijn",
        "Almere Zorg",
        "Zorgpraktijk De Vlinder",
    ],
)
@pytest.mark.parametrize(
    "to",
    [
        "Gemeente Lelystad\nCrediteurenadministratie\nPostbus 91\n8200 AB Lelystad",
        "Gemeente Zeewolde\nt.a.v. Crediteurenadministratie/zorg\nPostbus 1\n3890 AA Zeewolde",
        "Gemeente Lelystad, Crediteurenadministratie\nPostbus 91, 8200 AB Lelystad",
        "Aan: Gemeente Dronten\nDe Rede 1\n8251 ER Dronten",
    ],
)
def test_another_municipality(name: str, to: str) -> None:
    """An invoice of another municipality would be paid because the supplier's name has "zorg" in it."""
    assert (
        severity(whole(LETTERHEAD.replace("Zorgpraktijk De Vlinder", name), to)) is Severity.REJECT
    )


@pytest.mark.parametrize(
    "to",
    [
        "Gemeente Almere\nCrediteurenadministratie/zorg\nPostbus 200\n1300 AE Almere",
        "Gemeente Almere, Crediteurenadministratie/zorg\nPostbus 200, 1300 AE Almere",
        "Crediteurenadministratie/zorg\nGemeente Almere\nPostbus 200\n1300 AE Almere",
        "GEMEENTE ALMERE\nAfd. Crediteurenadministratie-zorg\nPostbus 200\n1300 AE ALMERE",
        "Gemeente Almere\nCrediteurenadministratie\nafd. Zorg\nPostbus 200\n1300 AE Almere",
    ],
)
@pytest.mark.parametrize(
    "name", ["Coöperatie Thuis in Zorg U.A.", "Zorg Almere B.V.", "Zorg Lelystad"]
)
def test_our_own_address(name: str, to: str) -> None:
    """A good invoice would be refused or asked about because of the supplier's name."""
    assert severity(whole(LETTERHEAD.replace("Zorgpraktijk De Vlinder", name), to)) is None


@pytest.mark.parametrize(
    "elsewhere",
    [
        "Factuuradres: Gemeente Almere, Crediteurenadministratie/zorg, Postbus 200, 1300 AE Almere",
        "T.a.v. Crediteurenadministratie zorg van de gemeente Almere",
    ],
)
def test_our_address_elsewhere_is_a_doubt(elsewhere: str) -> None:
    """An invoice that names us beside another municipality would be refused without a look."""
    to = "Gemeente Lelystad\nPostbus 91\n8200 AB Lelystad"
    assert severity(whole(to=to, foot=elsewhere)) is not Severity.REJECT


def test_a_name_in_the_row_of_the_address() -> None:
    """The name would be read as a part of the street."""
    head = "Zorgpraktijk De Vlinder          Kerkstraat 12          3811\nAB Amersfoort\n" + REST
    invoice = read(whole(head))
    assert (invoice.supplier_name.value, invoice.supplier_street.value) == (
        "Zorgpraktijk De Vlinder",
        "Kerkstraat 12",
    )


def test_a_large_name_over_two_lines_with_a_hyphen() -> None:
    """The name of a letterhead in large letters would lose its hyphen."""
    base = words(whole("\n\n\n" + ADDRESS + REST))
    large = (
        *words("Autisme Begeleiding Midden-", 16, top=30),
        *words("Nederland B.V.", 16, top=50),
    )
    page = Page(1, 595, 842, (*large, *base))
    invoice = find_invoice(Document(Reader.PDFIUM, (page,), 1), BUYER)
    assert invoice.supplier_name.value == "Autisme Begeleiding Midden-Nederland B.V."


@pytest.mark.parametrize(
    ("name", "street", "rest"),
    [
        ("Praktijk Het Kompas", "Lijsterbeslaan 14", "1338 AB Almere"),
        ("Zorgpraktijk De Vlinder", "Kerkstraat 12", "3811 AB Amersfoort"),
        ("Van den Berg Jeugdzorg", "Lage Vuursche 7a", "3511 LX Utrecht"),
        ("Begeleiding Plus", "Dorpsstraat 5-7", "3511 LX Utrecht"),
        ("Mr. Zorg B.V.", "2e Weteringplantsoen 8", "3511 LX Utrecht"),
    ],
)
@pytest.mark.parametrize("look", ["bold", "large"])
@pytest.mark.parametrize("comma", [", ", " "])
def test_name_and_street_in_one_line(
    name: str, street: str, rest: str, look: str, comma: str
) -> None:
    """The street would be "Praktijk Het Kompas Lijsterbeslaan 14", and the name be another's."""
    size = 13.0 if look == "large" else 10.0
    width = stringWidth(f"{name} ", "Helvetica-Bold", size)
    buffer = io.BytesIO()
    page = canvas.Canvas(buffer, pagesize=(595, 842))
    page.setFont("Helvetica-Bold" if look == "bold" else "Helvetica", size)
    page.drawString(40, 800, name)
    page.setFont("Helvetica", 10)
    page.drawString(40 + width, 800, f"{street}{comma}{rest}")
    for number, line in enumerate(f"{REST}\n{whole('')}".splitlines()):
        page.drawString(40, 780 - 13 * number, line)
    page.save()

    invoice = find_invoice(pdf.read(buffer.getvalue(), Reader.PDFIUM), BUYER)

    assert (invoice.supplier_name.value, invoice.supplier_street.value) == (name, street)


@pytest.mark.parametrize(
    "name",
    [
        "Praktijk K.I.D.S.",
        "Buro 3-Hoek",
        "Care4Kids Flevoland",
        "Zorg.Kompas",
        "Ambulant.nu",
        "Stichting 't Paradijs",
        "Studio 53",
    ],
)
def test_names_with_signs_and_digits(name: str) -> None:
    """A provider would be refused for having no name, because its name looks like a sentence or a
    street.
    """
    assert read(whole(f"{name}\n{ADDRESS}{REST}")).supplier_name.value == name


@pytest.mark.parametrize("sign", [" - ", " – ", ", ", " | ", " • "])
@pytest.mark.parametrize("name", ["KIEM", "Stichting Nieuwe Oever", "Coöperatie Dichtbij U.A."])
def test_name_and_address_in_one_line_with_signs(name: str, sign: str) -> None:
    """The street would be read with the name before it, and the name be called missing."""
    line = sign.join((name, "Korte Ouderkerkerdijk 18", "3811 AB Amersfoort"))
    invoice = read(whole(f"{line}\n{REST}"))
    assert (invoice.supplier_name.value, invoice.supplier_street.value) == (
        name,
        "Korte Ouderkerkerdijk 18",
    )


@pytest.mark.parametrize(
    ("lines", "city"),
    [
        ("Meent 296, 3811 AB Sint-\nMichielsgestel", "Sint-Michielsgestel"),
        ("Meent 296, 3811 AB Hoek\nvan Holland", "Hoek van Holland"),
        ("Meent 296, 3811 AB Hengelo\n(Gld)", "Hengelo (Gld)"),
        ("Meent 296\n3811 AB\nCapelle aan den IJssel", "Capelle aan den IJssel"),
        ("Meent 296\nSint Annaparochie 3811 AB", "Sint Annaparochie"),
        ("Meent 296 3811 AB\nWijk bij Duurstede", "Wijk bij Duurstede"),
        ("Meent\n296, 3811 AB Weesp", "Weesp"),
        ("Meent 296\n3811 AB   Alphen aan den\n          Rijn", "Alphen aan den Rijn"),
        ("Meent 296\n3811 AB Alphen aan\nden Rijn", "Alphen aan den Rijn"),
    ],
)
def test_places_over_lines(lines: str, city: str) -> None:
    """The place would be cut off where a narrow letterhead breaks."""
    invoice = read(whole(f"Zorgpraktijk De Vlinder\n{lines}\n{REST}"))
    found = (
        invoice.supplier_street.value,
        invoice.supplier_postcode.value,
        invoice.supplier_city.value,
    )
    assert found == ("Meent 296", "3811AB", city)


def test_the_addressee_beside_a_postcode_is_no_place() -> None:
    """The municipality would be the place where the supplier lives."""
    head = (
        "Zorgpraktijk De Vlinder\nMeent 296\n"
        "3811 AB                       Gemeente Almere\nHoek van Holland\n"
    )
    assert read(whole(head + REST)).supplier_city.value == "Hoek van Holland"


@pytest.mark.parametrize("label", ["Naam praktijk", "Zorgaanbieder:", "Bedrijfsnaam"])
def test_a_labelled_name_on_two_lines(label: str) -> None:
    """The name in a form would be cut off at the width of its column."""
    form = (
        f"{label:20}De Groene Weide\n                    Dagbesteding & Zorg\n"
        "Adres               Kerkstraat 12\nPostcode/plaats     3811 AB Amersfoort\n"
    )
    invoice = read(whole(form + REST))
    assert invoice.supplier_name.value == "De Groene Weide Dagbesteding & Zorg"
    assert (invoice.supplier_street.value, invoice.supplier_city.value) == (
        "Kerkstraat 12",
        "Amersfoort",
    )


def test_a_form_beside_the_addressee() -> None:
    """The municipality's PO box would be the address of the supplier whose street stands in a form."""
    form = (
        "Gemeente Almere               Naam praktijk       J. de Vries Coaching\n"
        "Crediteurenadministratie/zorg Adres               Plein 1944 8\n"
        "Postbus 200                   Postcode/plaats     1334 RG Utrecht\n"
        "1300 AE Almere\n\n"
    )
    invoice = read(whole(form, REST))
    assert (invoice.supplier_street.value, invoice.supplier_postcode.value) == (
        "Plein 1944 8",
        "1334RG",
    )


@pytest.mark.parametrize(
    "to",
    [
        "GemeenteAlmere\nCrediteurenadministratie/zorg\nPostbus200,1300AEAlmere",
        "GemeenteAlmere\nCrediteurenadministratiezorg\nPostbus200\n1300AEAlmere",
    ],
)
def test_our_address_without_spaces(to: str) -> None:
    """Invoices of a program that squeezes letters together would all wait for a person."""
    assert severity(whole(to=to)) is None


@pytest.mark.parametrize("bank", ["Knab", "Rabobank", "ING Bank", "bunq"])
def test_a_phone_beside_the_name_of_a_bank(bank: str) -> None:
    """A phone number in a column of a footer, beside that of the bank, would be called absent."""
    footer = (
        "Adres               Bankrekening                 Contact\n"
        f"Kerkstraat 12       {bank:<28} +31 (0)33 461 23 45\n"
        "3811 AB Amersfoort  IBAN NL91 ABNA 0417 1643 00  info@kompas.example\n"
    )
    invoice = read(whole("Praktijk Het Kompas\nKvK 24330087\n", foot=footer))
    assert invoice.supplier_phone.value == "+31 (0)33 461 23 45"


@pytest.mark.parametrize("lines", ["033 - 461 23\n45", "+31 (0)33 461 23\n45"])
@pytest.mark.parametrize("between", ["", "Praktijk Het\n"])
def test_a_phone_on_two_lines(lines: str, between: str) -> None:
    """A good invoice would be refused for its phone number, which breaks in a narrow column beside a
    large name.
    """
    upper, lower = lines.split("\n")
    head = words(f"{' ' * 60}Klantenservice: {upper}", top=40)
    head += words(between, 20, 40, 46) + words(" " * 60 + lower, top=51)
    text = whole("\nKerkstraat 12, 3811 AB Amersfoort\nKvK 24330087\n")
    page = Page(1, 595, 842, (*head, *words(text, top=80)))
    found = find_invoice(Document(Reader.PDFIUM, (page,), 1), BUYER)
    assert found.supplier_phone.value == f"{upper} {lower}"


def test_the_suppliers_own_phone_behind_a_colleagues() -> None:
    """The clerk would call a care worker about a client's invoice, not the practice."""
    foot = (
        "Vragen over de zorg? U kunt terecht bij J.M. Bakker, bereikbaar op 030-8578319.\n"
        "Vragen over de factuur? Mail ons of bel 033-4612345."
    )
    head = f"Praktijk Het Kompas\n{ADDRESS}KvK 24330087\n"
    assert read(whole(head, foot=foot)).supplier_phone.value == "033-4612345"


@pytest.mark.parametrize(
    "lines",
    [
        "Lijsterbeslaan 14\nPostbus 99\n1338 AB Almere",
        "Lijsterbeslaan 14 - Postbus 99 - 1338 AB Almere",
        "Postbus 99\n1338 AB Almere\nLijsterbeslaan 14\n1338 AC Almere",
    ],
)
def test_a_street_beside_a_po_box(lines: str) -> None:
    """A practice that prints its street and its PO box would be asked for its street."""
    invoice = read(whole(f"Praktijk Het Kompas\n{lines}\n{REST}"))
    assert invoice.supplier_street.value == "Lijsterbeslaan 14"


@pytest.mark.parametrize("line", ["BIC: INGBNL2A", "IBAN: NL24.INGB.0415.4976.33", "Buro 3-Hoek"])
def test_what_looks_like_a_street(line: str) -> None:
    """An invoice without a street would be called in order for the account over its postcode."""
    foot = f"{line}\nVestigingsadres: 3811 AB Amersfoort"
    assert read(whole("Zorggroep Noord\n", foot=foot)).supplier_street.value is None


def test_a_name_that_is_that_of_a_house() -> None:
    """An invoice without a street would be called in order for the farm in its sender's name."""
    invoice = read(whole(f"Hoeve Landzicht\n3811 AB Amersfoort\n{REST}"))
    found = invoice.supplier_name.value, invoice.supplier_street.value
    assert found == ("Hoeve Landzicht", None)


@pytest.mark.parametrize("name", ["Buro 3-Hoek", "Dr. P.J. Verhoeven, kinderpsycholoog"])
def test_a_name_without_an_address(name: str) -> None:
    """A sole trader whose address is not on the page would be asked for the name too."""
    assert read(whole(f"{name}\n{REST}")).supplier_name.value == name


@pytest.mark.parametrize(
    ("name", "second"),
    [
        ("J. de Vries h.o.d.n. Praktijk Het Kompas", "Praktijk Het Kompas"),
        ("J. de Vries\nh.o.d.n. Praktijk Het Kompas", "Praktijk Het Kompas"),
    ],
)
def test_a_trade_name_over_the_address(name: str, second: str) -> None:
    """The clerk would be shown a second name with a street and a phone number in it."""
    invoice = read(whole(f"{name}\n{ADDRESS}{REST}"))
    found = invoice.supplier_name.value, invoice.second_name.value
    assert found == (name.replace("\n", " "), second)


def test_a_name_of_digits_and_a_legal_form() -> None:
    """A good invoice would be refused for its name, as that begins with digits."""
    assert read(whole(f"24/7 Zorg B.V.\n{ADDRESS}{REST}")).supplier_name.value == "24/7 Zorg B.V."


def test_a_name_that_goes_on_behind_a_comma() -> None:
    """The letter would address a doctor by half a name."""
    head = f"Dr. P.J. Verhoeven,\nkinderpsycholoog\n{ADDRESS}{REST}"
    assert read(whole(head)).supplier_name.value == "Dr. P.J. Verhoeven, kinderpsycholoog"


def test_an_old_account_number_is_no_phone() -> None:
    """An invoice without a phone number would be called in order for its account of before the IBAN."""
    footer = "Rekeningnummer       0320757216\n"
    head = "Praktijk Het Kompas\nKerkstraat 12\n3811 AB Amersfoort\nKvK 24330087\n"
    assert read(whole(head, foot=footer)).supplier_phone.value is None


@pytest.mark.parametrize("number", ["310 - B42", "310-B42", "310 B42", "12 – 4.01", "22 - 117"])
@pytest.mark.parametrize("place", ["\n6812 AR Arnhem", ", 6812 AR Arnhem"])
def test_an_addition_behind_a_spaced_hyphen(number: str, place: str) -> None:
    """The street would be the provider's name, or the house's addition be his street."""
    head = f"Praktijk Het Veer\nUtrechtseweg {number}{place}\n{REST}"
    invoice = read(whole(head))
    assert invoice.supplier_name.value == "Praktijk Het Veer"
    assert invoice.supplier_street.value == f"Utrechtseweg {number}"


@pytest.mark.parametrize("sign", ["—", "–", "-", "|", "•", "·"])
def test_facts_of_a_footer_between_signs(sign: str) -> None:
    """The name would hold the street, and the provider be asked for a street that stands there."""
    facts = ("Logopedie Haven", "Havenhoofd 4", "1357 KA Almere", "036 522 91 73")
    foot = f" {sign} ".join(facts)
    rest = f" {sign} ".join(("IBAN NL91 ABNA 0417 1643 00", "KVK 24330087", "BTW NL002455799B11"))
    invoice = read(whole(head="", foot=f"{foot}\n{rest}"))
    assert invoice.supplier_name.value == "Logopedie Haven"
    assert invoice.supplier_street.value == "Havenhoofd 4"
    assert invoice.supplier_city.value == "Almere"
    assert invoice.kvk_number.value == "24330087"


@pytest.mark.parametrize("sign", [" | ", " · ", ", ", " - "])
@pytest.mark.parametrize("name", ["Psychologenpraktijk De Bries", "Stichting De Bries"])
def test_the_practice_over_a_line_that_begins_with_its_owner(sign: str, name: str) -> None:
    """The owner would be the provider, who invoices as a practice under its own name."""
    line = sign.join(("Marjolein Verstappen", "Lindelaan 14", "1338 KC Almere"))
    rest = REST.replace("Tel. 033-4612345", "Tel. 033-4612345 | info@debries.nl")
    invoice = read(whole(f"{name}\n{line}\n{rest}"))
    assert invoice.supplier_name.value == name
    assert invoice.supplier_street.value == "Lindelaan 14"


@pytest.mark.parametrize("slogan", ["Zorg met aandacht", "Jeugdhulp dichtbij", "FACTUUR"])
def test_a_slogan_over_the_line_with_name_and_address(slogan: str) -> None:
    """The slogan would be the provider's name."""
    line = "De Klaproos | Vogelweg 81 | 1358 CA Almere"
    invoice = read(whole(f"{slogan}\n{line}\n{REST}"))
    assert invoice.supplier_name.value == "De Klaproos"
