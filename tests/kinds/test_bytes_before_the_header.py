"""Something before the header of a PDF, as it reaches the readers."""

from __future__ import annotations

import pytest

from intake.document.readers import pdf
from intake.model.document import Reader
from tests.kinds import drawn

BEFORE = {
    "line": b"\n",
    "mark": b"\xef\xbb\xbf",
    "comment": b"<!-- generated -->\n",
    "warning": b"<br />\n<b>Warning</b>: Undefined variable in <b>/var/www/x.php</b> on line <b>3</b>\n",
    "headers": b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n",
    "nulls": b"\0" * 128,
    "nearly-1024": b"x" * 1000,
}


@pytest.mark.parametrize("reader", [Reader.PDFIUM, Reader.PDFPLUMBER])
@pytest.mark.parametrize("before", BEFORE)
def test_the_invoice_behind_it_is_read_with_confidence(before: str, reader: Reader) -> None:
    """Else a website that prints a warning first makes each of its invoices wait or be refused."""
    data = BEFORE[before] + drawn.drawing(drawn.body)

    assert [page.fault for page in pdf.read(data, reader).pages] == [None]
    assert drawn.values(drawn.read(data, reader)) == drawn.FACTS
    assert drawn.read(data, reader).fully_read
