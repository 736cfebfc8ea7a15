"""Notes, fields and stamps for which the file holds no appearance: viewers draw them by themselves."""

from __future__ import annotations

import io
from collections.abc import Callable

import pypdf
import pytest
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NullObject,
    NumberObject,
    PdfObject,
    TextStringObject,
)

from intake.document.extract.invoice import find_invoice
from intake.document.readers import pdf
from intake.model.document import Reader
from tests.kinds import drawn
from tests.kinds.drawn import ALMERE, FACTS, HEAD, KVK, OTHER

READERS = (Reader.PDFIUM, Reader.PDFPLUMBER)
RECT = (300, 700, 520, 720)
TALL = (300, 640, 420, 720)
HELVETICA = TextStringObject("/Helv 10 Tf 0 g")
Keys = dict[str, PdfObject]


def numbers(*values: float) -> ArrayObject:
    return ArrayObject([FloatObject(value) for value in values])


def note(kind: str, *, rect: tuple[float, ...] = RECT, **keys: PdfObject) -> Keys:
    return {"Subtype": NameObject(f"/{kind}"), "Rect": numbers(*rect), **keys}


def field(**keys: PdfObject) -> Keys:
    filled: Keys = {
        "FT": NameObject("/Tx"),
        "T": TextStringObject("kvk"),
        "V": TextStringObject(KVK),
    }
    return {**note("Widget", DA=HELVETICA), **filled, **keys}


def with_annotations(
    *notes: Keys,
    form: bool | None = None,
    head: tuple[str, ...] = tuple(HEAD[:4]) + tuple(HEAD[5:]),
) -> bytes:
    """The invoice without its KvK number, and with these annotations.

    Args:
        form: whether viewers are to draw the fields anew; None without a form.
    """
    data = drawn.drawing(lambda canvas: drawn.body(canvas, head))
    writer = pypdf.PdfWriter(io.BytesIO(data))
    added = ArrayObject()
    for keys in notes:
        named = {NameObject(f"/{key}"): value for key, value in keys.items()}
        annotation = DictionaryObject({NameObject("/Type"): NameObject("/Annot"), **named})
        if isinstance(stream := keys.get("AP"), DecodedStreamObject):
            shown = DictionaryObject({NameObject("/N"): writer._add_object(stream)})
            annotation[NameObject("/AP")] = shown
        added.append(writer._add_object(annotation))
    writer.pages[0][NameObject("/Annots")] = added
    if form is not None:
        writer.root_object[NameObject("/AcroForm")] = DictionaryObject(
            {
                NameObject("/Fields"): added,
                NameObject("/DA"): HELVETICA,
                NameObject("/NeedAppearances"): BooleanObject(form),
            }
        )
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def empty_appearance() -> DecodedStreamObject:
    stream = DecodedStreamObject()
    stream.set_data(b"/Tx BMC EMC")
    stream.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Form"),
            NameObject("/BBox"): numbers(0, 0, 220, 20),
        }
    )
    return stream


