"""Who sends the invoice and to whom: names, addresses, PO boxes, a second party."""

from __future__ import annotations

import datetime as dt

import pytest

from intake.checks import addressee
from intake.document.extract.invoice import find_invoice
from intake.model.document import Document, Page, Reader, Word
from intake.model.invoice import Invoice
from intake.model.verdict import History
from intake.profile import load
from tests.document.typed import ADDRESSEE, BUYER, LETTERHEAD, read, whole, words


@pytest.mark.parametrize(
    "street",
    [
        "Kerkstraat 12",
        "Kanaaldijk t.o. 12",
        "Plein 1944 12",
        "Dorpsweg 12-hs",
        "Industrieweg 4 unit 4",
        "Woonboot De Hoop",
        "Huize Rust en Vreugd",
        "Westzijde 12 A",
        "Mr. P.J. Troelstraweg 147",
        "2e Weteringplantsoen 8",
        "Burgemeester van Lierplein 7-9",
        "K.P. van der Mandelelaan 41a",
        "A-straat 5",
        "Zuid-Willemsvaart 5 bis",
        "Straatweg 25, gebouw B",
        "De Bouw 113 - 115",
    ],
)
def test_street(street: str) -> None:
    """A provider at an unusual address would be told that the address is missing."""
    invoice = read(whole(LETTERHEAD.replace("Kerkstraat 12", street)))

    assert (invoice.supplier_street.value, invoice.supplier_name.value) == (
        street,
        "Zorgpraktijk De Vlinder",
    )


@pytest.mark.parametrize("number", ["1945 nr. 7", "12 no 3", "14 bis"])
def test_street_over_two_lines(number: str) -> None:
    """A provider whose street breaks before its number would be asked for a street."""
    broken = LETTERHEAD.replace("Kerkstraat 12", f"Plein\n{number}")

    assert read(whole(broken)).supplier_street.value == f"Plein {number}"


@pytest.mark.parametrize(
    ("line", "city"),
    [
        ("3811AB Amersfoort", "Amersfoort"),
        ("3811 AB  AMERSFOORT", "AMERSFOORT"),
        ("3811 AB 's-Hertogenbosch", "'s-Hertogenbosch"),
        ("3811 AB Bergen op Zoom", "Bergen op Zoom"),
        ("3811 AB Den Haag (ZH)", "Den Haag (ZH)"),
        ("NL-3811 AB Amersfoort", "Amersfoort"),
        ("3811 AB, Ede", "Ede"),
        ("3811 AB Alphen aan den Rijn", "Alphen aan den Rijn"),
        ("3811 AB Amersfoort - Nederland", "Amersfoort"),
        ("3811 AB IJsselstein", "IJsselstein"),
    ],
)
def test_place(line: str, city: str) -> None:
    """The place would be cut off, or joined with what stands behind it."""
    invoice = read(whole(LETTERHEAD.replace("3811 AB Amersfoort", line)))

    assert (invoice.supplier_postcode.value, invoice.supplier_city.value) == ("3811AB", city)


def test_po_box_only() -> None:
    """A PO box would pass for a street, or the buyer's PO box for the supplier's."""
    invoice = read(whole(LETTERHEAD.replace("Kerkstraat 12", "Postbus 55")))

    assert (invoice.supplier_street.value, invoice.supplier_po_box.value) == (None, "55")
    assert read(whole()).supplier_po_box.value is None


def test_foreign_address() -> None:
    """A Belgian provider would be told that its address is missing."""
    invoice = read(
        whole(
            LETTERHEAD.replace("Kerkstraat 12", "Meir 12").replace(
                "3811 AB Amersfoort", "B-2000 Antwerpen"
            )
        )
    )

    assert (
        invoice.supplier_street.value,
        invoice.supplier_postcode.value,
        invoice.supplier_city.value,
    ) == ("Meir 12", "B-2000", "Antwerpen")


@pytest.mark.parametrize(
    "to",
    [
        "Gemeente Almere\nPostbus 200\n1300 AE Almere",
        "Gemeente Lelystad\nPostbus 91\n8200 AB Lelystad",
        "Mevrouw J. de Boer\nDorpsstraat 5\n1316 AA Almere",
        "J.P. de Boer\nDorpsstraat 5\n1316 AA Almere",
        "Gemeente Almere, Crediteurenadministratie/zorg, Postbus 200, 1300 AE Almere",
        "GEMEENTE ALMERE\nStadhuisplein 1\n1315 HR ALMERE",
        "Wijkteam De Wierden\nWierdenstraat 1\n1353 AA Almere",
        "Gemeente Almere",
    ],
)
def test_addressee(to: str) -> None:
    """The address of the invoice would not be seen, or taken for the supplier's."""
    invoice = read(whole(to=to))

    assert invoice.addressee.value == to
    assert (invoice.supplier_name.value, invoice.supplier_postcode.value) == (
        "Zorgpraktijk De Vlinder",
        "3811AB",
    )


