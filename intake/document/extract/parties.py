"""Who the invoice is addressed to and who sends it: every block is weighed by what stands in and
beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from intake.document.extract.addresses import Address, addresses, block_around, po_boxes
from intake.document.layout.cells import Cell, around, evidence
from intake.document.layout.label_index import Anchors
from intake.document.layout.label_matcher import squeeze
from intake.document.layout.label_words import Label
from intake.document.layout.page_index import Scan
from intake.model.invoice import Evidence, Field
from intake.text.identifiers import btws_in, ibans_in, phones_in

_SUPPLIER_FACTS = (
    Label.KVK,
    Label.VAT_ID,
    Label.IBAN,
    Label.PHONE,
    Label.FAX,
    Label.WEB,
    Label.BIC,
)
_ATTENTION = re.compile(
    r"\b(?:t\.?\s?a\.?\s?v\.?|ter attentie"
    r" van|attn|afd(?:eling|\.)|crediteuren\w*|debiteuren\w*|facturenadministratie|financi[eë]n|aan)(?!\w)",
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


@dataclass(slots=True)
class Parties:
    """The addressee's cells and the addresses, each with how surely it is the supplier's."""

    addressee: Field[str]
    supplier: list[Address]
    """Addresses that can be the supplier's, the likeliest first."""
    addressee_address: Address | None


def parties(scan: Scan) -> Parties:
    """Tell the addressee from the supplier; marks the addressee's cells in ``scan.addressed``."""
    known = addresses(scan)
    scored = sorted(
        (
            (_claim(scan, block, anchors), order, block, anchors, address)
            for order, (block, anchors, address) in enumerate(_blocks(scan, known))
        ),
        key=lambda s: (-s[0], s[1]),
    )
    addressee: Field[str] = Field.absent()
    chosen: Address | None = None
    if scored and (scored[0][0] >= 2.0 or _only_other(scored)):
        _, _, block, anchors, chosen = scored[0]
        lines, cells = _lines(scan, block, anchors, chosen)
        scan.addressed.update(cells)
        shown = evidence(anchors.sheet, cells[0], 0, len(cells[0].text))
        box = around([c.box for c in cells])
        text = "\n".join(lines)
        addressee = Field.of(
            text, Evidence(shown.page, box, text, shown.reader), "adresblok van de ontvanger"
        )
    rest = [
        (_supplier_claim(scan, a), -i, a)
        for i, a in enumerate(known)
        if a is not chosen and not _is_buyer(scan, a) and a.cell not in scan.addressed
    ]
    rest.sort(key=lambda r: (-r[0], -r[1]))
    return Parties(addressee, [a for claim, _, a in rest if claim > -3], chosen)


def _only_other(scored: list[tuple[float, int, list[Cell], Anchors, Address | None]]) -> bool:
    """True when one block has no fact of a supplier while another has."""
    return scored[0][0] >= 0.5 and any(s[0] <= -2 for s in scored[1:])


def _blocks(
    scan: Scan, known: list[Address]
) -> Iterator[tuple[list[Cell], Anchors, Address | None]]:
    """Blocks that can be the addressee's: around an address, at a label, or with the municipality's
    name.
    """
    seen: set[Cell] = set()
    for address in known:
        yield address.block, address.anchors, address
        seen.update(address.block)
    names = tuple(squeeze(n) for n in scan.buyer.names)
    for anchors, cell in scan.cells:
        if cell in seen or anchors.sheet.number > 1:
            continue
        folded = squeeze(cell.text)
        if len(cell.text) < 60 and (
            any(folded.startswith(n) for n in names)
            or _ATTENTION.match(cell.text)
            or (_PUBLIC.match(cell.text) and len(cell.text) < 40)
        ):
            block = block_around(anchors, cell)
            seen.update(block)
            yield block, anchors, None
        for anchor in anchors.in_cell.get(cell, ()):
            if anchor.label is Label.ADDRESSEE and anchor.start == 0:
                for place in anchors.places(anchor):
                    if (
                        place.weight > 0.7
                        and place.cell not in seen
                        and not any(map(str.isdigit, place.text[:4]))
                    ):
                        block = block_around(anchors, place.cell)
                        seen.update(block)
                        yield block, anchors, None
                    break


def _claim(scan: Scan, block: list[Cell], anchors: Anchors) -> float:
    """How surely a block is the addressee's."""
    text = "\n".join(c.text for c in block)
    folded = squeeze(text)
    score = 0.0
    if any(squeeze(n) in folded for n in scan.buyer.names):
        score += 4
    elif _PUBLIC.search(text):
        score += 3
    if scan.buyer.postcode.lower() in folded:
        score += 3
    if f"postbus{scan.buyer.po_box}" in folded:
        score += 1.5
    if any(_ATTENTION.match(c.text) for c in block):
        score += 2.5
    if _PERSON.match(block[0].text):
        score += 1.5
    score += 3.5 * _headed(block, anchors)
    facts = {
        a.label for c in block for a in anchors.in_cell.get(c, ()) if a.label in _SUPPLIER_FACTS
    }
    if facts or _CONTACT.search(text):
        score -= 2.0 if facts else 1.0
        score -= 0.6 * len(facts)
    top, left = block[0].box[1], block[0].box[0]
    sheet = anchors.sheet
    if 0.12 * sheet.height < top < 0.36 * sheet.height:
        score += 0.9
    if top > 0.6 * sheet.height:
        score -= 2.5
    elif top < 0.07 * sheet.height and left < 0.6 * sheet.width:
        score -= 0.6
    if sheet.number > 1:
        score -= 2
    return score


