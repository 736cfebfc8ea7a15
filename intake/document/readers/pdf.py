"""Reads a PDF into words with boxes, and draws its pages. Runs inside a reading child only.

A bad file never raises: ``Document.fault`` or ``Page.fault`` tells what could not be read, so that
"not there" is only ever said of pages that were read. Faults of a page: ``damaged``, ``repaired``
(the file's table of contents was broken, so something may be lost), ``unknown-letters`` (drawn
letters without a meaning), ``too-many-letters``, ``form`` (an XFA form, of which the pages may be a
placeholder only), ``giant-picture``.
"""

from __future__ import annotations

import ctypes
import io
import itertools
import math
import struct
import time
import zlib
from collections.abc import Iterator
from dataclasses import replace

import pypdfium2
import pypdfium2.raw as raw

from intake.document.readers import notes, pdfium
from intake.document.readers.coordinates import Place, levelled
from intake.document.readers.file_header import is_pdf
from intake.document.readers.glyphs import unknown_run
from intake.document.readers.integrity import is_whole
from intake.document.readers.page_objects import Scene, is_drawn, large_pictures, scene_of
from intake.document.readers.visibility import SMALLEST, Look, Looks, Seen, hidden_of, struck_of
from intake.document.readers.word_builder import MAX_LETTERS, Run, runs_of
from intake.model.basics import Box
from intake.model.document import Document, Page, Reader, Word
from intake.sandbox.budget import MAX_PAGES

MAX_LETTERS_IN_ALL = 1_000_000
READ_SECONDS = 12.0
"""No new page is begun after this long."""
MAX_PICTURE_PIXELS = 6_000_000
"""A page picture larger than this is drawn at fewer dots an inch (A4 at 200 dpi has 3.9
million)."""
MAX_LINES = 300
"""Lines of a page that may cross out a word; a table of more has them as its rules."""
MIN_DPI, MAX_DPI = 18, 300

_PASSWORD, _SECURITY = 4, 5
_XFA_FORMS = (2, 3)


def read(data: bytes, reader: Reader) -> Document:
    """Read one file with one engine; never raises for a bad file.

    Args:
        reader: PDFIUM, or PDFPLUMBER for the second look (pictures and hidden words still by
            PDFium).
    """
    file = _open(data, reader)
    if isinstance(file, Document):
        return file
    try:
        count = len(file)
        pages = list(_pages(file))
        if reader is Reader.PDFPLUMBER:
            pages = list(_second_look(data, pages))
            if not is_whole(data):
                pages = [replace(page, fault=page.fault or "repaired") for page in pages]
    finally:
        file.close()
    lost = bool(pages) and all(page.fault == "damaged" for page in pages)
    return Document(reader, tuple(pages), count, fault="damaged" if lost else None)


def _open(data: bytes, reader: Reader) -> pypdfium2.PdfDocument | Document:
    if not is_pdf(data):
        return Document(reader, (), 0, fault="not-a-pdf")
    try:
        file = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        encrypted = error.err_code in (_PASSWORD, _SECURITY)
        return Document(
            reader, (), 0, encrypted=encrypted, fault="encrypted" if encrypted else "damaged"
        )
    if not len(file):
        file.close()
        return Document(reader, (), 0, fault="damaged")
    if file.get_formtype() != raw.FORMTYPE_NONE:
        file.init_forms()
    return file


def _pages(file: pypdfium2.PdfDocument) -> Iterator[Page]:
    deadline = time.monotonic() + READ_SECONDS
    general = (
        "form"
        if file.get_formtype() in _XFA_FORMS
        else None
        if raw.FPDF_DocumentHasValidCrossReferenceTable(file)
        else "repaired"
    )
    letters = 0
    for index in range(min(len(file), MAX_PAGES)):
        try:
            page = _page(file, index)
        except pypdfium2.PdfiumError:
            page = Page(index + 1, 0.0, 0.0, (), fault="damaged")
        yield replace(page, fault=general) if general and not page.fault else page
        letters += sum(len(word.text) for word in page.words)
        if time.monotonic() > deadline or letters > MAX_LETTERS_IN_ALL:
            return


def _page(file: pypdfium2.PdfDocument, index: int) -> Page:
    opened = _with_annotations(file, index)
    handle = _handle(opened)
    text_page = pdfium.load_text(handle)
    try:
        if not text_page:
            return Page(index + 1, 0.0, 0.0, (), fault="damaged")
        return _read_page(handle, text_page, index + 1)
    finally:
        if text_page:
            pdfium.close_text(text_page)
        opened.close()


def _with_annotations(file: pypdfium2.PdfDocument, index: int) -> pypdfium2.PdfPage:
    """Open a page with what its notes, stamps and filled-in fields show laid into it as ordinary
    content.
    """
    page = file[index]
    if not notes.shows_something(page):
        return page
    bare = notes.unshown(page)
    raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY)  # pypdfium2's own needs a form
    page.close()
    page = file[index]
    notes.draw(file, page, bare)
    return page


