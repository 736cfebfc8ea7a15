"""Addresses on the page: street, postcode and place that belong together, and the block of lines
they stand in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from intake.document.layout.cells import Cell
from intake.document.layout.label_index import Anchors
from intake.document.layout.label_words import Label
from intake.document.layout.page_index import Scan
from intake.text.identifiers import postcodes_in
from intake.text.streets import street_in

_PO_BOX = re.compile(
    r"\b(?:Post?bus|Antwoordnummer|P\.?\s?O\.?\s?Box|Postfach|Boite"
    r" postale|Pb\.)\s?:?\s?(?:nr\.?\s?)?(\d[\d .]{0,7})",
    re.IGNORECASE,
)
_CITY = re.compile(
    r"^[\s,:–-]*((?:['’][stST])?[\s-]?[A-ZÀ-Ý][A-Za-zÀ-ÿ'’.\-]*(?:\s(?:aan|van|den|de|der|op|bij|en|het|in|ter|ten|'t|’t|a/d|an|am|[A-ZÀ-Ý][A-Za-zÀ-ÿ'’.\-]*|\([A-Za-z.]{1,12}\)))*)"
)
_CITY_ENDS = re.compile(
    r"\s*(?:\b(?:T|M|F|E|Tel|Telefoon|KvK|BTW|IBAN|Nederland|NEDERLAND|The"
    r" Netherlands|NL|Fax|Email|E-mail|Mobiel|Website|www)\b.*|[|•·;]|\s[-–/]\s.*)$"
)
_FOREIGN = re.compile(
    r"^(?:([BDFAL]|BE|DE|FR|LU|AT|CH|UK|GB)\s?[-–]\s?)(\d{4,5})\s+([A-ZÀ-Ý].{1,40})$|"
    r"^(\d{5})\s+([A-ZÀ-Ý][A-Za-zÀ-ÿ .\-()]{1,40})$|^(\d{4})\s+([A-ZÀ-Ý][a-zà-ÿ][A-Za-zÀ-ÿ"
    r" .\-()]{1,40})$"
)
_PARTICLES = frozenset(
    ("aan", "den", "de", "der", "op", "bij", "het", "in", "ter", "ten", "van", "'t")
)


@dataclass(eq=False, slots=True)
class Address:
    """One postal address and the cells it was read from."""

    anchors: Anchors
    cell: Cell
    """The cell with the postcode."""
    postcode: str
    postcode_span: tuple[int, int]
    city: str | None
    city_span: tuple[Cell, int, int] | None
    street: str | None = None
    street_span: tuple[Cell, int, int] | None = None
    po_box: str | None = None
    po_box_span: tuple[Cell, int, int] | None = None
    block: list[Cell] = field(default_factory=list)
    """Lines of the block from top to bottom."""
    foreign: bool = False

    @property
    def first(self) -> Cell:
        """The cell where the address itself starts."""
        return min(
            (
                c
                for c in (
                    self.cell,
                    self.street_span and self.street_span[0],
                    self.po_box_span and self.po_box_span[0],
                )
                if c
            ),
            key=lambda c: (c.row, c.place),
        )


def addresses(scan: Scan) -> list[Address]:
    """Every postcode of the document with its place, street and block."""
    found = []
    for anchors in scan.anchors:
        for cell in anchors.sheet.cells:
            for start, end, code in postcodes_in(cell.text):
                if not _number_like(anchors, cell, start):
                    found.append(_dutch(anchors, cell, start, end, code))
            if (not found or found[-1].cell is not cell) and (foreign := _foreign(anchors, cell)):
                found.append(foreign)
    return found


def _number_like(anchors: Anchors, cell: Cell, start: int) -> bool:
    """True when "2026 AB" stands at a label for another number."""
    before = [a for a in anchors.in_cell.get(cell, ()) if a.end <= start]
    return (
        bool(before)
        and before[-1].label in (Label.INVOICE_NUMBER, Label.OTHER_NUMBER, Label.KVK, Label.PHONE)
        and start - before[-1].end < 6
    )


def _dutch(anchors: Anchors, cell: Cell, start: int, end: int, code: str) -> Address:
    city, span = _city_after(anchors, cell, end)
    address = Address(anchors, cell, code, (start, end), city, span)
    address.block = block_around(anchors, cell)
    _complete(address, start)
    return address


def _foreign(anchors: Anchors, cell: Cell) -> Address | None:
    match = _FOREIGN.match(cell.text.strip())
    if not match:
        return None
    code, city = (
        (match[2], match[3])
        if match[1]
        else (match[4], match[5])
        if match[4]
        else (match[6], match[7])
    )
    prefix = f"{match[1]}-" if match[1] else ""
    address = Address(
        anchors,
        cell,
        prefix + code,
        (0, len(prefix + code)),
        city.strip(" ,"),
        (cell, match.start(match.lastindex or 0), len(cell.text)),
        foreign=True,
    )
    address.block = block_around(anchors, cell)
    _complete(address, 0)
    return address if address.street or address.po_box else None


def _city_after(
    anchors: Anchors, cell: Cell, end: int
) -> tuple[str | None, tuple[Cell, int, int] | None]:
    """The place behind a postcode: in its cell, in the next cell, or at its own label."""
    stop = next(
        (
            a.start
            for a in anchors.in_cell.get(cell, ())
            if a.start >= end and a.label is not Label.CITY
        ),
        len(cell.text),
    )
    city_label = next(
        (a for a in anchors.in_cell.get(cell, ()) if a.start >= end and a.label is Label.CITY), None
    )
    start = city_label.end if city_label else end
    if (
        (city := _city(cell.text[start:stop]))
        and city.split()[-1].lower() in _PARTICLES
        and len(city.split()) > 1
        and stop == len(cell.text)
    ):
        rest = next(
            (
                c
                for c in anchors.sheet.below(cell.box, cell.row, 0.8 * cell.height)
                if abs(c.box[0] - cell.box[0]) < 3
            ),
            None,
        )
        if rest and len(rest.text.split()) == 1 and rest.text[:1].isupper():
            return f"{city} {rest.text}", (cell, start, len(cell.text))
    if city := _city(cell.text[start:stop]):
        return city, (cell, start, min(stop, start + cell.text[start:stop].find(city) + len(city)))
    for other in anchors.sheet.right_of(cell)[:2]:
        labels = anchors.in_cell.get(other, [])
        text = (
            other.text[labels[0].end :]
            if labels and labels[0].label is Label.CITY and labels[0].start == 0
            else other.text
            if not labels or labels[0].start
            else ""
        )
        if city := _city(text):
            return city, (other, 0, len(other.text))
    for other in anchors.sheet.below(cell.box, cell.row, 12):
        labels = anchors.in_cell.get(other, [])
        if labels and labels[0].label is Label.CITY and labels[0].start == 0:
            for place in anchors.places(labels[0]):
                if city := _city(place.text):
                    return city, (place.cell, place.start, place.end)
    for anchor in anchors.of.get(Label.CITY, ()):
        if 0 < anchor.cell.row - cell.row <= 2:
            for place in anchors.places(anchor):
                if city := _city(place.text):
                    return city, (place.cell, place.start, place.end)
    bare = next(
        (
            c
            for c in anchors.sheet.below(cell.box, cell.row, 6)
            if abs(c.box[0] - cell.box[0]) < 3 and not anchors.in_cell.get(c)
        ),
        None,
    )
    if bare and (city := _city(bare.text)) and city == bare.text.strip() and len(city.split()) <= 3:
        return city, (bare, 0, len(bare.text))
    return None, None


def _city(text: str) -> str | None:
    text = _CITY_ENDS.sub("", text.strip(" :,"))
    match = _CITY.match(text)
    if not match:
        return None
    city = match[1].strip(" ,-–.")
    return city if 1 < len(city) <= 40 else None


def _complete(address: Address, start: int) -> None:
    """Find the street or PO box that belongs to the postcode."""
    cell = address.cell
    labels = [
        a
        for a in address.anchors.in_cell.get(cell, ())
        if a.end <= start and a.label is Label.POSTCODE
    ]
    for other, text, offset in _before(address, labels[-1].start if labels else start):
        if box := _PO_BOX.search(text):
            if address.po_box is None and address.street is None:
                address.po_box = "".join(c for c in box[1] if c.isdigit())
                address.po_box_span = (other, offset + box.start(), offset + box.end())
                if other is not cell:
                    continue
            return
        if hit := street_in(text):
            if address.po_box is None or other is cell:
                address.street, address.street_span = (
                    hit[0],
                    (other, offset + hit[1], offset + hit[1] + len(hit[0])),
                )
            return
    if _street_after(address):
        return
    for anchor in address.anchors.of.get(Label.STREET, ()):
        if (
            abs(anchor.cell.row - cell.row) <= 3
            and address.street is None
            and address.po_box is None
        ):
            for place in address.anchors.places(anchor):
                if hit := street_in(place.text.strip(" :,")):
                    offset = place.text.find(hit[0])
                    address.street, address.street_span = (
                        hit[0],
                        (place.cell, place.start + max(offset, 0), place.end),
                    )
                    return


def _street_after(address: Address) -> bool:
    """In a sentence the street may stand behind the place: "te 3811 AB Amersfoort, Kerkstraat 12,
    telefoon".
    """
    if address.city_span is None or address.city_span[0] is not address.cell:
        return False
    cell = address.cell
    rest = cell.text[address.city_span[2] :]
    if rest[:1] not in (",", ";") and rest.strip():
        return False
    under = next(
        (
            c
            for c in address.anchors.sheet.below(cell.box, cell.row, 0.8 * cell.height)
            if abs(c.box[0] - cell.box[0]) < 3
        ),
        None,
    )
    text = rest.lstrip(" ,;") + (" " + under.text if under and rest.strip() else "")
    piece = text.split(",")[0].strip()
    if hit := street_in(piece):
        address.street, address.street_span = hit[0], (cell, address.city_span[2], len(cell.text))
        return True
    return False


def _before(address: Address, start: int) -> Iterator[tuple[Cell, str, int]]:
    """Texts in which the street may stand, nearest first: before the postcode, left of it, over it."""
    cell, anchors = address.cell, address.anchors
    if cell.text[:start].strip(" ,:-–|/("):
        yield cell, cell.text[:start], 0
    for other in anchors.sheet.left_of(cell)[:2]:
        if address.cell.box[0] - other.box[2] < 60 or len(anchors.sheet.left_of(cell)) > 1:
            yield other, other.text, 0
    over = list(anchors.sheet.above(cell.box, cell.row, 3.4 * cell.height))[:3]
    if len(over) > 1 and over[0].text[:1].isdigit() and len(over[0].text) < 9:
        yield over[1], f"{over[1].text}{'' if over[1].text.endswith('-') else ' '}{over[0].text}", 0
    for other in over:
        yield other, other.text, 0


def block_around(anchors: Anchors, cell: Cell) -> list[Cell]:
    """The lines over and under ``cell`` in its column without an empty line between, top to bottom.

    Another address, or a label for another party, begins another block.
    """
    block = [cell]
    steps: list[float] = []
    while len(block) < 9 and not _begins(anchors, block[0]):
        over = next(
            (
                c
                for c in anchors.sheet.above(block[0].box, block[0].row, _gap(block[0], steps))
                if _aligned(c, cell)
            ),
            None,
        )
        if over is None or postcodes_in(over.text):
            break
        steps.append(block[0].box[1] - over.box[3])
        block.insert(0, over)
    while len(block) < 12:
        under = next(
            (
                c
                for c in anchors.sheet.below(block[-1].box, block[-1].row, _gap(block[-1], steps))
                if _aligned(c, cell)
            ),
            None,
        )
        if (
            under is None
            or _begins(anchors, under)
            or (postcodes_in(under.text) and any(postcodes_in(c.text) for c in block))
        ):
            break
        steps.append(under.box[1] - block[-1].box[3])
        block.append(under)
    return block


def _gap(cell: Cell, steps: list[float]) -> float:
    """How far the next line of a block may be: under a line's height, and no more than the block's
    own spacing.
    """
    most = 0.8 * cell.size if cell.size else 0.7 * cell.height
    return min(most, max(0.0, min(steps)) * 1.5 + 2.5) if steps else most


def _begins(anchors: Anchors, cell: Cell) -> bool:
    """True when a cell starts with a label for a party."""
    labels = anchors.in_cell.get(cell, [])
    return (
        bool(labels)
        and labels[0].start == 0
        and labels[0].label in (Label.ADDRESSEE, Label.SUPPLIER, Label.CLIENT)
    )


def _aligned(one: Cell, other: Cell) -> bool:
    """True for left, right or centred alignment."""
    return (
        abs(one.box[0] - other.box[0]) < 4
        or abs(one.box[2] - other.box[2]) < 4
        or abs(one.box[0] + one.box[2] - other.box[0] - other.box[2]) < 8
    )


def po_boxes(scan: Scan) -> Iterator[tuple[Anchors, Cell, int, int, str]]:
    """Every PO box of the document: (labels, cell, start, end, digits)."""
    for anchors, cell in scan.cells:
        for match in _PO_BOX.finditer(cell.text):
            yield (
                anchors,
                cell,
                match.start(),
                match.end(),
                "".join(c for c in match[1] if c.isdigit()),
            )
