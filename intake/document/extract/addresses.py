"""Addresses on the page: street, postcode and place that belong together, and the block of lines
they stand in.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from intake.document.layout.cells import Cell
from intake.document.layout.label_index import LabelIndex
from intake.document.layout.label_words import Label
from intake.document.layout.page_index import PageIndex
from intake.model.basics import Box
from intake.text.identifiers import postcodes_in
from intake.text.streets import street_in

_PO_BOX = re.compile(
    r"\b(?:Post?bus|Antwoordnummer|P\.?\s?O\.?\s?Box|Postfach|Boite"
    r" postale|Pb\.)\s?:?\s?(?:nr\.?\s?)?(\d[\d .]{0,7})",
    re.IGNORECASE,
)
_CITY = re.compile(
    r"^[\s,:–-]*((?:['’][stST])?[\s-]?[A-ZÀ-Ý][A-Za-zÀ-ÿ'’.\-]*(?:\s(?:aan|van|den|de|der|op|"
    r"bij|en|het|in|ter|ten|'t|’t|a/d|an|am|[A-ZÀ-Ý][A-Za-zÀ-ÿ'’.\-]*|\([A-Za-z.]{1,12}\)))*)"
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
_CITY_GOES_ON = re.compile(
    r"\([A-Z][A-Za-z.]{1,11}\)|(?:aan|van|den|de|der|op|bij|het|in|ter|ten)(?:\s(?:den|de|der|het))?\s[A-Z]\w+"
)
_HOUSE_NUMBER = re.compile(r"\d{1,5}\s?[-/]?\s?[A-Za-z0-9]{0,4}")
_NUMBER_LINE = re.compile(r"\d.{0,7}$|\d{1,4} n(?:r|o|ummer)\b\.? ?\d")
"""A line that only ends a street: "12 bis", or "1945 nr. 7" under "Plein"."""
_BEGIN_STREET = frozenset(
    ("korte", "lange", "oude", "nieuwe", "grote", "kleine", "oud", "nieuw", "sint", "st.", "prof.")
)
"""Words that begin the name of a street and are nobody's name by themselves."""
_PARTICLES = frozenset(
    ("aan", "den", "de", "der", "op", "bij", "het", "in", "ter", "ten", "van", "'t")
)


@dataclass(eq=False, slots=True)
class Address:
    """One postal address and the cells it was read from."""

    index: LabelIndex
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
            key=lambda c: (c.row, c.column),
        )


def addresses(pages: PageIndex) -> list[Address]:
    """Every postcode of the document with its place, street and block."""
    found = []
    for index in pages.indexes:
        for cell in index.sheet.cells:
            for start, end, code in postcodes_in(cell.text):
                if not _number_like(index, cell, start):
                    found.append(_dutch(index, cell, start, end, code))
            if broken := _broken(index, cell):
                found.append(broken)
            if (not found or found[-1].cell is not cell) and (foreign := _foreign(index, cell)):
                found.append(foreign)
    return found


def _number_like(index: LabelIndex, cell: Cell, start: int) -> bool:
    """True when "2026 AB" stands at a label for another number."""
    before = [a for a in index.in_cell.get(cell, ()) if a.end <= start]
    return (
        bool(before)
        and before[-1].label in (Label.INVOICE_NUMBER, Label.OTHER_NUMBER, Label.KVK, Label.PHONE)
        and start - before[-1].end < 6
    )


def _dutch(index: LabelIndex, cell: Cell, start: int, end: int, code: str) -> Address:
    city, span = _city_after(index, cell, end)
    address = Address(index, cell, code, (start, end), city, span)
    address.block = block_around(index, cell)
    _complete(address, start)
    return address


_CODE_ENDS = re.compile(r"(?<![\w.,/-])([1-9]\d{3})\s?$")
_CODE_GOES_ON = re.compile(r"([A-Z]{2})(?=$|[\s,]+[A-ZÀ-Ý'’]|[A-ZÀ-Ý][a-zà-ÿ])")


def _broken(index: LabelIndex, cell: Cell) -> Address | None:
    """An address whose postcode goes on in the next cell or on the next line: "Dorpsstraat 45, 1315" /
    "RG Almere".
    """
    digits = _CODE_ENDS.search(cell.text)
    if digits is None:
        return None
    for other in (*index.sheet.right_of(cell)[:1], *_line_under(index, cell)):
        if any(caption.start == 0 for caption in index.in_cell.get(other, ())):
            continue
        if letters := _CODE_GOES_ON.match(other.text):
            city = _city(other.text[letters.end() :])
            place = (other, letters.end(), len(other.text)) if city else None
            if city is None and (beside := _city_in_next(index, other)):
                city, place = beside
            code = digits[1] + letters[1]
            address = Address(index, cell, code, digits.span(1), city, place)
            address.block = block_around(index, cell)
            _complete(address, digits.start())
            return address if city and (address.street or address.po_box) else None
    return None


