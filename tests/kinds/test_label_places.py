"""Labels where templates put them: under their values, wider than these, in letters set apart or of
another size, in two lines, in other languages.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from intake.document.layout.label_matcher import labels_in
from intake.document.layout.label_words import Label
from intake.document.readers import pdf
from intake.model.document import Reader
from intake.model.invoice import Invoice
from tests.families.engines import reprinted
from tests.kinds.drawn import ADDRESS, BUYER, EXEMPT, FACTS, IBAN, NAME, Draw, drawing, read, values

Pair = tuple[str, str]
REFERENCES: tuple[Pair, ...] = (
    ("Factuurnummer", "HK-2026-614"),
    ("Factuurdatum", "13 november 2026"),
    ("Vervaldatum", "13 december 2026"),
)
COMPANY: tuple[Pair, ...] = (
    ("KvK-nummer", "61532874"),
    ("IBAN", IBAN),
    ("Telefoon", "036-5212345"),
)
Lay = Callable[[Canvas, float, Sequence[Pair]], None]


def invoice(lay: Lay, head: Draw | None = None, foot: Sequence[str] = ()) -> bytes:
    """The usual invoice, whose references and numbers of the company ``lay`` puts on the page."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 10)
        if head is None:
            for row, line in enumerate((NAME, *ADDRESS)):
                canvas.drawString(60, 790 - 14 * row, line)
        else:
            head(canvas)
        for row, line in enumerate(BUYER):
            canvas.drawString(60, 700 - 14 * row, line)
        canvas.setFont("Helvetica-Bold", 16)
        canvas.drawString(60, 620, "Factuur")
        canvas.setFont("Helvetica", 10)
        lay(canvas, 580, REFERENCES)
        canvas.drawString(60, 400, "Omschrijving")
        canvas.drawRightString(540, 400, "Bedrag")
        canvas.drawString(60, 384, "Begeleiding individueel, oktober 2026")
        canvas.drawRightString(540, 384, "€ 1.250,00")
        canvas.drawRightString(540, 360, "Totaal te betalen: € 1.250,00")
        for row, line in enumerate((EXEMPT, *foot)):
            canvas.drawString(60, 330 - 14 * row, line)
        canvas.setFont("Helvetica", 10)
        lay(canvas, 220, COMPANY)

    return drawing(draw)


def cards_under(canvas: Canvas, y: float, pairs: Sequence[Pair]) -> None:
    for at, (label, value) in enumerate(pairs):
        canvas.drawString(60 + 160 * at, y, value)
        canvas.setFontSize(7)
        canvas.drawString(60 + 160 * at, y - 10, label)
        canvas.setFontSize(10)


def list_under(canvas: Canvas, y: float, pairs: Sequence[Pair]) -> None:
    for at, (label, value) in enumerate(pairs):
        canvas.drawString(330, y - 30 * at, value)
        canvas.drawString(330, y - 30 * at - 11, label)


def list_over(canvas: Canvas, y: float, pairs: Sequence[Pair]) -> None:
    for at, (label, value) in enumerate(pairs):
        canvas.drawString(330, y - 30 * at, label)
        canvas.drawString(330, y - 30 * at - 11, value)


def right_over(canvas: Canvas, y: float, pairs: Sequence[Pair]) -> None:
    """Flush right, each value over its label or wider than it."""
    for at, (label, value) in enumerate(pairs):
        canvas.drawRightString(540, y - 30 * at, label)
        canvas.drawRightString(540, y - 30 * at - 12, value)


def centred_cards(canvas: Canvas, y: float, pairs: Sequence[Pair]) -> None:
    for at, (label, value) in enumerate(pairs):
        canvas.drawCentredString(120 + 170 * at, y, label)
        canvas.drawCentredString(120 + 170 * at, y - 12, value)


def small_beside(canvas: Canvas, y: float, pairs: Sequence[Pair]) -> None:
    """Small labels whose base line is not that of their values."""
    for at, (label, value) in enumerate(pairs):
        canvas.setFontSize(6)
        canvas.drawString(60, y - 18 * at - 1.5, label)
        canvas.setFontSize(11)
        canvas.drawString(130, y - 18 * at, value)
    canvas.setFontSize(10)


@pytest.mark.parametrize(
    "lay", [cards_under, list_under, list_over, right_over, centred_cards, small_beside]
)
def test_each_value_goes_with_its_own_label(lay: Lay) -> None:
    """The due date would be the date of issue, a neighbour's number the invoice's, or a number that is
    on the page be called missing.
    """
    assert values(read(invoice(lay))) == FACTS


