"""Labels of two, three and four lines in a narrow column, with their value beside any of them."""

from __future__ import annotations

import itertools

import pytest

from intake.document.extract.invoice import find_invoice
from intake.document.layout.cells import around
from intake.model.document import Document, Page, Reader, Word
from intake.model.invoice import Invoice
from tests.document.typed import BUYER, read, typed, whole, words

Column = list[tuple[list[str], str]]
"""Labels, each as its lines, with their values."""


def stacked(column: Column, left: float, top: float, at: str, pitch: float = 11) -> list[Word]:
    """The words of a narrow column of labels with their values beside their first, middle or last
    line.
    """
    placed: list[Word] = []
    for label, value in column:
        for number, line in enumerate(label):
            placed += words(line, 8, left, top + pitch * number)
        down = {
            "first": 0.0,
            "middle": pitch * (len(label) - 1) / 2,
            "last": pitch * (len(label) - 1),
        }[at]
        placed += words(value, 8, left + 90, top + down)
        top += pitch * len(label) + 6
    return placed


def narrow(columns: list[Column], at: str) -> Invoice:
    """An invoice whose facts stand in narrow columns beside each other."""
    base = typed(
        whole("Zorgpraktijk De Vlinder\nKerkstraat 12\n3811 AB Amersfoort\n", references="")
    )
    page = base.pages[0]
    below = around([word.box for word in page.words])[3] + 20
    added = [
        word
        for number, column in enumerate(columns)
        for word in stacked(column, 40 + 260 * number, below + 4 * number, at)
    ]
    whole_page = Page(1, page.width, page.height, (*page.words, *added))
    return find_invoice(Document(Reader.PDFIUM, (whole_page,), 1), BUYER)


REFERENCES: list[list[list[str]]] = [
    [
        ["Factuurnummer"],
        ["Factuur-", "nummer"],
        ["Nummer van", "de factuur"],
        ["Invoice", "number:"],
    ],
    [
        ["Datum van de", "factuur"],
        ["Factuur-", "datum:"],
        ["Datum", "van de", "factuur"],
        ["Date", "of", "issue:"],
    ],
    [
        ["Te betalen", "uiterlijk"],
        ["Uiterste", "betaaldatum"],
        ["Te", "betalen", "voor"],
        ["Payment", "due"],
    ],
    [
        ["Uw", "relatie-nummer"],
        ["Klant-", "nummer"],
        ["Debiteuren-", "nummer"],
        ["Customer", "no.:"],
    ],
]
SUPPLIER: list[list[list[str]]] = [
    [
        ["Kamer van", "Koophandel", "nummer"],
        ["Inschrijving", "handelsregister"],
        ["KvK-", "nummer:"],
        ["Chamber", "of", "Commerce:"],
    ],
    [
        ["Btw-identificatie-n", "ummer"],
        ["Omzetbelasting-n", "ummer"],
        ["BTW-", "nummer:"],
        ["VAT", "number:"],
    ],
    [["IBAN", "rekeningnummer"], ["Rekeningnummer", "(IBAN)"], ["IBAN:"], ["Bank", "account:"]],
    [
        ["Telefoonnummer", "administratie"],
        ["Telefoon", "(werkdagen)"],
        ["Telefoon-", "nummer:"],
        ["Phone", "number:"],
    ],
]
VALUES = ("2026/304", "24.10.2026", "23.11.2026", "980416407")
FACTS = ("24330087", "NL002455799B11", "NL91 ABNA 0417 1643 00", "+31612345678")


@pytest.mark.parametrize("at", ["first", "middle", "last"])
@pytest.mark.parametrize("style", range(4))
def test_labels_wrapped_in_two_columns(style: int, at: str) -> None:
    """Good invoices of narrow templates would be refused as undated or unregistered, or the due
    date be taken for the date of issue.
    """
    columns = [
        [(labels[style], value) for labels, value in zip(group, values, strict=True)]
        for group, values in ((REFERENCES, VALUES), (SUPPLIER, FACTS))
    ]
    invoice = narrow(columns, at)
    assert (invoice.invoice_number.value, invoice.issue_date.value) == ("2026/304", "2026-10-24")
    assert (invoice.kvk_number.value, invoice.vat_id.value) == ("24330087", "NL002455799B11")
    assert (invoice.iban.value, invoice.supplier_phone.value) == (
        "NL91ABNA0417164300",
        "+31612345678",
    )
    assert (invoice.invoice_number.others, invoice.issue_date.others) == ((), ())


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_wrapped_and_whole_labels_in_any_order(order: tuple[int, ...]) -> None:
    """A wrapped label would take the value of the one over or under it."""
    column = [
        (["Datum van de", "factuur"], "24.10.2026"),
        (["Te betalen", "uiterlijk"], "23.11.2026"),
        (["Factuurnummer"], "2026/304"),
    ]
    invoice = narrow([[column[number] for number in order]], "first")
    assert (invoice.invoice_number.value, invoice.issue_date.value) == ("2026/304", "2026-10-24")
    assert invoice.issue_date.others == ()


