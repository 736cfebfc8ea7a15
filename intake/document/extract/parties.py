"""Who the invoice is addressed to and who sends it: every block is weighed by what stands in and
beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from intake.document.extract.addresses import Address, addresses, block_around, po_boxes
from intake.document.extract.weights import Addressee, SupplierAddress
from intake.document.layout.cells import Cell, around, evidence
from intake.document.layout.label_index import Caption, LabelIndex
from intake.document.layout.label_words import Label
from intake.document.layout.page_index import PageIndex
from intake.document.layout.scoring import Feature, Score, score
from intake.model.invoice import Evidence, Field
from intake.text.folding import squeeze
from intake.text.identifiers import btws_in, ibans_in, phones_in

_SUPPLIER_FACTS = frozenset(
    {Label.KVK, Label.VAT_ID, Label.IBAN, Label.PHONE, Label.FAX, Label.WEB, Label.BIC}
)
_ATTENTION = re.compile(
    r"\b(?:t\.?\s?a\.?\s?v\.?|ter attentie"
    r" van|attn|afd(?:eling|\.)|crediteuren\w*|debiteuren\w*|facturenadministratie|"
    r"financi[eë]n|aan)(?!\w)",
    re.IGNORECASE,
)
_PUBLIC = re.compile(
    r"\b(?:gemeente|municipality|college van|b&w|burgemeester|wijkteam|sociaal"
    r" team|stadsbestuur|stadhuis)\b",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"^(?:de\s)?(?:dhr|mevr|mw|heer|mevrouw|familie|fam|aan de ouders|ouders van|t\.a\.v\. de"
    r" ouders|mr|mrs|herr|frau)\b\.?",
    re.IGNORECASE,
)
_CONTACT = re.compile(r"@|\bwww\.|https?:|\.nl\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that can be the addressee's, and how surely they are."""

    cells: list[Cell]
    index: LabelIndex
    address: Address | None
    score: Score


@dataclass(slots=True)
class Parties:
    """The addressee's cells and the addresses, each with how surely it is the supplier's."""

    addressee: Field[str]
    supplier: list[Address]
    """Addresses that can be the supplier's, the likeliest first."""
    blocks: list[Block]
    """All that can be the addressee's, the likeliest first."""
    claims: list[tuple[Address, Score]]
    """The same for the supplier's address."""


def parties(pages: PageIndex) -> Parties:
    """Tell the addressee from the supplier; marks the addressee's cells in ``pages.addressed``."""
    known = addresses(pages)
    blocks = [
        Block(cells, index, address, _claim(pages, cells, index))
        for cells, index, address in _blocks(pages, known)
    ]
    blocks.sort(key=lambda block: -block.score.weight)
    addressee: Field[str] = Field.absent()
    chosen: Address | None = None
    if blocks and (blocks[0].score.weight >= Addressee.LEAST or _only_other(blocks)):
        chosen = blocks[0].address
        addressee = _addressee(pages, blocks[0])
    claims = [
        (address, _supplier_claim(address))
        for address in known
        if address is not chosen
        and not _is_buyer(pages, address)
        and address.cell not in pages.addressed
    ]
    claims.sort(key=lambda claim: -claim[1].weight)
    supplier = [address for address, why in claims if why.weight > SupplierAddress.LEAST]
    return Parties(addressee, supplier, blocks, claims)


def _addressee(pages: PageIndex, block: Block) -> Field[str]:
    lines, cells = _lines(block)
    pages.addressed.update(cells)
    shown = evidence(block.index.sheet, cells[0], 0, len(cells[0].text))
    text = "\n".join(lines)
    box = block.index.sheet.shown(around([c.box for c in cells]))
    where = Evidence(shown.page, box, text, shown.reader)
    return Field.of(text, where, "adresblok van de ontvanger")


def _only_other(blocks: list[Block]) -> bool:
    """True when one block has no fact of a supplier while another has."""
    return blocks[0].score.weight >= Addressee.LEAST_ALONE and any(
        block.score.weight <= Addressee.SUPPLIERS for block in blocks[1:]
    )


def _blocks(
    pages: PageIndex, known: list[Address]
) -> Iterator[tuple[list[Cell], LabelIndex, Address | None]]:
    """Blocks that can be the addressee's: around an address, at a label, or with the municipality's
    name.
    """
    taken: set[Cell] = set()
    for address in known:
        yield address.block, address.index, address
        taken.update(address.block)
    names = tuple(squeeze(n) for n in pages.buyer.names)
    for index, cell in pages.cells:
        if cell in taken or index.sheet.number > 1:
            continue
        if _names_buyer(cell.text, names):
            block = block_around(index, cell)
            taken.update(block)
            yield block, index, None
        for caption in index.in_cell.get(cell, ()):
            if labelled := _labelled_block(index, caption, taken):
                taken.update(labelled)
                yield labelled, index, None