@pytest.mark.parametrize("lay", [cards_under, list_under])
def test_labels_that_no_list_knows_change_nothing(lay: Lay) -> None:
    """One word of a template's own would turn all labels of a column over."""
    strange = {"Vervaldatum": "Vriendelijk verzoek vóór"}

    def with_strange(canvas: Canvas, y: float, pairs: Sequence[Pair]) -> None:
        lay(canvas, y, [(strange.get(label, label), value) for label, value in pairs])

    assert values(read(invoice(with_strange))) == FACTS


def tracked(canvas: Canvas, x: float, y: float, text: str, size: float, gap: float) -> None:
    """Each letter by itself, set apart from the next; no spaces."""
    canvas.setFont("Helvetica", size)
    for letter in text:
        if letter != " ":
            canvas.drawString(x, y, letter)
        x += stringWidth(letter, "Helvetica", size) + gap
    canvas.setFont("Helvetica", 10)


@pytest.mark.parametrize("gap", [3.0, 5.0, 8.0])
@pytest.mark.parametrize("name", ["Hart voor Zorg", "Praktijk Het Kompas", "W. Janssen-de Boer"])
def test_names_in_letters_set_apart(name: str, gap: float) -> None:
    """A letterhead would be read as single letters, or as three names."""

    def head(canvas: Canvas) -> None:
        tracked(canvas, 60, 790, name, 15, gap)
        for row, line in enumerate(ADDRESS):
            canvas.drawString(60, 770 - 14 * row, line)
        canvas.drawString(300, 770, "www.voorbeeld.nl")

    found = read(invoice(list_over, head)).supplier_name.value or ""
    assert found.replace(" ", "") == name.replace(" ", "")


def test_a_number_times_a_price_is_no_word() -> None:
    """ "2 x 5" would become "2x5", and three columns of single letters one word."""
    page = drawing(lambda canvas: canvas.drawString(60, 700, "a | b | c | 2 x 5 = 10"))
    words = pdf.read(page, Reader.PDFIUM).pages[0].words
    assert "2x5=10" not in "".join(word.text for word in words[5:7])


@pytest.mark.parametrize(
    ("upper", "lower"),
    [("Zorgpunt", "Almere-Haven B.V."), ("Praktijk", "Het Kompas"), ("Van", "der Meulen Zorg")],
)
def test_a_name_over_two_lines_of_other_sizes(upper: str, lower: str) -> None:
    """The supplier would be called by half of its name."""

    def head(canvas: Canvas) -> None:
        canvas.setFontSize(11)
        canvas.drawString(60, 800, upper)
        canvas.setFont("Helvetica-Bold", 19)
        canvas.drawString(60, 782, lower)
        canvas.setFont("Helvetica", 9)
        for row, line in enumerate(ADDRESS):
            canvas.drawString(380, 800 - 12 * row, line)
        canvas.setFont("Helvetica", 10)

    found = read(invoice(list_over, head, [f"{upper} {lower}"]))
    assert found.supplier_name.value == f"{upper} {lower}"


@pytest.mark.parametrize("separator", ["  ", " / ", " ~ ", " – "])
def test_a_footer_that_names_all_in_one_line(separator: str) -> None:
    """The name would be part of the street, or a separator part of the name."""
    foot = separator.join((NAME, *ADDRESS))

    def head(canvas: Canvas) -> None:
        canvas.setFont("Helvetica-Bold", 18)
        canvas.drawString(60, 790, NAME)
        canvas.setFont("Helvetica", 10)

    found = read(invoice(list_over, head, [foot]))
    assert (found.supplier_name.value, found.supplier_street.value) == (NAME, ADDRESS[0])


def narrow(canvas: Canvas, y: float, pairs: Sequence[Pair]) -> None:
    """Cards too narrow for their values."""
    for at, (label, value) in enumerate(pairs):
        canvas.drawString(60 + 95 * at, y, label)
        for row, line in enumerate(_wrapped(value)):
            canvas.drawString(60 + 95 * at, y - 12 - 12 * row, line)


def _wrapped(value: str, width: float = 75) -> list[str]:
    lines = [""]
    for word in value.replace("-", " ", value.count("036")).split():
        longer = f"{lines[-1]} {word}".strip()
        if stringWidth(longer, "Helvetica", 10) > width and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def test_values_that_break_in_a_narrow_card() -> None:
    """A phone number would be cut, or the day of the next card taken for one whose year is on the line
    below.
    """
    pairs = (("KvK", "61532874"), ("IBAN", IBAN), ("Telefoon", "+31 (0)36 521 23 45"))

    def lay(canvas: Canvas, y: float, given: Sequence[Pair]) -> None:
        narrow(canvas, y, pairs if given is COMPANY else given)

    found = read(invoice(lay))
    assert values(found) == FACTS | {"supplier_phone": "+31 (0)36 521 23 45"}


