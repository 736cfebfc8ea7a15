"""Fonts that show other letters than they tell: what is drawn counts, and nothing is refused for it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence

import pypdf
import pytest
from pypdf.generic import DictionaryObject, NameObject, StreamObject
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from intake.sandbox.client import Sandbox
from tests.kinds import drawn
from tests.kinds.drawn import FACTS, HEAD, HEIGHT, KVK, WIDTH

_ENTRY = re.compile(rb"<([0-9A-Fa-f]+)>(\s*)(?=\n|endbf)")
Change = Callable[[int], int]


@pytest.fixture(scope="module")
def box(reading: Sandbox) -> Sandbox:
    return reading


def digits_up(code: int) -> int:
    return ord("0") + (code - ord("0") + 1) % 10 if ord("0") <= code <= ord("9") else code


def letters_on(code: int) -> int:
    for first in (ord("a"), ord("A")):
        if first <= code < first + 26:
            return first + (code - first + 13) % 26
    return digits_up(code)


LIES: dict[str, Change] = {
    "digits-one-up": digits_up,
    "letters-and-digits": letters_on,
    "all-one-down": lambda code: max(1, code - 1),
    "29-down": lambda code: max(1, code - 29),
    "all-the-same": lambda code: ord("x"),
    "private-use": lambda code: 0xF000 + code,
    "control": lambda code: code % 31 + 1,
    "greek": lambda code: 0x391 + code % 24,
    "nothing": lambda code: 0,
    "mirrored-digits": lambda code: 105 - code if 48 <= code <= 57 else code,
}


def paper(head: Sequence[str] = HEAD, quarters: int = 0, foot: Sequence[str] = ()) -> bytes:
    """The invoice in a font that is embedded with its own table of letters."""
    pdfmetrics.registerFont(TTFont("Vera", "Vera.ttf"))
    pdfmetrics.registerFont(TTFont("VeraBd", "VeraBd.ttf"))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(HEIGHT, WIDTH) if quarters else (WIDTH, HEIGHT))
    plain = canvas.setFont
    canvas.setFont = lambda name, size: plain("VeraBd" if "Bold" in name else "Vera", size)
    if quarters:
        canvas.translate(HEIGHT, 0)
        canvas.rotate(90)
    drawn.body(canvas, head, foot)
    canvas.save()
    return buffer.getvalue()


def lying(data: bytes, change: Change | None, bold: bool = True) -> bytes:
    """The same file whose fonts tell other letters; None: none at all."""
    writer = pypdf.PdfWriter(io.BytesIO(data))
    for item in writer._objects:
        if not isinstance(item, DictionaryObject) or "/ToUnicode" not in item:
            continue
        if not bold and "Bold" in str(item["/BaseFont"]):
            continue
        if change is None:
            del item[NameObject("/ToUnicode")]
            continue
        table = item["/ToUnicode"].get_object()
        assert isinstance(table, StreamObject)
        head, tail = table.get_data().split(b"beginbf", 1)
        table.set_data(head + b"beginbf" + _ENTRY.sub(lambda m: _changed(m, change), tail))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _changed(match: re.Match[bytes], change: Change) -> bytes:
    return b"<%04X>%s" % (change(int(match[1], 16)), match[2])


@pytest.mark.parametrize("lie", LIES)
def test_a_page_that_looks_right_is_refused_for_nothing(lie: str, box: Sandbox) -> None:
    """Else an invoice on which a person sees every fact is refused for a fault of its program."""
    document = drawn.judge(lying(paper(), LIES[lie]), box)

    assert not drawn.refusals(document)
    assert document.invoice
    read = drawn.values(document.invoice)
    assert {name: value for name, value in read.items() if value not in (None, FACTS[name])} == {}


@pytest.mark.parametrize("lie", ["digits-one-up", "letters-and-digits"])
def test_the_values_are_those_that_are_drawn_and_a_person_is_told(lie: str, box: Sandbox) -> None:
    """Else the clerk compares a picture with values of which no digit is right."""
    document = drawn.judge(lying(paper(), LIES[lie]), box)

    assert document.invoice
    assert drawn.values(document.invoice) == FACTS
    assert "text-differs" in document.invoice.file_remarks
    assert "document" in drawn.questions(document)


@pytest.mark.parametrize("change", [None, digits_up], ids=["no-table", "digits"])
def test_a_turned_page_is_looked_at_too(change: Change | None, box: Sandbox) -> None:
    """Else a page on its side would be refused where an upright one is not."""
    assert not drawn.refusals(drawn.judge(lying(paper(quarters=1), change), box))


FAULTY = {
    "kvk-number": paper([line for line in HEAD if line != KVK]),
    "iban": paper(
        [line if "IBAN" not in line else "IBAN: NL32 RABO 0317 4450 92" for line in HEAD]
    ),
    "supplier-phone": paper([line for line in HEAD if "Telefoon" not in line]),
}


@pytest.mark.parametrize("check", FAULTY)
def test_a_fault_that_the_page_shows_is_still_refused(check: str, box: Sandbox) -> None:
    """Else the look at the page would let every fault through."""
    assert drawn.refusals(drawn.judge(FAULTY[check], box)) == {check}
