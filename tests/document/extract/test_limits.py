"""What could not be read is never absent, and hostile text costs little time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from intake.document.extract.invoice import find_invoice
from intake.model.document import Document, Page, Reader
from intake.model.invoice import Presence
from tests.document.typed import BUYER, typed, whole, words
from tests.timing import cpu_seconds


@pytest.mark.parametrize(
    "change", [{"pictures": ((0.0, 0.0, 200.0, 200.0),)}, {"drawn": True}, {"fault": "damaged"}]
)
def test_a_page_not_fully_read_makes_nothing_absent(change: dict[str, object]) -> None:
    """An invoice with its letterhead in a picture would be refused for what stands in the picture."""
    document = typed(whole())
    invoice = find_invoice(replace(document, pages=(replace(document.pages[0], **change),)), BUYER)  # type: ignore[arg-type]

    assert not invoice.fully_read
    assert invoice.supplier_fax.presence is Presence.UNREADABLE
    assert invoice.iban.value == "NL91ABNA0417164300"


def test_a_line_that_runs_off_the_page_makes_nothing_absent() -> None:
    """A footer that is too long for its page would be refused for the number that its supplier
    believes to stand there.
    """
    line = words("KvK 24330087 | IBAN NL91 ABNA 0417 1643 00 | btw", left=340, top=800)
    rest = tuple(replace(word, hidden=True) for word in words("NL002455799B11", left=585, top=800))
    sheet = Page(
        1,
        595,
        842,
        (
            *words(whole(head="Zorgpraktijk De Vlinder\nKerkstraat 12\n3811 AB Amersfoort\n")),
            *line,
            *rest,
        ),
    )

    assert (
        find_invoice(Document(Reader.PDFIUM, (sheet,), 1), BUYER).vat_id.presence
        is Presence.UNREADABLE
    )


def test_hidden_text_elsewhere_is_no_line_that_runs_off() -> None:
    """Marks of a printer outside the page would send every invoice to a person."""
    marks = tuple(
        replace(word, hidden=True)
        for word in (
            *words("factuur.indd 1", left=640, top=300),
            *words("13-11-2026", left=200, top=900),
        )
    )

    assert find_invoice(
        Document(Reader.PDFIUM, (Page(1, 595, 842, (*words(whole()), *marks)),), 1), BUYER
    ).fully_read


def test_pages_beyond_the_limit_make_nothing_absent() -> None:
    """Facts on a page that was cut off would be called missing."""
    assert (
        find_invoice(replace(typed(whole()), page_count=400), BUYER).supplier_fax.presence
        is Presence.UNREADABLE
    )


def test_nothing_read() -> None:
    """A damaged file would raise instead of giving an unreadable invoice."""
    invoice = find_invoice(Document(Reader.PDFIUM, (), 0, fault="damaged"), BUYER)

    assert invoice.iban.presence is Presence.UNREADABLE


def test_hidden_words_complete_nothing() -> None:
    """White letters would make an invoice seem complete."""
    document = typed(whole())
    hidden = tuple(replace(w, hidden=True) for w in document.pages[0].words)
    invoice = find_invoice(
        replace(document, pages=(replace(document.pages[0], words=hidden),)), BUYER
    )

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
    ids=[
        "digits",
        "single-digits",
        "labels",
        "dashes",
        "amounts",
        "initials",
        "ibans",
        "exempt",
        "denials",
        "streets",
        "dots",
        "dates",
        "names",
        "phones",
    ],
)
def test_a_megabyte_of_text_takes_about_a_second(line: str) -> None:
    """A crafted document would keep a worker busy (catastrophic regular expressions take minutes)."""
    text = "\n".join([line] * 60)
    pages = tuple(Page(n, 595, 842, words(text)) for n in range(1, 2 + 1_000_000 // len(text)))
    document = Document(Reader.PDFIUM, pages, len(pages))

    assert cpu_seconds(lambda: find_invoice(document, BUYER), enough=2.5) < 2.5


@pytest.mark.parametrize(
    "below", ["tel 0612345678", "vest 00006690547", "is vervallen", "t.n.v. ons"]
)
@pytest.mark.parametrize(
    "cut",
    [
        "btw-id NL155276483B890",
        "IBAN DE893704004405320130",
        "IBAN NL91ABNA04171643",
        "Rekening NL91 ABNA 0417 164",
    ],
)
@pytest.mark.parametrize("apart", ["\n", "     ", " "])
def test_half_an_account_at_the_end_of_a_line_is_read_on(cut: str, below: str, apart: str) -> None:
    """A digit too many in a btw number, over a line in small letters, broke the reader: a good
    invoice went to a person as a file that nobody can read.
    """
    head = "Zorgpraktijk De Vlinder\nKerkstraat 12\n3811 AB Amersfoort\nKvK 24330087"

    invoice = find_invoice(typed(whole(head=head, foot=f"{cut}{apart}{below}")), BUYER)

    assert invoice.kvk_number.value == "24330087"