def _names_buyer(text: str, names: tuple[str, ...]) -> bool:
    """True for a short line that begins with the municipality's name or with "t.a.v."."""
    return len(text) < 60 and (
        squeeze(text).startswith(names)
        or _ATTENTION.match(text) is not None
        or (_PUBLIC.match(text) is not None and len(text) < 40)
    )


def _labelled_block(index: LabelIndex, caption: Caption, taken: set[Cell]) -> list[Cell] | None:
    """The block in the first place at a label for the addressee."""
    if caption.label is not Label.ADDRESSEE or caption.start != 0:
        return None
    slot = next(iter(index.slots(caption)), None)
    if slot is None or slot.weight <= 0.7 or slot.cell in taken:
        return None
    if any(map(str.isdigit, slot.text[:4])):
        return None
    return block_around(index, slot.cell)


def _claim(pages: PageIndex, block: list[Cell], index: LabelIndex) -> Score:
    """How surely a block is the addressee's."""
    text = "\n".join(c.text for c in block)
    folded = squeeze(text)
    facts = _labels(index, block) & _SUPPLIER_FACTS
    return score(
        _buyer(pages, text, folded),
        Addressee.BUYERS_POSTCODE.when(pages.buyer.postcode.lower() in folded),
        Addressee.BUYERS_PO_BOX.when(f"postbus{pages.buyer.po_box}" in folded),
        Addressee.ATTENTION.when(any(_ATTENTION.match(c.text) for c in block)),
        Addressee.PERSON.when(_PERSON.match(block[0].text)),
        _heading(block, index, Addressee.HEADED, Addressee.HEADED_OTHERWISE),
        Addressee.SUPPLIERS_FACTS.when(facts),
        Addressee.CONTACT.when(not facts and _CONTACT.search(text)),
        Addressee.EACH_FACT.times(len(facts)) if facts else None,
        *_on_page(block[0], index),
    )


def _buyer(pages: PageIndex, text: str, folded: str) -> Feature | None:
    if any(squeeze(name) in folded for name in pages.buyer.names):
        return Addressee.BUYERS_NAME
    return Addressee.PUBLIC_BODY.when(_PUBLIC.search(text))


def _on_page(first: Cell, index: LabelIndex) -> tuple[Feature | None, ...]:
    """What speaks for or against a block by where it begins on the page."""
    sheet, left, top = index.sheet, first.box[0], first.box[1]
    at_top = top < 0.07 * sheet.height and left < 0.6 * sheet.width
    return (
        Addressee.AT_WINDOW.when(0.12 * sheet.height < top < 0.36 * sheet.height),
        Addressee.LOWER_PART.when(top > 0.6 * sheet.height),
        Addressee.TOP_LEFT.when(at_top),
        Addressee.LATER_PAGE.when(sheet.number > 1),
    )


def _heading(
    block: list[Cell], index: LabelIndex, addressee: Feature, other: Feature
) -> Feature | None:
    """``addressee`` when a label for the addressee stands in, over or left of the block; ``other``
    for a label of the supplier or client.
    """
    first = block[0]
    over = next(iter(index.sheet.above(first.box, first.row, 22)), None)
    for cell in [*block[:2], *([over] if over else []), *index.sheet.left_of(first)[:1]]:
        for caption in index.in_cell.get(cell, ()):
            if caption.label is Label.ADDRESSEE and caption.start == 0:
                return addressee
            if caption.label in (Label.SUPPLIER, Label.CLIENT) and caption.start == 0:
                return other
    return None


_NOT_OF_ADDRESS = (
    Label.INVOICE_NUMBER,
    Label.INVOICE_DATE,
    Label.DATE,
    Label.TITLE,
    Label.OTHER_DATE,
    Label.OTHER_NUMBER,
    Label.CUSTOMER_NUMBER,
    Label.PHONE,
    Label.IBAN,
    Label.KVK,
    Label.VAT_ID,
    Label.WEB,
)


