"""What could not be read is never absent, and hostile text costs little time."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from intake.document.find import find
from intake.types import Document, Page, Presence, Reader
from tests.document.typed import BUYER, typed, whole, words


@pytest.mark.parametrize("change", [{"pictures": ((0.0, 0.0, 200.0, 200.0),)}, {"drawn": True}, {"fault": "damaged"}])
def test_a_page_not_fully_read_makes_nothing_absent(change: dict[str, object]) -> None:
    """An invoice with its letterhead in a picture would be refused for what stands in the picture."""
    document = typed(whole())
    invoice = find(replace(document, pages=(replace(document.pages[0], **change),)), BUYER)  # type: ignore[arg-type]

    assert not invoice.fully_read
    assert invoice.supplier_fax.presence is Presence.UNREADABLE
    assert invoice.iban.value == "NL91ABNA0417164300"


def test_pages_beyond_the_limit_make_nothing_absent() -> None:
    """Facts on a page that was cut off would be called missing."""
    assert find(replace(typed(whole()), page_count=400), BUYER).supplier_fax.presence is Presence.UNREADABLE


def test_nothing_read() -> None:
    """A damaged file would raise instead of giving an unreadable invoice."""
    invoice = find(Document(Reader.PDFIUM, (), 0, fault="damaged"), BUYER)

    assert invoice.iban.presence is Presence.UNREADABLE


def test_hidden_words_complete_nothing() -> None:
    """White letters would make an invoice seem complete."""
    document = typed(whole())
    hidden = tuple(replace(w, hidden=True) for w in document.pages[0].words)
    invoice = find(replace(document, pages=(replace(document.pages[0], words=hidden),)), BUYER)

    assert invoice.iban.presence is Presence.ABSENT


@pytest.mark.parametrize(
    "line",
    [
        "1" * 120,
        " ".join("1" * 60),
        "factuur btw totaal vrijgesteld van niet 12,34 KvK 1 ",
        "a-" * 60,
        "1.234.567." * 12,
        "A. " * 40,
        "NL12 ABNA " * 12,
        "vrij " * 24,
        "geen btw niet geen btw " * 6,
        "Kerk-straat Aa " * 8,
        "." * 120,
        "van de 12 " * 12,
        "Cliënt: J. " + "a" * 100,
        "+31" + ". " * 50,
    ],
    ids=["digits", "single-digits", "labels", "dashes", "amounts", "initials", "ibans", "exempt", "denials", "streets", "dots", "dates", "names", "phones"],
)
def test_a_megabyte_of_text_takes_about_a_second(line: str) -> None:
    """A crafted document would keep a worker busy (catastrophic regular expressions take minutes)."""
    text = "\n".join([line] * 60)
    pages = tuple(Page(n, 595, 842, words(text)) for n in range(1, 2 + 1_000_000 // len(text)))
    start = time.process_time()
    find(Document(Reader.PDFIUM, pages, len(pages)), BUYER)

    assert time.process_time() - start < 2.5
