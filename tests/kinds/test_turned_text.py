"""Text that runs up, down or upside down: whole pages, margins, and pages that are turned."""

from __future__ import annotations

import io
import itertools
from decimal import Decimal

import pypdf
import pytest
from reportlab.pdfgen.canvas import Canvas

from intake.document.layout.cells import sheets_of
from intake.document.readers import pdf
from intake.model.document import Reader
from intake.model.invoice import SightingKind
from intake.sandbox.client import Sandbox
from intake.secure_attachment.care_lines import pdf_table
from tests.kinds import drawn
from tests.kinds.drawn import ACCOUNT, ADDRESS, FACTS, HEAD, HEIGHT, KVK, NAME, PHONE, WIDTH

READERS = (Reader.PDFIUM, Reader.PDFPLUMBER)


@pytest.fixture(scope="module")
def box(reading: Sandbox) -> Sandbox:
    return reading


def turn(canvas: Canvas, quarters: int) -> None:
    """Turn what is drawn next against the clock, so that an upright A4 fills the turned paper."""
    moved = {0: (0, 0), 1: (HEIGHT, 0), 2: (WIDTH, HEIGHT), 3: (0, WIDTH)}[quarters]
    canvas.translate(*moved)
    canvas.rotate(90 * quarters)


def turned_text(quarters: int) -> bytes:
    size = (HEIGHT, WIDTH) if quarters % 2 else (WIDTH, HEIGHT)

    def page(canvas: Canvas) -> None:
        turn(canvas, quarters)
        drawn.body(canvas)

    return drawn.drawing(page, size=size)


def with_rotate(data: bytes, quarters: int) -> bytes:
    writer = pypdf.PdfWriter(io.BytesIO(data))
    for page in writer.pages:
        page.rotate(90 * quarters)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    ("text", "page"), [pair for pair in itertools.product(range(4), range(4)) if pair != (0, 0)]
)
def test_a_page_that_is_turned_is_read_like_an_upright_one(
    text: int, page: int, reader: Reader
) -> None:
    """Else an invoice that was scanned or printed on its side is refused for everything on it."""
    invoice = drawn.read(with_rotate(turned_text(text), page), reader)

    assert drawn.values(invoice) == FACTS
    assert invoice.vat_exempt.value is True
    assert invoice.net_amount.value == invoice.gross_amount.value == Decimal(1250)