def test_a_number_that_breaks_at_its_hyphen() -> None:
    """The number would be its second half, or be asked about because it was read in two ways."""

    def lay(canvas: Canvas, y: float, pairs: Sequence[Pair]) -> None:
        list_over(canvas, y, [pair for pair in pairs if pair[1] != "HK-2026-614"])
        if pairs is REFERENCES:
            canvas.drawString(60, y, "Factuurnummer")
            canvas.drawString(160, y, "HK-")
            canvas.drawString(160, y - 12, "2026-614")

    number = read(invoice(lay)).invoice_number
    assert (number.value, number.others) == ("HK-2026-614", ())


@pytest.mark.parametrize(
    "sentence",
    [
        "Met inhoudelijke vragen kunt u terecht bij E. Smit, bereikbaar op 020-5550199.",
        "Questions about the services? Ask E. Smit, on 020-5550199.",
        "Bei Fragen zur Leistung erreichen Sie E. Smit unter 020-5550199.",
    ],
)
def test_a_colleagues_number_in_a_sentence(sentence: str) -> None:
    """The supplier's phone would be that of whoever answers questions."""

    def head(canvas: Canvas) -> None:
        for row, line in enumerate((NAME, *ADDRESS, "036-5212345", "info@hetkompas.nl")):
            canvas.drawString(60, 800 - 13 * row, line)

    def lay(canvas: Canvas, y: float, pairs: Sequence[Pair]) -> None:
        list_over(canvas, y, [pair for pair in pairs if pair[0] != "Telefoon"])

    assert read(invoice(lay, head, [sentence])).supplier_phone.value == "036-5212345"


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Inv. no. 17", Label.INVOICE_NUMBER),
        ("Invoice # 17", Label.INVOICE_NUMBER),
        ("N° de facture 17", Label.INVOICE_NUMBER),
        ("Facture n° 17", Label.INVOICE_NUMBER),
        ("Re.-Nr. 17", Label.INVOICE_NUMBER),
        ("Nummer van de nota: 17", Label.INVOICE_NUMBER),
        ("Datum opmaak: 1-2-2026", Label.INVOICE_DATE),
        ("Émise le 1/2/2026", Label.INVOICE_DATE),
        ("Rechnung vom 1.2.2026", Label.INVOICE_DATE),
        ("À payer avant le 1/2/2026", Label.OTHER_DATE),
        ("Zahlungsziel 1.2.2026", Label.OTHER_DATE),
        ("Company reg. no.: 61532874", Label.KVK),
        ("N° KvK 61532874", Label.KVK),
        ("Ingeschreven bij de KvK onder nr. 61532874", Label.KVK),
        ("N° TVA", Label.VAT_ID),
        ("Umsatzsteuer-ID", Label.VAT_ID),
        ("N° de commande 12", Label.OTHER_NUMBER),
        ("Kd.-Nr. 12", Label.OTHER_NUMBER),
    ],
)
def test_words_of_templates(text: str, label: Label) -> None:
    """A number at a template's own word would be asked about, or called missing."""
    assert [found for found, *_ in labels_in(text)][:1] == [label]


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("Nr. INV/2026/07/0010", ["nr"]),
        ("Invoice no./date: INV-17", ["invoice no", "date"]),
        ("Onze facturen van 2026", []),
        ("Van der Meulen Gezinszorg", []),
    ],
)
def test_no_label_reaches_into_a_value(text: str, phrases: Sequence[str]) -> None:
    """Letters of the number itself would be taken for its label, and the number be cut."""
    assert [phrase for _, phrase, *_ in labels_in(text)] == phrases


def test_values_stand_in_order() -> None:
    """The helper itself: cards that overlap would test nothing."""
    lefts = [60 + 95 * at for at in range(3)]
    assert all(right - left > 75 for left, right in pairwise(lefts))


def _number(found: Invoice) -> str | None:
    return found.invoice_number.value


def test_two_numbers_at_a_hash() -> None:
    """ "Invoice #" over its number would be a title, not a label."""

    def lay(canvas: Canvas, y: float, pairs: Sequence[Pair]) -> None:
        given = [
            ("Invoice #" if label == "Factuurnummer" else label, value) for label, value in pairs
        ]
        cards_under(canvas, y, given)

    assert _number(read(invoice(lay))) == "HK-2026-614"


def beside(canvas: Canvas, y: float, pairs: Sequence[Pair]) -> None:
    """A label left, its value far right in the same row."""
    for at, (label, value) in enumerate(pairs):
        canvas.drawString(60, y - 13 * at, f"{label} volgens onze eigen administratie")
        canvas.drawRightString(540, y - 13 * at, value)


@pytest.mark.parametrize("degrees", [-1.2, -0.9, 0.9, 1.2])
def test_rows_of_a_skewed_page(degrees: float) -> None:
    """Each value would go with the label of the row over or under its own."""
    page = reprinted(invoice(beside), rotation=degrees)
    assert values(read(page)) == FACTS
