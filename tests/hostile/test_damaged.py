"""Ordinary invoices damaged in every way, and files of chance: the whole road of reading ends in
words, in time, and refuses nothing by mistake.
"""

from __future__ import annotations

import datetime as dt
import random
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake import profile
from intake.document.ocr.client import READ_WORDS, RasterArguments, look
from intake.document.reading import DocumentSummary, read_invoice
from intake.mail.sniff import sniff
from intake.model.document import Reader
from intake.model.finding import Severity
from intake.model.invoice import Invoice
from intake.model.mail import Part
from intake.pipeline import check_file
from intake.sandbox.client import Metered, Sandbox
from intake.sandbox.task import ChildKind
from tests.document.ocr import scans

ALMERE = profile.load("almere")
TODAY = dt.date(2026, 11, 20)
GOOD = sorted((Path(__file__).parents[2] / "templates" / "_examples").glob("0[1-6]*/*.pdf"))
FAULTS = {None, "encrypted", "damaged", "not-a-pdf", "form", "portfolio", "empty", "too-large"}
SECONDS = 25.0


@pytest.fixture(scope="module")
def box(reading: Sandbox) -> Sandbox:
    return reading


def damaged(data: bytes, rng: random.Random) -> bytes:
    """Bytes flipped, a piece lost, the end cut off, or two files one after the other."""
    kind = rng.randrange(5)
    content = bytearray(data)
    if kind == 0:
        for _ in range(rng.choice((1, 5, 50, 500))):
            content[rng.randrange(len(content))] = rng.randrange(256)
    elif kind == 1:
        del content[rng.randrange(len(content)) :]
    elif kind == 2:
        start = rng.randrange(len(content))
        del content[start : start + rng.randrange(1, 4000)]
    elif kind == 3:
        content += data[rng.randrange(len(data)) :]
    else:
        start = rng.randrange(len(content))
        content[start:start] = rng.randbytes(rng.randrange(1, 2000))
    return bytes(content)


def read(box: Sandbox, data: bytes, reader: Reader) -> tuple[DocumentSummary, Invoice | None]:
    start = time.monotonic()
    summary, invoice = read_invoice(box, data, ALMERE.addressee, reader)
    assert time.monotonic() - start < SECONDS
    assert summary.fault in FAULTS, summary.fault
    assert (invoice is None) == (summary.fault is not None)
    return summary, invoice


@pytest.mark.parametrize("seed", range(4))
def test_a_damaged_invoice_ends_in_words(box: Sandbox, seed: int) -> None:
    """One bad download would stop the reading of all mail."""
    rng = random.Random(seed)
    for reader in (Reader.PDFIUM, Reader.PDFPLUMBER):
        read(box, damaged(rng.choice(GOOD).read_bytes(), rng), reader)


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("seed", range(200))
def test_two_hundred_damaged_invoices_end_in_words_and_are_not_refused(
    box: Sandbox, seed: int
) -> None:
    """A file that lost bytes on its way would be refused for what was in those bytes."""
    rng = random.Random(1000 + seed)
    data = damaged(rng.choice(GOOD).read_bytes(), rng)
    for reader in (Reader.PDFIUM, Reader.PDFPLUMBER):
        read(box, data, reader)

    document = check_file(Part("1", sniff(data), data, "factuur.pdf"), TODAY, ALMERE, box)

    assert document.fault in FAULTS
    assert not [
        f.check for f in document.findings if f.severity is Severity.REJECT and f.code == "absent"
    ]


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("seed", range(20))
def test_damaged_scans_and_photos_end_in_words(box: Sandbox, seed: int) -> None:
    """A photo that lost bytes on its way would stop the child, or come back as an invoice without a
    number.
    """
    rng = random.Random(2000 + seed)
    pictures = scans.page_pictures(GOOD[seed % len(GOOD)].read_bytes(), 150)[:1]
    data = damaged(scans.jpeg(pictures[0]) if seed % 2 else scans.pdf_of(pictures), rng)

    document = check_file(Part("1", sniff(data), data, "factuur"), TODAY, ALMERE, box)

    assert document.fault in FAULTS | {"no-text"}
    assert not [
        f.check
        for f in document.findings
        if f.severity is Severity.REJECT and f.check != "document"
    ]


@pytest.mark.long
@pytest.mark.timeout(600)
def test_chance_ends_in_words(box: Sandbox) -> None:
    """Bytes that nobody thought of would stop the reading of all mail."""
    sample = GOOD[0].read_bytes()
    pieces = st.one_of(
        st.binary(max_size=400),
        st.sampled_from(
            [
                b"%PDF-1.7\n",
                b"1 0 obj",
                b"endobj",
                b"stream\n",
                b"\nendstream",
                b"xref\n",
                b"trailer",
                b"<<",
                b">>",
                b"/Root 1 0 R",
                b"%%EOF",
            ]
        ),
        st.integers(0, len(sample) - 200).map(lambda at: sample[at : at + 200]),
    )
    deadline = time.monotonic() + 200

    @settings(max_examples=20_000, suppress_health_check=list(HealthCheck), database=None)
    @given(
        st.lists(pieces, max_size=30).map(b"".join),
        st.sampled_from([b"%PDF-1.4\n", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", sample]),
    )
    def end_in_words(middle: bytes, start: bytes) -> None:
        if time.monotonic() < deadline:
            data = start + middle
            summary, invoice = read(box, data, Reader.PDFIUM)
            look(Metered(box), data, summary.unread[:1])
            assert invoice is None or invoice.page_count == summary.page_count

    end_in_words()


@pytest.mark.long
@pytest.mark.timeout(600)
def test_any_picture_ends_in_words(box: Sandbox) -> None:
    """A picture made to break Tesseract would leave the template hanging."""
    deadline = time.monotonic() + 100

    @settings(max_examples=600, suppress_health_check=list(HealthCheck), database=None)
    @given(
        st.integers(1, 300),
        st.integers(1, 300),
        st.binary(min_size=1, max_size=64),
        st.integers(0, 2**32),
    )
    def ends_in_words(width: int, height: int, pattern: bytes, seed: int) -> None:
        if time.monotonic() < deadline:
            pixels = (pattern * (width * height // len(pattern) + 1))[: width * height]
            assert box.call(READ_WORDS, pixels, RasterArguments(width, height, 300)) is not None

    ends_in_words()


def test_every_task_of_the_readers_is_warm(box: Sandbox) -> None:
    """A library that is first loaded behind the locks makes a good file unreadable."""
    assert box.broken_tasks() == {} and box.beside(ChildKind.OCR).broken_tasks() == {}