TEXT = TextStringObject(KVK)
SHOWN: dict[str, Callable[[], bytes]] = {
    "free-text": lambda: with_annotations(note("FreeText", Contents=TEXT, DA=HELVETICA)),
    "without-size": lambda: with_annotations(note("FreeText", Contents=TEXT)),
    "size-of-the-viewer": lambda: with_annotations(
        note("FreeText", Contents=TEXT, DA=TextStringObject("/Helv 0 Tf 0 g"))
    ),
    "rich-text": lambda: with_annotations(
        note("FreeText", RC=TextStringObject(f"<body><p><span>{KVK}</span></p></body>"))
    ),
    "lines": lambda: with_annotations(
        note("FreeText", rect=TALL, Contents=TextStringObject(f"Toegevoegd:\r{KVK}\rdank"))
    ),
    "wrapped": lambda: with_annotations(
        note("FreeText", rect=TALL, Contents=TextStringObject(f"Hierbij ons nummer. {KVK}"))
    ),
    "callout": lambda: with_annotations(
        note("FreeText", Contents=TEXT, IT=NameObject("/FreeTextCallout"), DA=HELVETICA)
    ),
    "typewriter": lambda: with_annotations(
        note("FreeText", Contents=TEXT, IT=NameObject("/FreeTextTypeWriter"), DA=HELVETICA)
    ),
    "empty-appearance": lambda: with_annotations(
        note("FreeText", Contents=TEXT, DA=HELVETICA, AP=NullObject())
    ),
    "field": lambda: with_annotations(field(), form=False),
    "field-to-be-drawn": lambda: with_annotations(field(), form=True),
    "field-without-form": lambda: with_annotations(field()),
    "field-drawn-empty": lambda: with_annotations(field(AP=empty_appearance()), form=False),
    "field-drawn-empty-to-be-drawn": lambda: with_annotations(
        field(AP=empty_appearance()), form=True
    ),
    "choice": lambda: with_annotations(
        field(FT=NameObject("/Ch"), Ff=NumberObject(1 << 17)), form=False
    ),
    "stamp": lambda: with_annotations(note("Stamp", Contents=TEXT, Name=NameObject("/#my stamp"))),
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("kind", SHOWN)
def test_what_a_viewer_shows_is_read(kind: str, reader: Reader) -> None:
    """Else a number that was typed onto the invoice in a viewer is called absent, and refused."""
    assert drawn.values(drawn.read(SHOWN[kind](), reader)) == FACTS


def test_the_clerk_sees_what_was_read() -> None:
    """Else the frame of a value would stand on an empty spot of the picture."""
    data = with_annotations(note("FreeText", Contents=TextStringObject("MMMMMMMMMM"), DA=HELVETICA))
    bare = with_annotations()

    assert pdf.picture(data, 1, 72) != pdf.picture(bare, 1, 72)


NOT_SHOWN = {
    "hidden": note("FreeText", Contents=TEXT, F=NumberObject(2)),
    "not-on-screen": note("FreeText", Contents=TEXT, F=NumberObject(32)),
    "sticky-note": note("Text", Contents=TEXT),
    "highlight": note("Highlight", Contents=TEXT, QuadPoints=numbers(1, 9, 9, 9, 1, 1, 9, 1)),
    "popup": note("Popup", Contents=TEXT),
    "link": note("Link", Contents=TEXT),
    "button": field(FT=NameObject("/Btn")),
    "off-the-page": note("FreeText", rect=(900, 900, 1100, 920), Contents=TEXT),
}


@pytest.mark.parametrize("kind", NOT_SHOWN)
def test_what_no_viewer_shows_on_the_page_counts_for_nothing(kind: str) -> None:
    """Else a number that nobody sees makes an invoice complete."""
    assert drawn.read(with_annotations(NOT_SHOWN[kind])).kvk_number.value is None


def test_a_stamp_that_says_draft_is_seen() -> None:
    """Else a draft that was stamped so in a viewer is paid."""
    invoice = drawn.read(with_annotations(note("Stamp", Name=NameObject("/Draft"))))

    assert [mark.value for mark in invoice.draft_marks] == ["Draft"]


def test_a_strike_out_note_crosses_an_account_out() -> None:
    """Else the account that the supplier struck through in a viewer is still a candidate."""
    quad = numbers(60, 713, 210, 713, 60, 703, 210, 703)
    struck = note("StrikeOut", rect=(60, 703, 210, 713), QuadPoints=quad)
    head = (*HEAD[:5], f"IBAN: {OTHER}")
    data = with_annotations(struck, head=head)

    (account,) = find_invoice(pdf.read(data, Reader.PDFIUM), ALMERE.addressee).accounts
    assert account.role == "other"


@pytest.mark.parametrize("keys", [{"Rect": numbers(0, 0, 1e30, 1e30)}, {"Rect": ArrayObject()}])
def test_a_note_without_a_place_breaks_nothing(keys: Keys) -> None:
    """Else a note of a broken program makes the whole invoice unreadable."""
    data = with_annotations(note("FreeText", Contents=TEXT) | keys)

    assert drawn.read(data).iban.value == FACTS["iban"]