@pytest.mark.parametrize(
    ("lines", "field"),
    [
        ("Debiteurnr.     4742335\nFactuurnr.\nFactuurdatum    13-11-2026", "invoice_number"),
        ("Klantnummer:    4742335\nFactuurnummer:\nDatum:          13-11-2026", "invoice_number"),
        ("Vervaldatum     13-12-2026\nFactuurdatum\nFactuurnummer   7", "issue_date"),
        ("Leverdatum      13-12-2026\nFactuurdatum:\nKenmerk         ABC", "issue_date"),
    ],
)
def test_an_empty_label_takes_no_value_of_its_neighbour(lines: str, field: str) -> None:
    """The client's number would be the invoice's, or the due date its date of issue."""
    assert getattr(read(whole(references=lines)), field).value is None


def test_wrapped_heads_over_their_values() -> None:
    """A row of narrow heads would leave the number without its label."""
    heads = (
        "Factuur-    Datum van     Uw\n"
        "nummer      de factuur    kenmerk\n"
        "2026-11     13-11-2026    WMO\n"
    )
    invoice = read(whole(references=heads))
    assert (invoice.invoice_number.value, invoice.issue_date.value) == ("2026-11", "2026-11-13")


@pytest.mark.parametrize(
    ("lines", "field", "value"),
    [
        ("Declaratienumm 2000260\ner\nDatum          13-11-2026", "invoice_number", "2000260"),
        (
            "Declaratienumm     2000260\ner\nDatum              13-11-2026",
            "invoice_number",
            "2000260",
        ),
        ("Factuurnum 2026-11\nmer\nDatum      13-11-2026", "invoice_number", "2026-11"),
        ("Nr           7\nFactuurdat 13-11-2026\num", "issue_date", "2026-11-13"),
        ("Nummer Kamer 24330087\nvan\nKoophandel", "kvk_number", "24330087"),
        ("Datum van    13 nov\nuitreiking   2026", "issue_date", "2026-11-13"),
        ("Nummer van   ACC-\nde factuur   SINV-2026-12", "invoice_number", "ACC-SINV-2026-12"),
    ],
)
def test_a_label_torn_in_the_middle_of_a_word(lines: str, field: str, value: str) -> None:
    """A program that breaks words anywhere would make a good invoice one without a number."""
    head = "Praktijk De Vlinder\nKerkstraat 12\n3811 AB Amersfoort\n"
    assert getattr(read(whole(head, references=lines)), field).value == value


def test_labels_over_their_values_beside_another_column() -> None:
    """The name in the next column would be taken for the number of the invoice, in silence."""
    text = (
        "Factuurnummer                 Care4Kids Flevoland\n"
        "ACC-SINV-2026-00118           Kerkstraat 12\n\n"
        "Datum                         3811 AB Amersfoort\n"
        "5-2-2026\n\n"
        "Vervaldatum                   033-4612345\n"
        "19-2-2026\n"
    )
    invoice = read(whole("KvK 24330087\nIBAN NL91 ABNA 0417 1643 00\n", references=text))
    assert (invoice.invoice_number.value, invoice.issue_date.value) == (
        "ACC-SINV-2026-00118",
        "2026-02-05",
    )


def test_a_wrapped_label_of_a_blocked_account() -> None:
    """The municipality would pay to the blocked account, because its label breaks."""
    text = (
        "Geblokkeerde    NL53INGB0990000009\nrekening\n\n"
        "Rekeningnum     NL91ABNA0417164300\nmer (IBAN)\nG-rekening      NL20INGB0001234567\n"
    )
    head = "Zorgpraktijk De Vlinder\nKerkstraat 12\n3811 AB Amersfoort\nKvK 24330087\n\n"
    invoice = read(whole(head + text))
    assert (invoice.iban.value, invoice.iban.others) == ("NL91ABNA0417164300", ())


def test_the_number_of_the_register_behind_the_word_number() -> None:
    """The number of the register would be the invoice's, and the provider have none."""
    text = "Nummer Kamer    24330087\nvan Koophandel\n\nNummer van      V26.0017\ndeze nota\n\n"
    text += "Nummer van uw   PO54805\nopdracht\n\nUw nummer in    D8065\nonze boeken\n\n"
    text += "Datum           13-11-2026\n"
    head = "Zorgpraktijk De Vlinder\nKerkstraat 12\n3811 AB Amersfoort\n\n"
    invoice = read(whole(head, references=text))
    assert (invoice.kvk_number.value, invoice.invoice_number.value) == ("24330087", "V26.0017")
    assert invoice.invoice_number.others == ()