MARGINS = {
    "all": HEAD[1:],
    "numbers": (KVK, ACCOUNT),
    "account": (ACCOUNT,),
    "address": (*ADDRESS, PHONE),
    "phone": (PHONE,),
    "kvk": (KVK,),
}
PLACES = {  # quarters against the clock, x and y of the beginning, and the way to the next line
    "left-up": (1, 8, 100, 12, 0),
    "left-down": (3, 54, 760, -12, 0),
    "right-up": (1, WIDTH - 54, 100, 12, 0),
    "right-down": (3, WIDTH - 8, 760, -12, 0),
    "foot-upside-down": (2, WIDTH - 60, 40, 0, 10),
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("joined", [False, True], ids=["lines", "one-line"])
@pytest.mark.parametrize("facts", MARGINS)
@pytest.mark.parametrize("place", PLACES)
def test_facts_in_a_margin_are_read(place: str, facts: str, joined: bool, reader: Reader) -> None:
    """Else an invoice with its letterhead along the edge is refused for what is printed there."""
    quarters, x, y, right, up = PLACES[place]
    moved = MARGINS[facts]
    lines = (" - ".join(moved),) if joined else moved

    def page(canvas: Canvas) -> None:
        drawn.body(canvas, [line for line in HEAD if line not in moved])
        canvas.setFont("Helvetica", 7)
        for row, line in enumerate(lines):
            canvas.saveState()
            canvas.translate(x + row * right, y + row * up)
            canvas.rotate(90 * quarters)
            canvas.drawString(0, 0, line)
            canvas.restoreState()

    assert drawn.values(drawn.read(drawn.drawing(page), reader)) == FACTS


@pytest.mark.parametrize("spacing", ["letters", "words", "kerned"])
@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_turned_text_is_read_however_its_letters_are_set(quarters: int, spacing: str) -> None:
    """Else the programs that set each letter or word by itself give a number cut to pieces."""

    def page(canvas: Canvas) -> None:
        drawn.body(canvas, HEAD[:-1])
        canvas.saveState()
        canvas.translate(300, 250)
        canvas.rotate(90 * quarters)
        canvas.setFont("Helvetica", 9)
        if spacing == "kerned":
            canvas.drawString(0, 0, ACCOUNT, charSpace=0.4)
        else:
            x = 0.0
            for piece in ACCOUNT if spacing == "letters" else ACCOUNT.split():
                if piece.strip():
                    canvas.drawString(x, 0, piece)
                x += canvas.stringWidth(piece if spacing == "letters" else piece + " ")
        canvas.restoreState()

    assert drawn.read(drawn.drawing(page)).iban.value == FACTS["iban"]


@pytest.mark.parametrize(("text", "page"), [(1, 0), (0, 1), (2, 0), (3, 2)])
def test_a_turned_invoice_is_accepted_with_boxes_where_it_stands(
    text: int, page: int, box: Sandbox
) -> None:
    """Else the clerk sees the frame around a value somewhere else on the page."""
    data = with_rotate(turned_text(text), page)
    document = drawn.judge(data, box)
    assert document.invoice

    assert not drawn.refusals(document) | drawn.questions(document)
    where = document.invoice.iban.evidence
    words = [word for word in pdf.read(data, Reader.PDFIUM).pages[0].words if "RABO" in word.text]
    assert where
    assert where.box[0] - 1 <= words[0].box[0] <= words[0].box[2] <= where.box[2] + 1
    assert where.box[1] - 1 <= words[0].box[1] <= words[0].box[3] <= where.box[3] + 1


def test_a_fact_that_no_direction_has_is_still_absent(box: Sandbox) -> None:
    """Else turned text would let every fault through."""

    def page(canvas: Canvas) -> None:
        turn(canvas, 1)
        drawn.body(canvas, [NAME, *ADDRESS, PHONE, ACCOUNT])

    document = drawn.judge(drawn.drawing(page, size=(HEIGHT, WIDTH)), box)

    assert drawn.refusals(document) == {"kvk-number"}


def test_a_turned_line_takes_no_part_in_the_upright_rows() -> None:
    """Else a margin that runs past every row gives each of them one of its words."""

    def page(canvas: Canvas) -> None:
        drawn.body(canvas)
        canvas.translate(20, 200)
        canvas.rotate(90)
        canvas.drawString(
            0, 0, "Handelsregister 12345678 voorwaarden 87654321 gedeponeerd 11223344"
        )

    data = drawn.drawing(page)
    upright, margin = sheets_of(pdf.read(data, Reader.PDFIUM).pages[0], Reader.PDFIUM)

    assert [cell.text for cell in upright.rows[0]] == [NAME]
    assert [len(row) for row in margin.rows] == [1]


def test_a_clients_number_in_a_margin_is_found_where_it_stands() -> None:
    """Else a BSN along the edge of an invoice would be stored and shown unmasked."""

    def page(canvas: Canvas) -> None:
        drawn.body(canvas)
        canvas.translate(30, 200)
        canvas.rotate(90)
        canvas.drawString(0, 0, "BSN cliënt: 999990019")

    invoice = drawn.read(drawn.drawing(page))

    (sighting,) = invoice.sightings
    assert sighting.kind is SightingKind.BSN_LABELLED
    assert sighting.box
    assert sighting.box[0] < 40
    assert sighting.box[3] - sighting.box[1] > sighting.box[2] - sighting.box[0]
    assert not any("999990019" in line.text for line in invoice.lines)


@pytest.mark.parametrize(("text", "page"), [(1, 0), (2, 0), (3, 0), (0, 1), (0, 3), (1, 3)])
def test_a_list_of_care_is_read_whichever_way_its_page_is_turned(text: int, page: int) -> None:
    """Else a secured attachment printed in landscape loses its clients, and the care is refused."""
    titles = ("BSN", "Geboortedatum", "Productcode", "Van", "Tot", "Bedrag")
    rows = (
        ("999990019", "03-04-2012", "45A04", "01-10-2026", "31-10-2026", "€ 625,00"),
        ("999993653", "05-06-2011", "45A04", "01-10-2026", "31-10-2026", "€ 625,00"),
    )

    def paper(quarters: int) -> bytes:
        def care(canvas: Canvas) -> None:
            turn(canvas, quarters)
            canvas.setFont("Helvetica", 9)
            for row, cells in enumerate((titles, *rows)):
                for column, text in enumerate(cells):
                    canvas.drawString(40 + 90 * column, 700 - 20 * row, text)

        return drawn.drawing(care, size=(HEIGHT, WIDTH) if quarters % 2 else (WIDTH, HEIGHT))

    turned = pdf_table.grid_of(with_rotate(paper(text), page))

    assert turned.rows == pdf_table.grid_of(paper(0)).rows
    assert len(turned.rows) == 3