def _line_under(index: LabelIndex, cell: Cell) -> list[Cell]:
    """The cell right under the beginning of a cell; else the first of the next line, when it begins
    under another cell of the row.
    """
    if own := _next_line(index, cell, 0.9 * cell.height):
        return [own]
    starts = [other.box[0] for other in index.sheet.rows[cell.row]]
    for row in index.sheet.rows[cell.row + 1 : cell.row + 3]:
        for other in row:
            near = -4 < other.box[1] - cell.box[3] < 0.9 * cell.height
            if near and any(abs(other.box[0] - start) < 3 for start in starts):
                return [other]
    return []


def _foreign(index: LabelIndex, cell: Cell) -> Address | None:
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
        index,
        cell,
        prefix + code,
        (0, len(prefix + code)),
        city.strip(" ,"),
        (cell, match.start(match.lastindex or 0), len(cell.text)),
        foreign=True,
    )
    address.block = block_around(index, cell)
    _complete(address, 0)
    return address if address.street or address.po_box else None


_CitySpan = tuple[str, tuple[Cell, int, int]]


def _city_after(
    index: LabelIndex, cell: Cell, end: int
) -> tuple[str | None, tuple[Cell, int, int] | None]:
    """The place behind a postcode: in its cell, in the next cell, or at its own label."""
    return (
        _city_in_cell(index, cell, end)
        or _city_in_next(index, cell, reach=_NEXT_CELL)
        or _city_at_label(index, cell)
        or _city_on_next_line(index, cell)
        or _city_before(cell, end)
        or _city_in_next(index, cell)
        or (None, None)
    )


_NEXT_CELL = 60.0
"""Points to the next cell within which it surely goes on with the address."""


def _city_before(cell: Cell, end: int) -> _CitySpan | None:
    """A place before its postcode: "Sint Annaparochie 9212 XG"."""
    codes = [(start, stop) for start, stop, _ in postcodes_in(cell.text) if stop == end]
    before = cell.text[: codes[0][0]].strip(" ,-–") if codes else ""
    city = (
        _city(before) if not cell.text[end:].strip() and not any(map(str.isdigit, before)) else None
    )
    return (city, (cell, 0, codes[0][0])) if city and city == before else None


def _city_in_cell(index: LabelIndex, cell: Cell, end: int) -> _CitySpan | None:
    behind = [a for a in index.in_cell.get(cell, ()) if a.start >= end]
    start = next((a.end for a in behind if a.label is Label.CITY), end)
    stop = next((a.start for a in behind if a.label is not Label.CITY), len(cell.text))
    city = _city(cell.text[start:stop])
    if city is None:
        return None
    if stop == len(cell.text) and (rest := _rest_of_city(index, cell, city)):
        joint = " " if not cell.text.endswith("-") else "-" if rest[:1].isupper() else ""
        return f"{city}{joint}{rest}", (cell, start, len(cell.text))
    found = start + cell.text[start:stop].find(city) + len(city)
    return city, (cell, start, min(stop, found))


def _rest_of_city(index: LabelIndex, cell: Cell, city: str) -> str | None:
    """The word on the next line with which a place goes on: "Capelle aan den" / "IJssel"."""
    words = city.split()
    rest = _next_line(index, cell, 0.8 * cell.height)
    if rest and cell.text.endswith("-") and rest.text.isalpha():
        return rest.text  # "Harder-" / "wijk", "Sint-" / "Michielsgestel"
    if rest and _CITY_GOES_ON.fullmatch(rest.text):
        return rest.text  # "Hoek" / "van Holland", "Hengelo" / "(Gld)"
    if rest is None or words[-1].lower() not in _PARTICLES | _BEGIN_PLACE:
        return None
    word = rest.text.partition(",")[0]
    return word if len(word.split()) == 1 and word[:1].isupper() else None


_BEGIN_PLACE = frozenset(("sint", "st.", "sint.", "nieuw", "oud", "nieuwe", "oude"))
"""Words that begin the name of a place and are none by themselves."""


