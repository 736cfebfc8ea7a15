"""Notes, fields and stamps that a viewer draws by itself, because the file holds no appearance for
them.

PDFium draws an annotation only by its appearance stream. Where it is absent, viewers make one
(ISO 32000-2, 12.5.2 and 12.7.4.3); so do we, as ordinary content of the page, so that it is read
and shown. Inside a reading child only.
"""

from __future__ import annotations

import ctypes
import re
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as raw

from intake.document.readers.coordinates import Rectangle

MAX_ANNOTATIONS = 2000
MAX_TEXT = 20_000
"""Characters of all notes of one page."""
_LINK, _POPUP = 2, 16
_FREE_TEXT, _STRIKE_OUT, _STAMP, _WIDGET = 3, 12, 13, 20
_HIDDEN, _NO_VIEW = 2, 32
_NORMAL = 0
_EMPTY = 2
"""Bytes of an empty text in UTF-16 with its end."""
_SIZE = re.compile(r"(-?\d{0,4}(?:\.\d{0,4})?)\s{1,9}Tf")
_SHOWS_TEXT = re.compile(r"\bT[jJ]\b|['\"]\s")
_TAG = re.compile(r"<[^<>]{0,999}>")
_BREAK = re.compile(r"\r\n?|\n")
_USUAL_SIZE, _LEAST_SIZE, _LARGEST_SIZE = 12.0, 2.5, 144.0
_FURTHEST = 20_000.0
"""Points: no page is larger."""
_LETTER_WIDTH, _LINE_HEIGHT, _PADDING = 0.5, 1.15, 2.0
"""Shares of the font size, and points, as viewers lay such texts out."""
_STAMPS = frozenset(
    {
        "Approved",
        "Experimental",
        "NotApproved",
        "AsIs",
        "Expired",
        "NotForPublicRelease",
        "Confidential",
        "Final",
        "Sold",
        "Departmental",
        "ForComment",
        "TopSecret",
        "Draft",
        "ForPublicRelease",
    }
)
"""Names of stamps that every viewer has a picture of (ISO 32000-2, table 184)."""


@dataclass(frozen=True, slots=True)
class Unshown:
    """What a viewer would draw, in user space."""

    shape: Rectangle
    text: str = ""
    """Empty for a line through text."""
    size: float = 0.0


def shows_something(page: pypdfium2.PdfPage) -> bool:
    """Whether a page has annotations but links and their pop-ups."""
    return any(raw.FPDFAnnot_GetSubtype(note) not in (_LINK, _POPUP) for note in _annotations(page))


def unshown(page: pypdfium2.PdfPage) -> list[Unshown]:
    """What stands in the annotations of a page that have no appearance."""
    found, letters = [], 0
    for item in (item for note in _annotations(page) for item in _unshown(note)):
        letters += len(item.text)
        if letters > MAX_TEXT:
            break
        found.append(item)
    return found


def _annotations(page: pypdfium2.PdfPage) -> Iterator[raw.FPDF_ANNOTATION]:
    for number in range(min(raw.FPDFPage_GetAnnotCount(page), MAX_ANNOTATIONS)):
        note = raw.FPDFPage_GetAnnot(page, number)
        if note:
            yield note
            raw.FPDFPage_CloseAnnot(note)


def _unshown(note: raw.FPDF_ANNOTATION) -> Iterator[Unshown]:
    if raw.FPDFAnnot_GetFlags(note) & (_HIDDEN | _NO_VIEW):
        return
    kind, drawn = raw.FPDFAnnot_GetSubtype(note), _appearance(note)
    if kind == _STRIKE_OUT and not drawn:
        yield from (Unshown(shape) for shape in _struck(note))
    elif kind in _TEXT_OF and not (drawn if kind != _WIDGET else _SHOWS_TEXT.search(drawn)):
        rect, text = raw.FS_RECTF(), _TEXT_OF[kind](note)
        if text and raw.FPDFAnnot_GetRect(note, rect):
            shape = (rect.left, rect.bottom, rect.right, rect.top)
            if all(-_FURTHEST < side < _FURTHEST for side in shape):
                yield Unshown(shape, text, _size(_value(note, b"DA")))


def _written(note: raw.FPDF_ANNOTATION) -> str:
    """The text of a note, without the marks of its rich form."""
    return _value(note, b"Contents") or _TAG.sub(" ", _value(note, b"RC"))


