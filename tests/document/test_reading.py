"""The door to reading an invoice: what a reading child says is checked before it counts."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pypdf
import pytest

from intake.document import reading
from intake.document.extract.invoice import find_invoice
from intake.document.readers import pdf
from intake.document.reading import page_picture, read_invoice
from intake.errors import SandboxFailed
from intake.model.document import Reader
from intake.profile import Addressee
from intake.sandbox.client import Sandbox
from tests.hostile import pdfs
from tests.hostile.liar import Liar

BUYER = Addressee(
    names=("Gemeente Voorbeeld",),
    departments=("Crediteuren",),
    po_box="1",
    postcode="1000AA",
    city="Voorbeeld",
)
LINES = (
    "Zorgpraktijk De Vlinder",
    "KvK-nummer: 12345678",
    "Factuurnummer: 2026-0117",
    "Totaal: € 12,10",
    "IBAN: NL91ABNA0417164300",
)


@pytest.fixture(scope="module")
def box(reading: Sandbox) -> Sandbox:
    return reading


@pytest.fixture(scope="module")
def data() -> bytes:
    return pdfs.canvas(
        lambda page: [page.drawString(60, 700 - 30 * row, line) for row, line in enumerate(LINES)]
    )


@pytest.fixture
def told(data: bytes) -> Any:
    arguments = reading.ReadArguments(Reader.PDFIUM, BUYER)
    return json.loads(reading.READ.perform(reading.READ.request(data, arguments, ()))[0])


class TestReadInvoice:
    @pytest.mark.parametrize("reader", [Reader.PDFIUM, Reader.PDFPLUMBER])
    def test_the_child_reads_what_we_would_read(
        self, box: Sandbox, data: bytes, reader: Reader
    ) -> None:
        """Else something of an invoice is lost on its way out of the child."""
        summary, found = read_invoice(box, data, BUYER, reader)

        assert found == find_invoice(pdf.read(data, reader), BUYER)
        assert found.kvk_number.value == "12345678"
        assert (summary.page_count, summary.pages_with_text, summary.fault) == (1, 1, None)

    @pytest.mark.parametrize(
        "path",
        sorted((Path(__file__).parent.parent.parent / "templates" / "_examples").glob("*/*.pdf")),
        ids=lambda path: path.stem,
    )
    def test_every_example_comes_through_whole(self, box: Sandbox, path: Path) -> None:
        """Else a bound of ours refuses what an ordinary invoice holds."""
        summary, found = read_invoice(box, path.read_bytes(), BUYER)

        assert summary.fault is None
        assert found == find_invoice(pdf.read(path.read_bytes(), Reader.PDFIUM), BUYER)

    def test_a_long_document_comes_through(self, box: Sandbox) -> None:
        """Else an invoice with forty pages of annex is called garbage."""
        writer = pypdf.PdfWriter()
        page = pypdf.PdfReader(io.BytesIO(pdfs.many_letters(4000))).pages[0]
        for _ in range(40):
            writer.add_page(page)
        file = io.BytesIO()
        writer.write(file)

        summary, found = read_invoice(box, file.getvalue(), BUYER)

        assert (summary.fault, summary.page_count, summary.pages_with_text) == (None, 40, 40)
        assert found is not None and found.page_count == 40

    @pytest.mark.parametrize(
        ("content", "fault"), [(b"PK\x03\x04", "not-a-pdf"), (b"%PDF-1.7\n%", "damaged")]
    )
    def test_a_bad_file_is_a_fault_of_the_summary(
        self, box: Sandbox, content: bytes, fault: str
    ) -> None:
        """Else a broken attachment stops the whole mail."""
        summary, found = read_invoice(box, content, BUYER)

        assert (summary.fault, found) == (fault, None)

    def test_pictures_are_counted(self, box: Sandbox) -> None:
        """Else a scan looks like an invoice without fields."""
        summary, _ = read_invoice(
            box,
            pdfs.canvas(lambda page: page.drawImage(pdfs.image(1200, 1700), 0, 0, 595, 842)),
            BUYER,
        )

        assert (summary.pages_with_text, summary.pages_with_unread_pictures) == (0, 1)

    @pytest.mark.parametrize("code", ["timeout", "memory", "crash", "garbage", "too-large"])
    def test_a_failed_child_is_a_fault_of_the_summary(self, code: str) -> None:
        """Else a bomb in one mail stops the worker."""
        summary, found = read_invoice(Liar(SandboxFailed(code)), b"", BUYER)

        assert (summary.fault, found) == (code, None)


def _set(told: Any, path: tuple[str | int, ...], value: object) -> Any:
    place = told
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return told


LIES: dict[str, tuple[tuple[str | int, ...], object]] = {
    "another-reader": (("summary", "reader"), "ocr"),
    "negative-pages": (("summary", "page_count"), -1),
    "more-text-than-pages": (("summary", "pages_with_text"), 9),
    "absurd-pages": (("summary", "page_count"), 10**12),
    "other-page-count": (("invoice", "page_count"), 2),
    "fault-and-invoice": (("summary", "fault"), "damaged"),
    "no-invoice": (("invoice",), None),
    "page-outside": (("invoice", "kvk_number", "found", "evidence", "page"), 2),
    "page-zero": (("invoice", "kvk_number", "found", "evidence", "page"), 0),
    "far-box": (("invoice", "kvk_number", "found", "evidence", "box"), [0, 0, 1e12, 0]),
    "short-box": (("invoice", "kvk_number", "found", "evidence", "box"), [0, 0, 1]),
    "text-in-box": (("invoice", "kvk_number", "found", "evidence", "box"), ["a", 0, 0, 0]),
    "long-text": (("invoice", "kvk_number", "found", "value"), "1" * 20_001),
    "nul": (("invoice", "kvk_number", "found", "value"), "1\x002"),
    "not-text": (("invoice", "kvk_number", "found", "value"), {"a": 1}),
    "unknown-kind": (("invoice", "kind"), "order"),
    "not-a-number": (("invoice", "gross_amount"), {"presence": "found", "found": {"value": "NaN"}}),
    "endless-number": (
        ("invoice", "gross_amount"),
        {"presence": "found", "found": {"value": "1E+999999"}},
    ),
    "endless-fraction": (
        ("invoice", "gross_amount"),
        {"presence": "found", "found": {"value": "1E-999999"}},
    ),
    "many-lines": (("invoice", "lines"), [{"page": 1, "box": [0, 0, 1, 1], "text": "x"}] * 60_001),
    "line-outside": (("invoice", "lines"), [{"page": 7, "box": [0, 0, 1, 1], "text": "x"}]),
    "not-an-invoice": (("invoice",), "x"),
}


class TestValidation:
    def test_the_truth_passes(self, told: Any) -> None:
        """Else the lies below prove nothing."""
        summary, found = read_invoice(Liar(told), b"", BUYER)

        assert summary.fault is None
        assert found is not None
        assert found.kvk_number.value == "12345678"
        assert found.gross_amount.value in (Decimal("12.10"), None)

    @pytest.mark.parametrize("lie", LIES)
    def test_a_lying_child_is_garbage(self, told: Any, lie: str) -> None:
        """Else a taken-over child writes pages, numbers or texts that our stores and pages choke
        on.
        """
        summary, found = read_invoice(Liar(_set(told, *LIES[lie])), b"", BUYER)

        assert (summary.fault, found) == ("garbage", None)

    @pytest.mark.parametrize(
        "told", [None, [], "x", 7, {}, {"summary": None, "invoice": None}], ids=repr
    )
    def test_another_shape_is_garbage(self, told: object) -> None:
        """Else any JSON passes for an invoice."""
        assert read_invoice(Liar(told), b"", BUYER)[0].fault == "garbage"


class TestPagePicture:
    def test_a_page_is_drawn(self, box: Sandbox, data: bytes) -> None:
        """Else the clerk sees no page."""
        assert page_picture(box, data, 1, 50) == pdf.picture(data, 1, 50)

    def test_no_such_page_is_a_failure(self, box: Sandbox, data: bytes) -> None:
        """Else the desk shows another page without a word."""
        with pytest.raises(SandboxFailed):
            page_picture(box, data, 2, 50)

    @pytest.mark.parametrize(
        ("said", "attached"),
        [
            (None, ()),
            (7, ()),
            ("%%%", ()),
            (14, (b"<svg onload=x>",)),
            (9, (reading.PNG,)),
            (8, (reading.PNG,)),
            (56, (reading.PNG + b"\0\0\0\x0dIHDR" + b"\xff" * 40,)),
        ],
        ids=["none", "no-bytes", "text", "svg", "other-length", "cut-off", "giant"],
    )
    def test_what_is_no_picture_is_garbage(self, said: object, attached: tuple[bytes, ...]) -> None:
        """Else a taken-over child serves a script to the clerk's browser."""
        with pytest.raises(SandboxFailed) as caught:
            page_picture(Liar(said, *attached), b"", 1, 50)

        assert caught.value.code == "garbage"