def _handle(page: pypdfium2.PdfPage) -> int:
    return ctypes.cast(page.raw, ctypes.c_void_p).value or 0


def _place(handle: int) -> Place:
    box = (ctypes.c_float * 4)()
    pdfium.page_box(handle, ctypes.addressof(box))
    left, top, right, bottom = box
    return Place((left, bottom, right, top), pdfium.page_rotation(handle) % 4)


def _read_page(handle: int, text_page: int, number: int) -> Page:
    place, scene = _place(handle), scene_of(handle)
    count = max(0, pdfium.count_letters(text_page))
    looks = Looks(text_page)
    runs = runs_of(text_page, min(count, MAX_LETTERS))
    looked = [looks.of(run) for run in runs]
    if looks.has_turned:
        runs = runs_of(text_page, min(count, MAX_LETTERS), looks.quarters_of)
        looked = [looks.of(run) for run in runs]
    words = _words(handle, text_page, looks, list(zip(runs, looked, strict=True)), scene, place)
    fault = (
        "too-many-letters"
        if count > MAX_LETTERS
        else "unknown-letters"
        if unknown_run(" ".join(run.text for run in runs))
        else None
    )
    pictures = tuple(place.box(picture) for picture in large_pictures(scene, place.visible))
    seen = any(not word.hidden for word in words)
    fault = "giant-picture" if scene.has_giant else fault
    return Page(
        number, place.width, place.height, tuple(words), pictures, is_drawn(scene, seen), fault
    )


def _words(
    handle: int,
    text_page: int,
    looks: Looks,
    looked: list[tuple[Run, tuple[int, Look]]],
    scene: Scene,
    place: Place,
) -> list[Word]:
    width, height = place.width, place.height
    seen, sizes = [], []
    for run, (item, look) in looked:
        if not 0.4 * look.size <= run.top - run.bottom <= 2.2 * look.size:
            _settle_height(text_page, run, look.size)
        box = place.box(run.shape)
        inside = 0 <= (box[0] + box[2]) / 2 <= width and 0 <= (box[1] + box[3]) / 2 <= height
        sizes.append(look.size)
        seen.append(Seen(box, item, look.suspect, look.invisible or not inside))
    covers = [(turn, place.box(shape)) for turn, shape in scene.covers]
    hidden = hidden_of(handle, seen, covers, scene, place)
    runs = [run for run, _ in looked]
    struck = _struck(runs, scene)
    return [
        Word(
            run.text,
            word.box,
            size,
            hide,
            (place.turns - run.quarters) % 4,
            index in struck,
            bold=looks.is_bold(run),
        )
        for index, (run, word, size, hide) in enumerate(zip(runs, seen, sizes, hidden, strict=True))
    ]


def _struck(runs: list[Run], scene: Scene) -> set[int]:
    """Which runs are crossed out."""
    if not scene.lines:
        return set()
    found: set[int] = set()
    for quarters in {run.quarters for run in runs}:
        same = [index for index, run in enumerate(runs) if run.quarters == quarters]
        shapes = [(r.left, r.bottom, r.right, r.top) for r in map(runs.__getitem__, same)]
        lines = [levelled(line, quarters) for line in scene.lines[:MAX_LINES]]
        struck = struck_of(shapes, lines)
        found.update(index for index, crossed in zip(same, struck, strict=True) if crossed)
    return found


def _settle_height(text_page: int, run: Run, size: float) -> None:
    """Fonts that lie about their height get the height of the letters as drawn; stacked letters are
    left as they are.
    """
    if size <= 0 or run.right - run.left < run.height:
        return
    tight = (ctypes.c_double * 4)()
    base = ctypes.addressof(tight)
    shapes = [
        levelled((tight[0], tight[2], tight[1], tight[3]), run.quarters)
        for letter in range(run.first, run.last + 1)
        if pdfium.tight_box(text_page, letter, base, base + 8, base + 16, base + 24)
        and tight[3] > tight[2]
    ]
    if shapes:
        run.bottom, run.top = min(s[1] for s in shapes), max(s[3] for s in shapes)


def _second_look(data: bytes, pages: list[Page]) -> Iterator[Page]:
    """The same pages with pdfplumber's words; what PDFium saw as hidden stays hidden."""
    from intake.document.readers.pdfplumber_words import words_of_pages

    deadline = time.monotonic() + READ_SECONDS
    try:
        copy, places = _unturned(data, len(pages))
        readings = words_of_pages(copy, places)
        for page, words in itertools.zip_longest(pages, itertools.islice(readings, len(pages))):
            if words is None:
                yield _unread(page)
            else:
                unknown = any(unknown_run(word.text) for word in words)
                fault = page.fault or ("unknown-letters" if unknown else None)
                yield replace(page, words=tuple(_with_hidden(words, page)), fault=fault)
            pages = pages[1:]
            if time.monotonic() > deadline:
                return
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - pdfminer raises what a bad file makes it stumble over
        yield from map(_unread, pages)