def _next_line(index: LabelIndex, cell: Cell, reach: float) -> Cell | None:
    """The cell that begins right under the beginning of ``cell``."""
    under = index.sheet.below(cell.box, cell.row, reach)
    return next((other for other in under if abs(other.box[0] - cell.box[0]) < 3), None)


def _city_in_next(index: LabelIndex, cell: Cell, reach: float = math.inf) -> _CitySpan | None:
    for other in index.sheet.right_of(cell)[:2]:
        if other.box[0] - cell.box[2] > reach:
            return None
        first = next(iter(index.in_cell.get(other, ())), None)
        text = other.text
        if first is not None and first.start == 0:
            text = other.text[first.end :] if first.label is Label.CITY else ""
        if city := _city(text):
            rest = _rest_of_city(index, other, city) if text.endswith(city) else None
            return f"{city} {rest}" if rest else city, (other, 0, len(other.text))
    return None


def _city_at_label(index: LabelIndex, cell: Cell) -> _CitySpan | None:
    under = [
        labels[0]
        for other in index.sheet.below(cell.box, cell.row, 12)
        if (labels := index.in_cell.get(other)) and labels[0].label is Label.CITY
        if labels[0].start == 0
    ]
    near = [a for a in index.of.get(Label.CITY, ()) if 0 < a.cell.row - cell.row <= 2]
    for caption in (*under, *near):
        for slot in index.slots(caption):
            if city := _city(slot.text):
                return city, (slot.cell, slot.start, slot.end)
    return None


def _city_on_next_line(index: LabelIndex, cell: Cell) -> _CitySpan | None:
    """A place that stands alone under its postcode."""
    under = index.sheet.below(cell.box, cell.row, 6)
    aligned = (c for c in under if abs(c.box[0] - cell.box[0]) < 3)
    bare = next((c for c in aligned if _begins_bare(index, c)), None)
    if bare is None:
        return None
    text = _PO_BOX.split(bare.text)[0].strip()
    city = _city(text)
    alone = city is not None and city == text and len(city.split()) <= 5
    if not city or not alone:
        return None
    begun = "'s-" if cell.text.rstrip().endswith(("'s-", "’s-")) else ""
    return f"{begun}{city}", (bare, 0, len(bare.text))


def _begins_bare(index: LabelIndex, cell: Cell) -> bool:
    """True for a cell without a label, but for that of a PO box behind its first words."""
    first = next(iter(index.in_cell.get(cell, ())), None)
    return first is None or (first.label is Label.PO_BOX and first.start > 0)


def _city(text: str) -> str | None:
    text = _CITY_ENDS.sub("", text.strip(" :,"))
    match = _CITY.match(text)
    if not match or text.lower().startswith("gemeente"):
        return None
    city = match[1].strip(" ,-–.")
    return city if 1 < len(city) <= 40 else None


def _complete(address: Address, start: int) -> None:
    """Find the street or PO box that belongs to the postcode."""
    labels = [
        a
        for a in address.index.in_cell.get(address.cell, ())
        if a.end <= start and a.label is Label.POSTCODE
    ]
    before = _before(address, labels[-1].start if labels else start)
    if not _complete_from(address, before) and not _street_after(address):
        _street_at_label(address)


def _complete_from(address: Address, texts: Iterator[tuple[Cell, str, int]]) -> bool:
    """Take the street or PO box from the first text that has one; True when that settles it."""
    for other, whole, begin in texts:
        behind = _behind_name(address.index, whole)
        text, offset = whole[behind:], begin + behind
        box = _PO_BOX.search(text)
        if box and (address.po_box or address.street):
            return True
        if box:
            address.po_box = "".join(filter(str.isdigit, box[1]))
            address.po_box_span = (other, offset + box.start(), offset + box.end())
            text = text[: box.start()]
        if hit := _lighter_street(other, text, offset):
            if address.po_box is None or _goes_with_box(address, other):
                street, at = hit
                start = offset + at
                address.street, address.street_span = street, (other, start, start + len(street))
                _begin_above(address)
            return True
        if box and other is address.cell and text.strip():
            return True
    return False


def _goes_with_box(address: Address, street: Cell) -> bool:
    """True for a street in the line of the PO box, or between the name and it: "Lindelaan 14" /
    "Postbus 99" / "1338 AB Almere".
    """
    box = address.po_box_span[0] if address.po_box_span else address.cell
    if street in (box, address.cell):
        return True
    lines = address.block
    return street in lines and box in lines and 0 < lines.index(street) == lines.index(box) - 1


