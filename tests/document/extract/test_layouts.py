"""Real PDFs of unlike layouts and producers, read by PDFium: every field is exactly right."""

from __future__ import annotations

import pytest

from intake.document.extract.invoice import find_invoice
from intake.document.readers.pdf import read
from intake.model.document import Reader
from intake.model.invoice import DocumentKind
from tests.document.facts import facts
from tests.document.layouts import LAYOUTS, Layout, draw
from tests.document.layouts_html import HTML, Html, print_html
from tests.document.typed import BUYER


def _differences(data: bytes, expected: dict[str, object]) -> dict[str, tuple[object, object]]:
    invoice = find_invoice(read(data, Reader.PDFIUM), BUYER)
    found = {key: getattr(invoice, key).value for key in expected}
    assert invoice.kind is DocumentKind.INVOICE
    assert "Gemeente Almere" in (invoice.addressee.value or "")
    assert invoice.sightings == ()
    return {key: (want, found[key]) for key, want in expected.items() if found[key] != want}


@pytest.mark.parametrize("producer", ["reportlab", "fpdf2"])
@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
def test_canvas_layouts(layout: Layout, producer: str) -> None:
    """An ordinary invoice would be refused because its facts stand in another place."""
    for seed in (LAYOUTS.index(layout), 100 + LAYOUTS.index(layout)):
        data, expected = draw(layout, facts(seed), producer)

        assert _differences(data, expected) == {}


@pytest.mark.parametrize("layout", HTML, ids=lambda layout: layout.__name__)
def test_browser_layouts(layout: Html) -> None:
    """An invoice made from a web page, with wrapped lines and tables, would be refused."""
    data, expected = print_html(layout, facts(200 + HTML.index(layout)))

    assert _differences(data, expected) == {}