def _unturned(data: bytes, count: int) -> tuple[bytes, list[Place]]:
    """The file with fields and notes laid into its pages and no page turned, and how each page is
    displayed.

    A file that has none of these is given as it came.
    """
    file = _open(data, Reader.PDFIUM)
    if isinstance(file, Document):
        return data, []
    places, changed = [], file.get_formtype() != raw.FORMTYPE_NONE
    for index in range(count):
        try:
            changed = changed or bool(_annotations(file, index))
            page = _with_annotations(file, index)
        except pypdfium2.PdfiumError:  # the page has its fault already; the others are read
            places.append(Place((0.0, 0.0, 0.0, 0.0), 0))
            continue
        place = _place(_handle(page))
        places.append(place)
        changed = changed or bool(place.turns)
        page.set_rotation(0)
        page.close()
    copy = io.BytesIO()
    if changed:
        file.save(copy)
    file.close()
    return (copy.getvalue() if changed else data), places


def _annotations(file: pypdfium2.PdfDocument, index: int) -> int:
    page = file[index]
    count: int = pdfium.count_annotations(_handle(page))
    page.close()
    return count


def _unread(page: Page) -> Page:
    return replace(page, words=(), fault=page.fault or "damaged")


def _with_hidden(words: list[Word], page: Page) -> Iterator[Word]:
    hidden: list[Box] = []
    seen: list[Box] = []
    for word in page.words:
        (hidden if word.hidden else seen).append(word.box)
        if word.size < SMALLEST:
            yield word  # pdfplumber takes letters this close for one printed twice
    shown = [(0.0, 0.0, page.width, page.height)]
    for word in words:
        if word.size >= SMALLEST:
            x, y = (word.box[0] + word.box[2]) / 2, (word.box[1] + word.box[3]) / 2
            covered = _holds(hidden, x, y) and not _holds(seen, x, y)
            yield replace(word, hidden=True) if covered or not _holds(shown, x, y) else word


def _holds(boxes: list[Box], x: float, y: float) -> bool:
    return any(box[0] <= x <= box[2] and box[1] <= y <= box[3] for box in boxes)


def picture(data: bytes, page: int, dpi: int, box: Box | None = None) -> bytes:
    """Draw one page, or what is in a box of it, as PNG, with its notes and filled-in fields.

    Args:
        page: from 1.
        dpi: dots an inch; fewer when the picture would be larger than ``MAX_PICTURE_PIXELS``.
        box: in points from the top left of the page; what lies outside the page is left out.

    Raises:
        ValueError: no such page, nothing of it in the box, or the file cannot be opened.
    """
    file = _open(data, Reader.PDFIUM)
    if isinstance(file, Document) or not 1 <= page <= len(file):
        raise ValueError("no such page")
    opened = file[page - 1]
    notes.draw(file, opened, notes.unshown(opened))
    width, height = (max(1.0, side) for side in opened.get_size())
    scale = min(
        min(max(dpi, MIN_DPI), MAX_DPI) / 72, math.sqrt(MAX_PICTURE_PIXELS / (width * height))
    )
    columns, rows = (
        min(max(1, math.floor(side * scale)), MAX_PICTURE_PIXELS) for side in (width, height)
    )
    left, top, right, bottom = _within(box, scale, columns, rows)
    bitmap = raw.FPDFBitmap_Create(right - left, bottom - top, 0)
    raw.FPDFBitmap_FillRect(bitmap, 0, 0, right - left, bottom - top, 0xFFFFFFFF)
    place = (opened, -left, -top, columns, rows, 0, raw.FPDF_ANNOT | raw.FPDF_REVERSE_BYTE_ORDER)
    raw.FPDF_RenderPageBitmap(bitmap, *place)
    if file.formenv:
        raw.FPDF_FFLDraw(file.formenv, bitmap, *place)
    stride = raw.FPDFBitmap_GetStride(bitmap)
    pixels = ctypes.string_at(raw.FPDFBitmap_GetBuffer(bitmap), stride * (bottom - top))
    raw.FPDFBitmap_Destroy(bitmap)
    return _png(right - left, bottom - top, stride, pixels)


def _within(box: Box | None, scale: float, columns: int, rows: int) -> tuple[int, int, int, int]:
    """A box in dots, as far as it lies on the page; the whole page without one."""
    if box is None:
        return 0, 0, columns, rows
    left, right = (min(max(0, round(side * scale)), columns) for side in (box[0], box[2]))
    top, bottom = (min(max(0, round(side * scale)), rows) for side in (box[1], box[3]))
    if left >= right or top >= bottom:
        raise ValueError("nothing of the page is in the box")
    return left, top, right, bottom


def _png(width: int, height: int, stride: int, pixels: bytes) -> bytes:
    """RGBx rows as a PNG file (ISO/IEC 15948), eight bits a colour, without alpha."""
    colours = bytearray(3 * width)
    content = bytearray()
    for row in range(height):
        line = pixels[row * stride : row * stride + 4 * width]
        for colour in range(3):
            colours[colour::3] = line[colour::4]
        content += b"\0" + colours

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(content, 3))
        + chunk(b"IEND", b"")
    )