def _behind_name(index: LabelIndex, text: str) -> int:
    """Where a text goes on behind a name that also stands somewhere by itself: "Het Kompas
    Dorpsstraat 12".
    """
    spaces = [at for at, sign in enumerate(text) if sign == " " and at > 3]
    cut = max((at + 1 for at in spaces if text[:at] in index.alone), default=0)
    return cut if street_in(text[cut:]) else 0


def _begin_above(address: Address) -> None:
    """A street whose first words stand on the line above: behind a name in heavier letters, or all
    of them: "Laan van" / "Meerdervoort 12".
    """
    if address.street_span is None or address.street is None:
        return
    cell, start, _ = address.street_span
    above = address.index.sheet.above(cell.box, cell.row, 0.8 * cell.height) if start == 0 else ()
    over = next((other for other in above if abs(other.box[0] - cell.box[0]) < 3), None)
    lighter = _lighter_from(over, 0, len(over.text)) if over else 0
    hangs = over is not None and (
        over.text.split()[-1].lower() in _PARTICLES or over.text.lower() in _BEGIN_STREET
    )
    if over is None or not (lighter or (hangs and len(over.text) < 25)):
        return
    whole = street_in(f"{over.text[lighter:]} {address.street}")
    if whole and whole[1] == 0:
        address.street, address.street_span = whole[0], (over, lighter, len(over.text))


def _lighter_street(cell: Cell, text: str, offset: int) -> tuple[str, int] | None:
    """The street at the end of a text; a name before it in heavier or larger letters is none of it:
    "**Praktijk Het Kompas** Lijsterbeslaan 14".
    """
    hit = street_in(text)
    if hit is None or not text.startswith(cell.text[offset : offset + len(text)]):
        return hit
    street, at = hit
    lighter = _lighter_from(cell, offset + at, offset + at + len(street))
    rest = street_in(street[lighter:]) if lighter else None
    return (rest[0], at + lighter + rest[1]) if rest else hit


def _lighter_from(cell: Cell, start: int, end: int) -> int:
    """How far in ``cell.text[start:end]`` the letters become lighter or smaller; 0 when they do not."""
    words = cell.words_of(start, end)
    for before, word in pairwise(words):
        if (before.bold and not word.bold) or word.size < 0.92 * before.size:
            return cell.offsets[cell.words.index(word)] - start
    return 0


def _street_at_label(address: Address) -> None:
    if address.po_box is not None:
        return
    for caption in address.index.of.get(Label.STREET, ()):
        if abs(caption.cell.row - address.cell.row) > 3:
            continue
        for slot in address.index.slots(caption):
            if hit := street_in(slot.text.strip(" :,")):
                start = slot.start + max(slot.text.find(hit[0]), 0)
                address.street, address.street_span = hit[0], (slot.cell, start, slot.end)
                return


def _street_after(address: Address) -> bool:
    """In a sentence the street may stand behind the place: "te 3811 AB Amersfoort, Kerkstraat 12,
    telefoon".
    """
    cell = address.cell
    if address.city_span is None or address.city_span[0] is not cell:
        return False
    rest = cell.text[address.city_span[2] :]
    text = rest.lstrip(" ,;")
    if rest.strip():
        if rest[:1] not in (",", ";"):
            return False
        under = _next_line(address.index, cell, 0.8 * cell.height)
        text += f" {under.text}" if under else ""
    if hit := street_in(text.split(",")[0].strip()):
        address.street, address.street_span = hit[0], (cell, address.city_span[2], len(cell.text))
        return True
    return False


def _before(address: Address, start: int) -> Iterator[tuple[Cell, str, int]]:
    """Texts in which the street may stand, nearest first: before the postcode, left of it, over
    it.
    """
    cell, index = address.cell, address.index
    over = list(index.sheet.above(cell.box, cell.row, 3.4 * cell.height))[:3]
    before = cell.text[:start].strip(" ,:-–|/(")
    if over and _HOUSE_NUMBER.fullmatch(before):  # "Oude Dijk" / "359, 4517 RZ Bergen"
        yield over[0], f"{over[0].text} {before}", 0
    if before:
        yield cell, cell.text[:start], 0
    left = _left(address)
    labelled = bool(left) and bool(index.in_cell.get(left[0]))
    if labelled:  # of a form: the street has a label of its own, in the row over this one
        yield from ((other, other.text, 0) for other in over)
    yield from ((other, other.text, 0) for other in left)
    if len(over) > 1 and _NUMBER_LINE.match(over[0].text):
        yield over[1], f"{over[1].text}{'' if over[1].text.endswith('-') else ' '}{over[0].text}", 0
    if not labelled:
        yield from ((other, other.text, 0) for other in over)