def _stamped(note: raw.FPDF_ANNOTATION) -> str:
    name = _value(note, b"Name")
    return name if name in _STAMPS else _written(note)


def _filled_in(note: raw.FPDF_ANNOTATION) -> str:
    """The value of a field with text, not of a button."""
    return _value(note, b"V") if _value(note, b"FT") in ("Tx", "Ch", "") else ""


_TEXT_OF: dict[int, Callable[[raw.FPDF_ANNOTATION], str]] = {
    _FREE_TEXT: _written,
    _STAMP: _stamped,
    _WIDGET: _filled_in,
}


def _appearance(note: raw.FPDF_ANNOTATION) -> str:
    return _text(lambda out, size: raw.FPDFAnnot_GetAP(note, _NORMAL, out, size))


def _value(note: raw.FPDF_ANNOTATION, key: bytes) -> str:
    return _text(lambda out, size: raw.FPDFAnnot_GetStringValue(note, key, out, size)).strip()


def _text(ask: Callable[[object, int], int]) -> str:
    """What PDFium answers in UTF-16, asked for its length first."""
    length = ask(None, 0)
    if length <= _EMPTY:
        return ""
    out = (ctypes.c_ushort * (length // 2 + 1))()
    ask(out, length)
    return bytes(out)[: length - 2].decode("utf-16-le", "replace")


def _struck(note: raw.FPDF_ANNOTATION) -> Iterator[Rectangle]:
    """A line through the middle of each quadrilateral of a strike-out note."""
    for number in range(min(raw.FPDFAnnot_CountAttachmentPoints(note), MAX_ANNOTATIONS)):
        quad = raw.FS_QUADPOINTSF()
        if raw.FPDFAnnot_GetAttachmentPoints(note, number, quad):
            xs, ys = (quad.x1, quad.x2, quad.x3, quad.x4), (quad.y1, quad.y2, quad.y3, quad.y4)
            middle = (min(ys) + max(ys)) / 2
            yield min(xs), middle - 0.4, max(xs), middle + 0.4


def _size(appearance: str) -> float:
    """The font size of a default appearance; 0 when the viewer is to choose it."""
    found = _SIZE.search(appearance)
    try:
        return min(abs(float(found[1])), _LARGEST_SIZE) if found else _USUAL_SIZE
    except ValueError:
        return _USUAL_SIZE


def draw(file: pypdfium2.PdfDocument, page: pypdfium2.PdfPage, items: Sequence[Unshown]) -> None:
    """Put what a viewer would draw onto a page as its own content."""
    for item in items:
        if not item.text:
            left, bottom, right, top = item.shape
            line = raw.FPDFPageObj_CreateNewRect(left, bottom, right - left, top - bottom)
            raw.FPDFPath_SetDrawMode(line, raw.FPDF_FILLMODE_WINDING, 0)
            raw.FPDFPage_InsertObject(page, line)
            continue
        for text, x, y, size in _lines(item):
            written = raw.FPDFPageObj_NewTextObj(file, b"Helvetica", size)
            letters = text.encode("utf-16-le") + b"\0\0"
            raw.FPDFText_SetText(
                written, (ctypes.c_ushort * (len(letters) // 2)).from_buffer_copy(letters)
            )
            raw.FPDFPageObj_Transform(written, 1, 0, 0, 1, x, y)
            raw.FPDFPage_InsertObject(page, written)
    if items:
        page.gen_content()


def _lines(item: Unshown) -> Iterator[tuple[str, float, float, float]]:
    """Each line with the beginning of its baseline and its font size."""
    left, bottom, right, top = item.shape
    paragraphs = [line for line in _BREAK.split(item.text) if line.strip()]
    fitting = (top - bottom) / (_LINE_HEIGHT * max(1, len(paragraphs)))
    size = max(_LEAST_SIZE, item.size or min(_USUAL_SIZE, fitting))
    letters = max(1, int((right - left - 2 * _PADDING) / (_LETTER_WIDTH * size)))
    wrapped = [piece for line in paragraphs for piece in textwrap.wrap(line, letters)]
    single = len(wrapped) == 1
    first = (top + bottom - 0.7 * size) / 2 if single else top - _PADDING - 0.8 * size
    for row, text in enumerate(wrapped):
        yield text, left + _PADDING, first - row * _LINE_HEIGHT * size, size
