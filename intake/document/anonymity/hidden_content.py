"""The search for clients in what a PDF holds beside its pages (see ``structure``), for the
anonymity of the whole file.

A sighting here has no place: what is found can be seen on no page. Runs inside a reading child
only.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace

from python_calamine import CalamineError, CalamineWorkbook

from intake.document.anonymity.sightings import MOST_SIGHTINGS, Masker, Own, sightings
from intake.document.layout.page_index import MOST_CHARACTERS, index_pages
from intake.document.readers import pdf
from intake.document.readers.file_header import is_pdf
from intake.document.readers.pdf_structure import Inside, decoded, look_inside
from intake.model.document import Document, Reader
from intake.model.invoice import Invoice, Sighting, SightingKind
from intake.profile import Addressee
from intake.text.bsn import passes_eleven_test
from intake.text.client_data import labels_bsn, named_otherwise, signs
from intake.text.dates import dates_in

MAX_OFFICE_BYTES = 20_000_000
MAX_TEXT = 2_000_000
MAX_ROWS = 20_000

_BARE = re.compile(r"(?<![\w.,\-/])\d{9}(?![\w]|[.,\-/]\d)")
_NUMBERS = re.compile(r"\d+")
_TAG = re.compile(r"<([/!?]?)([\w:.\-]{1,100})([^<>]{0,2000})>")
_ATTRIBUTE = re.compile(r"([\w:.\-]{1,60})\s?=\s?[\"']([^\"'<>]{1,300})[\"']")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_BIRTH_COLUMN = re.compile(r"\b(?:geb|geboorte\w*|birth\w*|dob)\b", re.IGNORECASE)
_NAME_COLUMN = re.compile(r"naam|name|cli[eë]nt|jeugdige|pati[eë]nt", re.IGNORECASE)
_OTHER_NAME = re.compile(
    r"product|bedrijf|praktijk|bestand|aanbieder|organisatie|supplier|company|file|nummer|"
    r"number|code",
    re.IGNORECASE,
)
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"RIFF")

Trace = tuple[SightingKind, str]
"""What was seen, and its digits when it is a number."""


def with_inside(invoice: Invoice, data: bytes, document: Document, buyer: Addressee) -> Invoice:
    """The invoice with what was seen of clients beside its pages.

    Args:
        invoice: as found on the pages of ``document``, which was read from ``data``.
    """
    if not is_pdf(data):
        return invoice  # a photo
    inside = look_inside(data)
    shown = _digits("\n".join(line.text for line in invoice.lines))
    found = [trace for text in inside.texts for trace in _in_text(text, shown)]
    complete = inside.complete
    for name, content in inside.files:
        understood = _in_file(content, invoice, buyer, found)
        complete = complete and understood
        found += _in_text(name, shown)
    found += _in_revisions(inside, document, invoice, buyer)
    unsearched = list(_on_unsearched_pages(document))
    everywhere = (
        *invoice.sightings,
        *(sighting for sighting, _ in unsearched),
        *(Sighting(kind, None, None) for kind in dict(found)),
    )
    digits = frozenset(digits for _, digits in (*found, *unsearched)) - {""}
    return replace(
        Masker(digits).invoice(invoice),
        sightings=everywhere[: 2 * MOST_SIGHTINGS],
        looked_inside=complete,
    )


def _in_text(text: str, shown: str) -> Iterator[Trace]:
    """Signs in one text; a bare number only when no page shows it (there the page's own words judge
    it).
    """
    plain = _without_tags(text[:MAX_TEXT]) if "<" in text else text[:MAX_TEXT]
    taken = set()
    for sign in signs(plain.replace("_", " ")):
        taken.add(sign.digits)
        yield sign.kind, sign.digits
    if "<" in text:
        return
    for match in _BARE.finditer(plain):
        if (
            match[0] not in taken
            and match[0] not in shown
            and passes_eleven_test(match[0])
            and not named_otherwise(plain, match.start())
        ):
            yield SightingKind.BARE_NUMBER, match[0]


def _without_tags(text: str) -> str:
    """XML or HTML as ``name attribute: value`` lines, so that a tag's name stands before its text."""

    def told(match: re.Match[str]) -> str:
        if match[1]:
            return "\n"
        attributes = "".join(
            f" {_CAMEL.sub(' ', name)}: {value}"
            for name, value in _ATTRIBUTE.findall(match[3])
            if not name.startswith("xmlns")
        )
        name = _CAMEL.sub(" ", match[2].rpartition(":")[2])
        return f"\n{name}{attributes}: "

    return _TAG.sub(told, text)


def _in_file(content: bytes, invoice: Invoice, buyer: Addressee, found: list[Trace]) -> bool:
    """Add the signs in one embedded file; False when it is of a kind that we cannot look at."""
    if is_pdf(content):
        document = pdf.read(content, Reader.PDFIUM)
        found += _on_pages(document, invoice, buyer)
        return document.fault is None
    if content[:4] == b"PK\x03\x04":
        texts = list(_office_texts(content))
        for text in texts:
            found += _in_text(text, "")
            found += _in_table(text)
        return bool(texts)
    if content.startswith(_PICTURES):
        return True
    text = decoded(content)
    if sum(char == "\ufffd" for char in text[:4000]) > 40:
        return False
    found += [trace for trace in _in_text(text, "") if trace[0] is not SightingKind.BARE_NUMBER]
    found += _in_table(text)
    return True