def _lines(block: Block) -> tuple[list[str], list[Cell]]:
    """The block's lines from the name to the place, without its label and without what is not an
    address.
    """
    cells: list[Cell] = []
    lines: list[str] = []
    address = block.address
    last = address.cell.row if address else 10**6
    for cell in block.cells:
        text, begins = _line(cell, block.index)
        if begins:  # a line of references
            if lines and cell.row > last:
                break
            lines, cells = [], []
            continue
        if cell.row > last and len(text.split()) > 2:
            break
        if text.strip():
            lines.append(text.strip())
            cells.append(cell)
        if _ends_with(address, cell):
            break
    if address:
        _add_rest(lines, cells, block, address)
    return (lines, cells) if lines else ([c.text for c in block.cells], block.cells)


def _line(cell: Cell, index: LabelIndex) -> tuple[str, bool]:
    """The cell's text without a label for the addressee, and whether it begins with a label for
    something else.
    """
    first = next(iter(index.in_cell.get(cell, ())), None)
    if first is None or first.start != 0:
        return cell.text, False
    if first.label is Label.ADDRESSEE:
        return cell.text[first.end :].lstrip(" :,-–"), False
    return cell.text, first.label in _NOT_OF_ADDRESS


def _ends_with(address: Address | None, cell: Cell) -> bool:
    """True when the place has come, on a line under the postcode."""
    return (
        address is not None
        and address.city_span is not None
        and max(address.cell.row + 1, address.city_span[0].row) <= cell.row
    )


def _add_rest(lines: list[str], cells: list[Cell], block: Block, address: Address) -> None:
    """Add a street and a place that stand beside the block."""
    street, city = address.street_span, address.city_span
    if street and street[0] not in cells and street[0].row == address.cell.row:
        cells.insert(0, street[0])
        left = block.index.sheet.left_of(address.cell)[::-1]
        lines[:0] = [c.text for c in left if c not in block.cells]
    if city and city[0] not in cells and lines:
        lines[-1] += f" {address.city}"
        cells.append(city[0])


def _is_buyer(pages: PageIndex, address: Address) -> bool:
    folded = squeeze("".join(c.text for c in address.block))
    if address.postcode == pages.buyer.postcode or (
        address.po_box == pages.buyer.po_box and address.city == pages.buyer.city
    ):
        return True
    if any(
        address.postcode == v.postcode and squeeze(v.street) in folded for v in pages.buyer.visiting
    ):
        return True
    return any(squeeze(n) in folded for n in pages.buyer.names) and not _facts(address)


def _facts(address: Address) -> float:
    """How much of a supplier stands in the block and the row of an address."""
    row = address.index.sheet.rows[address.cell.row]
    cells = dict.fromkeys((*address.block, *row))
    text = " ".join(c.text for c in cells)
    labels = _labels(address.index, cells) & _SUPPLIER_FACTS
    other = sum(
        (
            bool(ibans_in(text)),
            bool(btws_in(text)),
            any(ok for *_, ok in phones_in(text)),
            bool(_CONTACT.search(text)),
        )
    )
    return len(labels) + 0.5 * other


def _supplier_claim(address: Address) -> Score:
    """How surely an address is the supplier's."""
    sheet, block = address.index.sheet, address.block
    top, bottom = block[0].box[1], block[-1].box[3]
    labels = _labels(address.index, block)
    beside = _labels(address.index, address.index.sheet.left_of(block[0])[:1])
    return score(
        SupplierAddress.FACTS.times(min(_facts(address), 4.0)),
        SupplierAddress.TOP_OR_FOOT.when(bottom < 0.25 * sheet.height or top > 0.82 * sheet.height),
        _heading(block, address.index, SupplierAddress.HEADED_ADDRESSEE, SupplierAddress.HEADED),
        SupplierAddress.CLIENT.when(labels & {Label.CLIENT, Label.BIRTH_DATE}),
        SupplierAddress.PUBLIC_BODY.when(_PUBLIC.search(" ".join(c.text for c in block))),
        SupplierAddress.ATTENTION.when(any(_ATTENTION.match(c.text) for c in block[:3])),
        SupplierAddress.STREET.when(address.street),
        SupplierAddress.LATER_PAGE.when(sheet.number > 1),
        SupplierAddress.SUPPLIER_LABEL.when(Label.SUPPLIER in labels | beside),
    )


def _labels(index: LabelIndex, cells: Iterable[Cell]) -> set[Label]:
    return {caption.label for cell in cells for caption in index.in_cell.get(cell, ())}


def supplier_po_box(pages: PageIndex) -> Field[str]:
    """A PO box that is not the addressee's."""
    for index, cell, start, end, digits in po_boxes(pages):
        if cell not in pages.addressed and digits != pages.buyer.po_box:
            return Field.of(
                digits,
                evidence(index.sheet, cell, start, end),
                "postbus die niet van de ontvanger is",
            )
    return Field.absent()