def _left(address: Address) -> list[Cell]:
    """The cells before the postcode in its row, as far as they may go with it."""
    left = address.index.sheet.left_of(address.cell)
    return [o for o in left[:2] if address.cell.box[0] - o.box[2] < 60 or len(left) > 1]


def block_around(index: LabelIndex, cell: Cell) -> list[Cell]:
    """The lines over and under ``cell`` in its column without an empty line between, top to bottom.

    Another address, or a label for another party, begins another block.
    """
    block = [cell]
    steps: list[float] = []
    own = _without_label(index, cell)
    while len(block) < 9 and not _begins(index, block[0]):
        first = block[0]
        above = index.sheet.above(first.box, first.row, _gap(first, steps))
        over = next((c for c in above if _aligned(c.box, own)), None)
        if over is None or postcodes_in(over.text):
            break
        steps.append(first.box[1] - over.box[3])
        block.insert(0, over)
    coded = any(postcodes_in(c.text) for c in block)
    while len(block) < 12:
        last = block[-1]
        below = index.sheet.below(last.box, last.row, max(_gap(last, steps), _widest(last)))
        under = next((c for c in below if _aligned(c.box, own)), None)
        if under and under.box[1] - last.box[3] > _gap(last, steps) and not _goes_on_address(under):
            under = None
        if under is None or _begins(index, under) or (coded and postcodes_in(under.text)):
            break
        coded = coded or bool(postcodes_in(under.text))
        steps.append(under.box[1] - last.box[3])
        block.append(under)
    return block


def _without_label(index: LabelIndex, cell: Cell) -> Box:
    """Where a cell's text stands, without the label that it begins with: "Aan: Gemeente Almere"."""
    first = next(iter(index.in_cell.get(cell, ())), None)
    if first is None or first.start or not _begins(index, cell):
        return cell.box
    text = cell.text[first.end :]
    start = first.end + len(text) - len(text.lstrip(" :"))
    return cell.box_of(start, len(cell.text)) if start < len(cell.text) else cell.box


def _widest(cell: Cell) -> float:
    """How far below a line another can stand that surely goes on with its address."""
    return min(2.4 * cell.size, 24.0)


_ADDRESS_LABEL = re.compile(r"(?:adres|address)\s*:\s*", re.IGNORECASE)
_DEPARTMENT = re.compile(r"(?:t\.?\s?a\.?\s?v\.?|afd\b|afdeling|crediteuren)", re.IGNORECASE)


def _goes_on_address(cell: Cell) -> bool:
    """True for a line that can only be one of an address, in a block of wide lines."""
    label = _ADDRESS_LABEL.match(cell.text)
    text = cell.text[label.end() :] if label else cell.text
    return bool(
        _PO_BOX.match(text)
        or _DEPARTMENT.match(text)
        or any(s == 0 for s, *_ in postcodes_in(text))
    )


def _gap(cell: Cell, steps: list[float]) -> float:
    """How far the next line of a block may be: under a line's height, and no more than the block's
    own spacing.
    """
    most = 0.8 * cell.size if cell.size else 0.7 * cell.height
    return min(most, max(0.0, min(steps)) * 1.5 + 2.5) if steps else most


def _begins(index: LabelIndex, cell: Cell) -> bool:
    """True when a cell starts with a label for a party."""
    labels = index.in_cell.get(cell, [])
    return (
        bool(labels)
        and labels[0].start == 0
        and labels[0].label in (Label.ADDRESSEE, Label.SUPPLIER, Label.CLIENT)
    )


def _aligned(one: Box, other: Box) -> bool:
    """True for left, right or centred alignment."""
    return (
        abs(one[0] - other[0]) < 4
        or abs(one[2] - other[2]) < 4
        or abs(one[0] + one[2] - other[0] - other[2]) < 8
    )


def po_boxes(pages: PageIndex) -> Iterator[tuple[LabelIndex, Cell, int, int, str]]:
    """Every PO box of the document: (labels, cell, start, end, digits)."""
    for index, cell in pages.cells:
        for match in _PO_BOX.finditer(cell.text):
            yield (index, cell, match.start(), match.end(), "".join(filter(str.isdigit, match[1])))