def _office_texts(content: bytes) -> Iterator[str]:
    """The texts of a Word or Excel file: paragraphs, or rows with their cells divided by tabs."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = [item for item in archive.infolist() if item.filename.endswith(".xml")]
            if sum(item.file_size for item in names) > MAX_OFFICE_BYTES:
                return
            sheets = any(item.filename.startswith("xl/") for item in names)
            for item in names if not sheets else ():
                text = archive.read(item).decode("utf-8", "replace")
                yield re.sub(
                    r"<[^<>]{1,2000}>", "", re.sub(r"</(?:w:p|text:p|table:table-row)>", "\n", text)
                )
            if sheets:
                yield from _workbook_texts(content)
    except (
        zipfile.BadZipFile,
        OSError,
        ValueError,
        KeyError,
        RuntimeError,
        NotImplementedError,
        CalamineError,
    ):
        return


def _workbook_texts(content: bytes) -> Iterator[str]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    for title in book.sheet_names:
        rows = book.get_sheet_by_name(title).to_python(nrows=MAX_ROWS)
        yield "\n".join([title, *("\t".join(_shown(value) for value in row[:50]) for row in rows)])


def _shown(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


@dataclass(frozen=True, slots=True)
class _Columns:
    """Columns of a table by what their heads say."""

    bsn: list[int]
    birth: list[int]
    name: list[int]

    def of_row(self, cells: list[str]) -> Iterator[Trace]:
        """What one row holds under these heads."""
        for text in _under(self.bsn, cells):
            if passes_eleven_test(_digits(text)):
                yield SightingKind.BSN_LABELLED, _digits(text)
        named = any(any(map(str.isalpha, text)) for text in _under(self.name, cells))
        if named and any(dates_in(text) for text in _under(self.birth, cells)):
            yield SightingKind.NAME_WITH_DETAILS, ""


def _under(columns: list[int], cells: list[str]) -> list[str]:
    return [cells[at] for at in columns if at < len(cells)]


def _in_table(text: str) -> Iterator[Trace]:
    """Columns headed BSN, or name and birth date, in rows divided by tabs, semicolons, commas or
    bars.
    """
    lines = text[:MAX_TEXT].split("\n")[:MAX_ROWS]
    for mark in ("\t", ";", ",", "|"):
        columns = _Columns([], [], [])
        for line in lines:
            if mark not in line:
                continue
            cells = [cell.strip(" \"'\r") for cell in line.split(mark)[:100]]
            if heads := _heads(cells):
                columns = heads
            else:
                yield from columns.of_row(cells)


def _heads(cells: list[str]) -> _Columns | None:
    """The columns of a row of heads; None for a row of values."""
    bsn = [at for at, cell in enumerate(cells) if len(cell) < 40 and labels_bsn(cell)]
    birth = _headed(_BIRTH_COLUMN, cells)
    if not bsn and not birth:
        return None
    names = _headed(_NAME_COLUMN, cells)
    return _Columns(bsn, birth, [at for at in names if not _OTHER_NAME.search(cells[at])])


def _headed(title: re.Pattern[str], cells: list[str]) -> list[int]:
    return [at for at, cell in enumerate(cells) if title.search(cell)]


def _on_unsearched_pages(document: Document) -> Iterator[tuple[Sighting, str]]:
    """Certain signs in the running text of a document that is too long to be searched label by
    label.
    """
    if sum(len(word.text) for page in document.pages for word in page.words) <= MOST_CHARACTERS:
        return
    for page in document.pages:
        for sign in signs(" ".join(word.text for word in page.words)):
            if sign.kind.certain:
                yield Sighting(sign.kind, page.number, None), sign.digits


def _in_revisions(
    inside: Inside, document: Document, invoice: Invoice, buyer: Addressee
) -> Iterator[Trace]:
    now = {word.text for page in document.pages for word in page.words}
    for revision in inside.revisions:
        earlier = pdf.read(revision, Reader.PDFIUM)
        if any(word.text not in now for page in earlier.pages for word in page.words):
            yield from _on_pages(earlier, invoice, buyer)


def _on_pages(document: Document, invoice: Invoice, buyer: Addressee) -> Iterator[Trace]:
    pages = index_pages(document, buyer)
    phones = (invoice.supplier_phone, invoice.supplier_fax)
    own = (invoice.kvk_number, invoice.vat_id, invoice.invoice_number, invoice.corrects, *phones)
    known = frozenset(_digits(field.value) for field in own if field.value)
    name, issued = invoice.supplier_name.value or "", invoice.issue_date.value or ""
    facts = Own(known, invoice.supplier_postcode.value, name, issued)
    shown, masked = sightings(document, pages.indexes, facts, buyer)
    yield from ((sighting.kind, "") for sighting in shown)
    if shown:
        yield from ((shown[0].kind, digits) for digits in masked)


def _digits(text: str) -> str:
    return "".join(_NUMBERS.findall(text))