def _headed(block: list[Cell], anchors: Anchors) -> float:
    """1 when a label for the addressee stands in, over or left of the block; -1 for a label of the
    supplier or client.
    """
    first = block[0]
    over = next(iter(anchors.sheet.above(first.box, first.row, 22)), None)
    for cell in [*block[:2], *([over] if over else []), *anchors.sheet.left_of(first)[:1]]:
        for anchor in anchors.in_cell.get(cell, ()):
            if anchor.label is Label.ADDRESSEE and anchor.start == 0:
                return 1.0
            if anchor.label in (Label.SUPPLIER, Label.CLIENT) and anchor.start == 0:
                return -1.0
    return 0.0


def _lines(
    scan: Scan, block: list[Cell], anchors: Anchors, address: Address | None
) -> tuple[list[str], list[Cell]]:
    """The block's lines from the name to the place, without its label and without what is not an
    address.
    """
    cells: list[Cell] = []
    lines: list[str] = []
    last = address.cell.row if address else 10**6
    for cell in block:
        labels = anchors.in_cell.get(cell, [])
        text = cell.text
        if labels and labels[0].label is Label.ADDRESSEE and labels[0].start == 0:
            text = text[labels[0].end :].lstrip(" :")
        elif (
            labels
            and labels[0].label
            in (
                Label.INVOICE_NUMBER,
                Label.INVOICE_DATE,
                Label.DATE,
                Label.TITLE,
                Label.OTHER_DATE,
                Label.OTHER_NUMBER,
                Label.CUSTOMER_NUMBER,
            )
            and labels[0].start == 0
        ):
            if lines and cell.row <= last:
                lines, cells = [], []
            elif lines:
                break
            continue
        elif cell.row > last and len(text.split()) > 2:
            break
        if text.strip():
            lines.append(text.strip())
            cells.append(cell)
        if (
            cell.row >= last
            and address
            and address.city_span
            and address.city_span[0].row <= cell.row
            and cell.row > last
        ):
            break
    if (
        address
        and address.street_span
        and address.street_span[0] not in cells
        and address.street_span[0].row == address.cell.row
    ):
        cells.insert(0, address.street_span[0])
        lines = [
            c.text for c in anchors.sheet.left_of(address.cell)[::-1] if c not in block
        ] + lines
    if address and address.city_span and address.city_span[0] not in cells and lines:
        lines[-1] += f" {address.city}"
        cells.append(address.city_span[0])
    return (lines, cells) if lines else ([c.text for c in block], block)


def _is_buyer(scan: Scan, address: Address) -> bool:
    folded = squeeze("".join(c.text for c in address.block))
    if address.postcode == scan.buyer.postcode or (
        address.po_box == scan.buyer.po_box and address.city == scan.buyer.city
    ):
        return True
    if any(
        address.postcode == v.postcode and squeeze(v.street) in folded for v in scan.buyer.visiting
    ):
        return True
    return any(squeeze(n) in folded for n in scan.buyer.names) and not _facts(address)


def _facts(address: Address) -> float:
    """How much of a supplier stands in the block and the row of an address."""
    cells = set(address.block) | set(address.anchors.sheet.rows[address.cell.row])
    text = " ".join(c.text for c in cells)
    labels = {
        a.label
        for c in cells
        for a in address.anchors.in_cell.get(c, ())
        if a.label in _SUPPLIER_FACTS
    }
    other = sum(
        (
            bool(ibans_in(text)),
            bool(btws_in(text)),
            any(ok for *_, ok in phones_in(text)),
            bool(_CONTACT.search(text)),
        )
    )
    return len(labels) + 0.5 * other


def _supplier_claim(scan: Scan, address: Address) -> float:
    """How surely an address is the supplier's."""
    sheet = address.anchors.sheet
    block = address.block
    score = min(_facts(address), 4.0)
    top, bottom = block[0].box[1], block[-1].box[3]
    if bottom < 0.25 * sheet.height or top > 0.82 * sheet.height:
        score += 1.2
    score -= 3.5 * _headed(block, address.anchors)
    if any(
        a.label in (Label.CLIENT, Label.BIRTH_DATE)
        for c in block
        for a in address.anchors.in_cell.get(c, ())
    ):
        score -= 4
    text = " ".join(c.text for c in block)
    if _PUBLIC.search(text):
        score -= 2.5
    if any(_ATTENTION.match(c.text) for c in block[:3]):
        score -= 1.5
    score += 0.8 if address.street else 0.0
    score -= 0.6 if sheet.number > 1 else 0.0
    near = {
        a.label
        for c in [*block, *(address.anchors.sheet.left_of(block[0])[:1])]
        for a in address.anchors.in_cell.get(c, ())
    }
    if Label.SUPPLIER in near:
        score += 2
    return score


def supplier_po_box(scan: Scan) -> Field[str]:
    """A PO box that is not the addressee's."""
    for anchors, cell, start, end, digits in po_boxes(scan):
        if cell not in scan.addressed and digits != scan.buyer.po_box:
            return Field.of(
                digits,
                evidence(anchors.sheet, cell, start, end),
                "postbus die niet van de ontvanger is",
            )
    return Field.absent()