@pytest.mark.parametrize("label", ["Aan:", "Factuuradres", "Debiteur", "Bill to:"])
def test_addressee_without_its_label(label: str) -> None:
    """The label would be read as part of the name."""
    invoice = read(
        whole(
            to=(
                f"{label}\nGemeente Almere\nCrediteurenadministratie/zorg\nPostbus 200\n1300 AE"
                " Almere"
            )
        )
    )

    assert (
        invoice.addressee.value
        == "Gemeente Almere\nCrediteurenadministratie/zorg\nPostbus 200\n1300 AE Almere"
    )


def test_second_name() -> None:
    """An administration office that invoices for another would pass unseen."""
    assert (
        read(whole(foot="Namens Stichting Jeugd Samen")).second_name.value
        == "Stichting Jeugd Samen"
    )


def test_a_title_with_its_number_is_no_street() -> None:
    """An invoice without a street would pass with "Verzamelfactuur 26-306" as its address."""
    invoice = read(whole("Verzamelfactuur 26-306\n" + LETTERHEAD.replace("Kerkstraat 12\n", "")))

    assert invoice.supplier_street.value is None


@pytest.mark.parametrize(
    ("head", "holder", "name"),
    [
        (
            "Orthopedagogisch Centrum Veluwe",
            "Orthopedagogisch\nCentrum Veluwe o.v.v. 26-039.",
            "Orthopedagogisch Centrum Veluwe",
        ),
        (
            "Maatschap Bakker en Smit",
            "Maatschap Bakker en Smit, binnen 30 dagen",
            "Maatschap Bakker en Smit",
        ),
        ("Mikado Training", "Mikado Training o.v.v.", "Mikado Training"),
    ],
)
def test_a_name_that_breaks_off_is_completed(head: str, holder: str, name: str) -> None:
    """The letter would address a provider by half a name."""
    text = whole(
        f"{head}\nTel. 033-4612345\nKvK 24330087\n",
        foot=f"Graag betalen op rekening NL91 ABNA 0417 1643 00 ten name van {holder}",
    )

    assert read(text).supplier_name.value == name


def _spread(text: str, leading: float) -> Invoice:
    """An invoice in small type whose addressee's lines stand ``leading`` points apart."""
    head, _, rest = whole(to="\f").partition("\f")
    top = 40.0
    placed: list[Word] = []
    for part, step in ((head, 13.0), (text, leading), (rest, 13.0)):
        for line in part.split("\n"):
            placed += words(line, size=8, top=top)
            top += step if line else 13.0
    return find_invoice(Document(Reader.PDFIUM, (Page(1, 595, 842, tuple(placed)),), 1), BUYER)


@pytest.mark.parametrize("leading", [14.0, 19.0, 25.0])
@pytest.mark.parametrize(
    "lines",
    [
        ADDRESSEE,
        "Gemeente Almere\nCrediteurenadministratie/zorg\nPostbus 200, 1300 AE Almere",
        "Gemeente Almere\nAdres: t.a.v. Crediteurenadministratie/zorg, Postbus 200, 1300 AE Almere",
        "Aan: Gemeente Almere\n     t.a.v. Crediteurenadministratie/zorg\n     Postbus 200\n"
        "     1300 AE Almere",
    ],
)
def test_addressee_in_wide_lines(lines: str, leading: float) -> None:
    """A clerk would be asked about an addressee that stands there whole, in a program's wide lines."""
    invoice = _spread(lines, leading)

    assert _judged(invoice) == []
    assert invoice.supplier_name.value == "Zorgpraktijk De Vlinder"


@pytest.mark.parametrize(
    "lines",
    [
        "AAN:  Gemeente Almere\n      t.a.v. Crediteurenadministratie/zorg\n      Postbus 200\n"
        "      1300 AE Almere",
        "Factuur aan: Gemeente Almere\n             Crediteurenadministratie/zorg\n"
        "             Postbus 200\n             1300 AE Almere",
        "Gemeente Almere\nt.a.v. Crediteurenadministratie/zorg\n\nPostbus 200\n1300 AE Almere",
        "Gemeente Almere\nAdres: Crediteurenadministratie/zorg, Postbus 200, 1300 AE Almere",
    ],
)
def test_addressee_in_one_cell_with_its_label(lines: str) -> None:
    """The lines under the name would be lost beside a label, over an empty line, or behind "Adres"."""
    assert _judged(read(whole(to=lines))) == []


def test_addressee_far_from_another_address() -> None:
    """The buyer's PO box elsewhere on the page would complete an invoice for somebody else."""
    page = whole(
        to="De heer J. Jansen\nDorpsstraat 1\n1234 AB Laren\n\n\n\nPostbus 200\n1300 AE Almere"
    )

    assert _judged(read(page)) != []


def _judged(invoice: Invoice) -> list[str]:
    today = dt.date(2026, 11, 30)
    checked = addressee.check(invoice, load("almere"), today, History())
    return [finding.code for finding in checked.findings]
